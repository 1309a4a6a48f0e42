//! What became of one request.

use std::time::Duration;

pub use crate::live::verdict::ErrorCode;
pub(super) use crate::live::verdict::error_code;
use crate::live::verdict::is_success;

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Failure {
    /// No connection could be made.
    Connect,
    /// The answer was not there in time.
    Timeout,
    /// The connection broke, or what came over it is no HTTP.
    Broken,
    /// The run was stopped before the answer came.
    Stopped,
}

impl Failure {
    /// All, in the order in which they are reported.
    pub const ALL: [Self; 4] = [Self::Connect, Self::Timeout, Self::Broken, Self::Stopped];

    /// Its word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Timeout => "timeout",
            Self::Broken => "broken",
            Self::Stopped => "stopped",
        }
    }
}

/// What a backend made of a callback.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// HTTP success, and no `ErrorCode` other than 0.
    Accepted,
    /// An HTTP error, or another `ErrorCode`.
    Refused,
    /// No answer.
    Failed,
}

impl Verdict {
    /// Its word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }

    /// The verdict of that word.
    pub(super) fn parse(word: &str) -> Option<Self> {
        [Self::Accepted, Self::Refused, Self::Failed].into_iter().find(|verdict| verdict.as_str() == word)
    }
}

/// The answer to one request, or why there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: Option<u16>,
    /// What the body says.
    pub error_code: Option<ErrorCode>,
    /// Why there is no answer, and the cause in words.
    pub failure: Option<(Failure, String)>,
    /// From the begin of the request to the end of the answer.
    pub latency: Duration,
    /// True where the body was too long to be read to its end.
    pub cut: bool,
}

impl Answer {
    /// No answer.
    pub(super) fn failed(failure: Failure, cause: String, latency: Duration) -> Self {
        Self { status: None, error_code: None, failure: Some((failure, cause)), latency, cut: false }
    }

    /// What the vendor takes it for: anything but HTTP success, or an `ErrorCode` other than 0, is sent again.
    pub fn verdict(&self) -> Verdict {
        match (&self.failure, self.status) {
            (Some(_), _) | (None, None) => Verdict::Failed,
            (None, Some(status)) if is_success(status, self.error_code) => Verdict::Accepted,
            _ => Verdict::Refused,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verdicts() {
        let verdict = |status, body: &str| {
            let answer = Answer {
                status: Some(status),
                error_code: error_code(body.as_bytes()),
                failure: None,
                latency: Duration::ZERO,
                cut: false,
            };
            answer.verdict()
        };
        assert_eq!(verdict(200, r#"{"ErrorCode":0,"ErrorMessage":"Success"}"#), Verdict::Accepted);
        assert_eq!(verdict(204, ""), Verdict::Accepted);
        assert_eq!(verdict(200, "<html>"), Verdict::Accepted);
        assert_eq!(verdict(200, r#"{"ErrorCode":7}"#), Verdict::Refused);
        assert_eq!(verdict(200, r#"{"ErrorCode":"0"}"#), Verdict::Refused);
        assert_eq!(verdict(302, r#"{"ErrorCode":0}"#), Verdict::Refused);
        assert_eq!(verdict(500, ""), Verdict::Refused);
        assert_eq!(
            Answer::failed(Failure::Timeout, String::new(), Duration::ZERO).verdict(),
            Verdict::Failed
        );
    }
}
