//! One request of a run and its outcome, as the observer sees it.

use std::time::Duration;

use super::chaos::ChaosMarks;
use crate::live::acceptance::{Acceptance, ErrorCode};
use crate::live::http::{RequestError, RequestErrorKind};

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
    /// True if the request was sent once more, since the connection that it was sent on had ended.
    pub resent: bool,
}

impl Answer {
    /// No answer.
    pub(super) fn failed(error: RequestError, latency: Duration) -> Self {
        Self { failure: Some(error), latency, ..Self::default() }
    }

    /// What a message comes to that no request can be made of.
    pub(super) fn to_no_request() -> Self {
        let cause = "its URL is longer than a request line can be";
        Self::failed(RequestError::new(RequestErrorKind::Broken, cause), Duration::ZERO)
    }

    /// No answer in the time until the run was stopped.
    pub(super) fn stopped(latency: Duration) -> Self {
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

/// A request that is done, with its answer.
#[derive(Clone, Copy, Debug)]
pub struct Attempt<'a> {
    /// The source of the callback, from 0.
    pub source: u32,
    /// The record of the callback, from 1.
    pub record: u64,
    /// The call, if the callback names one.
    pub call_id: Option<&'a str>,
    /// 1, or 2 for the second of two deliveries.
    pub copy: u8,
    /// What chaos did to the delivery.
    pub marks: ChaosMarks,
    /// Which request of the delivery it is, from 1.
    pub number: u8,
    /// True if no other follows.
    pub is_last: bool,
    /// When the delivery was due, from the start of the run; none if all were due at once.
    pub planned: Option<Duration>,
    /// When the request was sent, from the start of the run.
    pub sent: Duration,
    /// Its outcome.
    pub answer: &'a Answer,
}

/// A callback that chaos dropped.
#[derive(Clone, Copy, Debug)]
pub struct Dropped<'a> {
    /// The source, from 0.
    pub source: u32,
    /// The record, from 1.
    pub record: u64,
    /// The call, if it names one.
    pub call_id: Option<&'a str>,
}
