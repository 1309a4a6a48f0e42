//! Responses among requests, which are passed over.
//!
//! Comes in: bytes at the start of a line. Goes out: how long the response is that they begin with. Must not: judge it.

use super::chunked::{ChunkScan, scan_chunks};
use super::extent::{Extent, NeedMore, json_extent};
use super::line::{first_line, lines, until};
use super::request::{Headers, parse_request_line};

/// Length of the response that `data` begins with, if it does; its body is as long as it says, whatever is in it.
pub(super) fn response_length(data: &[u8], eof: bool) -> Result<Option<usize>, NeedMore> {
    if !data.starts_with(b"HTTP/") {
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
    let end = if header("transfer-encoding").is_some() {
        match scan_chunks(data, body, &mut Headers::default()) {
            ChunkScan::Whole { end } => Some(end),
            ChunkScan::Unfinished => None,
            ChunkScan::Damaged { .. } => Some(body),
        }
    } else if let Some(length) = length {
        (length <= data.len() - body).then(|| body + length)
    } else {
        // Without a length the body is the JSON value there, if there is one.
        match json_extent(data, body, eof) {
            Extent::Complete { end, .. } => Some(end),
            Extent::Unfinished => None,
            Extent::None | Extent::Broken(_) => Some(body),
        }
    };
    match end {
        Some(end) => Ok(end),
        None if eof => Ok(body),
        None => Err(NeedMore),
    }
}

/// Length of the `100 Continue` that stands before a body, if one does.
pub(super) fn interim_response(data: &[u8], eof: bool) -> Result<usize, NeedMore> {
    const BEGIN: &[u8] = b"HTTP/1.1 1";
    let begins =
        data.starts_with(BEGIN) || (data.len() < BEGIN.len() && BEGIN.starts_with(data) && !data.is_empty());
    if !begins {
        return Ok(0);
    }
    Ok(response_length(data, eof)?.unwrap_or(0))
}
