//! v4 calls that the app's own server ends: the record comes from `RESTAPI`, and no member hangs up.

use serde_json::{Value, json};

use crate::support::callback::{v4_changed, v4_start};
use crate::support::{TestResult, tool};

const START: i64 = 1_700_000_000;

/// The record of an answered call of 20 seconds, from that platform if it has a URL.
fn record(platform: Option<&str>, accept: i64) -> String {
    let body = json!({
        "CallbackCommand": "Call.CallbackAfterEndCall",
        "CallRecord": {
            "CallId": "c", "Caller_Account": "a", "MediaType": "Audio", "CallType": "SingleCall",
            "StartTime": START, "EndTime": START + 25, "AcceptTime": accept, "CallResult": "NormalEnd",
            "CalleeList_Account": ["b"], "RoomId": "r", "RoomIdType": 2,
        },
        "EventTime": (START + 25) * 1000,
    });
    let query = |platform| {
        format!(
            "SdkAppid=1&CallbackCommand=Call.CallbackAfterEndCall&contenttype=json&ClientIP=192.0.2.1&OptPlatform={platform}"
        )
    };
    match platform {
        Some(platform) => format!("{}\n", json!({"query": query(platform), "body": body})),
        None => format!("{body}\n"),
    }
}

fn verdict(parts: &[String]) -> TestResult<[Value; 3]> {
    let columns = "cause,certainty,alternative";
    let mut log = parts.concat();
    let ran =
        tool(["export", "--format", "jsonl", "--columns", columns, "-"]).stdin(log.clone()).ends_with(0)?;
    let row = ran.json_lines()?.swap_remove(0);
    // The same on little memory, and whatever the order.
    log = parts.iter().rev().map(String::as_str).collect();
    let few = tool(["export", "--format", "jsonl", "--columns", columns, "--max-memory", "1K", "-"]);
    assert_eq!(few.stdin(log).ends_with(0)?.json_lines()?[0], row);
    Ok([row["cause"].clone(), row["certainty"].clone(), row["alternative"].clone()])
}

#[test]
fn the_record_says_who_ended_the_call() -> TestResult {
    let start = v4_start("c", "a", "b", START * 1000) + "\n";
    let accept = v4_changed("c", "a", "b", "Accept", (START + 5) * 1000) + "\n";
    let hang_up = v4_changed("c", "a", "b", "HangUp", (START + 25) * 1000) + "\n";
    let began = [start, accept.clone()].concat();
    let of = |record: String| verdict(&[began.clone(), record]);
    assert_eq!(
        of(record(Some("RESTAPI"), START + 5))?,
        [json!("ended_by_server"), json!("certain"), json!(null)]
    );
    assert_eq!(of(record(Some("iOS"), START + 5))?, [json!("completed"), json!("certain"), json!(null)]);
    let open = [json!("completed"), json!("cannot_tell"), json!("ended_by_server")];
    assert_eq!(of(record(None, START + 5))?, open);
    for platform in [Some("RESTAPI"), None] {
        let ended = verdict(&[began.clone(), hang_up.clone(), record(platform, START + 5)])?;
        assert_eq!(ended[0], "completed", "a member hangs up");
    }
    // Whatever the record calls that end; without its platform it is what it says.
    let interrupted = |platform| of(record(platform, START + 5).replace("NormalEnd", "Interrupt"));
    assert_eq!(interrupted(Some("RESTAPI"))?[..2], [json!("ended_by_server"), json!("certain")]);
    assert_eq!(interrupted(Some("iOS"))?[..2], [json!("dropped"), json!("certain")]);
    assert_eq!(interrupted(None)?[..2], [json!("dropped"), json!("likely")]);
    // Of members' changes nothing is in the log, so that a hang-up would not be either.
    assert_eq!(verdict(&[record(None, START + 5)])?[1], "likely");
    let why =
        tool(["why", "c", "-"]).stdin(began.clone() + &record(Some("RESTAPI"), START + 5)).ends_with(0)?;
    assert!(why.text().contains("answered, and ended by the app's own server after 20 s"), "{why}");
    Ok(())
}
