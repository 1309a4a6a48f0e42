//! Where callbacks go, and whether they may.

use std::fmt;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};

use hyper::Uri;
use hyper::http::uri::{PathAndQuery, Scheme};

/// A backend's URL that has been read, and not resolved yet.
#[derive(Clone, Debug)]
pub struct Target {
    uri: Uri,
    /// Without the brackets of an IPv6 address, and the dot at the end of a full name.
    host: String,
}

/// Why nothing may be sent to a backend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TargetError {
    /// The name leads to no address.
    Unresolved {
        /// The host.
        host: String,
        /// Why.
        cause: String,
    },
    /// The name leads beyond this machine, and nobody has allowed that.
    NotLoopback {
        /// The host.
        host: String,
        /// An address that it leads to.
        address: IpAddr,
    },
}

impl fmt::Display for TargetError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unresolved { host, cause } => write!(formatter, "`{host}` leads to no address: {cause}"),
            Self::NotLoopback { host, address } => {
                let leads = match host.parse() {
                    Ok(IpAddr::V4(_) | IpAddr::V6(_)) => String::new(),
                    Err(_) => format!("leads to {address}, which "),
                };
                write!(
                    formatter,
                    "`{host}` {leads}is not this machine, so nothing is sent; `--allow-host {host}` allows it"
                )
            }
        }
    }
}

impl std::error::Error for TargetError {}

impl Target {
    /// Reads a URL: `http` or `https`, a host, no user, no fragment.
    ///
    /// # Errors
    /// In words, where it is no such URL. A user or password in it is not repeated.
    pub fn parse(text: &str) -> Result<Self, String> {
        const LIKE: &str = "not a URL such as http://127.0.0.1:8080/callkit";
        if text.contains('#') {
            return Err(
                "a URL with a fragment, which is never sent; leave out the `#` and what follows".into()
            );
        }
        let uri: Uri = text.parse().map_err(|_| LIKE.to_owned())?;
        let authority = uri.authority().ok_or(LIKE)?;
        if authority.as_str().contains('@') {
            return Err(
                "a URL with a user or password, which is not supported; give them with --header".into()
            );
        }
        if !uri.scheme().is_some_and(|it| *it == Scheme::HTTP || *it == Scheme::HTTPS) {
            return Err(LIKE.to_owned());
        }
        let host = authority.host().trim_start_matches('[').trim_end_matches([']', '.']);
        if host.is_empty() {
            return Err(LIKE.to_owned());
        }
        // A number too large for a port would be passed over, and the callbacks go to the scheme's own port.
        let behind = authority.as_str().strip_prefix(authority.host()).unwrap_or_default();
        let is_port = |port: &str| !port.starts_with('+') && port.parse::<u16>().is_ok_and(|port| port > 0);
        if !(behind.is_empty() || behind.strip_prefix(':').is_some_and(is_port)) {
            return Err("a URL whose port is not a number from 1 to 65535".to_owned());
        }
        Ok(Self { host: host.to_owned(), uri })
    }

    /// True for `https`.
    pub(super) fn is_https(&self) -> bool {
        self.uri.scheme() == Some(&Scheme::HTTPS)
    }

    /// The URL of a request with that query, which stands behind the one that the backend's own URL has.
    pub(super) fn with_query(&self, query: Option<&str>) -> Option<Uri> {
        let own = self.uri.query().filter(|own| !own.is_empty());
        let queries: Vec<&str> = own.into_iter().chain(query).collect();
        let mark = if queries.is_empty() { "" } else { "?" };
        let target = format!("{}{mark}{}", self.uri.path(), queries.join("&"));
        let mut parts = self.uri.clone().into_parts();
        parts.path_and_query = Some(target.parse::<PathAndQuery>().ok()?);
        Uri::from_parts(parts).ok()
    }

    /// The addresses that the host leads to, once and for all: they are connected to, and no name is looked up again.
    /// Each must be of this machine, unless the host is among those that are allowed.
    ///
    /// # Errors
    /// [`TargetError`].
    pub fn resolve(&self, allowed: &[String]) -> Result<Vec<SocketAddr>, TargetError> {
        let port = self.uri.port_u16().unwrap_or(if self.is_https() { 443 } else { 80 });
        let unresolved = |cause: String| TargetError::Unresolved { host: self.host.clone(), cause };
        let found = (self.host.as_str(), port).to_socket_addrs();
        let found: Vec<SocketAddr> =
            found.map_err(|error| unresolved(crate::source::plain(&error)))?.collect();
        if found.is_empty() {
            return Err(unresolved("there is none".to_owned()));
        }
        self.check(found, allowed)
    }

    /// Why nothing may be sent to this address; none where it may, and for a name, of which that is not known before it
    /// is looked up.
    pub fn refusal(&self, allowed: &[String]) -> Option<TargetError> {
        let address = self.host.parse::<IpAddr>().ok()?;
        self.check(vec![SocketAddr::new(address, 0)], allowed).err()
    }

    fn check(&self, found: Vec<SocketAddr>, allowed: &[String]) -> Result<Vec<SocketAddr>, TargetError> {
        let plain = |name: &str| name.trim_matches(['[', ']']).trim_end_matches('.').to_ascii_lowercase();
        if allowed.iter().any(|name| plain(name) == plain(&self.host)) {
            return Ok(found);
        }
        match found.iter().map(|address| address.ip().to_canonical()).find(|ip| !ip.is_loopback()) {
            Some(address) => Err(TargetError::NotLoopback { host: self.host.clone(), address }),
            None => Ok(found),
        }
    }
}

/// Without the query, which can hold a key.
impl fmt::Display for Target {
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
            assert!(Target::parse(url).is_ok(), "{url}");
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
            assert!(Target::parse(url).is_err_and(|error| !error.contains("secret")), "{url}");
        }
    }

    #[test]
    fn addresses_beyond_this_machine_need_a_word() -> Result<(), String> {
        let target = Target::parse("http://Example.test.:80/")?;
        let check = |address: &str, allowed: &[&str]| {
            let allowed: Vec<String> = allowed.iter().map(|name| (*name).to_owned()).collect();
            let addresses = address.split(' ').filter_map(|it| it.parse().ok()).collect();
            target.check(addresses, &allowed).is_ok()
        };
        assert!(check("127.0.0.1:80", &[]) && check("[::1]:80", &[]) && check("127.9.9.9:80", &[]));
        assert!(check("[::ffff:127.0.0.1]:80", &[]));
        for beyond in
            ["0.0.0.0:80", "10.0.0.1:80", "[::]:80", "169.254.169.254:80", "127.0.0.1:80 10.0.0.1:80"]
        {
            assert!(!check(beyond, &[]) && !check(beyond, &["other.test"]), "{beyond}");
            assert!(check(beyond, &["other.test", "example.TEST"]), "{beyond}");
        }
        Ok(())
    }

    #[test]
    fn queries_are_joined() -> Result<(), String> {
        let joined = |url: &str, query: Option<&str>| -> Result<String, String> {
            let uri = Target::parse(url)?.with_query(query).ok_or("no URL")?;
            Ok(uri.path_and_query().map_or_else(String::new, ToString::to_string))
        };
        assert_eq!(joined("http://h", Some("a=1"))?, "/?a=1");
        assert_eq!(joined("http://h/p?x=y", Some("a=1"))?, "/p?x=y&a=1");
        assert_eq!(joined("http://h/p", None)?, "/p");
        Ok(())
    }
}
