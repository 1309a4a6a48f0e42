//! A body of the event or status family, as it is or as the content of a JSON string.

use std::borrow::Cow;

use super::bytes::{Pattern, after, blanks, integer};
use super::text::{read_text, read_word};
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

/// The family of the last body, and the fields that followed each other in it, as a guess of those of the next.
#[derive(Clone, Debug)]
pub(super) struct KeyOrder {
    /// True if that body was of the v4 family, which has tables of its own.
    pub(super) is_v4: bool,
    /// For each field the one after it; for the beginning the first one.
    next: [u8; COUNT + 1],
    /// Keys that were not the expected ones, each of which costs a search.
    #[cfg(test)]
    pub(super) unexpected: usize,
}

impl Default for KeyOrder {
    fn default() -> Self {
        // The vendor's order; the last entry is for the beginning.
        let mut next = [0; COUNT + 1];
        for (index, next) in next.iter_mut().enumerate().take(COUNT) {
            *next = (index + 1) as u8 % COUNT as u8;
        }
        Self {
            is_v4: false,
            next,
            #[cfg(test)]
            unexpected: 0,
        }
    }
}

/// The keys with their quotes and colon.
const fn keys(escaped: bool) -> [Pattern; COUNT] {
    let mut keys = [Pattern::new("", "", "", escaped); COUNT];
    let mut index = 0;
    while index < COUNT {
        keys[index] = Pattern::new("", FIELDS[index].0.name(), ":", escaped);
        index += 1;
    }
    keys
}

static BARE_KEYS: [Pattern; COUNT] = keys(false);
static ESCAPED_KEYS: [Pattern; COUNT] = keys(true);

/// The fields of a body: texts decoded, words as they are written.
#[derive(Default)]
struct Values<'a> {
    /// `UserId`, `RoomId`, `CallId`.
    ids: [Cow<'a, str>; 3],
    /// `MediaType`, `CallType`, `Role`, `Event`, `CallResult`.
    words: [&'a [u8]; 5],
    numbers: [i64; 5],
    /// The fields that are there, as bits.
    seen: u32,
}

/// Reads the body that begins at `start`; gives it and where it ends. `ESCAPED` where it is the content of a string,
/// so that its quotes have a backslash before them: this is compiled once for each.
pub(super) fn read_body<'a, const ESCAPED: bool>(
    text: &'a str,
    start: usize,
    order: &mut KeyOrder,
) -> Option<(PlainCallback<'a>, usize)> {
    let bytes = text.as_bytes();
    let mut values = Values::default();
    let mut index = after(bytes, start, b'{')?;
    let mut before = COUNT;
    loop {
        let (field, value) = read_key::<ESCAPED>(bytes, between::<ESCAPED>(bytes, index), before, order)?;
        if values.seen & (1 << field) != 0 {
            return None;
        }
        values.seen |= 1 << field;
        before = field;
        index = between::<ESCAPED>(bytes, value);
        match FIELDS[field].1 {
            FieldSlot::Id(slot) => (values.ids[slot], index) = read_text::<ESCAPED>(text, index)?,
            FieldSlot::Word(slot) => (values.words[slot], index) = read_word::<ESCAPED>(bytes, index)?,
            FieldSlot::Number(slot) => (values.numbers[slot], index) = integer(bytes, index)?,
        }
        index = between::<ESCAPED>(bytes, index);
        match bytes.get(index)? {
            b',' => index += 1,
            b'}' => return Some((callback(values)?, index + 1)),
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

/// Reads a key and its colon, most likely those of the field that followed last time; gives the field and where its
/// value begins.
#[inline]
fn read_key<const ESCAPED: bool>(
    bytes: &[u8],
    index: usize,
    before: usize,
    order: &mut KeyOrder,
) -> Option<(usize, usize)> {
    let keys = if ESCAPED { &ESCAPED_KEYS } else { &BARE_KEYS };
    let guess = usize::from(order.next[before]);
    if let Some(key) = keys.get(guess)
        && key.is_at(bytes, index)
    {
        return Some((guess, index + key.length));
    }
    #[cfg(test)]
    {
        order.unexpected += 1;
    }
    other_key::<ESCAPED>(bytes, index, keys).inspect(|(field, _)| order.next[before] = *field as u8)
}

/// Reads a key that was not expected.
#[cold]
fn other_key<const ESCAPED: bool>(
    bytes: &[u8],
    index: usize,
    keys: &[Pattern; COUNT],
) -> Option<(usize, usize)> {
    // The key up to the colon; white space may come before that.
    let rest = bytes.get(index..)?;
    let is_key = |key: &Pattern| rest.starts_with(&key.bytes()[..key.length - 1]);
    let field = keys.iter().position(is_key)?;
    let colon = between::<ESCAPED>(bytes, index + keys[field].length - 1);
    Some((field, after(bytes, colon, b':')?))
}

/// The callback of these values, if each is there and valid.
#[inline]
fn callback(values: Values<'_>) -> Option<PlainCallback<'_>> {
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
