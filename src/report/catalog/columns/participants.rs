//! The table `participants`: one row for each user of each call.

use super::column::{Column, ColumnEntry, ColumnKind, TableRow, column, heads};
use crate::calls::{Outcome, Participant, TextId, Timeline};
use crate::report::catalog::cell::Cell;
use crate::spec::Word;

/// What a row tells of.
#[derive(Clone, Copy, Debug)]
pub struct ParticipantRow<'r, 'c> {
    /// The call's callbacks.
    pub timeline: &'r Timeline<'c>,
    /// How the call ended.
    pub outcome: &'r Outcome,
    /// The user's part in it.
    pub user: &'r Participant,
}

impl<'c> ParticipantRow<'_, 'c> {
    fn text(&self, id: Option<TextId>) -> Cell<'c> {
        Cell::maybe_text(id.and_then(|id| self.timeline.text(id)))
    }
}

type ParticipantValue = for<'c> fn(&ParticipantRow<'_, 'c>) -> Cell<'c>;

use ColumnKind::{Count, Integer, Text, Time};

static PARTICIPANTS: [ColumnEntry<ParticipantValue>; 11] = [
    column("call_id", Text, "`CallId`", |it| Cell::text(it.timeline.call_id)),
    column("sdkappid", Integer, "SDKAppID of the call", |it| Cell::maybe_integer(it.outcome.sdkappid)),
    column("user_id", Text, "the user", |it| it.text(Some(it.user.user))),
    column("role", Text, "`caller`, `callee`, or `both`", |it| Cell::text(it.user.role_word())),
    column("platform", Text, "platform of the user's first callback that has one, as written", |it| {
        it.text(it.user.platform)
    }),
    column("client_ip", Text, "address of the user's first callback that has one, as written", |it| {
        it.text(it.user.client_ip)
    }),
    column("ring_time", Time, "when it first rang there", |it| Cell::maybe_time(it.user.ring)),
    column("accept_time", Time, "when the user first answered", |it| Cell::maybe_time(it.user.accept)),
    column("end_time", Time, "when the user's part last ended", |it| Cell::maybe_time(it.user.end)),
    column("result", Text, "how it ended for the user; empty where the log does not say", |it| {
        Cell::maybe_text(it.user.result.map(Word::as_str))
    }),
    column("callbacks", Count, "the user's callbacks, duplicates included", |it| {
        Cell::count(it.user.callbacks)
    }),
];

pub(super) static COLUMNS: [Column; PARTICIPANTS.len()] = heads(&PARTICIPANTS);

impl<'c> TableRow<'c> for ParticipantRow<'_, 'c> {
    fn cell(&self, column: usize) -> Cell<'c> {
        let entry = &PARTICIPANTS[column];
        entry.checked((entry.value)(self))
    }
}
