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
    let mut rows = text_rows();
    rows.extend(depth_rows());
    rows.extend(place_rows());
    rows.extend(member_rows());
    rows
}

/// Brackets in strings are no depth, whatever stands before them.
fn depth_rows() -> Vec<Row> {
    let with = |extra: String| START.with(&[("Extra", &extra)]);
    let (open, close) = ("[".repeat(127), "]".repeat(127));
    let brackets = "{[".repeat(200);
    vec![
        silent("json/depth", with(format!("\"{brackets}\""))),
        silent("json/depth", with(format!(r#""\"{brackets}""#))),
        silent("json/depth", with(format!(r#""\\",{open}{close}"#).replacen(',', ",\"More\":", 1))),
        silent("json/depth", with(format!("[\"{brackets}\",[{}]]", "[],".repeat(200) + "[]"))),
        fires("json/depth", with(format!(r#"["\\\"{brackets}",{open}{close}]"#))),
        fires("json/depth", with(format!("[[],[{{}}],{open}{close}]"))),
    ]
}

/// A fault behind characters of more than a byte, as the body stands in each kind of record.
fn place_rows() -> Vec<Row> {
    let body = START.with(&[("RoomId", r#""é\u00e9 \ud83d\ude00 😀""#), ("Event", r#""nothing""#)]);
    let text = serde_json::Value::from(body.as_str()).to_string();
    let broken = serde_json::Value::from(body.replace(":2,", ":02,").as_str()).to_string();
    let escaped = text.replace('é', r"\u00e9").replace('😀', r"\ud83d\ude00").replace('/', r"\/");
    let base64 = "eyJVc2VySWQiOiLDqSIsIkV2ZW50Ijoibm90aGluZyJ9";
    let head = |body: &str| format!("POST / HTTP/1.1\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    let chunks = |body: &str| {
        let (one, two) = body.split_at(30);
        let chunk = |part: &str| format!("{:x}\r\n{part}\r\n", part.len());
        format!("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n{}{}0\r\n\r\n", chunk(one), chunk(two))
    };
    vec![
        fires("body/value", &*body),
        fires("body/value", format!("  {body}")),
        fires("body/value", format!(r#"{{"x":"é","body":{body}}}"#)),
        fires("body/value", format!(r#"{{"x":"é","body":{text}}}"#)),
        fires("body/value", format!(r#"{{"body":{escaped}}}"#)),
        fires("json/syntax", format!(r#"{{"body":{broken}}}"#)),
        fires("body/value", format!(r#"{{"body_base64":"{base64}"}}"#)),
        fires("body/missing-field", format!(r#"{{"x":1,"body_base64":"{base64}"}}"#)),
        fires("body/value", head(&body)),
        fires("body/value", chunks(&body)),
        fires("json/syntax", chunks(&body.replace(":2,", ":02,"))),
    ]
}

/// Members of envelopes: what they may be, and what not.
fn member_rows() -> Vec<Row> {
    let query = r#"{"sdkappid":"1","command":"caller_start_call","contenttype":"json","clientip":"192.0.2.1","optplatform":"ios"}"#;
    let text = "sdkappid=1&command=caller_start_call&contenttype=json&clientip=192.0.2.1&optplatform=ios";
    let line = |target: &str| format!(r#""request":"POST {target} HTTP/1.1""#);
    let mut rows = vec![
        fires("url/optplatform", envelope(&format!(r#""query":{query}"#))),
        fires("url/optplatform", envelope(&format!(r#""query":"{text}""#))),
        fires("url/optplatform", envelope(&format!(r#""query":"?{text}""#))),
        fires("url/optplatform", envelope(&format!(r#""url":"https://é.example/a?{text}#x""#))),
        fires("url/optplatform", envelope(&line(&format!("/a?{text}")))),
        fires("url/optplatform", envelope(&format!(r#""url":"\/a?{}""#, text.replace('i', r"\u0069")))),
        fires("url/missing-parameter", envelope(r#""query":{}"#)),
        fires("url/missing-parameter", envelope(r#""query":"""#)),
        silent("url/missing-parameter", envelope(r#""url":"/a","query":null"#)),
        fires("json/envelope", envelope(r#""query":{"sdkappid":{}}"#)),
        fires("json/envelope", envelope(r#""query":7"#)),
        fires("json/envelope", envelope(r#""url":7"#)),
        fires("json/envelope", envelope(r#""request":"nothing like it""#)),
        fires("http/method", envelope(r#""request":"GET / HTTP/1.1""#)),
        fires("http/method", envelope(r#""method":"PUT""#)),
        silent("http/method", envelope(r#""method":"POST""#)),
        fires("json/envelope", envelope(r#""headers":"a: b""#)),
        fires("json/envelope", envelope(r#""headers":{"a":5}"#)),
        fires("json/envelope", envelope(r#""headers":{"a":["b",5]}"#)),
        silent("json/envelope", envelope(r#""headers":{"a":["b","c"],"d":"e"}"#)),
        silent("json/envelope", envelope(r#""headers":{}"#)),
        fires("json/duplicate-key", envelope(r#""method":"POST","method":"POST""#)),
        fires("json/duplicate-key", envelope(r#""x":1,"x":1"#)),
        fires("json/envelope", r#"{"body_base64":"*"}"#),
        fires("json/envelope", r#"{"body_base64":7}"#),
        fires("json/not-object", r#"{"body_base64":"W10="}"#),
        fires("json/encoding", r#"{"body_base64":"/w=="}"#),
    ];
    let usable =
        ["1704856873", "1704856873.25", "1704856873123", "1420070400", "4102444799", "4102444799999"];
    let times = [
        "2024-02-29T00:00:00Z",
        "2024-01-10T03:21:13.123456789Z",
        "2024-12-31T23:59:59-12:00",
        "2024-01-10T03:21:13",
    ];
    rows.extend(usable.map(|time| silent("json/envelope", envelope(&format!(r#""ts":{time}"#)))));
    rows.extend(usable.map(|time| silent("json/envelope", envelope(&format!(r#""ts":"{time}""#)))));
    rows.extend(times.map(|time| silent("json/envelope", envelope(&format!(r#""time":"{time}""#)))));
    let unusable = ["1420070399", "4102444800", "4102444800000", "-1", "12", "true"];
    let words = [
        "2023-02-29T00:00:00Z",
        "2024-13-01T00:00:00Z",
        "2024-00-10T03:21:13Z",
        "2024-01-10T24:00:00Z",
        "20x4-01-10T03:21:13Z",
        "2024-01-10T03:21:13.1234567890Z",
        "2024-01-10T03:21:13.Z",
        "2024/01-10T03:21:13Z",
    ];
    rows.extend(unusable.map(|time| fires("json/envelope", envelope(&format!(r#""ts":{time}"#)))));
    rows.extend(unusable.map(|time| fires("json/envelope", envelope(&format!(r#""ts":"{time}""#)))));
    rows.extend(words.map(|time| fires("json/envelope", envelope(&format!(r#""received_at":"{time}""#)))));
    rows
}

/// What is JSON, and what is not.
fn text_rows() -> Vec<Row> {
    let start = START.json();
    let text = |body: &str| format!(r#"{{"body":{}}}"#, serde_json::Value::from(body));
    vec![
        fires("json/syntax", start.replace("\"TotalNum\":2,", "\"TotalNum\":2,,")),
        fires("json/syntax", start.replace(":2,", ":02,")),
        fires("input/not-a-log", start.replace('"', "'")),
        silent("json/syntax", format!("{start} x")),
        silent("json/syntax", "garbage"),
        fires("input/not-a-log", "garbage"),
        silent("json/syntax", format!(" \t{start} \r\n\n\r\n")),
        silent("json/syntax", format!("\u{feff}{start}")),
        silent("body/missing-field", &*start.replace(":2,", ":02,")),
        fires("json/not-object", "[]"),
        silent("json/not-object", "1704856885"),
        silent("json/not-object", "\"{}\""),
        silent("json/not-object", "null"),
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
        silent("json/envelope", r#"{"body":null}"#),
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
