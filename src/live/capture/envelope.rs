//! A request → the line of the log that holds it.

use std::borrow::Cow;
use std::net::SocketAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::header::HeaderMap;
use hyper::http::request::Parts;
use jiff::Timestamp;

/// What is known of a request besides itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arrival<'a> {
    /// When its header section was there.
    pub(super) at: Timestamp,
    /// Who sent it.
    pub(super) remote: SocketAddr,
    /// Why it was refused, if it was.
    pub(super) refused: Option<&'a str>,
}

/// A time as the log has it: RFC 3339 in UTC, to the millisecond.
pub(super) fn instant(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

/// The line, with its line end.
pub(super) fn line(arrival: &Arrival<'_>, parts: &Parts, body: &[u8]) -> Vec<u8> {
    let mut line = Vec::with_capacity(512 + body.len() * 5 / 4);
    member(&mut line, "{", "received_at", &instant(arrival.at));
    member(&mut line, ",", "remote", &arrival.remote.to_string());
    if let Some(reason) = arrival.refused {
        member(&mut line, ",", "refused", reason);
    }
    member(&mut line, ",", "method", parts.method.as_str());
    member(&mut line, ",", "url", &parts.uri.to_string());
    headers(&mut line, &parts.headers);
    match simdutf8::basic::from_utf8(body) {
        Ok(text) => member(&mut line, ",", "body", text),
        Err(_) => member(&mut line, ",", "body_base64", &STANDARD.encode(body)),
    }
    line.extend_from_slice(b"}\n");
    line
}

fn member(line: &mut Vec<u8>, before: &str, name: &str, value: &str) {
    line.extend_from_slice(before.as_bytes());
    string(line, name);
    line.push(b':');
    string(line, value);
}

/// A JSON string.
fn string(line: &mut Vec<u8>, text: &str) {
    // A string always has a form in JSON, and memory always takes it.
    drop(serde_json::to_writer(line, text));
}

/// Names in lower case, in the order of their first appearance; those that come again as arrays.
fn headers(line: &mut Vec<u8>, headers: &HeaderMap) {
    line.extend_from_slice(b",\"headers\":{");
    for (number, name) in headers.keys().enumerate() {
        if number > 0 {
            line.push(b',');
        }
        string(line, name.as_str());
        line.push(b':');
        let mut values = headers.get_all(name).iter().map(|value| text(value.as_bytes()));
        match (values.next(), values.next()) {
            (Some(only), None) => string(line, &only),
            (first, second) => {
                let all = first.into_iter().chain(second).chain(values);
                for (number, value) in all.enumerate() {
                    line.push(if number == 0 { b'[' } else { b',' });
                    string(line, &value);
                }
                line.push(b']');
            }
        }
    }
    line.push(b'}');
}

/// The value of a header; if it is not UTF-8 it is read as Latin-1. Which of the two it was is not kept.
fn text(value: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(value) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(value.iter().copied().map(char::from).collect()),
    }
}

#[cfg(test)]
mod tests {
    use hyper::Request;

    use super::*;

    #[test]
    fn every_byte_is_kept() {
        let request = Request::post("/callkit?sdkappid=1&command=a%20b")
            .header("X-One", "1")
            .header("x-two", "a\"b")
            .header(
                "X-Two",
                hyper::header::HeaderValue::from_bytes(b"\xff").unwrap_or_else(|_| unreachable!()),
            );
        let (parts, ()) = request.body(()).unwrap_or_default().into_parts();
        let remote = SocketAddr::from(([127, 0, 0, 1], 5000));
        let arrival = Arrival { at: Timestamp::UNIX_EPOCH, remote, refused: None };
        let text = |body: &[u8]| String::from_utf8_lossy(&line(&arrival, &parts, body)).into_owned();
        let before = r#"{"received_at":"1970-01-01T00:00:00.000Z","remote":"127.0.0.1:5000","method":"POST","#
            .to_owned()
            + r#""url":"/callkit?sdkappid=1&command=a%20b","headers":{"x-one":"1","x-two":["a\"b","ÿ"]},"#;
        assert_eq!(
            text(b"{\n\"a\": \"\xc3\xa9\\u0000\"}\r\n"),
            before.clone() + "\"body\":\"{\\n\\\"a\\\": \\\"é\\\\u0000\\\"}\\r\\n\"}\n"
        );
        assert_eq!(text(b"\x00\xff"), before + "\"body_base64\":\"AP8=\"}\n");
    }
}
