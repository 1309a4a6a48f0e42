//! The URL of a backend, and the URLs of the requests that are sent to it.

use std::fmt;

use hyper::Uri;
use hyper::http::uri::{PathAndQuery, Scheme};

/// A backend's URL: `http` or `https`, a host, no user, no fragment.
#[derive(Clone, Debug)]
pub struct BackendUrl {
    uri: Uri,
    /// Without the brackets of an IPv6 address or the final dot of a full name.
    host: String,
}

/// Why a text is not a backend's URL; worded to follow "the value of this option is".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UrlError {
    /// Not an absolute URL of `http` or `https`.
    NotWeb,
    /// With a fragment.
    Fragment,
    /// With a user or password.
    User,
    /// With a port that is not one.
    Port,
}

impl fmt::Display for UrlError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::NotWeb => "not a URL such as http://127.0.0.1:8080/callkit",
            Self::Fragment => {
                "a URL with a fragment, which is never sent; leave out the `#` and what follows"
            }
            Self::User => "a URL with a user or password, which is not supported",
            Self::Port => "a URL whose port is not a number from 1 to 65535",
        })
    }
}

impl std::error::Error for UrlError {}

impl BackendUrl {
    /// Reads a URL.
    ///
    /// # Errors
    /// [`UrlError`], which does not repeat the text: it may hold a password.
    pub fn parse(text: &str) -> Result<Self, UrlError> {
        if text.contains('#') {
            return Err(UrlError::Fragment);
        }
        let uri: Uri = text.parse().map_err(|_| UrlError::NotWeb)?;
        let authority = uri.authority().ok_or(UrlError::NotWeb)?;
        if authority.as_str().contains('@') {
            return Err(UrlError::User);
        }
        if !uri.scheme().is_some_and(|it| *it == Scheme::HTTP || *it == Scheme::HTTPS) {
            return Err(UrlError::NotWeb);
        }
        let host = authority.host().trim_start_matches('[').trim_end_matches([']', '.']);
        if host.is_empty() {
            return Err(UrlError::NotWeb);
        }
        // A number too large for a port would be passed over, and requests go to the scheme's own port.
        let rest = authority.as_str().strip_prefix(authority.host()).unwrap_or_default();
        let is_port = |port: &str| !port.starts_with('+') && port.parse::<u16>().is_ok_and(|port| port > 0);
        if !(rest.is_empty() || rest.strip_prefix(':').is_some_and(is_port)) {
            return Err(UrlError::Port);
        }
        Ok(Self { host: host.to_owned(), uri })
    }

    /// True for `https`.
    pub(in crate::live) fn is_https(&self) -> bool {
        self.uri.scheme() == Some(&Scheme::HTTPS)
    }

    /// The host: a name, or an address without brackets.
    pub(in crate::live) fn host(&self) -> &str {
        &self.host
    }

    /// The port; without one, that of the scheme.
    pub(in crate::live) fn port(&self) -> u16 {
        self.uri.port_u16().unwrap_or(if self.is_https() { 443 } else { 80 })
    }

    /// The path; at least `/`.
    pub(in crate::live) fn path(&self) -> &str {
        self.uri.path()
    }

    /// The URL of a request with that path, and that query after the one of this URL. None if it is too long.
    pub(in crate::live) fn request(&self, path: &str, query: Option<&str>) -> Option<Uri> {
        let own = self.uri.query().filter(|own| !own.is_empty());
        let queries: Vec<&str> = own.into_iter().chain(query).collect();
        let mark = if queries.is_empty() { "" } else { "?" };
        let target = format!("{path}{mark}{}", queries.join("&"));
        let mut parts = self.uri.clone().into_parts();
        parts.path_and_query = Some(target.parse::<PathAndQuery>().ok()?);
        Uri::from_parts(parts).ok()
    }
}

/// Without the query, which can hold a key.
impl fmt::Display for BackendUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.is_https() { "https" } else { "http" };
        let authority = self.uri.authority().map_or("", |authority| authority.as_str());
        write!(formatter, "{scheme}://{authority}{}", self.uri.path())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_urls_of_the_web_without_secrets() {
        for url in ["http://localhost", "https://h.example:8443/p?a=1", "http://[::1]:80/"] {
            assert!(BackendUrl::parse(url).is_ok(), "{url}");
        }
        for url in [
            "localhost:80",
            "/p",
            "ftp://h/",
            "http://",
            "http://u:secret@h/",
            "http://h:/",
            "http://h:99999/",
            "http://h:0/",
            "http://h:+80/",
            "http://[::1]:65536/",
            "http://h/#f",
            "",
        ] {
            assert!(BackendUrl::parse(url).is_err(), "{url}");
        }
    }

    #[test]
    fn queries_are_joined() -> Result<(), UrlError> {
        let joined = |url: &str, query: Option<&str>| {
            let url = BackendUrl::parse(url)?;
            Ok(url.request(url.path(), query).map_or_else(String::new, |uri| uri.to_string()))
        };
        assert_eq!(joined("http://h", Some("a=1"))?, "http://h/?a=1");
        assert_eq!(joined("http://h/p?x=y", Some("a=1"))?, "http://h/p?x=y&a=1");
        assert_eq!(joined("http://h/p", None)?, "http://h/p");
        Ok(())
    }
}
