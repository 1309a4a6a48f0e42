//! What an answer is called, in text and in JSON.

use crate::live::ErrorCode;
use crate::live::http::RequestErrorKind;
use crate::report::json::Object;

/// An `ErrorCode` in text.
pub(super) fn code_text(code: ErrorCode) -> String {
    match code {
        ErrorCode::Number(code) => format!("ErrorCode {code}"),
        ErrorCode::Unusable => "ErrorCode that is no integer".to_owned(),
    }
}

/// Why there is no answer, in text.
pub(super) fn failure_text(failure: RequestErrorKind) -> &'static str {
    match failure {
        RequestErrorKind::Connect => "no connection",
        RequestErrorKind::Timeout => "none in time",
        RequestErrorKind::Broken => "broken off, or no HTTP",
        RequestErrorKind::Stopped => "not waited for",
    }
}

/// What is known of an answer, in text; `outcome` and `failure` stand before and after it.
pub(super) fn answer_text(
    outcome: Option<&str>,
    status: Option<u16>,
    error_code: Option<ErrorCode>,
    failure: Option<RequestErrorKind>,
) -> String {
    let status = status.map(|status| format!("HTTP {status}"));
    let failure = failure.map(|failure| failure_text(failure).to_owned());
    let parts = [outcome.map(str::to_owned), status, error_code.map(code_text), failure];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// A text member, `null` where there is none.
pub(super) fn text_or_null(object: &mut Object<'_>, key: &str, text: Option<&str>) {
    match text {
        Some(text) => object.text(key, text),
        None => object.number(key, None::<u64>),
    }
}

/// An `ErrorCode` member: a number, `"unusable"` where it is given and not an integer, `null` where there is none.
pub(super) fn error_code(object: &mut Object<'_>, key: &str, code: Option<ErrorCode>) {
    match code {
        Some(code @ ErrorCode::Unusable) => object.text(key, &code.to_string()),
        code => object.number(key, code),
    }
}
