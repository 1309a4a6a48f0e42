//! Tells the format of a log by its first lines.

use super::request::parse_request_line;

/// A log format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One JSON object a line: a callback body, or an envelope around one.
    JsonLines,
    /// HTTP/1.x requests one after another.
    Http,
}

/// How many lines are looked at.
const LINES: usize = 100;

/// The format that the start of a source shows: that of the first of its first 100 lines which is a request
/// line, or begins with `{` or `[`; JSON Lines where there is none. `None` while more is needed to tell.
pub fn detect(data: &[u8], eof: bool) -> Option<Format> {
    let data = data.strip_prefix(b"\xef\xbb\xbf").unwrap_or(data);
    let mut rest = data;
    for _ in 0..LINES {
        if rest.is_empty() {
            return eof.then_some(Format::JsonLines);
        }
        if matches!(rest[0], b'{' | b'[') {
            return Some(Format::JsonLines);
        }
        let end = memchr::memchr(b'\n', rest);
        if end.is_none() && !eof {
            return None;
        }
        let line = &rest[..end.unwrap_or(rest.len())];
        if parse_request_line(line.strip_suffix(b"\r").unwrap_or(line)).is_some() {
            return Some(Format::Http);
        }
        rest = end.map_or(&[], |end| &rest[end + 1..]);
    }
    Some(Format::JsonLines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_telling_line_decides() {
        assert_eq!(detect(b"# capture\nPOST /?a=b HTTP/1.1\r\n", false), Some(Format::Http));
        assert_eq!(detect(b"\xef\xbb\xbf{\"a\":1}", false), Some(Format::JsonLines));
        assert_eq!(detect(b"noise\n[1]\nPOST / HTTP/1.1\n", true), Some(Format::JsonLines));
        assert_eq!(detect(b"POST / HTTP/1.", false), None);
        assert_eq!(detect(b"POST / HTTP/1.1", true), Some(Format::Http));
        assert_eq!(detect(b"", true), Some(Format::JsonLines));
        let far = [b"x\n".repeat(100), b"POST / HTTP/1.1\n".to_vec()].concat();
        assert_eq!(detect(&far, true), Some(Format::JsonLines));
    }
}
