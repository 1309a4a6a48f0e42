//! Where the body of a request ends, also when its length is missing or wrong.

use super::chunked::{ChunkScan, scan_chunks};
use super::extent::{Extent, json_extent, line_before, starts_request};
use super::frame::skip_blanks;
use super::request::{
    ContentLengthFlaw, Declared, Flaw, FlawKind, Headers, Span, TransferEncodingFlaw, glued_request,
};

/// What follows a header section.
pub(super) enum BodyExtent {
    /// A body, and where the request ends.
    Whole { span: Span, end: usize, chunked: bool, usable: bool },
    /// The data ends before it can be told.
    More,
    /// The input ends inside the body: what is unfinished.
    Truncated(&'static str),
}

impl BodyExtent {
    fn plain(span: Span) -> Self {
        let end = span.end;
        Self::Whole { span, end, chunked: false, usable: true }
    }
}

const JSON_VALUE: &str = "the JSON value";
const CHUNKS: &str = "the chunked body";

/// Reads the body at `start`, adding to the headers' flaws.
pub(super) fn read_body(data: &[u8], start: usize, eof: bool, headers: &mut Headers) -> BodyExtent {
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
            let kind = FlawKind::ContentLength(ContentLengthFlaw::Missing);
            headers.flaws.push(Flaw { kind, span: 0..0 });
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
) -> BodyExtent {
    let length = usize::try_from(declared).unwrap_or(usize::MAX);
    let end = start.saturating_add(length);
    let found = if end > data.len() {
        if eof { found_body(data, start, eof) } else { BodyExtent::More }
    } else {
        match judge_length(data, start, end, eof) {
            Length::Right => return BodyExtent::plain(start..end),
            Length::Wrong => found_body(data, start, eof),
            Length::OverRequest(next) => match json_extent(data, start, eof) {
                Extent::Complete { start, end } => BodyExtent::plain(start..end),
                _ => BodyExtent::plain(start..start + data[start..next].trim_ascii_end().len()),
            },
            Length::More => BodyExtent::More,
        }
    };
    if let BodyExtent::Whole { span: body, .. } = &found {
        let wrong = ContentLengthFlaw::Wrong { declared, actual: body.len() as u64 };
        headers.flaws.push(Flaw { kind: FlawKind::ContentLength(wrong), span });
    }
    found
}

/// What is to be thought of a declared length.
enum Length {
    Right,
    Wrong,
    /// Wrong: the request that begins there is inside of the body it gives.
    OverRequest(usize),
    /// It cannot be told yet.
    More,
}

/// White space behind a body that is passed over to see what follows, in bytes. More of it says nothing, or every
/// length that leads into it would be as dear as it is long.
const GAP: usize = 1024;

/// Whether the input ends behind a body, or a request follows; none where that cannot be told yet.
fn leads_on(data: &[u8], end: usize, eof: bool) -> Option<bool> {
    let near = &data[..data.len().min(end.saturating_add(GAP))];
    match skip_blanks(near, end) {
        next if next < near.len() => starts_request(data, next, eof),
        _ if near.len() < data.len() || near.len() - end == GAP => Some(false),
        _ => eof.then_some(true),
    }
}

/// Judges the length that makes the body `data[start..end]`. It is right if that is exactly one JSON value; else
/// wrong if another request begins inside of it, which must not be lost; else right if the input ends or a request
/// follows behind it, or no JSON value is there at all.
fn judge_length(data: &[u8], start: usize, end: usize, eof: bool) -> Length {
    let followed = leads_on(data, end, eof);
    // A body of one line that ends like a JSON object holds no other request; nearly every body is one.
    let ending = data[start.max(end.saturating_sub(GAP))..end].trim_ascii_end();
    let one_object =
        ending.ends_with(b"}") && memchr::memchr(b'\n', data[start..end].trim_ascii_end()).is_none();
    if followed == Some(true) && one_object {
        return Length::Right;
    }
    let value = json_extent(&data[..end], start, true);
    match value {
        Extent::Complete { end: value_end, .. } if skip_blanks(&data[..end], value_end) == end => {
            return Length::Right;
        }
        _ if followed.is_none() => return Length::More,
        // What begins like no JSON is whatever the length says, as long as the length leads to a next request.
        Extent::None if followed == Some(true) => return Length::Right,
        _ => {}
    }
    match request_inside(data, start, end, value, eof) {
        Next::Request(inside) => return Length::OverRequest(inside),
        Next::More => return Length::More,
        Next::End => {}
    }
    if followed == Some(true) {
        return Length::Right;
    }
    match json_extent(data, start, eof) {
        Extent::Complete { .. } => Length::Wrong,
        Extent::Unfinished if !eof => Length::More,
        Extent::None | Extent::Broken(_) | Extent::Unfinished => Length::Right,
    }
}

/// The first request that begins inside a body which is not just a JSON value: at the start of a line, right behind a
/// value, or behind what is left of one.
fn request_inside(data: &[u8], start: usize, end: usize, value: Extent, eof: bool) -> Next {
    let behind_value = match value {
        Extent::Complete { end: value_end, .. } => Some(skip_blanks(&data[..end], value_end)),
        _ => None,
    };
    let lines = memchr::memchr_iter(b'\n', &data[start..end]).map(|feed| start + feed + 1);
    for begin in behind_value.into_iter().chain([start]).chain(lines).filter(|begin| *begin < end) {
        match request_on_line(data, begin, eof) {
            Next::Request(at) if at < end => return Next::Request(at),
            Next::More => return Next::More,
            Next::Request(_) | Next::End => {}
        }
    }
    Next::End
}

/// The request that begins on the line at `begin`, also in the middle of it.
fn request_on_line(data: &[u8], begin: usize, eof: bool) -> Next {
    match starts_request(data, begin, eof) {
        Some(true) => return Next::Request(begin),
        None => return Next::More,
        Some(false) => {}
    }
    let rest = &data[begin.min(data.len())..];
    let line = match memchr::memchr(b'\n', rest) {
        Some(feed) => &rest[..feed],
        None if eof => rest,
        None => return Next::More,
    };
    glued_request(line).map_or(Next::End, |at| Next::Request(begin + at))
}

/// A body without a usable length: the JSON value that starts there. A value that breaks off reaches to the
/// next request.
fn found_body(data: &[u8], start: usize, eof: bool) -> BodyExtent {
    match json_extent(data, start, eof) {
        Extent::Complete { start, end } => BodyExtent::plain(start..end),
        Extent::None => BodyExtent::plain(start..start),
        Extent::Unfinished if eof => BodyExtent::Truncated(JSON_VALUE),
        Extent::Unfinished => BodyExtent::More,
        Extent::Broken(at) => match next_request(data, at - line_before(data, start, at).len(), eof) {
            Next::Request(end) => BodyExtent::plain(start..start + data[start..end].trim_ascii_end().len()),
            Next::End => BodyExtent::Truncated(JSON_VALUE),
            Next::More => BodyExtent::More,
        },
    }
}

fn chunked_body(data: &[u8], start: usize, eof: bool, headers: &mut Headers) -> BodyExtent {
    let (at, sound, expected) = match scan_chunks(data, start, eof, headers) {
        ChunkScan::Whole { end } => {
            return BodyExtent::Whole { span: start..end, end, chunked: true, usable: true };
        }
        ChunkScan::More => return BodyExtent::More,
        ChunkScan::Damaged { at, sound, expected } => (at, sound, expected),
        // Only a wrong size makes a chunk reach over the next request.
        ChunkScan::Truncated => match next_request(data, start, eof) {
            Next::Request(end) => (end, start, "the last chunk"),
            Next::End | Next::More => return BodyExtent::Truncated(CHUNKS),
        },
    };
    let end = match next_request(data, sound, eof) {
        Next::Request(end) => end,
        Next::End => data.len(),
        Next::More => return BodyExtent::More,
    };
    let at = at.min(end);
    headers.flaws.push(Flaw { kind: FlawKind::Chunked(expected), span: at..(at + 1).min(end) });
    BodyExtent::Whole { span: start..end, end, chunked: false, usable: false }
}

/// The next request behind damage.
enum Next {
    Request(usize),
    End,
    More,
}

/// Looks for a request from `from` on, the start of a line.
fn next_request(data: &[u8], from: usize, eof: bool) -> Next {
    let mut line = from;
    loop {
        match request_on_line(data, line, eof) {
            Next::End => {}
            found => return found,
        }
        match memchr::memchr(b'\n', &data[line..]) {
            Some(end) => line += end + 1,
            None => return Next::End,
        }
    }
}
