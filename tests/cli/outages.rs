//! Outages of the backend: planted ones are found with their ends, clean logs have none, and where nothing can be seen
//! that is said.

use std::path::Path;

use serde_json::Value;

use crate::support::{TestResult, tool};

/// A log of a day, written to this file.
fn simulate(log: &Path, seed: u64, calls: u32, faults: &str) -> TestResult {
    let (seed, calls) = (seed.to_string(), calls.to_string());
    tool(["simulate", "--rate", "600", "--seed", &seed, "--calls", &calls, "--faults", faults, "-o"])
        .args([log])
        .ends_with(0)?;
    Ok(())
}

fn outages(log: &Path) -> TestResult<Value> {
    let ran = tool(["outages", "--format", "json"]).args([log]).ends_with(0)?;
    Ok(serde_json::from_str(&ran.text())?)
}

fn millis(value: &Value) -> i64 {
    let time = value.as_str().and_then(|text| text.parse::<jiff::Timestamp>().ok());
    time.map_or(i64::MIN, jiff::Timestamp::as_millisecond)
}

/// The long test, on many days, is `tests/long/outages.py`.
#[test]
fn planted_outages_are_found_with_their_ends() -> TestResult {
    let folder = tempfile::tempdir()?;
    let log = folder.path().join("callbacks.log");
    let planted = [
        ("2024-05-01T08:00:00Z", "2024-05-01T08:00:30Z"),
        ("2024-05-01T09:10:00Z", "2024-05-01T09:12:00Z"),
        ("2024-05-01T09:20:00Z", "2024-05-01T09:40:00Z"),
    ];
    let faults: Vec<String> = planted.iter().map(|(from, to)| format!("outage={from}..{to}")).collect();
    simulate(&log, 3, 6000, &format!("repeats=2%,losses=1%,{}", faults.join(",")))?;
    let report = outages(&log)?;
    let found = report["outages"].as_array().ok_or("no list")?;
    assert_eq!((&report["verdict"], &report["evidence"]), (&"found".into(), &"redeliveries".into()));
    assert_eq!(found.len(), planted.len(), "{report}");
    for (outage, (from, to)) in found.iter().zip(planted) {
        let (from, to) = (millis(&from.into()), millis(&to.into()));
        assert!((millis(&outage["begin"]) - from).abs() < 6000, "{outage}");
        assert!((millis(&outage["end"]) - to).abs() < 6000, "{outage}");
        assert!(outage["callbacks"].as_u64().is_some_and(|callbacks| callbacks >= 20), "{outage}");
        assert!(outage["given_up"].as_u64() < outage["callbacks"].as_u64(), "{outage}");
        assert!(outage["given_up"].as_u64().is_some_and(|given_up| given_up > 0), "{outage}");
    }
    let text = tool(["outages"]).args([&log]).ends_with(0)?;
    assert!(text.text().contains("3 outages in"), "{text}");
    let csv = tool(["outages", "--format", "csv"]).args([&log]).ends_with(0)?;
    assert_eq!(csv.text().lines().count(), 4, "{csv}");
    Ok(())
}

#[test]
fn clean_logs_have_none() -> TestResult {
    let folder = tempfile::tempdir()?;
    for seed in 0..3 {
        let log = folder.path().join("callbacks.log");
        simulate(&log, seed, 3000, "repeats=3%,losses=1%,late=2%,reorder=2%")?;
        let report = outages(&log)?;
        assert_eq!(
            (&report["verdict"], report["outages"].as_array().map(Vec::len)),
            (&"none".into(), Some(0))
        );
    }
    Ok(())
}

#[test]
fn what_cannot_be_told_is_said_with_the_reason() -> TestResult {
    let folder = tempfile::tempdir()?;
    let log = folder.path().join("callbacks.log");
    simulate(&log, 1, 50, "none")?;
    let report = outages(&log)?;
    assert_eq!(report["verdict"], "cannot_tell");
    assert!(
        report["why"].as_str().is_some_and(|why| why.starts_with("no callback was redelivered")),
        "{report}"
    );
    tool(["simulate", "--format", "bare", "--faults", "repeats=20%", "--calls", "50", "-o"])
        .args([&log])
        .ends_with(0)?;
    let report = outages(&log)?;
    assert_eq!(report["verdict"], "cannot_tell");
    assert!(report["why"].as_str().is_some_and(|why| why.contains("time of capture")), "{report}");
    Ok(())
}

/// Lines of `LOG.forward` for a callback a second, of which those from 100 to 160 s are refused.
fn forward() -> String {
    (0..300)
        .map(|second| {
            let at = jiff::Timestamp::from_second(1_718_150_400 + second).map(|at| at.to_string());
            let status = if (100..160).contains(&second) { 500 } else { 200 };
            format!(
                "{{\"received_at\":\"{}\",\"format\":2,\"offset\":0,\"url\":\"/\",\"call_id\":\"c{}\",\
                 \"command\":\"caller_start_call\",\"body_sha256\":\"{second:012}\",\"delivery\":1,\"status\":{status},\
                 \"latency_ms\":1.0}}\n",
                at.unwrap_or_default().replace('Z', ".000Z"),
                second / 10
            )
        })
        .collect()
}

#[test]
fn what_the_backend_answered_is_enough() -> TestResult {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("callbacks.log.forward");
    std::fs::write(&path, forward() + "half a line")?;
    let report = outages(&path)?;
    assert_eq!((&report["verdict"], &report["evidence"]), (&"found".into(), &"answers".into()));
    let found = &report["outages"][0];
    assert_eq!(found["first_failed"], "2024-06-12T00:01:40.000Z");
    assert_eq!(found["accepted_after"], "2024-06-12T00:02:40.000Z");
    assert_eq!(found["callbacks"], 60, "{report}");
    assert_eq!(found["calls"].as_array().map(Vec::len), Some(6));
    let table = tool(["export", "--table", "deliveries", "--columns", "call_id,delivery_status,status"])
        .args([&path])
        .ends_with(0)?;
    assert_eq!(table.text().lines().nth(101), Some("c10,refused,500"), "{table}");
    Ok(())
}

#[test]
fn other_commands_say_what_such_a_file_is() -> TestResult {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("answers.jsonl");
    std::fs::write(&path, forward())?;
    for command in ["validate", "summarize", "calls", "export"] {
        let ran = tool([command]).args([&path]).ends_with(2)?;
        let said = format!("{}{}", ran.text(), ran.errors());
        assert!(
            said.contains("what a backend answered to `capture --forward`, not the callbacks"),
            "{command}: {ran}"
        );
    }
    Ok(())
}

/// A log and the answers to it: each callback with what came of it.
#[test]
fn deliveries_of_a_log_and_its_answers() -> TestResult {
    let folder = tempfile::tempdir()?;
    let log = folder.path().join("callbacks.log");
    let outage = "outage=2024-05-01T00:10:00Z..2024-05-01T00:10:40Z";
    simulate(&log, 3, 200, outage)?;
    let columns = "deliveries,redelivered,delivery_status,acknowledged,given_up,spacing";
    let table = tool(["export", "--table", "deliveries", "--columns", columns]).args([&log]).ends_with(0)?;
    let rows = table.text();
    assert!(rows.contains("7,true,unknown,,,0.000;1.000;1.000;2.000;3.000;5.000"), "{rows}");
    assert!(rows.contains("1,false,accepted,true,false,\n"), "{rows}");
    let summary = tool(["summarize", "--by", "command,delivery_status", "--groups-only", "--format", "csv"])
        .args([&log])
        .ends_with(0)?;
    assert!(summary.text().contains("caller_start_call,accepted,"), "{summary}");
    Ok(())
}
