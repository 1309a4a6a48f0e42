//! Neighbours of the `call/` rules.

use super::bodies::{END, START, STATUS, log, v4_changed, v4_end, v4_start};
use super::{Row, fires, silent};

const T: u32 = 1_704_856_873;

fn step(user: &str, role: &str, event: &str, second: u32) -> String {
    START.step(user, role, event, T + second)
}

/// The same in a group call.
fn group(user: &str, role: &str, event: &str, second: u32) -> String {
    START.steps_with(user, role, event, T + second, &[("CallType", r#""group""#), ("TotalNum", "9")])
}

fn status(user: &str, role: &str, result: &str) -> String {
    let quoted = |text: &str| format!("\"{text}\"");
    STATUS.with(&[("UserId", &quoted(user)), ("Role", &quoted(role)), ("CallResult", &quoted(result))])
}

pub(crate) fn rows() -> Vec<Row> {
    let mut rows = agreement_rows();
    rows.extend(family_rows());
    rows.extend(result_rows());
    rows.extend(course_rows());
    rows
}

fn agreement_rows() -> Vec<Row> {
    let start = START.json();
    let other_room = step("u2", "callee", "receive_call", 1).replace("r-1", "r-2");
    let third = step("u3", "callee", "receive_call", 2);
    let pair = [start.clone(), step("u2", "callee", "receive_call", 1)];
    let in_group = |total: &str| {
        let callee = |user: &str| group(user, "callee", "receive_call", 1);
        let lines = [group("u1", "caller", "start_call", 0), callee("u2"), callee("u3")];
        log(&lines).replace("\"TotalNum\":9", &format!("\"TotalNum\":{total}"))
    };
    let two_callers = log(&[start.clone(), step("u2", "caller", "start_call", 1)]);
    vec![
        fires("call/duplicate", log(&[start.clone(), start.clone()])),
        fires("call/duplicate", log(&[start.clone(), start.replace("r-1", "r-2")])),
        silent("call/duplicate", log(&[start.clone(), step("u1", "caller", "start_call", 1)])),
        silent("call/duplicate", log(&[start.clone(), start.replace("c-1", "c-2")])),
        fires("call/duplicate", log(&[START.without("EventTime"), START.without("EventTime")])),
        fires("call/duplicate", log(&[v4_changed("Accept"), v4_changed("Answer")])),
        silent("call/duplicate", log(&[v4_changed("Accept"), v4_changed("Reject")])),
        silent("call/field-conflict", log(&[start.clone(), start.replace("r-1", "r-2")])),
        fires("call/field-conflict", log(&[start.clone(), other_room])),
        silent("call/field-conflict", log(&pair)),
        silent("call/field-conflict", log(&[start.clone(), pair[1].replace("\"r-1\"", "\"\"")])),
        fires("call/field-conflict", in_group("2")),
        silent("call/field-conflict", in_group("3")),
        fires("call/two-callers", two_callers.clone()),
        silent("call/two-callers", log(&pair)),
        fires("call/too-many-users", log(&[pair[0].clone(), pair[1].clone(), third])),
        silent("call/too-many-users", log(&pair)),
        silent("call/too-many-users", in_group("3")),
        silent(
            "call/too-many-users",
            log(&[pair[0].clone(), pair[1].clone(), step("u3", "caller", "start_call", 2)]),
        ),
        silent(
            "call/field-conflict",
            log(&[pair[0].clone(), pair[1].clone(), step("u3", "caller", "start_call", 2)]),
        ),
    ]
}

fn family_rows() -> Vec<Row> {
    let (start, ring) = (START.json(), step("u2", "callee", "receive_call", 1));
    let of_another_call = v4_changed("Accept").replace("c-1", "c-2");
    let mixed = log(&[start.clone(), STATUS.json(), v4_changed("Accept"), ring.clone()]);
    vec![
        fires("call/mixed-families", mixed.clone()),
        fires("call/mixed-families", log(&[v4_end(), v4_start(), STATUS.json()])),
        // No user is known, so nothing happens but the callback itself.
        fires("call/mixed-families", log(&[start.clone(), v4_changed("Accept").replace("u2", "")])),
        silent("call/mixed-families", log(&[start.clone(), ring, STATUS.json()])),
        silent("call/mixed-families", log(&[v4_start(), v4_changed("Accept"), v4_end()])),
        silent("call/mixed-families", log(&[start, of_another_call])),
        // Outside of memory.
        fires("call/mixed-families", mixed).with(&["--max-memory", "1K"]),
    ]
}

fn result_rows() -> Vec<Row> {
    vec![
        fires(
            "call/result-conflict",
            log(&[status("u1", "caller", "cancel"), status("u2", "callee", "reject")]),
        ),
        silent(
            "call/result-conflict",
            log(&[status("u1", "caller", "cancel"), status("u2", "callee", "cancel")]),
        ),
        fires(
            "call/result-conflict",
            log(&[status("u1", "caller", "cancel"), status("u1", "caller", "reject")]),
        ),
        silent(
            "call/result-conflict",
            log(&[
                status("u1", "caller", "cancel").replace("single", "group"),
                status("u2", "callee", "reject").replace("single", "group"),
            ]),
        ),
        fires("call/result-conflict", log(&[status("u1", "caller", "cancel"), v4_end()])),
        silent("call/result-conflict", log(&[status("u1", "caller", "not_answer"), v4_end()])),
    ]
}

fn course_rows() -> Vec<Row> {
    let start = START.json();
    let ring = step("u2", "callee", "receive_call", 1);
    let accept = step("u2", "callee", "accept_call", 3);
    let hang_up = step("u2", "callee", "call_end", 9);
    let other_ring = step("u4", "callee", "receive_call", 1).replace("c-1", "c-2");
    let late = |event: &str, second| group("u2", "callee", event, second);
    let left = group("u2", "callee", "call_end", 9);
    let end_early = END.steps_with(
        "u2",
        "callee",
        "call_end",
        T,
        &[("EndTs", "1704856870"), ("StartCallTs", "0"), ("AcceptTs", "0")],
    );
    vec![
        fires("call/after-end", log(&[left.clone(), late("receive_call", 10)])),
        fires("call/after-end", log(&[late("accept_call", 10), left.clone()])),
        silent("call/after-end", log(&[left.clone(), late("receive_call", 9)])),
        silent("call/after-end", log(&[left.clone(), late("join_in_group_call", 10)])),
        silent("call/after-end", log(&[left.clone(), group("u3", "callee", "receive_call", 10)])),
        silent("call/after-end", log(&[left.clone(), late("accept_call", 10), late("call_end", 11)])),
        fires("call/after-end", log(&[left, late("invite_user", 10)])),
        fires("call/accept-without-ring", log(&[start.clone(), accept.clone(), other_ring.clone()])),
        silent("call/accept-without-ring", log(&[start.clone(), accept.clone()])),
        silent("call/accept-without-ring", log(&[start.clone(), accept.clone(), ring.clone()])),
        silent("call/accept-without-ring", log(&[step("u2", "callee", "join_in_group_call", 3), other_ring])),
        fires("call/end-without-start", log(std::slice::from_ref(&hang_up))),
        silent("call/end-without-start", log(&[hang_up.clone(), start.clone()])),
        silent("call/end-without-start", log(&[STATUS.json()])),
        silent("call/end-without-start", log(&[v4_end()])),
        silent("call/end-without-start", log(&[ring])),
        fires("call/negative-duration", log(&[start.clone(), end_early])),
        silent("call/negative-duration", log(&[END.with(&[("EndTs", "1704856870")])])),
        silent("call/negative-duration", log(&[start.clone(), accept, hang_up.clone()])),
        fires("call/incomplete", log(std::slice::from_ref(&start))),
        silent("call/incomplete", log(&[start, hang_up])),
        silent("call/incomplete", log(&[STATUS.json()])),
        fires("call/incomplete", log(&[v4_start()])),
        silent("call/incomplete", log(&[v4_start(), v4_end()])),
        silent("call/incomplete", log(&[v4_changed("Reject")])),
    ]
}
