//! Where a JSON value ends, without judging it: enough to find the next record.

use super::frame::skip_blanks;
use super::request::{glued_request, parse_request_line};

/// The data ends before something can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NeedMore;

/// What is found in the place of a JSON value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// No JSON value starts there.
    None,
    /// One that is closed; it starts and ends there.
    Complete {
        /// Its first byte.
        start: usize,
        /// One past its last byte.
        end: usize,
    },
    /// One that breaks off there: at a line feed inside a string or after a request line, or at a request line between
    /// its members.
    Broken(usize),
    /// The data ends inside it.
    Unfinished,
}

/// Looks for a JSON value at `from`, after white space. Brackets are only counted and strings only skipped, so
/// a value with an error inside is still found whole.
pub(super) fn json_extent(data: &[u8], from: usize, eof: bool) -> Extent {
    let start = skip_blanks(data, from);
    let end = match data.get(start) {
        None if eof => Err(Extent::None),
        None => Err(Extent::Unfinished),
        Some(b'{' | b'[') => container_end(data, start, eof),
        Some(b'"') => string_end(data, start + 1),
        Some(b't' | b'f' | b'n' | b'-' | b'0'..=b'9') => scalar_end(data, start, eof),
        Some(_) => Err(Extent::None),
    };
    end.map_or_else(|other| other, |end| Extent::Complete { start, end })
}

fn container_end(data: &[u8], start: usize, eof: bool) -> Result<usize, Extent> {
    let mut depth = 0_usize;
    let mut index = start;
    while let Some(byte) = data.get(index) {
        index += 1;
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return Ok(index);
                }
            }
            b'"' => index = string_end(data, index)?,
            b'\n' if glued_request(line_before(data, start, index - 1)).is_some() => {
                return Err(Extent::Broken(index - 1));
            }
            b'\n' => match starts_request(data, index, eof) {
                Ok(false) => {}
                Ok(true) => return Err(Extent::Broken(index)),
                Err(NeedMore) => return Err(Extent::Unfinished),
            },
            _ => {}
        }
    }
    Err(Extent::Unfinished)
}

/// The line that the line feed at `feed` ends, as far as it does not begin before `start`.
pub(super) fn line_before(data: &[u8], start: usize, feed: usize) -> &[u8] {
    let text = &data[start..feed];
    &text[memchr::memrchr(b'\n', text).map_or(0, |last| last + 1)..]
}

/// End of the string whose content begins at `from`.
fn string_end(data: &[u8], from: usize) -> Result<usize, Extent> {
    let mut index = from;
    loop {
        let Some(found) = memchr::memchr3(b'"', b'\\', b'\n', &data[index.min(data.len())..]) else {
            return Err(Extent::Unfinished);
        };
        index += found;
        match data[index] {
            b'"' => return Ok(index + 1),
            b'\\' => index += 2,
            _ => return Err(Extent::Broken(index)),
        }
    }
}

fn scalar_end(data: &[u8], start: usize, eof: bool) -> Result<usize, Extent> {
    let part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.');
    let length = data[start..].iter().take_while(|byte| part(byte)).count();
    let end = start + length;
    if end == data.len() && !eof {
        return Err(Extent::Unfinished);
    }
    let text = &data[start..end];
    let number = text.iter().all(|byte| matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9'));
    if number || matches!(text, b"true" | b"false" | b"null") { Ok(end) } else { Err(Extent::None) }
}

/// Only a letter begins the method of any request, and hardly any line of a JSON value.
pub(super) fn may_start_request(first: u8) -> bool {
    first.is_ascii_alphabetic()
}

/// The line at `from`, which is its start, without its line feed; at the end of the input what is left.
pub(super) fn line_at(data: &[u8], from: usize, eof: bool) -> Result<&[u8], NeedMore> {
    let rest = data.get(from..).unwrap_or_default();
    match memchr::memchr(b'\n', rest) {
        Some(end) => Ok(&rest[..end]),
        None if eof => Ok(rest),
        None => Err(NeedMore),
    }
}

/// Whether a request line begins at `from`, the start of a line.
pub(super) fn starts_request(data: &[u8], from: usize, eof: bool) -> Result<bool, NeedMore> {
    if data.get(from).is_some_and(|first| !may_start_request(*first)) {
        return Ok(false);
    }
    let line = line_at(data, from, eof)?;
    Ok(parse_request_line(line.strip_suffix(b"\r").unwrap_or(line)).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn extent(text: &str) -> Extent {
        json_extent(text.as_bytes(), 0, true)
    }

    #[test]
    fn values_and_what_is_none() {
        assert_eq!(extent(" {\"a\":\"}\\\"\"} x"), Extent::Complete { start: 1, end: 12 });
        assert_eq!(extent("[1,2]]"), Extent::Complete { start: 0, end: 5 });
        assert_eq!(extent("-1.5e3\r\n"), Extent::Complete { start: 0, end: 6 });
        assert_eq!(extent("\"a\" "), Extent::Complete { start: 0, end: 3 });
        assert_eq!(extent("nothing"), Extent::None);
        assert_eq!(extent("<html>"), Extent::None);
        assert_eq!(extent(""), Extent::None);
        assert_eq!(extent("{\"a\":1 \"b\":2}"), Extent::Complete { start: 0, end: 13 });
    }

    #[test]
    fn a_value_never_swallows_the_next_request() {
        assert_eq!(extent("{\"a\":\"x\nPOST / HTTP/1.1\n"), Extent::Broken(7));
        assert_eq!(extent("{\"a\":1,\nPOST / HTTP/1.1\n}"), Extent::Broken(8));
        assert_eq!(extent("{\"a\":1,POST / HTTP/1.1\n}"), Extent::Broken(22));
        assert_eq!(extent("{\"a\":[1,\n2"), Extent::Unfinished);
    }
}
