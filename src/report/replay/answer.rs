//! Answers, in text and in JSON.

use crate::deliveries::ErrorCode;
use crate::live::http::RequestErrorKind;
use crate::report::json::{Json, Number};

/// An `ErrorCode` in text.
pub(super) fn code_text(code: ErrorCode) -> String {
    match code {
        ErrorCode::Number(code) => format!("ErrorCode {code}"),
        ErrorCode::Unusable => "ErrorCode that is not an integer".to_owned(),
    }
}

/// Why a request got no answer, in text.
pub(super) fn failure_text(failure: RequestErrorKind) -> &'static str {
    match failure {
        RequestErrorKind::Connect => "no connection",
        RequestErrorKind::Timeout => "timed out",
        RequestErrorKind::Broken => "connection broken, or not HTTP",
        RequestErrorKind::Stopped => "stopped waiting",
    }
}

/// What is known of an answer, in text, between the `outcome` and the `failure`.
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

/// A number, or `"unusable"` if it is not an integer.
impl Json for ErrorCode {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Unusable => self.to_string().write(out),
            Self::Number(_) => Number(self).write(out),
        }
    }
}
