//! Responses among requests, which are passed over.
//!
//! Comes in: bytes at the start of a line. Goes out: how long the response is that they begin with. Must not: judge it.

use super::chunked::{ChunkScan, scan_chunks};
use super::extent::{Extent, NeedMore, json_extent};
use super::frame::skip_blanks;
use super::line::{first_line, lines, until};
use super::request::{Headers, parse_request_line};

/// What every response begins with.
const VERSION: &[u8] = b"HTTP/";

/// Length of the response that `data` begins with, if it does; its body is as long as it says, whatever is in it.
pub(super) fn response_length(data: &[u8], eof: bool) -> Result<Option<usize>, NeedMore> {
    if !data.starts_with(VERSION) {
        return Ok(None);
    }
    let status = first_line(data, eof)?;
    let code = status.split(|byte| *byte == b' ').nth(1).unwrap_or_default();
    if code.len() != 3 || !code.iter().all(u8::is_ascii_digit) {
        return Ok(None);
    }
    let (head, blank) = until(data, eof, |line| line.is_empty() || parse_request_line(line).is_some())?;
    let body = head + blank;
    let is_whole = data[head..body].trim_ascii().is_empty();
    if !is_whole {
        return Ok(Some(head));
    }
    if code.starts_with(b"1") || code == b"204" || code == b"304" {
        return Ok(Some(body));
    }
    body_end(data, &data[..head], body, eof).map(Some)
}

/// Where the body at `body` ends; a damaged one is left to what comes next.
fn body_end(data: &[u8], head: &[u8], body: usize, eof: bool) -> Result<usize, NeedMore> {
    let header = |name: &str| {
        lines(head).find_map(|line| {
            let (key, value) = line.split_at_checked(memchr::memchr(b':', line)?)?;
            key.eq_ignore_ascii_case(name.as_bytes()).then(|| value[1..].trim_ascii())
        })
    };
    let length =
        header("content-length").and_then(|value| std::str::from_utf8(value).ok()?.parse::<usize>().ok());
    let chunks = header("transfer-encoding").map(|_| scan_chunks(data, body, &mut Headers::default()));
    let end = match (chunks, length) {
        (Some(ChunkScan::Whole { end }), _) => Some(end),
        (Some(ChunkScan::Unfinished), _) => None,
        (_, Some(length)) => (length <= data.len() - body).then(|| body + length),
        // Without a length the body is the JSON value there, if there is one.
        (_, None) => match json_extent(data, body, eof) {
            Extent::Complete { end, .. } => Some(end),
            Extent::Unfinished => None,
            Extent::None | Extent::Broken(_) => Some(body),
        },
    };
    match end {
        Some(end) => Ok(end),
        None if eof => Ok(body),
        None => Err(NeedMore),
    }
}

/// Length of the interim responses, such as `100 Continue`, that stand before a body, with the blank lines between them.
pub(super) fn interim_responses(data: &[u8], eof: bool) -> Result<usize, NeedMore> {
    let mut length = 0;
    loop {
        let begin = skip_blanks(data, length);
        let rest = &data[begin..];
        if !eof && rest.len() < VERSION.len() && VERSION.starts_with(rest) {
            return Err(NeedMore);
        }
        let is_interim = rest.starts_with(VERSION)
            && first_line(rest, eof)?
                .split(|byte| *byte == b' ')
                .nth(1)
                .is_some_and(|code| code.starts_with(b"1"));
        match response_length(if is_interim { rest } else { &[] }, eof)? {
            Some(more) => length = begin + more,
            None => return Ok(length),
        }
    }
}
