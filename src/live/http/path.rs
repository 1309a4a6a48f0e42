//! Whether a path stays below the one that it is added to.

use percent_encoding::percent_decode;

/// How often a path is decoded: some servers do it twice.
const MOST_DECODINGS: usize = 4;

/// True if every server takes a path for the same one, below the one that it is added to. Percent-decoded as often as
/// anyone may, it holds only letters and digits of any script, spaces, and the marks of RFC 3986, 3.3; and each segment
/// with a dot has something other than dots before the first mark at which a server could cut it off.
pub(in crate::live) fn is_plain(path: &str) -> bool {
    let mut path = path.as_bytes().to_vec();
    for _ in 0..MOST_DECODINGS {
        path = percent_decode(&path).collect();
    }
    // What is still encoded has a `%`, which is none of the marks; what is overlong is not UTF-8.
    std::str::from_utf8(&path).is_ok_and(|path| path.split('/').all(is_plain_segment))
}

fn is_plain_segment(segment: &str) -> bool {
    let is_name = |character: char| character.is_alphanumeric() || "-_~".contains(character);
    // Dots, and what is stripped next to them: `+` can stand for a space.
    let is_blank = |character: char| ". +".contains(character);
    let is_mark = |character: char| "!$&'()*,;=:@".contains(character);
    let name = segment.split(is_mark).next().unwrap_or_default();
    segment.chars().all(|it| is_name(it) || is_blank(it) || is_mark(it))
        && (!segment.contains('.') || name.contains(is_name))
}

#[cfg(test)]
mod tests {
    use super::is_plain;

    #[test]
    fn dots_are_found_however_they_are_written() {
        for path in [
            "/..",
            "/.",
            "/...",
            "/a/../b",
            "/%2e%2E/",
            "/a/.%2e",
            "/..%2fb",
            "/..%5cb",
            "/a\\..\\b",
            "/%252e%252e/x",
            "/%2525252525252e./x",
            "/..;a=1/b",
            "/;../b",
            "/a/%2e;x",
            "/..%00",
            "/%20..",
            "/..+",
            "/a%c0%ae",
            "/\u{ff0e}",
            "/a\u{ff0f}b",
            "/%",
            "/100%25",
        ] {
            assert!(!is_plain(path), "{path}");
        }
        for path in [
            "",
            "/",
            "//",
            "/callkit",
            "/.well-known/x",
            "/..x",
            "/a..b/c.",
            "/a%20b",
            "/\u{56de}\u{8c03}.php",
            "/v1;a=1.0/@me:x(1)",
            "*",
        ] {
            assert!(is_plain(path), "{path}");
        }
    }
}
