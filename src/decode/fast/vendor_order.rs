//! A body exactly as the vendor writes it: the documented fields in their order, and no white space.

use super::bytes::{Pattern, after, integer};
use super::text::{read_text, read_word};
use crate::decode::captured_by::CapturedBy;
use crate::decode::plain::{PlainCallback, ReceivedAt};
use crate::spec::{CallResult, CallType, Event, Field, MediaType, Role, Timestamp, Word, usable_timestamp};

/// The expected bytes around the values of one body, each for a body as it is and for one inside a string.
macro_rules! key {
    ($before:literal, $field:ident) => {{
        const BARE: Pattern = Pattern::new($before, Field::$field.name(), ":", false);
        const ESCAPED: Pattern = Pattern::new($before, Field::$field.name(), ":", true);
        if E { ESCAPED } else { BARE }
    }};
    ($name:literal) => {{
        const BARE: Pattern = Pattern::new("", $name, "", false);
        const ESCAPED: Pattern = Pattern::new("", $name, "", true);
        if E { ESCAPED } else { BARE }
    }};
}

/// Where a reader is in a body.
struct BodyCursor<'a, const E: bool> {
    text: &'a str,
    at: usize,
}

impl<'a, const E: bool> BodyCursor<'a, E> {
    /// True if the expected bytes are here, which are then skipped.
    #[inline(always)]
    fn passes(&mut self, expected: Pattern) -> bool {
        let found = expected.is_at(self.text.as_bytes(), self.at);
        self.at += if found { expected.length } else { 0 };
        found
    }

    #[inline(always)]
    fn expect(&mut self, expected: Pattern) -> Option<()> {
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

/// Reads the body that begins at `start`, if it is written so; gives it and where it ends.
// Inlined, since otherwise most of its time goes into moving what it returns.
#[inline(always)]
pub(super) fn read_in_vendor_order<const E: bool>(
    text: &str,
    start: usize,
) -> Option<(PlainCallback<'_>, usize)> {
    let mut cursor: BodyCursor<'_, E> = BodyCursor { text, at: after(text.as_bytes(), start, b'{')? };
    cursor.expect(key!("", UserId))?;
    let user_id = cursor.id()?;
    cursor.expect(key!(",", RoomId))?;
    let room_id = cursor.id()?;
    cursor.expect(key!(",", TotalNum))?;
    let total_num = cursor.number()?;
    cursor.expect(key!(",", MediaType))?;
    let is_audio = cursor.passes(key!("audio"));
    if !is_audio {
        cursor.expect(key!("video"))?;
    }
    cursor.expect(key!(",", CallType))?;
    let is_single = cursor.passes(key!("single"));
    if !is_single {
        cursor.expect(key!("group"))?;
    }
    cursor.expect(key!(",", CallId))?;
    let call_id = cursor.id()?;
    cursor.expect(key!(",", Role))?;
    let is_caller = cursor.passes(key!("caller"));
    if !is_caller {
        cursor.expect(key!("callee"))?;
    }
    let event =
        if cursor.passes(key!(",", Event)) { Some(Event::parse_bytes(cursor.word()?)?) } else { None };
    cursor.expect(key!(",", CallResult))?;
    let call_result = if event.is_some() && cursor.passes(key!("")) {
        None
    } else {
        Some(CallResult::parse_bytes(cursor.word()?).filter(|result| *result != CallResult::Failed)?)
    };
    cursor.expect(key!(",", EventTime))?;
    let event_time = cursor.time()?;
    let mut stamps = [0; 3];
    if text.as_bytes().get(cursor.at) == Some(&b',') {
        cursor.comma()?;
        cursor.expect(key!("", StartCallTs))?;
        stamps[0] = cursor.time()?;
        cursor.expect(key!(",", AcceptTs))?;
        stamps[1] = cursor.time()?;
        cursor.expect(key!(",", EndTs))?;
        stamps[2] = cursor.time()?;
    }
    let end = after(text.as_bytes(), cursor.at, b'}')?;
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
        received_at: ReceivedAt::Unknown,
        captured_by: CapturedBy::default(),
    };
    Some((callback, end))
}
