//! One request: read, checked, recorded, passed on, answered; in this order.

use std::borrow::Cow;
use std::net::SocketAddr;
use std::sync::Arc;

use hyper::body::{Bytes, Incoming};
use hyper::http::request::Parts;
use hyper::{Method, Request, StatusCode};
use jiff::Timestamp;

use super::answer::{
    HttpAnswer, accepted, health, no_body, not_allowed, reading, refusal, scripted_answer, text_answer,
};
use super::auth::Auth;
use super::budget::{Budget, Share};
use super::envelope::{Arrival, line, line_length};
use super::files::Files;
use super::forwarding::{Forwarding, Sent};
use super::metrics::{METRICS_PATH, METRICS_TYPE, metrics};
use super::options::{HealthPath, Limits};
use super::respond::ScriptedBackend;
use super::tally::{CaptureCount, CaptureTally};
use crate::decode::{TextMap, Url};
use crate::live::buffer::Buffer;
use crate::live::http::{NoBody, decoded, is_plain, read};
use crate::spec::Family;

/// Answers requests.
#[derive(Debug)]
pub(super) struct Receiver {
    pub(super) files: Files,
    pub(super) auth: Auth,
    pub(super) limits: Limits,
    pub(super) health_path: HealthPath,
    /// Plays a backend, if it is to.
    pub(super) scripted: Option<ScriptedBackend>,
    pub(super) budget: Arc<Budget>,
    pub(super) tally: Arc<CaptureTally>,
}

/// A request, all of which is there.
#[derive(Debug)]
pub(super) struct Received {
    /// When its header section was there.
    at: Timestamp,
    remote: SocketAddr,
    parts: Parts,
    body: Bytes,
    /// The memory that the body takes up.
    share: Share,
}

impl Receiver {
    /// Finishes the files of the log and of the backend's answers.
    pub(super) fn rotate(&self) {
        self.files.log.rotate();
        if let Some(forwarding) = &self.files.forwarding {
            forwarding.log.rotate();
        }
    }

    /// Reads a request, whose body must be there before `too_late` is over.
    ///
    /// # Errors
    /// The answer, if there is nothing to record.
    pub(super) async fn receive(
        &self,
        request: Request<Incoming>,
        remote: SocketAddr,
        too_late: impl Future<Output = ()>,
    ) -> Result<Received, HttpAnswer> {
        let at = Timestamp::now();
        if self.health_path.is_asked_for(&request) {
            return Err(health(self.files.retention.has_room() && self.files.log.reaches_the_disk().await));
        }
        if *request.method() == Method::GET && request.uri().path() == METRICS_PATH {
            return Err(text_answer(metrics(&self.tally), METRICS_TYPE));
        }
        let (parts, incoming) = request.into_parts();
        let mut share = self.budget.share();
        let room = |bytes| share.grow(bytes);
        let read = tokio::select! {
            biased;
            read = read(incoming, self.limits.body_bytes, room) => read,
            () = too_late => Err(NoBody::TooSlow),
        };
        match read {
            Ok(body) => Ok(Received { at, remote, parts, body, share }),
            Err(why) => Err(self.no_body(why, remote)),
        }
    }

    /// Answers a request; with success only once it is in the log.
    pub(super) async fn answer(&self, received: Received) -> HttpAnswer {
        let Received { at, remote, parts, body, share } = received;
        let query = Cow::Borrowed(parts.uri.query().unwrap_or_default());
        let url = parts.uri.query().map(|_| Url::parse(&query, 0, TextMap::Direct(0)));
        let refused = self.refusal(url.as_ref(), &parts, at);
        let arrival = Arrival { at, remote, refused };
        let mut line_share = self.budget.share();
        let room = line_length(&arrival, &parts, &body);
        if !line_share.grow(room) {
            return self.no_body(NoBody::NoRoom, remote);
        }
        let line = line(&arrival, &parts, &body, room);
        if let Some(reason) = refused {
            return self.refuse(reason, line, line_share).await;
        }
        if !self.files.retention.has_room() {
            self.tally.add(CaptureCount::NotWritten);
            return refusal(StatusCode::SERVICE_UNAVAILABLE, "the disk is nearly full");
        }
        // Bounded as any body is.
        let readable = decoded(&parts.headers, &body, self.limits.body_bytes);
        let reading = reading(url.as_ref(), &readable);
        let family = reading.family;
        drop((readable, url));
        // While the disk works, the line alone takes up memory, unless the body is needed again.
        let is_stored = self.files.forwarding.as_ref().is_some_and(Forwarding::is_in_background);
        let forwarded = self.files.forwarding.as_ref().map(|forwarding| match is_stored {
            true => (forwarding, Bytes::new(), self.budget.share()),
            false => (forwarding, body, share),
        });
        let place = match self.files.log.add(line, line_share).await {
            Ok(place) => place,
            Err(error) => {
                self.tally.add(CaptureCount::NotWritten);
                self.tally.note(format!("requests were answered with 503, the log: {error}"));
                return refusal(StatusCode::SERVICE_UNAVAILABLE, "not recorded");
            }
        };
        self.tally.add(CaptureCount::Recorded);
        if family.is_none() {
            self.tally.add(CaptureCount::Foreign);
        }
        let is_for_proxies = [Method::CONNECT, Method::TRACE].contains(&parts.method);
        match forwarded {
            _ if is_for_proxies => not_allowed(),
            None => self.play(family).await,
            Some((forwarding, ..)) if !forwarding.takes(&parts.method) => not_allowed(),
            Some(_) if is_stored => accepted(family),
            Some((forwarding, body, share)) => {
                let sent = Sent { at, peer: remote.ip(), place, reading, parts: &parts, body, share };
                forwarding.pass_on(sent, &self.tally).await
            }
        }
    }

    /// The answer of a receiver without a backend.
    async fn play(&self, family: Option<Family>) -> HttpAnswer {
        let Some(scripted) = &self.scripted else { return accepted(family) };
        let outcome = scripted.next();
        tokio::time::sleep(outcome.delay).await;
        scripted_answer(family, outcome.status, outcome.error_code)
    }

    /// Why a request is refused; `None` if it is not.
    fn refusal(&self, url: Option<&Url<'_>>, parts: &Parts, at: Timestamp) -> Option<&'static str> {
        if let Err(reason) = self.auth.check(url, at.as_second()) {
            return Some(reason);
        }
        let leads_out = self.files.forwarding.is_some() && !is_plain(parts.uri.path());
        leads_out.then_some("the path could be read as another one")
    }

    /// Counts a request whose body is not there, and answers it.
    fn no_body(&self, why: NoBody, remote: SocketAddr) -> HttpAnswer {
        if matches!(why, NoBody::BrokenOff(_)) {
            let ip = remote.ip();
            self.tally.add(CaptureCount::Malformed);
            self.tally.note(format!("the body of a request from {ip} is incomplete or malformed"));
        } else {
            self.tally.add(CaptureCount::Limited);
        }
        no_body(why, self.limits.body_bytes)
    }

    /// Records a request as refused.
    async fn refuse(&self, reason: &'static str, line: Buffer, share: Share) -> HttpAnswer {
        self.tally.add(CaptureCount::Refused);
        if let Some(refused) = &self.files.refused
            && let Err(error) = refused.add(line, share).await
        {
            self.tally.note(format!("refused requests are not recorded: {error}"));
        }
        refusal(StatusCode::FORBIDDEN, reason)
    }
}
