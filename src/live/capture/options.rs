//! The configuration of a receiver.

use std::net::{Ipv6Addr, SocketAddr, ToSocketAddrs};
use std::path::PathBuf;
use std::time::Duration;

use hyper::{Method, Request};

use super::auth::Auth;
use super::forwarding::ForwardOptions;
use super::log::LogOptions;
use super::respond::ResponseScript;
use super::retention::RetentionOptions;

/// What a client may use. A client that exceeds it is refused, with the reason if possible.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Longest header section, in bytes; at least 8192. Refused with 431.
    pub header_bytes: usize,
    /// How long a client may take to send a header section, and how long a connection may be idle. Refused with 408.
    pub header_time: Duration,
    /// Longest body, in bytes. Refused with 413.
    pub body_bytes: usize,
    /// How long a client may take to send a request, from its first byte to its last, or to take an answer. Refused with
    /// 408.
    pub body_time: Duration,
    /// Connections at once. Refused with 503.
    pub connections: usize,
    /// Bytes of bodies and lines at once, over all connections. Refused with 503.
    pub memory: usize,
}

/// The path of the health check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HealthPath(String);

impl HealthPath {
    /// Reads one.
    ///
    /// # Errors
    /// Returns an error, in words, if it is not an absolute path.
    pub fn parse(text: &str) -> Result<Self, String> {
        let is_path = text.starts_with('/') && text.bytes().all(|byte| byte.is_ascii_graphic());
        if !is_path || text.contains(['?', '#']) {
            return Err("not a path such as /-/health".to_owned());
        }
        Ok(Self(text.to_owned()))
    }

    /// True for a request that asks whether lines reach the disk. A callback never is one.
    pub(super) fn is_asked_for<B>(&self, request: &Request<B>) -> bool {
        matches!(*request.method(), Method::GET | Method::HEAD) && request.uri().path() == self.0
    }
}

/// The configuration of a receiver.
#[derive(Debug)]
pub struct CaptureOptions {
    /// Where it listens.
    pub listen: Vec<SocketAddr>,
    /// The log.
    pub log: PathBuf,
    /// How the log is written.
    pub writing: LogOptions,
    /// Which requests are the app's.
    pub auth: Auth,
    /// Where requests are passed on to.
    pub forward: Option<ForwardOptions>,
    /// What bounds finished files.
    pub retention: RetentionOptions,
    /// What requests are answered with, if that is scripted.
    pub respond: Option<ResponseScript>,
    /// Where the health check is.
    pub health_path: HealthPath,
    /// What a client may use.
    pub limits: Limits,
}

/// Addresses to listen on: `127.0.0.1:8080`, `[::1]:8080`, `localhost:8080`, `:8080` or `8080` (of this machine alone).
///
/// # Errors
/// Returns an error, in words, if it is not one.
pub fn addresses(text: &str) -> Result<Vec<SocketAddr>, String> {
    let port = text.strip_prefix(':').unwrap_or(text);
    let local = |port| SocketAddr::from(([127, 0, 0, 1], port));
    if let Ok(port) = port.parse::<u16>() {
        return Ok(vec![local(port)]);
    }
    // Clients take either, and not every table of hosts names both.
    if let Some(Ok(port)) = text.strip_prefix("localhost:").map(str::parse::<u16>) {
        return Ok(vec![local(port), SocketAddr::from((Ipv6Addr::LOCALHOST, port))]);
    }
    let mut found: Vec<SocketAddr> = text.to_socket_addrs().map(Iterator::collect).unwrap_or_default();
    found.sort();
    found.dedup();
    if found.is_empty() {
        return Err(format!("`{text}` is not an address to listen on; give one such as 127.0.0.1:8080"));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_alone_is_of_this_machine() {
        let local = Ok(vec![SocketAddr::from(([127, 0, 0, 1], 80))]);
        assert_eq!((addresses("80"), addresses(":80")), (local.clone(), local));
        assert!(addresses("nowhere").is_err());
    }
}
