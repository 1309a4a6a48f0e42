//! The quick way to read a body: a flat object of the event or status family without anything unusual.
//!
//! Comes in: a body's text. Goes out: the callback that the full way would read, or nothing: then the full way
//! has to be taken, which alone can say what is unusual. Nearly every body of a real log is read here, in one pass
//! and without an allocation; tests hold this against the full way.

use std::borrow::Cow;

use super::callback::Callback;
use crate::spec::{CallResult, CallType, Event, Family, MediaType, Role, Timestamp, Word, usable_timestamp};

/// The values of a body, as they are written.
#[derive(Default)]
struct Values<'a> {
    texts: [Option<&'a str>; 8],
    numbers: [Option<i64>; 5],
}

/// Where a field's value goes.
#[derive(Clone, Copy)]
enum Slot {
    Text(usize),
    Number(usize),
}

/// The documented fields in the order in which the vendor writes them, with what stands around the key.
static FIELDS: [(&[u8], Slot); 13] = [
    (b"\"UserId\":", Slot::Text(0)),
    (b"\"RoomId\":", Slot::Text(1)),
    (b"\"TotalNum\":", Slot::Number(0)),
    (b"\"MediaType\":", Slot::Text(2)),
    (b"\"CallType\":", Slot::Text(3)),
    (b"\"CallId\":", Slot::Text(4)),
    (b"\"Role\":", Slot::Text(5)),
    (b"\"Event\":", Slot::Text(6)),
    (b"\"CallResult\":", Slot::Text(7)),
    (b"\"EventTime\":", Slot::Number(1)),
    (b"\"StartCallTs\":", Slot::Number(2)),
    (b"\"AcceptTs\":", Slot::Number(3)),
    (b"\"EndTs\":", Slot::Number(4)),
];

/// Reads a key and its colon, which most likely are those of field `guess`; gives the field and what follows.
fn key(bytes: &[u8], index: usize, guess: usize) -> Option<(usize, usize)> {
    let rest = &bytes[index..];
    if let Some((expected, _)) = FIELDS.get(guess)
        && rest.starts_with(expected)
    {
        return Some((guess, index + expected.len()));
    }
    let end = 1 + rest.iter().skip(1).take(LONGEST_KEY + 1).position(|byte| *byte == b'"')?;
    let quoted = &rest[..=end];
    let field = FIELDS.iter().position(|(known, _)| known[..known.len() - 1] == *quoted)?;
    Some((field, after(bytes, blanks(bytes, index + end + 1), b':')?))
}

/// Reads a body of the event or status family in which every value is sound and nothing is missing; of its URL
/// nothing is known yet.
pub(super) fn read_quickly(text: &str) -> Option<Callback<'_>> {
    callback(&scan(text)?)
}

/// Walks over a flat object of documented fields, each once, strings without escapes, integers of few digits.
fn scan(text: &str) -> Option<Values<'_>> {
    let bytes = text.as_bytes();
    let mut values = Values::default();
    let mut index = after(bytes, blanks(bytes, 0), b'{')?;
    let mut guess = 0;
    loop {
        let (field, value) = key(bytes, blanks(bytes, index), guess)?;
        guess = field + 1;
        index = blanks(bytes, value);
        match FIELDS[field].1 {
            Slot::Text(slot) => {
                let start = after(bytes, index, b'"')?;
                let end = text_end(bytes, start)?;
                if values.texts[slot].replace(&text[start..end]).is_some() {
                    return None;
                }
                index = end + 1;
            }
            Slot::Number(slot) => {
                let (number, end) = integer(bytes, index)?;
                if values.numbers[slot].replace(number).is_some() {
                    return None;
                }
                index = end;
            }
        }
        index = blanks(bytes, index);
        match bytes.get(index)? {
            b',' => index += 1,
            b'}' => break,
            _ => return None,
        }
    }
    (blanks(bytes, index + 1) == bytes.len()).then_some(values)
}

/// Bytes of the longest key, `StartCallTs`.
const LONGEST_KEY: usize = 11;

/// Index of the quote that ends a string; none where an escape or a control character comes first.
fn text_end(bytes: &[u8], start: usize) -> Option<usize> {
    let mut index = start;
    // Eight bytes at a time: a byte of `hits` has its top bit set where the byte is a quote, a backslash or a
    // control character, at least for the first such byte.
    while let Some(chunk) = bytes.get(index..).and_then(|rest| rest.first_chunk::<8>()) {
        let word = u64::from_le_bytes(*chunk);
        let hits = equal(word, b'"') | equal(word, b'\\') | (word.wrapping_sub(ONES * 0x20) & !word);
        let hits = hits & (ONES * 0x80);
        if hits != 0 {
            index += hits.trailing_zeros() as usize / 8;
            return (bytes[index] == b'"').then_some(index);
        }
        index += 8;
    }
    let stops = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..0x20);
    let end = index + bytes.get(index..)?.iter().position(stops)?;
    (bytes[end] == b'"').then_some(end)
}

/// A one in every byte.
const ONES: u64 = u64::MAX / 0xff;

/// Sets the top bit of the first byte that equals `byte`, and perhaps of later ones.
fn equal(word: u64, byte: u8) -> u64 {
    let zero_there = word ^ (ONES * u64::from(byte));
    zero_there.wrapping_sub(ONES) & !zero_there
}

fn blanks(bytes: &[u8], from: usize) -> usize {
    let mut index = from;
    while matches!(bytes.get(index), Some(b' ' | b'\n' | b'\r' | b'\t')) {
        index += 1;
    }
    index
}

fn after(bytes: &[u8], index: usize, expected: u8) -> Option<usize> {
    (bytes.get(index) == Some(&expected)).then_some(index + 1)
}

/// A whole number of at most 18 digits, so that it fits, and where it ends.
fn integer(bytes: &[u8], start: usize) -> Option<(i64, usize)> {
    const MOST: usize = 18;
    let digits = bytes[start.min(bytes.len())..].iter().take_while(|byte| byte.is_ascii_digit());
    let (mut number, mut length) = (0_i64, 0_usize);
    for digit in digits {
        length += 1;
        if length > MOST {
            return None;
        }
        number = number * 10 + i64::from(digit - b'0');
    }
    // JSON has no leading zeros; what follows the digits is for the caller to judge.
    let sound = length == 1 || (length > 1 && bytes[start] != b'0');
    sound.then_some((number, start + length))
}

/// The callback of these values, if each is there and sound.
fn callback<'a>(values: &Values<'a>) -> Option<Callback<'a>> {
    let [user_id, room_id, media_type, call_type, call_id, role, event, result] = values.texts;
    let [total_num, event_time, start_call_ts, accept_ts, end_ts] = values.numbers;
    let mut callback = Callback::new(if event.is_some() { Family::Event } else { Family::Status });
    callback.user_id = Some(Cow::Borrowed(user_id.filter(|id| !id.is_empty())?));
    callback.call_id = Some(Cow::Borrowed(call_id.filter(|id| !id.is_empty())?));
    callback.room_id = Some(Cow::Borrowed(room_id?)).filter(|room| !room.is_empty());
    callback.media_type = Some(MediaType::parse(media_type?)?);
    callback.call_type = Some(CallType::parse(call_type?)?);
    callback.role = Some(Role::parse(role?)?);
    callback.event = match event {
        Some(event) => Some(Event::parse(event)?),
        None => None,
    };
    callback.call_result = match result? {
        "" if event.is_some() => None,
        result => Some(CallResult::from_event_family(result)?),
    };
    callback.total_num = Some(total_num?);
    callback.event_time = time(event_time?)?;
    callback.start_call_ts = time(start_call_ts.unwrap_or(0))?;
    callback.accept_ts = time(accept_ts.unwrap_or(0))?;
    callback.end_ts = time(end_ts.unwrap_or(0))?;
    callback.note_total_num();
    Some(callback)
}

/// A usable timestamp, none for 0, which means absent; nothing for any other number.
fn time(seconds: i64) -> Option<Option<Timestamp>> {
    if seconds == 0 { Some(None) } else { usable_timestamp(seconds).map(Some) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::read_quickly;
    use crate::decode::read::read_fully;

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

    fn held_against_the_full_way(text: &str) {
        let Some(quick) = read_quickly(text) else { return };
        let full = read_fully(text, None);
        assert_eq!(full.faults, [], "{text}");
        assert_eq!(full.callback.map_err(|_| text), Ok(quick));
    }

    #[test]
    fn a_sound_body_is_read() {
        assert!(read_quickly(BODY).is_some());
        held_against_the_full_way(BODY);
    }

    proptest! {
        #[test]
        fn what_is_read_quickly_is_read_the_same_fully(
            at in 0..BODY.len(), length in 0..24_usize, piece in 0..PIECES.len(), blanks in any::<bool>(),
        ) {
            let end = (at + length).min(BODY.len());
            let text = format!("{}{}{}", &BODY[..at], PIECES[piece], &BODY[end..]);
            let text = if blanks { text.replace(',', " , ").replace(':', "\t: ") } else { text };
            held_against_the_full_way(&text);
        }

        #[test]
        fn fields_in_any_order_and_number(order in proptest::collection::vec(0..13_usize, 0..16)) {
            let fields: Vec<&str> = BODY[1..BODY.len() - 1].split(',').collect();
            let chosen: Vec<&str> = order.iter().map(|index| fields[*index]).collect();
            held_against_the_full_way(&format!("{{{}}}", chosen.join(",")));
        }
    }
}
