//! The query of a URL with the vendor's five parameters, each once.

use std::borrow::Cow;

use super::bytes::{integer, value_end};
use crate::decode::plain::PlainUrl;
use crate::decode::url::{decoded, parse_sdkappid};

/// The parameters in the order in which the vendor writes them.
const NAMES: [&str; 5] = ["sdkappid=", "command=", "contenttype=", "clientip=", "optplatform="];
/// Which of them is the client's address, the only one whose value has to be decoded in practice.
const CLIENT_IP: usize = 3;

/// The query of a request target.
pub(super) fn query(target: &str) -> Option<&str> {
    let start = memchr::memchr(b'?', target.as_bytes())? + 1;
    target.get(start..)
}

/// Reads a query that has the vendor's parameters and no others, none of them empty, in any order.
pub(super) fn read_query(query: &str) -> Option<PlainUrl<'_>> {
    if let Some((url, end)) = read_usual_query(query, 0)
        && end == query.len()
    {
        return Some(url);
    }
    let bytes = query.as_bytes();
    let mut values = [""; NAMES.len()];
    let mut index = 0;
    for _ in NAMES {
        let rest = query.get(index..)?;
        let number = NAMES.iter().position(|name| rest.starts_with(name))?;
        let start = index + NAMES[number].len();
        let mut end = value_end(bytes, start);
        if number == CLIENT_IP {
            end = start + memchr::memchr2(b'&', b'#', &bytes[start..]).unwrap_or(bytes.len() - start);
        }
        if bytes.get(end).is_some_and(|byte| *byte != b'&') {
            return None;
        }
        let value = query.get(start..end)?;
        if value.is_empty() || !values[number].is_empty() {
            return None;
        }
        values[number] = value;
        index = end + 1;
    }
    // After the last value comes nothing, not even an empty parameter.
    if index != bytes.len() + 1 {
        return None;
    }
    let [sdkappid, command, content_type, client_ip, platform] = values;
    let client_ip = decoded(Cow::Borrowed(client_ip));
    Some(PlainUrl { sdkappid: parse_sdkappid(sdkappid), command, content_type, client_ip, platform })
}

/// Reads a query exactly as the vendor writes it, from `start` on; gives it and where it ends.
pub(super) fn read_usual_query(text: &str, start: usize) -> Option<(PlainUrl<'_>, usize)> {
    let bytes = text.as_bytes();
    let (sdkappid, end) = integer(bytes, literal(bytes, start, b"sdkappid=")?)?;
    let (command, end) = word(text, literal(bytes, end, b"&command=")?)?;
    let (client_ip, end) = word(text, literal(bytes, end, b"&contenttype=json&clientip=")?)?;
    let (platform, end) = word(text, literal(bytes, end, b"&optplatform=")?)?;
    let url = PlainUrl {
        sdkappid: Some(u32::try_from(sdkappid).ok()?),
        command,
        content_type: "json",
        client_ip: Cow::Borrowed(client_ip),
        platform,
    };
    Some((url, end))
}

/// The index after expected bytes.
#[inline(always)]
fn literal<const N: usize>(bytes: &[u8], index: usize, expected: &[u8; N]) -> Option<usize> {
    (bytes.get(index..)?.first_chunk::<N>()? == expected).then_some(index + N)
}

/// A value of letters, digits, `_` and `.`, which is not empty, and where it ends.
#[inline]
fn word(text: &str, start: usize) -> Option<(&str, usize)> {
    let bytes = text.as_bytes();
    let mut end = start;
    while bytes.get(end).is_some_and(|byte| IS_WORD[usize::from(*byte)]) {
        end += 1;
    }
    // What follows is for the caller to judge.
    if end == start { None } else { Some((text.get(start..end)?, end)) }
}

/// The bytes of words.
static IS_WORD: [bool; 256] = {
    let mut is_word = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        is_word[byte] = (byte as u8).is_ascii_alphanumeric() || byte as u8 == b'_' || byte as u8 == b'.';
        byte += 1;
    }
    is_word
};
