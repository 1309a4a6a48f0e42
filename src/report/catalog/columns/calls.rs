//! The table `calls`: one row for each call.

use super::column::{Column, ColumnEntry, ColumnKind, Needs, TableRow, column, heads, needing, only_named};
use crate::calls::{Outcome, Problems, TextId, Timeline, Verdict};
use crate::report::catalog::cell::Cell;
use crate::spec::Word;

/// What a row tells of.
#[derive(Clone, Copy, Debug)]
pub struct CallRow<'r, 'c> {
    /// The call's callbacks.
    pub timeline: &'r Timeline<'c>,
    /// How it ended.
    pub outcome: &'r Outcome,
    /// All findings on it and on the records of its callbacks.
    pub problems: Problems,
    /// Its cause; for [`Needs::Causes`] alone.
    pub verdict: Option<&'r Verdict>,
}

impl<'c> CallRow<'_, 'c> {
    fn text(&self, id: Option<TextId>) -> Cell<'c> {
        Cell::maybe_text(id.and_then(|id| self.timeline.text(id)))
    }
}

type CallValue = for<'c> fn(&CallRow<'_, 'c>) -> Cell<'c>;

use ColumnKind::{Boolean, Count, Integer, List, Seconds, Text, Time};

static CALLS: [ColumnEntry<CallValue>; 25] = [
    column("call_id", Text, "`CallId`", |it| Cell::text(it.timeline.call_id)),
    column("sdkappid", Integer, "SDKAppID of the first callback whose URL has a valid one", |it| {
        Cell::maybe_integer(it.outcome.sdkappid)
    }),
    column("call_type", Text, "`single` or `group`", |it| {
        Cell::maybe_text(it.outcome.call_type.map(Word::as_str))
    }),
    column("media_type", Text, "`audio` or `video`", |it| {
        Cell::maybe_text(it.outcome.media_type.map(Word::as_str))
    }),
    column("room_id", Text, "the room", |it| it.text(it.outcome.room_id)),
    column("caller", Text, "the first user with role caller", |it| it.text(it.outcome.caller)),
    column(
        "callees",
        List,
        "users with role callee, by first appearance; joined by `;`, with `\\` before `;` and `\\`",
        |it| Cell::List(it.outcome.callees.iter().filter_map(|id| it.timeline.text(*id)).collect()),
    ),
    column("participants", Count, "number of distinct users", |it| Cell::count(it.outcome.participants)),
    column("total_num", Integer, "the greatest `TotalNum`", |it| Cell::maybe_integer(it.outcome.total_num)),
    column("result", Text, "what the call came to; `incomplete` where the log does not say", |it| {
        Cell::text(it.outcome.result_word())
    }),
    column("answered", Boolean, "whether someone answered", |it| Cell::Flag(it.outcome.answered)),
    column("start_time", Time, "when the call was started", |it| Cell::maybe_time(it.outcome.start)),
    column("accept_time", Time, "when it was answered", |it| Cell::maybe_time(it.outcome.accept)),
    column("end_time", Time, "when it ended", |it| Cell::maybe_time(it.outcome.end)),
    column(
        "ring_seconds",
        Seconds,
        "from the start to the answer; of a concluded call without one, to the end",
        |it| Cell::maybe_integer(it.outcome.ring_seconds()),
    ),
    column("talk_seconds", Seconds, "from the answer to the end", |it| {
        Cell::maybe_integer(it.outcome.talk_seconds())
    }),
    column("total_seconds", Seconds, "from the start to the end", |it| {
        Cell::maybe_integer(it.outcome.total_seconds())
    }),
    column("callbacks", Count, "callbacks of the call, duplicates included", |it| {
        Cell::count(it.outcome.callbacks)
    }),
    column("duplicates", Count, "callbacks that were delivered again", |it| {
        Cell::count(it.outcome.duplicates)
    }),
    column("problems", Count, "errors and warnings on the call and on the records of its callbacks", |it| {
        Cell::count(it.problems.grave())
    }),
    column("caller_platform", Text, "platform of the caller, as written", |it| {
        it.text(it.outcome.caller_platform)
    }),
    on_cause("cause", Text, "why it came to that, as `why` tells; only where `--columns` names it", |it| {
        Cell::maybe_text(it.verdict.map(|verdict| verdict.cause.as_str()))
    }),
    on_cause(
        "certainty",
        Text,
        "how sure that is: `certain`, `likely`, `cannot_tell`; only where named",
        |it| Cell::maybe_text(it.verdict.map(|verdict| verdict.certainty.as_str())),
    ),
    on_cause(
        "contributing",
        List,
        "causes that contribute, joined as `callees` are; only where named",
        |it| {
            it.verdict.map_or(Cell::Absent, |verdict| {
                Cell::List(verdict.contributing.iter().map(|cause| cause.as_str()).collect())
            })
        },
    ),
    on_cause(
        "alternative",
        Text,
        "what the cause may be as well, where `certainty` is `cannot_tell`; only where named",
        |it| Cell::maybe_text(it.verdict.and_then(|verdict| verdict.alternative).map(Word::as_str)),
    ),
];

const fn on_cause(
    name: &'static str,
    kind: ColumnKind,
    meaning: &'static str,
    value: CallValue,
) -> ColumnEntry<CallValue> {
    only_named(needing(Needs::Causes, column(name, kind, meaning, value)))
}

pub(super) static COLUMNS: [Column; CALLS.len()] = heads(&CALLS);

impl<'c> TableRow<'c> for CallRow<'_, 'c> {
    fn cell(&self, column: usize) -> Cell<'c> {
        let entry = &CALLS[column];
        entry.checked((entry.value)(self))
    }
}
