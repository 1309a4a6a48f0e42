//! A body exactly as the vendor writes it: the documented fields in their order, and no white space.

use super::bytes::{after, integer, sixteen};
use super::text::{read_text, read_word};
use crate::decode::plain::PlainCallback;
use crate::spec::{CallResult, CallType, Event, MediaType, Role, Timestamp, Word, usable_timestamp};

/// Up to sixteen bytes that are expected, as one number, to be compared at once.
#[derive(Clone, Copy)]
struct Expected {
    word: u128,
    mask: u128,
    length: usize,
}

/// `before`, `name` in quotes, `behind`; `escaped` where each quote stands behind a backslash.
const fn expected(before: &str, name: &str, behind: &str, escaped: bool) -> Expected {
    let quote = if escaped { "\\\"" } else { "\"" };
    let parts = [before, quote, name, quote, behind];
    let (mut word, mut mask, mut length) = (0, 0, 0);
    let mut part = 0;
    while part < parts.len() {
        let bytes = parts[part].as_bytes();
        let mut index = 0;
        while index < bytes.len() {
            // What is too long is a mistake that shows when this is compiled.
            word |= (bytes[index] as u128) << (8 * length);
            mask |= 0xff << (8 * length);
            length += 1;
            index += 1;
        }
        part += 1;
    }
    Expected { word, mask, length }
}

/// The expected bytes around the values of one body, each for a body as it is and for one inside of a string.
macro_rules! key {
    ($before:literal, $name:literal) => {{
        const BARE: Expected = expected($before, $name, ":", false);
        const ESCAPED: Expected = expected($before, $name, ":", true);
        if E { ESCAPED } else { BARE }
    }};
    ($name:literal) => {{
        const BARE: Expected = expected("", $name, "", false);
        const ESCAPED: Expected = expected("", $name, "", true);
        if E { ESCAPED } else { BARE }
    }};
}

/// Where a reader stands in a body.
struct Walk<'a, const E: bool> {
    text: &'a str,
    at: usize,
}

impl<'a, const E: bool> Walk<'a, E> {
    /// True where the expected bytes stand here, which are then passed.
    #[inline(always)]
    fn passes(&mut self, expected: Expected) -> bool {
        let found = sixteen(self.text.as_bytes(), self.at) & expected.mask == expected.word;
        self.at += if found { expected.length } else { 0 };
        found
    }

    #[inline(always)]
    fn expect(&mut self, expected: Expected) -> Option<()> {
        self.passes(expected).then_some(())
    }

    #[inline(always)]
    fn comma(&mut self) -> Option<()> {
        self.at = after(self.text.as_bytes(), self.at, b',')?;
        Some(())
    }

    #[inline(always)]
    fn id(&mut self) -> Option<std::borrow::Cow<'a, str>> {
        let (text, end) = read_text::<E>(self.text, self.at)?;
        self.at = end;
        Some(text)
    }

    #[inline(always)]
    fn word(&mut self) -> Option<&'a [u8]> {
        let (word, end) = read_word::<E>(self.text.as_bytes(), self.at)?;
        self.at = end;
        Some(word)
    }

    #[inline(always)]
    fn number(&mut self) -> Option<i64> {
        let (number, end) = integer(self.text.as_bytes(), self.at)?;
        self.at = end;
        Some(number)
    }

    /// A usable timestamp, or 0, which means absent; nothing for any other number.
    #[inline(always)]
    fn time(&mut self) -> Option<Timestamp> {
        let seconds = self.number()?;
        if seconds == 0 { Some(0) } else { usable_timestamp(seconds) }
    }
}

/// Reads the body that begins at `start`, if it is as usual; gives it and where it ends.
// Inlined, since otherwise most of its time goes into moving what it returns.
#[inline(always)]
pub(super) fn read_usual<const E: bool>(text: &str, start: usize) -> Option<(PlainCallback<'_>, usize)> {
    let mut walk: Walk<'_, E> = Walk { text, at: after(text.as_bytes(), start, b'{')? };
    walk.expect(key!("", "UserId"))?;
    let user_id = walk.id()?;
    walk.expect(key!(",", "RoomId"))?;
    let room_id = walk.id()?;
    walk.expect(key!(",", "TotalNum"))?;
    let total_num = walk.number()?;
    walk.expect(key!(",", "MediaType"))?;
    let is_audio = walk.passes(key!("audio"));
    if !is_audio {
        walk.expect(key!("video"))?;
    }
    walk.expect(key!(",", "CallType"))?;
    let is_single = walk.passes(key!("single"));
    if !is_single {
        walk.expect(key!("group"))?;
    }
    walk.expect(key!(",", "CallId"))?;
    let call_id = walk.id()?;
    walk.expect(key!(",", "Role"))?;
    let is_caller = walk.passes(key!("caller"));
    if !is_caller {
        walk.expect(key!("callee"))?;
    }
    let event = if walk.passes(key!(",", "Event")) { Some(Event::parse_bytes(walk.word()?)?) } else { None };
    walk.expect(key!(",", "CallResult"))?;
    let call_result = if event.is_some() && walk.passes(key!("")) {
        None
    } else {
        Some(CallResult::parse_bytes(walk.word()?).filter(|result| *result != CallResult::Failed)?)
    };
    walk.expect(key!(",", "EventTime"))?;
    let event_time = walk.time()?;
    let mut stamps = [0; 3];
    if text.as_bytes().get(walk.at) == Some(&b',') {
        walk.comma()?;
        walk.expect(key!("", "StartCallTs"))?;
        stamps[0] = walk.time()?;
        walk.expect(key!(",", "AcceptTs"))?;
        stamps[1] = walk.time()?;
        walk.expect(key!(",", "EndTs"))?;
        stamps[2] = walk.time()?;
    }
    let end = after(text.as_bytes(), walk.at, b'}')?;
    if user_id.is_empty() || call_id.is_empty() {
        return None;
    }
    let callback = PlainCallback {
        user_id,
        call_id,
        room_id,
        total_num,
        media_type: if is_audio { MediaType::Audio } else { MediaType::Video },
        call_type: if is_single { CallType::Single } else { CallType::Group },
        role: if is_caller { Role::Caller } else { Role::Callee },
        event,
        call_result,
        event_time,
        stamps,
        url: None,
    };
    Some((callback, end))
}
