//! The values of a body of the event or status family, and the callback that they make.
//!
//! Comes in: the text of a body, as it is or as the content of a JSON string. Goes out: its values, with the place of each,
//! and the callback of them. Must not: guess where a value is.

use std::borrow::Cow;

use smallvec::SmallVec;

use super::bytes::{after, blanks, integer};
use super::text::{key, read_text, read_word};
use crate::decode::captured_by::CapturedBy;
use crate::decode::plain::{PlainCallback, ReceivedAt};
use crate::spec::{CallResult, CallType, Event, Field, MediaType, Role, Timestamp, Word, usable_timestamp};

/// Where a field's value goes.
#[derive(Clone, Copy)]
enum FieldSlot {
    Id(usize),
    Word(usize),
    Number(usize),
}

/// The documented fields in the order in which the vendor writes them.
const FIELDS: [(Field, FieldSlot); COUNT] = [
    (Field::UserId, FieldSlot::Id(0)),
    (Field::RoomId, FieldSlot::Id(1)),
    (Field::TotalNum, FieldSlot::Number(0)),
    (Field::MediaType, FieldSlot::Word(0)),
    (Field::CallType, FieldSlot::Word(1)),
    (Field::CallId, FieldSlot::Id(2)),
    (Field::Role, FieldSlot::Word(2)),
    (Field::Event, FieldSlot::Word(3)),
    (Field::CallResult, FieldSlot::Word(4)),
    (Field::EventTime, FieldSlot::Number(1)),
    (Field::StartCallTs, FieldSlot::Number(2)),
    (Field::AcceptTs, FieldSlot::Number(3)),
    (Field::EndTs, FieldSlot::Number(4)),
];

/// How many fields there are.
const COUNT: usize = 13;
/// Index of `Event`, without which a body is of the status family.
const EVENT: usize = Field::Event as usize;
/// The fields that have to be there, as bits.
const REQUIRED: u32 = 0b11_0111_1111;

/// The fields of a body: texts decoded, words as they are written.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Values<'a> {
    /// `UserId`, `RoomId`, `CallId`.
    ids: [Cow<'a, str>; 3],
    /// `MediaType`, `CallType`, `Role`, `Event`, `CallResult`.
    words: [&'a [u8]; 5],
    numbers: [i64; 5],
    /// The fields that are there, as bits.
    seen: u32,
}

impl<'a> Values<'a> {
    /// Forgets what it has.
    #[inline(always)]
    pub(super) fn begin(&mut self) {
        *self = Self::default();
    }

    /// Takes the value of a field, which begins at `index`; gives where it ends, or nothing for a field that is there already.
    #[inline(always)]
    pub(super) fn take<const ESCAPED: bool>(
        &mut self,
        field: usize,
        text: &'a str,
        index: usize,
    ) -> Option<usize> {
        let (bit, end) = (1 << field, text.as_bytes());
        if self.seen & bit != 0 {
            return None;
        }
        self.seen |= bit;
        Some(match FIELDS[field].1 {
            FieldSlot::Id(slot) => {
                let (id, end) = read_text::<ESCAPED>(text, index)?;
                self.ids[slot] = id;
                end
            }
            FieldSlot::Word(slot) => {
                let (word, end) = read_word::<ESCAPED>(end, index)?;
                self.words[slot] = word;
                end
            }
            FieldSlot::Number(slot) => {
                let (number, end) = integer(end, index)?;
                self.numbers[slot] = number;
                end
            }
        })
    }
}

/// A value of a body: its field, and where it begins and ends.
pub(super) type FieldPlace = (usize, usize, usize);

/// Reads the fields of the body that begins at `start`, in any order; gives also where each is, and where the body ends.
pub(super) fn read_fields<const ESCAPED: bool>(
    text: &str,
    start: usize,
) -> Option<(Values<'_>, SmallVec<[FieldPlace; COUNT]>, usize)> {
    let bytes = text.as_bytes();
    let (mut values, mut places) = (Values::default(), SmallVec::new());
    let mut index = after(bytes, start, b'{')?;
    let mut expected = 0;
    loop {
        let at = between::<ESCAPED>(bytes, index);
        let behind = |field: usize| key::<ESCAPED>(bytes, at, FIELDS.get(field)?.0.name());
        let (field, end) = match behind(expected) {
            Some(end) => (expected, end),
            None => (0..COUNT).find_map(|field| Some((field, behind(field)?)))?,
        };
        expected = field + 1;
        let colon = after(bytes, between::<ESCAPED>(bytes, end), b':')?;
        let value = between::<ESCAPED>(bytes, colon);
        let end = values.take::<ESCAPED>(field, text, value)?;
        places.push((field, value, end));
        index = between::<ESCAPED>(bytes, end);
        match bytes.get(index)? {
            b',' => index += 1,
            b'}' => return Some((values, places, index + 1)),
            _ => return None,
        }
    }
}

/// Index of the first byte from `from` on that is not white space between tokens. Inside a string a tab or a line end
/// that is not escaped is a fault, so there only blanks are skipped.
#[inline]
pub(super) fn between<const ESCAPED: bool>(bytes: &[u8], from: usize) -> usize {
    if !ESCAPED {
        return blanks(bytes, from);
    }
    let rest = bytes.get(from..).unwrap_or_default();
    from + rest.iter().take_while(|byte| **byte == b' ').count()
}

/// The callback of these values, if each is there and valid.
#[inline]
pub(super) fn callback(values: Values<'_>) -> Option<PlainCallback<'_>> {
    let [user_id, room_id, call_id] = values.ids;
    let [media_type, call_type, role, event, result] = values.words;
    let [total_num, event_time, start, accept, end] = values.numbers;
    if values.seen & REQUIRED != REQUIRED || user_id.is_empty() || call_id.is_empty() {
        return None;
    }
    let has_event = values.seen & (1 << EVENT) != 0;
    Some(PlainCallback {
        user_id,
        call_id,
        room_id,
        total_num,
        media_type: MediaType::parse_bytes(media_type)?,
        call_type: CallType::parse_bytes(call_type)?,
        role: Role::parse_bytes(role)?,
        event: if has_event { Some(Event::parse_bytes(event)?) } else { None },
        call_result: match result {
            b"" if has_event => None,
            result => Some(CallResult::parse_bytes(result).filter(|result| *result != CallResult::Failed)?),
        },
        event_time: time(event_time)?,
        stamps: [time(start)?, time(accept)?, time(end)?],
        url: None,
        received_at: ReceivedAt::Unknown,
        captured_by: CapturedBy::default(),
    })
}

/// A usable timestamp, or 0, which means absent; nothing for any other number.
fn time(seconds: i64) -> Option<Timestamp> {
    if seconds == 0 { Some(0) } else { usable_timestamp(seconds) }
}
