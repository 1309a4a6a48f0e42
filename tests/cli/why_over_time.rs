//! `why --all`: since when a cause has a larger share than before, and the table that a terminal shows.

use std::fs;

use serde_json::Value;

use crate::support::{TestResult, words};

/// A day of calls, 20 % of whose callers on Web cannot place any from 14:03 on.
const DAY: &str = "simulate --calls 20000 --rate 833 --seed 5";
const INCIDENT: &str = "--incident not_placed:Web:20%:2024-05-01T14:03:00Z..2024-05-01T18:30:00Z";

fn log(options: &str) -> TestResult<Vec<u8>> {
    Ok(words(&format!("{DAY} {options}")).ends_with(0)?.stdout)
}

fn json(log: &[u8], options: &str) -> TestResult<Value> {
    let ran = words(&format!("why --all - --format json {options}")).stdin(log.to_vec()).ends_with(0)?;
    Ok(ran.json_lines()?.remove(0))
}

fn minutes(time: &Value) -> i64 {
    let clock = time.as_str().and_then(|time| time.get(11..16)).unwrap_or("00:00");
    clock.split(':').fold(0, |sum, part| sum * 60 + part.parse::<i64>().unwrap_or(0))
}

#[test]
fn an_incident_is_found_once_with_its_calls() -> TestResult {
    let log = log(INCIDENT)?;
    let found = json(&log, "")?;
    let incidents = found["incidents"].as_array().cloned().unwrap_or_default();
    assert_eq!(incidents.len(), 1, "{found:#}");
    let it = &incidents[0];
    assert_eq!([&it["cause"], &it["side"], &it["platform"]], ["not_placed", "caller", "Web"], "{it:#}");
    assert_eq!(it["sdkappid"], Value::Null);
    assert!((minutes(&it["since"]) - (14 * 60 + 3)).abs() <= 5, "{it:#}");
    assert!((minutes(&it["until"]) - (18 * 60 + 30)).abs() <= 10, "{it:#}");
    assert!(minutes(&it["since_between"][0]) <= minutes(&it["since"]), "{it:#}");
    assert!(minutes(&it["since_between"][1]) >= minutes(&it["since"]), "{it:#}");
    let share = it["share"].as_f64().unwrap_or(0.0);
    assert!((0.15..0.26).contains(&share) && it["share_before"].as_f64() < Some(0.03), "{it:#}");
    let ratio = it["calls"].as_f64().unwrap_or(0.0) / it["of"].as_f64().unwrap_or(1.0);
    assert!((share - ratio).abs() < 1e-12, "{it:#}");
    let rows =
        words("export - --columns call_id,cause,caller_platform,start_time").stdin(log).ends_with(0)?;
    let rows = rows.text();
    let examples = it["examples"].as_array().cloned().unwrap_or_default();
    assert_eq!(examples.len(), 3);
    for id in examples.iter().filter_map(Value::as_str) {
        let row = rows.lines().find(|row| row.starts_with(id)).unwrap_or("");
        let time = Value::from(row.rsplit(',').next().unwrap_or(""));
        assert!(row.contains(",not_placed,Web,"), "{row}");
        assert!(minutes(&time) >= minutes(&it["since"]) && minutes(&time) < minutes(&it["until"]), "{row}");
    }
    Ok(())
}

#[test]
fn days_without_incidents_have_none_and_filters_choose_the_calls() -> TestResult {
    assert_eq!(json(&log("")?, "")?["incidents"], Value::Array(Vec::new()));
    let log = log(INCIDENT)?;
    // Nothing is more frequent than before if all that is selected lies within.
    let within = json(&log, "--since 2024-05-01T14:30:00Z --until 2024-05-01T18:00:00Z")?;
    assert_eq!(within["incidents"], Value::Array(Vec::new()));
    let morning = json(&log, "--until 2024-05-01T16:00:00Z")?;
    assert_eq!(morning["incidents"][0]["until"], Value::Null, "{morning:#}");
    Ok(())
}

#[test]
fn apps_are_told_apart() -> TestResult {
    let calm = words("simulate --calls 8000 --rate 333 --seed 8 --sdkappid 1400000002").ends_with(0)?.stdout;
    let incident = "--incident busy:iOS:40%:2024-05-01T09:30:00Z";
    let struck = words(&format!("simulate --calls 8000 --rate 333 --seed 9 {incident}")).ends_with(0)?.stdout;
    let found = json(&[calm, struck].concat(), "")?;
    let incidents = found["incidents"].as_array().cloned().unwrap_or_default();
    assert_eq!(incidents.len(), 1, "{found:#}");
    assert_eq!(incidents[0]["sdkappid"], 1_400_000_001, "{found:#}");
    assert_eq!([&incidents[0]["cause"], &incidents[0]["platform"]], ["busy", "iOS"], "{found:#}");
    Ok(())
}

#[test]
fn people_read_it_in_a_sentence_with_short_ids() -> TestResult {
    let folder = tempfile::tempdir()?;
    fs::write(folder.path().join("a log.jsonl"), log(INCIDENT)?)?;
    let run = |options: &str| {
        let run = words(&format!("why --all {options}")).args(["a log.jsonl"]).cwd(folder.path());
        TestResult::Ok(run.ends_with(0)?.text())
    };
    let text = run("--width 80 --tz Asia/Shanghai")?;
    let joined = text.replace('\n', " ");
    assert!(joined.contains("incident: `not_placed` was "), "{text}");
    assert!(joined.contains(" of calls with a caller on Web from 2024-05-01 22:0"), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    // The table keeps its examples, and what failed stands first.
    let causes: Vec<&str> = text.lines().skip(2).map_while(|line| line.split_whitespace().next()).collect();
    let place = |cause: &str| causes.iter().position(|it| *it == cause).unwrap_or(99);
    let order = ["not_placed", "offline", "no_answer", "busy", "completed", "all"].map(place);
    assert!(order.is_sorted() && order[5] < 99, "{text}");
    let row = text.lines().find(|line| line.starts_with(" completed")).unwrap_or("");
    assert_eq!(row.split_whitespace().last().map(str::len), Some(8), "{text}");
    // The command can be run as it is.
    let command = joined.split("check next: `callkit-tool why ").nth(1).and_then(|it| it.split('`').next());
    let (id, source) = command.and_then(|command| command.split_once(' ')).unwrap_or_default();
    assert_eq!(source, "'a log.jsonl'", "{text}");
    let explained = words("why").args([id, "a log.jsonl"]).cwd(folder.path()).ends_with(0)?.text();
    assert!(explained.contains("not_placed"), "{explained}");
    // With room there are whole ids.
    assert!(run("--width 150")?.lines().any(|line| line.split_whitespace().last().map(str::len) == Some(36)));
    let markdown = run("--format markdown")?;
    assert!(
        markdown.contains("Incident: `not\\_placed` was ") || markdown.contains("Incident: \\`not\\_placed"),
        "{markdown}"
    );
    Ok(())
}

#[test]
fn short_ids_are_unique_in_the_whole_log() -> TestResult {
    let id = |number: u32| format!("same-beginning-{number:04}");
    let line = |number: u32| {
        let callback =
            crate::support::callback::Callback::event("call_failed").call(&id(number)).user("alice");
        callback.role("caller").at(1_714_546_800 + i64::from(number)).to_string() + "\n"
    };
    let log: String = (0..120).map(line).collect();
    let ran = words("why --all - --width 60").stdin(log.clone()).ends_with(0)?.text();
    let short = ran.split("callkit-tool why ").nth(1).and_then(|it| it.split('`').next()).unwrap_or("");
    assert!(short.starts_with("same-beginning-000"), "{ran}");
    let json = words("why - --format json --call-id").args([short]).stdin(log).ends_with(0)?;
    assert_eq!(json.json_lines()?[0]["call_id"], id(0));
    Ok(())
}

#[test]
fn an_incident_that_cannot_be_planted_is_refused() -> TestResult {
    for (incident, expected) in [
        ("droped:Web:5%:1714546800", "did you mean `dropped`"),
        ("dropped:Web:5:1714546800", "is not a share"),
        ("dropped:Web:5%:1714546800..1714546800", "ends before it begins"),
        ("dropped:Web:5%", "not CAUSE:PLATFORM:SHARE:FROM"),
        ("unreached:Web:5%:1714546800", "cannot be shown by the family `event`"),
    ] {
        let ran = words("simulate --calls 10 --incident").args([incident]).ends_with(2)?;
        assert!(ran.errors().contains(expected), "{ran}");
    }
    Ok(())
}
