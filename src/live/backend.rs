//! What requests are sent to, and what it answers: a backend on the network, whose addresses were checked beforehand.

use std::time::Duration;

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::RETRY_AFTER;
use hyper::{HeaderMap, Request};
use jiff::Timestamp;
use tokio::time::Instant;

use crate::deliveries::{Acceptance, ErrorCode};
use crate::live::error_code::{LONGEST_ANSWER, error_code};
use crate::live::http::{HttpClient, NoBody, RequestError, RequestErrorKind, Unsent};

/// The answer to one request, or why it got none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: Option<u16>,
    /// What the body says.
    pub error_code: Option<ErrorCode>,
    /// Why the request got no answer.
    pub failure: Option<RequestError>,
    /// from the start of the request to the end of the answer.
    pub latency: Duration,
    /// True if the body was too long to be read to its end, or in a coding that cannot be undone.
    pub cut: bool,
    /// How long the backend asks to wait before the next request.
    pub retry_after: Option<Duration>,
    /// True if the request was sent once more, since the connection that it was sent on had ended.
    pub resent: bool,
}

impl Answer {
    /// No answer.
    pub(in crate::live) fn failed(error: RequestError, latency: Duration) -> Self {
        Self { failure: Some(error), latency, ..Self::default() }
    }

    /// What a message comes to that no request can be made of.
    pub(in crate::live) fn to_no_request() -> Self {
        let cause = "its URL is longer than a request line can be";
        Self::failed(RequestError::new(RequestErrorKind::Broken, cause), Duration::ZERO)
    }

    /// No answer in the time until the run was stopped.
    pub(in crate::live) fn stopped(latency: Duration) -> Self {
        Self::failed(RequestError::new(RequestErrorKind::Stopped, "the run was stopped"), latency)
    }

    /// How the vendor reads it.
    pub fn acceptance(&self) -> Acceptance {
        match (&self.failure, self.status) {
            (None, Some(status)) => Acceptance::of(status, self.error_code),
            _ => Acceptance::Failed,
        }
    }
}

/// What is sent to.
pub trait Backend: Clone + Send + 'static {
    /// Sends a request, and waits for the answer.
    fn send(&self, request: Request<Full<Bytes>>) -> impl Future<Output = Answer> + Send;
}

/// A backend on the network.
#[derive(Clone, Debug)]
pub struct HttpBackend {
    client: HttpClient,
    resends: bool,
}

impl HttpBackend {
    /// Sends with that client. With `resends`, a request that a reused connection lost is sent once more: see
    /// [`Unsent::Stale`].
    pub fn new(client: HttpClient, resends: bool) -> Self {
        Self { client, resends }
    }
}

impl Backend for HttpBackend {
    async fn send(&self, request: Request<Full<Bytes>>) -> Answer {
        let again = self.resends.then(|| request.clone());
        let answer = ask(&self.client, request).await;
        let is_stale = answer.failure.as_ref().is_some_and(|error| error.unsent == Some(Unsent::Stale));
        match again.filter(|_| is_stale) {
            Some(request) => {
                let answered = ask(&self.client.unpooled(), request).await;
                Answer { resent: true, latency: answer.latency + answered.latency, ..answered }
            }
            None => answer,
        }
    }
}

async fn ask(client: &HttpClient, request: Request<Full<Bytes>>) -> Answer {
    let begun = Instant::now();
    let replied = client.send(request, LONGEST_ANSWER, |_| true).await;
    let latency = begun.elapsed();
    let reply = match replied {
        Ok(reply) => reply,
        Err(error) => return Answer::failed(error, latency),
    };
    let status = Some(reply.parts.status.as_u16());
    let retry_after = retry_after(&reply.parts.headers);
    match reply.body {
        Ok(body) => {
            let error_code = error_code(&reply.parts.headers, &body);
            let cut = error_code.is_err();
            let error_code = error_code.unwrap_or_default();
            Answer { status, error_code, latency, cut, retry_after, ..Answer::default() }
        }
        Err(NoBody::BrokenOff(cause)) => {
            let error = RequestError::new(RequestErrorKind::Broken, cause);
            Answer { status, ..Answer::failed(error, latency) }
        }
        // The rest does not matter.
        Err(NoBody::TooLong | NoBody::TooSlow | NoBody::NoRoom) => {
            Answer { status, latency, cut: true, retry_after, ..Answer::default() }
        }
    }
}

/// What `Retry-After` asks for: seconds, or a date.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<u32>() {
        return Some(Duration::from_secs(u64::from(seconds)));
    }
    let at = jiff::fmt::rfc2822::parse(text).ok()?.timestamp();
    let left = at.as_millisecond().saturating_sub(Timestamp::now().as_millisecond());
    Some(Duration::from_millis(u64::try_from(left).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_dates() {
        let of = |text: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, hyper::header::HeaderValue::from_static(text));
            retry_after(&headers)
        };
        assert_eq!(of("120"), Some(Duration::from_secs(120)));
        assert_eq!(of("Wed, 21 Oct 2015 07:28:00 GMT"), Some(Duration::ZERO));
        assert!(of("Fri, 21 Oct 2095 07:28:00 GMT").is_some_and(|wait| wait > Duration::from_secs(1 << 20)));
        assert_eq!((of("-1"), of("soon"), retry_after(&HeaderMap::new())), (None, None, None));
    }
}
