//! Chunked bodies: where they end, and their content.

use std::ops::Range;

use super::extent::starts_request;
use super::request::{HeaderFlaw, Headers, is_token};

/// Result of scanning the chunks.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum ChunkScan {
    /// All chunks and trailers, up to `end`.
    Whole {
        /// One past the blank line that ends the body.
        end: usize,
    },
    /// The data ends inside the body.
    Unfinished,
    /// Something else is in the place of this.
    Damaged {
        /// Where.
        at: usize,
        /// End of the last valid chunk: what follows may belong to another request.
        sound: usize,
        /// What was expected.
        expected: &'static str,
    },
}

/// Fields that frame or route a message; RFC 9110 forbids them after the body.
const FORBIDDEN_TRAILERS: [&[u8]; 3] = [b"content-length", b"transfer-encoding", b"host"];

/// Scans the chunks at `start`; flaws of the trailers are added to the headers'.
pub(super) fn scan_chunks(data: &[u8], start: usize, headers: &mut Headers) -> ChunkScan {
    let mut index = start;
    for count in 0.. {
        let Some(size_line) = whole_line(data, index) else {
            return match size_of(&data[index.min(data.len())..]) {
                Err(expected) if data.len() > index + MAX_SIZE_LINE => damaged(index, index, expected),
                _ => ChunkScan::Unfinished,
            };
        };
        let size = match size_of(size_line.text) {
            Ok(size) => size,
            Err(expected) => return damaged(index, index, expected),
        };
        let sound = index;
        index = size_line.next;
        if size == 0 {
            return trailers(data, index, headers);
        }
        let Some(end) = index.checked_add(size) else {
            return damaged(sound, sound, "a chunk size that fits the input");
        };
        let Some(rest) = data.get(end..) else {
            return ChunkScan::Unfinished;
        };
        // After that many chunks each is searched, since each request in them might be read as a body of all that
        // follow.
        if count > FEW_CHUNKS && holds_request(data, index..end) {
            return damaged(sound, sound, "a chunk without a request in it");
        }
        let line_end = match rest {
            [b'\n', ..] => 1,
            [b'\r', b'\n', ..] => 2,
            [] | [b'\r'] => return ChunkScan::Unfinished,
            _ => return damaged(end, sound, "a line end after the chunk's data"),
        };
        index = end + line_end;
    }
    ChunkScan::Unfinished
}

/// Chunks that a body may have before they are searched for requests.
const FEW_CHUNKS: usize = 256;

/// True if a request line begins a line of a chunk, which is all there.
pub(super) fn holds_request(data: &[u8], chunk: Range<usize>) -> bool {
    let lines = memchr::memchr_iter(b'\n', &data[chunk.clone()]).map(|feed| chunk.start + feed + 1);
    let mut begins = std::iter::once(chunk.start).chain(lines);
    begins.any(|begin| starts_request(&data[..chunk.end], begin, true) == Ok(true))
}

fn damaged(at: usize, sound: usize, expected: &'static str) -> ChunkScan {
    ChunkScan::Damaged { at, sound, expected }
}

/// Longest chunk-size line that is waited for, in bytes.
const MAX_SIZE_LINE: usize = 64 * 1024;

/// A line without its line end.
struct WholeLine<'a> {
    text: &'a [u8],
    /// Where the next line begins.
    next: usize,
}

/// The line at `from`, if its end is there.
fn whole_line(data: &[u8], from: usize) -> Option<WholeLine<'_>> {
    let rest = data.get(from..)?;
    let end = memchr::memchr(b'\n', rest)?;
    let text = rest[..end].strip_suffix(b"\r").unwrap_or(&rest[..end]);
    Some(WholeLine { text, next: from + end + 1 })
}

/// The size that a chunk-size line gives: hexadecimal digits, then perhaps an extension.
fn size_of(line: &[u8]) -> Result<usize, &'static str> {
    const EXPECTED: &str = "a chunk size in hexadecimal";
    let digits = line.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
    let rest = &line[digits..];
    let extension = rest.trim_ascii_start();
    if digits == 0 || !(rest.is_empty() || extension.starts_with(b";")) {
        return Err(EXPECTED);
    }
    if rest.iter().any(|byte| *byte < b' ' && *byte != b'\t') {
        return Err("a chunk extension without control characters");
    }
    let text = std::str::from_utf8(&line[..digits]).map_err(|_| EXPECTED)?;
    usize::from_str_radix(text, 16).map_err(|_| "a chunk size that fits the input")
}

fn trailers(data: &[u8], from: usize, headers: &mut Headers) -> ChunkScan {
    let mut index = from;
    while let Some(line) = whole_line(data, index) {
        if line.text.is_empty() {
            return ChunkScan::Whole { end: line.next };
        }
        let name = line.text.split(|byte| *byte == b':').next().unwrap_or_default();
        let has_colon = name.len() < line.text.len();
        if !has_colon || !is_token(name) {
            return damaged(index, index, "a trailer or the blank line that ends the body");
        }
        if FORBIDDEN_TRAILERS.iter().any(|field| name.eq_ignore_ascii_case(field)) {
            headers.add_flaw(HeaderFlaw::Trailer, index..index + line.text.len());
        }
        index = line.next;
    }
    ChunkScan::Unfinished
}

/// A decoded chunked body.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct ChunkedBody {
    /// The content.
    pub content: Vec<u8>,
    /// Some of the chunks: where the content of each begins in `content`, and where the chunk in the encoded body.
    pub marks: Vec<(usize, usize)>,
}

/// Bytes of an encoded body between two marks, at least.
const BETWEEN_MARKS: usize = 512;

/// Decodes a valid chunked body; of a damaged one, what comes before the damage.
pub fn decode_chunked(encoded: &[u8]) -> ChunkedBody {
    let mut body = ChunkedBody::default();
    let mut index = 0;
    while let Some((chunk, next)) = chunk_at(encoded, index) {
        if body.marks.last().is_none_or(|(_, mark)| index >= mark + BETWEEN_MARKS) {
            body.marks.push((body.content.len(), index));
        }
        body.content.extend_from_slice(&encoded[chunk]);
        index = next;
    }
    body
}

/// Where byte `index` of the content is in the encoded body; counted from `mark`, one of the marks before it.
pub fn place_in_chunks(encoded: &[u8], mark: (usize, usize), index: usize) -> usize {
    let (mut content, mut at) = mark;
    let mut end = at;
    while let Some((chunk, next)) = chunk_at(encoded, at) {
        if index < content + chunk.len() {
            return chunk.start + (index - content);
        }
        content += chunk.len();
        (end, at) = (chunk.end, next);
    }
    // A place after the content is one after its last byte.
    end + index.saturating_sub(content)
}

/// The content of the chunk at `index`, and where the next one begins; none for the last chunk and for damage.
fn chunk_at(encoded: &[u8], index: usize) -> Option<(Range<usize>, usize)> {
    let line = whole_line(encoded, index)?;
    let size = size_of(line.text).ok().filter(|size| *size > 0)?;
    let end = line.next.checked_add(size).filter(|end| *end <= encoded.len())?;
    Some((line.next..end, end + if encoded.get(end) == Some(&b'\r') { 2 } else { 1 }))
}
