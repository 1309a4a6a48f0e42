//! `export` against the simulator's own account of a log: the calls that a log comes to are those that were put
//! into it, for every family, every format and a list of faults; and the format changes nothing but what only a URL
//! tells.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::{TestResult, csv_rows, tool, words};

const FAMILIES: [&str; 3] = ["event", "status", "v4"];
const FORMATS: [&str; 3] = ["bare", "envelope", "http"];

/// Captures of other kinds: containers, collectors, gateways.
const CAPTURES: [&str; 9] =
    ["array", "docker", "cri", "text", "cloudwatch", "apigateway", "csv", "har", "gor"];

/// Faults that leave every record readable.
const SOUND: [&str; 9] = [
    "none",
    "repeats=20%",
    "losses=20%",
    "late=20%",
    "reorder=30%",
    "skew=50%",
    "one_sided=30%",
    "all,damage=0",
    "repeats=30%,losses=30%,late=20%,reorder=20%,skew=30%,one_sided=20%",
];

/// Faults that damage some.
const DAMAGING: [&str; 3] = ["damage=2%", "all", "damage=10%,repeats=10%,reorder=10%"];

/// What only a URL tells.
const OF_URL: [&str; 2] = ["sdkappid", "caller_platform"];

struct Log {
    bytes: Vec<u8>,
    truth: Vec<u8>,
}

fn simulate(family: &str, format: &str, faults: &str, seed: u32) -> TestResult<Log> {
    simulate_with(&format!("--calls 400 --family {family} --format {format} --faults {faults}"), seed)
}

fn simulate_with(arguments: &str, seed: u32) -> TestResult<Log> {
    let folder = tempfile::tempdir()?;
    let run = words(&format!("simulate {arguments}"));
    let run = run.args(["--seed", &seed.to_string(), "--truth", "truth.csv"]).cwd(folder.path());
    let bytes = run.ends_with(0)?.stdout;
    Ok(Log { bytes, truth: std::fs::read(folder.path().join("truth.csv"))? })
}

/// The calls of a log, with the columns of its truth.
fn export(log: &Log) -> TestResult<Vec<u8>> {
    let header = String::from_utf8_lossy(&log.truth).lines().next().unwrap_or_default().to_owned();
    Ok(tool(["export", "-", "--columns", &header]).stdin(log.bytes.clone()).ends_with(0)?.stdout)
}

fn by_call(csv: &[u8]) -> TestResult<BTreeMap<String, BTreeMap<String, String>>> {
    let rows = csv_rows(csv)?;
    let named =
        |row: &Vec<String>| rows[0].iter().cloned().zip(row.iter().cloned()).collect::<BTreeMap<_, _>>();
    Ok(rows[1..].iter().map(named).map(|row| (row["call_id"].clone(), row)).collect())
}

/// The first lines in which two texts differ.
fn difference(wanted: &[u8], found: &[u8]) -> String {
    let (wanted, found) = (String::from_utf8_lossy(wanted), String::from_utf8_lossy(found));
    let pairs = wanted.lines().zip(found.lines()).filter(|(wanted, found)| wanted != found);
    let first: Vec<_> =
        pairs.take(3).map(|(wanted, found)| format!("truth  {wanted}\nexport {found}")).collect();
    format!("{} and {} lines\n{}", wanted.lines().count(), found.lines().count(), first.join("\n"))
}

fn equals_truth(family: &str) -> TestResult {
    let usual = SOUND.into_iter().flat_map(|faults| FORMATS.map(|format| (faults, format)));
    let others =
        ["none", "all,damage=0"].into_iter().flat_map(|faults| CAPTURES.map(|format| (faults, format)));
    for (seed, (faults, format)) in (1..).zip(usual.chain(others)) {
        let log = simulate(family, format, faults, seed)?;
        let found = export(&log)?;
        assert!(
            found == log.truth,
            "--family {family} --format {format} --faults {faults} --seed {seed}: {}",
            difference(&log.truth, &found)
        );
    }
    Ok(())
}

#[test]
fn event_calls_equal_the_truth() -> TestResult {
    equals_truth("event")
}

#[test]
fn status_calls_equal_the_truth() -> TestResult {
    equals_truth("status")
}

#[test]
fn v4_calls_equal_the_truth() -> TestResult {
    equals_truth("v4")
}

/// In every format, whatever the spacing, the order of keys, the escapes, and the timestamps that are not known.
#[test]
fn the_style_changes_no_call() -> TestResult {
    let formats = || FORMATS.into_iter().chain(CAPTURES);
    for (seed, (family, format)) in
        (1..).zip(FAMILIES.iter().flat_map(|family| formats().map(move |it| (family, it))))
    {
        let shape = format!("--calls 100 --family {family} --format {format} --faults all,damage=0");
        let plain = simulate_with(&shape, seed)?;
        for style in ["spaced", "sorted", "compact --no-zero-timestamps", "sorted --no-zero-timestamps"] {
            let log = simulate_with(&format!("{shape} --style {style}"), seed)?;
            assert!(log.truth == plain.truth, "{shape} --style {style} --seed {seed}");
            let found = export(&log)?;
            assert!(
                found == log.truth,
                "{shape} --style {style} --seed {seed}: {}",
                difference(&log.truth, &found)
            );
        }
    }
    Ok(())
}

#[test]
fn damage_spoils_no_other_call() -> TestResult {
    for (seed, faults) in (1..).zip(DAMAGING) {
        for (family, format) in FAMILIES.iter().flat_map(|family| FORMATS.map(|format| (family, format))) {
            let log = simulate(family, format, faults, seed)?;
            let (truth, found) = (by_call(&log.truth)?, by_call(&export(&log)?)?);
            assert!(!truth.is_empty());
            for (call, row) in &truth {
                assert_eq!(
                    found.get(call),
                    Some(row),
                    "--family {family} --format {format} --faults {faults} --seed {seed}"
                );
            }
        }
    }
    Ok(())
}

#[test]
fn the_format_changes_only_what_a_url_tells() -> TestResult {
    for (family, faults) in FAMILIES.iter().flat_map(|family| SOUND.map(|faults| (family, faults))) {
        let mut calls = Vec::new();
        for format in FORMATS {
            let mut rows = by_call(&export(&simulate(family, format, faults, 3)?)?)?;
            for row in rows.values_mut() {
                for name in OF_URL {
                    let value = row.insert(name.to_owned(), String::new());
                    assert!(format != "bare" || value.as_deref() == Some(""), "a bare body has no URL");
                }
            }
            calls.push(rows);
        }
        assert_eq!(calls[0], calls[1], "bare and envelope: --family {family} --faults {faults} --seed 3");
        assert_eq!(calls[0], calls[2], "bare and http: --family {family} --faults {faults} --seed 3");
    }
    Ok(())
}

#[test]
fn a_faultless_log_has_no_findings_on_records() -> TestResult {
    for (family, format) in FAMILIES.iter().flat_map(|family| FORMATS.map(|format| (family, format))) {
        let log = simulate(family, format, "none", 5)?;
        let run = words("validate - --format json --strict --sdkappid 1400000001 --allow url/unchecked")
            .stdin(log.bytes);
        let rules: BTreeSet<String> = run.ends_with(0)?.rules()?.into_iter().collect();
        let expected = ["call/end-without-start", "call/incomplete"];
        assert!(rules.iter().all(|rule| expected.contains(&rule.as_str())), "{family} {format}: {rules:?}");
    }
    Ok(())
}

/// What a log never says is perhaps switched off: `summarize` names it.
#[test]
fn commands_that_no_callback_is_of_are_named() -> TestResult {
    let log = words("simulate --family status --calls 400 --format bare").ends_with(0)?.text();
    let export = tool(["export", "-", "--table", "callbacks", "--columns", "call_result"]);
    let seen: BTreeSet<String> =
        export.stdin(log.clone()).ends_with(0)?.column("call_result")?.into_iter().collect();
    assert!(seen.len() > 4, "{seen:?}");
    let note = |log: String| -> TestResult<String> {
        let notes = tool(["summarize", "-"]).stdin(log).ends_with(0)?.errors();
        let note = notes.lines().find_map(|note| note.split("so perhaps switched off").nth(1));
        Ok(note.unwrap_or_default().replace([',', ';', ':'], " "))
    };
    let before = note(log.clone())?;
    for result in seen.iter().filter(|result| *result != "offline") {
        let word = format!("\"CallResult\":\"{result}\"");
        let without: String = log.split_inclusive('\n').filter(|line| !line.contains(&word)).collect();
        let names = |note: &str| note.split_whitespace().any(|word| word == result);
        assert!(!names(&before) && names(&note(without)?), "{result}: {before}");
    }
    Ok(())
}
