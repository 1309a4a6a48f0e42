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
    serde_json::from_str(&format!("\"{content}\"")).ok()
}
