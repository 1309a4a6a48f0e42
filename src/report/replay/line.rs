//! One request of a replay as one JSON object on a line.

use super::time::milliseconds;
use crate::live::replay::{Attempt, ChaosMarks, DROPPED, Disturbance, Dropped};
use crate::report::json::line;

/// Appends the line of a request.
pub fn attempt_line(out: &mut Vec<u8>, source: &str, attempt: &Attempt<'_>) {
    let answer = attempt.answer;
    let failure = answer.failure.as_ref();
    line(out, |object| {
        object.member("source", source);
        object.member("record", attempt.record);
        object.member("copy", attempt.copy);
        object.member("call_id", attempt.call_id);
        object.member("attempt", attempt.number);
        object.member("planned_ms", attempt.planned.map(milliseconds));
        object.member("sent_ms", milliseconds(attempt.sent));
        object.member("outcome", answer.acceptance().as_str());
        object.member("status", answer.status);
        object.member("error_code", answer.error_code);
        object.member("latency_ms", failure.is_none().then(|| milliseconds(answer.latency)));
        object.member("failure", failure.map(|error| error.kind.as_str()));
        object.member("cause", failure.map(|error| error.cause.as_str()));
        object.list("chaos", attempt.marks.names());
    });
}

/// Appends the line of a callback that was dropped.
pub fn dropped_line(out: &mut Vec<u8>, source: &str, dropped: &Dropped<'_>) {
    const NONE: Option<u64> = None;
    line(out, |object| {
        object.member("source", source);
        object.member("record", dropped.record);
        object.member("copy", 1_u8);
        object.member("call_id", dropped.call_id);
        object.member("attempt", 0_u8);
        ["planned_ms", "sent_ms"].iter().for_each(|absent| object.member(absent, NONE));
        object.member("outcome", DROPPED);
        for absent in ["status", "error_code", "latency_ms", "failure", "cause"] {
            object.member(absent, NONE);
        }
        object.list("chaos", ChaosMarks::only(Disturbance::Drop).names());
    });
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
