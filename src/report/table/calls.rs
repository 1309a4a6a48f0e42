//! Rows of the `calls` table.

use super::cell::Cell;
use crate::calls::{Outcome, Problems, Timeline, Verdict};
use crate::spec::Word;

/// The row of a call; `problems` are all findings on it and on the records of its callbacks. The verdict is only
/// needed for the columns on causes.
pub fn call_row<'c>(
    timeline: &Timeline<'c>,
    outcome: &Outcome,
    problems: Problems,
    verdict: Option<&Verdict>,
) -> [Cell<'c>; 25] {
    let text = |id| timeline.text(id);
    [
        Cell::text(timeline.call_id),
        Cell::maybe_integer(outcome.sdkappid),
        Cell::maybe_text(outcome.call_type.map(Word::as_str)),
        Cell::maybe_text(outcome.media_type.map(Word::as_str)),
        Cell::maybe_text(outcome.room_id.and_then(text)),
        Cell::maybe_text(outcome.caller.and_then(text)),
        Cell::List(outcome.callees.iter().filter_map(|callee| text(*callee)).collect()),
        Cell::count(outcome.participants),
        Cell::maybe_integer(outcome.total_num),
        Cell::text(outcome.result_word()),
        Cell::Flag(outcome.answered),
        Cell::maybe_time(outcome.start),
        Cell::maybe_time(outcome.accept),
        Cell::maybe_time(outcome.end),
        Cell::maybe_integer(outcome.ring_seconds()),
        Cell::maybe_integer(outcome.talk_seconds()),
        Cell::maybe_integer(outcome.total_seconds()),
        Cell::count(outcome.callbacks),
        Cell::count(outcome.duplicates),
        Cell::count(problems.grave()),
        Cell::maybe_text(outcome.caller_platform.and_then(text)),
        Cell::maybe_text(verdict.map(|verdict| verdict.cause.as_str())),
        Cell::maybe_text(verdict.map(|verdict| verdict.certainty.as_str())),
        verdict.map_or(Cell::Absent, |verdict| {
            Cell::List(verdict.contributing.iter().map(|cause| cause.as_str()).collect())
        }),
        Cell::maybe_text(verdict.and_then(|verdict| verdict.alternative).map(Word::as_str)),
    ]
}
