//! JSON objects within a line of text.
//!
//! Comes in: a line that a program wrote. Goes out: each JSON object in it, as it stands, or with one level of quoting taken
//! away. Must not: look into what a client sent of itself: the quoted fields of an access log, or what follows a name such
//! as `user_agent=`.

use serde::de::IgnoredAny;

use crate::decode::text_map::TextMap;
use crate::decode::wrappers::follows_foreign_name;
use crate::framing::Span;

/// A JSON object in a text.
pub(in crate::decode) struct JsonInText {
    /// Where it stands, with its quoting.
    pub(in crate::decode) span: Span,
    /// Its text, if it is quoted.
    pub(super) escaped: Option<EscapedJson>,
}

/// A JSON object that was quoted in a text.
pub(super) struct EscapedJson {
    pub(super) text: String,
    pub(super) map: TextMap,
}

/// Times the length of a text that may be read in search of an object that is whole.
const MOST_WORK: usize = 8;

/// Gives every object with a member in `text` to `visit`, in order.
pub(in crate::decode) fn each_json(text: &str, mut visit: impl FnMut(JsonInText)) {
    let bytes = text.as_bytes();
    let foreign = foreign_fields(text);
    let mut work = text.len().saturating_mul(MOST_WORK);
    let (mut from, mut is_within_damage) = (0, false);
    while let Some(at) = memchr::memchr(b'{', &bytes[from..]).map(|at| from + at) {
        from = at + 1;
        if let Some(field) = foreign.iter().find(|field| field.contains(&at)) {
            from = field.end;
            continue;
        }
        let found = match begin(&bytes[at + 1..]) {
            Begin::Member => {
                let end = object(text, at, &mut work);
                is_within_damage |= end.is_none();
                // An object inside a damaged one is part of it, unless another record is glued to it.
                let end = end.filter(|end| !is_within_damage || text[*end..].trim_ascii().is_empty());
                end.map(|end| JsonInText { span: at..end, escaped: None })
            }
            Begin::Backslash => quoted(text, at),
            Begin::Hex => hex_quoted(text, at),
            Begin::Other => None,
        };
        if work == 0 {
            return;
        }
        let Some(found) = found else { continue };
        from = found.span.end.max(from);
        if !follows_foreign_name(&text[..at]) {
            visit(found);
        }
    }
}

/// What follows an opening brace.
enum Begin {
    /// A key.
    Member,
    /// A key whose quotes have a backslash.
    Backslash,
    /// A key whose quotes are written `\x22`.
    Hex,
    Other,
}

fn begin(rest: &[u8]) -> Begin {
    let rest = rest.trim_ascii_start();
    match rest {
        [b'"', ..] => Begin::Member,
        [b'\\', b'"', ..] => Begin::Backslash,
        [b'\\', b'x', b'2', b'2', ..] => Begin::Hex,
        _ => Begin::Other,
    }
}

/// The end of the object that begins at a byte.
fn object(text: &str, at: usize, work: &mut usize) -> Option<usize> {
    let rest = &text[at..];
    let mut values = serde_json::Deserializer::from_str(rest).into_iter::<IgnoredAny>();
    match values.next()? {
        Ok(_) => Some(at + values.byte_offset()),
        Err(error) => {
            let read = if error.is_eof() { rest.len() } else { error.column().min(rest.len()) };
            *work = work.saturating_sub(read);
            None
        }
    }
}

/// An object in a quoted text after `=`, as in `body="{\"a\":1}"`.
fn quoted(text: &str, at: usize) -> Option<JsonInText> {
    let before = text[..at].strip_suffix('"')?;
    before.strip_suffix('=')?;
    let bytes = text.as_bytes();
    let mut end = at;
    loop {
        match bytes.get(end)? {
            b'\\' => end += 2,
            b'"' => break,
            _ => end += 1,
        }
    }
    let unquoted: String = serde_json::from_str(text.get(at - 1..=end)?).ok()?;
    serde_json::from_str::<IgnoredAny>(&unquoted).ok()?;
    let map = TextMap::escaped(at);
    Some(JsonInText { span: at..end, escaped: Some(EscapedJson { text: unquoted, map }) })
}

/// An object whose quotes are written `\x22`, as nginx does.
fn hex_quoted(text: &str, at: usize) -> Option<JsonInText> {
    let rest = &text[at..];
    let length = rest.find(['"', '\n']).unwrap_or(rest.len());
    let unquoted = without_hex_escapes(rest[..length].trim_ascii_end())?;
    let mut values = serde_json::Deserializer::from_str(&unquoted).into_iter::<IgnoredAny>();
    values.next()?.ok()?;
    let object = unquoted[..values.byte_offset()].to_owned();
    let span = at..at + length;
    Some(JsonInText {
        span: span.clone(),
        escaped: Some(EscapedJson { text: object, map: TextMap::Opaque(span) }),
    })
}

/// A text with every `\xHH` replaced by the byte that it stands for; none without any, or if that is not UTF-8.
pub(super) fn without_hex_escapes(text: &str) -> Option<String> {
    if !text.contains("\\x") {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        match hex_escape(rest) {
            Some(byte) => {
                bytes.push(byte);
                rest = &rest[4..];
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).ok()
}

/// A JSON text whose strings have `\xHH` escapes, made sound: each becomes the character that it stands for, escaped
/// where JSON wants that.
pub(super) fn with_sound_escapes(text: &str) -> Option<String> {
    if !text.contains("\\x") {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        match (hex_escape(rest), rest) {
            (Some(byte), _) => {
                match byte {
                    b'"' | b'\\' => bytes.extend([b'\\', byte]),
                    ..0x20 => bytes.extend(format!("\\u{byte:04x}").bytes()),
                    _ => bytes.push(byte),
                }
                rest = &rest[4..];
            }
            // An escape that JSON knows.
            (None, [b'\\', second, ..]) => {
                bytes.extend([b'\\', *second]);
                rest = &rest[2..];
            }
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).ok()
}

fn hex_escape(text: &[u8]) -> Option<u8> {
    let digits = text.get(..4)?.strip_prefix(b"\\x")?;
    u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

/// The quoted fields of an access log's line that a client chooses: request, referer, user agent.
fn foreign_fields(text: &str) -> Vec<Span> {
    let mut fields = quoted_fields(text);
    let is_request = |field: &Span| {
        let after = text[field.end..].trim_start_matches('"').trim_start();
        crate::framing::request_line_like(text[field.clone()].as_bytes())
            && after.bytes().take_while(u8::is_ascii_digit).count() == 3
    };
    let is_foreign = match fields.iter().position(is_request) {
        Some(0) => {
            fields.truncate(3);
            return fields;
        }
        // A quote before it is part of the request itself, so that its end is not known.
        Some(_) => true,
        // Quotes in the request itself hide where its fields end.
        None => has_request(text),
    };
    is_foreign.then_some(0..text.len()).into_iter().collect()
}

/// True for a line with the end of a quoted request line, and a status after it.
fn has_request(text: &str) -> bool {
    let ends = memchr::memmem::find_iter(text.as_bytes(), b" HTTP/").map(|at| &text.as_bytes()[at + 6..]);
    ends.into_iter().any(|rest| {
        let version = rest.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'.').count();
        matches!(rest[version..], [b'"', b' ', a, b, c, b' ', ..] if [a, b, c].iter().all(u8::is_ascii_digit))
    })
}

/// The contents of the quoted parts of a text.
fn quoted_fields(text: &str) -> Vec<Span> {
    /// More than an access log has.
    const MOST: usize = 32;
    let bytes = text.as_bytes();
    let mut fields = Vec::new();
    let mut from = 0;
    while fields.len() < MOST
        && let Some(open) = memchr::memchr(b'"', &bytes[from..]).map(|at| from + at + 1)
    {
        let mut end = open;
        while end < bytes.len() && bytes[end] != b'"' {
            end += if bytes[end] == b'\\' { 2 } else { 1 };
        }
        let end = end.min(bytes.len());
        if !text.is_char_boundary(end) {
            break;
        }
        fields.push(open..end);
        from = (end + 1).min(bytes.len());
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let mut all = Vec::new();
        each_json(text, |json| {
            all.push(json.escaped.map_or_else(|| text[json.span].to_owned(), |escaped| escaped.text));
        });
        all
    }

    #[test]
    fn objects_in_text() {
        for (text, expected) in [
            (r#"x {"a":1} y {"b":{"c":2}} {} { z"#, &[r#"{"a":1}"#, r#"{"b":{"c":2}}"#][..]),
            (r#"level=info body="{\"a\":\"b\"}" took=3ms"#, &[r#"{"a":"b"}"#]),
            (r#"1.2.3.4 "POST / HTTP/1.1" 200 5 "-" "ua" "{\x22a\x22:\x22\xC3\xA9\x22}""#, &[r#"{"a":"é"}"#]),
            (r#"ERROR: {"a":1} {{{"b":2}"#, &[r#"{"a":1}"#, r#"{"b":2}"#]),
            (r#"{"torn":"x{"a":1}"#, &[r#"{"a":1}"#]),
            (r#"{"torn":{"a":1},"#, &[]),
            (r#"{"torn",{"a":1}}"#, &[]),
        ] {
            assert_eq!(found(text), expected, "{text}");
        }
    }

    #[test]
    fn what_a_client_says_of_itself_is_passed_over() {
        for text in [
            r#"1.2.3.4 - - [t] "GET / HTTP/1.1" 404 2 "-" "{\"a\":1}""#,
            r#"1.2.3.4 - - [t] "GET /{"a":1} HTTP/1.1" 404 2 "{"a":1}" "x""#,
            r#"user_agent={"a":1} referer="{\"a\":1}""#,
            r#"error: {"a":1}"#,
            r#"msg="{\"a\":1" other=2"#,
        ] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn work_is_bounded() {
        let deep = r#"{"a":"#.repeat(200_000);
        assert_eq!(found(&deep), [""; 0]);
    }
}
