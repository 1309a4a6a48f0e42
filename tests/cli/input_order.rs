//! What must not depend on the order in which records stand: which findings come, and how many. Also what v4 callbacks
//! say of several users, whose order says nothing.

use std::collections::BTreeSet;

use serde_json::json;

use crate::support::callback::{Callback, v4_start};
use crate::support::{TestResult, tool};

const TIME: i64 = 1_700_000_000;

fn event(user: &str, event: &str) -> Callback {
    Callback::event(event).user(user).call("c").at(TIME)
}

/// All orders of these lines.
fn orders(lines: &[String]) -> Vec<String> {
    if lines.is_empty() {
        return vec![String::new()];
    }
    let with_first = |first: usize| {
        let rest: Vec<String> = [&lines[..first], &lines[first + 1..]].concat();
        orders(&rest).into_iter().map(move |rest| format!("{}{rest}", lines[first]))
    };
    (0..lines.len()).flat_map(with_first).collect()
}

#[test]
fn the_same_findings_come_in_any_order() -> TestResult {
    let stamped = |user: &str, role: &str, start: i64, end: i64| {
        let end_event = event(user, "call_end").role(role).at(TIME + 200);
        end_event.set("StartCallTs", start).set("EndTs", end)
    };
    let calls: [&[Callback]; 5] = [
        &[event("A", "start_call"), event("B", "start_call")],
        &[event("A", "start_call"), event("B", "start_call"), event("C", "receive_call")],
        &[
            event("A", "start_call"),
            event("B", "start_call"),
            event("C", "start_call"),
            event("D", "receive_call"),
        ],
        &[event("A", "start_call"), event("B", "receive_call"), event("C", "receive_call")],
        // The start that two callbacks give is after the end that one of them gives.
        &[
            event("A", "start_call").set("StartCallTs", TIME + 100),
            stamped("B", "callee", TIME + 100, TIME + 50),
            event("A", "call_end").role("caller").set("EndTs", TIME + 50),
        ],
    ];
    for call in calls {
        let lines: Vec<String> = call.iter().map(Callback::line).collect();
        let mut seen = BTreeSet::new();
        for log in orders(&lines) {
            let ran = tool(["validate", "--format", "json", "-"]).stdin(log.clone()).run()?;
            let mut rules = ran.rules()?;
            rules.sort();
            let problems = tool(["export", "--columns", "problems", "-"]).stdin(log).ends_with(0)?;
            seen.insert((rules, problems.text()));
        }
        assert_eq!(seen.len(), 1, "{seen:?}");
    }
    Ok(())
}

#[test]
fn findings_name_the_same_users_in_any_order() -> TestResult {
    for call in [
        &[event("B", "start_call"), event("A", "start_call"), event("C", "receive_call")][..],
        &[
            event("B", "start_call").at(TIME - 5),
            event("A", "start_call"),
            event("A", "cancel_call").at(TIME + 9),
        ],
        &[event("A", "start_call"), event("D", "receive_call").at(TIME + 1), event("C", "receive_call")],
    ] {
        let lines: Vec<String> = call.iter().map(Callback::line).collect();
        let mut seen = BTreeSet::new();
        for log in orders(&lines) {
            let ran = tool(["validate", "--format", "json", "-"]).stdin(log).run()?;
            let of_call = ["call/two-callers", "call/too-many-users"].map(serde_json::Value::from);
            let found = ran.json_lines()?.into_iter().filter(|finding| of_call.contains(&finding["rule"]));
            let says =
                found.map(|finding| format!("{} {}", finding["message"], finding["related"][0]["message"]));
            seen.insert(says.collect::<BTreeSet<_>>());
        }
        assert_eq!(seen.len(), 1, "{seen:?}");
        assert!(!seen.iter().all(BTreeSet::is_empty), "{lines:?}");
    }
    Ok(())
}

#[test]
fn an_id_that_cannot_be_used_is_one_finding() -> TestResult {
    let call = [
        event("A", "start_call"),
        event("B", "receive_call").at(TIME + 1),
        event("B", "accept_call").at(TIME + 5),
        event("A", "call_accepted").at(TIME + 5),
        event("A", "call_end").role("caller").result("interrupt").at(TIME + 9),
        event("B", "call_end").role("callee").result("interrupt").at(TIME + 9),
    ];
    let all: String = call.iter().map(Callback::line).collect();
    let without = tool(["validate", "--format", "json", "-"]).stdin(all).run()?.rules()?;
    for faulty in 0..call.len() {
        for id in [json!({}), json!(null), json!(""), json!(true)] {
            let line = |(index, callback): (usize, &Callback)| {
                let members = callback.members().iter().map(|(name, text)| match name.as_str() {
                    "UserId" if index == faulty => format!("\"{name}\":{id}"),
                    _ => format!("\"{name}\":{text}"),
                });
                format!("{{{}}}\n", members.collect::<Vec<_>>().join(","))
            };
            let log: String = call.iter().enumerate().map(line).collect();
            let rules = tool(["validate", "--format", "json", "-"]).stdin(log).run()?.rules()?;
            assert_eq!(rules.len(), without.len() + 1, "{faulty} {id}: {rules:?}, without: {without:?}");
        }
    }
    Ok(())
}

/// A change of members, each with what it does.
fn change(members: &[(&str, &str)], time: i64) -> String {
    let changed: Vec<_> =
        members.iter().map(|(user, action)| json!({"User_Account": user, "ActionType": action})).collect();
    let body = json!({
        "CallbackCommand": "Call.CallbackAfterMemberChanged", "CallId": "c",
        "UserList": [{"User_Account": "A", "Status": "Calling"}, {"User_Account": "Z", "Status": "Waiting"}],
        "ChangedUserList": changed, "EventTime": time,
    });
    let query = "SdkAppid=1&CallbackCommand=Call.CallbackAfterMemberChanged&contenttype=json&ClientIP=192.0.2.1&OptPlatform=iOS";
    format!("{}\n", json!({"query": query, "body": body}))
}

#[test]
fn users_in_another_order_make_a_duplicate() -> TestResult {
    let millis = TIME * 1000;
    let log = change(&[("B", "Accept"), ("C", "Reject")], millis)
        + &change(&[("C", "Reject"), ("B", "Accept")], millis);
    let ran = tool(["export", "--columns", "callbacks,duplicates", "-"]).stdin(log).ends_with(0)?;
    assert_eq!(ran.text(), "callbacks,duplicates\n2,1\n");
    let log = change(&[("B", "Accept"), ("C", "Reject")], millis)
        + &change(&[("B", "Reject"), ("C", "Accept")], millis);
    let ran = tool(["export", "--columns", "callbacks,duplicates", "-"]).stdin(log).ends_with(0)?;
    assert_eq!(ran.text(), "callbacks,duplicates\n2,0\n");
    Ok(())
}

#[test]
fn one_user_named_twice_is_one_acting_user() -> TestResult {
    let table = ["export", "--table", "participants", "--columns", "user_id,platform,client_ip", "-"];
    let log = change(&[("B", "Accept"), ("B", "Join")], TIME * 1000);
    assert_eq!(tool(table).stdin(log).ends_with(0)?.text(), "user_id,platform,client_ip\nB,iOS,192.0.2.1\n");
    let log = change(&[("B", "Accept"), ("C", "Join")], TIME * 1000);
    assert_eq!(tool(table).stdin(log).ends_with(0)?.text(), "user_id,platform,client_ip\nB,,\nC,,\n");
    Ok(())
}

#[test]
fn who_takes_no_part_has_no_lane_and_gaps_count_milliseconds() -> TestResult {
    let log = v4_start("c", "A", "B", TIME * 1000 + 900)
        + "\n"
        + &change(&[("B", "Accept")], TIME * 1000 + 10_100)
        + &change(&[], TIME * 1000 + 20_300)
        + &change(&[("B", "HangUp")], TIME * 1000 + 32_200);
    let ran = tool(["show", "c", "--format", "json", "-"]).stdin(log).ends_with(0)?;
    let call = &ran.json_lines()?[0];
    let lanes: Vec<_> = call["lanes"].as_array().into_iter().flatten().map(|lane| &lane["user_id"]).collect();
    assert_eq!(lanes, [&json!("A"), &json!("B")], "{ran}");
    // 9.2 s, 10.2 s and 11.9 s.
    assert_eq!(call["gaps"], json!([{"before": 2, "seconds": 10}, {"before": 3, "seconds": 11}]), "{ran}");
    Ok(())
}

#[test]
fn groups_of_applications_are_in_the_order_of_numbers() -> TestResult {
    let line = |id: u32| {
        let query = format!("sdkappid={id}&command=caller_start_call");
        format!(
            "{}\n",
            json!({"query": query, "body": Callback::event("start_call").call(&id.to_string()).to_string()})
        )
    };
    let log = format!(
        "{}{}",
        [100, 9, 20, 1_400_000_001].map(line).concat(),
        Callback::event("start_call").call("x").line()
    );
    let ran = tool(["summarize", "--by", "sdkappid", "--format", "json", "-"]).stdin(log).ends_with(0)?;
    let groups = &ran.json_lines()?[0]["groups"];
    let keys: Vec<_> =
        groups.as_array().into_iter().flatten().filter_map(|group| group["key"].as_str()).collect();
    assert_eq!(keys, ["9", "20", "100", "1400000001", ""], "{ran}");
    Ok(())
}

#[test]
fn a_distance_from_utc_is_what_people_mean_and_a_note_says_so() -> TestResult {
    let log = Callback::event("start_call").call("c").at(TIME).line();
    let hour = |zone: &str| {
        tool(["summarize", "--by", "hour", "--format", "csv", "--tz", zone, "-"])
            .stdin(log.clone())
            .ends_with(0)
    };
    let (iso, loose) = (hour("+02:00")?, hour("UTC+2")?);
    assert_eq!(iso.text(), loose.text());
    assert!(iso.text().contains("2023-11-15T00:00+02:00"), "{iso}");
    assert!(loose.errors().contains("note: `UTC+2` is taken for 2:00 hours ahead of UTC"), "{loose}");
    assert!(!iso.errors().contains("is taken for"), "{iso}");
    let refused = tool(["export", "--since", "20250610", "-"]).stdin(log.clone()).ends_with(2)?;
    assert!(refused.errors().contains("`20250610` is ambiguous; give the date as 2025-06-10"), "{refused}");
    Ok(())
}

#[test]
fn the_note_counts_the_errors_that_the_table_counts() -> TestResult {
    let log = event("A", "start_call").set("MediaType", "x").line() + &event("B", "start_call").line();
    let ran = tool(["summarize", "-"]).stdin(log).ends_with(0)?;
    assert!(ran.errors().contains("note: 2 errors in 2 records, 1 of them on calls;"), "{ran}");
    assert!(ran.text().contains("2 errors,"), "{ran}");
    Ok(())
}
