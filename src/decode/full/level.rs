//! Where the search through a record stands, and what the objects on its way are.

use std::borrow::Cow;
use std::sync::Arc;

use super::body::{family_of, product_of};
use super::json::Member;
use super::leaf::LeafKind;
use super::object::Members;
use super::pointer::Pointer;
use super::surroundings::{Enclosing, Surroundings};
use super::text::each_json;
use crate::decode::capture_time::CaptureTime;
use crate::decode::json_type::JsonType;
use crate::decode::options::DecodeOptions;
use crate::decode::text_map::{DecodedText, TextMap};
use crate::decode::wrappers::{BODY_NAMES, LOG_TEXTS, REFUSED};
use crate::framing::Span;
use crate::spec::{Family, Field};

/// A text that is walked.
pub(super) struct Layer<'w> {
    /// The text with its map, if it was decoded.
    pub(super) shared: Option<&'w Arc<DecodedText>>,
    pub(super) text: &'w str,
    /// Where the text begins in the record, if it was not decoded.
    pub(super) base: usize,
    /// Pointers of the texts that were entered.
    pub(super) wrapper: &'w [String],
    /// The range of the record that holds the text.
    pub(super) span: Span,
    /// The time before the JSON.
    pub(super) time: Option<CaptureTime>,
}

impl Layer<'_> {
    /// Where a text within this one stands in the record; `inner` says where it stands in this one.
    pub(super) fn map(&self, inner: TextMap) -> TextMap {
        match self.shared {
            None => inner.shifted(self.base),
            Some(outer) => TextMap::Within { outer: Arc::clone(outer), inner: Box::new(inner) },
        }
    }

    /// The range of the record that holds a range of the text.
    pub(super) fn in_record(&self, span: Span) -> Span {
        match self.shared {
            None => self.base + span.start..self.base + span.end,
            Some(_) => self.span.clone(),
        }
    }
}

/// Where a value stands.
#[derive(Clone, Copy, Default)]
pub(super) struct At<'p> {
    pub(super) pointer: Pointer<'p>,
    pub(super) level: Option<&'p Enclosing<'p>>,
    /// True if a name that is not in the tables led here.
    pub(super) unknown: bool,
    pub(super) depth: usize,
    /// How much had been found when the level began.
    pub(super) level_start: usize,
}

impl<'p> At<'p> {
    /// The same with another path.
    pub(super) fn moved(self, pointer: Pointer<'p>) -> Self {
        Self { pointer, ..self }
    }

    /// The same in an object.
    pub(super) fn within(self, level: &'p Enclosing<'p>, level_start: usize) -> Self {
        Self { level: Some(level), level_start, ..self }
    }
}

/// What an object is within something else, if it is a leaf.
pub(super) fn leaf_kind(members: &Members<'_>, level: Option<&Enclosing<'_>>) -> Option<LeafKind> {
    if let Some(product) = product_of(members) {
        return Some(LeafKind::Product(product));
    }
    let has_id = is_given(members, Field::CallId.name());
    // Only with an id: what is around it is looked through for every object.
    let command = || has_id.then(|| Surroundings::of(level, None).command()).flatten();
    let family = family_of(members, None).or_else(|| family_of(members, command()))?;
    (has_id || family == Family::V4).then_some(LeafKind::Callback)
}

/// True for an object in whose text [`unwrap`](super::unwrap::unwrap) would find nothing but the whole of it, a callback.
/// Quick, and false where that takes a closer look.
pub(in crate::decode) fn is_callback_alone(
    text: &str,
    members: &Members<'_>,
    options: &DecodeOptions,
) -> bool {
    /// Brackets of a text that is certainly not too deep to be read.
    const MOST_BRACKETS: usize = 100;
    let has_own_body = || members.get(Field::CallId.name()).is_some() && has_body(members);
    options.body_at.is_none()
        && leaf_kind(members, None) == Some(LeafKind::Callback)
        && !has_own_body()
        && memchr::memchr(b'$', text.as_bytes()).is_none()
        && memchr::memchr2_iter(b'{', b'[', text.as_bytes()).take(MOST_BRACKETS).count() < MOST_BRACKETS
}

pub(super) fn is_given(members: &Members<'_>, name: &str) -> bool {
    members.get(name).is_some_and(|member| member.value.text != "null")
}

/// True for a level that has a body, even an empty one.
pub(super) fn has_body(members: &Members<'_>) -> bool {
    BODY_NAMES.iter().any(|name| match name.split_once('.') {
        None => is_given(members, name),
        Some((first, rest)) => members
            .get(first)
            .and_then(|member| Members::read(member.value.text).ok())
            .is_some_and(|nested| is_given(&nested, rest)),
    })
}

/// True for a wrapper of what the receiver refused. It writes the reason; next to a body anything but `null` says so.
pub(super) fn is_refused(members: &Members<'_>) -> bool {
    let says_so = |member: &Member<'_>| match member.value.json_type() {
        JsonType::String => true,
        JsonType::Null => false,
        _ => has_body(members),
    };
    members.listed().iter().any(|member| member.key == REFUSED && says_so(member))
}

/// What a line without its beginning or its end shows of the wrapper of what the receiver refused.
#[derive(Default)]
pub(super) struct CutRefusal {
    is_shown: bool,
    /// Where the JSON that was seen last ends.
    end: usize,
}

impl CutRefusal {
    /// True if the JSON that stands there in the line, after those seen before, is the body of such a wrapper.
    pub(super) fn covers(&mut self, line: &str, json: &Span) -> bool {
        let before = line.get(self.end..json.start).unwrap_or_default();
        self.end = json.end;
        // A bracket closes the wrapper before.
        self.is_shown &= !before.trim_start().starts_with('}');
        self.is_shown |= before.contains(&format!("\"{REFUSED}\":"));
        self.is_shown && before.trim_end().ends_with("\"body\":")
    }
}

pub(super) fn call_id<'a>(members: &Members<'a>) -> Option<Cow<'a, str>> {
    members.get(Field::CallId.name())?.value.string()
}

/// True for what a collector wrote around a line of text without JSON.
pub(in crate::decode) fn is_text_line(members: &Members<'_>) -> bool {
    let line = LOG_TEXTS.iter().find_map(|name| members.get(name)?.value.string());
    line.is_some_and(|line| !may_hold_object(&line)) && !has_body(members)
}

fn may_hold_object(text: &str) -> bool {
    let mut holds = false;
    each_json(text, |_| holds = true);
    holds
}
