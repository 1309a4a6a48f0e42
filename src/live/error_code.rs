//! The `ErrorCode` of an answer, by which the vendor reads it.

use std::borrow::Cow;

use hyper::HeaderMap;
use hyper::header::CONTENT_ENCODING;

use super::http::decoded;
use crate::deliveries::ErrorCode;

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deliveries::Acceptance;

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
