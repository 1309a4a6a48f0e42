//! JSON texts as members and elements with their places. serde_json reads them; values stay as they are
//! written, so that every digit is kept and a value that is not needed is never built.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserializer as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Deserializer;
use serde_json::value::RawValue;

use super::fault::{Damage, DamageKind};
use crate::decode::json_type::JsonType;
use crate::framing::Span;

/// A value as it is written, and its place in the text it was taken from.
#[derive(Clone, Copy, Debug)]
pub(in crate::decode) struct Value<'a> {
    pub text: &'a str,
    pub at: usize,
}

impl<'a> Value<'a> {
    pub(in crate::decode) fn span(&self) -> Span {
        self.at..self.at + self.text.len()
    }

    pub(in crate::decode) fn json_type(&self) -> JsonType {
        JsonType::of(self.text)
    }

    /// The content of a string, unescaped; none for any other type.
    pub(in crate::decode) fn string(&self) -> Option<Cow<'a, str>> {
        let inner = self.text.strip_prefix('"')?.strip_suffix('"')?;
        if memchr::memchr(b'\\', inner.as_bytes()).is_none() {
            return Some(Cow::Borrowed(inner));
        }
        serde_json::from_str(self.text).ok().map(Cow::Owned)
    }
}

/// A member of an object.
#[derive(Clone, Debug)]
pub(in crate::decode) struct Member<'a> {
    pub key: Cow<'a, str>,
    pub value: Value<'a>,
}

impl Member<'_> {
    pub(in crate::decode) fn span(&self) -> Span {
        self.value.span()
    }
}

/// Deepest nesting of a body; the outermost object counts as one.
pub(in crate::decode) const MAX_DEPTH: usize = 128;

/// Judges the object that `text` is, whose members `read` reads.
///
/// # Errors
/// [`Damage`] if it is not a valid JSON object, or nested deeper than `max_depth`.
pub(in crate::decode) fn check<T>(
    text: &str,
    max_depth: usize,
    read: Result<T, Damage>,
) -> Result<T, Damage> {
    if let Err(too_deep) = check_depth(text, max_depth)
        && read.as_ref().err().is_none_or(|damage| damage.span.start >= too_deep.span.start)
    {
        return Err(too_deep);
    }
    let reach = read.as_ref().err().map_or(text.len(), |damage| damage.span.start);
    match lone_surrogate(text).filter(|span| span.start <= reach) {
        Some(span) => Err(Damage { kind: DamageKind::LoneSurrogate, span }),
        None => read,
    }
}

/// Judges the nesting of a text.
///
/// # Errors
/// [`Damage`] at the bracket that opens level `max_depth + 1`.
pub(in crate::decode) fn check_depth(text: &str, max_depth: usize) -> Result<(), Damage> {
    let too_deep = |at| Err(Damage { kind: DamageKind::TooDeep, span: at..at + 1 });
    deeper_than(text, max_depth).map_or(Ok(()), too_deep)
}

/// Gives the members of the object that `text` is to `take`, in order.
///
/// # Errors
/// [`Damage`] if it is not a valid JSON object.
pub(in crate::decode) fn each_member<'a>(
    text: &'a str,
    mut take: impl FnMut(Member<'a>),
) -> Result<(), Damage> {
    each_pair(text, |key, value| take(Member { key: key.string().unwrap_or_default(), value }))
}

/// The same with the keys as they are written.
pub(super) fn each_pair<'a>(text: &'a str, mut take: impl FnMut(Value<'a>, Value<'a>)) -> Result<(), Damage> {
    if !text.trim_ascii_start().starts_with('{') {
        return Err(not_an_object(text));
    }
    let mut reader = Deserializer::from_str(text);
    let mut key = None;
    let visitor = ListParts(|part| match key.take() {
        None => key = Some(place(text, part)),
        Some(key) => take(key, place(text, part)),
    });
    reader.deserialize_map(visitor).and_then(|()| reader.end()).map_err(|error| syntax(text, &error))
}

/// The value that begins at a byte of a text, after white space.
pub(in crate::decode) fn value_at(text: &str, at: usize) -> Option<Value<'_>> {
    let mut values = Deserializer::from_str(text.get(at..)?).into_iter();
    Some(place(text, values.next()?.ok()?))
}

/// Gives the elements of the array that `text` is to `take`, with their numbers; of one that is not valid, those before
/// the damage.
pub(in crate::decode) fn each_element<'a>(text: &'a str, mut take: impl FnMut(usize, Value<'a>)) {
    let mut numbers = 0..;
    let visitor = ListParts(|part| take(numbers.next().unwrap_or_default(), place(text, part)));
    // Code that has a value has read the whole text that it is in, so arrays are valid.
    drop(Deserializer::from_str(text).deserialize_seq(visitor));
}

fn not_an_object(text: &str) -> Damage {
    let mut reader = Deserializer::from_str(text);
    let read = reader.deserialize_ignored_any(IgnoredAny).and_then(|_| reader.end());
    match read {
        Err(error) => syntax(text, &error),
        Ok(()) => {
            let start = text.len() - text.trim_ascii_start().len();
            let value = text.trim_ascii();
            let kind = DamageKind::NotObject(JsonType::of(value));
            Damage { kind, span: start..start + value.len() }
        }
    }
}

/// serde_json's error, with its line and column as a place and its message in this tool's style.
fn syntax(text: &str, error: &serde_json::Error) -> Damage {
    let line_start: usize =
        text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    let mut at = (line_start + error.column().saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let sentence = error.to_string();
    at = culprit(text, at, &sentence);
    let end = text[at..].chars().next().map_or(at, |first| at + first.len_utf8());
    let sentence = sentence.split(" at line ").next().unwrap_or_default();
    let kind = match sentence.strip_prefix("EOF while parsing ") {
        _ if text.trim_ascii().is_empty() => "a JSON object, found nothing".to_owned(),
        Some("a value") => "a value, found the end".to_owned(),
        Some("a string") => "the closing `\"`, found the end".to_owned(),
        Some("an object") => "`,` or `}`, found the end".to_owned(),
        Some("a list") => "`,` or `]`, found the end".to_owned(),
        Some(other) => format!("the rest of {other}, found the end"),
        None => expected(sentence),
    };
    Damage { kind: DamageKind::Syntax(kind), span: at..end }
}

/// Where the fault really is, if serde_json points next to it: a control character, the beginning of an escape.
fn culprit(text: &str, at: usize, sentence: &str) -> usize {
    let bytes = text.as_bytes();
    if sentence.starts_with("control character") {
        return at + bytes[at..].iter().position(|byte| *byte < b' ').unwrap_or(0);
    }
    if sentence.starts_with("invalid escape") {
        return memchr::memrchr(b'\\', &bytes[..at]).unwrap_or(at);
    }
    at
}

/// What serde_json expected, for the messages that say what was wrong instead.
fn expected(sentence: &str) -> String {
    const WORDING: [(&str, &str); 12] = [
        ("expected ident", "`true`, `false` or `null`"),
        ("expected value", "a value"),
        ("invalid type", "an object"),
        ("key must be a string", "a key in double quotes"),
        ("trailing comma", "another member or element after the `,`"),
        ("trailing characters", "nothing more after the value"),
        ("invalid number", "a number"),
        ("number out of range", "a number in range"),
        ("invalid escape", "a JSON escape such as `\\n` or `\\u00e9`"),
        ("invalid unicode code point", "a Unicode code point"),
        ("control character", "no bare control character in a string"),
        ("lone leading surrogate", "the second half of the surrogate pair"),
    ];
    match WORDING.iter().find(|(theirs, _)| sentence.starts_with(theirs)) {
        Some((_, ours)) => (*ours).to_owned(),
        None => sentence.strip_prefix("expected ").unwrap_or(sentence).to_owned(),
    }
}

/// Place of the bracket that opens level `max_depth + 1`.
fn deeper_than(text: &str, max_depth: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    memchr::memchr2_iter(b'{', b'[', bytes).nth(max_depth)?;
    let mut depth = 0_usize;
    let mut in_string = false;
    let mut index = 0;
    while let Some(byte) = bytes.get(index) {
        match byte {
            b'\\' if in_string => index += 1,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'{' | b'[' => {
                depth += 1;
                if depth > max_depth {
                    return Some(index);
                }
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        index += 1;
    }
    None
}

/// Place of the first `\u` escape that is half of a surrogate pair, in valid JSON.
fn lone_surrogate(text: &str) -> Option<Span> {
    let bytes = text.as_bytes();
    let unit = |at: usize| {
        let digits = bytes.get(at..at + 6)?.strip_prefix(b"\\u")?;
        u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    };
    let mut from = 0;
    while let Some(found) = memchr::memchr(b'\\', &bytes[from..]) {
        let at = from + found;
        from = match unit(at) {
            Some(0xd800..=0xdbff) if matches!(unit(at + 6), Some(0xdc00..=0xdfff)) => at + 12,
            Some(0xd800..=0xdfff) => return Some(at..at + 6),
            Some(_) => at + 6,
            None => (at + 2).min(bytes.len()),
        };
    }
    None
}

/// Gives the keys and values of an object, in turn, or the elements of an array.
struct ListParts<F>(F);

impl<'a, F: FnMut(&'a RawValue)> Visitor<'a> for ListParts<F> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object or an array")
    }

    fn visit_map<A: MapAccess<'a>>(mut self, mut map: A) -> Result<Self::Value, A::Error> {
        while let Some(key) = map.next_key()? {
            (self.0)(key);
            (self.0)(map.next_value()?);
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'a>>(mut self, mut seq: A) -> Result<Self::Value, A::Error> {
        while let Some(element) = seq.next_element()? {
            (self.0)(element);
        }
        Ok(())
    }
}

/// A raw value borrows from the text that it was read from, so its place is the distance of the two.
fn place<'a>(text: &str, value: &'a RawValue) -> Value<'a> {
    let value = value.get();
    Value { text: value, at: value.as_ptr() as usize - text.as_ptr() as usize }
}

/// The JSON value that a text is, from its first character to its last.
pub(super) fn whole(text: &str) -> Option<Value<'_>> {
    let trimmed = text.trim_ascii();
    let at = text.len() - text.trim_ascii_start().len();
    let begins = trimmed.starts_with(['{', '[', '"']);
    let is_sound = begins && serde_json::from_str::<serde::de::IgnoredAny>(trimmed).is_ok();
    is_sound.then_some(Value { text: trimmed, at })
}

/// The JSON values that a text is, one after another, with white space between them; empty if it is anything else.
pub(super) fn all_values(text: &str) -> Vec<Value<'_>> {
    if !text.trim_ascii_start().starts_with(['{', '[', '"']) {
        return Vec::new();
    }
    let mut ends = serde_json::Deserializer::from_str(text).into_iter::<serde::de::IgnoredAny>();
    let (mut values, mut begin) = (Vec::new(), 0);
    while let Some(value) = ends.next() {
        if value.is_err() {
            return Vec::new();
        }
        let written = &text[begin..ends.byte_offset()];
        let at = begin + written.len() - written.trim_ascii_start().len();
        values.push(Value { text: written.trim_ascii(), at });
        begin = ends.byte_offset();
    }
    values
}
