//! A backend that does as it is told.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use super::receiver::PATIENCE;
use crate::support::TestResult;

pub(crate) struct Backend {
    pub(crate) address: SocketAddr,
    /// The requests, headers and body, as they came.
    requests: Receiver<String>,
}

impl Backend {
    /// Answers every request with these bytes, after which it closes the connection; with nothing it never answers.
    pub(crate) fn start(answer: &'static str) -> TestResult<Self> {
        Self::with_bytes(answer.as_bytes().to_vec())
    }

    /// The same with any bytes.
    pub(crate) fn with_bytes(answer: Vec<u8>) -> TestResult<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let address = listener.local_addr()?;
        let (sender, requests) = channel();
        std::thread::spawn(move || {
            let mut kept = Vec::new();
            for stream in listener.incoming().map_while(Result::ok) {
                let mut reader = BufReader::new(stream);
                let Ok(request) = read_request(&mut reader) else { continue };
                if sender.send(request).is_err() {
                    return;
                }
                let mut stream = reader.into_inner();
                drop(stream.write_all(&answer));
                if answer.is_empty() {
                    kept.push(stream);
                }
            }
        });
        Ok(Self { address, requests })
    }

    /// The next request.
    pub(crate) fn request(&self) -> TestResult<String> {
        Ok(self.requests.recv_timeout(PATIENCE)?)
    }

    /// True where no request has come.
    pub(crate) fn is_unasked(&self) -> bool {
        self.requests.recv_timeout(Duration::from_millis(1)).is_err()
    }
}

fn read_request(reader: &mut impl BufRead) -> TestResult<String> {
    let mut request = String::new();
    while !request.ends_with("\r\n\r\n") {
        if reader.read_line(&mut request)? == 0 {
            return Err("the request breaks off".into());
        }
    }
    let length =
        request.lines().find_map(|line| line.strip_prefix("content-length: ")).map_or(Ok(0), str::parse)?;
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    request.push_str(&String::from_utf8(body)?);
    Ok(request)
}
