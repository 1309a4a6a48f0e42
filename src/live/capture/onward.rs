//! What becomes of a request behind the log: it goes to the backend, and what comes of that is recorded.

use std::time::{Duration, Instant};

use hyper::StatusCode;
use hyper::body::Bytes;
use hyper::http::request::Parts;
use jiff::Timestamp;
use serde_json::json;

use super::answer::{Answer, refusal};
use super::body::Held;
use super::budget::Share;
use super::envelope::instant;
use super::forward::{Failure, Forwarder, Given};
use super::log::{Log, Written};
use super::tally::{Count, Tally};
use crate::live::verdict::ErrorCode;

/// A backend, and the log of what it answered.
#[derive(Debug)]
pub(super) struct Onward {
    pub(super) forwarder: Forwarder,
    pub(super) log: Log,
}

/// A request that is in the log.
#[derive(Debug)]
pub(super) struct Sent<'a> {
    /// When it came.
    pub(super) at: Timestamp,
    /// Where it stands in the log.
    pub(super) written: Written,
    pub(super) parts: &'a Parts,
    pub(super) body: Bytes,
    /// The memory that it takes up.
    pub(super) share: Share,
}

impl Onward {
    /// Passes a request on, and gives the backend's answer, or says that there is none.
    pub(super) async fn pass_on(&self, sent: Sent<'_>, tally: &Tally) -> Answer {
        let Sent { at, written, parts, body, mut share } = sent;
        let begun = Instant::now();
        let given = self.forwarder.pass_on(parts, body, &mut share).await;
        let line = line(at, written, &parts.uri.to_string(), &given, begun.elapsed());
        // It takes up little, and only as long as the disk does.
        if let Err(error) = self.log.add(line, share.none()).await {
            tally.note(format!("the backend's answers are not recorded: {error}"));
        }
        if !given.as_ref().is_ok_and(Given::is_success) {
            tally.add(Count::BackendFailed);
        }
        match given {
            Ok(given) => {
                // Where a length is given without a body (HEAD), the body must not give another.
                let body = match given.body.is_empty() {
                    true => Held::few(given.body),
                    false => Held::shared(given.body, share),
                };
                let mut answer = Answer::new(body);
                (*answer.status_mut(), *answer.headers_mut()) = (given.status, given.headers);
                answer
            }
            Err(failure) => {
                tally.note(format!("the backend: {}", failure.cause));
                let message = match failure.status {
                    StatusCode::GATEWAY_TIMEOUT => "the backend does not answer in time",
                    _ => "the backend gives no answer",
                };
                refusal(failure.status, message)
            }
        }
    }
}

/// A line of `LOG.forward`.
fn line(
    at: Timestamp,
    written: Written,
    url: &str,
    given: &Result<Given, Failure>,
    latency: Duration,
) -> Vec<u8> {
    let (status, error_code, error) = match given {
        Ok(given) => (given.status, given.error_code(), None),
        Err(failure) => (failure.status, None, Some(failure.cause.as_str())),
    };
    let mut entry = json!({
        "offset": written.offset,
        "url": url,
        "status": status.as_u16(),
        "error_code": error_code.map(in_json),
        "latency_ms": latency.as_micros() as f64 / 1000.0,
        "error": error,
    });
    if let Some(entry) = entry.as_object_mut() {
        entry.retain(|_, value| !value.is_null());
    }
    // The time first, as in the log: a torn line is known by its begin.
    let received_at = instant(at);
    format!("{{\"received_at\":\"{received_at}\",{}\n", entry.to_string().trim_start_matches('{'))
        .into_bytes()
}

/// The code as a number; one that is none in words.
fn in_json(code: ErrorCode) -> serde_json::Value {
    match code {
        ErrorCode::Number(number) => number.into(),
        ErrorCode::Unusable => "no integer".into(),
    }
}
