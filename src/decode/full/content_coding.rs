//! Bodies with a `Content-Encoding`.

use std::io::Read;

/// Bytes that a body may be decoded to, for each of its own, and at least.
const MOST_EXPANSION: usize = 1000;
const ENOUGH: usize = 1 << 20;

/// Most codings that are undone, one after another.
const MOST_CODINGS: usize = 4;

/// How many bytes a body may be decoded to.
pub(super) fn plausible(body: &[u8]) -> usize {
    body.len().saturating_mul(MOST_EXPANSION).max(ENOUGH)
}

/// A content coding that is decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ContentCoding {
    Gzip,
    Deflate,
    Brotli,
}

/// The coding that the head of a request names, if it is one that is decoded.
pub(super) fn content_coding(head: &[u8]) -> Option<ContentCoding> {
    const NAME: &[u8] = b"content-encoding";
    let value = head.split(|byte| *byte == b'\n').find_map(|line| {
        let (name, value) = line.split_at_checked(NAME.len())?;
        name.eq_ignore_ascii_case(NAME).then(|| value.strip_prefix(b":"))?
    })?;
    ContentCoding::named(value)
}

/// A body without the codings that the values of `Content-Encoding` name, at most `most` bytes of it. None without any
/// coding, and for a body that is not in them.
pub fn decoded_body<'v>(
    values: impl DoubleEndedIterator<Item = &'v [u8]>,
    body: &[u8],
    most: usize,
) -> Option<Vec<u8>> {
    let mut decoded = None;
    // The last one was applied last.
    for name in values.rev().flat_map(|value| value.rsplit(|byte| *byte == b',')).take(MOST_CODINGS) {
        if name.trim_ascii().eq_ignore_ascii_case(b"identity") {
            continue;
        }
        let coding = ContentCoding::named(name)?;
        decoded = Some(coding.decode_at_most(decoded.as_deref().unwrap_or(body), most)?);
    }
    decoded
}

impl ContentCoding {
    fn named(name: &[u8]) -> Option<Self> {
        match name.trim_ascii().to_ascii_lowercase().as_slice() {
            b"gzip" | b"x-gzip" => Some(Self::Gzip),
            b"deflate" => Some(Self::Deflate),
            b"br" => Some(Self::Brotli),
            _ => None,
        }
    }

    /// The decoded bytes, at most as many as are plausible; none if the body is not in this coding.
    pub(super) fn decode(self, body: &[u8]) -> Option<Vec<u8>> {
        self.decode_at_most(body, plausible(body))
    }

    fn decode_at_most(self, body: &[u8], most: usize) -> Option<Vec<u8>> {
        let most = most as u64;
        let mut decoded = Vec::new();
        let read = match self {
            Self::Gzip => flate2::read::MultiGzDecoder::new(body).take(most).read_to_end(&mut decoded),
            Self::Deflate => {
                let zlib = flate2::read::ZlibDecoder::new(body).take(most).read_to_end(&mut decoded);
                zlib.or_else(|_| {
                    decoded.clear();
                    flate2::read::DeflateDecoder::new(body).take(most).read_to_end(&mut decoded)
                })
            }
            Self::Brotli => {
                const BUFFER: usize = 4096;
                brotli_decompressor::Decompressor::new(body, BUFFER).take(most).read_to_end(&mut decoded)
            }
        };
        read.is_ok().then_some(decoded)
    }
}
