//! The table `participants`: one row for each user of each call.

use super::column::{Column, ColumnKind, TableRow, column, columns};
use crate::calls::{Outcome, Participant, TextId, Timeline};
use crate::report::catalog::cell::Cell;

/// What a row is about.
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
        id.and_then(|id| self.timeline.text(id)).into()
    }
}

columns! {
    it: ParticipantRow<'_, 'c>;
    /// `CallId`
    call_id: Text = it.timeline.call_id.clone();
    /// SDKAppID of the call
    sdkappid: Integer = it.outcome.sdkappid;
    /// the user
    user_id: Text = it.text(Some(it.user.user));
    /// `caller`, `callee`, or `both`
    role: Text = it.user.role_word();
    /// platform of the user's first callback that has one, as written
    platform: Text = it.text(it.user.platform);
    /// address of the user's first callback that has one, as written
    client_ip: Text = it.text(it.user.client_ip);
    /// when the user's device first rang
    ring_time: Time = it.user.ring.map(Cell::Time);
    /// when the user first answered
    accept_time: Time = it.user.accept.map(Cell::Time);
    /// when the user's part last ended
    end_time: Time = it.user.end.map(Cell::Time);
    /// how it ended for the user; empty if the log does not say
    result: Text = it.user.result;
    /// the user's callbacks, duplicates included
    callbacks: Count = it.user.callbacks;
}
