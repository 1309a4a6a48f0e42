//! A line of the log → the request that it holds.

use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::body::Bytes;
use hyper::header::{HeaderMap, HeaderName, HeaderValue};
use serde::Deserialize;
use serde_json::Value;

use crate::decode::{TextMap, Url};
use crate::deliveries::parse_millis;
use crate::live::capture::answer::{CallbackReading, reading};
use crate::live::http::decoded;

/// Longest body that is decoded to find out what it is.
const LONGEST: usize = 16 << 20;

/// A request as the log has it.
#[derive(Debug)]
pub(super) struct LoggedRequest {
    /// When it came, in Unix milliseconds.
    pub(super) received_at: i64,
    pub(super) method: String,
    /// Path and query.
    pub(super) url: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    /// Who sent it.
    pub(super) peer: IpAddr,
}

/// The members of a line.
#[derive(Deserialize)]
struct LogEntry<'l> {
    #[serde(borrow)]
    received_at: Cow<'l, str>,
    #[serde(borrow, default)]
    remote: Cow<'l, str>,
    #[serde(borrow)]
    method: Cow<'l, str>,
    #[serde(borrow)]
    url: Cow<'l, str>,
    #[serde(default)]
    headers: serde_json::Map<String, Value>,
    body: Option<String>,
    body_base64: Option<String>,
}

impl LoggedRequest {
    /// Reads a line; none for one that `capture` did not write.
    pub(super) fn read(line: &[u8]) -> Option<Self> {
        let entry: LogEntry<'_> = serde_json::from_slice(line).ok()?;
        let mut headers = HeaderMap::new();
        for (name, value) in &entry.headers {
            let Ok(name) = name.parse::<HeaderName>() else { continue };
            let values = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
            for value in values.iter().filter_map(Value::as_str) {
                if let Ok(value) = HeaderValue::from_bytes(value.as_bytes()) {
                    headers.append(name.clone(), value);
                }
            }
        }
        let body = match (entry.body, entry.body_base64) {
            (Some(text), _) => Bytes::from(text),
            (None, Some(text)) => Bytes::from(STANDARD.decode(text).ok()?),
            (None, None) => return None,
        };
        let peer = entry.remote.parse::<SocketAddr>().map_or(Ipv4Addr::UNSPECIFIED.into(), |peer| peer.ip());
        Some(Self {
            received_at: parse_millis(&entry.received_at)?,
            method: entry.method.into_owned(),
            url: entry.url.into_owned(),
            headers,
            body,
            peer,
        })
    }

    /// Its path.
    pub(super) fn path(&self) -> &str {
        self.url.split_once('?').map_or(&self.url, |(path, _)| path)
    }

    /// Its query.
    pub(super) fn query(&self) -> Option<&str> {
        self.url.split_once('?').map(|(_, query)| query)
    }

    /// What is known of its callback.
    pub(super) fn reading(&self) -> CallbackReading {
        let query = Cow::Borrowed(self.query().unwrap_or_default());
        let url = self.query().map(|_| Url::parse(&query, 0, TextMap::Direct(0)));
        reading(url.as_ref(), &decoded(&self.headers, &self.body, LONGEST))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_capture_writes_is_read() {
        let line = br#"{"received_at":"2024-06-12T00:00:00.137Z","remote":"192.0.2.1:5","method":"POST","url":"/a?sdkappid=1&command=caller_start_call","headers":{"x-a":"1","x-b":["1","2"]},"body":"{\"CallId\":\"c\\u0031\",\"Event\":\"start_call\"}"}"#;
        let read = LoggedRequest::read(line);
        assert!(read.is_some());
        let Some(read) = read else { return };
        assert_eq!((read.path(), read.query()), ("/a", Some("sdkappid=1&command=caller_start_call")));
        assert_eq!((read.headers.get_all("x-b").iter().count(), read.peer), (2, [192, 0, 2, 1].into()));
        let known = read.reading();
        assert_eq!((known.call_id.as_deref(), known.command), (Some("c1"), Some("caller_start_call")));
        for other in ["{}", "x", r#"{"received_at":"2024","method":"POST","url":"/","body":"{}"}"#] {
            assert!(LoggedRequest::read(other.as_bytes()).is_none(), "{other}");
        }
    }
}
