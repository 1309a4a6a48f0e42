//! Neighbours of the `json/` and `input/` rules.

use super::bodies::{START, v4_start};
use super::{Row, fires, silent};

/// A body nested so deep: the object itself is the first level.
fn nested(depth: usize) -> String {
    let arrays = depth - 1;
    START.with(&[("Extra", &format!("{}{}", "[".repeat(arrays), "]".repeat(arrays)))])
}

fn envelope(member: &str) -> String {
    format!(r#"{{"body":{},{member}}}"#, START.json())
}

pub(crate) fn rows() -> Vec<Row> {
    let start = START.json();
    let text = |body: &str| format!(r#"{{"body":{}}}"#, serde_json::Value::from(body));
    vec![
        fires("json/syntax", start.replace("\"TotalNum\":2,", "\"TotalNum\":2,,")),
        fires("json/syntax", start.replace(":2,", ":02,")),
        fires("json/syntax", start.replace('"', "'")),
        fires("json/syntax", format!("{start} x")),
        fires("json/syntax", "garbage"),
        silent("json/syntax", format!(" \t{start} \r\n\n\r\n")),
        silent("json/syntax", format!("\u{feff}{start}")),
        silent("body/missing-field", &*start.replace(":2,", ":02,")),
        fires("json/not-object", "[]"),
        fires("json/not-object", "1704856885"),
        fires("json/not-object", "\"{}\""),
        fires("json/not-object", "null"),
        fires("json/not-object", text("[]")),
        silent("json/not-object", "{}"),
        silent("body/unrecognised", "[]"),
        fires("json/encoding", start.replace("u1", r"\ud800")),
        fires("json/encoding", start.replace("u1", r"\ude00\ud83d")),
        silent("json/encoding", start.replace("u1", r"\ud83d\ude00")),
        fires("json/encoding", [b"{\"UserId\":\"", &b"\xff"[..], b"\"}"].concat()),
        silent("json/syntax", [b"{\"UserId\":\"", &b"\xff"[..], b"\"}"].concat()),
        silent("json/depth", nested(128)),
        fires("json/depth", nested(129)),
        silent("json/depth", format!(r#"{{"body":{}}}"#, nested(128))),
        fires("json/depth", format!(r#"{{"body":{}}}"#, nested(129))),
        silent("json/depth", text(&nested(128))),
        fires("json/depth", text(&nested(129))),
        fires("json/duplicate-key", start.replace("{", r#"{"UserId":"u0","#)),
        fires("json/duplicate-key", start.replace("{", r#"{"User\u0049d":"u0","#)),
        fires("json/duplicate-key", start.replace("{", r#"{"x":1,"x":1,"#)),
        fires(
            "json/duplicate-key",
            v4_start().replace("\"Status\":\"Calling\"", "\"Status\":\"Calling\",\"Status\":\"Calling\""),
        ),
        silent("json/duplicate-key", start.replace("{", r#"{"userid":"u0","#)),
        fires("json/envelope", r#"{"body":5}"#),
        fires("json/envelope", r#"{"body":null}"#),
        fires("json/envelope", r#"{"body":[]}"#),
        silent("json/envelope", text(&start)),
        fires("json/envelope", envelope(r#""method":5"#)),
        fires("json/envelope", envelope(r#""ts":"yesterday""#)),
        silent("json/envelope", envelope(r#""ts":1704856873123"#)),
        silent("json/envelope", envelope(r#""ts":"2024-01-10T03:21:13.5+08:00""#)),
        silent("json/envelope", envelope(r#""whatever":[5]"#)),
        fires("json/syntax", r#"{"body":"{"}"#),
        silent("json/envelope", r#"{"body":"{"}"#),
        silent("body/unrecognised", r#"{"body":"{"}"#),
        fires("input/too-long", START.json()).with(&["--max-record", "100"]),
        silent("input/too-long", START.json()).with(&["--max-record", "300"]),
    ]
}
