//! The body of a request, within the limits.

use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};
use tokio::time::timeout;

use super::budget::{NoRoom, Share};
use super::options::Limits;

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

/// Reads a whole body.
pub(super) async fn read(
    mut body: Incoming,
    limits: &Limits,
    share: &mut Share<'_>,
) -> Result<Vec<u8>, NoBody> {
    // What is too long by its own account need not be read.
    if body.size_hint().lower() > limits.body_bytes as u64 {
        return Err(NoBody::TooLong);
    }
    let reading = async {
        let mut bytes = Vec::new();
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|_| NoBody::BrokenOff)?;
            // Trailers are no part of the body.
            let Ok(data) = frame.into_data() else { continue };
            if bytes.len() + data.len() > limits.body_bytes {
                return Err(NoBody::TooLong);
            }
            share.grow(data.len()).map_err(|NoRoom| NoBody::NoRoom)?;
            bytes.extend_from_slice(&data);
        }
        Ok(bytes)
    };
    timeout(limits.body_time, reading).await.unwrap_or(Err(NoBody::TooSlow))
}
