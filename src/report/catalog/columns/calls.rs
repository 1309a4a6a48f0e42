//! The table `calls`: one row for each call.

use std::borrow::Cow;

use super::column::{Column, ColumnKind, TableRow, column, columns};
use crate::calls::{Interner, Outcome, Problems, TextId, Verdict};
use crate::report::catalog::cell::Cell;
use crate::spec::Word;

/// What a row is about.
#[derive(Clone, Debug)]
pub struct CallRow<'r, 'c> {
    /// The call's id.
    pub call_id: Cow<'c, str>,
    /// The texts that its outcome names.
    pub texts: &'c Interner,
    /// How it ended.
    pub outcome: &'r Outcome,
    /// All findings on it and on the records of its callbacks.
    pub problems: Problems,
    /// Its cause; for [`Needs::Causes`](super::Needs::Causes) alone.
    pub verdict: Option<&'r Verdict>,
}

impl<'c> CallRow<'_, 'c> {
    fn text(&self, id: Option<TextId>) -> Cell<'c> {
        id.and_then(|id| self.texts.get(id)).into()
    }
}

columns! {
    it: CallRow<'_, 'c>;
    /// `CallId`
    call_id: Text = it.call_id.clone();
    /// SDKAppID of the first callback whose URL has a valid one
    sdkappid: Integer = it.outcome.sdkappid;
    /// `single` or `group`
    call_type: Text = it.outcome.call_type;
    /// `audio` or `video`
    media_type: Text = it.outcome.media_type;
    /// the room
    room_id: Text = it.text(it.outcome.room_id);
    /// the first user with role caller
    caller: Text = it.text(it.outcome.caller);
    /// users with role callee, by first appearance; joined by `;`, with `\` before `;` and `\`
    callees: List = Cell::List(it.outcome.callees.iter().filter_map(|id| it.texts.get(*id)).collect());
    /// number of distinct users
    participants: Count = it.outcome.participants;
    /// the greatest `TotalNum`
    total_num: Integer = it.outcome.total_num;
    /// the outcome of the call; `incomplete` if the log does not say
    result: Text = Cell::Word(it.outcome.result_word());
    /// whether someone answered
    answered: Boolean = it.outcome.answered;
    /// when the call was started
    start_time: Time = it.outcome.start.map(Cell::Time);
    /// when it was answered
    accept_time: Time = it.outcome.accept.map(Cell::Time);
    /// when it ended
    end_time: Time = it.outcome.end.map(Cell::Time);
    /// from the start to the answer; if a concluded call has none, to the end
    ring_seconds: Seconds = it.outcome.ring_seconds();
    /// from the answer to the end
    talk_seconds: Seconds = it.outcome.talk_seconds();
    /// from the start to the end
    total_seconds: Seconds = it.outcome.total_seconds();
    /// callbacks of the call, duplicates included
    callbacks: Count = it.outcome.callbacks;
    /// redelivered callbacks
    duplicates: Count = it.outcome.duplicates;
    /// errors and warnings on the call and on the records of its callbacks
    problems: Count = it.problems.grave();
    /// platform of the caller, as written
    caller_platform: Text = it.text(it.outcome.caller_platform);
    | only if named
    /// families of its callbacks: `event`, `status`, `v4`, joined as `callees` are; only if named
    families: List = Cell::List(it.outcome.families.iter().map(|family| family.as_str()).collect());
    | of causes
    /// why the call ended that way, as `why` reports; only if `--columns` names it
    cause: Text = it.verdict.map(|verdict| verdict.cause);
    /// how certain that is: `certain`, `likely`, `cannot_tell`; only if named
    certainty: Text = it.verdict.map(|verdict| verdict.certainty.as_str());
    /// causes that contribute, joined as `callees` are; only if named
    contributing: List = it.verdict.map(|it| Cell::List(it.contributing.iter().map(|cause| cause.as_str()).collect()));
    /// the other possible cause if `certainty` is `cannot_tell`; only if named
    alternative: Text = it.verdict.and_then(|verdict| verdict.alternative);
}
