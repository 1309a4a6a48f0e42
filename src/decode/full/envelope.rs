//! Envelopes: a JSON object that a server or proxy wrote around a captured body.

use std::borrow::Cow;

use base64::Engine as _;

use super::codings::BASE64;
use super::content_coding::{CodingFault, uncoded};
use super::fault::{Damage, DamageKind, EnvelopeFault, FaultKind};
use super::faults::Faults;
use super::json::{Member, Value, each_element, each_member};
use super::object::Members;
use super::opened::{Body, Opened, Shape, Wrapping, body_of};
use super::pointer::{Pointer, PointerPart};
use super::repeats::duplicate_keys;
use super::scratch::Scratch;
use super::surroundings::time_of;
use crate::decode::capture_time::CaptureTime;
use crate::decode::captured_by::CapturedBy;
use crate::decode::json_type::JsonType;
use crate::decode::names::{BODIES, BODY_KEYS, URLS};
use crate::decode::plain::WrapperNotes;
use crate::decode::text_map::TextMap;
use crate::decode::url::{Given, Url, part, query_of};
use crate::decode::wrappers::CAPTURE_TIMES;
use crate::framing::{Span, parse_request_line};

/// The members of an envelope by name; of a name given twice the last counts.
pub(in crate::decode) struct Envelope<'m, 'a> {
    members: &'m Members<'a>,
}

impl<'m, 'a> Envelope<'m, 'a> {
    /// The envelope that an object is, if it is one.
    pub(in crate::decode) fn of(members: &'m Members<'a>) -> Option<Self> {
        let has = |keys: &[&str]| members.listed().iter().any(|member| keys.contains(&&*member.key));
        (has(&BODIES) && !has(&BODY_KEYS)).then_some(Self { members })
    }

    /// The member of that name.
    pub(in crate::decode) fn get(&self, key: &str) -> Option<&'m Member<'a>> {
        self.members.get(key).filter(|member| member.value.text != "null")
    }
}

/// A body found in an envelope.
enum FoundBody<'a> {
    Object(Value<'a>),
    Text(Cow<'a, str>),
    Bytes(Vec<u8>),
    Coded(Vec<u8>, CodingFault),
}

/// Opens an envelope whose line begins `at` bytes into the record.
pub(in crate::decode) fn open_envelope<'a>(
    envelope: &Envelope<'_, 'a>,
    members: &Members<'a>,
    at: usize,
    scratch: &'a mut Scratch,
) -> Opened<'a> {
    let mut reader = EnvelopeReader { envelope, at, faults: Faults::default() };
    let method = reader.method();
    let (target, url) = reader.url();
    reader.headers();
    let time = reader.used(&CAPTURE_TIMES, |_, value| time_of(value).ok_or(EnvelopeFault::Time));
    let time = time.map(|(time, _)| time);
    let received_at = time.and_then(|time| time.milliseconds(&scratch.options.log_zone));
    let is_local_time = time.is_some_and(CaptureTime::is_local);
    let notes = WrapperNotes { is_local_time, ..WrapperNotes::default() };
    let wrapping = Wrapping { notes, ..Wrapping::default() };
    let found = reader.used(&BODIES, body);
    let most = scratch.options.most_decoded;
    let found = found.map(|(found, member)| (without_coding(found, envelope, most), member));
    let mut faults = reader.faults;
    duplicate_keys(members, Pointer::Whole, at, &mut faults, |key| BODIES.contains(&key));
    let (body, raw_body) = match found {
        None => (None, None),
        Some((found, member)) => {
            let (body, raw_body) = place_body(found, &member.value, at, scratch);
            (Some(body), Some(raw_body))
        }
    };
    let mut captured_by = CapturedBy::default();
    captured_by.add_all(members.listed().iter().map(|member| (&*member.key, member.value.text)));
    let shape = Shape::Envelope;
    Opened { shape, method, target, url, received_at, captured_by, faults, body, raw_body, wrapping }
}

type Placed<'a> = (Result<Body<'a>, (Damage, TextMap)>, (Span, Cow<'a, [u8]>));

/// Makes a found body one that can be read, with its place in the record.
fn place_body<'a>(
    found: FoundBody<'a>,
    value: &Value<'a>,
    at: usize,
    scratch: &'a mut Scratch,
) -> Placed<'a> {
    let whole = at + value.at..at + value.span().end;
    let inside = whole.start + 1..whole.end.saturating_sub(1);
    match found {
        FoundBody::Object(value) => {
            let body = Body { text: value.text, map: TextMap::Direct(whole.start) };
            (Ok(body), (whole, Cow::Borrowed(value.text.as_bytes())))
        }
        FoundBody::Text(Cow::Borrowed(text)) => {
            let body = Body { text, map: TextMap::Direct(inside.start) };
            (Ok(body), (inside, Cow::Borrowed(text.as_bytes())))
        }
        FoundBody::Text(Cow::Owned(text)) => {
            scratch.text = text;
            let body = Body { text: &scratch.text, map: TextMap::escaped(inside.start) };
            (Ok(body), (inside, Cow::Borrowed(scratch.text.as_bytes())))
        }
        FoundBody::Bytes(bytes) => {
            scratch.bytes = bytes;
            let map = TextMap::Opaque(whole.clone());
            (body_of(&scratch.bytes, map), (inside, Cow::Borrowed(&scratch.bytes)))
        }
        FoundBody::Coded(bytes, fault) => {
            scratch.bytes = bytes;
            let damage = Damage { kind: DamageKind::Coding(fault), span: 0..scratch.bytes.len() };
            (Err((damage, TextMap::Opaque(whole))), (inside, Cow::Borrowed(&scratch.bytes)))
        }
    }
}

fn body<'a>(name: &'static str, value: &Value<'a>) -> Result<FoundBody<'a>, EnvelopeFault> {
    let text = value.string();
    if name == "body_base64" {
        let decoded = text.and_then(|text| BASE64.decode(text.as_bytes()).ok());
        return decoded.map(FoundBody::Bytes).ok_or(EnvelopeFault::Base64);
    }
    match (value.json_type(), text) {
        (JsonType::Object, _) => Ok(FoundBody::Object(*value)),
        (_, Some(text)) => Ok(FoundBody::Text(text)),
        (other, None) => Err(EnvelopeFault::Body(other)),
    }
}

/// A body without the `Content-Encoding` that the headers of its envelope name, if it is in that.
fn without_coding<'a>(found: FoundBody<'a>, envelope: &Envelope<'_, 'a>, most: usize) -> FoundBody<'a> {
    let coded = match &found {
        FoundBody::Bytes(bytes) => bytes,
        FoundBody::Text(text) if !text.trim_start().starts_with('{') => text.as_bytes(),
        _ => return found,
    };
    let mut codings: Vec<Cow<'_, str>> = Vec::new();
    if let Some(headers) = envelope.get("headers") {
        // A header that cannot be read is a fault of its own.
        let _ = each_member(headers.value.text, |member| {
            if !member.key.eq_ignore_ascii_case("content-encoding") {
                return;
            }
            match member.value.json_type() {
                JsonType::Array => {
                    each_element(member.value.text, |_, element| codings.extend(element.string()))
                }
                _ => codings.extend(member.value.string()),
            }
        });
    }
    match uncoded(codings.iter().map(|coding| coding.as_bytes()), coded, most) {
        Ok(Some(decoded)) => FoundBody::Bytes(decoded),
        Ok(None) => found,
        Err(fault) => FoundBody::Coded(coded.to_vec(), fault),
    }
}

/// Reads an envelope's members, noting those that cannot be used.
struct EnvelopeReader<'e, 'm, 'a> {
    envelope: &'e Envelope<'m, 'a>,
    at: usize,
    faults: Faults,
}

impl<'m, 'a> EnvelopeReader<'_, 'm, 'a> {
    fn fault(&mut self, fault: EnvelopeFault, member: &Member<'a>) {
        let span = self.at + member.value.at..self.at + member.span().end;
        let pointer = Pointer::Inside(&Pointer::Whole, PointerPart::Key(&member.key));
        self.faults.add_kind(pointer, span, FaultKind::Envelope(fault));
    }

    /// The first member of these names that `read` can use. If it can use none, the fault of the first is noted.
    fn used<T>(
        &mut self,
        names: &[&'static str],
        mut read: impl FnMut(&'static str, &Value<'a>) -> Result<T, EnvelopeFault>,
    ) -> Option<(T, &'m Member<'a>)> {
        let mut first = None;
        for (name, member) in names.iter().filter_map(|name| Some((name, self.envelope.get(name)?))) {
            match read(name, &member.value) {
                Ok(usable) => return Some((usable, member)),
                Err(fault) => first = first.or(Some((fault, member))),
            }
        }
        let (fault, member) = first?;
        self.fault(fault, member);
        None
    }

    /// How a string member is represented in the record.
    fn map(&self, value: &Value<'_>) -> TextMap {
        let start = self.at + value.at + 1;
        if value.text.contains('\\') { TextMap::escaped(start) } else { TextMap::Direct(start) }
    }

    /// The method, from a request line if there is a valid one. (One that is not is a fault of the URL.)
    fn method(&mut self) -> Option<(Cow<'a, str>, Span)> {
        if let Some(member) = self.envelope.get("request")
            && let Some(text) = member.value.string()
            && let Some(line) = parse_request_line(text.as_bytes())
        {
            let start = self.at + member.value.at + 1;
            return Some((part(&text, 0, line.method.end), start..start + line.method.end));
        }
        let read = |_, value: &Value<'a>| value.string().ok_or(EnvelopeFault::Method);
        let (text, member) = self.used(&["method"], read)?;
        Some((text, self.at + member.value.at..self.at + member.span().end))
    }

    /// The target and the parameters.
    fn url(&mut self) -> (Option<Cow<'a, str>>, Option<Url<'a>>) {
        let mut target = None;
        let mut fault = None;
        for name in URLS.into_iter().chain(["query", "request"]) {
            let Some(member) = self.envelope.get(name) else {
                continue;
            };
            match self.url_of(name, &member.value) {
                Err(trouble) => fault = fault.or(Some((trouble, member))),
                Ok((found, url)) => {
                    if url.is_some() {
                        return (found.or(target), url);
                    }
                    target = target.or(found);
                }
            }
        }
        if let Some((fault, member)) = fault {
            self.fault(fault, member);
        }
        (target, None)
    }

    /// What one member says about the URL: a target, and parameters if it has a query.
    fn url_of(
        &self,
        name: &str,
        value: &Value<'a>,
    ) -> Result<(Option<Cow<'a, str>>, Option<Url<'a>>), EnvelopeFault> {
        if name == "query" && value.json_type() == JsonType::Object {
            return self.query_object(value).map(|url| (None, url));
        }
        let text = value.string().ok_or(EnvelopeFault::Url)?;
        let map = self.map(value);
        let (target, target_at) = match name {
            "query" => {
                let start = usize::from(text.starts_with('?'));
                let query = part(&text, start, text.len() - start);
                return Ok((None, Some(Url::parse(&query, start, map))));
            }
            "request" => {
                let line = parse_request_line(text.as_bytes()).ok_or(EnvelopeFault::Url)?;
                (part(&text, line.target.start, line.target.len()), line.target.start)
            }
            _ => (text, 0),
        };
        let url = query_of(&target).map(|span| {
            let query = part(&target, span.start, span.len());
            Url::parse(&query, target_at + span.start, map)
        });
        Ok((Some(target), url))
    }

    /// A query given as an object of strings, already decoded.
    fn query_object(&self, value: &Value<'a>) -> Result<Option<Url<'a>>, EnvelopeFault> {
        let start = self.at + value.at;
        let mut url = Url::new(start..start + value.text.len(), TextMap::Direct(0));
        let mut is_sound = true;
        let read = each_member(value.text, |member| match member.value.string() {
            Some(value) => {
                let span = start + member.value.at..start + member.span().end;
                url.add(&member.key, Given { value, span });
            }
            None => is_sound = false,
        });
        if read.is_ok() && is_sound { Ok(Some(url)) } else { Err(EnvelopeFault::Url) }
    }

    fn headers(&mut self) {
        let Some(member) = self.envelope.get("headers") else {
            return;
        };
        if !headers_are_sound(&member.value) {
            self.fault(EnvelopeFault::Header, member);
        }
    }
}

/// True for an object whose values are strings or arrays of strings.
fn headers_are_sound(value: &Value<'_>) -> bool {
    let sound = |value: &Value<'_>| match value.json_type() {
        JsonType::String => true,
        JsonType::Array => {
            let mut sound = true;
            each_element(value.text, |_, element| sound &= element.json_type() == JsonType::String);
            sound
        }
        _ => false,
    };
    let mut all = true;
    value.json_type() == JsonType::Object
        && each_member(value.text, |member| all &= sound(&member.value)).is_ok()
        && all
}
