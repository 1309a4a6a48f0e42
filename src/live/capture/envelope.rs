//! A request → the line of the log that holds it.

use std::borrow::Cow;
use std::net::SocketAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::header::HeaderMap;
use hyper::http::request::Parts;
use jiff::Timestamp;

use crate::live::buffer::Buffer;

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

/// At least the bytes of [`line`], so that it is allocated once.
pub(super) fn line_length(arrival: &Arrival<'_>, parts: &Parts, body: &[u8]) -> usize {
    /// Names of members, the time, the peer, the method.
    const FIXED: usize = 256;
    let headers = parts.headers.iter();
    // A header that is not UTF-8 takes two bytes for each of its own.
    let headers =
        headers.map(|(name, value)| escaped(name.as_str().as_bytes()) + 2 * escaped(value.as_bytes()) + 6);
    let refused = arrival.refused.map_or(0, |reason| escaped(reason.as_bytes()));
    let body =
        if simdutf8::basic::from_utf8(body).is_ok() { escaped(body) } else { body.len().div_ceil(3) * 4 };
    FIXED
        + refused
        + parts.method.as_str().len()
        + parts.uri.to_string().len()
        + headers.sum::<usize>()
        + body
}

/// Bytes of a text as a JSON string, without its quotes.
fn escaped(text: &[u8]) -> usize {
    let more = |byte: &u8| match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 0x08 | 0x0c => 1,
        0..0x20 => 5,
        _ => 0,
    };
    text.len() + text.iter().map(more).sum::<usize>()
}

/// The line, with its line end, for which there is that much room at first.
pub(super) fn line(arrival: &Arrival<'_>, parts: &Parts, body: &[u8], room: usize) -> Buffer {
    let mut line = Buffer::with_capacity(room);
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
        Err(_) => {
            line.extend_from_slice(b",\"body_base64\":\"");
            base64(&mut line, body);
            line.push(b'"');
        }
    }
    line.extend_from_slice(b"}\n");
    line
}

/// Base64, without a copy of it.
fn base64(line: &mut Buffer, bytes: &[u8]) {
    // Whole groups, so that only the last one is padded.
    const PART: usize = 3 << 10;
    let mut encoded = [0; PART / 3 * 4];
    for part in bytes.chunks(PART) {
        // The room is what it takes.
        let written = STANDARD.encode_slice(part, &mut encoded).unwrap_or_default();
        line.extend_from_slice(&encoded[..written]);
    }
}

fn member(line: &mut Buffer, before: &str, name: &str, value: &str) {
    line.extend_from_slice(before.as_bytes());
    string(line, name);
    line.push(b':');
    string(line, value);
}

/// A JSON string.
fn string(line: &mut Buffer, text: &str) {
    // A string always has a form in JSON, and memory always takes it.
    drop(serde_json::to_writer(&mut *line, text));
}

/// Names in lower case, in the order of their first appearance; those that come again as arrays.
fn headers(line: &mut Buffer, headers: &HeaderMap) {
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
        let text = |body: &[u8]| String::from_utf8_lossy(&line(&arrival, &parts, body, 0)).into_owned();
        let before = r#"{"received_at":"1970-01-01T00:00:00.000Z","remote":"127.0.0.1:5000","method":"POST","#
            .to_owned()
            + r#""url":"/callkit?sdkappid=1&command=a%20b","headers":{"x-one":"1","x-two":["a\"b","ÿ"]},"#;
        assert_eq!(
            text(b"{\n\"a\": \"\xc3\xa9\\u0000\"}\r\n"),
            before.clone() + "\"body\":\"{\\n\\\"a\\\": \\\"é\\\\u0000\\\"}\\r\\n\"}\n"
        );
        for body in
            [&b""[..], b"\"\\\n\x01", b"\xff\xfe", "\u{e9}\u{2028}".as_bytes(), &[b'x'; 1000], &[1; 1000]]
        {
            let least = line_length(&arrival, &parts, body);
            let line = line(&arrival, &parts, body, least);
            assert!(line.len() <= least && least < line.len() + 512, "{least} for {}", line.len());
            assert_eq!(line.capacity(), least, "allocated once");
        }
        assert_eq!(text(b"\x00\xff"), before + "\"body_base64\":\"AP8=\"}\n");
    }
}
