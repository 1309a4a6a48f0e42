//! What became of one request.

use std::time::Duration;

use crate::live::acceptance::{Acceptance, ErrorCode};
use crate::live::http::RequestError;

/// The answer to one request, or why there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: Option<u16>,
    /// What the body says.
    pub error_code: Option<ErrorCode>,
    /// Why there is no answer.
    pub failure: Option<RequestError>,
    /// From the begin of the request to the end of the answer.
    pub latency: Duration,
    /// True where the body was too long to be read to its end.
    pub cut: bool,
}

impl Answer {
    /// No answer.
    pub(super) fn failed(error: RequestError, latency: Duration) -> Self {
        Self { status: None, error_code: None, failure: Some(error), latency, cut: false }
    }

    /// What the vendor takes it for.
    pub fn acceptance(&self) -> Acceptance {
        match (&self.failure, self.status) {
            (None, Some(status)) => Acceptance::of(status, self.error_code),
            _ => Acceptance::Failed,
        }
    }
}
