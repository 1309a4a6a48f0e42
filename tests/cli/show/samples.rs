//! Every call of every sample and of logs of each family, in every format: nothing of it is missing anywhere.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use super::{FORMATS, texts_of_svg};
use crate::support::{TestResult, simulated, tool, words};

const SAMPLES: [&str; 8] = [
    "samples/damaged.http",
    "samples/day.jsonl",
    "samples/envelope.jsonl",
    "samples/group.jsonl",
    "samples/trouble.jsonl",
    "samples/vendor-event.http",
    "samples/vendor-status.http",
    "samples/vendor-v4.http",
];

/// Logs that are made for the test, each with what a bad week brings.
const MADE: [(&str, &str); 3] = [
    ("event.jsonl", "--family event --calls 60 --causes all --faults all,damage=0"),
    ("status.http", "--family status --calls 40 --faults all,damage=0 --format http"),
    ("v4.jsonl", "--family v4 --calls 60 --causes all --faults all,damage=0,repeats=20%"),
];

/// The folder and the name of each log; those that are made lie in that folder.
fn logs(made: &TempDir) -> TestResult<Vec<(PathBuf, &'static str)>> {
    let mut logs: Vec<(PathBuf, &str)> =
        SAMPLES.iter().map(|sample| (env!("CARGO_MANIFEST_DIR").into(), *sample)).collect();
    for (name, arguments) in MADE {
        std::fs::write(made.path().join(name), simulated(arguments)?)?;
        logs.push((made.path().to_owned(), name));
    }
    Ok(logs)
}

/// Chooses every call that has a time.
const ALL: [&str; 4] = ["--since", "2015-01-01", "--limit", "100000"];

fn shown(folder: &Path, sample: &str, format: &str) -> TestResult<String> {
    // Wide enough for the names of sources in every row.
    let width: &[&str] = if format == "text" { &["--width", "400"] } else { &[] };
    let run = tool(["show", sample, "--format", format]).args(ALL).args(width);
    Ok(run.cwd(folder).ends_with(0)?.text())
}

/// The lines of a sample on which callbacks of shown calls begin, as `export` gives them.
fn lines(folder: &Path, sample: &str) -> TestResult<BTreeSet<String>> {
    let run = words("export --table callbacks --columns source,line").args([sample]).args(&ALL[..2]);
    let rows = run.cwd(folder).ends_with(0)?.rows()?;
    Ok(rows[1..].iter().map(|row| row.join(":")).collect())
}

#[test]
fn every_callback_of_every_sample_is_in_every_format() -> TestResult {
    let made = tempfile::tempdir()?;
    for (folder, sample) in logs(&made)? {
        let wanted = lines(&folder, sample)?;
        assert!(!wanted.is_empty(), "{sample}");
        for format in FORMATS {
            let text = shown(&folder, sample, format)?;
            let found: BTreeSet<String> = match format {
                "json" => json_places(&text)?,
                "svg" => texts_of_svg(&text)?.into_iter().filter(|text| text.starts_with(sample)).collect(),
                "mermaid" => comments(&text, sample),
                _ => text
                    .split([' ', '\n'])
                    .filter(|word| word.strip_prefix(sample).is_some_and(is_line))
                    .map(str::to_owned)
                    .collect(),
            };
            let differ: Vec<_> = found.symmetric_difference(&wanted).collect();
            assert!(differ.is_empty(), "{sample} as {format}: {differ:?}");
        }
    }
    Ok(())
}

/// True for a colon and a number.
fn is_line(text: &str) -> bool {
    text.strip_prefix(':').is_some_and(|line| line.bytes().all(|byte| byte.is_ascii_digit()))
}

fn comments(text: &str, sample: &str) -> BTreeSet<String> {
    let comments = text.lines().filter_map(|line| line.strip_prefix("    %% "));
    comments.filter(|comment| comment.starts_with(sample)).map(str::to_owned).collect()
}

fn json_places(text: &str) -> TestResult<BTreeSet<String>> {
    let mut places = BTreeSet::new();
    for line in text.lines() {
        let call: Value = serde_json::from_str(line)?;
        let rows = call["rows"].as_array().ok_or("no rows")?;
        let place = |row: &Value| Some(format!("{}:{}", row["source"].as_str()?, row["line"].as_u64()?));
        places.extend(rows.iter().filter_map(place));
    }
    Ok(places)
}

#[test]
fn every_finding_of_validate_is_shown_at_its_callback() -> TestResult {
    let made = tempfile::tempdir()?;
    for (folder, sample) in logs(&made)? {
        let found = tool(["validate", "--format", "json", sample]).cwd(&folder).run()?.json_lines()?;
        let calls: Vec<Value> =
            shown(&folder, sample, "json")?.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
        let mut shown: Vec<String> = Vec::new();
        for call in &calls {
            for row in call["rows"].as_array().into_iter().flatten() {
                for finding in row["findings"].as_array().into_iter().flatten() {
                    shown.push(format!("{} {} {}", row["record"], finding["rule"], finding["message"]));
                }
            }
        }
        let ids: BTreeSet<&str> = calls.iter().filter_map(|call| call["call_id"].as_str()).collect();
        let of_shown = found.iter().filter(|it| it["call_id"].as_str().is_some_and(|id| ids.contains(id)));
        let mut wanted: Vec<String> =
            of_shown.map(|it| format!("{} {} {}", it["record"], it["rule"], it["message"])).collect();
        wanted.sort();
        shown.sort();
        assert_eq!(shown, wanted, "{sample}");
    }
    Ok(())
}

#[test]
fn any_number_of_threads_gives_the_same_bytes() -> TestResult {
    for format in FORMATS {
        let run = |threads: &str| {
            let run = tool(["show", "samples", "--format", format, "--threads", threads]).args(ALL);
            run.cwd(env!("CARGO_MANIFEST_DIR").as_ref()).ends_with(0)
        };
        let one = run("1")?;
        assert!(one.stdout == run("8")?.stdout, "{format}");
    }
    Ok(())
}
