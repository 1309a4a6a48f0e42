//! The front door: a record and what framing found out about it → its callback, with all that came with it.
//!
//! The fast path gives a callback as nearly all are, or nothing. The full path gives every record, with what is wrong
//! with it. Both begin here, and neither knows the other.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::ops::Range;
use std::sync::Arc;

use super::callback::Callback;
use super::fast::{self, Predictor, holds_plain_body, plain_length, read_body_alone};
use super::full::body::{Read, read_body, read_object};
use super::full::envelope::{Envelope, open_envelope};
use super::full::json::MAX_DEPTH;
use super::full::leaf::{Leaf, open_leaf};
use super::full::level::{is_callback_alone, is_text_line};
use super::full::object::Members;
use super::full::opened::{Opened, Shape, open_bare, open_http};
use super::full::scratch::Scratch;
use super::full::surroundings::{Enclosing, Surroundings};
use super::full::text::each_json;
use super::full::unwrap::{unwrap, unwrap_body};
use super::options::DecodeOptions;
use super::plain::{FastCallback, PlainUrl, ReceivedAt};
use super::several::may_hold_several;
use super::url::{Url, parse_sdkappid};
use super::wrappers::is_bodiless;
use crate::framing::{Contents, NextMarks, RecordPart, Request, Span};
use crate::spec::{CallbackCommand, Family, Field, Parameter};

/// A record that was read on the full path.
#[derive(Debug)]
pub struct FullRecord<'a> {
    /// Its bytes.
    pub bytes: &'a [u8],
    /// What framing found out about it, for HTTP.
    pub request: Option<&'a Request>,
    /// What surrounds the body, and the body's text.
    pub opened: Opened<'a>,
    /// What the body says; `None` without a usable text.
    pub read: Option<Read<'a>>,
}

impl<'a> FullRecord<'a> {
    /// The callback, if the record is one.
    pub fn callback(&self) -> Option<&Callback<'a>> {
        self.read.as_ref()?.callback.as_ref().ok()
    }
}

/// Reads a record on the fast path; nothing for one that needs the full path. `request` is what framing found out about
/// it, for HTTP.
#[inline]
pub fn read_fast<'a>(
    text: &'a str,
    request: Option<&Request>,
    predictor: &mut Predictor,
) -> Option<FastCallback<'a>> {
    let mut callback = FastCallback::default();
    read_fast_into(text, request, predictor, &mut callback).then_some(callback)
}

/// The same, read into a callback that is there, whatever it said before; false, and then it says nothing that could be
/// used, for a record that needs the full path.
#[inline]
pub fn read_fast_into<'a>(
    text: &'a str,
    request: Option<&Request>,
    predictor: &mut Predictor,
    into: &mut FastCallback<'a>,
) -> bool {
    fast::read_record(text, request, predictor, into).is_some()
}

/// Learns how a wrapped record is laid out that was read on the full path, so that the fast path can read the next one. It
/// must have one callback alone, and nothing must be wrong with it.
pub fn learn(record: &FullRecord<'_>, options: &DecodeOptions, predictor: &mut Predictor) {
    let FullRecord { bytes, request: None, opened, read: Some(read) } = record else { return };
    let is_sound = read.faults.list().is_empty() && opened.faults.list().is_empty() && read.callback.is_ok();
    if !matches!(opened.shape, Shape::Wrapped | Shape::Row) || !is_sound || options.body_at.is_some() {
        return;
    }
    let (Ok(text), Some(Ok(body))) = (std::str::from_utf8(bytes), &opened.body) else { return };
    let Some(plain) = read_body_alone(body.text) else { return };
    let plain = plain.into_body();
    let is_right = |callback: &FastCallback<'_>| {
        let is_url = match (callback.url(), &opened.url) {
            (None, None) => true,
            (Some(plain), Some(url)) => is_same_url(plain, url),
            _ => false,
        };
        is_url && callback.is_body(&plain)
    };
    let has_capture = |callback: &FastCallback<'_>| {
        callback.received_at() != ReceivedAt::Unread
            && callback.received_at().milliseconds() == opened.received_at
            && callback.captured_by() == opened.captured_by
    };
    predictor.wrappers.learn(text, &opened.wrapping.notes, is_right, has_capture);
}

/// True if the parameters that the fast path read are all that the full path found.
fn is_same_url(plain: &PlainUrl<'_>, url: &Url<'_>) -> bool {
    let values = [
        (Parameter::Command, plain.command),
        (Parameter::ContentType, plain.content_type),
        (Parameter::ClientIp, &plain.client_ip),
        (Parameter::OptPlatform, plain.platform),
    ];
    plain.sdkappid == url.value(Parameter::SdkAppId).and_then(parse_sdkappid)
        && values.iter().all(|(parameter, value)| url.value(*parameter) == Some(*value))
}

/// Reads a record on the full path. `request` is what framing found out about it, for HTTP.
pub fn read_full<'a>(
    bytes: &'a [u8],
    request: Option<&'a Request>,
    scratch: &'a mut Scratch,
) -> FullRecord<'a> {
    let (opened, read) = match request {
        Some(request) => read_request(bytes, request, scratch),
        None => read_line(bytes, scratch),
    };
    FullRecord { bytes, request, opened, read }
}

/// Reads the next callback of the record that was read last, which has several; `part` counts them from 0.
pub fn read_part<'a>(bytes: &'a [u8], part: usize, scratch: &'a mut Scratch) -> FullRecord<'a> {
    let leaf = (part < scratch.leaves.len()).then(|| std::mem::take(&mut scratch.leaves[part]));
    let (opened, read) = match leaf {
        Some(leaf) => with_body(open_leaf(leaf, &mut scratch.text, &scratch.options), scratch.is_slow),
        None => (open_bare(bytes).0, None),
    };
    FullRecord { bytes, request: None, opened, read }
}

/// Knows callbacks, for framing.
#[derive(Clone, Debug, Default)]
pub struct RecordContents {
    /// How records are read.
    pub options: Arc<DecodeOptions>,
}

impl Contents for RecordContents {
    fn holds_json(&self, line: &[u8]) -> bool {
        let mut holds = false;
        if let Ok(text) = std::str::from_utf8(line) {
            each_json(text, |_| holds = true);
        }
        holds
    }

    fn is_plain_line(&self, line: &[u8]) -> bool {
        self.options.body_at.is_none() && simdutf8::basic::from_utf8(line).is_ok_and(holds_plain_body)
    }

    fn plain_length(&self, data: &[u8]) -> Option<usize> {
        plain_length(data)
    }

    fn parts(&self, unit: &[u8]) -> Vec<RecordPart> {
        let Ok(text) = std::str::from_utf8(unit) else { return Vec::new() };
        let leaves = unwrap(text, 0, &self.options);
        let ranges: Vec<_> =
            leaves.iter().map(|leaf| leaf.element.clone().unwrap_or(0..unit.len())).collect();
        // Of a range within another the outer one is the record.
        let mut outer = ranges.clone();
        outer.sort_by_key(|range| (range.start, Reverse(range.end)));
        outer.dedup_by(|next, last| next.end <= last.end);
        let mut counts = vec![0; outer.len()];
        let mut parts = Vec::with_capacity(ranges.len());
        for range in ranges {
            let index = outer.partition_point(|outer| outer.start <= range.start) - 1;
            parts.push((index, counts[index]));
            counts[index] += 1;
        }
        parts.sort_unstable();
        // The text around the objects of a line belongs to them.
        if leaves.first().is_some_and(|leaf| leaf.is_in_text) {
            let starts: Vec<usize> = outer.iter().map(|range| range.start).collect();
            for (index, range) in outer.iter_mut().enumerate() {
                let start = if index == 0 { 0 } else { range.start };
                *range = start..starts.get(index + 1).copied().unwrap_or(unit.len());
            }
        }
        let parts: Vec<RecordPart> =
            parts.into_iter().map(|(index, nth)| RecordPart { range: outer[index].clone(), nth }).collect();
        let is_one = parts.len() < 2 && parts.iter().all(|part| part.range == (0..unit.len()));
        if is_one { Vec::new() } else { parts }
    }

    fn may_have_parts(&self, data: &[u8], unit: &Range<usize>, marks: &mut NextMarks) -> bool {
        may_hold_several(data, unit, marks)
    }

    fn is_within_callback(&self, beginning: &[u8]) -> bool {
        let names = [Field::CallId, Field::Command].map(Field::name);
        names.iter().any(|name| memchr::memmem::find(beginning, name.as_bytes()).is_some())
    }
}

/// What was opened, and what its body says.
type OpenedRecord<'a> = (Opened<'a>, Option<Read<'a>>);

fn read_request<'a>(bytes: &'a [u8], request: &Request, scratch: &'a mut Scratch) -> OpenedRecord<'a> {
    let Scratch { bytes: buffer, text: leaf_text, options, leaves, is_slow } = scratch;
    leaves.clear();
    let (opened, read) = with_body(open_http(bytes, request, options.most_decoded, buffer), *is_slow);
    let Some(Ok(body)) = &opened.body else { return (opened, read) };
    if read.as_ref().is_some_and(|read| read.callback.is_ok()) {
        return (opened, read);
    }
    *leaves = unwrap_body(body.text, options);
    if leaves.first().is_none_or(|leaf| leaf.is_record(&(0..body.text.len()))) {
        return (opened, read);
    }
    for leaf in leaves.iter_mut() {
        leaf.stands_in(request.body.clone(), &opened);
    }
    let leaf = std::mem::take(&mut leaves[0]);
    let inner = Opened { shape: Shape::Http, ..open_leaf(leaf, leaf_text, options) };
    with_body(inner, *is_slow)
}

fn read_line<'a>(bytes: &'a [u8], scratch: &'a mut Scratch) -> OpenedRecord<'a> {
    let (mut opened, text) = open_bare(bytes);
    scratch.leaves.clear();
    let Some(text) = text else { return (opened, None) };
    // What has all the fields of a callback is not an envelope.
    if !scratch.is_slow
        && let Some(plain) = read_body_alone(text)
    {
        return (opened, Some(Read::sound(plain.into_callback())));
    }
    // An envelope's body may be as deep as any, and the envelope adds one level.
    let members = Members::of_object(text, MAX_DEPTH + 1);
    let at = bytes.len() - bytes.trim_ascii_start().len();
    let is_alone = members.as_ref().is_ok_and(|members| is_callback_alone(text, members, &scratch.options));
    if !is_alone {
        let leaves = unwrap(text, at, &scratch.options);
        let is_envelope = members.as_ref().is_ok_and(|members| Envelope::of(members).is_some());
        let is_usual =
            |leaf: &Leaf| leaf.is_record(&(at..at + text.len())) || (is_envelope && leaf.is_enveloped());
        // Of a text with several callbacks none is all of the text.
        let is_one = |leaf: &Leaf| leaves.get(1).is_none_or(|next| !next.stands_with(leaf));
        let is_wrapped = leaves.first().is_some_and(|leaf| !(is_usual(leaf) && is_one(leaf)));
        scratch.leaves = leaves;
        if is_wrapped {
            let leaf = std::mem::take(&mut scratch.leaves[0]);
            return with_body(open_leaf(leaf, &mut scratch.text, &scratch.options), scratch.is_slow);
        }
    }
    match members {
        Err(damage) => {
            opened.refuse(damage);
            (opened, None)
        }
        Ok(members) => match Envelope::of(&members) {
            Some(envelope) => {
                let is_slow = scratch.is_slow;
                with_body(open_envelope(&envelope, &members, at, scratch), is_slow)
            }
            None => {
                let mut read = read_object(text, &members);
                match &mut read.callback {
                    Ok(callback) => {
                        add_surroundings(callback, None, None, None);
                        let members = members.listed().iter();
                        callback.captured_by.add_all(members.map(|it| (&*it.key, it.value.text)));
                    }
                    Err(_) => {
                        opened.method = bodiless_method(&members, at..bytes.len());
                        opened.wrapping.is_text_line = is_text_line(&members);
                    }
                }
                (opened, Some(read))
            }
        },
    }
}

/// The method of a line that tells of a request without a body, with its place.
fn bodiless_method(members: &Members<'_>, line: Span) -> Option<(Cow<'static, str>, Span)> {
    let level = Enclosing { parent: None, members: members.listed(), span: line };
    let (method, span) = Surroundings::of(Some(&level), None).method?;
    is_bodiless(&method).then(|| (Cow::from(method), span))
}

/// Reads the body of what was opened, if there is one.
fn with_body(opened: Opened<'_>, is_slow: bool) -> OpenedRecord<'_> {
    let body = opened.body.as_ref().and_then(|body| body.as_ref().ok());
    let mut read = body.map(|body| read_by(body.text, opened.url.as_ref(), opened.received_at, is_slow));
    if let Some(Ok(callback)) = read.as_mut().map(|read| &mut read.callback) {
        callback.captured_by = opened.captured_by;
    }
    (opened, read)
}

/// Reads a body's text; `url` are the parameters that came with it, `received_at` the time of its capture.
pub fn read<'a>(text: &'a str, url: Option<&Url<'a>>, received_at: Option<i64>) -> Read<'a> {
    read_by(text, url, received_at, false)
}

/// The same, on the full path alone if `is_slow`.
fn read_by<'a>(text: &'a str, url: Option<&Url<'a>>, received_at: Option<i64>, is_slow: bool) -> Read<'a> {
    let command = url.and_then(|url| CallbackCommand::parse(url.value(Parameter::Command)?));
    let plain = if is_slow { None } else { read_body_alone(text).map(FastCallback::into_body) };
    let mut read = match plain.filter(|callback| suits(callback, command)) {
        Some(callback) => Read::sound(callback),
        None => read_body(text, command),
    };
    if let Ok(callback) = &mut read.callback {
        add_surroundings(callback, url, command, received_at);
    }
    read
}

/// Adds to a callback what came with its body.
fn add_surroundings<'a>(
    callback: &mut Callback<'a>,
    url: Option<&Url<'a>>,
    command: Option<CallbackCommand>,
    received_at: Option<i64>,
) {
    callback.received_at = received_at;
    take_url(callback, url, command);
    if callback.family != Family::V4 {
        callback.infer();
    }
}

/// A body without `Event` is of the event family all the same if the URL says so, and then lacks it.
fn suits(callback: &Callback<'_>, command: Option<CallbackCommand>) -> bool {
    callback.family == Family::Event || !matches!(command, Some(CallbackCommand::Event(..)))
}

fn take_url<'a>(callback: &mut Callback<'a>, url: Option<&Url<'a>>, command: Option<CallbackCommand>) {
    callback.url_command = command;
    if callback.family != Family::V4 {
        callback.command = command;
    }
    let Some(url) = url else { return };
    let given =
        |parameter| url.get(parameter).map(|given| given.value.clone()).filter(|value| !value.is_empty());
    callback.sdkappid = url.value(Parameter::SdkAppId).and_then(parse_sdkappid);
    callback.platform = given(Parameter::OptPlatform);
    callback.client_ip = given(Parameter::ClientIp);
}
