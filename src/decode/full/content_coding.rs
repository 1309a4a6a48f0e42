//! Bodies with a `Content-Encoding`.

use std::io::Read;

/// Bytes that a body may be decoded to, for each of its own, and at least.
const MOST_EXPANSION: usize = 1000;
const ENOUGH: usize = 1 << 20;

/// Most codings that are undone, one after another.
const MOST_CODINGS: usize = 4;

/// How many bytes a body may be decoded to.
fn plausible(body: &[u8]) -> usize {
    body.len().saturating_mul(MOST_EXPANSION).max(ENOUGH)
}

/// A content coding that is decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ContentCoding {
    Gzip,
    Deflate,
    Brotli,
}

/// Why the content of a body is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CodingFault {
    /// Data in this coding that is cut off or damaged.
    Damaged(&'static str),
    /// Data in this coding with more bytes of content than this.
    TooLarge(&'static str, usize),
    /// Data in a coding that is not undone.
    Unknown(String),
}

/// The codings that the head of a request names, as they were applied: those of the content, then those of the transfer.
pub(super) fn codings_of(head: &[u8]) -> Vec<&[u8]> {
    let values = |name: &'static str| {
        head.split(|byte| *byte == b'\n').filter_map(move |line| {
            let (begin, value) = line.split_at_checked(name.len())?;
            begin
                .eq_ignore_ascii_case(name.as_bytes())
                .then(|| value.trim_ascii_start().strip_prefix(b":"))?
        })
    };
    values("content-encoding").chain(values("transfer-encoding")).collect()
}

/// A body without the codings that these values name; none if it is in none of them, as one that the capture decoded. It
/// may have as much content as is plausible, but no more than `most` bytes.
pub(super) fn uncoded<'v>(
    values: impl DoubleEndedIterator<Item = &'v [u8]>,
    body: &[u8],
    most: usize,
) -> Result<Option<Vec<u8>>, CodingFault> {
    let most = most.min(plausible(body));
    let mut decoded: Option<Vec<u8>> = None;
    for name in names(values) {
        let bytes = decoded.as_deref().unwrap_or(body);
        if is_json(bytes) {
            break;
        }
        let Some(coding) = ContentCoding::named(name) else {
            let unknown = || CodingFault::Unknown(String::from_utf8_lossy(name).into_owned());
            return if is_text(bytes) { Ok(decoded) } else { Err(unknown()) };
        };
        let (content, is_sound) = coding.read(bytes, most.saturating_add(1));
        if content.len() > most {
            return Err(CodingFault::TooLarge(coding.name(), most));
        }
        if !is_sound && !is_json(&content) {
            return if is_text(bytes) { Ok(decoded) } else { Err(CodingFault::Damaged(coding.name())) };
        }
        decoded = Some(content);
    }
    Ok(decoded)
}

/// The names of codings, the one that was applied last first.
fn names<'v>(values: impl DoubleEndedIterator<Item = &'v [u8]>) -> impl Iterator<Item = &'v [u8]> {
    let names = values.rev().flat_map(|value| value.rsplit(|byte| *byte == b',')).map(<[u8]>::trim_ascii);
    let is_none = |name: &&[u8]| {
        name.is_empty() || name.eq_ignore_ascii_case(b"identity") || name.eq_ignore_ascii_case(b"chunked")
    };
    names.filter(move |name| !is_none(name)).take(MOST_CODINGS)
}

fn is_json(bytes: &[u8]) -> bool {
    serde_json::from_slice::<serde::de::IgnoredAny>(bytes).is_ok()
}

fn is_text(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok()
}

/// A body without the codings that the values of `Content-Encoding` name, at most `most` bytes of it. None without any
/// coding, and for a body that is not in them.
pub fn decoded_body<'v>(
    values: impl DoubleEndedIterator<Item = &'v [u8]>,
    body: &[u8],
    most: usize,
) -> Option<Vec<u8>> {
    let mut decoded: Option<Vec<u8>> = None;
    for name in names(values) {
        let (content, is_sound) = ContentCoding::named(name)?.read(decoded.as_deref().unwrap_or(body), most);
        decoded = Some(is_sound.then_some(content)?);
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

    fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Deflate => "deflate",
            Self::Brotli => "br",
        }
    }

    /// The decoded bytes, at most `most` of them, and whether they are sound: otherwise they are what comes before damage.
    fn read(self, body: &[u8], most: usize) -> (Vec<u8>, bool) {
        let most = most as u64;
        let mut decoded = Vec::new();
        let read = match self {
            Self::Gzip => flate2::read::MultiGzDecoder::new(body).take(most).read_to_end(&mut decoded),
            Self::Deflate => {
                let zlib = flate2::read::ZlibDecoder::new(body).take(most).read_to_end(&mut decoded);
                zlib.or_else(|error| {
                    let mut raw = Vec::new();
                    let read = flate2::read::DeflateDecoder::new(body).take(most).read_to_end(&mut raw);
                    if read.is_ok() || decoded.is_empty() {
                        decoded = raw;
                    }
                    read.map_err(|_| error)
                })
            }
            Self::Brotli => {
                const BUFFER: usize = 4096;
                brotli_decompressor::Decompressor::new(body, BUFFER).take(most).read_to_end(&mut decoded)
            }
        };
        (decoded, read.is_ok())
    }
}
