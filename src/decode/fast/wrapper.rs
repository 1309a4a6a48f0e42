//! Learns how a wrapped record is laid out, from one that the full path has read.
//!
//! Comes in: the text of a sound record with one callback in it. Goes out: its [`Layout`], or `None`. Must not: let a value
//! vary that the full path weighs, such as a member that could be a body; it becomes part of the fixed text instead.

use std::sync::Arc;

use super::body::KeyOrder;
use super::bytes::{blanks, special};
use super::gap::Gap;
use super::layout::{Layout, Slot};
use super::line_text::{TextBefore, after_body, is_plain, unescaped};
use super::values::{object_end, scalar, string, time};
use crate::decode::captured_by::CapturedBy;
use crate::decode::names::{URLS, known};
use crate::decode::plain::{FastCallback, WrapperNotes};
use crate::decode::wrappers::{CAPTURE_TIMES, LOG_TEXTS, QUERIES, is_foreign_url, is_never_entered};
use crate::framing::Request;
use crate::spec::{PARAMETERS, Parameter, Word};

/// Deepest nesting of a wrapper that is learned.
const DEEPEST: usize = 8;

/// Layouts that are known at a time.
const MOST_KNOWN: usize = 8;

/// Layouts that are learned, and the number of records read by those learned before for which one more is.
const LEARNED: (u64, u64) = (64, 16);

/// The layouts of a log's last wrapped records.
#[derive(Clone, Debug, Default)]
pub(in crate::decode) struct KnownWrappers {
    known: Vec<(Layout, Arc<WrapperNotes>)>,
    /// Which of them the last record had; none if it was read in another way.
    last: Option<usize>,
    /// How many were learned, and how many records were read.
    learned: u64,
    read: u64,
}

impl KnownWrappers {
    /// What was unwrapped to read the last record.
    pub(super) fn last(&self) -> Option<&Arc<WrapperNotes>> {
        self.last.map(|index| &self.known[index].1)
    }

    /// Reads a record that is laid out like the last one; from now on the last one is another.
    #[inline]
    pub(super) fn read_like_last<'a>(
        &mut self,
        text: &'a str,
        request: Option<&Request>,
        order: &mut KeyOrder,
        into: &mut FastCallback<'a>,
    ) -> Option<()> {
        let last = self.last.take().filter(|_| request.is_none())?;
        self.known[last].0.read(text, order, into)?;
        self.read += 1;
        self.last = Some(last);
        Some(())
    }

    /// Reads a record that is laid out like any that is known.
    pub(super) fn read<'a>(
        &mut self,
        text: &'a str,
        order: &mut KeyOrder,
        into: &mut FastCallback<'a>,
    ) -> Option<()> {
        let index = self.known.iter().position(|(layout, _)| layout.read(text, order, into).is_some())?;
        self.read += 1;
        self.last = Some(index);
        Some(())
    }

    /// Learns how a record is laid out, unless that is known, or most that were learned were of no use. `is_right` tells whether a callback
    /// is the one of the record, `has_capture` whether it says when and by whom that was captured.
    pub(in crate::decode) fn learn(
        &mut self,
        text: &str,
        notes: &WrapperNotes,
        is_right: impl Fn(&FastCallback<'_>) -> bool,
        has_capture: impl Fn(&FastCallback<'_>) -> bool,
    ) {
        self.last = None;
        let (mut order, mut callback) = (KeyOrder::of_one(), FastCallback::default());
        let is_known =
            self.known.iter().any(|(layout, _)| layout.read(text, &mut order, &mut callback).is_some());
        if is_known || self.learned >= LEARNED.0 + self.read / LEARNED.1 {
            return;
        }
        self.learned += 1;
        let Some(mut layout) = learn(text) else { return };
        let is_read = layout.read(text, &mut KeyOrder::of_one(), &mut callback).is_some();
        if is_read && is_right(&callback) {
            layout.hides_capture = !has_capture(&callback);
            self.known.truncate(MOST_KNOWN - 1);
            self.known.insert(0, (layout, Arc::new(notes.clone())));
        }
    }
}

/// Learns how a record is laid out.
fn learn(text: &str) -> Option<Layout> {
    let bytes = text.as_bytes();
    let mut learner = Learner { text, parts: Vec::new(), noted: 0, has_body: false, has_url: false };
    let mut index = blanks(bytes, 0);
    if bytes.get(index) != Some(&b'{') {
        index = memchr::memchr(b'{', bytes)?;
        let before = text.get(..index).filter(|before| is_plain(before))?;
        learner.slot(Slot::TextBefore(TextBefore::of(before)), 0, index);
    }
    let end = learner.value(index, ValuePlace { name: "", is_foreign: false, depth: 0 })?;
    let end_text = text.get(learner.noted..end)?.to_owned();
    let mut layout = Layout { parts: learner.parts, end: end_text, hides_capture: false };
    if blanks(bytes, end) != bytes.len() {
        layout.parts.push((Gap::of(std::mem::take(&mut layout.end).as_bytes()), Slot::TextAfter));
    }
    learner.has_body.then_some(layout)
}

/// Where a value stands.
#[derive(Clone, Copy)]
struct ValuePlace<'a> {
    /// The name of the member that it is.
    name: &'a str,
    /// True within a member that is never entered.
    is_foreign: bool,
    depth: usize,
}

struct Learner<'a> {
    text: &'a str,
    parts: Vec<(Gap, Slot)>,
    /// Where what is noted of the text ends.
    noted: usize,
    has_body: bool,
    has_url: bool,
}

impl<'a> Learner<'a> {
    /// Notes a value.
    fn slot(&mut self, slot: Slot, start: usize, end: usize) -> Option<usize> {
        self.parts.push((Gap::of(self.text.as_bytes().get(self.noted..start)?), slot));
        self.noted = end;
        Some(end)
    }

    /// Learns the value that begins at `index`; gives where it ends.
    fn value(&mut self, index: usize, place: ValuePlace<'a>) -> Option<usize> {
        if place.depth > DEEPEST {
            return None;
        }
        match self.text.as_bytes().get(index)? {
            b'{' => self.object(index, place),
            b'[' => self.array(index),
            b'"' => self.string(index, place),
            _ => self.scalar(index, place),
        }
    }

    fn object(&mut self, index: usize, place: ValuePlace<'a>) -> Option<usize> {
        if !place.is_foreign
            && let Some(end) = object_end::<false>(self.text, index)
        {
            return self.body(Slot::Object, index, end);
        }
        let bytes = self.text.as_bytes();
        if QUERIES.contains(&place.name) && !place.is_foreign {
            return self.parameters(index);
        }
        if CAPTURE_TIMES.contains(&place.name) && !place.is_foreign {
            return None;
        }
        let is_foreign = place.is_foreign || is_never_entered(place.name);
        let mut at = blanks(bytes, index + 1);
        if bytes.get(at)? == &b'}' {
            return Some(at + 1);
        }
        loop {
            let (name, value) = self.key(at)?;
            let inner = ValuePlace { name, is_foreign, depth: place.depth + 1 };
            at = blanks(bytes, self.value(value, inner)?);
            match bytes.get(at)? {
                b',' => at = blanks(bytes, at + 1),
                b'}' => return Some(at + 1),
                _ => return None,
            }
        }
    }

    /// A key, and where its value begins.
    fn key(&self, at: usize) -> Option<(&'a str, usize)> {
        let bytes = self.text.as_bytes();
        let (name, end) = string(self.text, at)?;
        let colon = blanks(bytes, end);
        (bytes.get(colon) == Some(&b':')).then(|| (name, blanks(bytes, colon + 1)))
    }

    fn body(&mut self, slot: Slot, start: usize, end: usize) -> Option<usize> {
        let is_first = !std::mem::replace(&mut self.has_body, true);
        if is_first { self.slot(slot, start, end) } else { None }
    }

    fn url(&mut self, slot: Slot, start: usize, end: usize) -> Option<usize> {
        let is_first = !std::mem::replace(&mut self.has_url, true);
        if is_first { self.slot(slot, start, end) } else { None }
    }

    /// The parameters of the URL as members; an object without any stays as it is.
    fn parameters(&mut self, index: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let end = end_of_brackets(bytes, index)?;
        let has_parameters = has_parameters(self.text.get(index..end)?);
        if !has_parameters || self.has_url {
            return (!has_parameters).then_some(end);
        }
        self.has_url = true;
        let mut at = blanks(bytes, index + 1);
        let mut seen = [false; PARAMETERS.len()];
        loop {
            let (name, value) = self.key(at)?;
            let parameter = Parameter::named(name)?;
            if std::mem::replace(&mut seen[parameter as usize], true) {
                return None;
            }
            let (_, behind) = string(self.text, value)?;
            at = blanks(bytes, self.slot(Slot::Parameter(parameter), value, behind)?);
            match bytes.get(at)? {
                b',' => at = blanks(bytes, at + 1),
                b'}' => return (!seen.contains(&false)).then_some(at + 1),
                _ => return None,
            }
        }
    }

    /// An array stays as it is: its elements may be records of their own.
    fn array(&self, index: usize) -> Option<usize> {
        end_of_brackets(self.text.as_bytes(), index)
    }

    fn string(&mut self, index: usize, place: ValuePlace<'a>) -> Option<usize> {
        let ValuePlace { name, is_foreign, .. } = place;
        let bytes = self.text.as_bytes();
        let inside = special(bytes, index + 1)?;
        if !is_foreign && let Some((slot, end)) = self.logged_body(index, name) {
            return self.body(slot, index, end);
        }
        let is_whole = bytes[inside] == b'"';
        if !is_whole {
            // One with escapes stays as it is.
            return string_end(bytes, index + 1);
        }
        let end = inside + 1;
        let value = self.text.get(index + 1..inside)?;
        let slot = match () {
            () if is_foreign => Slot::Text,
            () if value.contains('{') => return Some(end),
            () if CAPTURE_TIMES.contains(&name) => match time(self.text, index) {
                Some((is_local, _)) => Slot::Time(is_local),
                None => return Some(end),
            },
            () if name == "request" => return self.request_line(index, end),
            () if QUERIES.contains(&name) => {
                let has_parameters = has_parameters(value);
                return if has_parameters { self.url(Slot::Query, index, end) } else { Some(end) };
            }
            () if value.contains('?') && !is_foreign_url(name) => {
                let has_parameters = has_parameters(value);
                return if has_parameters { self.url(Slot::WholeUrl, index, end) } else { Some(end) };
            }
            () if is_foreign_url(name) => Slot::Text,
            () => match free(name) {
                Some(slot) => slot,
                None => return Some(end),
            },
        };
        self.slot(slot, index, end)
    }

    /// A line that a program wrote with the body in it, and where its string ends.
    fn logged_body(&self, index: usize, name: &str) -> Option<(Slot, usize)> {
        let bytes = self.text.as_bytes();
        let start = index + 1;
        let at = start + memchr::memchr2(b'{', b'"', bytes.get(start..)?)?;
        let end = object_end::<true>(self.text, at)?;
        let before = TextBefore::of(&unescaped(self.text.get(start..at)?)?);
        let slot = if LOG_TEXTS.contains(&name) { Slot::LoggedBody(before) } else { Slot::QuotedBody };
        Some((slot, after_body(bytes, end)? + 1))
    }

    /// A member that is a request line; one that is not stays as it is.
    fn request_line(&mut self, index: usize, end: usize) -> Option<usize> {
        let line = self.text.get(index + 1..end - 1)?;
        let Some(blank) = line.find(' ').filter(|blank| has_parameters(&line[*blank..])) else {
            return Some(end);
        };
        let start = index + 1 + blank + 1;
        let length = self.text.get(start..end)?.find([' ', '"'])?;
        self.url(Slot::Target, start, start + length)?;
        Some(end)
    }

    fn scalar(&mut self, index: usize, place: ValuePlace<'a>) -> Option<usize> {
        let end = scalar(self.text, index)?;
        let is_time = !place.is_foreign && CAPTURE_TIMES.contains(&place.name);
        match free(place.name) {
            _ if place.is_foreign => self.slot(Slot::Plain, index, end),
            _ if is_time => match time(self.text, index) {
                Some((is_local, _)) => self.slot(Slot::Time(is_local), index, end),
                None => Some(end),
            },
            Some(slot) => self.slot(slot, index, end),
            None => Some(end),
        }
    }
}

/// What the value of a name may be that the full path looks for nothing in; none if it has to stay as it is.
fn free(name: &str) -> Option<Slot> {
    let without_marks: String = name.chars().filter(|c| *c != '_').collect();
    if Parameter::named(&without_marks).is_some() {
        return None;
    }
    if LOG_TEXTS.contains(&name) || URLS.contains(&name) {
        return Some(Slot::Plain);
    }
    let slot = if CapturedBy::is_named_by(name) { Slot::Captor } else { Slot::Plain };
    known(name).is_none().then_some(slot)
}

/// True for a text with the name of the parameter that every callback's URL has.
fn has_parameters(text: &str) -> bool {
    let name = Parameter::SdkAppId.as_str().as_bytes();
    text.as_bytes().windows(name.len()).any(|it| it.eq_ignore_ascii_case(name))
}

/// One past the bracket that closes the one at `index`.
fn end_of_brackets(bytes: &[u8], index: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = index;
    loop {
        match bytes.get(at)? {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth -= 1,
            b'"' => {
                at = string_end(bytes, at + 1)?;
                continue;
            }
            _ => {}
        }
        at += 1;
        if depth == 0 {
            return Some(at);
        }
    }
}

/// One past the quote that ends the string whose content begins at `from`.
fn string_end(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at += memchr::memchr2(b'"', b'\\', bytes.get(at..)?)?;
        match bytes[at] {
            b'"' => return Some(at + 1),
            _ => at += 2,
        }
    }
}
