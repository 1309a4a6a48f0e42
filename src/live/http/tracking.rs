//! Connections that know what has come over them, so that one that ended while nobody used it can be told from an answer
//! that broke off.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use hyper::Uri;
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tower_service::Service;

/// Bytes that have come over a connection.
#[derive(Clone, Debug, Default)]
pub(super) struct Arrivals(Arc<ArrivalCounts>);

#[derive(Debug, Default)]
struct ArrivalCounts {
    all: AtomicU64,
    /// Those of whole answers.
    of_answers: AtomicU64,
}

impl Arrivals {
    /// Says that all that has come so far belongs to answers that were read to their end.
    pub(super) fn note_answer(&self) {
        self.0.of_answers.store(self.0.all.load(Ordering::Relaxed), Ordering::Relaxed);
    }

    /// True if the connection has served a request before, and nothing has come over it since.
    pub(super) fn end_with_an_answer(&self) -> bool {
        let of_answers = self.0.of_answers.load(Ordering::Relaxed);
        of_answers > 0 && self.0.all.load(Ordering::Relaxed) == of_answers
    }
}

/// Makes connections that are tracked.
#[derive(Clone, Debug)]
pub(super) struct TrackingConnector<C>(pub(super) C);

/// A connection that is tracked.
#[derive(Debug)]
pub(super) struct TrackedStream<S> {
    stream: TokioIo<S>,
    arrivals: Arrivals,
}

impl<C, S> Service<Uri> for TrackingConnector<C>
where
    C: Service<Uri, Response = S>,
    C::Future: Send + 'static,
{
    type Response = TokioIo<TrackedStream<S>>;
    type Error = C::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, C::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), C::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let connecting = self.0.call(uri);
        Box::pin(async move {
            let stream = TokioIo::new(connecting.await?);
            Ok(TokioIo::new(TrackedStream { stream, arrivals: Arrivals::default() }))
        })
    }
}

impl<S: Connection> Connection for TrackedStream<S> {
    fn connected(&self) -> Connected {
        self.stream.inner().connected().extra(self.arrivals.clone())
    }
}

impl<S: hyper::rt::Read + Unpin> AsyncRead for TrackedStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        let more = (buffer.filled().len() - before) as u64;
        self.arrivals.0.all.fetch_add(more, Ordering::Relaxed);
        read
    }
}

impl<S: hyper::rt::Write + Unpin> AsyncWrite for TrackedStream<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
