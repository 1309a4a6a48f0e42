//! The values around a body: strings, URLs, times, and the body itself.
//!
//! Comes in: a text, and where a value begins. Goes out: what it says, if that can be said without a doubt, and where it
//! ends. Must not: know names, or decode what is escaped.

use super::body::{KeyOrder, read_body};
use super::bytes::{after, special};
use super::clock::{clock, is_unix_time, number};
use super::query::{query, read_query, read_usual_query};
use super::v4::read_v4_body;
use super::v4_vendor_order::read_v4_in_vendor_order;
use super::vendor_order::read_in_vendor_order;
use crate::decode::plain::{FastCallback, PlainUrl};

/// The parameters of a URL that is a string without escapes, if it has any, and where the string ends.
#[inline]
pub(super) fn url(text: &str, index: usize) -> Option<(Option<PlainUrl<'_>>, usize)> {
    let bytes = text.as_bytes();
    let path = after(bytes, index, b'"')?;
    let mark =
        path + bytes.get(path..)?.iter().position(|byte| matches!(byte, b'?' | b'"' | b'\\' | 0..0x20))?;
    if bytes[mark] == b'?'
        && let Some((url, end)) = read_usual_query(text, mark + 1)
        && let Some(end) = after(bytes, end, b'"')
    {
        return Some((Some(url), end));
    }
    let (target, end) = string(text, index)?;
    match query(target) {
        Some(query) => Some((Some(read_query(query)?), end)),
        None => Some((None, end)),
    }
}

/// A string without escapes, and where it ends.
pub(super) fn string(text: &str, index: usize) -> Option<(&str, usize)> {
    let bytes = text.as_bytes();
    let start = after(bytes, index, b'"')?;
    let end = special(bytes, start)?;
    let behind = after(bytes, end, b'"')?;
    Some((text.get(start..end)?, behind))
}

/// Reads a body, as a string or as an object, and gives where it ends.
pub(super) fn body<'a>(
    text: &'a str,
    index: usize,
    order: &mut KeyOrder,
    into: &mut FastCallback<'a>,
) -> Option<usize> {
    let bytes = text.as_bytes();
    if bytes.get(index) != Some(&b'"') {
        return object::<false>(text, index, order, into);
    }
    let end = object::<true>(text, index + 1, order, into)?;
    after(bytes, end, b'"')
}

/// Reads a body that is an object, and gives where it ends; `ESCAPED` where it is the content of a string. It is read into
/// a callback that is there, since moving one takes half as long as reading it.
#[inline]
pub(super) fn object<'a, const ESCAPED: bool>(
    text: &'a str,
    index: usize,
    order: &mut KeyOrder,
    into: &mut FastCallback<'a>,
) -> Option<usize> {
    if order.is_v4 {
        let v4 = into.as_v4();
        if let Some(end) = read_v4_in_vendor_order::<ESCAPED>(text, index, v4) {
            return Some(end);
        }
        if let Some(end) = read_v4_body::<ESCAPED>(text, index, v4) {
            return Some(end);
        }
    }
    if let Some((callback, end)) = read_in_vendor_order::<ESCAPED>(text, index) {
        *into = FastCallback::Plain(callback);
        order.is_v4 = false;
        return Some(end);
    }
    if let Some((callback, end)) = read_body::<ESCAPED>(text, index, order) {
        *into = FastCallback::Plain(callback);
        order.is_v4 = false;
        return Some(end);
    }
    if order.is_v4 {
        return None;
    }
    let end = read_v4_body::<ESCAPED>(text, index, into.as_v4())?;
    order.is_v4 = true;
    Some(end)
}

/// The end of a body that is an object, of which nothing else is asked.
pub(super) fn object_end<const ESCAPED: bool>(text: &str, index: usize) -> Option<usize> {
    object::<ESCAPED>(text, index, &mut KeyOrder::of_one(), &mut FastCallback::default())
}

/// True for a value that could be a URL with parameters, which the full path looks for under any name.
pub(super) fn may_be_url(value: &str) -> bool {
    value.starts_with('"') && memchr::memchr(b'?', value.as_bytes()).is_some()
}

/// The end of a string, a plain number, or a literal.
pub(super) fn scalar(text: &str, index: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    match bytes.get(index)? {
        b'"' => Some(string(text, index)?.1),
        b'0'..=b'9' => Some(number(text, index)?.1),
        _ => {
            let literal = ["true", "false", "null"].into_iter();
            literal
                .filter(|word| bytes[index..].starts_with(word.as_bytes()))
                .map(|word| index + word.len())
                .next()
        }
    }
}

/// The end of a time of capture that is certainly valid, and whether it names no zone: a text, or Unix time in a unit that
/// times of capture have.
pub(super) fn time(text: &str, index: usize) -> Option<(bool, usize)> {
    if text.as_bytes().get(index) != Some(&b'"') {
        return number(text, index).filter(|(whole, _)| is_unix_time(*whole)).map(|(_, end)| (false, end));
    }
    let (content, end) = string(text, index)?;
    match clock(content.as_bytes()) {
        Some(clock) => (clock.length == content.len()).then_some((clock.is_local, end)),
        None => {
            let (whole, length) = number(content, 0)?;
            (length == content.len() && is_unix_time(whole)).then_some((false, end))
        }
    }
}
