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

/// A body, as a string or as an object.
pub(super) fn body<'a>(
    text: &'a str,
    index: usize,
    order: &mut KeyOrder,
) -> Option<(FastCallback<'a>, usize)> {
    let bytes = text.as_bytes();
    if bytes.get(index) != Some(&b'"') {
        return object::<false>(text, index, order);
    }
    let (callback, end) = object::<true>(text, index + 1, order)?;
    Some((callback, after(bytes, end, b'"')?))
}

/// A body that is an object; `ESCAPED` where it is the content of a string.
#[inline]
pub(super) fn object<'a, const ESCAPED: bool>(
    text: &'a str,
    index: usize,
    order: &mut KeyOrder,
) -> Option<(FastCallback<'a>, usize)> {
    if order.is_v4
        && let Some((v4, end)) =
            read_v4_in_vendor_order::<ESCAPED>(text, index).or_else(|| read_v4_body::<ESCAPED>(text, index))
    {
        return Some((FastCallback::V4(v4), end));
    }
    let plain =
        read_in_vendor_order::<ESCAPED>(text, index).or_else(|| read_body::<ESCAPED>(text, index, order));
    match plain {
        Some((callback, end)) => {
            order.is_v4 = false;
            Some((FastCallback::Plain(callback), end))
        }
        None if order.is_v4 => None,
        None => {
            let (v4, end) = read_v4_body::<ESCAPED>(text, index)?;
            order.is_v4 = true;
            Some((FastCallback::V4(v4), end))
        }
    }
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
