//! What the vendor takes an answer for.

/// `ErrorCode` of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ErrorCode {
    /// As given.
    Number(i64),
    /// Given, and not an integer.
    Unusable,
}

/// `ErrorCode` in an answer's body, if it is a JSON object that has one.
pub(super) fn error_code(body: &[u8]) -> Option<ErrorCode> {
    let value: serde_json::Value = serde_json::from_slice(body).ok()?;
    let code = value.get("ErrorCode")?;
    Some(code.as_i64().map_or(ErrorCode::Unusable, ErrorCode::Number))
}

/// True for HTTP success and no `ErrorCode` other than 0; anything else is sent again.
pub(super) fn is_success(status: u16, error_code: Option<ErrorCode>) -> bool {
    matches!(status, 200..=299) && matches!(error_code, None | Some(ErrorCode::Number(0)))
}
