//! Bytes in the codings that requests and files come in.

use std::io::{self, Write};

use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};

/// The bytes as gzip data.
pub(crate) fn gzip(bytes: impl AsRef<[u8]>) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes.as_ref())?;
    encoder.finish()
}

/// The bytes as zlib data, which is what `deflate` means.
pub(crate) fn zlib(bytes: impl AsRef<[u8]>) -> io::Result<Vec<u8>> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes.as_ref())?;
    encoder.finish()
}
