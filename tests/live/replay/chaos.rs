//! What arrives differs from the log by what the report says that chaos did, and by nothing else.

use std::collections::HashMap;

use serde_json::Value;

use super::backend::{Backend, SUCCESS, pause};
use crate::support::{TestResult, simulated};

/// Each call's deliveries: the records, in the order in which they arrived.
type Calls = HashMap<String, Vec<u64>>;

struct Played {
    arrived: Calls,
    /// What was done to each delivery: by record and copy.
    marks: HashMap<(u64, u64), Vec<String>>,
    counts: Value,
}

/// Envelopes whose bodies say which record they are, some milliseconds to minutes apart.
fn log() -> TestResult<(String, Vec<(String, i64)>)> {
    let simulated = simulated("--calls 40 --rate 20000 --seed 6")?;
    let (mut log, mut callbacks) = (String::new(), Vec::new());
    for (index, line) in simulated.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).enumerate() {
        let mut line: Value = serde_json::from_slice(line)?;
        let text = line["body"].as_str().map(str::to_owned);
        let mut body: Value =
            text.map_or_else(|| Ok(line["body"].clone()), |text| serde_json::from_str(&text))?;
        body["Number"] = (index + 1).into();
        let time: jiff::Timestamp = line["received_at"].as_str().unwrap_or_default().parse()?;
        callbacks.push((body["CallId"].as_str().unwrap_or_default().to_owned(), time.as_millisecond()));
        line["body"] = body;
        log.push_str(&format!("{line}\n"));
    }
    Ok((log, callbacks))
}

fn play(log: &str, chaos: &str, concurrency: &str, seed: &str) -> TestResult<Played> {
    let backend = Backend::new(|number, _| {
        pause(number);
        SUCCESS
    })?;
    let folder = tempfile::tempdir()?;
    let report = folder.path().join("report");
    let ran = backend
        .replay(log)
        .args(["--chaos", chaos, "--concurrency", concurrency, "--seed", seed, "--format", "json"])
        .args(["--report".as_ref(), report.as_os_str()])
        .ends_with(0)?;
    let mut arrived = Calls::new();
    for request in backend.received() {
        let body: Value = serde_json::from_slice(&request.body)?;
        arrived.entry(request.call()).or_default().push(body["Number"].as_u64().unwrap_or_default());
    }
    let mut marks = HashMap::new();
    for line in std::fs::read_to_string(report)?.lines() {
        let line: Value = serde_json::from_str(line)?;
        let names = line["chaos"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let key = (line["record"].as_u64().unwrap_or_default(), line["copy"].as_u64().unwrap_or_default());
        let before = marks.insert(key, names.map(str::to_owned).collect());
        assert_eq!(before, None, "one line for each delivery: {key:?}");
    }
    Ok(Played { arrived, marks, counts: ran.json_lines()?[0]["plan"]["chaos"].clone() })
}

/// What must arrive of a log after what the report says was done.
fn told(callbacks: &[(String, i64)], played: &Played, late_by: i64) -> Calls {
    let done = |record: u64, copy: u64, what: &str| {
        played.marks.get(&(record, copy)).is_some_and(|marks| marks.iter().any(|mark| mark == what))
    };
    let mut calls: HashMap<String, Vec<(i64, u64)>> = HashMap::new();
    for (record, (call, time)) in (1..).zip(callbacks) {
        let list = calls.entry(call.clone()).or_default();
        if !done(record, 1, "drop") {
            list.push((time + if done(record, 1, "delay") { late_by } else { 0 }, record));
        }
    }
    let mut told = Calls::new();
    for (call, mut list) in calls {
        list.sort_by_key(|(time, _)| *time);
        let mut order: Vec<u64> = list.iter().map(|(_, record)| *record).collect();
        let mut index = 0;
        while index + 1 < order.len() {
            if done(order[index], 1, "reorder") {
                order.swap(index, index + 1);
                index += 1;
            }
            index += 1;
        }
        let twice = |record: u64| {
            std::iter::repeat_n(record, 1 + usize::from(played.marks.contains_key(&(record, 2))))
        };
        let arrives: Vec<u64> = order.into_iter().flat_map(twice).collect();
        if !arrives.is_empty() {
            told.insert(call, arrives);
        }
    }
    told
}

#[test]
fn what_arrives_is_what_the_report_says() -> TestResult {
    let (log, callbacks) = log()?;
    let plain = play(&log, "dup=0%", "16", "1")?;
    assert_eq!(plain.arrived, told(&callbacks, &plain, 0));
    assert!(plain.marks.values().all(Vec::is_empty));
    for (chaos, what) in [
        ("dup=20%", &["dup"][..]),
        ("reorder=20%", &["reorder"]),
        ("drop=20%", &["drop"]),
        ("delay=20%:30s", &["delay"]),
        ("dup=15%,reorder=15%,drop=15%,delay=15%:30s", &["dup", "reorder", "drop", "delay"]),
    ] {
        let played = play(&log, chaos, "16", "1")?;
        assert_eq!(played.arrived, told(&callbacks, &played, 30_000), "{chaos}");
        assert_ne!(played.arrived, plain.arrived, "{chaos}");
        for name in ["dup", "reorder", "drop", "delay"] {
            let copy = if name == "dup" { 2 } else { 1 };
            let marked = |(key, marks): &(&(u64, u64), &Vec<String>)| {
                key.1 == copy && marks.iter().any(|mark| mark == name)
            };
            let marked = played.marks.iter().filter(marked).count();
            assert_eq!(marked > 0, what.contains(&name), "{chaos}: {name}");
            assert_eq!(played.counts[name].as_u64(), Some(marked as u64), "{chaos}: {name}");
        }
    }
    Ok(())
}

#[test]
fn a_seed_decides_it_whatever_the_concurrency() -> TestResult {
    let (log, _) = log()?;
    let chaos = "dup=10%,reorder=10%,drop=10%,delay=10%:1m";
    let [one, many, other] =
        [("1", "7"), ("24", "7"), ("24", "8")].map(|(at_once, seed)| play(&log, chaos, at_once, seed));
    let (one, many, other) = (one?, many?, other?);
    assert_eq!(one.arrived, many.arrived);
    assert_eq!(one.marks, many.marks);
    assert_ne!(many.marks, other.marks);
    Ok(())
}

#[test]
fn settings_that_cannot_be_used_are_refused() -> TestResult {
    let backend = Backend::accepting()?;
    for wrong in ["dup", "dup=2", "delay=1%", "double=1%", ""] {
        let ran = backend.replay("").args(["--chaos", wrong]).ends_with(2)?;
        assert!(ran.errors().contains("--chaos"), "{ran}");
    }
    Ok(())
}

#[test]
fn a_setting_is_given_once() -> TestResult {
    let backend = Backend::accepting()?;
    let ran = backend.replay("").args(["--chaos", "dup=5%,drop=1%,dup=6%"]).ends_with(2)?;
    assert!(ran.errors().contains("`dup` is given twice"), "{ran}");
    Ok(())
}

/// As many are hit as the share says, also in a short log; what cannot be done is said.
#[test]
fn chaos_hits_the_share_that_it_says() -> TestResult {
    let backend = Backend::accepting()?;
    let log = |calls: usize| -> String {
        let line = |call| super::backend::envelope("2024-05-01T00:00:00Z", &format!("call-{call}"), "u");
        (0..calls).map(line).collect()
    };
    let plan = |calls: usize, chaos: &str, seed: &str| -> TestResult<(Value, String)> {
        let run = backend.replay(log(calls)).args([
            "--dry-run",
            "--format",
            "json",
            "--chaos",
            chaos,
            "--seed",
            seed,
        ]);
        let ran = run.ends_with(0)?;
        Ok((ran.json_lines()?.remove(0), ran.errors()))
    };
    for (calls, chaos, name, hit) in [
        (40, "dup=5%", "dup", 2),
        (20, "drop=5%", "drop", 1),
        (1000, "delay=12.5%:1s", "delay", 125),
        (30, "dup=90%", "dup", 27),
    ] {
        for seed in ["1", "2", "3"] {
            let (plan, said) = plan(calls, chaos, seed)?;
            assert_eq!((&plan["chaos"][name], said.as_str()), (&hit.into(), ""), "{chaos}, seed {seed}");
        }
    }
    // Each call has one callback, so that none has a next one.
    let (plan, said) = plan(100, "reorder=10%", "1")?;
    assert_eq!((&plan["chaos"]["reorder"], &plan["chaos_impossible"]["reorder"]), (&0.into(), &10.into()));
    assert!(
        said.contains("note: chaos leaves out 10 reorder: their callbacks are dropped, are the last"),
        "{said}"
    );
    Ok(())
}
