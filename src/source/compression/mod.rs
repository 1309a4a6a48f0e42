//! The ways of compression: how a member (a frame, a stream) of each is recognized, and read.
//!
//! Comes in: compressed bytes. Goes out: a [`Compression`], and with [`Decompressor`] what members one after another
//! hold. Must not: find members between others.

mod decompressor;
mod zstd_blocks;

use std::io::{self, BufRead, Read};

use bzip2::bufread::BzDecoder;
use flate2::bufread::GzDecoder;
use lzma_rust2::{Action, Status, XzStream};

use zstd_blocks::ZstdBlocks;

pub(super) use decompressor::Decompressor;

/// The largest window of zstd that is allowed for: 1 GiB.
const ZSTD_WINDOW_LOG: u32 = 30;

/// Most memory for a dictionary of xz, in KiB.
const XZ_MEMORY: u32 = 1 << 20;

/// Bytes that bzip2 and xz decode at once: what they decode in the read that meets an error is lost.
const AT_ONCE: usize = 4096;

/// A way of compression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compression {
    Gzip,
    Zstd,
    Bzip2,
    Xz,
}

/// Bytes that tell whether a member begins.
pub(super) const HEAD: usize = 10;

impl Compression {
    const ALL: [Self; 4] = [Self::Gzip, Self::Zstd, Self::Bzip2, Self::Xz];

    /// The one that the first bytes of an input show; [`HEAD`] of them are enough.
    pub(super) fn of(head: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.goes_on(head))
    }

    /// Its name in messages.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Bzip2 => "bzip2",
            Self::Xz => "xz",
        }
    }

    /// What every member begins with.
    pub(super) fn magic(self) -> &'static [u8] {
        match self {
            Self::Gzip => b"\x1f\x8b\x08",
            Self::Zstd => b"\x28\xb5\x2f\xfd",
            Self::Bzip2 => b"BZh",
            Self::Xz => b"\xfd7zXZ\0",
        }
    }

    /// True for bytes that a member begins with.
    pub(super) fn begins(self, bytes: &[u8]) -> bool {
        let Some(rest) = bytes.strip_prefix(self.magic()) else { return false };
        match self {
            // Three of its flags are always unset.
            Self::Gzip => rest.first().is_none_or(|flags| flags & 0xe0 == 0),
            Self::Zstd | Self::Xz => true,
            // The level, and the first block's number, or that of the end.
            Self::Bzip2 => match rest.split_first() {
                Some((b'1'..=b'9', block)) => {
                    [b"\x31\x41\x59\x26\x53\x59", b"\x17\x72\x45\x38\x50\x90"].contains(&first_six(block))
                }
                _ => false,
            },
        }
    }

    /// True if a member stands where one is expected, perhaps damaged or cut off, or a part that holds nothing.
    fn goes_on(self, bytes: &[u8]) -> bool {
        match self {
            Self::Gzip => bytes.starts_with(b"\x1f\x8b"),
            Self::Zstd => self.begins(bytes) || is_skippable(bytes),
            Self::Bzip2 | Self::Xz => self.begins(bytes),
        }
    }

    /// True if the member that these bytes begin can be read so far as they go.
    pub(super) fn can_be_read(self, bytes: &[u8]) -> bool {
        let Ok(mut decoder) = Decoder::new(self, bytes) else { return false };
        let mut scratch = [0; 4096];
        for _ in 0..8 {
            match decoder.read(&mut scratch) {
                Ok(0) => return true,
                Ok(_) => {}
                // It is cut off, at the end of the input or of what is looked at.
                Err(error) => return error.kind() == io::ErrorKind::UnexpectedEof,
            }
        }
        true
    }
}

fn first_six(bytes: &[u8]) -> &[u8; 6] {
    bytes.first_chunk().unwrap_or(&[0; 6])
}

/// True for a frame of zstd that holds no data.
fn is_skippable(head: &[u8]) -> bool {
    matches!(head, [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..])
}

/// Reads one member.
enum Decoder<R: BufRead> {
    Gzip(Box<GzDecoder<R>>),
    Zstd(zstd::Decoder<'static, ZstdBlocks<R>>),
    Bzip2(BzDecoder<R>),
    Xz(Box<XzDecoder<R>>),
}

impl<R: BufRead> Decoder<R> {
    fn new(compression: Compression, inner: R) -> io::Result<Self> {
        Ok(match compression {
            Compression::Gzip => Self::Gzip(Box::new(GzDecoder::new(inner))),
            Compression::Zstd => {
                let mut decoder = zstd::Decoder::with_buffer(ZstdBlocks::new(inner))?.single_frame();
                decoder.window_log_max(ZSTD_WINDOW_LOG)?;
                Self::Zstd(decoder)
            }
            Compression::Bzip2 => Self::Bzip2(BzDecoder::new(inner)),
            Compression::Xz => {
                let stream = XzStream::new_mem_limit(false, XZ_MEMORY);
                Self::Xz(Box::new(XzDecoder { inner, stream, is_done: false }))
            }
        })
    }

    fn into_inner(self) -> R {
        match self {
            Self::Gzip(decoder) => decoder.into_inner(),
            Self::Zstd(decoder) => decoder.finish().inner,
            Self::Bzip2(decoder) => decoder.into_inner(),
            Self::Xz(decoder) => decoder.inner,
        }
    }
}

impl<R: BufRead> Read for Decoder<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let few = buffer.len().min(AT_ONCE);
        match self {
            Self::Gzip(decoder) => decoder.read(buffer),
            Self::Zstd(decoder) => decoder.read(buffer),
            Self::Bzip2(decoder) => decoder.read(&mut buffer[..few]),
            Self::Xz(decoder) => decoder.read(&mut buffer[..few]),
        }
    }
}

/// Reads one stream of xz.
struct XzDecoder<R> {
    inner: R,
    stream: XzStream,
    is_done: bool,
}

impl<R: BufRead> Read for XzDecoder<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while !self.is_done && !buffer.is_empty() {
            let input = self.inner.fill_buf()?;
            let is_end = input.is_empty();
            let action = if is_end { Action::Finish } else { Action::Run };
            let done = self.stream.process(input, buffer, action)?;
            self.inner.consume(done.bytes_consumed);
            self.is_done = done.status == Status::StreamEnd;
            if done.bytes_produced > 0 {
                return Ok(done.bytes_produced);
            }
            if is_end && !self.is_done {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        Ok(0)
    }
}
