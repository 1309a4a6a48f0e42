//! Writes callback bodies.
//!
//! Comes in: a report of a call. Goes out: its JSON in the style asked for, with the vendor's names in the vendor's order,
//! which are those of the field tables. Must not: decide what is reported.

use std::io::Write;

use super::call::{CALLER, News, Seats, SentCallback, SimulatedCall, StatedTimes};
use super::options::{BodyStyle, SimulateOptions};
use super::people::People;
use crate::spec::{
    Action, CALL_INFO_FIELDS, CALL_RECORD_FIELDS, CHANGED_USER_FIELDS, CallType, EVENT_FIELDS, FieldSpec,
    MediaType, STATUS_FIELDS, USER_FIELDS, UserStatus, V4_END_FIELDS, V4_MEMBER_FIELDS, V4_START_FIELDS,
    V4Command, Word,
};

/// A value of a body.
#[derive(Clone, Copy)]
enum BodyJson<'a> {
    /// The member is left out.
    Absent,
    /// A string that needs no further escapes.
    Text(&'a str),
    Number(i64),
    /// An object of these fields, one value for each.
    Object(&'static [FieldSpec], &'a [BodyJson<'a>]),
    /// A v4 `UserList`.
    Users {
        calling: Seats,
        waiting: Seats,
    },
    /// A v4 `ChangedUserList`.
    Changes(Seats, &'static str),
    /// Account ids.
    Accounts(Seats),
}

use BodyJson::{Absent, Accounts, Changes, Number, Object, Text, Users};

/// Writes bodies of one call.
pub(super) struct BodyWriter<'a> {
    pub(super) call: &'a SimulatedCall,
    pub(super) pool: &'a People,
    pub(super) options: &'a SimulateOptions,
    pub(super) out: &'a mut Vec<u8>,
}

impl<'a> BodyWriter<'a> {
    /// Appends the body of a report, without a line end.
    pub(super) fn write(&mut self, report: &SentCallback) {
        match &report.news {
            News::Event(role, event, result) => {
                let [user, room, total, media, kind, id] = self.opening(report);
                let [start, accept, end] = self.times(report.times);
                let (role, event) = (Text(role.as_str()), Text(event.as_str()));
                let result = Text(result.map_or("", Word::as_str));
                let at = Number(report.event_ms.div_euclid(1000));
                let values =
                    [user, room, total, media, kind, id, role, event, result, at, start, accept, end];
                self.object(&EVENT_FIELDS, values);
            }
            News::Status(role, result) => {
                let [user, room, total, media, kind, id] = self.opening(report);
                let [start, accept, end] = self.times(report.times);
                let (role, result) = (Text(role.as_str()), Text(result.as_str()));
                let at = Number(report.event_ms.div_euclid(1000));
                let values = [user, room, total, media, kind, id, role, result, at, start, accept, end];
                self.object(&STATUS_FIELDS, values);
            }
            News::Started { waiting } => self.started(report, *waiting),
            News::Changed { who, action, calling, waiting } => {
                let values = [
                    Text(V4Command::MemberChanged.as_str()),
                    Text(&self.call.id),
                    Users { calling: *calling, waiting: *waiting },
                    Changes(*who, spelling(*action, self.call.index)),
                    Number(report.event_ms),
                ];
                self.object(&V4_MEMBER_FIELDS, values);
            }
            News::Ended { result, callees } => {
                self.ended(report, Text(result.v4_str()), *callees);
            }
        }
    }

    /// The values that open a body of the event and status families.
    fn opening(&self, report: &SentCallback) -> [BodyJson<'a>; 6] {
        let call = self.call;
        [
            Text(self.user(report.sender)),
            Text(&call.room),
            Number(i64::from(report.total)),
            Text(call.media.as_str()),
            Text(call.call_type.as_str()),
            Text(&call.id),
        ]
    }

    fn times(&self, times: Option<StatedTimes>) -> [BodyJson<'a>; 3] {
        let unknown = if self.options.zero_timestamps { Number(0) } else { Absent };
        times.map_or([unknown; 3], |times| [times.start, times.accept, times.end].map(Number))
    }

    fn started(&mut self, report: &SentCallback, waiting: Seats) {
        let info = [
            Text(&self.call.id),
            Text(v4_media(self.call.media)),
            Text(""),
            Text(&self.call.room),
            Number(room_id_type(&self.call.room)),
        ];
        let users = Users { calling: Seats::only(CALLER), waiting };
        let values = [
            Text(V4Command::StartCall.as_str()),
            Object(&CALL_INFO_FIELDS, &info),
            users,
            Number(report.event_ms),
        ];
        self.object(&V4_START_FIELDS, values);
    }

    fn ended(&mut self, report: &SentCallback, result: BodyJson<'_>, callees: Seats) {
        let Some(StatedTimes { start, accept, end }) = report.times else {
            return;
        };
        let call_type = match self.call.call_type {
            CallType::Single => "SingleCall",
            CallType::Group => "MultiCall",
        };
        let record = [
            Text(&self.call.id),
            Text(self.user(CALLER)),
            Text(v4_media(self.call.media)),
            Text(call_type),
            Number(start),
            Number(end),
            Number(accept),
            result,
            Accounts(callees),
            Text(&self.call.room),
            Number(room_id_type(&self.call.room)),
        ];
        let values = [
            Text(V4Command::EndCall.as_str()),
            Object(&CALL_RECORD_FIELDS, &record),
            Number(report.event_ms),
        ];
        self.object(&V4_END_FIELDS, values);
    }

    fn user(&self, seat: u8) -> &'a str {
        &self.pool.get(self.call.cast[usize::from(seat)].person).json
    }

    /// A body: one value for each field of the table, which the types make sure of.
    fn object<const N: usize>(&mut self, specs: &'static [FieldSpec; N], values: [BodyJson<'_>; N]) {
        self.members(specs, &values);
    }

    fn members(&mut self, specs: &[FieldSpec], values: &[BodyJson<'_>]) {
        let call = self.call.index;
        let named = specs.iter().map(|spec| name(spec, call)).zip(values);
        let mut members: Vec<_> = named.filter(|(_, value)| !matches!(value, Absent)).collect();
        if self.options.style == BodyStyle::Sorted {
            members.sort_unstable_by_key(|(name, _)| *name);
        }
        self.out.push(b'{');
        self.items(members.into_iter(), |writer, (name, value)| {
            writer.text(name);
            writer.mark(b':');
            writer.value(value);
        });
        self.out.push(b'}');
    }

    fn value(&mut self, value: &BodyJson<'_>) {
        match *value {
            Absent => {}
            Text(text) => self.text(text),
            // Writing to a vector cannot fail.
            Number(number) => drop(write!(self.out, "{number}")),
            Object(specs, values) => self.members(specs, values),
            Users { calling, waiting } => {
                let status = |status: UserStatus| move |seat| (seat, status.as_str());
                let callers = calling.iter().map(status(UserStatus::Calling));
                let called = waiting.iter().map(status(UserStatus::Waiting));
                self.entries(&USER_FIELDS, callers.chain(called));
            }
            Changes(who, action) => {
                self.entries(&CHANGED_USER_FIELDS, who.iter().map(|seat| (seat, action)));
            }
            Accounts(seats) => self.list(seats.iter(), |writer, seat| {
                let user = writer.user(seat);
                writer.text(user);
            }),
        }
    }

    /// An array of objects that have a user and a word.
    fn entries(&mut self, specs: &'static [FieldSpec; 2], entries: impl Iterator<Item = (u8, &'static str)>) {
        self.list(entries, |writer, (seat, word)| {
            let user = Text(writer.user(seat));
            writer.object(specs, [user, Text(word)]);
        });
    }

    fn list<T>(&mut self, items: impl Iterator<Item = T>, write: impl FnMut(&mut Self, T)) {
        self.out.push(b'[');
        self.items(items, write);
        self.out.push(b']');
    }

    fn items<T>(&mut self, items: impl Iterator<Item = T>, mut write: impl FnMut(&mut Self, T)) {
        for (index, item) in items.enumerate() {
            if index > 0 {
                self.mark(b',');
            }
            write(self, item);
        }
    }

    /// A comma or colon.
    fn mark(&mut self, mark: u8) {
        self.out.push(mark);
        if self.options.style != BodyStyle::Compact {
            self.out.push(b' ');
        }
    }

    fn text(&mut self, text: &str) {
        self.out.push(b'"');
        if self.options.style == BodyStyle::Sorted {
            escape_non_ascii(self.out, text);
        } else {
            self.out.extend_from_slice(text.as_bytes());
        }
        self.out.push(b'"');
    }
}

/// Appends text with each UTF-16 unit of what is not ASCII as an escape.
fn escape_non_ascii(out: &mut Vec<u8>, text: &str) {
    let mut units = [0; 2];
    for character in text.chars() {
        match u8::try_from(character) {
            Ok(byte) if byte.is_ascii() => out.push(byte),
            // Writing to a vector cannot fail.
            _ => {
                character.encode_utf16(&mut units).iter().for_each(|unit| drop(write!(out, "\\u{unit:04x}")))
            }
        }
    }
}

/// The name of a field; if the vendor has two, every other call uses the second.
fn name(spec: &FieldSpec, call: u64) -> &'static str {
    spec.alias.filter(|_| call % 2 == 1).unwrap_or(spec.name)
}

/// How an action is spelled: the vendor's page has two or three ways for most, and calls take turns.
fn spelling(action: Action, call: u64) -> &'static str {
    let of_action = || Action::V4_SPELLINGS.iter().filter(|(_, other)| *other == action);
    let turn = call as usize % of_action().count().max(1);
    of_action().nth(turn).map_or("", |(spelling, _)| spelling)
}

fn v4_media(media: MediaType) -> &'static str {
    match media {
        MediaType::Audio => "Audio",
        MediaType::Video => "Video",
    }
}

/// 1 for a numeric room, 2 for any other.
fn room_id_type(room: &str) -> i64 {
    if room.bytes().all(|byte| byte.is_ascii_digit()) { 1 } else { 2 }
}
