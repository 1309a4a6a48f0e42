//! Which headers of a message go with it to the next connection, and which can be set.

use hyper::HeaderMap;
use hyper::header::{HeaderName, HeaderValue};

/// Headers that belong to one connection (RFC 9110, 7.6.1), or that are computed for the next one. True: by the
/// client, so no option can set it: it would appear twice, or contradict the body.
static OF_ONE_CONNECTION: [(&str, bool); 12] = [
    ("connection", true),
    ("content-length", true),
    ("expect", true),
    ("host", false),
    ("keep-alive", false),
    ("proxy-authenticate", false),
    ("proxy-authorization", false),
    ("proxy-connection", false),
    ("te", false),
    ("trailer", false),
    ("transfer-encoding", true),
    ("upgrade", false),
];

/// A header with which the backend would compress its answer, whose `ErrorCode` could then not be read.
const ACCEPT_ENCODING: &[u8] = b"accept-encoding";

/// The headers of one message that stay on its connection.
#[derive(Debug)]
pub(in crate::live) struct ConnectionHeaders<'m> {
    /// Those that are not in [`OF_ONE_CONNECTION`].
    named: Vec<&'m [u8]>,
}

impl<'m> ConnectionHeaders<'m> {
    /// Those of a request or an answer with these headers: also those that its `Connection` names, and of a request one
    /// that would make the answer unreadable.
    pub(in crate::live) fn of(headers: impl Iterator<Item = (&'m [u8], &'m [u8])>, is_request: bool) -> Self {
        let connection = headers.filter(|(name, _)| name.eq_ignore_ascii_case(b"connection"));
        let named = connection.flat_map(|(_, value)| value.split(|byte| *byte == b','));
        let named = named.map(<[u8]>::trim_ascii).chain(is_request.then_some(ACCEPT_ENCODING));
        Self { named: named.collect() }
    }

    /// True for the name of one.
    pub(in crate::live) fn has(&self, name: &[u8]) -> bool {
        let is = |other: &[u8]| name.eq_ignore_ascii_case(other);
        OF_ONE_CONNECTION.iter().any(|(other, _)| is(other.as_bytes()))
            || self.named.iter().any(|other| is(other))
    }
}

/// The headers of a request or of an answer that go with it to the next connection.
pub(in crate::live) fn passed_on(headers: &HeaderMap, is_request: bool) -> HeaderMap {
    let bytes = headers.iter().map(|(name, value)| (name.as_str().as_bytes(), value.as_bytes()));
    let stay = ConnectionHeaders::of(bytes, is_request);
    let passed = headers.iter().filter(|(name, _)| !stay.has(name.as_str().as_bytes()));
    passed.map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// A header to be set, such as `X-Test: 1`.
///
/// # Errors
/// Returns an error for anything else, and for a header that the client writes. It does not repeat the value, which may
/// be a key.
pub fn parse_header(text: &str) -> Result<(HeaderName, HeaderValue), String> {
    let (name, value) = text.split_once(':').ok_or("not a header, such as 'X-Test: 1'")?;
    let name: HeaderName =
        name.trim().parse().map_err(|_| "a header name with a character that is not allowed")?;
    if OF_ONE_CONNECTION.contains(&(name.as_str(), true)) {
        return Err(format!("`{name}`, which follows from the connection and the body, and cannot be set"));
    }
    let value = HeaderValue::from_str(value.trim())
        .map_err(|_| "a header value with a character that is not allowed")?;
    Ok((name, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_belongs_to_a_connection_stays_there() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("host", "a"),
            ("connection", "close, X-Own"),
            ("x-own", "1"),
            ("keep-alive", "5"),
            ("x-two", "1"),
            ("x-two", "2"),
            ("accept-encoding", "gzip"),
        ] {
            headers.append(name, HeaderValue::from_static(value));
        }
        let names = |is_request| {
            let passed = passed_on(&headers, is_request);
            passed.iter().map(|(name, value)| (name.to_string(), value.clone())).collect::<Vec<_>>()
        };
        let of = |name: &str, value| (name.to_owned(), HeaderValue::from_static(value));
        assert_eq!(names(true), [of("x-two", "1"), of("x-two", "2")]);
        assert_eq!(names(false)[2..], [of("accept-encoding", "gzip")]);
    }

    #[test]
    fn headers_that_can_be_set() {
        assert!(parse_header("X-A: b").is_ok_and(|(name, value)| name == "x-a" && value == "b"));
        assert!(parse_header("Host: b").is_ok());
        for wrong in ["X-A", ": b", "X A: b", "X-A: b\nc", "Content-Length: 3", "connection: close"] {
            assert!(parse_header(wrong).is_err(), "{wrong}");
        }
    }
}
