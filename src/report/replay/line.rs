//! One request of a replay as one JSON object on a line.

use super::answer::{error_code, text_or_null};
use super::time::milliseconds;
use crate::live::replay::{Attempt, ChaosMarks, DROPPED, Disturbance, Dropped};
use crate::report::json::{Object, list, string};

/// Appends the line of a request.
pub fn attempt_line(out: &mut Vec<u8>, source: &str, attempt: &Attempt<'_>) {
    let answer = attempt.answer;
    let mut object = Object::new(out);
    object.text("source", source);
    object.number("record", Some(attempt.record));
    object.number("copy", Some(attempt.copy));
    text_or_null(&mut object, "call_id", attempt.call_id);
    object.number("attempt", Some(attempt.number));
    object.number("planned_ms", attempt.planned.map(milliseconds));
    object.number("sent_ms", Some(milliseconds(attempt.sent)));
    object.text("outcome", answer.acceptance().as_str());
    object.number("status", answer.status);
    error_code(&mut object, "error_code", answer.error_code);
    let latency = answer.failure.is_none().then_some(answer.latency);
    object.number("latency_ms", latency.map(milliseconds));
    let failure = answer.failure.as_ref();
    text_or_null(&mut object, "failure", failure.map(|error| error.kind.as_str()));
    text_or_null(&mut object, "cause", failure.map(|error| error.cause.as_str()));
    marks(&mut object, attempt.marks);
    object.end();
    out.push(b'\n');
}

/// Appends the line of a callback that was dropped.
pub fn dropped_line(out: &mut Vec<u8>, source: &str, dropped: &Dropped<'_>) {
    let mut object = Object::new(out);
    object.text("source", source);
    object.number("record", Some(dropped.record));
    object.number("copy", Some(1));
    text_or_null(&mut object, "call_id", dropped.call_id);
    object.number("attempt", Some(0));
    for absent in ["planned_ms", "sent_ms"] {
        object.number(absent, None::<u64>);
    }
    object.text("outcome", DROPPED);
    for absent in ["status", "error_code", "latency_ms", "failure", "cause"] {
        object.number(absent, None::<u64>);
    }
    marks(&mut object, ChaosMarks::only(Disturbance::Drop));
    object.end();
    out.push(b'\n');
}

fn marks(object: &mut Object<'_>, marks: ChaosMarks) {
    list(object.key("chaos"), marks.names(), string);
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::live::ErrorCode;
    use crate::live::http::{RequestError, RequestErrorKind};
    use crate::live::replay::Answer;

    #[test]
    fn lines_have_the_same_members_whatever_came_of_it() -> serde_json::Result<()> {
        let answers = [
            Answer {
                status: Some(200),
                error_code: Some(ErrorCode::Number(0)),
                failure: None,
                latency: Duration::from_micros(1500),
                cut: false,
            },
            Answer {
                status: None,
                error_code: None,
                failure: Some(RequestError { kind: RequestErrorKind::Timeout, cause: "late".into() }),
                latency: Duration::ZERO,
                cut: false,
            },
        ];
        let mut out = Vec::new();
        for answer in &answers {
            let attempt = Attempt {
                source: 0,
                record: 7,
                call_id: Some("c"),
                copy: 1,
                marks: ChaosMarks::default(),
                number: 1,
                is_last: true,
                planned: None,
                sent: Duration::from_millis(2),
                answer,
            };
            attempt_line(&mut out, "log", &attempt);
        }
        dropped_line(&mut out, "log", &Dropped { source: 0, record: 8, call_id: None });
        let mut keys: Vec<Vec<String>> = Vec::new();
        for line in out.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            let value: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(line)?;
            keys.push(value.keys().cloned().collect());
        }
        assert_eq!(keys.len(), 3);
        assert!(keys.windows(2).all(|pair| pair[0] == pair[1]), "{keys:?}");
        assert!(String::from_utf8_lossy(&out).contains(r#""latency_ms":1.5,"#));
        Ok(())
    }
}
