//! The query of a URL with the vendor's five parameters, each once.

use std::borrow::Cow;

use super::bytes::{integer, value_end};
use crate::decode::plain::PlainUrl;
use crate::decode::url::{decoded, parse_sdkappid};
use crate::spec::{PARAMETERS, Parameter};

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
    let mut values = [""; PARAMETERS.len()];
    let mut index = 0;
    for _ in values {
        let start = index + memchr::memchr(b'=', bytes.get(index..)?)? + 1;
        let parameter = Parameter::named(query.get(index..start - 1)?)?;
        let mut end = value_end(bytes, start);
        // The address is the only one whose value has to be decoded in practice.
        if parameter == Parameter::ClientIp {
            end = start + memchr::memchr2(b'&', b'#', &bytes[start..]).unwrap_or(bytes.len() - start);
        }
        if bytes.get(end).is_some_and(|byte| *byte != b'&') {
            return None;
        }
        let (value, known) = (query.get(start..end)?, &mut values[parameter as usize]);
        if value.is_empty() || !known.is_empty() {
            return None;
        }
        *known = value;
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

/// Reads the parameters between these texts.
macro_rules! between {
    ($text:ident, $start:ident, $sdkappid:literal, $command:literal, $client_ip:literal, $platform:literal) => {{
        let bytes = $text.as_bytes();
        let (sdkappid, end) = integer(bytes, literal(bytes, $start, $sdkappid)?)?;
        let (command, end) = word($text, literal(bytes, end, $command)?)?;
        let (client_ip, end) = word($text, literal(bytes, end, $client_ip)?)?;
        let (platform, end) = word($text, literal(bytes, end, $platform)?)?;
        let url = PlainUrl {
            sdkappid: Some(u32::try_from(sdkappid).ok()?),
            command,
            content_type: "json",
            client_ip: Cow::Borrowed(client_ip),
            platform,
        };
        Some((url, end))
    }};
}

/// Reads a query exactly as the vendor writes it, from `start` on; gives it and where it ends.
pub(super) fn read_usual_query(text: &str, start: usize) -> Option<(PlainUrl<'_>, usize)> {
    if text.as_bytes().get(start) == Some(&b's') {
        return between!(
            text,
            start,
            b"sdkappid=",
            b"&command=",
            b"&contenttype=json&clientip=",
            b"&optplatform="
        );
    }
    // Of v4.
    between!(
        text,
        start,
        b"SdkAppid=",
        b"&CallbackCommand=",
        b"&contenttype=json&ClientIP=",
        b"&OptPlatform="
    )
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

#[cfg(test)]
mod tests {
    use super::read_usual_query;
    use crate::spec::{PARAMETERS, V4_PARAMETERS, Word};

    #[test]
    fn the_vendors_names_are_read_at_once() {
        for names in [V4_PARAMETERS, std::array::from_fn(|index| PARAMETERS[index].as_str())] {
            let [sdkappid, command, content_type, client_ip, platform] = names;
            let query =
                format!("{sdkappid}=14&{command}=c&{content_type}=json&{client_ip}=192.0.2.1&{platform}=iOS");
            let read = read_usual_query(&query, 0).map(|(url, end)| (url.command, url.platform, end));
            assert_eq!(read, Some(("c", "iOS", query.len())), "{query}");
        }
    }
}
