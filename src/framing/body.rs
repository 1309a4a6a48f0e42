//! Where the body of a request ends, also when its length is missing or wrong.

use super::chunked::{ChunkScan, scan_chunks};
use super::extent::{Extent, json_extent, starts_request};
use super::request::{ContentLengthFlaw, Declared, Flaw, FlawKind, Headers, Span, TransferEncodingFlaw};
use super::skip_blanks;

/// What follows a header section.
pub(super) enum Body {
    /// A body, and where the request ends.
    Whole { span: Span, end: usize, chunked: bool, usable: bool },
    /// The data ends before it can be told.
    More,
    /// The input ends inside the body: what is unfinished.
    Truncated(&'static str),
}

impl Body {
    fn plain(span: Span) -> Self {
        let end = span.end;
        Self::Whole { span, end, chunked: false, usable: true }
    }
}

const JSON_VALUE: &str = "the JSON value";
const CHUNKS: &str = "the chunked body";

/// Reads the body at `start`, adding to the headers' flaws.
pub(super) fn read_body(data: &[u8], start: usize, eof: bool, headers: &mut Headers) -> Body {
    if let Some(coding) = headers.transfer_encoding.clone() {
        let mut flaw = |flaw| {
            let kind = FlawKind::TransferEncoding(flaw);
            headers.flaws.push(Flaw { kind, span: coding.span.clone() });
        };
        if !(coding.ends_chunked && coding.chunked == 1) {
            flaw(TransferEncodingFlaw::NotChunked);
        } else if headers.content_length.is_some() {
            flaw(TransferEncodingFlaw::WithContentLength);
        }
        if coding.ends_chunked {
            return chunked_body(data, start, eof, headers);
        }
    }
    match headers.content_length.clone() {
        Some(Declared { length: Some(length), differing: false, span }) => {
            declared_body(data, start, eof, headers, length, span)
        }
        Some(declared) => {
            let flaw =
                if declared.differing { ContentLengthFlaw::Differing } else { ContentLengthFlaw::NotANumber };
            headers.flaws.push(Flaw { kind: FlawKind::ContentLength(flaw), span: declared.span });
            found_body(data, start, eof)
        }
        None => {
            // Beside an unusable coding a missing length is no second fault.
            if headers.transfer_encoding.is_none() {
                let kind = FlawKind::ContentLength(ContentLengthFlaw::Missing);
                headers.flaws.push(Flaw { kind, span: 0..0 });
            }
            found_body(data, start, eof)
        }
    }
}

/// A body whose length is declared: the length if it is right, else the JSON value that starts there.
fn declared_body(
    data: &[u8],
    start: usize,
    eof: bool,
    headers: &mut Headers,
    declared: u64,
    span: Span,
) -> Body {
    let length = usize::try_from(declared).unwrap_or(usize::MAX);
    let end = start.saturating_add(length);
    if end <= data.len() {
        match length_is_right(data, start, end, eof) {
            Some(true) => return Body::plain(start..end),
            Some(false) => {}
            None => return Body::More,
        }
    } else if !eof {
        return Body::More;
    }
    let found = found_body(data, start, eof);
    if let Body::Whole { span: body, .. } = &found {
        let wrong = ContentLengthFlaw::Wrong { declared, actual: body.len() as u64 };
        headers.flaws.push(Flaw { kind: FlawKind::ContentLength(wrong), span });
    }
    found
}

/// Whether the body is `data[start..end]`, as a length says: the input ends or a request follows behind it, or
/// it is exactly one JSON value, or none is there at all. None while that cannot be told.
fn length_is_right(data: &[u8], start: usize, end: usize, eof: bool) -> Option<bool> {
    let next = skip_blanks(data, end);
    let followed = if next == data.len() { eof.then_some(true) } else { starts_request(data, next, eof) };
    if followed == Some(true) {
        return followed;
    }
    if let Extent::Complete { end: value_end, .. } = json_extent(&data[..end], start, true)
        && skip_blanks(&data[..end], value_end) == end
    {
        return Some(true);
    }
    followed?;
    match json_extent(data, start, eof) {
        Extent::Complete { .. } => Some(false),
        Extent::Unfinished if !eof => None,
        Extent::None | Extent::Broken(_) | Extent::Unfinished => Some(true),
    }
}

/// A body without a usable length: the JSON value that starts there. A value that breaks off reaches to the
/// next request.
fn found_body(data: &[u8], start: usize, eof: bool) -> Body {
    match json_extent(data, start, eof) {
        Extent::Complete { start, end } => Body::plain(start..end),
        Extent::None => Body::plain(start..start),
        Extent::Unfinished if eof => Body::Truncated(JSON_VALUE),
        Extent::Unfinished => Body::More,
        Extent::Broken(at) => match next_request(data, at, eof) {
            Next::Request(end) => Body::plain(start..start + data[start..end].trim_ascii_end().len()),
            Next::End => Body::Truncated(JSON_VALUE),
            Next::More => Body::More,
        },
    }
}

fn chunked_body(data: &[u8], start: usize, eof: bool, headers: &mut Headers) -> Body {
    let (at, sound, expected) = match scan_chunks(data, start, eof, &mut headers.flaws) {
        ChunkScan::Whole { end } => {
            return Body::Whole { span: start..end, end, chunked: true, usable: true };
        }
        ChunkScan::More => return Body::More,
        ChunkScan::Damaged { at, sound, expected } => (at, sound, expected),
        // Only a wrong size makes a chunk reach over the next request.
        ChunkScan::Truncated => match next_request(data, start, eof) {
            Next::Request(end) => (end, start, "the last chunk"),
            Next::End | Next::More => return Body::Truncated(CHUNKS),
        },
    };
    let end = match next_request(data, sound, eof) {
        Next::Request(end) => end,
        Next::End => data.len(),
        Next::More => return Body::More,
    };
    let at = at.min(end);
    headers.flaws.push(Flaw { kind: FlawKind::Chunked(expected), span: at..(at + 1).min(end) });
    Body::Whole { span: start..end, end, chunked: false, usable: false }
}

/// The next request behind damage.
enum Next {
    Request(usize),
    End,
    More,
}

/// Looks for a line that is a request line, from `from` on, which itself may begin one.
fn next_request(data: &[u8], from: usize, eof: bool) -> Next {
    let mut line = from;
    loop {
        match starts_request(data, line, eof) {
            Some(true) => return Next::Request(line),
            None => return Next::More,
            Some(false) => {}
        }
        match memchr::memchr(b'\n', &data[line..]) {
            Some(end) => line += end + 1,
            None if eof => return Next::End,
            None => return Next::More,
        }
    }
}
