//! The same bytes for any number of threads, and whether a log comes as a file, through a pipe, or compressed.

use crate::support::codings::gzip;
use crate::support::{TestResult, simulated, tool, words};

const COMMANDS: [&str; 20] = [
    "validate --format json",
    "validate --format full",
    "validate --format concise --max-findings 50",
    "validate --statistics",
    "summarize --format json --by caller",
    "summarize --format table --by hour",
    "export",
    "export --table participants --format jsonl",
    "export --table callbacks",
    "export --table callbacks --result cancel",
    "export --table records",
    "summarize --by cause --format markdown",
    "export --columns call_id,cause,certainty,contributing",
    "show --result cancel --limit 40 --format json",
    "show --result cancel --limit 40 --format markdown",
    "why --result cancel --limit 40 --format text",
    "why --result not_answer --limit 40 --format json",
    "why --all --format text",
    "why --all --format json",
    "replay --dry-run --to http://localhost:1/ --format json",
];

/// Commands whose output is data, or a document: nothing of the place that they run at may reach it.
const DATA: [&str; 18] = [
    "validate --format json",
    "validate --format github",
    "validate --format concise",
    "summarize --format json --by hour",
    "summarize --format csv --by day",
    "summarize --format markdown --by cause",
    "export",
    "export --columns call_id,cause,certainty,contributing,start_time",
    "export --table callbacks --format jsonl",
    "show --since 2015-01-01 --limit 9 --format json",
    "show --since 2015-01-01 --limit 9 --format mermaid",
    "show --since 2015-01-01 --limit 9 --format markdown",
    "show --since 2015-01-01 --limit 1 --format svg",
    "why --since 2015-01-01 --limit 9 --format json",
    "why --since 2015-01-01 --limit 9 --format markdown",
    "why --all --format json",
    "why --all --format markdown",
    "replay --dry-run --to http://localhost:1/ --format json",
];

#[test]
fn neither_time_zone_nor_language_nor_width_reaches_data() -> TestResult {
    let folder = tempfile::tempdir()?;
    std::fs::write(
        folder.path().join("log"),
        simulated("--calls 150 --faults all,damage=2% --format http")?,
    )?;
    let places: [&[(&str, &str)]; 4] = [
        &[("TZ", "Asia/Kathmandu"), ("COLUMNS", "20"), ("LINES", "3")],
        &[("TZ", "America/St_Johns"), ("LANG", "de_DE.UTF-8"), ("LC_ALL", "tr_TR.UTF-8")],
        &[("TZ", ":nonsense"), ("LC_ALL", "C"), ("TERM", "dumb"), ("COLUMNS", "10000")],
        &[("LANG", "zh_CN.GB18030"), ("LC_NUMERIC", "fr_FR"), ("TERM", "xterm-256color")],
    ];
    for command in DATA {
        let run = || words(command).args(["log"]).cwd(folder.path());
        let wanted = run().run()?;
        assert!(matches!(wanted.status, Some(0 | 1)) && !wanted.stdout.is_empty(), "{wanted}");
        for place in places {
            let there = place.iter().fold(run(), |run, (name, value)| run.env(name, value)).run()?;
            assert!(there.status == wanted.status, "{command}: {place:?}\n{there}");
            assert!(there.stdout == wanted.stdout, "{command}: {place:?}\n{there}");
        }
    }
    Ok(())
}

#[test]
fn any_number_of_threads_gives_the_same_bytes() -> TestResult {
    let folder = tempfile::tempdir()?;
    let faults = "--faults all,damage=3% --format";
    for (name, format) in [("a.jsonl", "envelope"), ("b.http", "http")] {
        std::fs::write(folder.path().join(name), simulated(&format!("--calls 2000 {faults} {format}"))?)?;
    }
    for command in COMMANDS {
        let run = |threads: &str| {
            let files = ["a.jsonl", "b.http", "--threads", threads];
            words(command).args(files).cwd(folder.path()).run()
        };
        let one = run("1")?;
        for threads in ["2", "8"] {
            let more = run(threads)?;
            assert!(
                one.status == more.status,
                "{command}: the status differs with {threads} threads\n{more}"
            );
            assert!(one.stdout == more.stdout, "{command}: standard output differs with {threads} threads");
            assert!(one.stderr == more.stderr, "{command}: standard error differs with {threads} threads");
        }
    }
    Ok(())
}

/// The log as it can be stored.
fn stored(log: &[u8]) -> TestResult<Vec<(&'static str, Vec<u8>)>> {
    let (front, back) = log.split_at(log.len() / 3);
    Ok(vec![
        ("plain", log.to_vec()),
        ("gzip", gzip(log)?),
        ("gzip of two members", [gzip(front)?, gzip(back)?].concat()),
        ("zstd", zstd::encode_all(log, 1)?),
        ("zstd of two frames", [zstd::encode_all(front, 1)?, zstd::encode_all(back, 3)?].concat()),
    ])
}

#[test]
fn files_pipes_and_compression_give_the_same_bytes() -> TestResult {
    for format in ["envelope", "http"] {
        let log = simulated(&format!("--calls 150 --faults all,damage=3% --format {format}"))?;
        let folder = tempfile::tempdir()?;
        for command in [
            "validate --format json",
            "export",
            "summarize --format json",
            "export --table callbacks",
            "export --table records",
        ] {
            std::fs::write(folder.path().join("-log"), &log)?;
            let wanted = words(command).args(["./-log"]).cwd(folder.path()).run()?;
            let named = |text: String| text.replace("./-log", "-");
            for (how, bytes) in stored(&log)? {
                std::fs::write(folder.path().join("-log"), &bytes)?;
                let file = words(command).args(["./-log"]).cwd(folder.path()).run()?;
                assert!(file.status == wanted.status, "{command}: {how} file\n{file}");
                assert!(file.stdout == wanted.stdout, "{command}: {how} file");
                let pipe = words(command).args(["-"]).stdin(bytes.clone()).run()?;
                assert!(named(pipe.text()) == named(wanted.text()), "{command}: {how} pipe");
                let no_name = tool(command.split(' ')).stdin(bytes).run()?;
                assert!(no_name.stdout == pipe.stdout, "{command}: {how} pipe without a name");
            }
        }
    }
    Ok(())
}
