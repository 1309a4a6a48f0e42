//! A body of the v4 family, read in one pass by the tables of its fields.
//!
//! Comes in: a text that may be a v4 body. Goes out: the [`Callback`] that the full path reads from it, if nothing about
//! it is unusual: every field documented, given once, valid, and none missing. Must not: know a field that the tables of
//! [`crate::spec`] do not have.

use std::borrow::Cow;
use std::convert::Infallible;
use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::body_values::between;
use super::bytes::{after, integer};
use super::text::{key, opening, read_text, read_word};
use crate::decode::callback::{NamedUser, Part, distinct_users};
use crate::decode::datum::{Datum, split_time};
use crate::decode::plain::PlainV4;
use crate::spec::{Field, FieldSpec, Kind, Need, V4Command, Word};

/// Reads the v4 body that begins at `start`; gives where it ends. `E` where it is the content of a string, so that its
/// quotes have a backslash before them.
pub(super) fn read_v4_body<'a, const E: bool>(
    text: &'a str,
    start: usize,
    callback: &mut PlainV4<'a>,
) -> Option<usize> {
    callback.begin(command::<E>(text, start)?);
    let end = V4Reader::<'_, '_, E> { text, callback }.body(start)?;
    callback.total_num = distinct_users(&callback.users);
    Some(end)
}

/// The command that a text names first, which says what its fields are. Whether it is the body's is checked with it.
fn command<const E: bool>(text: &str, start: usize) -> Option<V4Command> {
    static NAME: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new(Field::Command.name()));
    let bytes = text.as_bytes();
    let first = between::<E>(bytes, after(bytes, start, b'{')?);
    let colon = match key::<E>(bytes, first, Field::Command.name()) {
        Some(behind) => behind,
        None => opening::<E>(bytes, first + NAME.find(&bytes[first..])? + Field::Command.name().len())?,
    };
    let value = between::<E>(bytes, after(bytes, between::<E>(bytes, colon), b':')?);
    let (command, _) = read_word::<E>(bytes, value)?;
    V4Command::parse(std::str::from_utf8(command).ok()?)
}

impl<'a> PlainV4<'a> {
    /// Takes the value of a field that is not an object or array.
    fn take(&mut self, field: Field, datum: Datum<'a, Infallible>) {
        match field {
            Field::CallId => self.call_id = datum.text().unwrap_or_default(),
            Field::RoomId => self.room_id = datum.text().unwrap_or_default(),
            Field::MediaType => self.media_type = datum.word(),
            Field::CallType => self.call_type = datum.word(),
            Field::CallResult => self.call_result = datum.word(),
            Field::EventTime => self.event_time = datum.time(),
            Field::StartCallTs => self.stamps[0] = datum.seconds().unwrap_or(0),
            Field::AcceptTs => self.stamps[1] = datum.seconds().unwrap_or(0),
            Field::EndTs => self.stamps[2] = datum.seconds().unwrap_or(0),
            // The command is known already, and the others say nothing about the call.
            _ => {}
        }
    }
}

struct V4Reader<'c, 'a, const E: bool> {
    text: &'a str,
    callback: &'c mut PlainV4<'a>,
}

impl<'a, const E: bool> V4Reader<'_, 'a, E> {
    /// Reads the body; gives where it ends.
    fn body(&mut self, start: usize) -> Option<usize> {
        let text = self.text;
        fields::<E>(text, start, self.callback.command.fields(), |spec, index| match spec.kind {
            Kind::Object(specs) => self.call(index, specs),
            Kind::Objects(specs) if spec.field == Field::UserList => {
                self.users(index, specs, |command, word| Some(Part::listed(command, Some(word.word()?))))
            }
            Kind::Objects(specs) => {
                self.users(index, specs, |_, word| Some(Part::Changed(Some(word.word()?))))
            }
            _ if spec.field == Field::Command => {
                let (command, end) = read_word::<E>(text.as_bytes(), index)?;
                (command == self.callback.command.as_str().as_bytes()).then_some(end)
            }
            _ => {
                let (datum, end) = scalar::<E>(text, index, spec)?;
                self.callback.take(spec.field, datum);
                Some(end)
            }
        })
    }

    /// Reads `CallInfo` or `CallRecord`.
    fn call(&mut self, index: usize, specs: &'static [FieldSpec]) -> Option<usize> {
        let (mut caller, mut callees) = (None, Vec::new());
        let end = fields::<E>(self.text, index, specs, |spec, index| {
            if matches!(spec.kind, Kind::Accounts) {
                return elements::<E>(self.text, index, |index| {
                    let (id, end) = read_text::<E>(self.text, index)?;
                    (!id.is_empty()).then(|| callees.push(id))?;
                    Some(end)
                });
            }
            let (datum, end) = scalar::<E>(self.text, index, spec)?;
            match spec.field {
                Field::CallerAccount => caller = datum.text(),
                field => self.callback.take(field, datum),
            }
            Some(end)
        })?;
        let before = self.callback.users.len();
        self.callback.users.extend(NamedUser::of_record(caller, callees));
        self.put_first(before);
        Some(end)
    }

    /// Reads an array of objects, of an account and a word each; `part` is what the word says of the user.
    fn users(
        &mut self,
        index: usize,
        specs: &'static [FieldSpec],
        part: impl Fn(V4Command, Datum<'a, Infallible>) -> Option<Part>,
    ) -> Option<usize> {
        let (text, command) = (self.text, self.callback.command);
        let before = self.callback.users.len();
        let users = &mut self.callback.users;
        let end = elements::<E>(text, index, |index| {
            let mut user = NamedUser { id: None, part: Part::Listed };
            let end = fields::<E>(text, index, specs, |spec, index| {
                let (datum, end) = scalar::<E>(text, index, spec)?;
                match spec.field {
                    Field::UserAccount => user.id = datum.text(),
                    _ => user.part = part(command, datum)?,
                }
                Some(end)
            })?;
            users.push(user);
            Some(end)
        })?;
        self.put_first(before);
        Some(end)
    }

    /// Puts the users after the first `before` of them first: those of a later member come first, as on the full path,
    /// which begins with the last.
    fn put_first(&mut self, before: usize) {
        self.callback.users.rotate_left(before);
    }
}

/// Reads the object that begins at `index`, of these fields: `value` takes each value and gives where it ends. Gives where
/// the object ends; none if a field is not documented, is there twice, or is missing.
#[inline(always)]
fn fields<const E: bool>(
    text: &str,
    index: usize,
    specs: &'static [FieldSpec],
    mut value: impl FnMut(&'static FieldSpec, usize) -> Option<usize>,
) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = between::<E>(bytes, after(bytes, index, b'{')?);
    let (mut seen, mut expected) = (0_u32, 0);
    loop {
        let behind = |place: usize| {
            let spec = specs.get(place)?;
            key::<E>(bytes, at, spec.name).or_else(|| key::<E>(bytes, at, spec.alias?))
        };
        let (place, end) = match behind(expected) {
            Some(end) => (expected, end),
            None => (0..specs.len()).find_map(|place| Some((place, behind(place)?)))?,
        };
        if seen & (1 << place) != 0 {
            return None;
        }
        seen |= 1 << place;
        expected = place + 1;
        let colon = after(bytes, between::<E>(bytes, end), b':')?;
        at = between::<E>(bytes, value(&specs[place], between::<E>(bytes, colon))?);
        match bytes.get(at)? {
            b',' => at = between::<E>(bytes, at + 1),
            b'}' => break,
            _ => return None,
        }
    }
    let is_there = |place: usize| seen & (1 << place) != 0;
    let is_whole = (0..).zip(specs).all(|(place, spec)| spec.need == Need::Optional || is_there(place));
    is_whole.then_some(at + 1)
}

/// Reads the array that begins at `index`: `element` takes each element and gives where it ends. Gives where the array
/// ends.
fn elements<const E: bool>(
    text: &str,
    index: usize,
    mut element: impl FnMut(usize) -> Option<usize>,
) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = between::<E>(bytes, after(bytes, index, b'[')?);
    if let Some(end) = after(bytes, at, b']') {
        return Some(end);
    }
    loop {
        at = between::<E>(bytes, element(at)?);
        match bytes.get(at)? {
            b',' => at = between::<E>(bytes, at + 1),
            b']' => return Some(at + 1),
            _ => return None,
        }
    }
}

/// Reads a valid value of a field that is neither an object nor an array; gives it and where it ends.
fn scalar<'a, const E: bool>(
    text: &'a str,
    index: usize,
    spec: &'static FieldSpec,
) -> Option<(Datum<'a, Infallible>, usize)> {
    let number = || integer(text.as_bytes(), index);
    let valid = |is_valid: fn(&FieldSpec, &str) -> bool| {
        let (value, end): (Cow<'a, str>, _) = read_text::<E>(text, index)?;
        is_valid(spec, &value).then_some((Datum::Text(value), end))
    };
    match spec.kind {
        Kind::Text => valid(|_, _| true),
        Kind::Id | Kind::Account => valid(|_, value| !value.is_empty()),
        Kind::Word(_) => valid(is_word),
        Kind::WordOrEmpty(_) => valid(|spec, value| value.is_empty() || is_word(spec, value)),
        Kind::Integer => number().map(|(number, end)| (Datum::Integer(number), end)),
        Kind::RoomIdType => {
            number().filter(|(number, _)| matches!(number, 1 | 2)).map(|(it, end)| (Datum::Integer(it), end))
        }
        Kind::Seconds | Kind::Milliseconds => {
            let (number, end) = number()?;
            let is_milliseconds = matches!(spec.kind, Kind::Milliseconds);
            let time = if number == 0 { None } else { Some(split_time(number, is_milliseconds)?) };
            Some((Datum::Time(time), end))
        }
        Kind::Object(_) | Kind::Objects(_) | Kind::Accounts => None,
    }
}

fn is_word(spec: &FieldSpec, value: &str) -> bool {
    spec.kind.vocabulary().is_some_and(|vocabulary| (vocabulary.knows)(value))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::v4_vendor_order::read_v4_in_vendor_order;
    use super::read_v4_body;
    use crate::decode::fast::bytes::blanks;
    use crate::decode::full::body::read_body;
    use crate::decode::plain::{FastCallback, PlainV4};

    /// Reads a body in both ways of the fast path: what is read in the vendor's order is read alike in any.
    fn read<const E: bool>(text: &str, start: usize) -> Option<(PlainV4<'_>, usize)> {
        // What a callback said before does not show in what is read into it.
        let said = || {
            let mut callback = FastCallback::default();
            assert!(read_v4_body::<false>(BODIES[3], 0, callback.as_v4()).is_some());
            callback
        };
        let (mut usual, mut general) = (said(), said());
        let end = read_v4_body::<E>(text, start, general.as_v4());
        let usual_end = read_v4_in_vendor_order::<E>(text, start, usual.as_v4());
        assert!(usual_end.is_none() || (usual_end == end && usual == general), "{text}");
        Some((general.as_v4().clone(), end?))
    }

    fn read_alone(text: &str) -> Option<PlainV4<'_>> {
        let (v4, end) = read::<false>(text, blanks(text.as_bytes(), 0))?;
        (blanks(text.as_bytes(), end) == text.len()).then_some(v4)
    }

    /// What the content of a string stands for is read alike.
    fn is_read_within_a_string(text: &str) -> bool {
        let escaped = serde_json::to_string(text).unwrap_or_default();
        read::<true>(&escaped, 1).is_some_and(|(v4, end)| {
            escaped.get(end..) == Some("\"") && read_alone(text).is_some_and(|alone| alone == v4)
        })
    }

    const BODIES: [&str; 5] = [
        r#"{"CallbackCommand":"Call.CallbackAfterStartCall","CallInfo":{"CallId":"c","MediaType":"Audio","ChatGroupId":"","RoomId":"7","RoomIdType":1},"UserList":[{"User_Account":"a","Status":"Calling"},{"User_Account":"b","Status":"Waiting"}],"EventTime":1714521615731}"#,
        r#"{"CallInfo": {"CallMediaType": "Video", "CallId": "c", "RoomId": "", "RoomIdType": 2}, "CallbackCommand": "Call.CallbackAfterStartCall", "EventTime": 0, "UserList": []}"#,
        r#"{"CallbackCommand":"Call.CallbackAfterMemberChanged","CallId":"c","UserList":[{"User_Account":"a","Status":"Calling"},{"User_Account":"\u00e9","Status":"Calling"}],"ChangedUserList":[{"User_Account":"b","ActionType":"Accept"}],"EventTime":1714521630621}"#,
        r#"{"CallbackCommand":"Call.CallbackAfterEndCall","CallRecord":{"CallId":"c","Caller_Account":"a","MediaType":"Audio","CallType":"SingleCall","StartTime":1714521615,"EndTime":1714521700,"AcceptTime":0,"CallResult":"NormalEnd","CalleeList_Account":["a","b"],"RoomId":"7","RoomIdType":1},"EventTime":1714521700000}"#,
        r#"{"CallbackCommand":"Call.CallbackAfterUnknown","CallId":"c"}"#,
    ];

    /// What is put in place of a part of a body.
    const PARTS: [&str; 16] = [
        "",
        "null",
        "0",
        "-1",
        "1714521615",
        "1714521615731",
        "\"\"",
        "\"CallbackCommand\":\"Call.CallbackAfterEndCall\"",
        "\"CallId\":\"d\",",
        "\"Waiting\"",
        "Reject",
        ",",
        "[]",
        "{}",
        " ",
        "\\ud800",
    ];

    #[test]
    fn usual_bodies_are_read() {
        let read: Vec<bool> = BODIES.iter().map(|body| read_alone(body).is_some()).collect();
        assert_eq!(read, [true, true, true, true, false]);
        let in_order = BODIES
            .iter()
            .map(|body| read_v4_in_vendor_order::<false>(body, 0, FastCallback::default().as_v4()).is_some());
        assert_eq!(in_order.collect::<Vec<_>>(), [true, false, true, true, false]);
        assert!(BODIES[..4].iter().all(|body| is_read_within_a_string(body)));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3000))]
        #[test]
        fn what_is_read_is_what_the_full_path_reads(
            body in prop::sample::select(&BODIES[..]),
            edits in prop::collection::vec((any::<prop::sample::Index>(), 0..24_usize, prop::sample::select(&PARTS[..])), 0..3),
        ) {
            let mut text = body.to_owned();
            for (at, length, part) in edits {
                let start = text.floor_char_boundary(at.index(text.len() + 1));
                let end = text.floor_char_boundary((start + length).min(text.len()));
                text.replace_range(start..end, part);
            }
            let escaped = serde_json::to_string(&text).unwrap_or_default();
            let within = read::<true>(&escaped, 1).filter(|(_, end)| end + 1 == escaped.len());
            if let Some((v4, _)) = within {
                prop_assert_eq!(read_alone(&text), Some(v4), "{}", text);
            }
            if let Some(v4) = read_alone(&text) {
                let full = read_body(&text, None);
                prop_assert!(full.faults.list().is_empty(), "{}", text);
                prop_assert_eq!(full.callback, Ok(v4.into_callback()), "{}", text);
            }
        }
    }
}
