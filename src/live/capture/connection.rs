//! One connection: its requests, one after another, and its end.

use std::convert::Infallible;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::{HttpService, service_fn};
use hyper::{Request, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};

use super::answer::{HttpAnswer, raw_bad_request, raw_refusal};
use super::places::{ConnectionPlace, Stage};
use super::receiver::Receiver;
use super::tally::{CaptureCount, CaptureTally};
use super::write_timeout::{RequestClock, WriteTimeout};

/// How long, and for how many bytes, a refused client is listened to before its connection is closed. Closing at once
/// would reset a connection that it still sends on, and the answer would be lost with it.
const LINGER_TIME: Duration = Duration::from_secs(2);
const LINGER_BYTES: usize = 4 << 20;

/// How long a receiver that stops, or a connection that makes way, waits for what is still to come.
const LAST_TIME: Duration = Duration::from_secs(2);

/// Over when the receiver stops and [`LAST_TIME`] has passed since.
async fn last_moment(mut stopping: watch::Receiver<bool>) {
    // An error says that the server is gone.
    drop(stopping.wait_for(|stopping| *stopping).await);
    sleep(LAST_TIME).await;
}

/// A connection as its requests see it.
struct Visit {
    receiver: Arc<Receiver>,
    remote: SocketAddr,
    place: ConnectionPlace,
    clock: Arc<RequestClock>,
    stopping: watch::Receiver<bool>,
    /// True once there was a request.
    has_begun: AtomicBool,
    /// True while there is one.
    is_answering: AtomicBool,
    /// True once one was refused.
    has_refused: AtomicBool,
}

impl Visit {
    async fn answer(&self, request: Request<Incoming>) -> HttpAnswer {
        self.place.enter(Stage::Receiving);
        self.has_begun.store(true, Ordering::Relaxed);
        self.is_answering.store(true, Ordering::Relaxed);
        let answer = match self.receiver.receive(request, self.remote, self.too_late()).await {
            Ok(received) => {
                self.place.enter(Stage::Served);
                self.receiver.answer(received).await
            }
            Err(answer) => answer,
        };
        self.has_refused.fetch_or(!answer.status().is_success(), Ordering::Relaxed);
        self.is_answering.store(false, Ordering::Relaxed);
        self.clock.reset();
        self.place.enter(Stage::Idle);
        answer
    }

    /// Over when a request that has begun has to give up: it takes too long, another needs its place, or the receiver
    /// stops.
    async fn too_late(&self) {
        let left = self.receiver.limits.body_time.saturating_sub(self.clock.elapsed());
        tokio::select! {
            () = sleep(left) => {}
            () = self.place.leave() => {}
            () = last_moment(self.stopping.clone()) => {}
        }
    }

    /// Reads and answers requests until the connection ends; `None` if it is to end at once, and without a word.
    async fn serve<S>(&self, connection: &mut Connection<S>) -> Option<hyper::Result<()>>
    where
        S: HttpService<Incoming, ResBody = Full<Bytes>, Error = Infallible, Future: Unpin> + Unpin,
    {
        let mut stopping = self.stopping.clone();
        let (mut is_told, mut is_leaving) = (false, false);
        let (late, left) = (last_moment(stopping.clone()), sleep(Duration::MAX));
        tokio::pin!(late, left);
        loop {
            let has_begun = || self.has_begun.load(Ordering::Relaxed);
            tokio::select! {
                ended = poll_fn(|context| connection.poll_without_shutdown(context)) => return Some(ended),
                // A request that has begun all the same is finished, and its answer has a moment to be taken.
                () = self.place.leave(), if !is_leaving => {
                    if !has_begun() {
                        return None;
                    }
                    is_leaving = true;
                    std::pin::Pin::new(&mut *connection).graceful_shutdown();
                    left.as_mut().reset(Instant::now() + LAST_TIME);
                }
                () = &mut left, if is_leaving => {
                    if !self.is_answering.load(Ordering::Relaxed) {
                        return None;
                    }
                    left.as_mut().reset(Instant::now() + LAST_TIME);
                }
                // Not even its header section has come. Once that is there, the body has its own time.
                () = &mut late, if !has_begun() => return None,
                _ = stopping.wait_for(|stopping| *stopping), if !is_told => {
                    is_told = true;
                    std::pin::Pin::new(&mut *connection).graceful_shutdown();
                }
            }
        }
    }
}

type Connection<S> = http1::Connection<TokioIo<WriteTimeout>, S>;

/// Serves a connection until it ends, its place is given to another, or `stopping` says that the current request is the
/// last one.
pub(super) async fn serve(
    receiver: Arc<Receiver>,
    stream: TcpStream,
    remote: SocketAddr,
    place: ConnectionPlace,
    stopping: watch::Receiver<bool>,
) {
    let limits = receiver.limits;
    // Answers are small and whole; without this they could wait for more.
    drop(stream.set_nodelay(true));
    let clock = Arc::new(RequestClock::default());
    let stream = WriteTimeout::new(stream, limits.body_time, Arc::clone(&clock));
    let (has_begun, is_answering, has_refused) = Default::default();
    let visit =
        Arc::new(Visit { receiver, remote, place, clock, stopping, has_begun, is_answering, has_refused });
    let answering = Arc::clone(&visit);
    let service = service_fn(move |request| {
        let visit = Arc::clone(&answering);
        Box::pin(async move { Ok::<_, Infallible>(visit.answer(request).await) })
    });
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_time)
        .max_buf_size(limits.header_bytes)
        // A client that has sent all it has to send still wants its answer.
        .half_close(true)
        .serve_connection(TokioIo::new(stream), service);
    let ended = visit.serve(&mut connection).await;
    let parts = connection.into_parts();
    let mut stream = parts.io.into_inner();
    let is_well = !matches!(&ended, Some(Err(_))) && !visit.has_refused.load(Ordering::Relaxed);
    if ended.is_none() || is_well {
        drop(stream.shutdown().await);
        return;
    }
    if let Some(Err(error)) = ended {
        let answer = note_failure(&visit.receiver.tally, remote, &error, &parts.read_buf);
        drop(stream.write_all(&answer).await);
    }
    linger(&mut stream).await;
}

/// Counts a connection that ended without a whole request, of which `read` is left; returns what is still to be
/// answered.
fn note_failure(tally: &CaptureTally, remote: SocketAddr, error: &hyper::Error, read: &[u8]) -> Vec<u8> {
    // hyper has answered what it could not read, but not all of it.
    if error.is_parse_too_large() {
        tally.add(CaptureCount::Limited);
    } else if error.is_timeout() && !read.is_empty() {
        tally.add(CaptureCount::Limited);
        return raw_refusal(StatusCode::REQUEST_TIMEOUT, "the header section takes too long");
    } else if error.is_parse() || (error.is_incomplete_message() && !read.is_empty()) {
        tally.add(CaptureCount::Malformed);
        tally.note(malformed(remote, error, read));
        if error.is_incomplete_message() || read.starts_with(HTTP2_PREFACE) {
            return raw_bad_request();
        }
    }
    Vec::new()
}

/// How an HTTP/2 connection begins.
const HTTP2_PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n";

/// The note on data that is not a request. It names no port, so that one peer is reported once a minute.
fn malformed(remote: SocketAddr, error: &hyper::Error, read: &[u8]) -> String {
    /// How a TLS connection begins.
    const HANDSHAKE: &[u8] = &[0x16, 3];
    let ip = remote.ip();
    if read.starts_with(HANDSHAKE) {
        return format!("{ip} sent TLS, which was answered with 400: terminate TLS in a proxy, or use http");
    }
    if read.starts_with(HTTP2_PREFACE) {
        return format!("{ip} sent HTTP/2, which was answered with 400: use HTTP/1.1, or a proxy that does");
    }
    if error.is_incomplete_message() {
        return format!("a request from {ip} that ends within its header section was answered with 400");
    }
    format!("a malformed request from {ip} was answered with 400: {error}")
}

/// Turns a connection away because there are too many.
pub(super) async fn turn_away(stream: TcpStream) {
    let mut stream = WriteTimeout::new(stream, LINGER_TIME, Arc::default());
    let refusal = raw_refusal(StatusCode::SERVICE_UNAVAILABLE, "too many connections");
    drop(stream.write_all(&refusal).await);
    linger(&mut stream).await;
}

/// Closes a connection so that the client can still read what it was sent.
async fn linger(stream: &mut WriteTimeout) {
    if stream.shutdown().await.is_err() {
        return;
    }
    let reading = async {
        let mut buffer = [0; 4096];
        let mut left = LINGER_BYTES;
        while left > 0 {
            match stream.read(&mut buffer).await {
                Ok(0) | Err(_) => return,
                Ok(bytes) => left = left.saturating_sub(bytes),
            }
        }
    };
    drop(timeout(LINGER_TIME, reading).await);
}
