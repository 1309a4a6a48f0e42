//! Unwraps a record: finds the callbacks in whatever stands around them.
//!
//! Comes in: the text of a record. Goes out: each callback, or request of another product, with its place, the texts that
//! it was taken from, and what the levels around it say. Must not: enter what strangers or app users choose (the table is
//! [`crate::decode::wrappers`]), or look into a callback: a leaf is a leaf.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::sync::Arc;

use super::codings::{buffer, byte_array, form, from_base64, inflated, is_base64, is_gzip, plain_json};
use super::json::{Member, Value, all_values, each_element, each_member, whole};
use super::leaf::{Leaf, LeafKind};
use super::level::{At, CutRefusal, Layer, call_id, has_body, is_refused, leaf_kind};
use super::object::Members;
use super::pointer::{Pointer, PointerPart, locate};
use super::surroundings::{Enclosing, Surroundings};
use super::text::{EscapedJson, each_json, with_sound_escapes};
use crate::decode::capture_time;
use crate::decode::json_type::JsonType;
use crate::decode::options::DecodeOptions;
use crate::decode::text_map::{DecodedText, TextMap};
use crate::decode::wrappers::{BODY_NAMES, LOG_TEXTS, Role, role};
use crate::framing::Span;
use crate::spec::Field;

/// Most decodings through which a callback is looked for: a decoding turns text into something else.
const MOST_DECODINGS: usize = 8;

/// Deepest nesting of members and elements in which a callback is looked for.
const DEEPEST: usize = 24;

/// Most callbacks that one record holds.
const MOST_CALLBACKS: usize = 10_000;

/// Bytes that one record may be decoded to, for each of its own.
const MOST_EXPANSION: usize = 1000;

/// The search through one record.
struct Search<'o> {
    options: &'o DecodeOptions,
    found: Vec<Leaf>,
    element: Option<Span>,
    /// True in a record that is a line of text.
    is_in_text: bool,
    /// Bytes that may still be decoded.
    budget: usize,
}

/// The callbacks in a record's text, which begins `base` bytes into the record.
pub(in crate::decode) fn unwrap(text: &str, base: usize, options: &DecodeOptions) -> Vec<Leaf> {
    let mut search = Search::of(text, options);
    let layer = Layer { shared: None, text, base, wrapper: &[], span: base..base + text.len(), time: None };
    let at = At::default();
    match &search.options.body_at {
        None => search.line(&layer, at),
        Some(pointer) => search.at_pointer(&layer, pointer, at),
    }
    search.found
}

/// The callbacks in the body of a request, which is JSON, a form, or base64.
pub(in crate::decode) fn unwrap_body(text: &str, options: &DecodeOptions) -> Vec<Leaf> {
    let mut search = Search::of(text, options);
    let layer = Layer { shared: None, text, base: 0, wrapper: &[], span: 0..text.len(), time: None };
    let at = At::default();
    let values = all_values(text);
    if values.is_empty() {
        search.encoded(&layer, text.trim_ascii(), 0..text.len(), at);
    }
    values.into_iter().for_each(|value| search.value(&layer, value, at));
    search.found
}

impl<'o> Search<'o> {
    fn of(text: &str, options: &'o DecodeOptions) -> Self {
        let budget = text.len().saturating_mul(MOST_EXPANSION);
        Self { options, found: Vec::new(), element: None, is_in_text: false, budget }
    }
}

impl Search<'_> {
    /// Looks at a text that is JSON, or has JSON in it.
    fn line(&mut self, layer: &Layer<'_>, at: At<'_>) {
        if let Some(value) = whole(layer.text) {
            return self.value(layer, value, at);
        }
        if layer.text.trim_ascii_start().starts_with('{')
            && let Some(text) = with_sound_escapes(layer.text)
            && let Some(value) = whole(&text)
        {
            let shared =
                Arc::new(DecodedText { map: TextMap::Opaque(layer.span.clone()), text: text.clone() });
            let sound =
                Layer { shared: Some(&shared), text: &text, base: 0, span: layer.span.clone(), ..*layer };
            return self.value(&sound, value, at);
        }
        let (mut first, mut time) = (true, layer.time);
        let mut refusal = CutRefusal::default();
        each_json(layer.text, |json| {
            if first {
                time = capture_time::find(&layer.text[..json.span.start]).or(time);
                first = false;
            }
            if layer.shared.is_none() {
                self.is_in_text = true;
                self.element = Some(layer.in_record(json.span.clone()));
            }
            let around = Layer { time, wrapper: layer.wrapper, span: layer.span.clone(), ..*layer };
            if refusal.covers(layer.text, &json.span) && !self.options.include_refused {
                let value = Value { text: &layer.text[json.span.clone()], at: json.span.start };
                return self.add(LeafKind::Refused, &around, value, at);
            }
            match json.escaped {
                None => {
                    let value = Value { text: &layer.text[json.span.clone()], at: json.span.start };
                    self.value(&around, value, at);
                }
                Some(EscapedJson { text, map }) => self.decoded(&around, text, map, json.span, at),
            }
        });
    }

    /// Looks at the one place that was asked for.
    fn at_pointer(&mut self, layer: &Layer<'_>, pointer: &str, at: At<'_>) {
        let Some(root) = whole(layer.text) else { return };
        let Some(found) = locate(root.text, pointer) else { return };
        // Every level on the way may say that it was refused.
        let mut levels = pointer.match_indices('/').filter_map(|(end, _)| locate(root.text, &pointer[..end]));
        let is_refused = |level: Span| Members::read(&root.text[level]).is_ok_and(|level| is_refused(&level));
        if !self.options.include_refused && levels.any(is_refused) {
            return self.add(LeafKind::Refused, layer, root, at);
        }
        let value = Value { text: &root.text[found.clone()], at: root.at + found.start };
        let members = Members::read(root.text).unwrap_or_default();
        let level = Enclosing { parent: None, members: members.listed(), span: layer.in_record(root.span()) };
        let at = at.within(&level, 0);
        match value.json_type() {
            JsonType::String => self.string(layer, value, Role::Body, false, at),
            _ => self.value(layer, value, at),
        }
    }

    /// Looks at a value, which stands at `value.at` in the layer's text.
    fn value(&mut self, layer: &Layer<'_>, value: Value<'_>, at: At<'_>) {
        if at.depth > DEEPEST || self.found.len() >= MOST_CALLBACKS {
            return;
        }
        let at = At { depth: at.depth + 1, ..at };
        match value.json_type() {
            JsonType::Object => self.object(layer, value, at),
            JsonType::Array => self.array(layer, value, at),
            JsonType::String => self.string(layer, value, Role::Other, false, at),
            _ => {}
        }
    }

    fn array(&mut self, layer: &Layer<'_>, value: Value<'_>, at: At<'_>) {
        if let Some(bytes) = byte_array(value.text) {
            return self.bytes(layer, bytes, value.span(), at);
        }
        let outer = self.element.clone();
        each_element(value.text, |index, element| {
            let element = Value { at: value.at + element.at, ..element };
            if layer.shared.is_none() {
                self.element = Some(layer.in_record(element.span()));
            }
            // An element may stand by itself, so nothing around it applies to it.
            let level = at.level.filter(|_| layer.shared.is_some());
            self.value(
                layer,
                element,
                At { level, ..at }.moved(Pointer::Inside(&at.pointer, PointerPart::Index(index))),
            );
        });
        self.element = outer;
    }

    fn object(&mut self, layer: &Layer<'_>, value: Value<'_>, at: At<'_>) {
        let Some(members) = members_of(value.text) else { return };
        let level =
            Enclosing { parent: at.level, members: members.listed(), span: layer.in_record(value.span()) };
        let inner = at.within(&level, self.found.len());
        if let Some(kind) = leaf_kind(&members, at.level) {
            let before = self.found.len();
            if kind == LeafKind::Callback && members.get(Field::CallId.name()).is_some() && has_body(&members)
            {
                self.named(layer, &members, value.at, &BODY_NAMES, inner);
                let id = call_id(&members);
                let is_same = |leaf: &Leaf| Members::read(&leaf.text).is_ok_and(|body| call_id(&body) == id);
                if self.found[before..].iter().any(is_same) {
                    return;
                }
                self.found.truncate(before);
            }
            return self.add(kind, layer, value, at);
        }
        if is_refused(&members) && !self.options.include_refused {
            // Whatever it holds was refused.
            let before = self.found.len();
            if !has_body(&members) {
                self.others(layer, value, &members, inner);
                if self.found.len() == before {
                    return;
                }
                self.found.truncate(before);
            }
            return self.add(LeafKind::Refused, layer, value, at);
        }
        if let Some(bytes) = buffer(&members) {
            return self.bytes(layer, bytes, value.span(), inner);
        }
        if let [only] = members.listed()
            && only.key.starts_with('{')
        {
            let text = only.key.clone().into_owned();
            return self.decoded(layer, text, TextMap::Opaque(value.span()), value.span(), inner);
        }
        if has_body(&members) {
            self.named(layer, &members, value.at, &BODY_NAMES, inner);
            return self.named(layer, &members, value.at, &LOG_TEXTS, inner);
        }
        self.others(layer, value, &members, inner);
    }

    /// Enters the members of these names, in their order; of those that hold the same callback the first counts.
    fn named(&mut self, layer: &Layer<'_>, members: &Members<'_>, start: usize, names: &[&str], at: At<'_>) {
        for name in names {
            let (first, rest) =
                name.split_once('.').map_or((*name, None), |(first, rest)| (first, Some(rest)));
            let Some(member) = members.get(first) else { continue };
            match rest {
                None => self.member(layer, member, start, at, members),
                Some(rest) => {
                    let Some(nested) = members_of(member.value.text) else { continue };
                    let Some(inner) = nested.get(rest) else { continue };
                    let pointer = Pointer::Inside(&at.pointer, PointerPart::Key(first));
                    self.member(layer, inner, start + member.value.at, at.moved(pointer), &nested);
                }
            }
        }
    }

    /// Enters the members of a level without a body.
    fn others(&mut self, layer: &Layer<'_>, value: Value<'_>, members: &Members<'_>, at: At<'_>) {
        let enter = |search: &mut Self, member: &Member<'_>| {
            let unknown = at.unknown || !LOG_TEXTS.contains(&&*member.key);
            search.member(layer, member, value.at, At { unknown, ..at }, members);
        };
        match members.unlisted() {
            None => members.listed().iter().for_each(|member| enter(self, member)),
            Some(text) => drop(each_member(text, |member| enter(self, &member))),
        }
    }

    /// Enters one member, unless it is never entered, and drops what was found before it on the same level.
    fn member(
        &mut self,
        layer: &Layer<'_>,
        member: &Member<'_>,
        start: usize,
        at: At<'_>,
        siblings: &Members<'_>,
    ) {
        let role = role(&member.key);
        if role == Role::Never && !BODY_NAMES.contains(&&*member.key) && &*member.key != "text" {
            return;
        }
        let before = self.found.len();
        let value = Value { at: start + member.value.at, ..member.value };
        let path = at.pointer;
        let at = at.moved(Pointer::Inside(&path, PointerPart::Key(&member.key)));
        match value.json_type() {
            JsonType::String => {
                let role = if &*member.key == "text" { Role::Body } else { role };
                self.string(layer, value, role, is_base64(&member.key, siblings), at);
            }
            _ => self.value(layer, value, at),
        }
        self.drop_repeats(at.level_start, before);
    }

    /// Drops what was found from `before` on, if it was found from `start` on already.
    fn drop_repeats(&mut self, start: usize, before: usize) {
        let mut index = before;
        while index < self.found.len() {
            let is_repeat =
                self.found[start..before].iter().any(|other| other.key() == self.found[index].key());
            if is_repeat {
                self.found.remove(index);
            } else {
                index += 1;
            }
        }
    }

    fn string(&mut self, layer: &Layer<'_>, value: Value<'_>, role: Role, is_base64: bool, at: At<'_>) {
        let Some(text) = value.string() else { return };
        let inside = value.at + 1..value.span().end.saturating_sub(1);
        let map = match &text {
            Cow::Borrowed(_) => TextMap::Direct(inside.start),
            Cow::Owned(_) => TextMap::escaped(inside.start),
        };
        let trimmed = text.trim_ascii();
        let looks_like_json = trimmed.starts_with(['{', '[', '"']);
        if is_base64 && let Some(bytes) = from_base64(trimmed) {
            return self.bytes(layer, bytes, value.span(), at);
        }
        match role {
            Role::Never => {}
            Role::Body if !looks_like_json => self.encoded(layer, trimmed, value.span(), at),
            Role::LogText => self.decoded(layer, text.into_owned(), map, value.span(), at),
            Role::Body | Role::Other if looks_like_json => {
                self.decoded(layer, text.into_owned(), map, value.span(), at);
            }
            _ => {}
        }
    }

    /// Looks at the text of a body that is not JSON: base64 or a form, which stands in that range of the layer's text.
    fn encoded(&mut self, layer: &Layer<'_>, text: &str, from: Span, at: At<'_>) {
        if let Some(bytes) = from_base64(text).filter(|bytes| bytes.starts_with(b"{") || is_gzip(bytes)) {
            return self.bytes(layer, bytes, from, at);
        }
        for (_, text) in form(text) {
            self.decoded(layer, text, TextMap::Opaque(from.clone()), from.clone(), at);
        }
    }

    /// Looks at bytes that were decoded from a range of the layer's text.
    fn bytes(&mut self, layer: &Layer<'_>, bytes: Vec<u8>, from: Span, at: At<'_>) {
        let bytes = if is_gzip(&bytes) {
            inflated(&bytes, self.budget.min(self.options.most_decoded))
        } else {
            bytes
        };
        if let Ok(text) = String::from_utf8(bytes) {
            self.decoded(layer, text, TextMap::Opaque(from.clone()), from, at);
        }
    }

    /// Looks at a text that was decoded from a range of the layer's text.
    fn decoded(&mut self, layer: &Layer<'_>, text: String, map: TextMap, from: Span, at: At<'_>) {
        if layer.wrapper.len() >= MOST_DECODINGS || text.len() > self.budget {
            return;
        }
        self.budget -= text.len();
        if !may_hold_json(&text) {
            return;
        }
        let wrapper: Vec<String> = layer.wrapper.iter().cloned().chain([at.pointer.to_string()]).collect();
        let shared = Arc::new(DecodedText { text, map: layer.map(map) });
        let span = layer.in_record(from);
        let inner =
            Layer { shared: Some(&shared), text: &shared.text, base: 0, wrapper: &wrapper, span, time: None };
        self.line(&inner, at.moved(Pointer::Whole));
    }

    fn add(&mut self, kind: LeafKind, layer: &Layer<'_>, value: Value<'_>, at: At<'_>) {
        let plain = plain_json(value.text);
        let map = match &plain {
            None => layer.map(TextMap::Direct(value.at)),
            Some(_) => TextMap::Opaque(layer.in_record(value.span())),
        };
        let text = plain.unwrap_or_else(|| value.text.to_owned());
        let origin = format!("{}{}", layer.wrapper.concat(), at.pointer);
        self.found.push(Leaf {
            kind,
            text,
            key: OnceCell::new(),
            map,
            span: layer.in_record(value.span()),
            wrapper: layer.wrapper.to_vec(),
            unknown_path: at.unknown.then(|| origin.clone()),
            origin,
            element: self.element.clone(),
            is_in_text: self.is_in_text,
            surroundings: Surroundings::of(at.level, layer.time),
        });
    }
}

/// True unless there is certainly no JSON in a text.
fn may_hold_json(text: &str) -> bool {
    memchr::memchr(b'{', text.as_bytes()).is_some()
}

/// The members of an object, kept off the stack, which would have to hold those of every level.
#[inline(never)]
fn members_of(text: &str) -> Option<Box<Members<'_>>> {
    Members::read(text).ok().map(Box::new)
}
