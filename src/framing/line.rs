//! Lines of text: where one begins and ends in a window.
//!
//! Comes in: bytes. Goes out: spans of lines, or [`NeedMore`] if the end of a line has to be seen. Must not: say what a line
//! holds.

use super::extent::{NeedMore, line_at};

/// A line of the window.
#[derive(Clone, Copy)]
pub(super) struct LineSpan {
    pub(super) start: usize,
    /// One past its line feed, or the end of the window.
    pub(super) end: usize,
    /// True if its end is known.
    pub(super) is_whole: bool,
}

impl LineSpan {
    /// The line that begins at a byte.
    pub(super) fn at(data: &[u8], start: usize, eof: bool) -> Self {
        match memchr::memchr(b'\n', &data[start..]) {
            Some(feed) => Self { start, end: start + feed + 1, is_whole: true },
            None => Self { start, end: data.len(), is_whole: eof },
        }
    }
}

/// True for a line that goes on with an object over several lines.
pub(super) fn continues(data: &[u8]) -> bool {
    matches!(data.first(), Some(b' ' | b'\t' | b'"' | b'}' | b']'))
}

/// Length of a line without its line end.
pub(super) fn content_length(line: &[u8]) -> usize {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line).len()
}

/// Lines of a text, with their line ends.
pub(super) fn lines(data: &[u8]) -> impl Iterator<Item = &[u8]> {
    data.split_inclusive(|byte| *byte == b'\n')
}

/// The first line without its line end.
pub(super) fn first_line(data: &[u8], eof: bool) -> Result<&[u8], NeedMore> {
    line_at(data, 0, eof).map(<[u8]>::trim_ascii_end)
}

/// Length of the first line, its line feed included.
pub(super) fn first_line_length(data: &[u8], eof: bool) -> Result<usize, NeedMore> {
    Ok(data.len().min(line_at(data, 0, eof)?.len() + 1))
}

/// Bytes up to a line for which `ends` is true, and the length of that line; `Err` if it may still come.
pub(super) fn until(
    data: &[u8],
    eof: bool,
    ends: impl Fn(&[u8]) -> bool,
) -> Result<(usize, usize), NeedMore> {
    let mut at = 0;
    for line in lines(data) {
        if !line.ends_with(b"\n") && !eof {
            return Err(NeedMore);
        }
        if ends(line.trim_ascii_end()) {
            return Ok((at, line.len()));
        }
        at += line.len();
    }
    if eof { Ok((data.len(), 0)) } else { Err(NeedMore) }
}
