//! Rows of the `participants` table.

use super::cell::Cell;
use crate::calls::{Outcome, Timeline, participants};
use crate::spec::Word;

/// The rows of a call's participants, one after another: a call can have a million.
pub fn participant_rows<'c>(
    timeline: &Timeline<'c>,
    outcome: &Outcome,
) -> impl Iterator<Item = Vec<Cell<'c>>> {
    let text = |id| timeline.text(id);
    participants(timeline).into_iter().map(move |user| {
        vec![
            Cell::text(timeline.call_id),
            Cell::maybe_integer(outcome.sdkappid),
            Cell::maybe_text(text(user.user)),
            Cell::text(user.role_word()),
            Cell::maybe_text(user.platform.and_then(text)),
            Cell::maybe_text(user.client_ip.and_then(text)),
            Cell::maybe_time(user.ring),
            Cell::maybe_time(user.accept),
            Cell::maybe_time(user.end),
            Cell::maybe_text(user.result.map(Word::as_str)),
            Cell::count(user.callbacks),
        ]
    })
}
