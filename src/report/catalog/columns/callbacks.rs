//! The table `callbacks`: one row for each callback.

use super::column::{Column, ColumnKind, TableRow, column, columns};
use crate::calls::Position;
use crate::decode::{Callback, CallbackFacts, NamedUser, Part};
use crate::report::catalog::cell::{Cell, joined};
use crate::spec::{CallbackCommand, Event, Family, V4Command, Word};

/// What a row is about.
#[derive(Clone, Copy, Debug)]
pub struct CallbackRow<'c> {
    /// The callback.
    pub callback: &'c Callback<'c>,
    /// The name of its source.
    pub source: &'c str,
    /// The place of its record in the input.
    pub position: Position,
    /// The line on which its record begins, from 1.
    pub line: u64,
    /// True if an earlier callback of the call says the same.
    pub duplicate: bool,
}

impl<'c> CallbackRow<'c> {
    /// The user who acted; for v4, the users who did.
    fn user(&self) -> Cell<'c> {
        match self.callback.family {
            Family::V4 => joined(self.acting().map(|user| user.id.as_deref().unwrap_or_default())).into(),
            Family::Event | Family::Status => self.callback.user_id.as_deref().into(),
        }
    }

    /// The event; for v4, the actions of the users who acted.
    fn event(&self) -> Cell<'c> {
        let action = |part: Part| match part {
            Part::Changed(action) => action.map_or("", Word::as_str),
            Part::Caller | Part::Callee | Part::Listed => "",
        };
        match self.callback.family {
            Family::V4 if self.starts_call() => Event::StartCall.into(),
            Family::V4 => joined(self.acting().map(|user| action(user.part))).into(),
            Family::Event | Family::Status => self.callback.event.into(),
        }
    }

    fn starts_call(&self) -> bool {
        self.callback.v4_command() == Some(V4Command::StartCall)
    }

    /// The users of a v4 callback who did something.
    fn acting(&self) -> impl Iterator<Item = &'c NamedUser<'c>> {
        let starts = self.starts_call();
        let acts = move |part: Part| matches!(part, Part::Changed(_)) || (starts && part == Part::Caller);
        self.callback.users.iter().filter(move |user| acts(user.part))
    }
}

columns! {
    it: CallbackRow<'c>;
    /// the input
    source: Text = it.source;
    /// record of that input, from 1
    record: Integer = it.position.record();
    /// line on which the record begins, from 1
    line: Integer = it.line;
    /// `event`, `status`, or `v4`
    family: Text = it.callback.family;
    /// SDKAppID from the URL
    sdkappid: Integer = it.callback.sdkappid;
    /// the callback command, from the URL, for v4 from the body
    command: Text = it.callback.command.map(CallbackCommand::as_str);
    /// address of the client from the URL, as written
    client_ip: Text = it.callback.client_ip.as_deref();
    /// platform of the client from the URL, as written
    platform: Text = it.callback.platform.as_deref();
    /// when the callback was captured, to the millisecond
    received_at: Instant = it.callback.received_at.map(Cell::Millis);
    /// the user; v4: the users who acted, joined by `;`
    user_id: Text = it.user();
    /// the room
    room_id: Text = it.callback.room_id.as_deref();
    /// `TotalNum`; v4: number of distinct users named
    total_num: Integer = it.callback.total_num;
    /// `audio` or `video`
    media_type: Text = it.callback.media_type;
    /// `single` or `group`
    call_type: Text = it.callback.call_type;
    /// `CallId`
    call_id: Text = it.callback.call_id.as_deref();
    /// `caller` or `callee`, from the body, otherwise the command, otherwise the event
    role: Text = it.callback.role;
    /// the event; v4: `start_call`, or the actions of the users, joined by `;`
    event: Text = it.event();
    /// `CallResult` in the words of the event family
    call_result: Text = it.callback.call_result;
    /// `EventTime`
    event_time: Time = it.callback.event_time.map(Cell::Time);
    /// `StartCallTs`, v4 `StartTime`
    start_call_ts: Time = it.callback.start_call_ts.map(Cell::Time);
    /// `AcceptTs`, v4 `AcceptTime`
    accept_ts: Time = it.callback.accept_ts.map(Cell::Time);
    /// `EndTs`, v4 `EndTime`
    end_ts: Time = it.callback.end_ts.map(Cell::Time);
    /// whether an earlier callback of the call says the same
    duplicate: Boolean = it.duplicate;
}
