//! The table `callbacks`: one row for each callback.

use super::column::{Column, ColumnEntry, ColumnKind, TableRow, column, heads};
use crate::calls::Position;
use crate::decode::{Callback, CallbackFacts, NamedUser, Part};
use crate::report::catalog::cell::{Cell, joined};
use crate::spec::{CallbackCommand, Event, Family, V4Command, Word};

/// What a row tells of.
#[derive(Clone, Copy, Debug)]
pub struct CallbackRow<'c> {
    /// The callback.
    pub callback: &'c Callback<'c>,
    /// The name of its source.
    pub source: &'c str,
    /// Where its record stands.
    pub position: Position,
    /// The line on which its record begins, from 1.
    pub line: u64,
    /// True where an earlier callback of the call says the same.
    pub duplicate: bool,
}

impl<'c> CallbackRow<'c> {
    /// The user that acted; for v4 the users that did.
    fn user(&self) -> Cell<'c> {
        match self.callback.family {
            Family::V4 => {
                Cell::owned(joined(self.acting().map(|user| user.id.as_deref().unwrap_or_default())))
            }
            Family::Event | Family::Status => Cell::maybe_text(self.callback.user_id.as_deref()),
        }
    }

    /// The event; for v4 the actions of the users that acted.
    fn event(&self) -> Cell<'c> {
        let action = |part: Part| match part {
            Part::Changed(action) => action.map_or("", Word::as_str),
            Part::Caller | Part::Callee | Part::Listed => "",
        };
        match self.callback.family {
            Family::V4 if self.starts_call() => Cell::text(Event::StartCall.as_str()),
            Family::V4 => Cell::owned(joined(self.acting().map(|user| action(user.part)))),
            Family::Event | Family::Status => Cell::maybe_text(self.callback.event.map(Word::as_str)),
        }
    }

    fn starts_call(&self) -> bool {
        self.callback.v4_command() == Some(V4Command::StartCall)
    }

    /// The users of a v4 callback that did something.
    fn acting(&self) -> impl Iterator<Item = &'c NamedUser<'c>> {
        let starts = self.starts_call();
        let acts = move |part: Part| matches!(part, Part::Changed(_)) || (starts && part == Part::Caller);
        self.callback.users.iter().filter(move |user| acts(user.part))
    }
}

type CallbackValue = for<'c> fn(&CallbackRow<'c>) -> Cell<'c>;

use ColumnKind::{Boolean, Instant, Integer, Text, Time};

static CALLBACKS: [ColumnEntry<CallbackValue>; 23] = [
    column("source", Text, "the input", |it| Cell::text(it.source)),
    column("record", Integer, "record of that input, from 1", |it| Cell::count(it.position.record())),
    column("line", Integer, "line on which the record begins, from 1", |it| Cell::count(it.line)),
    column("family", Text, "`event`, `status`, or `v4`", |it| Cell::text(it.callback.family.as_str())),
    column("sdkappid", Integer, "SDKAppID from the URL", |it| Cell::maybe_integer(it.callback.sdkappid)),
    column("command", Text, "the callback command, from the URL, for v4 from the body", |it| {
        Cell::maybe_text(it.callback.command.map(CallbackCommand::as_str))
    }),
    column("client_ip", Text, "address of the client from the URL, as written", |it| {
        Cell::maybe_text(it.callback.client_ip.as_deref())
    }),
    column("platform", Text, "platform of the client from the URL, as written", |it| {
        Cell::maybe_text(it.callback.platform.as_deref())
    }),
    column("received_at", Instant, "when the callback was captured, to the millisecond", |it| {
        it.callback.received_at.map_or(Cell::Absent, Cell::Millis)
    }),
    column("user_id", Text, "the user; v4: the users that acted, joined by `;`", |it| it.user()),
    column("room_id", Text, "the room", |it| Cell::maybe_text(it.callback.room_id.as_deref())),
    column("total_num", Integer, "`TotalNum`; v4: distinct users that are named", |it| {
        Cell::maybe_integer(it.callback.total_num)
    }),
    column("media_type", Text, "`audio` or `video`", |it| {
        Cell::maybe_text(it.callback.media_type.map(Word::as_str))
    }),
    column("call_type", Text, "`single` or `group`", |it| {
        Cell::maybe_text(it.callback.call_type.map(Word::as_str))
    }),
    column("call_id", Text, "`CallId`", |it| Cell::maybe_text(it.callback.call_id.as_deref())),
    column("role", Text, "`caller` or `callee`, from the body, else the command, else the event", |it| {
        Cell::maybe_text(it.callback.role.map(Word::as_str))
    }),
    column("event", Text, "the event; v4: `start_call`, or the actions of the users, joined by `;`", |it| {
        it.event()
    }),
    column("call_result", Text, "`CallResult` in the words of the event family", |it| {
        Cell::maybe_text(it.callback.call_result.map(Word::as_str))
    }),
    column("event_time", Time, "`EventTime`", |it| Cell::maybe_time(it.callback.event_time)),
    column("start_call_ts", Time, "`StartCallTs`, v4 `StartTime`", |it| {
        Cell::maybe_time(it.callback.start_call_ts)
    }),
    column("accept_ts", Time, "`AcceptTs`, v4 `AcceptTime`", |it| Cell::maybe_time(it.callback.accept_ts)),
    column("end_ts", Time, "`EndTs`, v4 `EndTime`", |it| Cell::maybe_time(it.callback.end_ts)),
    column("duplicate", Boolean, "whether an earlier callback of the call says the same", |it| {
        Cell::Flag(it.duplicate)
    }),
];

pub(super) static COLUMNS: [Column; CALLBACKS.len()] = heads(&CALLBACKS);

impl<'c> TableRow<'c> for CallbackRow<'c> {
    fn cell(&self, column: usize) -> Cell<'c> {
        let entry = &CALLBACKS[column];
        entry.checked((entry.value)(self))
    }
}
