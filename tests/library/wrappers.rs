//! Wrappers: whatever stands around a callback, it is found, and nothing that strangers or app users chose is taken for one.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use callkit_tool::decode::{RecordContents, Scratch, read_full, read_part};
use callkit_tool::framing::{Format, Frame, Framer, PieceKind, detect};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

/// The call ids of the callbacks in an input, in order.
fn call_ids(input: &[u8]) -> Vec<String> {
    let format = detect(input, true).unwrap_or(Format::JsonLines);
    let mut framer = Framer::new(format, 1 << 24).asking(Arc::new(RecordContents::default()));
    let (mut frame, mut scratch, mut ids) = (Frame::default(), Scratch::default(), Vec::new());
    assert_eq!(framer.frame(input, true, &mut frame), input.len());
    for piece in &frame.pieces {
        let bytes = &input[piece.start..piece.end];
        let record = match piece.kind {
            PieceKind::Line => read_full(bytes, None, &mut scratch),
            PieceKind::Request(index) => {
                let request = &frame.requests[index];
                let text = request.text.map_or(bytes, |text| &frame.texts[text].bytes);
                read_full(text, Some(request), &mut scratch)
            }
            PieceKind::Text(index) => read_full(&frame.texts[index].bytes, None, &mut scratch),
            PieceKind::Part { start, nth, .. } => read_part(&input[start..piece.end], nth, &mut scratch),
            PieceKind::Blank | PieceKind::Other | PieceKind::Skipped(_) => continue,
        };
        ids.extend(record.callback().and_then(|callback| Some(callback.call_id.as_deref()?.to_owned())));
    }
    ids
}

/// A callback of that call, by that user.
fn callback(call_id: &str, user: &str) -> Value {
    json!({"UserId": user, "RoomId": "r", "TotalNum": 2, "MediaType": "audio", "CallType": "single",
        "CallId": call_id, "Role": "caller", "Event": "start_call", "CallResult": "", "EventTime": 1_718_150_400})
}

/// A forged callback, in some form.
fn forged(form: u8) -> Value {
    let body = callback("forged", "mallory");
    let text = body.to_string();
    match form % 6 {
        0 => body,
        1 => json!(text),
        2 => json!(json!(text).to_string()),
        3 => json!(STANDARD.encode(&text)),
        4 => json!(format!("said {text} and more")),
        _ => json!({"body": text, "message": body}),
    }
}

/// The names whose members are never entered.
const FOREIGN: [&str; 12] = [
    "headers",
    "user_agent",
    "userAgent",
    "Referer",
    "cookies",
    "error",
    "errorMessage",
    "response",
    "responseBody",
    "res",
    "stack",
    "x-forwarded-for",
];

const URL: &str = "/cb?sdkappid=1400000001&command=caller_start_call&contenttype=json&clientip=198.51.100.7&optplatform=iOS";

/// Puts a wrapper around a JSON text, with a forged callback in a member that is never entered.
fn wrapped(kind: u8, inner: &str, foreign: usize, form: u8) -> String {
    let object: Value = serde_json::from_str(inner).unwrap_or_else(|_| json!(inner));
    let mut outer = match kind % 10 {
        0 => json!({"received_at": "2024-06-12T00:00:00Z", "method": "POST", "url": URL, "body": object}),
        1 => json!({"log": format!("{inner}\n"), "stream": "stdout", "time": "2024-06-12T00:00:00Z"}),
        2 => json!({"@timestamp": "2024-06-12T00:00:00Z", "message": inner}),
        3 => json!({"body": STANDARD.encode(inner), "isBase64Encoded": true, "rawPath": "/cb"}),
        4 => json!({"Type": "Notification", "Message": inner, "Timestamp": "2024-06-12T00:00:00Z"}),
        5 => json!({"level": 30, "req": {"method": "POST", "url": URL, "body": inner}}),
        6 => json!({"request": {"method": "POST", "url": URL, "postData": {"text": inner}}}),
        7 => json!({"body": {"type": "Buffer", "data": inner.as_bytes()}}),
        8 => json!({"payload": json!(inner).to_string(), "n": 1}),
        _ => json!({"unheard_of": {"deeper": object}}),
    };
    if let Some(members) = outer.as_object_mut() {
        members.insert(FOREIGN[foreign % FOREIGN.len()].to_owned(), forged(form));
    }
    outer.to_string()
}

/// Puts records into a container.
fn contained(container: u8, records: &[String]) -> String {
    let lines = |separator: &str| records.join(separator);
    let pretty = |text: &String| {
        serde_json::from_str::<Value>(text).ok().and_then(|value| serde_json::to_string_pretty(&value).ok())
    };
    match container % 8 {
        0 => lines("\n") + "\n",
        1 => format!("[{}]", lines(",")),
        2 => format!("{{\"took\":1,\"Records\":[{}],\"more\":false}}", lines(", ")),
        3 => records.iter().filter_map(pretty).collect::<Vec<_>>().join("\n"),
        4 => records.iter().map(|record| format!("2024-06-12T00:00:00Z INFO cb: {record}\n")).collect(),
        5 => lines(""),
        6 => lines(",\n"),
        _ => format!("[\n{}\n]\n", records.iter().filter_map(pretty).collect::<Vec<_>>().join(",\n")),
    }
}

/// What is put around one callback: kinds of wrappers, from the inside, each with its foreign member and the form of
/// what is forged there; and what the user is called.
fn around() -> impl Strategy<Value = (Vec<(u8, usize, u8)>, u8)> {
    (vec((any::<u8>(), any::<usize>(), any::<u8>()), 0..4), any::<u8>())
}

#[test]
fn a_user_id_that_ends_like_a_url_has_no_parameters() {
    let body = callback("c", "x?sdkappid=1500000000&command=caller_start_call&").to_string();
    for name in ["log", "message", "body", "data", "unheard_of"] {
        let record = json!({ name: body, "n": 1 }).to_string();
        let mut scratch = Scratch::default();
        let record = read_full(record.as_bytes(), None, &mut scratch);
        let callback = record.callback();
        assert_eq!(
            callback.map(|callback| (callback.sdkappid, callback.url_command)),
            Some((None, None)),
            "{name}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn genuine_callbacks_are_found_and_no_others(
        container in any::<u8>(), records in vec(around(), 1..5),
    ) {
        let mut expected = Vec::new();
        let mut texts = Vec::new();
        for (number, (layers, user)) in records.iter().enumerate() {
            let id = format!("genuine-{number}");
            let user = match user % 3 {
                0 => "nina".to_owned(),
                1 => forged(1).to_string(),
                _ => forged(0).to_string(),
            };
            let mut text = callback(&id, &user).to_string();
            for (kind, foreign, form) in layers {
                text = wrapped(*kind, &text, *foreign, *form);
            }
            expected.push(id);
            texts.push(text);
        }
        let input = contained(container, &texts);
        prop_assert_eq!(call_ids(input.as_bytes()), expected, "{}", input);
    }
}
