//! Where a JSON value ends, if it is a sound one.

use serde::de::IgnoredAny;

/// What stands where a value should.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ValueEnd {
    /// A sound value of that many bytes.
    Whole(usize),
    /// The data ends within a value that is sound so far.
    Unfinished,
    /// No sound value.
    Damaged,
}

/// Reads the value that `data` begins with, after white space.
pub(super) fn value_end(data: &[u8]) -> ValueEnd {
    let mut values = serde_json::Deserializer::from_slice(data).into_iter::<IgnoredAny>();
    match values.next() {
        Some(Ok(_)) => ValueEnd::Whole(values.byte_offset()),
        Some(Err(error)) if error.is_eof() || reaches_end(data, &error) => ValueEnd::Unfinished,
        Some(Err(_)) => ValueEnd::Damaged,
        None => ValueEnd::Unfinished,
    }
}

/// True for an error at the end of the data: a number that breaks off is not called unfinished.
fn reaches_end(data: &[u8], error: &serde_json::Error) -> bool {
    let last_line = memchr::memrchr(b'\n', data).map_or(0, |feed| feed + 1);
    let is_on_last = error.line() == 1 + memchr::memchr_iter(b'\n', data).count();
    is_on_last && last_line + error.column() >= data.len()
}

/// The brackets that are open at the end of `data`, which begins with a value: the byte that closes each, and where it
/// opens. None if they do not match, or are nested too deep for a document.
pub(super) fn open_brackets(data: &[u8]) -> Option<Vec<(u8, usize)>> {
    const DEEPEST: usize = 256;
    let mut open = Vec::new();
    let mut index = 0;
    while let Some(byte) = data.get(index) {
        index += 1;
        match byte {
            b'{' => open.push((b'}', index - 1)),
            b'[' => open.push((b']', index - 1)),
            b'}' | b']' => {
                let (closer, _) = open.pop()?;
                if closer != *byte {
                    return None;
                }
            }
            b'"' => index = string_end(data, index),
            _ => {}
        }
        if open.len() > DEEPEST {
            return None;
        }
    }
    Some(open)
}

/// One past the quote that ends the string whose content begins at `from`, or the length.
pub(super) fn string_end(data: &[u8], from: usize) -> usize {
    let mut index = from;
    while let Some(found) = memchr::memchr2(b'"', b'\\', data.get(index..).unwrap_or_default()) {
        match data[index + found] {
            b'"' => return index + found + 1,
            _ => index += found + 2,
        }
    }
    data.len()
}

/// Whether an array of records begins there: `[` and then an object, a string that begins like one, or another such
/// array. None if more has to be seen.
pub(super) fn begins_array(data: &[u8], eof: bool) -> Option<bool> {
    let mut rest = data;
    while let [b'[', tail @ ..] = rest {
        rest = tail.trim_ascii_start();
        match rest {
            [] => return if eof { Some(false) } else { None },
            [b'{', ..] => return Some(true),
            [b'"', tail @ ..] => {
                let inside = tail.trim_ascii_start();
                return if inside.is_empty() && !eof { None } else { Some(inside.starts_with(b"{")) };
            }
            _ => {}
        }
    }
    Some(false)
}
