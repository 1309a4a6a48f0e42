//! A callback that was found in a record, and the record as it is opened there.

use std::borrow::Cow;
use std::cell::OnceCell;

use super::fault::{EnvelopeFault, FaultKind, Product};
use super::faults::Faults;
use super::opened::{Body, Opened, Shape, Wrapping};
use super::pointer::{Pointer, PointerPart};
use super::surroundings::Surroundings;
use crate::decode::capture_time::CaptureTime;
use crate::decode::names::BODIES;
use crate::decode::options::DecodeOptions;
use crate::decode::plain::WrapperNotes;
use crate::decode::text_map::TextMap;
use crate::decode::url::Url;
use crate::framing::Span;

/// What was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::decode) enum LeafKind {
    /// A callback.
    #[default]
    Callback,
    /// A request of another product.
    Product(Product),
    /// A request that the receiver refused.
    Refused,
}

/// A callback in a record, with all that is around it.
#[derive(Debug, Default)]
pub(in crate::decode) struct Leaf {
    pub(in crate::decode) kind: LeafKind,
    /// Its text.
    pub(in crate::decode) text: String,
    /// The same in one spelling, once that was asked for.
    pub(super) key: OnceCell<String>,
    /// How its text stands in the record.
    pub(in crate::decode) map: TextMap,
    /// Range of the record: of the text, or of what it was decoded from.
    pub(in crate::decode) span: Span,
    /// Pointers of the texts that were entered, the outermost first.
    pub(in crate::decode) wrapper: Vec<String>,
    /// Where it was found.
    pub(super) origin: String,
    /// The same, if a name that is not in the tables leads there.
    pub(in crate::decode) unknown_path: Option<String>,
    /// The element of the nearest array of the record around it, or the object of a line of text; none for all of the
    /// record.
    pub(in crate::decode) element: Option<Span>,
    /// True if the record is a line of text with JSON in it.
    pub(in crate::decode) is_in_text: bool,
    pub(in crate::decode) surroundings: Surroundings,
}

impl Leaf {
    /// Its text in one spelling, by which copies are known.
    pub(super) fn key(&self) -> &str {
        self.key.get_or_init(|| compact(&self.text))
    }

    /// True for a callback that is the record itself, whose text is that range.
    pub(in crate::decode) fn is_record(&self, record: &Span) -> bool {
        self.kind != LeafKind::Refused
            && self.span == *record
            && self.wrapper.is_empty()
            && !self.is_copied()
            && self.surroundings.time.is_none()
    }

    /// True for a text in which another callback was found too. What is in base64 is not cut further.
    pub(in crate::decode) fn stands_with(&self, other: &Self) -> bool {
        self.origin == other.origin && !self.is_copied()
    }

    /// True for the body of a usual envelope: one level, with a URL where one is looked for.
    pub(in crate::decode) fn is_enveloped(&self) -> bool {
        let is_body = BODIES.iter().any(|name| self.origin.strip_prefix('/') == Some(*name));
        let is_plain = self.wrapper.len() < 2 && (!self.is_copied() || self.origin == "/body_base64");
        self.kind != LeafKind::Refused && is_body && is_plain && !self.surroundings.has_unusual_url
    }

    /// Says that the text stands in the body of a request, whose parameters, method and time are the callback's unless
    /// something nearer names others.
    pub(in crate::decode) fn stands_in(&mut self, body: Span, request: &Opened<'_>) {
        self.map = TextMap::Opaque(body.clone());
        self.span = body;
        let around = &mut self.surroundings;
        if around.url.is_none() {
            around.url = request.url.clone().map(Url::into_owned);
            around.target = request.target.as_ref().map(ToString::to_string);
        }
        if around.method.is_none() {
            around.method = request.method.as_ref().map(|(method, span)| (method.to_string(), span.clone()));
        }
        around.time = around.time.or(request.received_at.map(CaptureTime::Instant));
    }

    fn is_copied(&self) -> bool {
        match &self.map {
            TextMap::Opaque(_) => true,
            TextMap::Within { outer, .. } => {
                !matches!(outer.map, TextMap::Direct(_) | TextMap::Escaped { .. })
            }
            _ => false,
        }
    }
}

/// Opens a record at a callback that was found in it.
pub(in crate::decode) fn open_leaf<'a>(
    leaf: Leaf,
    buffer: &'a mut String,
    options: &DecodeOptions,
) -> Opened<'a> {
    let Leaf { kind, text, map, span, wrapper, unknown_path, surroundings, .. } = leaf;
    *buffer = text;
    let text: &str = buffer;
    let mut faults = Faults::default();
    if let Some((name, span)) = &surroundings.bad_time {
        let pointer = Pointer::Inside(&Pointer::Whole, PointerPart::Key(name));
        faults.add_kind(pointer, span.clone(), FaultKind::Envelope(EnvelopeFault::Time));
    }
    let is_refused = kind == LeafKind::Refused;
    Opened {
        shape: Shape::Wrapped,
        method: surroundings.method.map(|(method, span)| (Cow::Owned(method), span)),
        target: surroundings.target.map(Cow::Owned),
        url: surroundings.url,
        received_at: surroundings.time.and_then(|time| time.milliseconds(&options.log_zone)),
        captured_by: surroundings.captured_by,
        faults,
        body: (!is_refused).then_some(Ok(Body { text, map })),
        raw_body: Some((span, Cow::Borrowed(text.as_bytes()))),
        wrapping: Wrapping {
            notes: WrapperNotes {
                texts: wrapper,
                unknown_path,
                is_local_time: surroundings.time.is_some_and(CaptureTime::is_local),
            },
            is_refused,
            is_text_line: false,
            query: surroundings.query,
            headers: surroundings.headers,
            has_parameter_members: surroundings.are_members,
        },
    }
}

/// A JSON text without the white space between its values.
fn compact(text: &str) -> String {
    let mut in_string = false;
    let mut escaped = false;
    let keeps = |letter: &char| {
        let keep = in_string || !letter.is_ascii_whitespace();
        (in_string, escaped) = match letter {
            '"' if !escaped => (!in_string, false),
            '\\' => (in_string, in_string && !escaped),
            _ => (in_string, false),
        };
        keep
    };
    text.chars().filter(keeps).collect()
}
