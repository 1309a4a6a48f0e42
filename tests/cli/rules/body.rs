//! Neighbours of the `body/` rules.

use super::bodies::{END, QUERY, START, STATUS, at, v4_changed, v4_end, v4_start};
use super::{Row, fires, silent};

fn group(total: &str) -> String {
    START.with(&[("CallType", r#""group""#), ("TotalNum", total)])
}

fn time(value: &str) -> String {
    START.with(&[("EventTime", value)])
}

fn total(value: &str) -> String {
    START.with(&[("TotalNum", value)])
}

pub(crate) fn rows() -> Vec<Row> {
    let mut rows = shape_rows();
    rows.extend(value_rows());
    rows
}

/// Families, missing fields and types.
fn shape_rows() -> Vec<Row> {
    let no_result = STATUS.without("CallResult");
    vec![
        fires("body/unrecognised", "{}"),
        fires("body/unrecognised", r#"{"CallResult":""}"#),
        fires("body/unrecognised", r#"{"event":"start_call"}"#),
        fires("input/other-product", r#"{"CallbackCommand":"Group.CallbackAfterSendMsg"}"#),
        silent("body/unrecognised", r#"{"CallbackCommand":"Call.CallbackAfterNothing"}"#),
        fires("body/value", r#"{"CallbackCommand":"Call.CallbackAfterNothing"}"#),
        silent("body/unrecognised", r#"{"Event":"x"}"#),
        silent("body/unrecognised", r#"{"CallResult":"x"}"#),
        silent("body/unrecognised", at(QUERY, "{}")),
        fires("body/missing-field", at(QUERY, "{}")),
        silent("body/unrecognised", at(&QUERY.replace("caller_start_call", "cancel"), &no_result)),
        fires("body/missing-field", at(&QUERY.replace("caller_start_call", "cancel"), &no_result)),
        silent("body/missing-field", START.json()),
        silent("body/missing-field", END.without("StartCallTs")),
        fires("body/missing-field", START.without("CallResult")),
        silent("body/missing-field", START.with(&[("RoomId", "null")])),
        silent("body/missing-field", START.with(&[("RoomId", r#""""#)])),
        fires("body/type", total("null")),
        fires("body/type", total("2.0")),
        fires("body/type", total("1e3")),
        fires("body/type", total(r#""2""#)),
        fires("body/type", total("true")),
        silent("body/type", total("2")),
        silent("body/type", total("-1")),
        fires("body/type", START.with(&[("UserId", "7")])),
        fires("body/type", START.with(&[("RoomId", "12345")])),
        fires("body/type", START.with(&[("StartCallTs", "null")])),
        fires("body/type", time("1e300")),
        fires("body/value", group("9223372036854775808")),
        silent("body/type", group("9223372036854775808")),
        silent("body/value", group("9223372036854775807")),
        fires("body/timestamp", time("99999999999999999999")),
        silent("body/value", time("99999999999999999999")),
    ]
}

/// Words, ids, times and counts.
fn value_rows() -> Vec<Row> {
    vec![
        fires("body/value", START.with(&[("Event", r#""call_reject""#)])),
        fires("body/value", START.with(&[("Role", r#""Caller""#)])),
        fires("body/value", START.with(&[("CallResult", r#""failed""#)])),
        silent("body/value", START.with(&[("CallResult", r#""offline""#)])),
        fires("body/empty", START.with(&[("UserId", r#""""#)])),
        fires("body/empty", START.with(&[("CallId", r#""""#)])),
        silent("body/empty", START.with(&[("RoomId", r#""""#)])),
        silent("body/empty", START.with(&[("UserId", r#"" ""#)])),
        fires("body/timestamp", time("1420070399")),
        silent("body/timestamp", time("1420070400")),
        silent("body/timestamp", time("4102444799")),
        fires("body/timestamp", time("4102444800")),
        silent("body/timestamp", time("0")),
        fires("body/timestamp", time("-1")),
        fires("body/timestamp", time("1704856873000")),
        fires("body/timestamp", END.with(&[("EndTs", "1704856873000000")])),
        silent("body/timestamp", time(r#""1704856873""#)),
        fires("body/total-num", group("0")),
        silent("body/total-num", group("1")),
        silent("body/total-num", group("9")),
        fires("body/total-num", group("-5")),
        fires("body/total-num", total("3")),
        fires("body/total-num", total("1")),
        silent("body/total-num", total("2")),
        silent("body/total-num", START.with(&[("CallType", r#""duo""#), ("TotalNum", "3")])),
        fires("body/unknown-field", START.with(&[("Extra", "1")])),
        fires("body/value", START.with(&[("Role", r#""""#)])),
        fires("body/value", START.with(&[("Event", r#""""#)])),
        fires("body/value", total(&format!("\"{}\"", "9".repeat(60)))),
        fires("body/type", total(&format!("\"0{}\"", "9".repeat(58)))),
        fires("body/type", total(r#""nine""#)),
        fires("body/type", total("[1]")),
        fires("body/type", total("{}")),
        fires("body/unknown-field", STATUS.with(&[("userid", r#""u1""#)])),
        silent("body/unknown-field", END.json()),
    ]
}

pub(crate) fn v4_rows() -> Vec<Row> {
    let start = |from: &str, to: &str| v4_start().replacen(from, to, 1);
    let end = |from: &str, to: &str| v4_end().replacen(from, to, 1);
    let at = |time: &str| start("1740464128807", time);
    let spellings = [
        "Accept",
        "Answer",
        "Reject",
        "NotAnswer",
        "HangUp",
        "Hangup",
        "Hang Up",
        "Join",
        "Offline",
        "Invited",
        "Invite",
        "Cancel_Invite",
        "Canncel_Invite",
    ];
    let mut rows: Vec<Row> =
        spellings.iter().map(|action| silent("body/value", v4_changed(action))).collect();
    rows.extend([
        fires("body/value", v4_changed("accept")),
        fires("body/value", v4_changed("Leave")),
        silent("body/missing-field", start("\"MediaType\"", "\"CallMediaType\"")),
        silent("body/unknown-field", start("\"MediaType\"", "\"CallMediaType\"")),
        silent("body/missing-field", start("\"ChatGroupId\":\"\",", "")),
        fires("body/missing-field", start("\"RoomIdType\":2", "\"Other\":2")),
        fires("body/value", start("\"RoomIdType\":2", "\"RoomIdType\":3")),
        fires("body/value", start("Waiting", "waiting")),
        fires("body/value", start("\"Audio\"", "\"audio\"")),
        fires("body/missing-field", start("\"CallId\":\"c-1\",", "")),
        fires("body/empty", start("c-1", "")),
        fires("body/type", start("\"u1\"", "144115212830834855")),
        fires("body/type", start("\"u1\"", "1.5")),
        silent("body/type", start("\"u1\"", "\"144115212830834855\"")),
        fires("body/timestamp", at("1420070399999")),
        silent("body/timestamp", at("1420070400000")),
        silent("body/timestamp", at("4102444799999")),
        fires("body/timestamp", at("4102444800000")),
        fires("body/timestamp", at("1740464128")),
        silent("body/timestamp", end("\"AcceptTime\":0", "\"AcceptTime\":1740464129")),
        fires("body/timestamp", end("\"AcceptTime\":0", "\"AcceptTime\":1740464129000")),
        fires("body/value", end("SingleCall", "single")),
        silent("body/value", end("SingleCall", "MultiCall")),
        fires("body/value", end("\"NotAnswer\"", "\"not_answer\"")),
        silent("body/value", end("\"NotAnswer\"", "\"Offline\"")),
        fires("body/missing-field", end("\"StartTime\":1740464128,", "")),
        fires("body/unknown-field", end("\"StartTime\"", "\"Extra\":0,\"StartTime\"")),
        fires("body/empty", end("[\"u1\"", "[\"\"")),
        fires("body/type", end("[\"u1\"", "[\"u1\",7,true,[\"u3\"]")),
        fires("body/type", end("[\"u1\",\"u2\"]", "{}")),
        fires("body/type", start("\"UserList\":[", "\"UserList\":[5,")),
        fires(
            "body/type",
            start("\"UserList\":[{", "\"UserList\":{\"a\":[{").replace("}],\"EventTime", "}]},\"EventTime"),
        ),
        fires(
            "body/type",
            start("\"CallInfo\":{", "\"CallInfo\":[{").replace("\"RoomIdType\":2}", "\"RoomIdType\":2}]"),
        ),
    ]);
    rows
}
