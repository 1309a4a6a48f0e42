//! Neighbours of the `callback/` rules.

use super::bodies::{END, QUERY, START, STATUS, at};
use super::{Row, fires, silent};

/// A step of the event family with a result, in a call of this type.
fn ended(role: &str, event: &str, result: &str, call_type: &str) -> String {
    let quoted = |text: &str| format!("\"{text}\"");
    let (role, event, result, kind) = (quoted(role), quoted(event), quoted(result), quoted(call_type));
    START.with(&[("Role", &role), ("Event", &event), ("CallResult", &result), ("CallType", &kind)])
}

fn single(role: &str, event: &str, result: &str) -> String {
    ended(role, event, result, "single")
}

fn command(command: &str, body: &str) -> String {
    at(&QUERY.replace("caller_start_call", command), body)
}

pub(crate) fn word_rows() -> Vec<Row> {
    let status = |result: &str| STATUS.with(&[("CallResult", &format!("\"{result}\""))]);
    let mut rows = vec![
        fires("callback/role-event", single("caller", "receive_call", "")),
        fires("callback/role-event", single("caller", "not_answer_call", "")),
        fires("callback/role-event", single("callee", "start_call", "")),
        fires("callback/role-event", single("callee", "call_missed", "")),
        silent("callback/role-event", single("callee", "call_end", "")),
        silent("callback/role-event", single("caller", "call_interrupted", "")),
        silent("callback/role-event", ended("caller", "invite_user", "", "group")),
        silent("callback/role-event", ended("callee", "join_in_group_call", "", "group")),
        silent("callback/role-event", single("caller", "nothing", "")),
        silent("callback/role-event", single("nobody", "receive_call", "")),
        silent("callback/command", command("caller_start_call", &START.json())),
        fires("callback/command", command("caller_call_missed", &START.json())),
        fires("callback/command", command("invite_user", &START.json())),
        silent("callback/command", command("caller_nothing", &START.json())),
        silent("callback/command", command("caller_call_end", &single("caller", "receive_call", ""))),
        silent("callback/command", command("invite_user", &ended("caller", "invite_user", "", "group"))),
        silent("callback/command", command("call_end", &status("normal_end"))),
        silent("callback/command", command("normal_end", &status("normal_end"))),
        silent("callback/command", command("cancel", &status("cancel"))),
        fires("callback/command", command("call_end", &status("cancel"))),
        fires("callback/command", command("cancel", &status("normal_end"))),
        // The command alone makes it one of the event family, so there is no result that it could contradict.
        silent("callback/command", command("caller_start_call", &status("cancel"))),
        fires("callback/event-type", ended("caller", "invite_user", "", "single")),
        fires("callback/event-type", ended("callee", "join_in_group_call", "", "single")),
        silent("callback/event-type", ended("caller", "invite_user", "", "group")),
        fires("callback/result-not-end", single("caller", "start_call", "normal_end")),
        fires("callback/result-not-end", single("callee", "accept_call", "normal_end")),
        silent("callback/result-not-end", single("caller", "start_call", "")),
        silent("callback/result-not-end", single("caller", "start_call", "nothing")),
        silent("callback/result-not-end", single("caller", "call_end", "normal_end")),
        silent("callback/result-event", single("caller", "start_call", "normal_end")),
    ];
    rows.extend(result_rows());
    rows
}

/// What event and result say of how the call ended.
fn result_rows() -> Vec<Row> {
    let status = |result: &str| STATUS.with(&[("CallResult", &format!("\"{result}\""))]);
    let ends = [
        ("caller", "call_missed", "not_answer"),
        ("caller", "call_rejected", "reject"),
        ("caller", "call_busy", "call_busy"),
        ("caller", "cancel_call", "cancel"),
        ("caller", "call_end", "normal_end"),
        ("caller", "call_interrupted", "interrupt"),
        ("caller", "call_interrupted", "offline"),
        ("callee", "not_answer_call", "not_answer"),
        ("callee", "reject_call", "reject"),
        ("callee", "ignore_call", "call_busy"),
        ("callee", "call_canceled", "cancel"),
        ("callee", "call_interrupted", "offline"),
    ];
    let agrees = |(role, event, result)| silent("callback/result-event", single(role, event, result));
    let mut rows = Vec::from(ends.map(agrees));
    let results = ["normal_end", "not_answer", "reject", "call_busy", "cancel", "interrupt", "offline"];
    let failed = |result: &&str| silent("callback/result-event", single("caller", "call_failed", result));
    rows.extend(results.iter().map(failed));
    rows.extend([
        fires("callback/result-event", single("caller", "call_rejected", "cancel")),
        fires("callback/result-event", single("callee", "ignore_call", "reject")),
        fires("callback/result-event", single("caller", "call_interrupted", "cancel")),
        fires("callback/result-event", single("caller", "call_end", "offline")),
        silent("callback/result-event", single("caller", "call_end", "")),
        fires("callback/result-group", ended("caller", "cancel_call", "cancel", "group")),
        silent("callback/result-group", ended("caller", "cancel_call", "", "group")),
        silent("callback/result-group", ended("caller", "call_end", "normal_end", "group")),
        silent("callback/result-group", ended("caller", "cancel_call", "cancel", "single")),
        fires("callback/result-group", status("cancel").replace("single", "group")),
    ]);
    rows
}

pub(crate) fn time_rows() -> Vec<Row> {
    let day = 86_400;
    let end_at = |time: i64| END.with(&[("EventTime", &time.to_string())]);
    vec![
        fires("callback/early-timestamps", START.with(&[("StartCallTs", "1704856873")])),
        fires("callback/early-timestamps", STATUS.with(&[("EndTs", "1704856885")])),
        silent("callback/early-timestamps", START.with(&[("StartCallTs", "0"), ("EndTs", "0")])),
        silent("callback/early-timestamps", START.with(&[("StartCallTs", "5")])),
        fires("callback/early-timestamps", START.with(&[("StartCallTs", r#""1704856873""#)])),
        silent("callback/early-timestamps", START.with(&[("StartCallTs", r#""1704856873x""#)])),
        silent("callback/early-timestamps", END.with(&[("CallResult", r#""""#)])),
        silent("callback/early-timestamps", END.json()),
        silent(
            "callback/early-timestamps",
            STATUS.with(&[("CallResult", r#""normal_end""#), ("EndTs", "1704856885")]),
        ),
        fires("callback/missing-timestamps", END.without("AcceptTs")),
        fires("callback/missing-timestamps", END.without("EndTs")),
        fires("callback/missing-timestamps", END.without("AcceptTs")),
        fires("callback/missing-timestamps", END.with(&[("AcceptTs", "0")])),
        fires("callback/missing-timestamps", STATUS.with(&[("CallResult", r#""normal_end""#)])),
        silent("callback/missing-timestamps", END.json()),
        silent("callback/missing-timestamps", STATUS.json()),
        silent("callback/missing-timestamps", END.with(&[("AcceptTs", r#""1704856876""#)])),
        fires("callback/time-order", END.with(&[("AcceptTs", "1704856872")])),
        fires("callback/time-order", END.with(&[("EndTs", "1704856875")])),
        fires("callback/time-order", END.with(&[("AcceptTs", "0"), ("EndTs", "1704856872")])),
        silent("callback/time-order", END.with(&[("AcceptTs", "1704856873"), ("EndTs", "1704856873")])),
        silent("callback/time-order", END.with(&[("AcceptTs", "5")])),
        silent("callback/time-order", END.json()),
        fires("callback/event-time", end_at(1_704_856_872)),
        silent("callback/event-time", end_at(1_704_856_873)),
        silent("callback/event-time", end_at(1_704_856_885 + day)),
        fires("callback/event-time", end_at(1_704_856_886 + day)),
        silent("callback/event-time", end_at(0)),
        silent("callback/event-time", START.json()),
        silent("callback/event-time", end_at(5)),
    ]
}
