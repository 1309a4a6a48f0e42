//! A plain envelope: members that are well known or have no meaning, around a plain body.

use smallvec::SmallVec;

use super::body::{KeyOrder, read_body};
use super::bytes::{after, blanks, integer, special};
use super::query::{query, read_query, read_usual_query};
use super::vendor_order::read_in_vendor_order;
use crate::decode::names::{BODIES, BODY_KEYS, URLS};
use crate::decode::plain::{PlainCallback, PlainUrl};
use crate::decode::wrappers::{BODY_NAMES, CAPTURE_TIMES, LOG_TEXTS, METHODS, QUERIES, REFUSED};
use crate::spec::{Parameter, usable_timestamp};

/// What a member is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum MemberKind {
    Body,
    Url,
    Method,
    Time,
    Headers,
    /// One of the headers.
    Header,
    /// A line that a program wrote, without JSON in it.
    LogText,
    /// Of no meaning.
    Other,
    /// Something that the full path has to weigh.
    Unusual,
}

/// The meaning of a name. What the full path has to weigh against other members, or to decode, is unusual.
fn member(name: &str) -> MemberKind {
    match name {
        "body_base64" | "query" | "request" | REFUSED => MemberKind::Unusual,
        "method" => MemberKind::Method,
        "headers" => MemberKind::Headers,
        _ if BODY_KEYS.contains(&name) => MemberKind::Unusual,
        _ if BODIES.contains(&name) => MemberKind::Body,
        _ if URLS.contains(&name) => MemberKind::Url,
        _ if CAPTURE_TIMES.contains(&name) => MemberKind::Time,
        _ if LOG_TEXTS.contains(&name) => MemberKind::LogText,
        _ if BODY_NAMES.contains(&name) || QUERIES.contains(&name) || METHODS.contains(&name) => {
            MemberKind::Unusual
        }
        _ if Parameter::named(name).is_some() => MemberKind::Unusual,
        _ => MemberKind::Other,
    }
}

/// Most names of one object.
const MOST_NAMES: usize = 24;

/// The names of one object, none of them twice; so few that they are compared each with each.
type NameSet<'a> = SmallVec<[&'a str; MOST_NAMES]>;

/// Adds a name; nothing for one that is there already, or one too many.
fn add_name<'a>(names: &mut NameSet<'a>, name: &'a str) -> Option<()> {
    (names.len() < MOST_NAMES && !names.contains(&name)).then(|| names.push(name))
}

/// How the last envelope of a log was written: its text between the values. The next one most likely differs only in
/// the values; and as long as that text is the same, its names need not be read again.
#[derive(Clone, Debug, Default)]
pub(super) struct Layout {
    /// The text before each value, and what the value is for.
    parts: Vec<(String, MemberKind)>,
    /// The text after the last value, without the white space at the end of the line.
    end: String,
}

/// What an envelope contains, as far as it matters.
#[derive(Default)]
struct EnvelopeParts<'a> {
    callback: Option<PlainCallback<'a>>,
    url: Option<PlainUrl<'a>>,
}

impl<'a> EnvelopeParts<'a> {
    /// Takes the value that begins at `index`; gives where it ends.
    #[inline]
    fn take(&mut self, kind: MemberKind, text: &'a str, index: usize, order: &mut KeyOrder) -> Option<usize> {
        match kind {
            MemberKind::Body => {
                let (callback, end) = body(text, index, order)?;
                self.callback = Some(callback);
                Some(end)
            }
            MemberKind::Url => {
                let (url, end) = url(text, index)?;
                self.url = url;
                Some(end)
            }
            MemberKind::Method => Some(string(text, index).filter(|(method, _)| *method == "POST")?.1),
            MemberKind::Time => time(text, index),
            MemberKind::Header => Some(string(text, index)?.1),
            MemberKind::LogText => Some(string(text, index).filter(|(line, _)| !line.contains('{'))?.1),
            MemberKind::Other => scalar(text, index).filter(|end| !may_be_url(&text[index..*end])),
            MemberKind::Headers | MemberKind::Unusual => None,
        }
    }

    fn callback(self) -> Option<PlainCallback<'a>> {
        Some(PlainCallback { url: self.url, ..self.callback? })
    }
}

/// Reads an envelope with one body, at most one of each other kind of member, and nothing that needs thought.
pub(super) fn read_envelope<'a>(
    text: &'a str,
    order: &mut KeyOrder,
    layout: &mut Layout,
) -> Option<PlainCallback<'a>> {
    if let Some(callback) = read_alike(text, order, layout) {
        return Some(callback);
    }
    let mut seen = Layout::default();
    let callback = read_anew(text, order, &mut seen)?;
    *layout = seen;
    Some(callback)
}

/// Reads an envelope that is laid out like the last one.
#[inline]
fn read_alike<'a>(text: &'a str, order: &mut KeyOrder, layout: &Layout) -> Option<PlainCallback<'a>> {
    let bytes = text.as_bytes();
    let mut contents = EnvelopeParts::default();
    let mut index = 0;
    for (before, kind) in &layout.parts {
        if !bytes.get(index..)?.starts_with(before.as_bytes()) {
            return None;
        }
        index = contents.take(*kind, text, index + before.len(), order)?;
    }
    let rest = bytes.get(index..)?;
    let ends =
        rest.starts_with(layout.end.as_bytes()) && blanks(bytes, index + layout.end.len()) == bytes.len();
    if ends { contents.callback() } else { None }
}

/// Reads an envelope name by name, and notes how it is laid out.
fn read_anew<'a>(text: &'a str, order: &mut KeyOrder, layout: &mut Layout) -> Option<PlainCallback<'a>> {
    let bytes = text.as_bytes();
    let mut contents = EnvelopeParts::default();
    let mut index = after(bytes, blanks(bytes, 0), b'{')?;
    // Where what is noted about the layout ends.
    let mut noted = 0;
    // The names of the envelope, and of its headers while the reader is among them.
    let (mut names, mut header_names) = (NameSet::new(), None::<NameSet<'_>>);
    let mut kinds = 0_u16;
    loop {
        let (name, end) = string(text, blanks(bytes, index))?;
        let value = blanks(bytes, after(bytes, blanks(bytes, end), b':')?);
        let kind = if let Some(names) = &mut header_names {
            add_name(names, name)?;
            MemberKind::Header
        } else {
            add_name(&mut names, name)?;
            let kind = member(name);
            let is_free = matches!(kind, MemberKind::Other | MemberKind::LogText);
            if !is_free && kinds & (1 << kind as u8) != 0 {
                return None;
            }
            kinds |= 1 << kind as u8;
            kind
        };
        if kind == MemberKind::Headers {
            index = after(bytes, value, b'{')?;
            header_names = Some(NameSet::new());
            if bytes.get(blanks(bytes, index)) != Some(&b'}') {
                continue;
            }
            index = blanks(bytes, index);
        } else {
            layout.parts.push((text.get(noted..value)?.to_owned(), kind));
            index = blanks(bytes, contents.take(kind, text, value, order)?);
            noted = index;
        }
        if header_names.is_some() && bytes.get(index)? == &b'}' {
            header_names = None;
            index = blanks(bytes, index + 1);
        }
        match bytes.get(index)? {
            b',' => index += 1,
            b'}' => break,
            _ => return None,
        }
    }
    let behind = blanks(bytes, index + 1);
    text.get(noted..=index)?.clone_into(&mut layout.end);
    if header_names.is_none() && behind == bytes.len() { contents.callback() } else { None }
}

/// The parameters of a URL that is a string without escapes, if it has any, and where the string ends.
#[inline]
fn url(text: &str, index: usize) -> Option<(Option<PlainUrl<'_>>, usize)> {
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
fn string(text: &str, index: usize) -> Option<(&str, usize)> {
    let bytes = text.as_bytes();
    let start = after(bytes, index, b'"')?;
    let end = special(bytes, start)?;
    let behind = after(bytes, end, b'"')?;
    Some((text.get(start..end)?, behind))
}

/// A body, as a string or as an object.
fn body<'a>(text: &'a str, index: usize, order: &mut KeyOrder) -> Option<(PlainCallback<'a>, usize)> {
    let bytes = text.as_bytes();
    if bytes.get(index) == Some(&b'"') {
        let usual = read_in_vendor_order::<true>(text, index + 1);
        let (callback, end) = usual.or_else(|| read_body::<true>(text, index + 1, order))?;
        return Some((callback, after(bytes, end, b'"')?));
    }
    read_body::<false>(text, index, order)
}

/// True for a value that could be a URL with parameters, which the full path looks for under any name.
fn may_be_url(value: &str) -> bool {
    value.starts_with('"') && memchr::memchr(b'?', value.as_bytes()).is_some()
}

/// The end of a string, a plain number, or a literal.
fn scalar(text: &str, index: usize) -> Option<usize> {
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

/// A number without sign and exponent: its whole part, and where it ends.
fn number(text: &str, index: usize) -> Option<(i64, usize)> {
    let bytes = text.as_bytes();
    let (whole, end) = integer(bytes, index)?;
    let Some(fraction) = after(bytes, end, b'.') else {
        return Some((whole, end));
    };
    let digits = bytes[fraction..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    (digits > 0).then_some((whole, fraction + digits))
}

/// The end of a time of capture that is certainly valid: RFC 3339 in UTC, or Unix seconds or milliseconds.
fn time(text: &str, index: usize) -> Option<usize> {
    if text.as_bytes().get(index) != Some(&b'"') {
        return number(text, index).filter(|(whole, _)| is_unix_time(*whole)).map(|(_, end)| end);
    }
    let (content, end) = string(text, index)?;
    let unix = || number(content, 0).is_some_and(|(whole, end)| end == content.len() && is_unix_time(whole));
    (is_rfc3339(content.as_bytes()) || unix()).then_some(end)
}

/// True for a whole part that is a usable time with any fraction, even one that is rounded up.
fn is_unix_time(whole: i64) -> bool {
    let usable = |number: i64| usable_timestamp(number).is_some();
    (usable(whole) && usable(whole + 1)) || (usable(whole / 1000) && usable((whole + 1) / 1000))
}

/// True for `2024-05-01T00:00:10Z` with any fraction of at most nine digits; days that not every month has are left
/// to the full path.
fn is_rfc3339(text: &[u8]) -> bool {
    let Some((head, tail)) = text.split_first_chunk::<19>() else {
        return false;
    };
    let two = |at: usize| {
        let (tens, ones) = (head[at].wrapping_sub(b'0'), head[at + 1].wrapping_sub(b'0'));
        if tens < 10 && ones < 10 { tens * 10 + ones } else { u8::MAX }
    };
    let marks = [head[4], head[7], head[10], head[13], head[16]] == *b"--T::";
    let date = two(0) < 100 && two(2) < 100 && (1..=12).contains(&two(5)) && (1..=28).contains(&two(8));
    let clock = two(11) < 24 && two(14) < 60 && two(17) < 60;
    let fraction = match tail {
        b"Z" => true,
        [b'.', digits @ .., b'Z'] => (1..=9).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit),
        _ => false,
    };
    marks && date && clock && fraction
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = r#"{"UserId":"Al\\ice","RoomId":"r","TotalNum":2,"MediaType":"audio","CallType":"single","CallId":"c","Role":"caller","Event":"start_call","CallResult":"","EventTime":1704856885}"#;

    /// Envelopes in several styles, with these values.
    fn envelopes(time: &str, address: &str, header: &str) -> [String; 4] {
        let query = format!(
            "sdkappid=14&command=caller_start_call&contenttype=json&clientip={address}&optplatform=iOS"
        );
        let escaped = BODY.replace('\\', "\\\\").replace('"', "\\\"");
        [
            format!(
                r#"{{"received_at":"{time}","method":"POST","url":"/a?{query}","headers":{{"Host":"{header}","X":"y"}},"body":"{escaped}"}}"#
            ),
            format!(r#"{{"ts": 1704856885.25, "url": "/?{query}", "payload": {BODY}}}"#),
            format!(r#"{{"time":"1704856885123","uri":"/a?{query}","body":{BODY},"n":null,"k":"{header}"}}"#),
            format!(r#"{{"headers":{{}},"path":"/a","ok":true,"body":"{escaped}","n":12}}"#),
        ]
    }

    #[test]
    fn an_envelope_like_the_last_is_read_alike() {
        let ones = envelopes("2024-05-01T00:00:10.421Z", "192.0.2.1", "h");
        let others = envelopes("2024-05-01T00:00:10Z", "%3A%3A1", "another.example");
        for (one, other) in ones.iter().zip(&others) {
            let (mut order, mut layout) = (KeyOrder::default(), Layout::default());
            assert!(read_envelope(one, &mut order, &mut layout).is_some(), "{one}");
            let alike = read_alike(other, &mut order, &layout);
            assert!(alike.is_some(), "{other}");
            assert_eq!(alike, read_anew(other, &mut order, &mut Layout::default()), "{other}");
        }
    }

    #[test]
    fn times_that_are_sound_without_doubt() {
        let sound = "2024-05-01T00:00:10Z";
        for text in [sound, "2024-12-28T23:59:59.1Z", "2099-01-01T09:09:09.123456789Z"] {
            assert!(is_rfc3339(text.as_bytes()), "{text}");
        }
        for at in 0..sound.len() {
            let text = format!("{}x{}", &sound[..at], &sound[at + 1..]);
            assert!(!is_rfc3339(text.as_bytes()), "{text}");
        }
        for (from, to) in [
            ("-05-", "-00-"),
            ("-05-", "-13-"),
            ("-01T", "-00T"),
            ("-01T", "-29T"),
            ("T00", "T24"),
            (":00:", ":60:"),
            (":10Z", ":60Z"),
            ("Z", ".Z"),
            ("Z", ".1234567890Z"),
            ("Z", ".12x4Z"),
            ("Z", ""),
        ] {
            let text = sound.replacen(from, to, 1);
            assert!(!is_rfc3339(text.as_bytes()), "{text}");
        }
        let usable = [1_420_070_400, 4_102_444_798, 1_420_070_400_000, 1_704_856_885_123, 4_102_444_799_998];
        for whole in usable {
            assert!(is_unix_time(whole), "{whole}");
        }
        // Rounded up, the last ones of each are not usable any more.
        for whole in [0, 12, 1_420_070_399, 4_102_444_799, 1_420_070_399_999, 4_102_444_799_999] {
            assert!(!is_unix_time(whole), "{whole}");
        }
    }
}
