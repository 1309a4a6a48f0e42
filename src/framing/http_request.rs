//! One request of raw HTTP: its request line, its headers, and its body.
//!
//! Comes in: bytes. Goes out: the request that they begin with, or what stands there instead. Must not: cut a source.

use super::body::{BodyExtent, read_body};
use super::closings::Closings;
use super::extent::{NeedMore, line_at, may_start_request, starts_request};
use super::known_lines::KnownLines;
use super::request::{
    FlawKind, HeaderFlaw, Headers, Request, RequestLine, glued_request, glued_to_noise, is_plain_header,
    parse_request_line,
};
use super::response::interim_responses;

/// What is found in the place of a request.
pub(super) enum RequestStep {
    /// A request of that many bytes.
    Request(Request, usize),
    /// No request line.
    NoRequest,
    /// A header section that breaks off where another request begins, that many bytes on.
    Interrupted(usize),
}

/// What comes before the first line feed.
pub(super) fn before_feed(data: &[u8]) -> &[u8] {
    &data[..memchr::memchr(b'\n', data).unwrap_or(data.len())]
}

/// A line without the carriage returns at its end.
fn without_returns(line: &[u8]) -> &[u8] {
    let length = line.iter().rposition(|byte| *byte != b'\r').map_or(0, |last| last + 1);
    &line[..length]
}

/// The request line that `data` begins with, up to its first line feed or its end.
pub(super) fn parse_line(data: &[u8]) -> Option<RequestLine> {
    parse_request_line(without_returns(before_feed(data)))
}

/// Reads the request that `data` begins with.
pub(super) fn read_request(
    data: &[u8],
    eof: bool,
    known: &mut KnownLines,
    closings: &mut Closings,
) -> Result<RequestStep, NeedMore> {
    let first = line_at(data, 0, eof)?;
    let Some(line) = parse_line(first) else {
        return Ok(RequestStep::NoRequest);
    };
    let mut headers = Headers::default();
    let (body, what) = match read_head(data, first.len() + 1, eof, &mut headers, known)? {
        Head::Interrupted(at) => return Ok(RequestStep::Interrupted(at)),
        Head::Truncated => (data.len(), "the header section"),
        Head::End(body) => {
            match read_body(data, after_interim(data, body, eof)?, eof, &mut headers, closings)? {
                BodyExtent::Truncated(what) => (body, what),
                BodyExtent::Whole { span, end, chunked, usable } => {
                    return Ok(RequestStep::Request(headers.request(line, span, chunked, usable), end));
                }
            }
        }
    };
    let end = data.len();
    headers.add(FlawKind::Truncated(what), end..end);
    Ok(RequestStep::Request(headers.request(line, body..end, false, false), end))
}

/// Where a body begins that may have interim responses before it.
fn after_interim(data: &[u8], body: usize, eof: bool) -> Result<usize, NeedMore> {
    Ok(body + interim_responses(data.get(body..).unwrap_or_default(), eof)?)
}

/// Where a header section ends.
enum Head {
    /// Where the body begins.
    End(usize),
    Truncated,
    Interrupted(usize),
}

/// Where a request begins on a line of a header section, because the line is cut. A header may also only quote a request:
/// then it is one that can, and what follows does not begin like the section, as the next request of the same sender does.
fn glued_in_head(
    section: &[u8],
    line: &[u8],
    following: &[u8],
    eof: bool,
) -> Result<Option<usize>, NeedMore> {
    let Some(at) = glued_request(line) else { return Ok(None) };
    let is_glued = is_plain_header(line)
        || match section {
            [] => glued_to_noise(line).is_some() || begins_alike(line, following, eof)?,
            _ => begins_alike(section, following, eof)?,
        };
    Ok(is_glued.then_some(at))
}

fn begins_alike(headers: &[u8], following: &[u8], eof: bool) -> Result<bool, NeedMore> {
    let name = &headers[..memchr::memchr2(b':', b'\n', headers).unwrap_or(headers.len())];
    match following.get(..name.len()) {
        Some(begin) => Ok(begin.eq_ignore_ascii_case(name)),
        None if eof || !name[..following.len()].eq_ignore_ascii_case(following) => Ok(false),
        None => Err(NeedMore),
    }
}

/// True for a `Host` line.
fn names_host(line: &[u8]) -> bool {
    line.get(4) == Some(&b':') && line[..4].eq_ignore_ascii_case(b"host")
}

/// Reads the header lines from `start`.
fn read_head(
    data: &[u8],
    start: usize,
    eof: bool,
    headers: &mut Headers,
    known: &mut KnownLines,
) -> Result<Head, NeedMore> {
    let stop = if eof { Ok(Head::Truncated) } else { Err(NeedMore) };
    let mut index = start;
    let mut hosts = 0;
    for place in 0.. {
        if let Some((length, is_host)) = known.find(place, &data[index.min(data.len())..])
            && !(is_host && hosts > 0)
        {
            index += length;
            hosts += usize::from(is_host);
            continue;
        }
        match data.get(index) {
            None => return stop,
            Some(b'{') => {
                headers.add(FlawKind::MissingBlankLine, index..index + 1);
                return Ok(Head::End(index));
            }
            Some(_) => {}
        }
        let Some(length) = memchr::memchr(b'\n', &data[index..]) else {
            let interrupted = eof && starts_request(data, index, eof) == Ok(true);
            return if interrupted { Ok(Head::Interrupted(index)) } else { stop };
        };
        let line = &data[index..index + length];
        let line = without_returns(line);
        if may_start_request(data[index]) && parse_request_line(line).is_some() {
            return Ok(Head::Interrupted(index));
        }
        let next = index + length + 1;
        if let Some(at) = glued_in_head(&data[start..index], line, &data[next..], eof)? {
            return Ok(Head::Interrupted(index + at));
        }
        if line.is_empty() {
            return Ok(Head::End(next));
        }
        let is_host = names_host(line);
        hosts += usize::from(is_host);
        if is_host && hosts == 2 {
            headers.add_flaw(HeaderFlaw::SecondHost, index..index + line.len());
        }
        if headers.take(line, index) {
            known.keep(place, &data[index..next], is_host);
        }
        index = next;
    }
    stop
}
