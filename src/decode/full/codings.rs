//! Texts that were encoded: base64, forms, arrays of bytes, and MongoDB's extended JSON.

use std::borrow::Cow;
use std::io::Read as _;

use base64::Engine as _;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};

use super::object::Members;
use crate::decode::url::decoded;
use crate::decode::wrappers::{BASE64_SIGNS, BODY_NAMES, Role, role};

/// Base64 with or without padding.
pub(super) const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// True if a name, or a member next to it, says that a body is base64.
pub(super) fn is_base64(name: &str, siblings: &Members<'_>) -> bool {
    let says_so =
        |(sign, value): &(&str, &str)| siblings.get(sign).is_some_and(|member| member.value.text == *value);
    name == "body_base64" || (BODY_NAMES.contains(&name) && BASE64_SIGNS.iter().any(says_so))
}

/// The bytes of a text that is base64 from its first character to its last.
pub(super) fn from_base64(text: &str) -> Option<Vec<u8>> {
    let is_digit =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_' | b'=');
    if text.len() < 8 || !text.bytes().all(is_digit) {
        return None;
    }
    let standard = text.replace('-', "+").replace('_', "/");
    BASE64.decode(standard).ok()
}

pub(super) fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x1f\x8b")
}

/// What gzip data holds, as far as it is sound, at most `most` bytes of it.
pub(super) fn inflated(bytes: &[u8], most: usize) -> Vec<u8> {
    let mut content = Vec::new();
    // What comes before damage is of use.
    drop(flate2::read::MultiGzDecoder::new(bytes).take(most as u64).read_to_end(&mut content));
    content
}

/// The JSON values of a form, decoded, with their names; a form parser's JSON without a name too.
pub(super) fn form(text: &str) -> Vec<(String, String)> {
    if text.contains(char::is_whitespace) || !text.contains(['=', '%']) {
        return Vec::new();
    }
    let pairs = text.split('&').map(|pair| pair.split_once('=').unwrap_or(("", pair)));
    let decoded = pairs.map(|(name, value)| (name.to_owned(), decoded(Cow::Borrowed(value)).into_owned()));
    decoded.filter(|(name, value)| value.starts_with(['{', '[']) && role(name) != Role::Never).collect()
}

/// The bytes of an array that is nothing but bytes.
pub(super) fn byte_array(text: &str) -> Option<Vec<u8>> {
    let inside = text.strip_prefix('[')?.strip_suffix(']')?;
    let is_plain = |byte: u8| byte.is_ascii_digit() || matches!(byte, b',' | b' ' | b'\n' | b'\r' | b'\t');
    (inside.len() > 2 && inside.bytes().all(is_plain)).then(|| serde_json::from_str(text).ok())?
}

/// The bytes of `{"type":"Buffer","data":[…]}`, as Node writes them.
pub(super) fn buffer(members: &Members<'_>) -> Option<Vec<u8>> {
    let kind = members.get("type")?.value.text;
    (kind == "\"Buffer\"").then(|| byte_array(members.get("data")?.value.text))?
}

/// A text with MongoDB's extended JSON, such as `{"$numberLong":"1"}`, replaced by plain values; `None` without any.
pub(super) fn plain_json(text: &str) -> Option<String> {
    if !text.contains("\"$number") && !text.contains("\"$date\"") && !text.contains("\"$oid\"") {
        return None;
    }
    let value: serde_json::Value = serde_json::from_str(text).ok()?;
    Some(plain_value(value).to_string())
}

fn plain_value(value: serde_json::Value) -> serde_json::Value {
    use serde_json::Value;
    match value {
        Value::Array(elements) => Value::Array(elements.into_iter().map(plain_value).collect()),
        Value::Object(members) if members.len() == 1 => {
            let plain = members.iter().next().and_then(|(name, value)| match (name.as_str(), value) {
                (
                    "$numberInt" | "$numberLong" | "$numberDouble" | "$numberDecimal",
                    Value::String(digits),
                ) => serde_json::from_str(digits).ok(),
                ("$date" | "$oid", value) => Some(plain_value(value.clone())),
                _ => None,
            });
            plain.unwrap_or(Value::Object(members))
        }
        Value::Object(members) => {
            Value::Object(members.into_iter().map(|(name, value)| (name, plain_value(value))).collect())
        }
        other => other,
    }
}
