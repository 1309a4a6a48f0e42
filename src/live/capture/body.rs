//! Bodies that are sent.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use http_body_util::Full;
use hyper::body::{Body, Bytes, Frame, SizeHint};

use super::budget::Share;

/// A body that is sent; it holds its share of the memory until it has been.
#[derive(Debug)]
pub(super) struct Held {
    bytes: Full<Bytes>,
    share: Option<Share>,
}

impl Held {
    /// Bytes that count for nothing.
    pub(super) fn few(bytes: Bytes) -> Self {
        Self { bytes: Full::new(bytes), share: None }
    }

    /// Bytes with the share that they take up.
    pub(super) fn shared(bytes: Bytes, share: Share) -> Self {
        Self { bytes: Full::new(bytes), share: Some(share) }
    }
}

impl Body for Held {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Pin::new(&mut self.bytes).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        // The share is given back with the last byte: whoever asks for the end first would drop it too early.
        self.share.is_none() && self.bytes.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.bytes.size_hint()
    }
}
