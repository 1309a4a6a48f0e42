//! How a record is laid out: the text between its values, and what each value is for.
//!
//! Comes in: a record, and the layout of an earlier one of the same log. Goes out: the callback in it, if the record differs
//! from the earlier one only in values of which each means what it meant there. Must not: read names, which are part of the
//! text between the values.

use std::borrow::Cow;

use super::body::KeyOrder;
use super::bytes::{after, blanks};
use super::gap::Gap;
use super::line_text::{TextBefore, after_body, is_plain, unescaped};
use super::query::{query, read_query};
use super::values::{body, may_be_url, object, scalar, string, time, url};
use crate::decode::captured_by::CapturedBy;
use crate::decode::plain::{FastCallback, PlainUrl, ReceivedAt};
use crate::decode::url::{is_outside_url, parse_sdkappid};
use crate::spec::{PARAMETERS, Parameter};

/// What a value is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Slot {
    /// The body, as a string or as an object.
    Body,
    /// The body as an object.
    Object,
    /// The body as the content of a string.
    QuotedBody,
    /// A line that a program wrote, with the body in it.
    LoggedBody(TextBefore),
    /// Text before the JSON of a line.
    TextBefore(TextBefore),
    /// The rest of a line, after its JSON.
    TextAfter,
    /// A URL or path, whose query is used if it has one.
    Url,
    /// A URL or path with a query.
    WholeUrl,
    /// The same in a request line.
    Target,
    /// A query.
    Query,
    /// The value of one parameter of the URL.
    Parameter(Parameter),
    /// The method, which is POST.
    Method,
    /// A time of capture; true for one that names no zone.
    Time(bool),
    /// Any string, which is never looked at.
    Text,
    /// A line that a program wrote, without JSON in it.
    LogText,
    /// A value that is not a URL with parameters.
    Other,
    /// The same, in which no JSON is.
    Plain,
    /// The same, which names who captured the callback.
    Captor,
}

/// How a record was written. The next one most likely differs only in the values; and as long as the text between them
/// is the same, the names in it need not be read again.
#[derive(Clone, Debug, Default)]
pub(super) struct Layout {
    /// The text before each value, and what the value is for.
    pub parts: Vec<(Gap, Slot)>,
    /// The text after the last value, without the white space at the end of the line.
    pub end: String,
    /// True if only the full path can say when and by whom such a record was captured.
    pub hides_capture: bool,
}

/// What a record contains, as far as it matters.
pub(super) struct RecordValues<'c, 'a> {
    /// What the body is read into, and whether it has been.
    callback: &'c mut FastCallback<'a>,
    has_callback: bool,
    url: Option<PlainUrl<'a>>,
    received_at: ReceivedAt<'a>,
    captured_by: CapturedBy,
    parameters: [&'a str; PARAMETERS.len()],
}

impl<'c, 'a> RecordValues<'c, 'a> {
    /// Those of a record that is read into a callback.
    pub(super) fn new(callback: &'c mut FastCallback<'a>) -> Self {
        Self {
            callback,
            has_callback: false,
            url: None,
            received_at: ReceivedAt::Unknown,
            captured_by: CapturedBy::default(),
            parameters: [""; PARAMETERS.len()],
        }
    }

    /// Takes the value that begins at `index`; gives where it ends.
    #[inline]
    pub(super) fn take(
        &mut self,
        slot: &Slot,
        text: &'a str,
        index: usize,
        order: &mut KeyOrder,
    ) -> Option<usize> {
        match slot {
            Slot::Body => {
                self.has_callback = true;
                body(text, index, order, self.callback)
            }
            Slot::Object => {
                self.has_callback = true;
                object::<false>(text, index, order, self.callback)
            }
            Slot::QuotedBody => self.logged_body(None, text, index, order),
            Slot::LoggedBody(before) => self.logged_body(Some(before), text, index, order),
            Slot::TextBefore(before) => {
                let at = index + memchr::memchr(b'{', text.as_bytes().get(index..)?)?;
                // With white space alone the record is its JSON.
                let text = text.get(index..at).filter(|text| !text.trim_ascii().is_empty())?;
                if let Some(time) = before.read(text)? {
                    self.received(time);
                }
                Some(at)
            }
            Slot::TextAfter => {
                let after = text.get(index..).filter(|after| !after.trim_ascii().is_empty())?;
                is_plain(after).then_some(text.len())
            }
            Slot::Url => {
                let (url, end) = url(text, index)?;
                self.url = url;
                Some(end)
            }
            Slot::WholeUrl | Slot::Target | Slot::Query => self.query(slot, text, index),
            Slot::Parameter(parameter) => {
                let (value, end) = string(text, index)?;
                self.parameters[*parameter as usize] = value;
                (!value.is_empty()).then_some(end)
            }
            Slot::Method => Some(string(text, index).filter(|(method, _)| *method == "POST")?.1),
            Slot::Time(is_local) => {
                let (_, end) = time(text, index).filter(|(local, _)| local == is_local)?;
                let quote = usize::from(text.as_bytes()[index] == b'"');
                let written = ReceivedAt::Written(&text[index + quote..end - quote]);
                self.received(if *is_local { ReceivedAt::Unread } else { written });
                Some(end)
            }
            Slot::Text => Some(string(text, index)?.1),
            Slot::LogText => Some(string(text, index).filter(|(line, _)| !line.contains('{'))?.1),
            Slot::Other => scalar(text, index).filter(|end| !may_be_url(&text[index..*end])),
            Slot::Plain => plain(text, index),
            Slot::Captor => {
                let end = plain(text, index)?;
                self.captured_by.add(&text[index..end]);
                Some(end)
            }
        }
    }

    /// Takes a time of capture. Which of several counts is not known here.
    fn received(&mut self, time: ReceivedAt<'a>) {
        let is_first = self.received_at == ReceivedAt::Unknown;
        self.received_at = if is_first { time } else { ReceivedAt::Unread };
    }

    /// Takes a string with the body in it, perhaps with text around it.
    fn logged_body(
        &mut self,
        before: Option<&TextBefore>,
        text: &'a str,
        index: usize,
        order: &mut KeyOrder,
    ) -> Option<usize> {
        let bytes = text.as_bytes();
        let start = after(bytes, index, b'"')?;
        let at = start + memchr::memchr2(b'{', b'"', bytes.get(start..)?)?;
        let end = object::<true>(text, at, order, self.callback)?;
        let close = after_body(bytes, end)?;
        self.has_callback = true;
        let text = unescaped(text.get(start..at)?)?;
        let has_time = match before {
            Some(before) => before.read(&text)?.is_some(),
            None if text.trim_ascii().is_empty() => false,
            None => return None,
        };
        if has_time {
            self.received(ReceivedAt::Unread);
        }
        Some(close + 1)
    }

    fn query(&mut self, slot: &Slot, text: &'a str, index: usize) -> Option<usize> {
        let bytes = text.as_bytes();
        let (target, end) = match slot {
            Slot::Target => {
                let length = memchr::memchr2(b' ', b'"', bytes.get(index..)?)?;
                (text.get(index..index + length)?, index + length)
            }
            _ => string(text, index)?,
        };
        if !target.is_ascii() || target.contains(is_outside_url) {
            return None;
        }
        let query =
            if *slot == Slot::Query { target.strip_prefix('?').unwrap_or(target) } else { query(target)? };
        self.url = Some(read_query(query)?);
        Some(end)
    }

    /// Completes the callback, once every value was taken; none without one.
    pub(super) fn finish(self) -> Option<()> {
        let [sdkappid, command, content_type, client_ip, platform] = self.parameters;
        let url = match self.url {
            None if !sdkappid.is_empty() => Some(PlainUrl {
                sdkappid: parse_sdkappid(sdkappid),
                command,
                content_type,
                client_ip: Cow::Borrowed(client_ip),
                platform,
            }),
            url => url,
        };
        self.has_callback.then(|| self.callback.surround(url, self.received_at, self.captured_by))
    }
}

/// The end of a value that is not a URL with parameters, and in which no JSON is.
fn plain(text: &str, index: usize) -> Option<usize> {
    let is_plain = |end: &usize| memchr::memchr2(b'?', b'{', &text.as_bytes()[index..*end]).is_none();
    scalar(text, index).filter(is_plain)
}

impl Layout {
    /// Reads a record that is laid out so into a callback.
    #[inline]
    pub(super) fn read<'a>(
        &self,
        text: &'a str,
        order: &mut KeyOrder,
        into: &mut FastCallback<'a>,
    ) -> Option<()> {
        let bytes = text.as_bytes();
        let mut contents = RecordValues::new(into);
        let mut index = 0;
        for (before, slot) in &self.parts {
            index = contents.take(slot, text, before.after(bytes, index)?, order)?;
        }
        let rest = bytes.get(index..)?;
        let ends =
            rest.starts_with(self.end.as_bytes()) && blanks(bytes, index + self.end.len()) == bytes.len();
        if self.hides_capture {
            contents.received_at = ReceivedAt::Unread;
        }
        if ends { contents.finish() } else { None }
    }
}
