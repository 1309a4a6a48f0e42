//! The sockets that a receiver listens on.
//!
//! Comes in: addresses. Goes out: connections that are accepted on any of them. Must not: read or write.

use std::future::poll_fn;
use std::io::{self, ErrorKind};
use std::net::{IpAddr, SocketAddr, TcpListener, UdpSocket};
use std::task::Poll;

use tokio::net::TcpStream;

/// How often a port is looked for that is free on all addresses.
const TRIES: usize = 16;

/// Listens on all of the addresses that this machine has; at least on one. For port 0 all get the same free one.
pub(super) fn listen(addresses: &[SocketAddr]) -> io::Result<Vec<TcpListener>> {
    let mut tried = 1;
    loop {
        match listen_once(addresses) {
            Err(error) if error.kind() == ErrorKind::AddrInUse && picks(addresses) && tried < TRIES => {
                tried += 1
            }
            listeners => return listeners,
        }
    }
}

/// True if the system picks a port, which may be taken on another of the addresses.
fn picks(addresses: &[SocketAddr]) -> bool {
    addresses.len() > 1 && addresses.iter().any(|address| address.port() == 0)
}

fn listen_once(addresses: &[SocketAddr]) -> io::Result<Vec<TcpListener>> {
    let mut listeners: Vec<TcpListener> = Vec::new();
    let mut missing = None;
    for mut address in addresses.iter().copied() {
        if address.port() == 0
            && let Some(first) = listeners.first()
        {
            address.set_port(first.local_addr()?.port());
        }
        match TcpListener::bind(address) {
            Ok(listener) => {
                listener.set_nonblocking(true)?;
                listeners.push(listener);
            }
            Err(error) if matches!(error.kind(), ErrorKind::AddrNotAvailable | ErrorKind::Unsupported) => {
                missing = Some(error);
            }
            Err(error) => return Err(error),
        }
    }
    match missing {
        Some(error) if listeners.is_empty() => Err(error),
        _ => Ok(listeners),
    }
}

/// The next connection on any of them, and the peer, whose address is IPv4 if it came over IPv4.
pub(super) async fn accept(listeners: &[tokio::net::TcpListener]) -> io::Result<(TcpStream, SocketAddr)> {
    let (stream, remote) = poll_fn(|context| {
        for listener in listeners {
            if let Poll::Ready(accepted) = listener.poll_accept(context) {
                return Poll::Ready(accepted);
            }
        }
        Poll::Pending
    })
    .await?;
    Ok((stream, SocketAddr::new(remote.ip().to_canonical(), remote.port())))
}

/// True if whoever connects to `target` reaches a receiver that listens on these addresses.
pub(super) fn leads_back(target: SocketAddr, own: &[SocketAddr]) -> bool {
    let ip = target.ip().to_canonical();
    let is_same = |own: &SocketAddr| {
        let own_ip = own.ip().to_canonical();
        let is_anywhere = |ip: IpAddr| ip.is_unspecified();
        own.port() == target.port()
            && (own_ip == ip
                || (is_anywhere(ip) && own_ip.is_loopback())
                || (is_anywhere(own_ip) && is_local(ip)))
    };
    own.iter().any(is_same)
}

/// True for an address of this machine.
fn is_local(ip: IpAddr) -> bool {
    ip.is_loopback() || ip.is_unspecified() || UdpSocket::bind((ip, 0)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leads_back_to_a_receiver() {
        let of = |texts: &[&str]| texts.iter().filter_map(|it| it.parse().ok()).collect::<Vec<SocketAddr>>();
        let leads =
            |target: &str, own: &[&str]| of(&[target]).iter().any(|target| leads_back(*target, &of(own)));
        assert!(leads("127.0.0.1:80", &["[::1]:80", "127.0.0.1:80"]));
        assert!(leads("127.0.0.1:80", &["0.0.0.0:80"]) && leads("127.0.0.1:80", &["[::]:80"]));
        assert!(leads("0.0.0.0:80", &["127.0.0.1:80"]) && leads("[::ffff:127.0.0.1]:80", &["127.0.0.1:80"]));
        assert!(!leads("127.0.0.1:81", &["127.0.0.1:80"]) && !leads("192.0.2.1:80", &["0.0.0.0:80"]));
        assert!(!leads("127.0.0.2:80", &["127.0.0.1:80"]));
    }
}
