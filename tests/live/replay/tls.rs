//! A backend behind TLS: known by its certificate, or not sent to.
//!
//! `tls/` holds a certificate for `localhost`, its key, and the authority that has signed it, whose own key is gone.

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::backend::{Received, SUCCESS, answer, envelope, read_request};
use crate::support::{TestResult, file_of_crate, words};

fn file(name: &str) -> PathBuf {
    file_of_crate("tests/live/replay/tls").join(name)
}

/// Answers one connection after another; what arrives goes to the channel.
fn backend() -> TestResult<(SocketAddr, std::sync::mpsc::Receiver<Received>)> {
    let certificates = CertificateDer::pem_file_iter(file("certificate.pem"))?.collect::<Result<_, _>>()?;
    let key = PrivateKeyDer::from_pem_file(file("key.pem"))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    let config = Arc::new(config.with_no_client_auth().with_single_cert(certificates, key)?);
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming().filter_map(Result::ok) {
            let Ok(connection) = ServerConnection::new(Arc::clone(&config)) else { return };
            let mut stream = std::io::BufReader::new(StreamOwned::new(connection, stream));
            while let Ok(Some(request)) = read_request(&mut stream) {
                drop(sender.send(request));
                if answer(stream.get_mut(), SUCCESS).is_err() {
                    break;
                }
            }
        }
    });
    Ok((address, receiver))
}

#[test]
fn a_backend_with_a_known_certificate_is_sent_to() -> TestResult {
    let (address, received) = backend()?;
    let log = envelope("2024-05-01T00:00:00Z", "c", "u");
    let replay = |host: &str| {
        let url = format!("https://{host}:{}/p", address.port());
        words("replay - --speed max --to").args([url]).stdin(log.clone())
    };
    let known = file("authority.pem").to_string_lossy().into_owned();
    replay("localhost").env("SSL_CERT_FILE", &known).ends_with(0)?;
    let request = received.try_recv()?;
    assert_eq!(request.target, "/p?sdkappid=1&command=caller_start_call");
    // A name that the certificate is not for, and an authority that nobody knows.
    let other = file_of_crate("tests/live/replay/tls/certificate.pem").to_string_lossy().into_owned();
    for (host, known) in [("127.0.0.1", &known), ("localhost", &other)] {
        let ran = replay(host).env("SSL_CERT_FILE", known).ends_with(2)?;
        assert!(ran.errors().contains("certificate"), "{ran}");
    }
    assert!(received.try_recv().is_err(), "nothing is sent to a backend that is not known");
    Ok(())
}
