//! The unwrapper: what is said quickly of a unit of the input is what the slow way finds, and no text forges a callback.

use callkit_tool::decode::{RecordContents, Scratch, read_full, read_part};
use callkit_tool::framing::{Contents, NextMarks};
use serde::de::IgnoredAny;
use serde_json::Value;

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
    let may_have_parts = contents.may_have_parts(unit, &(0..unit.len()), &mut NextMarks::default());
    assert!(may_have_parts || parts.len() < 2, "{parts:?}");
    assert!(!contents.is_plain_line(unit) || parts.len() < 2, "{parts:?}");
    if let Some(length) = contents.plain_length(unit) {
        let mut scratch = Scratch::slow();
        assert!(read_full(&unit[..length], None, &mut scratch).callback().is_some(), "{length}");
    }
    let line = wrapped(*control, &String::from_utf8_lossy(unit));
    assert_eq!(callbacks(&line), ["Some(\"c\") Some(StartCall)"], "{line}");
}

/// A wrapper with a callback in it, and the text where nobody unwraps: in an id, a header, a query, or a member of the
/// callback that is not known.
fn wrapped(control: u8, text: &str) -> String {
    let quoted = Value::from(text).to_string();
    let (mut id, mut header, mut query, mut spare) = (r#""x""#, r#""x""#, r#""x""#, r#""x""#);
    match control & 3 {
        0 => id = &quoted,
        1 => header = &quoted,
        2 => query = &quoted,
        _ => spare = if serde_json::from_str::<IgnoredAny>(text).is_ok() { text } else { &quoted },
    }
    let body = format!(
        r#"{{"EventTime":1700000000000,"Event":"start_call","CallId":"c","UserId":{id},"Role":"caller","Spare":{spare},"MediaType":"audio","CallType":"single_call","TotalNum":2,"RoomId":"r","CallResult":"normal"}}"#
    );
    let string = Value::from(body.as_str()).to_string();
    let headers = format!(r#"{{"Host":"h","User-Agent":{header}}}"#);
    let query = format!(r#"{{"SdkAppid":"1400000001","OptPlatform":{query}}}"#);
    match control >> 2 & 7 {
        0 => format!(r#"{{"headers":{headers},"queryStringParameters":{query},"body":{string}}}"#),
        1 => format!(r#"{{"time":"2024-01-01T00:00:00Z","headers":{headers},"body":{body}}}"#),
        2 => format!(r#"{{"log":{string},"stream":"stdout","time":"2024-01-01T00:00:00Z"}}"#),
        3 => format!(r#"{{"message":{string},"headers":{headers}}}"#),
        4 => format!(
            r#"{{"request":{{"method":"POST","headers":{headers},"query":{query},"body":{string}}},"response":{{}}}}"#
        ),
        5 => format!(r#"{{"Type":"Notification","Message":{string},"MessageAttributes":{headers}}}"#),
        6 => {
            format!(r#"{{"level":"info","fields":{{"payload":{body},"headers":{headers},"query":{query}}}}}"#)
        }
        _ => format!(r#"{{"data":{{"event":{{"body":{string},"headers":{headers}}}}}}}"#),
    }
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
