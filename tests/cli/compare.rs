//! `compare`: two logs, two periods of one, what it reports and what it does not, and conditions for CI.

use std::fs;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{Ran, TestResult, words};

/// Two days of 3,000 calls each: `same.log` is another draw of the first, in `worse.log` many calls from Web cannot be
/// placed.
fn logs() -> TestResult<TempDir> {
    let folder = TempDir::new()?;
    let incident = "--incident not_placed:Web:60%:2024-05-01T00:00:00Z..2024-05-03T00:00:00Z";
    for (name, options) in [("day.log", "--seed 5"), ("same.log", "--seed 6"), ("worse.log", incident)] {
        let line = format!("simulate --calls 3000 --rate 125 {options}");
        fs::write(folder.path().join(name), words(&line).ends_with(0)?.stdout)?;
    }
    Ok(folder)
}

fn run(folder: &TempDir, line: &str, status: i32) -> TestResult<Ran> {
    words(line).cwd(folder.path()).ends_with(status)
}

fn json(folder: &TempDir, line: &str) -> TestResult<Value> {
    Ok(run(folder, &format!("compare {line} --format json"), 0)?.json_lines()?.remove(0))
}

fn figure<'v>(compared: &'v Value, name: &str) -> &'v Value {
    let figures = compared["figures"].as_array().into_iter().flatten();
    figures.into_iter().find(|figure| figure["figure"] == name).unwrap_or(&Value::Null)
}

#[test]
fn a_change_is_found_with_examples_that_show_it() -> TestResult {
    let folder = logs()?;
    assert_eq!(json(&folder, "day.log same.log")?["changes"], Value::Array(Vec::new()));
    let found = json(&folder, "day.log worse.log")?;
    let changes = found["changes"].as_array().cloned().unwrap_or_default();
    let names: Vec<String> = changes.iter().map(|it| format!("{}:{}", it["by"], it["value"])).collect();
    assert!(names.contains(&r#""cause":"not_placed""#.to_owned()), "{names:?}");
    assert!(names.contains(&r#""result":"failed""#.to_owned()), "{names:?}");
    let change = &changes[0];
    let share = |side: &str| change[side]["share"].as_f64().unwrap_or(-1.0);
    assert!((share("b") - share("a") - change["difference"].as_f64().unwrap_or(0.0)).abs() < 1e-12);
    assert!(share("b") > 0.05 && share("a") < 0.03 && change["p"].as_f64() < Some(0.01), "{change:#}");
    let next = change["next"].as_str().unwrap_or_default().strip_prefix("callkit-tool ").unwrap_or_default();
    assert!(next.ends_with(" worse.log"), "{next}");
    let text = run(&folder, next, 0)?.text();
    assert!(text.contains("not_placed"), "{text}");
    for id in change["b"]["examples"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        let rows = run(&folder, &format!("export worse.log --columns cause --call-id {id}"), 0)?.text();
        assert_eq!(rows, "cause\nnot_placed\n");
    }
    Ok(())
}

#[test]
fn figures_are_those_of_summarize() -> TestResult {
    let folder = logs()?;
    let found = json(&folder, "day.log worse.log --platform Web")?;
    for (side, log) in [("a", "day.log"), ("b", "worse.log")] {
        let summary =
            run(&folder, &format!("summarize {log} --platform Web --format json"), 0)?.json_lines()?;
        for name in ["calls", "answered", "asr", "ner", "acd_seconds", "callbacks", "talk_minutes"] {
            assert_eq!(figure(&found, name)[side].as_f64(), summary[0][name].as_f64(), "{name}");
        }
        assert_eq!(
            figure(&found, "talk_seconds.p95")[side].as_f64(),
            summary[0]["talk_seconds"]["p95"].as_f64()
        );
        let failed = summary[0]["outcomes"]["failed"].as_f64();
        assert_eq!(figure(&found, "outcomes.failed")[side].as_f64(), failed);
    }
    let all = json(&folder, "day.log worse.log")?;
    let summary = run(&folder, "summarize day.log --format json", 0)?.json_lines()?;
    assert_eq!(figure(&all, "callbacks")["a"].as_f64(), summary[0]["callbacks"].as_f64());
    Ok(())
}

#[test]
fn a_call_belongs_to_the_period_of_its_start() -> TestResult {
    let folder = TempDir::new()?;
    let log = words("simulate --calls 1200 --rate 25 --seed 3").ends_with(0)?.stdout;
    fs::write(folder.path().join("log"), log)?;
    let count = |filter: &str| -> TestResult<Value> {
        Ok(run(&folder, &format!("summarize log --format json {filter}"), 0)?.json_lines()?[0]["calls"]
            .clone())
    };
    for (periods, a, b) in [
        ("--before 2024-05-02", "--until 2024-05-02", "--since 2024-05-02"),
        ("--before -6h", "--until -6h", "--since -6h"),
        (
            "--days 2024-05-01,2024-05-02 --tz Asia/Shanghai",
            "--since 2024-05-01 --until 2024-05-02 --tz Asia/Shanghai",
            "--since 2024-05-02 --until 2024-05-03 --tz Asia/Shanghai",
        ),
        (
            "--days 2024-05-02,2024-05-01",
            "--since 2024-05-02 --until 2024-05-03",
            "--since 2024-05-01 --until 2024-05-02",
        ),
    ] {
        let found = json(&folder, &format!("{periods} log"))?;
        assert_eq!([&found["a"]["calls"], &found["b"]["calls"]], [&count(a)?, &count(b)?], "{periods}");
    }
    // Hours of half a day are not other hours of the day.
    assert_eq!(json(&folder, "log --before 2024-05-01T09:00:00Z")?["changes"], Value::Array(Vec::new()));
    let ran = run(&folder, "compare log --days 2024-05-01,2024-06-01", 0)?;
    assert!(ran.errors().contains("note: B has no calls"), "{ran}");
    Ok(())
}

#[test]
fn conditions_set_the_exit_status() -> TestResult {
    let folder = logs()?;
    let held = run(&folder, "compare day.log worse.log --fail asr<-2% --fail calls<-50%", 1)?;
    assert!(held.errors().contains("error: `asr<-2%` holds: A "), "{held}");
    assert!(!held.errors().contains("`calls<-50%`"), "{held}");
    run(&folder, "compare day.log worse.log --fail asr<-50%", 0)?;
    let conditions = run(&folder, "compare day.log worse.log --format json --fail NER<-1% --fail asr>0", 1)?;
    let conditions = conditions.json_lines()?[0]["conditions"].clone();
    assert_eq!([&conditions[0]["holds"], &conditions[1]["holds"]], [true, false]);
    assert_eq!([&conditions[0]["figure"], &conditions[0]["condition"]], ["ner", "NER<-1%"]);
    // A figure that is not there never lets a build pass.
    let absent = run(&folder, "compare day.log worse.log --result incomplete --fail asr<-2%", 2)?;
    assert!(absent.errors().contains("error: `asr<-2%` cannot be checked: A -, B -"), "{absent}");
    let wrong = run(&folder, "compare day.log worse.log --fail arr<-2%", 2)?;
    assert!(wrong.errors().contains("did you mean `asr`?"), "{wrong}");
    Ok(())
}

#[test]
fn half_a_log_says_so() -> TestResult {
    let folder = logs()?;
    let log = fs::read_to_string(folder.path().join("day.log"))?;
    let lines: Vec<&str> = log.split_inclusive('\n').collect();
    fs::write(folder.path().join("half.log"), lines[1001..9000].concat())?;
    let ran = run(&folder, "compare day.log half.log", 0)?;
    let errors = ran.errors();
    assert!(errors.contains("note: B: ") && errors.contains("calls incomplete: "), "{ran}");
    assert!(errors.contains("note: B is a part of a log: ") && errors.contains("(`log_ends`)"), "{ran}");
    let found = json(&folder, "day.log half.log")?;
    assert!(found["b"]["log_ends"].as_u64() > Some(0) && found["a"]["log_ends"] == 0, "{}", found["b"]);
    assert_eq!(found["changes"], Value::Array(Vec::new()));
    Ok(())
}

#[test]
fn text_fits_a_terminal_and_every_format_has_the_changes() -> TestResult {
    let folder = logs()?;
    for width in [60, 80, 120] {
        let text = run(&folder, &format!("compare day.log worse.log --width {width}"), 0)?.text();
        let tables = text.lines().filter(|line| !line.contains("callkit-tool"));
        assert!(tables.clone().all(|line| line.chars().count() <= width), "{text}");
        assert!(text.contains("callkit-tool why "), "{text}");
    }
    let rows = run(&folder, "compare day.log worse.log --format csv", 0)?.rows()?;
    assert_eq!(rows[0], ["kind", "name", "value", "a", "b", "difference", "p", "examples"]);
    assert!(rows.iter().any(|row| row[..3] == ["change", "cause", "not_placed"]), "{rows:?}");
    let markdown = run(&folder, "compare day.log worse.log --format markdown", 0)?.text();
    assert!(markdown.contains("| cause | not\\_placed |") && markdown.contains("| ASR | "), "{markdown}");
    let same = run(&folder, "compare day.log same.log", 0)?.text();
    assert!(same.contains("nothing changed by more than chance"), "{same}");
    let [one, many] =
        ["1", "8"].map(|threads| format!("compare day.log worse.log --format json --threads {threads}"));
    assert_eq!(run(&folder, &one, 0)?.text(), run(&folder, &many, 0)?.text());
    Ok(())
}

#[test]
fn wrong_sides_are_said() -> TestResult {
    let folder = logs()?;
    for (line, part) in [
        ("day.log", "takes two logs or folders, A and B, and 1 is given"),
        ("day.log same.log worse.log", "and 3 are given"),
        ("- -", "only one of the two logs"),
        ("day.log --days 2024-05-01", "`--days` takes two days"),
        ("day.log --days 2024-05-01,2024-05-01", "names 2024-05-01 twice"),
        ("day.log --days 2024-05-01,today", "`today` is not a day, such as 2024-05-01"),
        ("day.log --before noon", "`noon` is not a time"),
        ("day.log --before -1h --days 2024-05-01,2024-05-02", "cannot be used with"),
        ("day.log same.log --format json --ascii", "need `--format text`"),
    ] {
        let ran = run(&folder, &format!("compare {line}"), 2)?;
        assert!(ran.errors().contains(part) && ran.text().is_empty(), "{line}\n{ran}");
    }
    let ran = run(&folder, "compare day.log no-such.log", 2)?;
    assert!(ran.errors().contains("no-such.log"), "{ran}");
    Ok(())
}
