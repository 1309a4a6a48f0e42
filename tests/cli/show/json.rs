//! The JSON format: rows and lanes name each other, and its facts are those of `export`.

use serde_json::{Value, json};

use super::{callback, in_group};
use crate::support::{TestResult, tool, words};

fn show(log: &str, call: &str) -> TestResult<Value> {
    let ran = tool(["show", call, "--format", "json", "-"]).stdin(log).ends_with(0)?;
    let mut lines = ran.json_lines()?;
    assert_eq!(lines.len(), 1, "{ran}");
    Ok(lines.remove(0))
}

/// `kind: event of user -> event of user`, for each relation.
fn relations(call: &Value) -> Vec<String> {
    let row = |index: &Value| {
        let row = &call["rows"][index.as_u64().unwrap_or(u64::MAX) as usize];
        format!("{} {}", row["user_id"].as_str().unwrap_or("-"), row["event"].as_str().unwrap_or("-"))
    };
    let relations = call["relations"].as_array().into_iter().flatten();
    relations
        .map(|it| {
            let arrow = if it["mutual"] == true { "<->" } else { "->" };
            format!("{}: {} {arrow} {}", it["kind"].as_str().unwrap_or("-"), row(&it["from"]), row(&it["to"]))
        })
        .collect()
}

#[test]
fn the_facts_are_the_exported_row() -> TestResult {
    let root = env!("CARGO_MANIFEST_DIR").as_ref();
    let rows = words("export samples/group.jsonl --format jsonl").cwd(root).ends_with(0)?.json_lines()?;
    let all = "show samples/group.jsonl --format json --since 2015-01-01 --limit 100";
    let calls = words(all).cwd(root).ends_with(0)?.json_lines()?;
    assert_eq!(calls.len(), rows.len());
    for (row, call) in rows.iter().zip(&calls) {
        assert_eq!(call["version"], 1);
        for (name, value) in row.as_object().into_iter().flatten() {
            assert_eq!(&call[name], value, "{name} of {}", row["call_id"]);
        }
        assert_eq!(call["callbacks"], call["rows"].as_array().map_or(0, Vec::len));
    }
    Ok(())
}

#[test]
fn rows_lanes_and_gaps_of_a_usual_call() -> TestResult {
    let log = callback("c", "callee", "bob", "receive_call", 1_714_550_001)
        + &callback("c", "caller", "alice", "start_call", 1_714_550_000)
        + &callback("c", "callee", "bob", "accept_call", 1_714_550_005)
        + &callback("c", "caller", "alice", "call_accepted", 1_714_550_005)
        + &callback("c", "caller", "alice", "call_end", 1_714_551_005)
        + &callback("c", "callee", "bob", "call_end", 1_714_551_006);
    let call = show(&log, "c")?;
    let lane =
        |user: &str, role: &str| json!({"user_id": user, "role": role, "platform": null, "callbacks": 3});
    assert_eq!(call["lanes"], json!([lane("alice", "caller"), lane("bob", "callee")]));
    let first = &call["rows"][0];
    assert_eq!(first["event"], "start_call");
    assert_eq!(first["line"], 2);
    assert_eq!(first["source"], "-");
    assert_eq!(first["time"], "2024-05-01T07:53:20Z");
    assert_eq!(first["offset_seconds"], 0);
    assert_eq!(call["rows"][5]["offset_seconds"], 1006);
    assert_eq!(call["gaps"], json!([{"before": 4, "seconds": 1000}]));
    assert_eq!(
        relations(&call),
        [
            "ring: alice start_call -> bob receive_call",
            "accept: bob accept_call -> alice call_accepted",
            "end: alice call_end <-> bob call_end",
        ]
    );
    Ok(())
}

#[test]
fn every_implied_relation_is_found_whichever_clock_is_ahead() -> TestResult {
    let cases = [
        (("caller", "start_call"), ("callee", "receive_call"), "ring: a start_call -> b receive_call"),
        (("callee", "reject_call"), ("caller", "call_rejected"), "reject: b reject_call -> a call_rejected"),
        (("callee", "ignore_call"), ("caller", "call_busy"), "busy: b ignore_call -> a call_busy"),
        (("caller", "cancel_call"), ("callee", "call_canceled"), "cancel: a cancel_call -> b call_canceled"),
        (
            ("callee", "not_answer_call"),
            ("caller", "call_missed"),
            "not_answer: a call_missed <-> b not_answer_call",
        ),
        (
            ("callee", "call_interrupted"),
            ("caller", "call_interrupted"),
            "interrupt: a call_interrupted <-> b call_interrupted",
        ),
    ];
    for ((role, event), (other_role, other_event), wanted) in cases {
        for (time, other_time) in [(1_714_550_010, 1_714_550_011), (1_714_550_010, 1_714_550_007)] {
            let user = |role: &str| if role == "caller" { "a" } else { "b" };
            let log = callback("c", role, user(role), event, time)
                + &callback("c", other_role, user(other_role), other_event, other_time);
            assert_eq!(
                relations(&show(&log, "c")?),
                [wanted],
                "{event} at {time}, the other at {other_time}"
            );
        }
    }
    Ok(())
}

#[test]
fn in_a_group_call_someone_leaves_without_the_others() -> TestResult {
    let log: String = [
        callback("c", "caller", "a", "start_call", 1_714_550_000),
        callback("c", "callee", "b", "receive_call", 1_714_550_000),
        callback("c", "callee", "d", "receive_call", 1_714_550_001),
        callback("c", "callee", "b", "accept_call", 1_714_550_004),
        callback("c", "caller", "a", "call_accepted", 1_714_550_004),
        callback("c", "callee", "d", "accept_call", 1_714_550_009),
        callback("c", "callee", "b", "invite_user", 1_714_550_060),
        callback("c", "callee", "e", "receive_call", 1_714_550_061),
        callback("c", "callee", "b", "call_end", 1_714_550_090),
        callback("c", "caller", "a", "call_end", 1_714_550_090),
    ]
    .iter()
    .map(|line| in_group(line))
    .collect();
    assert_eq!(
        relations(&show(&log, "c")?),
        [
            "ring: a start_call -> b receive_call",
            "ring: a start_call -> d receive_call",
            "accept: b accept_call -> a call_accepted",
            "ring: b invite_user -> e receive_call",
        ]
    );
    Ok(())
}

#[test]
fn status_callbacks_of_both_sides_belong_together() -> TestResult {
    let status = |role: &str, user: &str, result: &str| {
        let line = callback("c", role, user, "call_end", 1_714_550_000);
        line.replace("\"Event\":\"call_end\",", "").replace("normal_end", result)
    };
    let cases = [
        ("normal_end", "end: a status <-> b status"),
        ("cancel", "cancel: a status -> b status"),
        ("reject", "reject: b status -> a status"),
    ];
    for (result, wanted) in cases {
        let log = status("callee", "b", result) + &status("caller", "a", result);
        let call = show(&log, "c")?;
        assert_eq!(relations(&call), [wanted]);
        assert_eq!(call["rows"][0]["family"], "status");
        assert_eq!(call["rows"][0]["result"], result);
    }
    Ok(())
}

#[test]
fn duplicates_follow_the_first_delivery_with_their_delay() -> TestResult {
    let start = callback("c", "caller", "a", "start_call", 1_714_550_000);
    let ring = callback("c", "callee", "b", "receive_call", 1_714_550_000);
    let captured = |line: &str, at: &str| format!("{{\"received_at\":\"{at}\",\"body\":{}}}\n", line.trim());
    let log = captured(&start, "2024-05-01T07:53:20.100Z")
        + &captured(&ring, "2024-05-01T07:53:20.200Z")
        + &captured(&start, "2024-05-01T07:53:21.350Z")
        + &captured(&start, "2024-05-01T07:53:22.350Z");
    let call = show(&log, "c")?;
    let lines: Vec<&Value> = call["rows"].as_array().into_iter().flatten().map(|row| &row["line"]).collect();
    assert_eq!(lines, [1, 3, 4, 2]);
    assert_eq!(call["rows"][2]["duplicate_of"], 0);
    assert_eq!(call["rows"][2]["delivery"], 3);
    assert_eq!(call["rows"][2]["delay_seconds"], 2.25);
    assert_eq!(call["rows"][0]["duplicate_of"], Value::Null);
    assert_eq!(call["rows"][2]["findings"][0]["rule"], "call/duplicate");
    assert_eq!(call["rows"][2]["findings"][0]["beside"], 0);
    assert_eq!(relations(&call), ["ring: a start_call -> b receive_call"]);
    let text = tool(["show", "c", "-", "--error", "call/duplicate"]).stdin(log.clone()).ends_with(0)?.text();
    assert!(text.contains("! error call/duplicate: this callback was redelivered, see -:1"), "{text}");
    let text = tool(["show", "c", "-"]).stdin(log).ends_with(0)?.text();
    assert!(!text.contains("call/duplicate"), "{text}");
    assert!(text.contains("again ×2, +1.250 s") && text.contains("again ×3, +2.250 s"), "{text}");
    Ok(())
}

#[test]
fn a_v4_record_of_the_whole_call_and_several_actors_in_one() -> TestResult {
    let log = concat!(
        r#"{"CallbackCommand":"Call.CallbackAfterStartCall","CallInfo":{"CallId":"c","MediaType":"Audio","RoomId":"r","RoomIdType":2},"UserList":[{"User_Account":"b","Status":"Waiting"},{"User_Account":"a","Status":"Calling"},{"User_Account":"d","Status":"Waiting"}],"EventTime":1714550000250}"#,
        "\n",
        r#"{"CallbackCommand":"Call.CallbackAfterMemberChanged","CallId":"c","UserList":[{"User_Account":"a","Status":"Calling"},{"User_Account":"z","Status":"Calling"}],"ChangedUserList":[{"User_Account":"d","ActionType":"Accept"},{"User_Account":"b","ActionType":"Reject"}],"EventTime":1714550004000}"#,
        "\n",
        r#"{"CallbackCommand":"Call.CallbackAfterEndCall","CallRecord":{"CallId":"c","Caller_Account":"a","MediaType":"Audio","CallType":"MultiCall","StartTime":1714550000,"EndTime":1714550030,"AcceptTime":1714550004,"CallResult":"NormalEnd","CalleeList_Account":["b","d"],"RoomId":"r","RoomIdType":2},"EventTime":1714550030500}"#,
        "\n",
    );
    let call = show(log, "c")?;
    let rows = &call["rows"];
    assert_eq!(call["lanes"][0]["user_id"], "a");
    assert_eq!(call["lanes"].as_array().map(Vec::len), Some(3), "a user that does nothing has none");
    assert_eq!(rows[0]["time"], "2024-05-01T07:53:20.250Z");
    assert_eq!(rows[0]["offset_seconds"], 0.25);
    assert_eq!(rows[0]["lane"], 0);
    assert_eq!(rows[0]["others"], json!([{"lane": 1, "event": "called"}, {"lane": 2, "event": "called"}]));
    assert_eq!((&rows[1]["user_id"], &rows[1]["event"]), (&json!("d"), &json!("accept")));
    assert_eq!(rows[1]["others"], json!([{"lane": 1, "event": "reject"}]));
    assert_eq!(rows[2]["whole_call"], true);
    assert_eq!(rows[2]["result"], "normal_end");
    let text = tool(["show", "c", "-"]).stdin(log).ends_with(0)?.text();
    assert!(
        text.contains("●─ start_call") && text.contains("▶● called") && text.contains("╞ call_record"),
        "{text}"
    );
    Ok(())
}
