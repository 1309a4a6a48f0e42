//! The unwrapper: what is said quickly of a unit of the input is what the slow way finds, and no text forges a callback.

use callkit_tool::decode::{RecordContents, Scratch, read_full, read_part};
use callkit_tool::framing::Contents;
use serde_json::{Value, json};

/// The parts of a unit tile it in order, as the quick answers say; and a text in a place that is never unwrapped leaves
/// the callbacks as they are.
pub(crate) fn unwrapping(data: &[u8]) {
    let Some((control, unit)) = data.split_first() else { return };
    let contents = RecordContents::default();
    let parts = contents.parts(unit);
    let mut last = (0, None);
    for part in &parts {
        assert!(part.range.start <= part.range.end && part.range.end <= unit.len(), "{part:?}");
        let is_next = part.nth == 0 && part.range.start >= last.0;
        assert!(is_next || last.1 == Some(part.range.start), "in order, without overlap: {parts:?}");
        last = (part.range.end, Some(part.range.start));
    }
    assert!(contents.may_have_parts(unit) || parts.len() < 2, "{parts:?}");
    assert!(!contents.is_plain_line(unit) || parts.len() < 2, "{parts:?}");
    if let Some(length) = contents.plain_length(unit) {
        let mut scratch = Scratch::slow();
        assert!(read_full(&unit[..length], None, &mut scratch).callback().is_some(), "{length}");
    }
    let text = String::from_utf8_lossy(unit);
    assert_eq!(
        callbacks(&wrapped(*control, &text)),
        callbacks(&wrapped(*control, "x")),
        "{}",
        wrapped(*control, &text)
    );
}

/// A wrapper with a callback in it, and the text where nobody unwraps: in an id, a header, a query, or a member of the
/// callback that is not known.
fn wrapped(control: u8, text: &str) -> String {
    let (in_id, in_header, in_query, in_unknown) = match control & 3 {
        0 => (text, "x", "x", Value::from("x")),
        1 => ("x", text, "x", Value::from("x")),
        2 => ("x", "x", text, Value::from("x")),
        _ => ("x", "x", "x", serde_json::from_str(text).unwrap_or_else(|_| Value::from(text))),
    };
    let body = json!({
        "EventTime": 1_700_000_000_000_u64, "Event": "start_call", "CallId": "c", "UserId": in_id, "Role": "caller",
        "Spare": in_unknown, "MediaType": "audio", "CallType": "single_call", "TotalNum": 2,
        "RoomId": "r", "CallResult": "normal",
    });
    let (string, headers) = (body.to_string(), json!({"Host": "h", "User-Agent": in_header}));
    let query = json!({"SdkAppid": "1400000001", "OptPlatform": in_query});
    let wrapper = match control >> 2 & 7 {
        0 => json!({"headers": headers, "queryStringParameters": query, "body": string}),
        1 => json!({"time": "2024-01-01T00:00:00Z", "headers": headers, "body": body}),
        2 => json!({"log": format!("{string}\n"), "stream": "stdout", "time": "2024-01-01T00:00:00Z"}),
        3 => json!({"message": format!("got {string}"), "headers": headers}),
        4 => {
            json!({"request": {"method": "POST", "headers": headers, "query": query, "body": string}, "response": {}})
        }
        5 => json!({"Type": "Notification", "Message": string, "MessageAttributes": headers}),
        6 => json!({"level": "info", "fields": {"payload": body, "headers": headers, "query": query}}),
        _ => json!({"data": {"event": {"body": string, "headers": headers}}}),
    };
    wrapper.to_string()
}

/// Ids of calls, commands and events of the callbacks of a line.
fn callbacks(line: &str) -> Vec<String> {
    let contents = RecordContents::default();
    let unit = line.as_bytes();
    let mut parts: Vec<_> = contents.parts(unit).into_iter().map(|part| (part.range, part.nth)).collect();
    if parts.is_empty() {
        parts.push((0..unit.len(), 0));
    }
    let (mut scratch, mut found) = (Scratch::slow(), Vec::new());
    for (range, nth) in parts {
        let record = match nth {
            0 => read_full(&unit[range], None, &mut scratch),
            nth => read_part(&unit[range], nth - 1, &mut scratch),
        };
        found
            .extend(record.callback().map(|callback| format!("{:?} {:?}", callback.call_id, callback.event)));
    }
    found
}
