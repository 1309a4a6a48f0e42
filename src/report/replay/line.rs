//! One request of a replay as one JSON object on a line.

use super::time::milliseconds;
use crate::live::replay::journal::{self, DROPPED};
use crate::live::replay::{Attempt, ChaosMarks, Disturbance, Dropped};
use crate::report::json::line;
use crate::spec::Word;

/// Appends the line of a request.
pub fn attempt_line(out: &mut Vec<u8>, source: &str, attempt: &Attempt<'_>) {
    write(out, source, attempt.record, attempt.call_id, Some(attempt));
}

/// Appends the line of a callback that was dropped.
pub fn dropped_line(out: &mut Vec<u8>, source: &str, dropped: &Dropped<'_>) {
    write(out, source, dropped.record, dropped.call_id, None);
}

/// Appends a line, with or without a request; the members are the same.
fn write(out: &mut Vec<u8>, source: &str, record: u64, call_id: Option<&str>, attempt: Option<&Attempt<'_>>) {
    let answer = attempt.map(|attempt| attempt.answer);
    let failure = answer.and_then(|answer| answer.failure.as_ref());
    let latency = answer.filter(|answer| answer.failure.is_none()).map(|answer| answer.latency);
    let marks = attempt.map_or(ChaosMarks::only(Disturbance::Drop), |attempt| attempt.marks);
    line(out, |object| {
        object.member(journal::SOURCE, source);
        object.member(journal::RECORD, record);
        object.member(journal::COPY, attempt.map_or(1, |attempt| attempt.copy));
        object.member("call_id", call_id);
        object.member("pass", attempt.map_or(1, |attempt| attempt.pass));
        object.member("attempt", attempt.map_or(0, |attempt| attempt.number));
        object.member("planned_ms", attempt.and_then(|attempt| attempt.planned).map(milliseconds));
        object.member("sent_ms", attempt.map(|attempt| milliseconds(attempt.sent)));
        object.member(journal::OUTCOME, answer.map_or(DROPPED, |answer| answer.acceptance().as_str()));
        object.member(journal::STATUS, answer.and_then(|answer| answer.status));
        object.member(journal::ERROR_CODE, answer.and_then(|answer| answer.error_code));
        object.member(journal::LATENCY_MS, latency.map(milliseconds));
        object.member("failure", failure.map(|error| error.kind.as_str()));
        object.member("cause", failure.map(|error| error.cause.as_str()));
        object.member("resent", answer.is_some_and(|answer| answer.resent));
        object.list("chaos", marks.names());
    });
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::deliveries::ErrorCode;
    use crate::live::backend::Answer;
    use crate::live::http::{RequestError, RequestErrorKind};

    #[test]
    fn lines_have_the_same_members_whatever_came_of_it() -> serde_json::Result<()> {
        let answers = [
            Answer {
                status: Some(200),
                error_code: Some(ErrorCode::Number(0)),
                latency: Duration::from_micros(1500),
                ..Answer::default()
            },
            Answer {
                failure: Some(RequestError {
                    kind: RequestErrorKind::Timeout,
                    cause: "late".into(),
                    unsent: None,
                }),
                ..Answer::default()
            },
        ];
        let mut out = Vec::new();
        for answer in &answers {
            let attempt = Attempt {
                source: 0,
                record: 7,
                call_id: Some("c"),
                copy: 1,
                pass: 1,
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
