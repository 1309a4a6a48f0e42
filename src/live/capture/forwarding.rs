//! Requests that are in the log go on to the backend, and what it answers is recorded.

use std::io;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{CONTENT_LENGTH, HOST, HeaderMap, HeaderName, HeaderValue};
use hyper::http::request::Parts;
use hyper::{Method, Request, Response, StatusCode, Uri};
use jiff::Timestamp;
use serde_json::json;

use super::answer::{HttpAnswer, refusal};
use super::budget::Share;
use super::envelope::instant;
use super::log::Log;
use super::tally::{CaptureCount, CaptureTally};
use crate::live::acceptance::{Acceptance, ErrorCode, error_code};
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
}

/// A backend, and the log of what it answered.
#[derive(Debug)]
pub(super) struct Forwarding {
    url: BackendUrl,
    client: HttpClient,
    all_methods: bool,
    /// Longest body of an answer, in bytes.
    longest: usize,
    pub(super) log: Log,
}

/// A request that is in the log.
#[derive(Debug)]
pub(super) struct Sent<'a> {
    /// When it came.
    pub(super) at: Timestamp,
    /// Who sent it.
    pub(super) peer: IpAddr,
    /// The offset of its line in the log.
    pub(super) offset: u64,
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
    pub(super) fn new(options: ForwardOptions, longest: usize, log: Log) -> io::Result<Self> {
        let client = HttpClient::new(&options.url, None, options.time)?;
        Ok(Self { url: options.url, client, all_methods: options.all_methods, longest, log })
    }

    /// True if requests of that method are passed on.
    pub(super) fn takes(&self, method: &Method) -> bool {
        self.all_methods || *method == Method::POST
    }

    /// Passes a request on, and gives the backend's answer, or says that it gave none.
    pub(super) async fn pass_on(&self, sent: Sent<'_>, tally: &CaptureTally) -> HttpAnswer {
        let Sent { at, peer, offset, parts, body, mut share } = sent;
        let begun = Instant::now();
        let given = self.ask(parts, peer, body, &mut share).await;
        let error_code =
            given.as_ref().ok().and_then(|answer| error_code(answer.headers(), answer.body()).ok()?);
        let line = line(at, offset, &parts.uri.to_string(), &given, error_code, begun.elapsed());
        // It takes up little, and only as long as the disk does.
        if let Err(error) = self.log.add(line, share.none()).await {
            tally.note(format!("the backend's answers are not recorded: {error}"));
        }
        // The vendor reads the code as well as the status.
        let acceptance = given.as_ref().map(|answer| Acceptance::of(answer.status().as_u16(), error_code));
        if acceptance != Ok(Acceptance::Accepted) {
            tally.add(CaptureCount::BackendFailed);
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
        *request.uri_mut() = target(&self.url, &parts.uri).ok_or_else(|| broken("no URL can be made"))?;
        *request.headers_mut() = without_overrides(passed_on(&parts.headers, true));
        say_where_from(request.headers_mut(), parts, peer);
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

/// The URL for a request: the backend's path followed by that of the request, then both queries.
fn target(backend: &BackendUrl, uri: &Uri) -> Option<Uri> {
    let before = backend.path().trim_end_matches('/');
    // `OPTIONS *` is about the whole server.
    let path = match uri.path() {
        "*" | "" if before.is_empty() => "/",
        "*" => "",
        path => path,
    };
    backend.request(&format!("{before}{path}"), uri.query())
}

/// Headers that some servers believe more than the path and the method of a request, which are those that were checked.
static OVERRIDES: [&str; 5] =
    ["x-original-url", "x-rewrite-url", "x-http-method", "x-http-method-override", "x-method-override"];

fn without_overrides(headers: HeaderMap) -> HeaderMap {
    // To CGI and the like, `_` and `-` are the same.
    let is_override = |name: &HeaderName| OVERRIDES.contains(&&*name.as_str().replace('_', "-"));
    let passed = headers.iter().filter(|(name, _)| !is_override(name));
    passed.map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// Says in the headers of a request whom it comes from, and what was asked for. What proxies in front have said stays.
fn say_where_from(headers: &mut HeaderMap, parts: &Parts, peer: IpAddr) {
    let before = headers.get_all(FORWARDED_FOR).iter().filter(|value| !value.is_empty());
    let mut chain = before.map(HeaderValue::as_bytes).collect::<Vec<_>>().join(&b", "[..]);
    if !chain.is_empty() {
        chain.extend_from_slice(b", ");
    }
    chain.extend_from_slice(peer.to_string().as_bytes());
    if let Ok(chain) = HeaderValue::from_bytes(&chain) {
        headers.insert(FORWARDED_FOR, chain);
    }
    if let Some(host) = parts.headers.get(HOST) {
        headers.entry(FORWARDED_HOST).or_insert_with(|| host.clone());
    }
    headers.entry(FORWARDED_PROTO).or_insert(HeaderValue::from_static("http"));
}

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// What the sender gets instead of an answer.
fn status(error: &RequestError) -> StatusCode {
    match error.kind {
        RequestErrorKind::Timeout => StatusCode::GATEWAY_TIMEOUT,
        RequestErrorKind::Connect | RequestErrorKind::Broken | RequestErrorKind::Stopped => {
            StatusCode::BAD_GATEWAY
        }
    }
}

/// A line of `LOG.forward`.
fn line(
    at: Timestamp,
    offset: u64,
    url: &str,
    given: &Result<Response<Bytes>, RequestError>,
    error_code: Option<ErrorCode>,
    latency: Duration,
) -> Vec<u8> {
    let (status, cause) = match given {
        Ok(answer) => (answer.status(), None),
        Err(error) => (status(error), Some(error.cause.as_str())),
    };
    let mut entry = json!({
        "offset": offset,
        "url": url,
        "status": status.as_u16(),
        "error_code": error_code.map(in_json),
        "latency_ms": latency.as_micros() as f64 / 1000.0,
        "error": cause,
    });
    if let Some(entry) = entry.as_object_mut() {
        entry.retain(|_, value| !value.is_null());
    }
    // The time first, as in the log: a torn line is recognized by its beginning.
    let received_at = instant(at);
    format!("{{\"received_at\":\"{received_at}\",{}\n", entry.to_string().trim_start_matches('{'))
        .into_bytes()
}

/// The code as a number, or in words if it is not one.
fn in_json(code: ErrorCode) -> serde_json::Value {
    match code {
        ErrorCode::Number(number) => number.into(),
        ErrorCode::Unusable => "no integer".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(backend: &str, request: &str) -> String {
        let backend = BackendUrl::parse(backend).ok();
        let target = backend.and_then(|backend| target(&backend, &request.parse().unwrap_or_default()));
        target.map(|target| target.to_string()).unwrap_or_default()
    }

    #[test]
    fn paths_and_queries_are_joined() {
        assert_eq!(joined("http://b:9", "/callkit?a=1"), "http://b:9/callkit?a=1");
        assert_eq!(joined("http://b:9/", "/callkit"), "http://b:9/callkit");
        assert_eq!(joined("http://b/hooks/", "/callkit?a=1"), "http://b/hooks/callkit?a=1");
        assert_eq!(joined("https://b/hooks?k=v", "/?a=1"), "https://b/hooks/?k=v&a=1");
        assert_eq!(joined("https://b/?k=v", "/x"), "https://b/x?k=v");
        assert_eq!(
            (joined("http://b/p", "*"), joined("http://b", "*")),
            ("http://b/p".into(), "http://b/".into())
        );
        assert_eq!(joined("http://[::1]:9/", "/x"), "http://[::1]:9/x");
    }
}
