//! Reads a body, of a request that came in or of an answer, and undoes its coding.

use std::borrow::Cow;

use http_body_util::BodyExt;
use hyper::HeaderMap;
use hyper::body::{Body, Bytes, Incoming};
use hyper::header::CONTENT_ENCODING;

use super::error::in_full;
use crate::decode::decoded_body;
use crate::live::buffer::Buffer;

/// Why a body could not be read whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::live) enum NoBody {
    /// It is longer than the limit.
    TooLong,
    /// It takes longer than the limit.
    TooSlow,
    /// It breaks off, or its chunks are damaged; with the cause.
    BrokenOff(String),
    /// Other requests hold all the memory that there is for bodies.
    NoRoom,
}

/// A body as it is to be looked at: without its `Content-Encoding`, as far as `most` bytes, if it has one that can be
/// undone.
pub(in crate::live) fn decoded<'b>(headers: &HeaderMap, body: &'b [u8], most: usize) -> Cow<'b, [u8]> {
    let values: Vec<&[u8]> = headers.get_all(CONTENT_ENCODING).iter().map(|value| value.as_bytes()).collect();
    decoded_body(values.into_iter(), body, most).map_or(Cow::Borrowed(body), Cow::Owned)
}

/// Bytes that a body of unknown length begins with room for.
const LEAST_ROOM: usize = 4096;

/// Reads a whole body of at most `longest` bytes. `room` is asked for the memory of each part, and returns false if it
/// does not fit. A body that announces its length is allocated once; memory that nothing has come for yet is not in use.
pub(in crate::live) async fn read(
    mut body: Incoming,
    longest: usize,
    mut room: impl FnMut(usize) -> bool,
) -> Result<Bytes, NoBody> {
    // A body that announces itself as too long need not be read.
    if body.size_hint().lower() > longest as u64 {
        return Err(NoBody::TooLong);
    }
    let announced = body.size_hint().exact().map_or(0, |length| length as usize);
    let mut bytes = Buffer::with_capacity(announced);
    let mut held = 0;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| NoBody::BrokenOff(in_full(&error)))?;
        // Trailers are not part of the body.
        let Ok(data) = frame.into_data() else { continue };
        if bytes.len() + data.len() > longest {
            return Err(NoBody::TooLong);
        }
        let needed = bytes.len() + data.len();
        if needed > bytes.capacity() {
            bytes.grow_to(needed.next_power_of_two().clamp(LEAST_ROOM, longest.max(needed)));
        }
        let in_use = if announced > 0 { needed } else { bytes.capacity() };
        if !room(in_use - held) {
            return Err(NoBody::NoRoom);
        }
        held = in_use;
        bytes.extend_from_slice(&data);
    }
    Ok(Bytes::from_owner(bytes))
}
