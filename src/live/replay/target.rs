//! Where requests may go: to this machine, and beyond it only if that has been allowed.

use std::fmt;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};

use crate::live::http::BackendUrl;
use crate::source;

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
            Self::Unresolved { host, cause } => {
                write!(formatter, "`{host}` does not resolve to an address: {cause}")
            }
            Self::NotLoopback { host, address } => {
                let leads = match host.parse() {
                    Ok(IpAddr::V4(_) | IpAddr::V6(_)) => String::new(),
                    Err(_) => format!("resolves to {address}, which "),
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

impl BackendUrl {
    /// The addresses that the host leads to, once and for all: they are connected to, and no name is looked up again.
    /// Each must be of this machine, unless the host is among those that are allowed.
    ///
    /// # Errors
    /// [`TargetError`].
    pub fn resolve(&self, allowed: &[String]) -> Result<Vec<SocketAddr>, TargetError> {
        let unresolved = |cause: String| TargetError::Unresolved { host: self.host().to_owned(), cause };
        let found = (self.host(), self.port()).to_socket_addrs();
        let found: Vec<SocketAddr> = found.map_err(|error| unresolved(source::plain(&error)))?.collect();
        if found.is_empty() {
            return Err(unresolved("none was found".to_owned()));
        }
        self.check(found, allowed)
    }

    /// Why nothing may be sent to this address; none if it may, and for a name, of which that is not known before it
    /// is looked up.
    pub fn refusal(&self, allowed: &[String]) -> Option<TargetError> {
        let address = self.host().parse::<IpAddr>().ok()?;
        self.check(vec![SocketAddr::new(address, 0)], allowed).err()
    }

    fn check(&self, found: Vec<SocketAddr>, allowed: &[String]) -> Result<Vec<SocketAddr>, TargetError> {
        let plain = |name: &str| name.trim_matches(['[', ']']).trim_end_matches('.').to_ascii_lowercase();
        if allowed.iter().any(|name| plain(name) == plain(self.host())) {
            return Ok(found);
        }
        match found.iter().map(|address| address.ip().to_canonical()).find(|ip| !ip.is_loopback()) {
            Some(address) => Err(TargetError::NotLoopback { host: self.host().to_owned(), address }),
            None => Ok(found),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::live::http::UrlError;

    #[test]
    fn addresses_beyond_this_machine_need_a_word() -> Result<(), UrlError> {
        let target = BackendUrl::parse("http://Example.test.:80/")?;
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
}
