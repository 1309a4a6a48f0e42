//! Which headers of a message apply to the next connection too.

use hyper::HeaderMap;
use hyper::header::{
    CONNECTION, CONTENT_LENGTH, EXPECT, HOST, HeaderName, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, TE,
    TRAILER, TRANSFER_ENCODING, UPGRADE,
};

/// Headers that belong to one connection (RFC 9110, 7.6.1), or that are worked out anew for the next one.
static OWN: [HeaderName; 10] = [
    CONNECTION,
    CONTENT_LENGTH,
    EXPECT,
    HOST,
    PROXY_AUTHENTICATE,
    PROXY_AUTHORIZATION,
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
];

/// The headers that apply to the next connection too: all but [`OWN`], those that `Connection` names, and `Keep-Alive`.
pub(super) fn passed_on(headers: &HeaderMap) -> HeaderMap {
    let named = headers.get_all(CONNECTION).iter().filter_map(|value| value.to_str().ok());
    let named: Vec<&str> = named.flat_map(|names| names.split(',')).map(str::trim).collect();
    let applies = |name: &HeaderName| {
        !OWN.contains(name)
            && name != "keep-alive"
            && name != "proxy-connection"
            && !named.iter().any(|other| name.as_str().eq_ignore_ascii_case(other))
    };
    let kept = headers.iter().filter(|(name, _)| applies(name));
    let mut passed = HeaderMap::with_capacity(headers.len());
    for (name, value) in kept {
        passed.append(name, value.clone());
    }
    passed
}

#[cfg(test)]
mod tests {
    use hyper::header::HeaderValue;

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
            ("content-type", "application/json"),
        ] {
            headers.append(name, HeaderValue::from_static(value));
        }
        let passed = passed_on(&headers);
        let names: Vec<_> = passed.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
        assert_eq!(
            names,
            [("x-two", b"1".as_slice()), ("x-two", b"2"), ("content-type", b"application/json")]
        );
    }
}
