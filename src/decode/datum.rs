//! Values of documented fields, and what they say of a callback.
//!
//! Comes in: a value that was read, on the fast path or the full one, and the field that it is of. Goes out: a callback that
//! has it. Must not: read text.

use std::borrow::Cow;

use super::callback::Callback;
use crate::spec::{Field, Timestamp, Word, usable_timestamp};

/// A usable value; `N` is what stands for an object or an array.
#[derive(Debug)]
pub(super) enum Datum<'a, N> {
    Text(Cow<'a, str>),
    Integer(i64),
    /// Unix seconds and the milliseconds beyond them; none for 0, which means absent.
    Time(Option<(Timestamp, u16)>),
    /// An object or array.
    Nested(N),
}

impl<'a, N> Datum<'a, N> {
    /// The value of a field that contains a text.
    pub(super) fn text(self) -> Option<Cow<'a, str>> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The value of a field that contains a documented word, in the spelling of any family.
    pub(super) fn word<W: Word>(self) -> Option<W> {
        let text = self.text()?;
        W::parse(&text).or_else(|| W::from_v4(&text))
    }

    /// The value of a field that contains an integer.
    pub(super) fn integer(self) -> Option<i64> {
        if let Self::Integer(number) = self { Some(number) } else { None }
    }

    /// The value of a field that contains a time: Unix seconds, and the milliseconds beyond them.
    pub(super) fn time(self) -> Option<(Timestamp, u16)> {
        if let Self::Time(time) = self { time } else { None }
    }

    /// The same of a time that may be absent; none for any other value.
    pub(super) fn time_or_absent(self) -> Option<Option<(Timestamp, u16)>> {
        if let Self::Time(time) = self { Some(time) } else { None }
    }

    /// The same in Unix seconds.
    pub(super) fn seconds(self) -> Option<Timestamp> {
        self.time().map(|(seconds, _)| seconds)
    }
}

/// Takes the value of a field that is not an object or array, of any family.
pub(super) fn take<'a, N>(callback: &mut Callback<'a>, field: Field, datum: Datum<'a, N>) {
    match field {
        Field::UserId => callback.user_id = datum.text(),
        Field::RoomId => callback.room_id = datum.text().filter(|room| !room.is_empty()),
        Field::TotalNum => callback.total_num = datum.integer(),
        Field::MediaType => callback.media_type = datum.word(),
        Field::CallType => callback.call_type = datum.word(),
        Field::CallId => callback.call_id = datum.text(),
        Field::Role => callback.role = datum.word(),
        Field::Event => callback.event = datum.word(),
        Field::CallResult => callback.call_result = datum.word(),
        Field::EventTime => callback.take_event_time(datum.time()),
        Field::StartCallTs => callback.start_call_ts = datum.seconds(),
        Field::AcceptTs => callback.accept_ts = datum.seconds(),
        Field::EndTs => callback.end_ts = datum.seconds(),
        // The command is known already, and the others say nothing about the call.
        _ => {}
    }
}

/// Unix seconds and the milliseconds beyond them, if they are usable.
pub(super) fn split_time(number: i64, milliseconds: bool) -> Option<(Timestamp, u16)> {
    let (seconds, rest) =
        if milliseconds { (number.div_euclid(1000), number.rem_euclid(1000)) } else { (number, 0) };
    usable_timestamp(seconds).map(|seconds| (seconds, rest as u16))
}
