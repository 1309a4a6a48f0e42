//! Where the body of a request ends, also when its length is missing or wrong.

use super::chunked::{ChunkScan, holds_request, scan_chunks};
use super::closings::Closings;
use super::extent::{Extent, NeedMore, json_extent, line_at, line_before, starts_request};
use super::frame::skip_blanks;
use super::request::{
    Coding, ContentLengthFlaw, Declared, FlawKind, Headers, Span, TransferEncodingFlaw, glued_request,
};

/// What follows a header section.
pub(super) enum BodyExtent {
    /// A body, and where the request ends.
    Whole { span: Span, end: usize, chunked: bool, usable: bool },
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
pub(super) fn read_body(
    data: &[u8],
    start: usize,
    eof: bool,
    headers: &mut Headers,
    closings: &mut Closings,
) -> Result<BodyExtent, NeedMore> {
    let coding = headers.transfer_encoding.clone();
    let mut is_decoded = false;
    if let Some(coding) = &coding {
        is_decoded = coding.ends_chunked && is_decoded_body(data, start, eof, headers)?;
        if let Some(flaw) = coding_flaw(coding, is_decoded, headers) {
            headers.add(FlawKind::TransferEncoding(flaw), coding.span.clone());
        }
        if coding.ends_chunked && !is_decoded {
            return chunked_body(data, start, eof, headers);
        }
    }
    let (flaw, span) = match headers.content_length.clone() {
        Some(Declared { length: Some(length), differing: false, span }) => {
            let judged = judge_declared(data, start, eof, length, closings)?;
            let found = declared_body(data, start, eof, headers, (length, judged), span)?;
            let BodyExtent::Whole { span, end, .. } = &found else { return Ok(found) };
            let chunks = undeclared_chunks(&data[..*end], span.start, true)?;
            return Ok(if chunks == Some(*end) { in_chunks(span.start, *end, headers) } else { found });
        }
        Some(Declared { differing: true, span, .. }) => (ContentLengthFlaw::Differing, span),
        Some(Declared { span, .. }) => (ContentLengthFlaw::NotANumber, span),
        None => (ContentLengthFlaw::Missing, 0..0),
    };
    if !is_decoded && let Some(end) = undeclared_chunks(data, start, eof)? {
        return Ok(in_chunks(start, end, headers));
    }
    if !(is_decoded && flaw == ContentLengthFlaw::Missing) {
        headers.add(FlawKind::ContentLength(flaw), span);
    }
    found_body(data, start, eof)
}

/// What is wrong with the codings that a head names.
fn coding_flaw(coding: &Coding, is_decoded: bool, headers: &Headers) -> Option<TransferEncodingFlaw> {
    if is_decoded {
        Some(TransferEncodingFlaw::Decoded)
    } else if !(coding.ends_chunked && coding.codings == 1) {
        Some(TransferEncodingFlaw::NotChunked)
    } else {
        headers.content_length.is_some().then_some(TransferEncodingFlaw::WithContentLength)
    }
}

/// Whether a body that should be chunked begins like none, because the capture has put its chunks together.
fn is_decoded_body(data: &[u8], start: usize, eof: bool, headers: &Headers) -> Result<bool, NeedMore> {
    match data.get(skip_blanks(data, start.min(data.len()))) {
        Some(b'{' | b'[' | b'"') => Ok(true),
        Some(first) => Ok(headers.content_length.is_some() && !first.is_ascii_hexdigit()),
        None if eof => Ok(false),
        None => Err(NeedMore),
    }
}

/// Where chunks of JSON end whose head does not speak of them. A request within them is one of its own: nothing says how
/// far they reach but they themselves.
fn undeclared_chunks(data: &[u8], start: usize, eof: bool) -> Result<Option<usize>, NeedMore> {
    if !data.get(start).is_some_and(u8::is_ascii_hexdigit) {
        return Ok(None);
    }
    let line = line_at(data, start, eof)?;
    let inside = start + line.len() + 1;
    let is_size = line.trim_ascii_end().iter().all(u8::is_ascii_hexdigit);
    if !is_size {
        return Ok(None);
    }
    match data.get(skip_blanks(data, inside.min(data.len()))) {
        Some(b'{' | b'[') => {}
        // What comes after white space decides.
        None if !eof => return Err(NeedMore),
        _ => return Ok(None),
    }
    match scan_chunks(data, start, &mut Headers::default()) {
        ChunkScan::Whole { end } if !holds_request(data, start..end) => Ok(Some(end)),
        ChunkScan::Unfinished if !eof => Err(NeedMore),
        _ => Ok(None),
    }
}

/// A body in chunks of which the head does not speak.
fn in_chunks(start: usize, end: usize, headers: &mut Headers) -> BodyExtent {
    if headers.transfer_encoding.is_none() {
        headers.add(FlawKind::TransferEncoding(TransferEncodingFlaw::Undeclared), 0..0);
    }
    BodyExtent::Whole { span: start..end, end, chunked: true, usable: true }
}

/// A body whose length is declared: of that length if it is right, otherwise the JSON value that starts there.
fn declared_body(
    data: &[u8],
    start: usize,
    eof: bool,
    headers: &mut Headers,
    (declared, judged): (u64, Length),
    span: Span,
) -> Result<BodyExtent, NeedMore> {
    let found = match judged {
        Length::Right(end) => return Ok(BodyExtent::plain(start..end)),
        Length::Wrong => found_body(data, start, eof)?,
        Length::OverRequest(next) => match json_extent(data, start, eof) {
            Extent::Complete { start, end } => BodyExtent::plain(start..end),
            _ => BodyExtent::plain(start..start + data[start..next].trim_ascii_end().len()),
        },
    };
    if let BodyExtent::Whole { span: body, .. } = &found {
        let wrong = ContentLengthFlaw::Wrong { declared, actual: body.len() as u64 };
        headers.add(FlawKind::ContentLength(wrong), span);
    }
    Ok(found)
}

/// Judges the length that a request declares.
fn judge_declared(
    data: &[u8],
    start: usize,
    eof: bool,
    declared: u64,
    closings: &mut Closings,
) -> Result<Length, NeedMore> {
    let length = usize::try_from(declared).unwrap_or(usize::MAX);
    let end = start.saturating_add(length);
    if end <= data.len() {
        judge_length(data, start, end, eof, closings)
    } else if eof {
        Ok(Length::Wrong)
    } else {
        Err(NeedMore)
    }
}

/// Whether a declared length is right.
enum Length {
    /// Right: the body ends there.
    Right(usize),
    Wrong,
    /// Wrong: the body of that length contains the request that begins there.
    OverRequest(usize),
}

/// White space after a body that is skipped to see what follows, in bytes. More of it says nothing, or every
/// length that leads into it would be as dear as it is long.
const GAP: usize = 1024;

/// Whether the input ends after a body, or a request follows.
fn leads_on(data: &[u8], end: usize, eof: bool) -> Result<bool, NeedMore> {
    let near = &data[..data.len().min(end.saturating_add(GAP))];
    match skip_blanks(near, end) {
        next if next < near.len() => starts_request(data, next, eof),
        _ if near.len() < data.len() || near.len() - end == GAP => Ok(false),
        _ if eof => Ok(true),
        _ => Err(NeedMore),
    }
}

/// Judges the length that makes the body `data[start..end]`. It is right if that is exactly one JSON value, or brackets that
/// are closed exactly there: whoever sent the body may have put a request into it. Otherwise it is wrong if another request
/// begins inside it, which must not be lost; otherwise right if the input ends or a request follows after it, or if it
/// holds no JSON value at all.
fn judge_length(
    data: &[u8],
    start: usize,
    end: usize,
    eof: bool,
    closings: &mut Closings,
) -> Result<Length, NeedMore> {
    let followed = leads_on(data, end, eof);
    // A body of one line that ends like a JSON object contains no other request; nearly every body is one.
    let ending = data[start.max(end.saturating_sub(GAP))..end].trim_ascii_end();
    let one_object =
        ending.ends_with(b"}") && memchr::memchr(b'\n', data[start..end].trim_ascii_end()).is_none();
    if followed == Ok(true) && one_object {
        return Ok(Length::Right(end));
    }
    let value = json_extent(&data[..end], start, true);
    if let Extent::Complete { end: value_end, .. } = value
        && skip_blanks(&data[..end], value_end) == end
    {
        return Ok(Length::Right(end));
    }
    let followed = followed?;
    // What begins like no JSON is whatever the length says, as long as the length leads to a next request.
    if followed && value == Extent::None {
        return Ok(Length::Right(end));
    }
    if closings.is_closed(&data[start..end]) {
        return Ok(Length::Right(end));
    }
    if let Some(inside) = request_inside(data, start, end, value, eof)? {
        return Ok(Length::OverRequest(inside));
    }
    if followed {
        return Ok(Length::Right(end));
    }
    match json_extent(data, start, eof) {
        Extent::Complete { .. } => Ok(Length::Wrong),
        Extent::Unfinished if !eof => Err(NeedMore),
        Extent::None | Extent::Broken(_) | Extent::Unfinished => Ok(Length::Right(end)),
    }
}

/// The first request that begins inside a body which is not just a JSON value: at the start of a line, right after a
/// value, or after what is left of one.
fn request_inside(
    data: &[u8],
    start: usize,
    end: usize,
    value: Extent,
    eof: bool,
) -> Result<Option<usize>, NeedMore> {
    let behind_value = match value {
        Extent::Complete { end: value_end, .. } => Some(skip_blanks(&data[..end], value_end)),
        _ => None,
    };
    let lines = memchr::memchr_iter(b'\n', &data[start..end]).map(|feed| start + feed + 1);
    for begin in behind_value.into_iter().chain([start]).chain(lines).filter(|begin| *begin < end) {
        if let Some(at) = request_on_line(data, begin, eof)?.filter(|at| *at < end) {
            return Ok(Some(at));
        }
    }
    Ok(None)
}

/// The request that begins on the line at `begin`, also in the middle of it.
fn request_on_line(data: &[u8], begin: usize, eof: bool) -> Result<Option<usize>, NeedMore> {
    if starts_request(data, begin, eof)? {
        return Ok(Some(begin));
    }
    Ok(glued_request(line_at(data, begin, eof)?).map(|at| begin + at))
}

/// A body without a usable length: the JSON value that starts there. A value that breaks off reaches to the
/// next request.
fn found_body(data: &[u8], start: usize, eof: bool) -> Result<BodyExtent, NeedMore> {
    let end = match json_extent(data, start, eof) {
        Extent::Complete { start, end } => return Ok(BodyExtent::plain(start..end)),
        Extent::None => return Ok(BodyExtent::plain(start..start)),
        Extent::Unfinished if !eof => return Err(NeedMore),
        Extent::Unfinished => None,
        Extent::Broken(at) => next_request(data, at - line_before(data, start, at).len(), eof)?,
    };
    Ok(match end {
        Some(end) => BodyExtent::plain(start..start + data[start..end].trim_ascii_end().len()),
        None => BodyExtent::Truncated(JSON_VALUE),
    })
}

fn chunked_body(data: &[u8], start: usize, eof: bool, headers: &mut Headers) -> Result<BodyExtent, NeedMore> {
    let (at, sound, expected) = match scan_chunks(data, start, headers) {
        ChunkScan::Whole { end } => {
            return Ok(BodyExtent::Whole { span: start..end, end, chunked: true, usable: true });
        }
        ChunkScan::Unfinished if !eof => return Err(NeedMore),
        ChunkScan::Damaged { at, sound, expected } => (at, sound, expected),
        // Only a wrong size makes a chunk reach over the next request.
        ChunkScan::Unfinished => match next_request(data, start, eof)? {
            Some(end) => (end, start, "the last chunk"),
            None => return Ok(BodyExtent::Truncated(CHUNKS)),
        },
    };
    let end = next_request(data, sound, eof)?.unwrap_or(data.len());
    let at = at.min(end);
    headers.add(FlawKind::Chunked(expected), at..(at + 1).min(end));
    Ok(BodyExtent::Whole { span: start..end, end, chunked: false, usable: false })
}

/// The first request from `from` on, the start of a line.
fn next_request(data: &[u8], from: usize, eof: bool) -> Result<Option<usize>, NeedMore> {
    let feeds = memchr::memchr_iter(b'\n', &data[from..]).map(|feed| from + feed + 1);
    for line in std::iter::once(from).chain(feeds) {
        if let Some(at) = request_on_line(data, line, eof)? {
            return Ok(Some(at));
        }
    }
    Ok(None)
}
