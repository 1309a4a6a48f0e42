//! Queries as they are sent: byte for byte as captured, except for the parameters that are set.

use percent_encoding::percent_decode;

use crate::decode::encode_parameter;
use crate::spec::Parameter;

/// Sets a parameter: the first of that name gets the value and keeps its spelling, further ones go. If the
/// query lacks it, it is added at the end. Nothing else is touched.
pub(in crate::live) fn set_parameter(query: &mut Vec<u8>, name: &str, value: &str) {
    let value = encode_parameter(value);
    let mut found = false;
    let mut pairs: Vec<Vec<u8>> = Vec::new();
    for pair in query.split(|byte| *byte == b'&') {
        let given = pair.split(|byte| *byte == b'=').next().unwrap_or_default();
        if !is_named(given, name) {
            pairs.push(pair.to_vec());
        } else if !found {
            found = true;
            pairs.push([given, b"=", value.as_bytes()].concat());
        }
    }
    if !found {
        pairs.retain(|pair| !pair.is_empty() || query.contains(&b'&'));
        pairs.push([encode_parameter(name).as_bytes(), b"=", value.as_bytes()].concat());
    }
    *query = pairs.join(&b'&');
}

/// Removes the parameters with such names, which are decoded; returns how many. Nothing else is touched.
pub(in crate::live) fn remove_parameters(query: &mut Vec<u8>, is_such: impl Fn(&[u8]) -> bool) -> u64 {
    let is_removed = |pair: &&[u8]| {
        let name = pair.split(|byte| *byte == b'=').next().unwrap_or_default();
        is_such(&percent_decode(name).collect::<Vec<u8>>())
    };
    let pairs: Vec<&[u8]> = query.split(|byte| *byte == b'&').collect();
    let kept: Vec<&[u8]> = pairs.iter().copied().filter(|pair| !is_removed(pair)).collect();
    let removed = pairs.len() - kept.len();
    if removed > 0 {
        *query = kept.join(&b'&');
    }
    removed as u64
}

/// True for the name of that parameter, in any case; `command` has two names.
fn is_named(given: &[u8], name: &str) -> bool {
    let given = percent_decode(given).decode_utf8_lossy();
    let known = Parameter::named(name);
    given.eq_ignore_ascii_case(name) || (known.is_some() && known == Parameter::named(&given))
}

/// The query as it can stand in a request line, and whether bytes that cannot stand there had to be encoded.
pub(in crate::live) fn sendable(query: &[u8]) -> (String, bool) {
    let is_text = std::str::from_utf8(query).is_ok();
    let stands = |byte: u8| match byte {
        b'"' | b'#' | b'<' | b'>' => false,
        0x80.. => is_text,
        _ => byte.is_ascii_graphic(),
    };
    if query.iter().all(|byte| stands(*byte)) {
        return (String::from_utf8_lossy(query).into_owned(), false);
    }
    let mut out = Vec::with_capacity(query.len() + 8);
    for byte in query {
        if stands(*byte) {
            out.push(*byte);
        } else {
            out.extend_from_slice(format!("%{byte:02X}").as_bytes());
        }
    }
    (String::from_utf8_lossy(&out).into_owned(), true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(query: &str, name: &str, value: &str) -> String {
        let mut query = query.as_bytes().to_vec();
        set_parameter(&mut query, name, value);
        String::from_utf8_lossy(&query).into_owned()
    }

    #[test]
    fn parameters_are_set_and_all_else_stays() {
        assert_eq!(set("a=%20&SdkAppid=1&&b", "sdkappid", "2"), "a=%20&SdkAppid=2&&b");
        assert_eq!(set("CallbackCommand=x&command=y", "command", "z"), "CallbackCommand=z");
        assert_eq!(set("a=1", "Sign", "f f&"), "a=1&Sign=f%20f%26");
        assert_eq!(set("a=1&", "b", "2"), "a=1&&b=2");
        assert_eq!(set("", "b", "2"), "b=2");
        assert_eq!(set("sdkapp%69d=1", "sdkappid", "2"), "sdkapp%69d=2");
    }

    #[test]
    fn parameters_are_removed_and_all_else_stays() {
        let removed = |query: &str| {
            let mut query = query.as_bytes().to_vec();
            let count = remove_parameters(&mut query, |name| name == b"key");
            (String::from_utf8_lossy(&query).into_owned(), count)
        };
        assert_eq!(removed("a=%20&key=1&&b&k%65y=2"), ("a=%20&&b".to_owned(), 2));
        assert_eq!(removed("key"), (String::new(), 1));
        assert_eq!(removed("keys=1&a=key"), ("keys=1&a=key".to_owned(), 0));
    }

    #[test]
    fn what_cannot_stand_in_a_request_line_is_encoded() {
        assert_eq!(sendable(b"a={%7B}&b=\xc3\xa9"), ("a={%7B}&b=\u{e9}".to_owned(), false));
        assert_eq!(
            sendable(b"a=\"<>#\x01 &b=\xff\xc3\xa9"),
            ("a=%22%3C%3E%23%01%20&b=%FF%C3%A9".to_owned(), true)
        );
    }
}
