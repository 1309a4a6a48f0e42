//! Strings of a body, as they are or inside a JSON string that contains the body.

use std::borrow::Cow;

use super::bytes::{after, special};

/// A string and where it ends; `ESCAPED` where it is inside another string, so that its quotes are escaped.
#[inline]
pub(super) fn read_text<const ESCAPED: bool>(text: &str, index: usize) -> Option<(Cow<'_, str>, usize)> {
    let (start, end) = plain_range::<ESCAPED>(text.as_bytes(), index)?;
    if end.is_plain {
        return Some((Cow::Borrowed(text.get(start..end.content)?), end.behind));
    }
    let (content, behind) = if ESCAPED { twice_escaped(text, start)? } else { escaped(text, start)? };
    Some((Cow::Owned(content), behind))
}

/// The bytes of a string without escapes, and where it ends.
#[inline]
pub(super) fn read_word<const ESCAPED: bool>(bytes: &[u8], index: usize) -> Option<(&[u8], usize)> {
    let (start, end) = plain_range::<ESCAPED>(bytes, index)?;
    if !end.is_plain {
        return None;
    }
    Some((bytes.get(start..end.content)?, end.behind))
}

/// Where the content of a string ends, or its first escape begins.
struct StringEnd {
    content: usize,
    behind: usize,
    is_plain: bool,
}

/// Where the content of a string begins and ends.
#[inline]
fn plain_range<const ESCAPED: bool>(bytes: &[u8], index: usize) -> Option<(usize, StringEnd)> {
    let start = opening::<ESCAPED>(bytes, index)?;
    let content = special(bytes, start)?;
    let (behind, is_plain) = match opening::<ESCAPED>(bytes, content) {
        Some(behind) => (behind, true),
        None => (content, false),
    };
    Some((start, StringEnd { content, behind, is_plain }))
}

/// The index after a quote.
#[inline(always)]
pub(super) fn opening<const ESCAPED: bool>(bytes: &[u8], index: usize) -> Option<usize> {
    let index = if ESCAPED { after(bytes, index, b'\\')? } else { index };
    after(bytes, index, b'"')
}

/// The index after a name in quotes.
#[inline(always)]
pub(super) fn key<const E: bool>(bytes: &[u8], index: usize, name: &str) -> Option<usize> {
    let start = opening::<E>(bytes, index)?;
    let end = start + name.len();
    if bytes.get(start..end)? == name.as_bytes() { opening::<E>(bytes, end) } else { None }
}

/// A string with escapes, whose content begins at `start`.
#[cold]
pub(super) fn escaped(text: &str, start: usize) -> Option<(String, usize)> {
    let bytes = text.as_bytes();
    let mut end = start;
    loop {
        end = special(bytes, end)?;
        match bytes[end] {
            b'"' => break,
            b'\\' => end += 2,
            _ => return None,
        }
    }
    Some((unescaped(text.get(start..end)?)?, end + 1))
}

/// A string with escapes that is inside another one, whose content begins at `start`.
#[cold]
pub(super) fn twice_escaped(text: &str, start: usize) -> Option<(String, usize)> {
    let bytes = text.as_bytes();
    let mut end = start;
    loop {
        end = special(bytes, end)?;
        match (bytes[end], bytes.get(end + 1)?) {
            // The inner quote.
            (b'\\', b'"') => break,
            // An inner backslash, and the byte after it, which may be escaped in turn.
            (b'\\', b'\\') => end += if bytes.get(end + 2)? == &b'\\' { 4 } else { 3 },
            _ => return None,
        }
    }
    let inner = unescaped(text.get(start..end)?)?;
    Some((unescaped(&inner)?, end + 2))
}

/// The string that a JSON string's content stands for.
fn unescaped(content: &str) -> Option<String> {
    let mut plain = String::with_capacity(content.len());
    let mut rest = content;
    while let Some(at) = special(rest.as_bytes(), 0) {
        let escape = rest.as_bytes().get(at..)?;
        plain.push_str(&rest[..at]);
        let (c, length) = match *escape {
            [b'\\', b'u', ..] => unicode(escape)?,
            [b'\\', c @ (b'"' | b'\\' | b'/'), ..] => (char::from(c), 2),
            [b'\\', b'b', ..] => ('\u{8}', 2),
            [b'\\', b'f', ..] => ('\u{c}', 2),
            [b'\\', b'n', ..] => ('\n', 2),
            [b'\\', b'r', ..] => ('\r', 2),
            [b'\\', b't', ..] => ('\t', 2),
            // A quote, a control character, or an escape that JSON does not have.
            _ => return None,
        };
        plain.push(c);
        rest = &rest[at + length..];
    }
    plain.push_str(rest);
    Some(plain)
}

/// The character of a `\u` escape, or of two which are one, and how long they are; none for half of a pair.
fn unicode(escape: &[u8]) -> Option<(char, usize)> {
    let unit = |from: usize| {
        let [b'\\', b'u', digits @ ..] = escape.get(from..from + 6)? else { return None };
        let digit = |unit: u16, digit: &u8| Some(unit << 4 | char::from(*digit).to_digit(16)? as u16);
        digits.iter().try_fold(0, digit)
    };
    let first = unit(0)?;
    match char::from_u32(u32::from(first)) {
        Some(c) => Some((c, 6)),
        None => char::decode_utf16([first, unit(6)?]).next()?.ok().map(|c| (c, 12)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::unescaped;

    const PIECES: [&str; 21] = [
        "a",
        "é",
        "\"",
        "\\",
        "\\\\",
        "\\\"",
        "\\/",
        "\\b",
        "\\f",
        "\\n",
        "\\r",
        "\\t",
        "\\x",
        "\t",
        "\\u",
        "00e9",
        "\\ud83d",
        "\\ude00",
        "\\u00E9",
        "\\u+123",
        "\u{1f600}",
    ];

    proptest! {
        #[test]
        fn escapes_stand_for_what_they_do_in_the_standard_parser(
            pieces in prop::collection::vec(prop::sample::select(&PIECES[..]), 0..9),
        ) {
            let content = pieces.concat();
            let expected: Option<String> = serde_json::from_str(&format!("\"{content}\"")).ok();
            prop_assert_eq!(unescaped(&content), expected, "{}", content);
        }
    }
}
