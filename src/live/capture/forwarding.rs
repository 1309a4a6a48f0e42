//! Requests that are in the log go on to the backend, and what it answers is recorded.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::CONTENT_LENGTH;
use hyper::http::request::Parts;
use hyper::{Method, Request, Response, StatusCode};
use jiff::Timestamp;

use super::answer::{CallbackReading, HttpAnswer, refusal};
use super::budget::Share;
use super::delivery::Acknowledge;
use super::log::{LinePlace, Log};
use super::passing::{headers, target};
use super::redelivery::Redeliveries;
use super::tally::{CaptureCount, CaptureTally};
use crate::deliveries::{Acceptance, ForwardLine, body_digest};
use crate::live::error_code::error_code;
use crate::live::http::{BackendUrl, HttpClient, NoBody, RequestError, RequestErrorKind, passed_on};

/// Where requests are passed on to.
#[derive(Clone, Debug)]
pub struct ForwardOptions {
    /// The URL that the path and the query of a request are added to.
    pub url: BackendUrl,
    /// How long the backend may take to answer.
    pub time: Duration,
    /// True to pass on requests of every method, and not only POST.
    pub all_methods: bool,
    /// When a request is answered.
    pub acknowledge: Acknowledge,
    /// How long after its capture a request is given up that is delivered in the background.
    pub give_up: Duration,
}

/// A backend, and the log of what it answered.
#[derive(Debug)]
pub(super) struct Forwarding {
    url: BackendUrl,
    client: HttpClient,
    all_methods: bool,
    /// Longest body of an answer, in bytes.
    longest: usize,
    pub(super) log: Arc<Log>,
    acknowledge: Acknowledge,
    redeliveries: Redeliveries,
}

/// A request that is in the log.
#[derive(Debug)]
pub(super) struct Sent<'a> {
    /// When it came.
    pub(super) at: Timestamp,
    /// Who sent it.
    pub(super) peer: IpAddr,
    /// Where its line is in the log.
    pub(super) place: LinePlace,
    /// What is known of the callback.
    pub(super) reading: CallbackReading,
    pub(super) parts: &'a Parts,
    pub(super) body: Bytes,
    /// The memory that it takes up.
    pub(super) share: Share,
}

impl Forwarding {
    /// To a backend whose answers may be `longest` bytes long, and are recorded in that log.
    ///
    /// # Errors
    /// Returns an error if the system has no certificates to verify an `https` backend with.
    pub(super) fn new(options: ForwardOptions, longest: usize, log: Arc<Log>) -> io::Result<Self> {
        let client = HttpClient::new(&options.url, None, options.time)?;
        let ForwardOptions { url, all_methods, acknowledge, .. } = options;
        Ok(Self {
            url,
            client,
            all_methods,
            longest,
            log,
            acknowledge,
            redeliveries: Redeliveries::default(),
        })
    }

    /// True if requests are answered once they are in the log, and delivered in the background.
    pub(super) fn is_in_background(&self) -> bool {
        self.acknowledge == Acknowledge::Stored
    }

    /// True if requests of that method are passed on.
    pub(super) fn takes(&self, method: &Method) -> bool {
        self.all_methods || *method == Method::POST
    }

    /// Passes a request on, and gives the backend's answer, or says that it gave none.
    pub(super) async fn pass_on(&self, sent: Sent<'_>, tally: &CaptureTally) -> HttpAnswer {
        let Sent { at, peer, place, reading, parts, body, mut share } = sent;
        let begun = Instant::now();
        let digest = body_digest(&body);
        let delivery = self.redeliveries.count(&digest, begun);
        let given = self.ask(parts, peer, body, &mut share).await;
        let error_code =
            given.as_ref().ok().and_then(|answer| error_code(answer.headers(), answer.body()).ok()?);
        let line = ForwardLine {
            received_at: at.as_millisecond(),
            offset: place.offset,
            record: place.line,
            url: parts.uri.to_string(),
            call_id: reading.call_id,
            command: reading.command.map(str::to_owned),
            body_sha256: Some(digest),
            delivery: Some(delivery),
            status: given.as_ref().map_or_else(status, Response::status).as_u16(),
            error_code,
            latency_ms: begun.elapsed().as_micros() as f64 / 1000.0,
            error: given.as_ref().err().map(|error| error.cause.clone()),
            ..ForwardLine::default()
        };
        if line.acceptance() != Acceptance::Accepted {
            tally.add(CaptureCount::BackendFailed);
            tally.fail(failure_text(&line));
        }
        // It takes up little, and only as long as the disk does.
        if let Err(error) = self.log.add(line.write(), share.none()).await {
            tally.note(format!("the backend's answers are not recorded: {error}"));
        }
        match given {
            Ok(answer) => answer.map(|body| Full::new(share.keep_with(body))),
            Err(error) => {
                tally.note(format!("the backend: {}", error.cause));
                let message = match error.kind {
                    RequestErrorKind::Timeout => "the backend does not answer in time",
                    _ => "the backend gives no answer",
                };
                refusal(status(&error), message)
            }
        }
    }

    async fn ask(
        &self,
        parts: &Parts,
        peer: IpAddr,
        body: Bytes,
        share: &mut Share,
    ) -> Result<Response<Bytes>, RequestError> {
        let broken = |cause: &str| RequestError::new(RequestErrorKind::Broken, cause);
        let mut request = Request::new(Full::new(body));
        *request.method_mut() = parts.method.clone();
        *request.uri_mut() = target(&self.url, parts.uri.path(), parts.uri.query())
            .ok_or_else(|| broken("no URL can be made"))?;
        *request.headers_mut() = headers(&parts.headers, peer);
        let room = |bytes| share.grow(bytes);
        let reply = self.client.send(request, self.longest, room).await?;
        let body = reply.body.map_err(|why| match why {
            NoBody::TooLong => broken(&format!("the answer is longer than {} bytes", self.longest)),
            NoBody::TooSlow | NoBody::BrokenOff(_) => broken("the answer breaks off"),
            NoBody::NoRoom => broken("too many bodies at once"),
        })?;
        // To switch protocols is between the backend and this receiver, which has not asked for it.
        if reply.parts.status.is_informational() {
            return Err(broken("the answer is not a final one"));
        }
        let mut answer = Response::new(body);
        *answer.status_mut() = reply.parts.status;
        *answer.headers_mut() = passed_on(&reply.parts.headers, false);
        // The length of the body that a GET would give.
        if parts.method == Method::HEAD
            && let Some(length) = reply.parts.headers.get(CONTENT_LENGTH)
        {
            answer.headers_mut().insert(CONTENT_LENGTH, length.clone());
        }
        Ok(answer)
    }
}

/// What the sender gets instead of an answer.
fn status(error: &RequestError) -> StatusCode {
    match error.kind {
        RequestErrorKind::Timeout => StatusCode::GATEWAY_TIMEOUT,
        RequestErrorKind::Connect | RequestErrorKind::Broken | RequestErrorKind::Stopped => {
            StatusCode::BAD_GATEWAY
        }
    }
}

/// A delivery that was not accepted, in a few words.
pub(super) fn failure_text(line: &ForwardLine) -> String {
    let call = line.call_id.as_deref().unwrap_or("a request without a call");
    let command = line.command.as_deref().map(|command| format!(" {command}")).unwrap_or_default();
    let cause = match (&line.error, line.error_code) {
        (Some(error), _) => error.clone(),
        (None, Some(code)) if (200..=299).contains(&line.status) => format!("ErrorCode {code}"),
        (None, _) => line.status.to_string(),
    };
    format!("{call}{command}: {cause}")
}
