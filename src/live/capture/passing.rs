//! A captured request → the request that goes on to the backend.
//!
//! Comes in: the target, the headers and the peer of a request. Goes out: the backend's URL for it, and its headers.
//! Must not: send.

use std::net::IpAddr;

use hyper::Uri;
use hyper::header::{HOST, HeaderMap, HeaderName, HeaderValue};

use crate::live::http::{BackendUrl, passed_on};

/// The URL for a request: the backend's path followed by that of the request, then both queries.
pub(super) fn target(backend: &BackendUrl, path: &str, query: Option<&str>) -> Option<Uri> {
    let before = backend.path().trim_end_matches('/');
    // `OPTIONS *` is about the whole server.
    let path = match path {
        "*" | "" if before.is_empty() => "/",
        "*" => "",
        path => path,
    };
    backend.request(&format!("{before}{path}"), query)
}

/// The headers of a request from that peer, as they are passed on.
pub(super) fn headers(captured: &HeaderMap, peer: IpAddr) -> HeaderMap {
    let mut headers = without_overrides(&passed_on(captured, true));
    say_where_from(&mut headers, captured, peer);
    headers
}

/// Headers that some servers believe more than the path and the method of a request, which are those that were checked.
static OVERRIDES: [&str; 5] =
    ["x-original-url", "x-rewrite-url", "x-http-method", "x-http-method-override", "x-method-override"];

fn without_overrides(headers: &HeaderMap) -> HeaderMap {
    // To CGI and the like, `_` and `-` are the same.
    let is_override = |name: &HeaderName| OVERRIDES.contains(&&*name.as_str().replace('_', "-"));
    let passed = headers.iter().filter(|(name, _)| !is_override(name));
    passed.map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// Says in the headers of a request whom it comes from, and what was asked for. What proxies in front have said stays.
fn say_where_from(headers: &mut HeaderMap, captured: &HeaderMap, peer: IpAddr) {
    let before = headers.get_all(FORWARDED_FOR).iter().filter(|value| !value.is_empty());
    let mut chain = before.map(HeaderValue::as_bytes).collect::<Vec<_>>().join(&b", "[..]);
    if !chain.is_empty() {
        chain.extend_from_slice(b", ");
    }
    chain.extend_from_slice(peer.to_string().as_bytes());
    if let Ok(chain) = HeaderValue::from_bytes(&chain) {
        headers.insert(FORWARDED_FOR, chain);
    }
    if let Some(host) = captured.get(HOST) {
        headers.entry(FORWARDED_HOST).or_insert_with(|| host.clone());
    }
    headers.entry(FORWARDED_PROTO).or_insert(HeaderValue::from_static("http"));
}

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(backend: &str, request: &str) -> String {
        let backend = BackendUrl::parse(backend).ok();
        let request: Uri = request.parse().unwrap_or_default();
        let target = backend.and_then(|backend| target(&backend, request.path(), request.query()));
        target.map(|target| target.to_string()).unwrap_or_default()
    }

    #[test]
    fn paths_and_queries_are_joined() {
        assert_eq!(joined("http://b:9", "/callkit?a=1"), "http://b:9/callkit?a=1");
        assert_eq!(joined("http://b:9/", "/callkit"), "http://b:9/callkit");
        assert_eq!(joined("http://b/hooks/", "/callkit?a=1"), "http://b/hooks/callkit?a=1");
        assert_eq!(joined("https://b/hooks?k=v", "/?a=1"), "https://b/hooks/?k=v&a=1");
        assert_eq!(joined("https://b/?k=v", "/x"), "https://b/x?k=v");
        assert_eq!(
            (joined("http://b/p", "*"), joined("http://b", "*")),
            ("http://b/p".into(), "http://b/".into())
        );
        assert_eq!(joined("http://[::1]:9/", "/x"), "http://[::1]:9/x");
    }
}
