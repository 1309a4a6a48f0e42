//! Detects the format of a log from its first lines.

use super::dump::begins_dump;
use super::format::Format;
use super::request::glued_to_noise;
use super::table::detect_table;
use super::value::begins_array;

/// How many lines are read.
const LINES: usize = 100;

/// Bytes of a line that begins like a value after which it is one.
const LONG: usize = 1 << 20;

/// The format that the start of a source shows. Of its first 100 lines a request line says raw HTTP, two in a row that
/// begin with `{` or `[` say JSON Lines, which is also the default: a single such line can be the body of a request that
/// lost its head. A header line says nothing, as a banner can look like one. `None` while more is needed to tell.
pub fn detect(data: &[u8], eof: bool) -> Option<Format> {
    match detect_table(data, eof) {
        Ok(None) => {}
        Ok(Some(_)) => return Some(Format::Table),
        Err(()) => return None,
    }
    let data = &data[data.iter().take_while(|byte| **byte == 0).count()..];
    let mut rest = data.strip_prefix(b"\xef\xbb\xbf").unwrap_or(data);
    let mut behind_value = false;
    for _ in 0..LINES {
        let Some(first) = rest.first() else {
            return eof.then_some(Format::JsonLines);
        };
        let begins_value = matches!(first, b'{' | b'[');
        if begins_value && behind_value {
            return Some(Format::JsonLines);
        }
        let end = memchr::memchr(b'\n', rest);
        // A document on one line is not waited for.
        if begins_value && (rest.len() > LONG || begins_array(rest, eof) == Some(true)) {
            return Some(Format::JsonLines);
        }
        if end.is_none() && !eof {
            return None;
        }
        let line = &rest[..end.unwrap_or(rest.len())];
        let line = line.trim_ascii_end();
        if begins_dump(line) || glued_to_noise(line).is_some() {
            return Some(Format::Http);
        }
        if !line.trim_ascii().is_empty() {
            behind_value = begins_value;
        }
        rest = end.map_or(&[], |end| &rest[end + 1..]);
    }
    Some(Format::JsonLines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_lines_that_tell_decide() {
        assert_eq!(detect(b"# capture\nPOST /?a=b HTTP/1.1\r\n", false), Some(Format::Http));
        assert_eq!(detect(b"\xef\xbb\xbf{\"a\":1}", true), Some(Format::JsonLines));
        assert_eq!(detect(b"noise\n[1]\n[2]\nPOST / HTTP/1.1\n", true), Some(Format::JsonLines));
        assert_eq!(detect(b"{\"a\":1}\n{", false), Some(Format::JsonLines));
        assert_eq!(detect(b"{\"a\":1}\n", false), None);
        assert_eq!(detect(b"{\"a\":1}\n", true), Some(Format::JsonLines));
        assert_eq!(detect(b"POST / HTTP/1.", false), None);
        assert_eq!(detect(b"POST / HTTP/1.1", true), Some(Format::Http));
        assert_eq!(detect(b"", true), Some(Format::JsonLines));
        assert_eq!(detect(b"Host: a\r\n\r\n{\"a\":1}\n", true), Some(Format::JsonLines));
        let cut_off = b"nt-Type: a\r\nContent-Length: 9\r\n\r\n{\"a\":1}\r\nPOST / HTTP/1.1\r\n";
        for begin in 0..cut_off.len() - b"POST / HTTP/1.1\r\n".len() {
            assert_eq!(detect(&cut_off[begin..], true), Some(Format::Http), "from {begin}");
        }
        let far = [b"x\n".repeat(100), b"POST / HTTP/1.1\n".to_vec()].concat();
        assert_eq!(detect(&far, true), Some(Format::JsonLines));
    }
}
