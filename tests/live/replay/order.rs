//! In order for each call, side by side across calls, and when.

use std::collections::HashMap;
use std::time::Duration;

use super::backend::{Backend, Received, SUCCESS, callbacks, envelope, pause};
use crate::support::{TestResult, simulated};

/// The bodies of each call, in their order.
fn by_call(bodies: impl IntoIterator<Item = (String, String)>) -> HashMap<String, Vec<String>> {
    let mut calls: HashMap<String, Vec<String>> = HashMap::new();
    bodies.into_iter().for_each(|(call, body)| calls.entry(call).or_default().push(body));
    calls
}

fn arrived(backend: &Backend) -> HashMap<String, Vec<String>> {
    by_call(backend.received().iter().map(|it| (it.call(), it.text())))
}

fn in_time(log: &[u8]) -> TestResult<HashMap<String, Vec<String>>> {
    let mut wanted = callbacks(log)?;
    wanted.sort_by(|one, next| one.0.cmp(&next.0));
    Ok(by_call(wanted.into_iter().map(|(_, call, body)| (call, body))))
}

#[test]
fn each_call_is_in_order_and_calls_are_side_by_side() -> TestResult {
    let backend = Backend::new(|number, _| {
        pause(number);
        SUCCESS
    })?;
    let log = simulated("--calls 60 --rate 5000 --seed 2 --faults repeats=10%,late=5%")?;
    backend.replay(log.clone()).args(["--concurrency", "24"]).ends_with(0)?;
    assert_eq!(arrived(&backend), in_time(&log)?);
    let most = backend.most_at_once();
    assert!((2..=24).contains(&most), "{most} at once");
    Ok(())
}

#[test]
fn a_log_out_of_order_is_put_in_order() -> TestResult {
    let backend = Backend::accepting()?;
    let log = simulated("--calls 30 --seed 5")?;
    let mut lines: Vec<&[u8]> = log.split_inclusive(|byte| *byte == b'\n').collect();
    let mut step = 1;
    for index in (1..lines.len()).rev() {
        step = step * 48_271 % 0x7fff_ffff;
        lines.swap(index, step % (index + 1));
    }
    let shuffled = lines.concat();
    let ran = backend.replay(shuffled.clone()).args(["--format", "json"]).ends_with(0)?;
    assert_eq!(arrived(&backend), in_time(&shuffled)?);
    assert!(ran.json_lines()?[0]["plan"]["out_of_order"].as_u64() > Some(10), "{ran}");
    Ok(())
}

#[test]
fn no_more_at_once_than_allowed_and_one_call_never_with_itself() -> TestResult {
    let backend = Backend::new(|_, _| {
        std::thread::sleep(Duration::from_millis(10));
        SUCCESS
    })?;
    let times = ["2024-05-01T00:00:00Z", "2024-05-01T00:00:01Z"];
    let one_call: String = (0..8).map(|user| envelope(times[0], "c", &user.to_string())).collect();
    backend.replay(one_call).ends_with(0)?;
    assert_eq!(backend.most_at_once(), 1);
    let many: String = (0..40).map(|call| envelope(times[1], &call.to_string(), "u")).collect();
    backend.replay(many).args(["--concurrency", "3"]).ends_with(0)?;
    assert!((2..=3).contains(&backend.most_at_once()), "{}", backend.most_at_once());
    Ok(())
}

#[test]
fn callbacks_of_no_call_do_not_wait_for_each_other() -> TestResult {
    let backend = Backend::new(|_, _| {
        std::thread::sleep(Duration::from_millis(30));
        SUCCESS
    })?;
    let log = "{\"UserId\":\"u\",\"Event\":\"start_call\"}\n".repeat(8);
    let ran = backend.replay(log).args(["--format", "json"]).ends_with(0)?;
    assert!(backend.most_at_once() > 1);
    let report = &ran.json_lines()?[0];
    assert_eq!((&report["plan"]["ungrouped"], &report["plan"]["calls"]), (&8.into(), &0.into()));
    Ok(())
}

#[test]
fn the_plan_follows_the_log_at_the_speed_asked_for() -> TestResult {
    let backend = Backend::accepting()?;
    let log = [
        envelope("2024-05-01T00:00:02.500Z", "b", "late"),
        envelope("2024-05-01T00:00:00.000Z", "a", "first"),
        envelope("2024-05-01T00:00:10.000Z", "a", "last"),
    ];
    let folder = tempfile::tempdir()?;
    let report = folder.path().join("report");
    let url = format!("http://{}/", backend.address);
    crate::support::words("replay - --speed 100x --to")
        .args([url.as_ref(), "--report".as_ref(), report.as_os_str()])
        .stdin(log.concat())
        .ends_with(0)?;
    let users = |it: &Received| it.text().split('"').nth(3).unwrap_or_default().to_owned();
    assert_eq!(backend.received().iter().map(users).collect::<Vec<_>>(), ["first", "late", "last"]);
    for line in std::fs::read_to_string(report)?.lines() {
        let line: serde_json::Value = serde_json::from_str(line)?;
        let wanted = [25.0, 0.0, 100.0][line["record"].as_u64().unwrap_or(9) as usize - 1];
        assert_eq!(line["planned_ms"].as_f64(), Some(wanted), "{line}");
        assert!(line["sent_ms"].as_f64() >= Some(wanted), "nothing is sent before its time: {line}");
    }
    Ok(())
}

#[test]
fn the_rate_bounds_requests() -> TestResult {
    let backend = Backend::accepting()?;
    let log: String = (0..30).map(|call| envelope("2024-05-01T00:00:00Z", &call.to_string(), "u")).collect();
    let ran = backend.replay(log).args(["--rate", "200/s", "--format", "json"]).ends_with(0)?;
    let report = &ran.json_lines()?[0];
    // 30 requests, one every 5 ms; two may go at once where a timer was late.
    assert!(report["seconds"].as_f64() > Some(0.1), "{ran}");
    assert_eq!(report["sent"], 30);
    Ok(())
}
