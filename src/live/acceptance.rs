//! How the vendor reads an answer.

use std::borrow::Cow;
use std::fmt;

use hyper::HeaderMap;
use hyper::header::CONTENT_ENCODING;

use super::http::decoded;
use crate::spec::{Word, words};

/// `ErrorCode` of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ErrorCode {
    /// As given.
    Number(i64),
    /// Given, and not an integer.
    Unusable,
}

impl ErrorCode {
    /// The code that a JSON value gives.
    pub(super) fn of(value: &serde_json::Value) -> Self {
        value.as_i64().map_or(Self::Unusable, Self::Number)
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(formatter),
            Self::Unusable => formatter.write_str("unusable"),
        }
    }
}

/// Most bytes of an answer that are looked at, once it is decoded: what the vendor asks for has fifty.
pub(super) const LONGEST_ANSWER: usize = 64 << 10;

/// A body in a coding that cannot be undone, or that unpacks to more than is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unreadable;

/// `ErrorCode` in the body of an answer with these headers, if it is a JSON object that has one.
pub(super) fn error_code(headers: &HeaderMap, body: &[u8]) -> Result<Option<ErrorCode>, Unreadable> {
    let decoded = decoded(headers, body, LONGEST_ANSWER);
    if let Ok(value) = serde_json::from_slice::<serde_json::Value>(&decoded) {
        return Ok(value.get("ErrorCode").map(ErrorCode::of));
    }
    let is_whole = match &decoded {
        Cow::Borrowed(body) => body.is_empty() || !is_encoded(headers),
        Cow::Owned(decoded) => decoded.len() < LONGEST_ANSWER,
    };
    if is_whole { Ok(None) } else { Err(Unreadable) }
}

fn is_encoded(headers: &HeaderMap) -> bool {
    headers.get_all(CONTENT_ENCODING).iter().any(|value| !value.as_bytes().eq_ignore_ascii_case(b"identity"))
}

words! {
    /// Whether a backend accepted a callback.
    Acceptance {
        /// HTTP success, and no `ErrorCode` other than 0.
        Accepted = "accepted",
        /// An HTTP error, or another `ErrorCode`.
        Refused = "refused",
        /// No answer.
        Failed = "failed",
    }
}

impl Acceptance {
    /// Of an answer: anything but HTTP success, or an `ErrorCode` other than 0, is sent again.
    pub(super) fn of(status: u16, error_code: Option<ErrorCode>) -> Self {
        match (status, error_code) {
            (200..=299, None | Some(ErrorCode::Number(0))) => Self::Accepted,
            _ => Self::Refused,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sent_again() {
        let of = |status, body: &str| {
            let code = error_code(&HeaderMap::new(), body.as_bytes());
            Acceptance::of(status, code.unwrap_or_default())
        };
        assert_eq!(of(200, r#"{"ErrorCode":0,"ErrorMessage":"Success"}"#), Acceptance::Accepted);
        assert_eq!(of(204, ""), Acceptance::Accepted);
        assert_eq!(of(200, "<html>"), Acceptance::Accepted);
        assert_eq!(of(200, r#"{"ErrorCode":7}"#), Acceptance::Refused);
        assert_eq!(of(200, r#"{"ErrorCode":"0"}"#), Acceptance::Refused);
        assert_eq!(of(302, r#"{"ErrorCode":0}"#), Acceptance::Refused);
        assert_eq!(of(500, ""), Acceptance::Refused);
    }
}
