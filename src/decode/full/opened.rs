//! What surrounds a body, and the body's text: of a request, and of a line that is a body.

use std::borrow::Cow;

use super::content_coding::{codings_of, uncoded};
use super::fault::{Damage, DamageKind};
use super::faults::Faults;
use crate::decode::captured_by::CapturedBy;
use crate::decode::plain::WrapperNotes;
use crate::decode::text_map::TextMap;
use crate::decode::url::{Url, query_of};
use crate::framing::{Request, Span, decode_chunked};

/// What a record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// An HTTP request.
    Http,
    /// A line that is the body itself.
    Bare,
    /// A line that is an envelope around a body.
    Envelope,
    /// A line with a callback anywhere within it.
    Wrapped,
    /// A row of a table.
    Row,
}

/// The body of a record.
#[derive(Clone, Debug)]
pub struct Body<'a> {
    /// Its text.
    pub text: &'a str,
    /// How the text is represented in the record.
    pub map: TextMap,
}

/// An opened record. Places are ranges of the record unless said otherwise.
#[derive(Debug)]
pub struct Opened<'a> {
    /// What the record is.
    pub shape: Shape,
    /// The method, if one is given, and its place.
    pub method: Option<(Cow<'a, str>, Span)>,
    /// The request target, if one is given.
    pub target: Option<Cow<'a, str>>,
    /// The parameters, where there is a URL to read: always for HTTP; for an envelope, if it has a query.
    pub url: Option<Url<'a>>,
    /// When the record was captured, in Unix milliseconds.
    pub received_at: Option<i64>,
    /// Who captured it.
    pub captured_by: CapturedBy,
    /// What cannot be used of an envelope, and its own repeated keys; places are those of the record.
    pub faults: Faults,
    /// The body's text; damage in it has places of the text. `None` if it is missing, which a fault says, or
    /// if the request is incomplete, which the framing says.
    pub body: Option<Result<Body<'a>, (Damage, TextMap)>>,
    /// Place in the record, and decoded bytes, of the body; none if it cannot be decoded.
    pub raw_body: Option<(Span, Cow<'a, [u8]>)>,
    /// What was unwrapped to find the body.
    pub wrapping: Wrapping,
}

/// What a body was found in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wrapping {
    /// Where it was found.
    pub notes: WrapperNotes,
    /// True for a request that the receiver refused: it is never a callback.
    pub is_refused: bool,
    /// True for what a collector wrote around a line of text, which needs no unwrapping.
    pub is_text_line: bool,
    /// The query that was captured with the body, without its `?`.
    pub query: Option<String>,
    /// The headers that were captured with it.
    pub headers: Vec<(String, String)>,
    /// True if the parameters are members or columns: without a URL, none of them is missing from it.
    pub has_parameter_members: bool,
}

impl Opened<'_> {
    /// Notes that the body's text is damaged.
    pub(in crate::decode) fn refuse(&mut self, damage: Damage) {
        if let Some(Ok(body)) = self.body.take() {
            self.body = Some(Err((damage, body.map)));
        }
    }
}

/// Opens a request that framing has found.
pub(in crate::decode) fn open_http<'a>(
    record: &'a [u8],
    request: &Request,
    most_decoded: usize,
    buffer: &'a mut Vec<u8>,
) -> Opened<'a> {
    let text = |span: &Span| String::from_utf8_lossy(&record[span.clone()]);
    let method = (text(&request.line.method), request.line.method.clone());
    let target = text(&request.line.target);
    let target_at = request.line.target.start;
    // A query that is empty or missing is still a URL, which lacks every parameter.
    let query = query_of(&target).unwrap_or(target.len()..target.len());
    let url = match &target {
        Cow::Borrowed(target) => {
            let query_text = Cow::Borrowed(&target[query.clone()]);
            Url::parse(&query_text, target_at + query.start, TextMap::Direct(0))
        }
        // Replacement characters have moved what follows them, so places are only those of the target.
        Cow::Owned(target) => {
            let query_text = Cow::Owned(target[query].to_owned());
            Url::parse(&query_text, 0, TextMap::Opaque(request.line.target.clone()))
        }
    };
    let stored = &record[request.body.clone()];
    let chunks = request.chunked.then(|| decode_chunked(stored));
    let codings = codings_of(record.get(..request.body.start).unwrap_or_default());
    let sent = chunks.as_ref().map_or(stored, |chunks| &chunks.content);
    let decoded = uncoded(codings.into_iter(), sent, most_decoded);
    let (decoded, fault) = match decoded {
        Ok(decoded) => (decoded, None),
        Err(fault) => (None, Some(DamageKind::Coding(fault))),
    };
    let (bytes, map): (&[u8], TextMap) = match (decoded, chunks) {
        (Some(decoded), _) => {
            *buffer = decoded;
            (buffer, TextMap::Opaque(request.body.clone()))
        }
        (None, Some(chunks)) => {
            *buffer = chunks.content;
            (buffer, TextMap::Chunks { start: request.body.start, marks: chunks.marks })
        }
        (None, None) => (stored, TextMap::Direct(request.body.start)),
    };
    let body = || match fault {
        Some(kind) => Err((Damage { kind, span: 0..bytes.len() }, map)),
        None => body_of(bytes, map),
    };
    Opened {
        shape: Shape::Http,
        method: Some(method),
        target: Some(target),
        url: Some(url),
        received_at: request.time,
        captured_by: CapturedBy::default(),
        faults: Faults::default(),
        body: request.usable.then(body),
        raw_body: request.usable.then(|| (request.body.clone(), Cow::Borrowed(bytes))),
        wrapping: Wrapping::default(),
    }
}

/// The text of a body's bytes.
pub(super) fn body_of(bytes: &[u8], map: TextMap) -> Result<Body<'_>, (Damage, TextMap)> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(Body { text, map }),
        Err(error) => {
            let start = error.valid_up_to();
            let length = error.error_len().unwrap_or(bytes.len() - start);
            Err((Damage { kind: DamageKind::NotUtf8, span: start..start + length }, map))
        }
    }
}

/// Opens a line that is the body itself, whose text it gives.
pub(in crate::decode) fn open_bare(record: &[u8]) -> (Opened<'_>, Option<&str>) {
    let start = record.len() - record.trim_ascii_start().len();
    let whole = record.strip_suffix(b"\n").unwrap_or(record);
    let whole = whole.strip_suffix(b"\r").unwrap_or(whole);
    let body = body_of(record.trim_ascii(), TextMap::Direct(start));
    let text = body.as_ref().ok().map(|body| body.text);
    let opened = Opened {
        shape: Shape::Bare,
        method: None,
        target: None,
        url: None,
        received_at: None,
        captured_by: CapturedBy::default(),
        faults: Faults::default(),
        body: Some(body),
        raw_body: Some((0..whole.len(), Cow::Borrowed(whole))),
        wrapping: Wrapping::default(),
    };
    (opened, text)
}
