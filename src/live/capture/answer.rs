//! What a request is answered with.

use std::borrow::Cow;

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{ALLOW, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use hyper::{Response, StatusCode};
use serde_json::json;

use crate::decode::{Url, read};
use crate::live::http::NoBody;
use crate::spec::{CallbackCommand, Family};

/// An answer, all of which is in memory.
pub(super) type HttpAnswer = Response<Full<Bytes>>;

/// What the vendor takes for success in the event and status families, and in v4.
const SUCCESS: &[u8] = br#"{"ErrorCode":0,"ErrorMessage":"Success"}"#;
const V4_SUCCESS: &[u8] = br#"{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0}"#;

/// What is known of a request that is a TUICallKit callback; nothing of any other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct CallbackReading {
    /// The family.
    pub(super) family: Option<Family>,
    /// The call, if it names one.
    pub(super) call_id: Option<String>,
    /// The command, from the URL or from what the body says.
    pub(super) command: Option<&'static str>,
}

/// Reads a request, as far as the answer and the record of deliveries depend on it.
pub(super) fn reading(url: Option<&Url<'_>>, body: &[u8]) -> CallbackReading {
    let callback = std::str::from_utf8(body).ok().and_then(|text| read(text, url, None).callback.ok());
    callback.map_or_else(CallbackReading::default, |callback| {
        let of_event = || CallbackCommand::for_event(callback.role, callback.event?);
        let command =
            callback.command.or_else(of_event).or(callback.call_result.map(CallbackCommand::Status));
        CallbackReading {
            family: Some(callback.family),
            command: command.map(CallbackCommand::as_str),
            call_id: callback.call_id.map(std::borrow::Cow::into_owned),
        }
    })
}

/// The answer to a request that is in the log.
pub(super) fn accepted(family: Option<Family>) -> HttpAnswer {
    json_answer(
        StatusCode::OK,
        Bytes::from_static(if family == Some(Family::V4) { V4_SUCCESS } else { SUCCESS }),
    )
}

/// An answer as a script asks for: success, but for the status and the code.
pub(super) fn scripted_answer(family: Option<Family>, status: Option<u16>, code: Option<i32>) -> HttpAnswer {
    let mut answer = match code {
        None => accepted(family),
        Some(code) => {
            let body = json!({"ErrorCode": code, "ErrorMessage": "scripted"}).to_string();
            json_answer(StatusCode::OK, body.into())
        }
    };
    if let Some(status) = status.and_then(|status| StatusCode::from_u16(status).ok()) {
        *answer.status_mut() = status;
    }
    answer
}

/// An answer that is text.
pub(super) fn text_answer(text: String, kind: &'static str) -> HttpAnswer {
    let mut answer = Response::new(Full::new(text.into()));
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    answer
}

/// The answer to a health check.
pub(super) fn health(is_well: bool) -> HttpAnswer {
    if is_well {
        return json_answer(StatusCode::OK, Bytes::from_static(br#"{"status":"ok"}"#));
    }
    refusal(StatusCode::SERVICE_UNAVAILABLE, "lines do not reach the disk")
}

/// The answer to a request whose method is not for a callback.
pub(super) fn not_allowed() -> HttpAnswer {
    let mut answer = refusal(StatusCode::METHOD_NOT_ALLOWED, "callbacks are sent with POST");
    answer.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
    answer
}

fn refusal_body(status: StatusCode, message: &str) -> String {
    json!({"ErrorCode": status.as_u16(), "ErrorMessage": message}).to_string()
}

/// A refusal. Its `ErrorCode` is the status, so that the vendor redelivers the callback, whichever of them it reads.
pub(super) fn refusal(status: StatusCode, message: &str) -> HttpAnswer {
    let mut answer = json_answer(status, refusal_body(status, message).into());
    if status == StatusCode::SERVICE_UNAVAILABLE {
        answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
    }
    answer
}

/// The refusal of a request whose body is not there.
pub(super) fn no_body(why: NoBody, most: usize) -> HttpAnswer {
    let (status, message): (_, Cow<'_, str>) = match why {
        NoBody::TooLong => {
            (StatusCode::PAYLOAD_TOO_LARGE, format!("the body is longer than {most} bytes").into())
        }
        NoBody::TooSlow => (StatusCode::REQUEST_TIMEOUT, "the body takes too long".into()),
        NoBody::BrokenOff(_) => (StatusCode::BAD_REQUEST, "the body breaks off".into()),
        NoBody::NoRoom => (StatusCode::SERVICE_UNAVAILABLE, "too many bodies at once".into()),
    };
    refusal(status, &message)
}

fn json_answer(status: StatusCode, body: Bytes) -> HttpAnswer {
    let mut answer = Response::new(Full::new(body));
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    answer
}

/// What hyper answers malformed data with, where it does not.
pub(super) fn raw_bad_request() -> Vec<u8> {
    b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_vec()
}

/// The same as bytes, for a connection without a request, which is closed afterwards.
pub(super) fn raw_refusal(status: StatusCode, message: &str) -> Vec<u8> {
    let body = refusal_body(status, message);
    format!(
        "HTTP/1.1 {} {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        status.as_u16(),
        status.canonical_reason().unwrap_or_default(),
        body.len()
    )
    .into_bytes()
}
