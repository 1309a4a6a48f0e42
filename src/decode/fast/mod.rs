//! The fast path: one pass over a record, without an allocation, for records without anything unusual.
//!
//! Comes in: a record as text, and what framing found out about it. Goes out: the [`FastCallback`] that it contains,
//! or nothing: then the full path has to be taken, which alone can say what is unusual. Must not: say anything about a
//! record that the full path would read differently. Tests compare the two.
//!
//! What makes it fast: nearly every callback is laid out as the vendor writes it, or like one before, so that all between
//! two values is compared at once; the end of a string is looked for eight bytes at a time; and a callback is read where it
//! stays.

mod body;
mod body_layout;
mod body_values;
mod bytes;
mod clock;
mod cursor;
mod envelope;
mod gap;
mod layout;
mod line_text;
mod query;
mod text;
mod v4;
mod v4_vendor_order;
mod values;
mod vendor_order;
mod wrapper;

use std::sync::Arc;

use super::captured_by::CapturedBy;
use super::plain::{FastCallback, ReceivedAt, WrapperNotes};
use crate::framing::Request;
use body::KeyOrder;
use bytes::blanks;
use envelope::read_envelope;
use layout::Layout;
pub(super) use line_text::holds_plain_body;
use query::{query, read_query};
use values::{object, object_end};
use wrapper::KnownWrappers;

/// What the last records of a log were like, as a guess of what the next ones are.
#[derive(Clone, Debug, Default)]
pub struct Predictor {
    order: KeyOrder,
    layout: Layout,
    /// True if the last line was an envelope.
    enveloped: bool,
    /// The layouts of wrapped records.
    pub(super) wrappers: KnownWrappers,
}

impl Predictor {
    /// What was unwrapped to read the last record on the fast path; none if it was not wrapped.
    pub fn unwrapped(&self) -> Option<&Arc<WrapperNotes>> {
        self.wrappers.last()
    }
}

/// Reads a record that is a line, or a request as framing found it, into a callback; without a result that says nothing.
#[inline]
pub(super) fn read_record<'a>(
    text: &'a str,
    request: Option<&Request>,
    predictor: &mut Predictor,
    into: &mut FastCallback<'a>,
) -> Option<()> {
    let Predictor { order, layout, enveloped, wrappers } = predictor;
    if wrappers.read_like_last(text, request, order, into).is_some() {
        return Some(());
    }
    if let Some(request) = request {
        return read_request(text, request, order, into);
    }
    if *enveloped && read_envelope(text, order, layout, into).is_some() {
        return Some(());
    }
    if read_plain_body(text, order, into).is_some() {
        *enveloped = false;
        return Some(());
    }
    if !*enveloped && read_envelope(text, order, layout, into).is_some() {
        *enveloped = true;
        return Some(());
    }
    wrappers.read(text, order, into)
}

/// Reads a body about which nothing is known beforehand.
pub(super) fn read_body_alone(text: &str) -> Option<FastCallback<'_>> {
    let mut callback = FastCallback::default();
    read_plain_body(text, &mut KeyOrder::of_one(), &mut callback).map(|()| callback)
}

/// Bytes of the callback that `data` begins with, if that is a plain one.
pub(super) fn plain_length(data: &[u8]) -> Option<usize> {
    /// More than a plain callback has.
    const MOST: usize = 4096;
    let head = &data[..data.len().min(MOST)];
    let length = |head: &[u8]| {
        let text = simdutf8::compat::from_utf8(head)
            .or_else(|error| simdutf8::compat::from_utf8(&head[..error.valid_up_to()]))
            .ok()?;
        object_end::<false>(text, 0)
    };
    // Nearly always the first bracket closes it.
    let first = memchr::memchr(b'}', head)?;
    length(&head[..=first]).or_else(|| length(head))
}

/// Reads a text that is only a body, apart from white space.
#[inline(always)]
fn read_plain_body<'a>(text: &'a str, order: &mut KeyOrder, into: &mut FastCallback<'a>) -> Option<()> {
    let bytes = text.as_bytes();
    let end = object::<false>(text, blanks(bytes, 0), order, into)?;
    (blanks(bytes, end) == bytes.len()).then_some(())
}

/// Reads a request without flaws that has a query and a plain body.
fn read_request<'a>(
    text: &'a str,
    request: &Request,
    order: &mut KeyOrder,
    into: &mut FastCallback<'a>,
) -> Option<()> {
    let plain = request.usable && !request.chunked && request.flaws.is_empty();
    if !plain || text.get(request.line.method.clone())? != "POST" {
        return None;
    }
    let url = read_query(query(text.get(request.line.target.clone())?)?)?;
    read_plain_body(text.get(request.body.clone())?, order, into)?;
    let received_at = request.time.map_or(ReceivedAt::Unknown, ReceivedAt::At);
    into.surround(Some(url), received_at, CapturedBy::default());
    Some(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::body::read_body;
    use super::vendor_order::read_in_vendor_order;
    use super::{KeyOrder, read_body_alone};
    use crate::decode::full::body::read_body as read_fully;

    /// A callback with one piece replaced by another, so that every check is met from both sides.
    const BODY: &str = r#"{"UserId":"Alice","RoomId":"r","TotalNum":2,"MediaType":"audio","CallType":"single","CallId":"c","Role":"caller","Event":"call_end","CallResult":"normal_end","EventTime":1704856885,"StartCallTs":1704856873,"AcceptTs":0,"EndTs":1704856885}"#;
    const PIECES: [&str; 40] = [
        "",
        " ",
        "{",
        "}",
        "[",
        ",",
        ":",
        "\"",
        "\\",
        "\\u0041",
        "\t",
        "\n",
        "0",
        "-1",
        "1e3",
        "2.0",
        "00",
        "7",
        "null",
        "true",
        "\"\"",
        "\"x\"",
        "\"UserId\":\"B\",",
        "\"Event\":\"\",",
        "\"userid\":1,",
        "caller",
        "callee",
        "call_end",
        "start_call",
        "normal_end",
        "failed",
        "group",
        "video",
        "99999999999999999999",
        "1704856885000",
        "é",
        "\u{1f600}",
        "\"EndTs\":1",
        "1420070399",
        "4102444800",
    ];

    fn held_against_the_full_path(text: &str) {
        let Some(quick) = read_body_alone(text) else { return };
        let quick = quick.into_body();
        let full = read_fully(text, None);
        assert_eq!(full.faults.list(), [], "{text}");
        assert_eq!(full.callback.map_err(|_| text), Ok(quick));
    }

    #[test]
    fn a_sound_body_is_read() {
        assert!(read_body_alone(BODY).is_some());
        held_against_the_full_path(BODY);
    }

    /// Bodies of each kind as the vendor writes them.
    fn usual_bodies() -> Vec<String> {
        let endings = [
            r#""Event":"start_call","CallResult":"","#,
            r#""Event":"call_end","CallResult":"normal_end","#,
            r#""CallResult":"reject","#,
        ];
        let stamps = [
            "",
            r#","StartCallTs":1704856873,"AcceptTs":0,"EndTs":1704856885"#,
            r#","StartCallTs":0,"AcceptTs":0,"EndTs":0"#,
        ];
        let kinds = 0..2 * 2 * 2 * endings.len() * stamps.len();
        let body = |kind: usize| {
            let (media, call) = (["audio", "video"][kind % 2], ["single", "group"][kind / 2 % 2]);
            let (role, last) = (["caller", "callee"][kind / 4 % 2], stamps[kind / 8 % stamps.len()]);
            format!(
                r#"{{"UserId":"Alice","RoomId":"r","TotalNum":2,"MediaType":"{media}","CallType":"{call}","CallId":"c","Role":"{role}",{}"EventTime":1704856885{last}}}"#,
                endings[kind / 8 / stamps.len()]
            )
        };
        kinds.map(body).collect()
    }

    #[test]
    fn what_is_as_usual_is_read_at_once_and_like_anything_else() {
        for body in usual_bodies() {
            held_against_the_full_path(&body);
            let usual = read_in_vendor_order::<false>(&body, 0);
            assert!(usual.is_some(), "{body}");
            assert_eq!(usual, read_body::<false>(&body, 0, &mut KeyOrder::default()), "{body}");
            let escaped = body.replace('"', "\\\"");
            let usual = read_in_vendor_order::<true>(&escaped, 0);
            assert!(usual.is_some(), "{escaped}");
            assert_eq!(usual, read_body::<true>(&escaped, 0, &mut KeyOrder::default()), "{escaped}");
        }
    }

    proptest! {
        #[test]
        fn what_is_read_quickly_is_read_the_same_fully(
            at in 0..BODY.len(), length in 0..24_usize, piece in 0..PIECES.len(), blanks in any::<bool>(),
        ) {
            let end = (at + length).min(BODY.len());
            let text = format!("{}{}{}", &BODY[..at], PIECES[piece], &BODY[end..]);
            let text = if blanks { text.replace(',', " , ").replace(':', "\t: ") } else { text };
            held_against_the_full_path(&text);
        }

        #[test]
        fn fields_in_any_order_and_number(order in proptest::collection::vec(0..13_usize, 0..16)) {
            let fields: Vec<&str> = BODY[1..BODY.len() - 1].split(',').collect();
            let chosen: Vec<&str> = order.iter().map(|index| fields[*index]).collect();
            held_against_the_full_path(&format!("{{{}}}", chosen.join(",")));
        }
    }
}
