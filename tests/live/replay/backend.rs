//! A backend that notes what arrives, and answers as a test wants it to.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value;

use crate::support::{Run, TestResult, words};

/// A request as it came over the wire.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) method: String,
    pub(crate) target: String,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Received {
    /// The values of a header.
    pub(crate) fn header(&self, name: &str) -> Vec<&str> {
        let named = self.headers.iter().filter(|(other, _)| other == name);
        named.map(|(_, value)| value.as_str()).collect()
    }

    pub(crate) fn query(&self) -> &str {
        self.target.split_once('?').map_or("", |(_, query)| query)
    }

    fn parameter(&self, name: &str) -> Option<&str> {
        let pairs = self.query().split('&').filter_map(|pair| pair.split_once('='));
        pairs.filter(|(other, _)| *other == name).map(|(_, value)| value).next()
    }

    /// A parameter that has to be there.
    pub(crate) fn needs(&self, name: &str) -> TestResult<&str> {
        Ok(self.parameter(name).ok_or_else(|| format!("no {name} in {}", self.target))?)
    }

    /// The call that the body names.
    pub(crate) fn call(&self) -> String {
        let body: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        body["CallId"].as_str().unwrap_or_default().to_owned()
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// What a backend does with a request.
pub(crate) enum Reply {
    /// Answers with a status and a body.
    Says(u16, &'static str),
    /// Sends these bytes, then closes the connection.
    Raw(Vec<u8>),
    /// Keeps the connection open without a word.
    Nothing,
}

/// What the vendor asks for.
pub(crate) const SUCCESS: Reply = Reply::Says(200, r#"{"ErrorCode":0,"ErrorMessage":"Success"}"#);

type Handler = dyn Fn(usize, &Received) -> Reply + Send + Sync;

struct Notes {
    received: Mutex<Vec<Received>>,
    now: AtomicUsize,
    most: AtomicUsize,
}

/// A running backend.
pub(crate) struct Backend {
    pub(crate) address: SocketAddr,
    notes: Arc<Notes>,
}

impl Backend {
    /// One that answers as `handler` says, which gets the number of the request, from 0, and the request.
    pub(crate) fn new(
        handler: impl Fn(usize, &Received) -> Reply + Send + Sync + 'static,
    ) -> TestResult<Self> {
        Self::on(TcpListener::bind("127.0.0.1:0")?, handler)
    }

    /// The same at an address that is listened on already.
    pub(crate) fn on(
        listener: TcpListener,
        handler: impl Fn(usize, &Received) -> Reply + Send + Sync + 'static,
    ) -> TestResult<Self> {
        let address = listener.local_addr()?;
        let (received, now, most) = (Mutex::default(), AtomicUsize::new(0), AtomicUsize::new(0));
        let notes = Arc::new(Notes { received, now, most });
        let (handler, kept): (Arc<Handler>, _) = (Arc::new(handler), Arc::clone(&notes));
        std::thread::spawn(move || {
            for stream in listener.incoming().filter_map(Result::ok) {
                let (handler, notes) = (Arc::clone(&handler), Arc::clone(&kept));
                std::thread::spawn(move || drop(serve(&stream, &*handler, &notes)));
            }
        });
        Ok(Self { address, notes })
    }

    /// One that accepts everything.
    pub(crate) fn accepting() -> TestResult<Self> {
        Self::new(|_, _| SUCCESS)
    }

    /// What has arrived so far, in that order.
    pub(crate) fn received(&self) -> Vec<Received> {
        self.notes.received.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Most requests that were answered at one time.
    pub(crate) fn most_at_once(&self) -> usize {
        self.notes.most.load(Ordering::SeqCst)
    }

    /// A replay of a log to this backend, as fast as it goes.
    pub(crate) fn replay(&self, log: impl Into<Vec<u8>>) -> Run {
        words(&format!("replay - --speed max --to http://{}/callkit", self.address)).stdin(log)
    }
}

/// Answers the requests of one connection.
fn serve(stream: &TcpStream, handler: &Handler, notes: &Notes) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream);
    let mut writer = stream;
    while let Some(request) = read_request(&mut reader)? {
        let at_once = notes.now.fetch_add(1, Ordering::SeqCst) + 1;
        notes.most.fetch_max(at_once, Ordering::SeqCst);
        let number = {
            let mut received = notes.received.lock().unwrap_or_else(PoisonError::into_inner);
            received.push(request.clone());
            received.len() - 1
        };
        let reply = handler(number, &request);
        notes.now.fetch_sub(1, Ordering::SeqCst);
        match reply {
            // Until the other side closes.
            Reply::Nothing => drop(reader.read(&mut [0])?),
            Reply::Raw(_) => return answer(&mut writer, reply),
            Reply::Says(..) => answer(&mut writer, reply)?,
        }
    }
    Ok(())
}

/// Writes what is to be said.
pub(crate) fn answer(writer: &mut impl Write, reply: Reply) -> std::io::Result<()> {
    match reply {
        Reply::Says(status, body) => {
            let head = format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\n\r\n", body.len());
            writer.write_all(&[head.as_bytes(), body.as_bytes()].concat())?;
        }
        Reply::Raw(bytes) => writer.write_all(&bytes)?,
        Reply::Nothing => {}
    }
    writer.flush()
}

/// Reads a request; none at the end of the connection.
pub(crate) fn read_request(reader: &mut impl BufRead) -> std::io::Result<Option<Received>> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split(' ');
    let [method, target] = [words.next(), words.next()].map(|word| word.unwrap_or_default().to_owned());
    let mut headers = Vec::new();
    loop {
        let mut line = Vec::new();
        reader.read_until(b'\n', &mut line)?;
        let line = String::from_utf8_lossy(&line).trim_end().to_owned();
        let Some((name, value)) = line.split_once(':') else { break };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length = length.and_then(|(_, length)| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok(Some(Received { method, target, headers, body }))
}

/// A pause that differs from request to request, the same ones every time.
pub(crate) fn pause(number: usize) {
    std::thread::sleep(Duration::from_millis((number as u64).wrapping_mul(7919) % 13));
}

/// An envelope of one callback.
pub(crate) fn envelope(received_at: &str, call: &str, user: &str) -> String {
    format!(
        r#"{{"received_at":"{received_at}","url":"/cb?sdkappid=1&command=caller_start_call","body":{{"UserId":"{user}","CallId":"{call}","Role":"caller","Event":"start_call"}}}}"#
    ) + "\n"
}

/// The callback of each line of a log of envelopes: when it was captured, its call, and its body.
pub(crate) fn callbacks(log: &[u8]) -> TestResult<Vec<(String, String, String)>> {
    let mut callbacks = Vec::new();
    for line in log.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        let line: Value = serde_json::from_slice(line)?;
        let body = line["body"].as_str().map_or_else(|| line["body"].to_string(), str::to_owned);
        let call: Value = serde_json::from_str(&body)?;
        let received_at = line["received_at"].as_str().unwrap_or_default().to_owned();
        callbacks.push((received_at, call["CallId"].as_str().unwrap_or_default().to_owned(), body));
    }
    Ok(callbacks)
}
