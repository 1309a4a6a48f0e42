//! What became of one request.

use std::time::Duration;

use crate::live::http::RequestError;
use crate::live::verdict::{ErrorCode, is_success};

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
    use crate::live::http::RequestErrorKind;
    use crate::live::verdict::error_code;

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
        let error = RequestError::new(RequestErrorKind::Timeout, "");
        assert_eq!(Answer::failed(error, Duration::ZERO).verdict(), Verdict::Failed);
    }
}
