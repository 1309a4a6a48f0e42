//! Whether a path stays below the one that it is added to.

use std::borrow::Cow;

use percent_encoding::percent_decode;

/// How often a path is decoded: some servers do it twice.
const MOST_DECODINGS: usize = 4;

/// True if a path has a segment that is `.` or `..`, for any reader: percent-encoded, even repeatedly, after a `\`, or
/// before parameters (`..;x`).
pub(in crate::live) fn has_dot_segments(path: &str) -> bool {
    let mut path = Cow::Borrowed(path.as_bytes());
    for _ in 0..MOST_DECODINGS {
        let is_dots = |segment: &[u8]| {
            let name = segment.split(|byte| *byte == b';').next().unwrap_or_default();
            name == b"." || name == b".."
        };
        if path.split(|byte| matches!(byte, b'/' | b'\\')).any(is_dots) {
            return true;
        }
        let decoded: Cow<'_, [u8]> = percent_decode(&path).collect::<Vec<u8>>().into();
        if decoded == path {
            return false;
        }
        path = Cow::Owned(decoded.into_owned());
    }
    // Nobody encodes that often without a purpose.
    true
}

#[cfg(test)]
mod tests {
    use super::has_dot_segments;

    #[test]
    fn dots_are_found_however_they_are_written() {
        for path in [
            "/..",
            "/.",
            "/a/../b",
            "/%2e%2E/",
            "/a/.%2e",
            "/..%2fb",
            "/..%5cb",
            "/a\\..\\b",
            "/%252e%252e/x",
            "/..;a=1/b",
            "/a/%2e;x",
        ] {
            assert!(has_dot_segments(path), "{path}");
        }
        for path in ["/", "/callkit", "/...", "/.well-known/x", "/a..b/c.", "/a%20b", "*", "/%"] {
            assert!(!has_dot_segments(path), "{path}");
        }
    }
}
