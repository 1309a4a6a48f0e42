//! Bodies, within the limits: those that are read, and those that are sent.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Bytes, Frame, SizeHint};

use super::budget::{NoRoom, Share};

/// Why there is no whole body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoBody {
    /// It is longer than the limit.
    TooLong,
    /// It takes longer than the limit.
    TooSlow,
    /// It breaks off, or its chunks are damaged.
    BrokenOff,
    /// Other requests hold all the memory that there is for bodies.
    NoRoom,
}

/// Reads a whole body, of at most so many bytes, which are added to the share.
pub(super) async fn read<B: Body<Data = Bytes> + Unpin>(
    mut body: B,
    most: usize,
    share: &mut Share,
) -> Result<Bytes, NoBody> {
    // What is too long by its own account need not be read.
    if body.size_hint().lower() > most as u64 {
        return Err(NoBody::TooLong);
    }
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| NoBody::BrokenOff)?;
        // Trailers are no part of the body.
        let Ok(data) = frame.into_data() else { continue };
        if bytes.len() + data.len() > most {
            return Err(NoBody::TooLong);
        }
        share.grow(data.len()).map_err(|NoRoom| NoBody::NoRoom)?;
        bytes.extend_from_slice(&data);
    }
    Ok(bytes.into())
}

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
