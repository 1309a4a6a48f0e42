//! Why a request got no answer, in a word and in full.

use hyper_util::client::legacy::Error;

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
}

impl RequestError {
    pub(in crate::live) fn new(kind: RequestErrorKind, cause: impl Into<String>) -> Self {
        Self { kind, cause: cause.into() }
    }
}

impl From<Error> for RequestError {
    fn from(error: Error) -> Self {
        let kind = if error.is_connect() { RequestErrorKind::Connect } else { RequestErrorKind::Broken };
        Self::new(kind, in_full(&error))
    }
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
