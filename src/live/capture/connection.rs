//! One connection: its requests, one after another, and its end.

use std::future::poll_fn;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hyper::StatusCode;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::answer::{raw_bad_request, raw_refusal};
use super::places::ConnectionPlace;
use super::receiver::Receiver;
use super::tally::{CaptureCount, CaptureTally};
use super::write_timeout::WriteTimeout;

/// How long, and for how many bytes, a refused client is listened to before its connection is closed. Closing at once
/// would reset a connection that it still sends on, and the answer would be lost with it.
const LINGER_TIME: Duration = Duration::from_secs(2);
const LINGER_BYTES: usize = 4 << 20;

/// How long a receiver that stops waits for requests to arrive completely.
const LAST_TIME: Duration = Duration::from_secs(2);

/// Over when the receiver stops and [`LAST_TIME`] has passed since.
async fn too_late(mut stopping: watch::Receiver<bool>) {
    // An error says that the server is gone.
    drop(stopping.wait_for(|stopping| *stopping).await);
    sleep(LAST_TIME).await;
}

/// Serves a connection until it ends, `place` is given to another, or `stopping` says that the current request is the last
/// one.
pub(super) async fn serve(
    receiver: Arc<Receiver>,
    stream: TcpStream,
    remote: SocketAddr,
    place: Arc<ConnectionPlace>,
    mut stopping: watch::Receiver<bool>,
) {
    let limits = receiver.limits;
    // Answers are small and whole; without this they could wait for more.
    drop(stream.set_nodelay(true));
    let stream = TokioIo::new(WriteTimeout::new(stream, limits.body_time));
    let (answering, seated) = (Arc::clone(&receiver), Arc::clone(&place));
    let (has_refused, has_begun) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let (refusing, beginning) = (Arc::clone(&has_refused), Arc::clone(&has_begun));
    let until = stopping.clone();
    let service = service_fn(move |request| {
        let (receiver, refusing, place) =
            (Arc::clone(&answering), Arc::clone(&refusing), Arc::clone(&seated));
        place.begin();
        let late = too_late(until.clone());
        beginning.store(true, Ordering::Relaxed);
        Box::pin(async move {
            let answer = receiver.answer(request, remote, late).await;
            place.end();
            if !answer.status().is_success() {
                refusing.store(true, Ordering::Relaxed);
            }
            Ok::<_, std::convert::Infallible>(answer)
        })
    });
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_time)
        .max_buf_size(limits.header_bytes)
        // A client that has sent all it has to send still wants its answer.
        .half_close(true)
        .serve_connection(stream, service);
    let (mut told, mut is_leaving) = (false, false);
    let late = too_late(stopping.clone());
    tokio::pin!(late);
    let ended = loop {
        tokio::select! {
            ended = poll_fn(|context| connection.poll_without_shutdown(context)) => break Some(ended),
            // Another needs the place. A request that has begun all the same is finished.
            () = place.leave(), if !is_leaving => {
                if !has_begun.load(Ordering::Relaxed) {
                    break None;
                }
                is_leaving = true;
                std::pin::Pin::new(&mut connection).graceful_shutdown();
            }
            // Not even its header section has come. Once that is there, the body has its own time.
            () = &mut late, if !has_begun.load(Ordering::Relaxed) => break None,
            _ = stopping.wait_for(|stopping| *stopping), if !told => {
                told = true;
                std::pin::Pin::new(&mut connection).graceful_shutdown();
            }
        }
    };
    let parts = connection.into_parts();
    let mut stream = parts.io.into_inner();
    let Some(ended) = ended else {
        drop(stream.shutdown().await);
        return;
    };
    if ended.is_ok() && !has_refused.load(Ordering::Relaxed) {
        drop(stream.shutdown().await);
        return;
    }
    if let Err(error) = ended {
        let answer = note_failure(&receiver.tally, remote, &error, &parts.read_buf);
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
    let mut stream = WriteTimeout::new(stream, LINGER_TIME);
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
