//! What came with a body, as it was captured, so that it can be sent again: the query and the headers.

use std::borrow::Cow;

use super::full::envelope::Envelope;
use super::full::json::{MAX_DEPTH, Value, each_element, each_member};
use super::full::object::Members;
use super::full::opened::{Shape, Wrapping};
use super::json_type::JsonType;
use super::names::URLS;
use super::record::FullRecord;
use super::url::{encode_parameter, query_of};
use crate::framing::{Request, parse_request_line};

/// A header: its name and its value, as bytes.
pub type CapturedHeader<'a> = (Cow<'a, [u8]>, Cow<'a, [u8]>);

/// What came with a body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Captured<'a> {
    /// The query of the URL, without its `?`, byte for byte; `None` without a URL or without a query.
    pub query: Option<Cow<'a, [u8]>>,
    /// The headers, in their order, with their repeats. A line among them that is not a header has no name.
    pub headers: Vec<CapturedHeader<'a>>,
}

/// What came with the body of a record, as far as it still applies to the body as it is decoded: without
/// pseudo-headers, and without a coding that the body no longer has.
pub fn captured<'a>(record: &'a FullRecord<'a>) -> Captured<'a> {
    let FullRecord { bytes, request, opened, .. } = record;
    let mut captured = match (opened.shape, request) {
        (Shape::Http, Some(request)) => of_request(bytes, request),
        (Shape::Wrapped | Shape::Row, _) => of_wrapping(&opened.wrapping),
        _ => of_line(bytes).unwrap_or_default(),
    };
    let is_decoded = matches!(&opened.body, Some(Ok(_)));
    captured.headers.retain(|(name, _)| {
        !(name.starts_with(b":") || is_decoded && name.eq_ignore_ascii_case(b"content-encoding"))
    });
    captured
}

fn of_wrapping(wrapping: &Wrapping) -> Captured<'_> {
    let bytes = |text: &str| Cow::Owned(text.as_bytes().to_vec());
    let headers = wrapping.headers.iter().map(|(name, value)| (bytes(name), bytes(value)));
    Captured { query: wrapping.query.as_deref().map(bytes), headers: headers.collect() }
}

fn of_request<'a>(record: &'a [u8], request: &Request) -> Captured<'a> {
    let target = &record[request.line.target.clone()];
    let query = memchr::memchr(b'?', target).map(|mark| &target[mark + 1..]);
    let query = query.map(|query| &query[..memchr::memchr(b'#', query).unwrap_or(query.len())]);
    // An incomplete request has no body that would show where its headers end.
    let end = request.body.start.clamp(request.line.target.end, record.len());
    let lines = record[request.line.target.end..end].split(|byte| *byte == b'\n').skip(1);
    let headers = lines.map(<[u8]>::trim_ascii_end).take_while(|line| !line.is_empty()).map(header);
    Captured { query: query.map(Cow::Borrowed), headers: headers.collect() }
}

/// A header line; without a name, one that has no colon, or continues another.
fn header(line: &[u8]) -> CapturedHeader<'_> {
    match memchr::memchr(b':', line).filter(|_| !line[0].is_ascii_whitespace()) {
        Some(colon) => (line[..colon].trim_ascii_end().into(), line[colon + 1..].trim_ascii().into()),
        None => (Cow::Borrowed(&[]), line.into()),
    }
}

/// What an envelope contains; none for a line that is not an envelope.
fn of_line(record: &[u8]) -> Option<Captured<'_>> {
    let text = std::str::from_utf8(record.trim_ascii()).ok()?;
    let members = Members::of_object(text, MAX_DEPTH + 1).ok()?;
    let envelope = Envelope::of(&members)?;
    let names = URLS.into_iter().chain(["query", "request"]);
    let given = names.filter_map(|name| Some((name, &envelope.get(name)?.value)));
    let query = given.filter_map(|(name, value)| query(name, value)).next();
    let headers = envelope.get("headers").map(|member| headers(&member.value));
    Some(Captured { query: query.map(bytes), headers: headers.unwrap_or_default() })
}

fn bytes(text: Cow<'_, str>) -> Cow<'_, [u8]> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
        Cow::Owned(text) => Cow::Owned(text.into_bytes()),
    }
}

/// The query that a member of an envelope contains.
fn query<'a>(name: &str, value: &Value<'a>) -> Option<Cow<'a, str>> {
    if name == "query" && value.json_type() == JsonType::Object {
        return query_object(value).map(Cow::Owned);
    }
    let text = value.string()?;
    let span = match name {
        "query" => usize::from(text.starts_with('?'))..text.len(),
        "request" => {
            let target = parse_request_line(text.as_bytes())?.target;
            let query = query_of(&text[target.clone()])?;
            target.start + query.start..target.start + query.end
        }
        _ => query_of(&text)?,
    };
    Some(match text {
        Cow::Borrowed(text) => Cow::Borrowed(&text[span]),
        Cow::Owned(text) => Cow::Owned(text[span].to_owned()),
    })
}

/// A query that was captured as an object, decoded: it is encoded again.
fn query_object(value: &Value<'_>) -> Option<String> {
    let mut pairs = Some(Vec::new());
    each_member(value.text, |member| match (&mut pairs, member.value.string()) {
        (Some(pairs), Some(text)) => {
            pairs.push(format!("{}={}", encode_parameter(&member.key), encode_parameter(&text)));
        }
        _ => pairs = None,
    })
    .ok()?;
    Some(pairs?.join("&"))
}

/// The headers of an envelope: an object whose values are strings, or arrays of them.
fn headers<'a>(value: &Value<'a>) -> Vec<CapturedHeader<'a>> {
    let mut headers: Vec<CapturedHeader<'a>> = Vec::new();
    let read = each_member(value.text, |member| {
        let mut add = |value: &Value<'a>| {
            headers.push(match value.string() {
                Some(text) => (bytes(member.key.clone()), bytes(text)),
                None => (Cow::Borrowed(&[]), value.text.as_bytes().into()),
            });
        };
        match member.value.json_type() {
            JsonType::Array => each_element(member.value.text, |_, element| add(&element)),
            _ => add(&member.value),
        }
    });
    if read.is_err() {
        headers.clear();
    }
    headers
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::{Scratch, read_full};

    fn of(line: &str) -> (String, String) {
        let mut scratch = Scratch::default();
        let record = read_full(line.as_bytes(), None, &mut scratch);
        let found = captured(&record);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let headers: Vec<_> =
            found.headers.iter().map(|(name, value)| format!("{}: {}", text(name), text(value))).collect();
        (found.query.as_deref().map_or("none".to_owned(), text), headers.join(", "))
    }

    #[test]
    fn queries_of_envelopes() {
        for (members, query) in [
            (r#""url":"http://h/p?a=1&b=%20#f""#, "a=1&b=%20"),
            (r#""path":"/p","query":"?a=\u0026""#, "a=&"),
            (r#""path":"/p","query":{"a b":"c&d","e":"é"}"#, "a%20b=c%26d&e=%C3%A9"),
            (r#""request":"POST /p?a=b HTTP/1.1""#, "a=b"),
            (r#""uri":"/p?","url":7"#, ""),
            (r#""method":"POST""#, "none"),
        ] {
            assert_eq!(of(&format!("{{{members},\"body\":{{}}}}")).0, query, "{members}");
        }
    }

    #[test]
    fn headers_of_envelopes_keep_their_repeats() {
        let line = r#"{"headers":{"A":"1","B":["2","3",4],"C":{}},"body":"{}"}"#;
        assert_eq!(of(line).1, "A: 1, B: 2, B: 3, : 4, : {}");
        assert_eq!(of(r#"{"CallId":"c","headers":{"A":"1"}}"#), ("none".to_owned(), String::new()));
    }
}
