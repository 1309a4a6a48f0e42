//! One request: read, checked, recorded, passed on, answered; in this order.

use std::borrow::Cow;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use hyper::body::{Bytes, Incoming};
use hyper::http::request::Parts;
use hyper::{Request, StatusCode};
use jiff::Timestamp;
use serde_json::json;

use super::answer::{Answer, accepted, family, no_body, refusal};
use super::body;
use super::budget::{Budget, NoRoom};
use super::envelope::{Arrival, instant, line};
use super::forward::Forwarder;
use super::gate::Gate;
use super::log::{Log, Written};
use super::options::Limits;
use super::tally::{Count, Tally};
use crate::decode::{TextMap, Url};

/// A backend, and the log of what it answered.
#[derive(Debug)]
pub(super) struct Onward {
    pub(super) forwarder: Forwarder,
    pub(super) log: Log,
}

/// Answers requests.
#[derive(Debug)]
pub(super) struct Receiver {
    pub(super) log: Log,
    /// Where refused requests go; none where none can be refused.
    pub(super) refused: Option<Log>,
    pub(super) onward: Option<Onward>,
    pub(super) gate: Gate,
    pub(super) limits: Limits,
    pub(super) budget: Budget,
    pub(super) tally: Arc<Tally>,
}

impl Receiver {
    pub(super) fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Finishes the files of the log and of the backend's answers.
    pub(super) fn rotate(&self) {
        self.log.rotate();
        if let Some(onward) = &self.onward {
            onward.log.rotate();
        }
    }

    /// Answers a request; with success only once it is in the log.
    pub(super) async fn answer(&self, request: Request<Incoming>, remote: SocketAddr) -> Answer {
        let at = Timestamp::now();
        let (parts, incoming) = request.into_parts();
        let mut share = self.budget.share();
        let body = match body::read(incoming, &self.limits, &mut share).await {
            Ok(body) => body,
            Err(why) => {
                self.tally.add(Count::Limited);
                return no_body(why, self.limits.body_bytes);
            }
        };
        let query = Cow::Borrowed(parts.uri.query().unwrap_or_default());
        let url = parts.uri.query().map(|_| Url::parse(&query, 0, TextMap::Direct(0)));
        let refused = self.gate.check(url.as_ref(), at.as_second()).err();
        let line = line(&Arrival { at, remote, refused }, &parts, &body);
        if share.grow(line.len()) == Err(NoRoom) {
            self.tally.add(Count::Limited);
            return refusal(StatusCode::SERVICE_UNAVAILABLE, "too many bodies at once");
        }
        if let Some(reason) = refused {
            return self.refuse(reason, &line).await;
        }
        let written = match self.log.add(&line).await {
            Ok(written) => written,
            Err(error) => {
                self.tally.add(Count::NotWritten);
                self.tally.note(format!("requests were answered with 503, the log: {error}"));
                return refusal(StatusCode::SERVICE_UNAVAILABLE, "not recorded");
            }
        };
        drop(line);
        let family = family(url.as_ref(), &body);
        self.tally.add(Count::Recorded);
        if family.is_none() {
            self.tally.add(Count::Foreign);
        }
        drop(url);
        match &self.onward {
            None => accepted(family),
            Some(onward) => self.pass_on(onward, at, written, &parts, body.into()).await,
        }
    }

    /// Records a request as refused.
    async fn refuse(&self, reason: &'static str, line: &[u8]) -> Answer {
        self.tally.add(Count::Refused);
        if let Some(refused) = &self.refused
            && let Err(error) = refused.add(line).await
        {
            self.tally.note(format!("refused requests are not recorded: {error}"));
        }
        refusal(StatusCode::FORBIDDEN, reason)
    }

    /// Passes a request on, and gives the backend's answer, or says that it failed.
    async fn pass_on(
        &self,
        onward: &Onward,
        at: Timestamp,
        written: Written,
        parts: &Parts,
        body: Bytes,
    ) -> Answer {
        let begun = Instant::now();
        let passed = onward.forwarder.pass_on(parts, body).await;
        let micros = begun.elapsed().as_micros();
        let (status, cause) = match &passed {
            Ok(answer) => (answer.status(), None),
            Err(failure) => (failure.status, Some(failure.cause.as_str())),
        };
        let mut entry = json!({
            "received_at": instant(at),
            "offset": written.offset,
            "url": parts.uri.to_string(),
            "status": status.as_u16(),
            "latency_ms": micros as f64 / 1000.0,
        });
        if let (Some(cause), Some(entry)) = (cause, entry.as_object_mut()) {
            entry.insert("error".to_owned(), cause.into());
        }
        if let Err(error) = onward.log.add(format!("{entry}\n").as_bytes()).await {
            self.tally.note(format!("the backend's answers are not recorded: {error}"));
        }
        if !status.is_success() {
            self.tally.add(Count::BackendFailed);
        }
        match passed {
            Ok(answer) => answer,
            Err(failure) => {
                self.tally.note(format!("the backend: {}", failure.cause));
                let message = match failure.status {
                    StatusCode::GATEWAY_TIMEOUT => "the backend does not answer in time",
                    _ => "the backend cannot be reached",
                };
                refusal(failure.status, message)
            }
        }
    }
}
