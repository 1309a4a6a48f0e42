//! `replay` into `capture`: the log that comes out holds the callbacks that went in, in order within each call, but for
//! what chaos says that it did.

use std::collections::BTreeMap;

use serde_json::Value;

use super::receiver::Receiver;
use crate::support::{TestResult, simulated, tool};

/// For each call the bodies, in an order.
type Calls = BTreeMap<String, Vec<String>>;

fn add(calls: &mut Calls, body: &str) -> TestResult {
    let parsed: Value = serde_json::from_str(body)?;
    let call = parsed["CallId"].as_str().unwrap_or_default().to_owned();
    calls.entry(call).or_default().push(body.to_owned());
    Ok(())
}

/// Replays a log of bare bodies with this chaos; returns what was captured and what the report says was delivered.
fn through(log: &[u8], chaos: &str) -> TestResult<(Calls, Calls)> {
    let folder = tempfile::tempdir()?;
    let (captured, report) = (folder.path().join("captured.log"), folder.path().join("report"));
    let receiver = Receiver::start(&captured, &[])?;
    let to = format!("http://{}/callkit", receiver.address);
    let ran = tool(["replay", "-", "--to", &to, "--speed", "max", "--concurrency", "16", "--seed", "7"])
        .args(["--report".as_ref(), report.as_os_str()])
        .args(if chaos.is_empty() { vec![] } else { vec!["--chaos", chaos] })
        .stdin(log.to_vec());
    ran.ends_with(0)?;
    receiver.stop()?;
    let (mut arrived, mut told) = (Calls::new(), Calls::new());
    for line in std::fs::read_to_string(&captured)?.lines() {
        let line: Value = serde_json::from_str(line)?;
        add(&mut arrived, line["body"].as_str().unwrap_or_default())?;
    }
    let bodies: Vec<&str> = std::str::from_utf8(log)?.lines().collect();
    for line in std::fs::read_to_string(&report)?.lines() {
        let line: Value = serde_json::from_str(line)?;
        if line["outcome"] == "accepted" {
            let record = usize::try_from(line["record"].as_u64().unwrap_or(0))?;
            add(&mut told, bodies[record - 1])?;
        }
    }
    Ok((arrived, told))
}

#[test]
fn what_is_replayed_is_captured_in_order_within_each_call() -> TestResult {
    let log = simulated("--calls 300 --format bare --seed 11 --faults reorder=20%,late=10%")?;
    let mut sorted: Vec<&str> = std::str::from_utf8(&log)?.lines().collect();
    let time =
        |body: &str| -> Option<i64> { serde_json::from_str::<Value>(body).ok()?["EventTime"].as_i64() };
    sorted.sort_by_key(|body| time(body));
    let mut expected = Calls::new();
    sorted.iter().try_for_each(|body| add(&mut expected, body))?;
    let (arrived, told) = through(&log, "")?;
    assert!(arrived == expected, "captured in the order of time, each once");
    assert!(told == expected, "and reported so");
    for chaos in
        ["dup=20%", "drop=20%", "reorder=30%", "delay=20%:40s", "dup=9%,reorder=9%,drop=9%,delay=9%:1m"]
    {
        let (arrived, told) = through(&log, chaos)?;
        assert!(arrived == told, "{chaos}: what arrives is what the report says");
        assert!(told != expected, "{chaos} does something");
    }
    Ok(())
}
