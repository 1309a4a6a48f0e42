//! Where a receiver listens, and how it names its peers.

use std::net::{Ipv6Addr, SocketAddr, TcpListener};

use super::client::{Client, TARGET, post};
use super::receiver::{Receiver, envelopes, new_log};
use crate::support::{TestResult, left_out, tool};

fn has_ipv6() -> bool {
    match TcpListener::bind((Ipv6Addr::LOCALHOST, 0)) {
        Ok(_) => true,
        Err(error) => {
            left_out(format_args!("IPv6: {error}"));
            false
        }
    }
}

#[test]
fn localhost_is_listened_on_over_ipv4_and_ipv6() -> TestResult {
    if !has_ipv6() {
        return Ok(());
    }
    let (_folder, log) = new_log()?;
    let receiver =
        Receiver::from_command(tool(["capture", "--listen", "localhost:0", "-o"]).args([&log]).command())?;
    let port = receiver.address.port();
    for address in [receiver.address, SocketAddr::from((Ipv6Addr::LOCALHOST, port))] {
        receiver.wait_for(&format!("listening on http://{address}"))?;
        assert_eq!(Client::connect(address)?.ask(&post(TARGET, "", b"{}"))?.status, 200, "{address}");
    }
    receiver.stop()?;
    assert_eq!(envelopes(&log)?.len(), 2);
    Ok(())
}

#[test]
fn an_ipv4_peer_is_ipv4_on_a_socket_for_both() -> TestResult {
    if !has_ipv6() {
        return Ok(());
    }
    let (_folder, log) = new_log()?;
    let receiver =
        Receiver::from_command(tool(["capture", "--listen", "[::]:0", "-o"]).args([&log]).command())?;
    let address = SocketAddr::from(([127, 0, 0, 1], receiver.address.port()));
    assert_eq!(Client::connect(address)?.ask(&post(TARGET, "", b"{}"))?.status, 200);
    receiver.stop()?;
    let lines = envelopes(&log)?;
    assert!(lines[0]["remote"].as_str().is_some_and(|remote| remote.starts_with("127.0.0.1:")), "{lines:?}");
    Ok(())
}
