//! Why a request got no answer, in a word and in full.

use std::io::ErrorKind;

use hyper::http::Extensions;
use hyper_util::client::legacy::Error;

use super::tracking::Arrivals;
use crate::source::plain;
use crate::spec::{Word, words};

words! {
    /// Why a request got no answer, in the order in which it is reported.
    RequestErrorKind {
        /// No connection could be made.
        Connect = "connect",
        /// The answer was not there in time.
        Timeout = "timeout",
        /// The connection broke, or what came over it is not HTTP.
        Broken = "broken",
        /// Nobody waited for the answer any longer.
        Stopped = "stopped",
    }
}

/// A request without an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestError {
    /// Why it got none.
    pub kind: RequestErrorKind,
    /// The cause in words.
    pub cause: String,
    /// Why the backend has probably not seen the request, if that is so.
    pub unsent: Option<Unsent>,
}

/// Why a backend has probably not seen a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsent {
    /// Nothing listens there at the moment, or nothing could be connected.
    NotListening,
    /// The connection had served other requests, and ended before the first byte of an answer.
    Stale,
}

impl RequestError {
    pub(in crate::live) fn new(kind: RequestErrorKind, cause: impl Into<String>) -> Self {
        Self { kind, cause: cause.into(), unsent: None }
    }
}

impl From<Error> for RequestError {
    fn from(error: Error) -> Self {
        let kind = if error.is_connect() { RequestErrorKind::Connect } else { RequestErrorKind::Broken };
        let unsent = match kind {
            RequestErrorKind::Connect => is_not_listening(&error).then_some(Unsent::NotListening),
            _ => is_stale(&error).then_some(Unsent::Stale),
        };
        Self { unsent, ..Self::new(kind, in_full(&error)) }
    }
}

/// True if a connection was refused, or if this machine has no port left for one.
fn is_not_listening(error: &Error) -> bool {
    let first: &(dyn std::error::Error + 'static) = error;
    let mut causes = std::iter::successors(Some(first), |error| error.source());
    let kinds = [ErrorKind::ConnectionRefused, ErrorKind::ConnectionReset, ErrorKind::AddrNotAvailable];
    causes.any(|cause| {
        cause.downcast_ref::<std::io::Error>().is_some_and(|error| kinds.contains(&error.kind()))
    })
}

fn is_stale(error: &Error) -> bool {
    let mut extensions = Extensions::new();
    if let Some(connection) = error.connect_info() {
        connection.get_extras(&mut extensions);
    }
    extensions.get::<Arrivals>().is_some_and(Arrivals::end_with_an_answer)
}

/// The causes of an error. The error itself only says that the client failed, so it is used only without causes.
pub(super) fn in_full(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(error.source(), |error| error.source());
    let words = |cause: &(dyn std::error::Error + 'static)| {
        cause.downcast_ref().map_or_else(|| cause.to_string(), plain)
    };
    let mut texts: Vec<String> = causes.map(words).collect();
    // Some causes only pass on what the next one says.
    texts.dedup();
    if texts.is_empty() { error.to_string() } else { texts.join(": ") }
}
