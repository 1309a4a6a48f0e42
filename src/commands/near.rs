//! The id of a call that was probably meant by one that no call has.

use crate::calls::{CallTable, Position, Timeline};
use crate::engine::Analysis;
use crate::rules::Hint;
use crate::spill::SpillError;

/// An id, how far it is from what was typed, and where its call begins.
type Candidate = (usize, Position, String);

/// The ids nearest to what was typed.
#[derive(Debug, Default)]
pub(super) struct Near {
    /// How many calls there are.
    pub(super) calls: u64,
    whole: Option<Candidate>,
    /// The id whose beginning of the same length is nearest: a beginning that is mistyped is held against beginnings.
    beginning: Option<Candidate>,
}

impl Near {
    /// Looks through all calls.
    ///
    /// # Errors
    /// Where calls that are kept outside of memory cannot be read.
    pub(super) fn search(name: &str, analysis: &Analysis, threads: usize) -> Result<Self, SpillError> {
        let hint = Hint::new(name);
        let length = name.chars().count();
        let look = |near: &mut Self, table: &CallTable, timeline: &Timeline<'_>| {
            near.calls += 1;
            let Some(hint) = &hint else { return };
            let id = timeline.call_id;
            let at = table.first_position(timeline.index);
            keep(&mut near.whole, hint.distance(id), at, id);
            if let Some((end, _)) = id.char_indices().nth(length) {
                keep(&mut near.beginning, hint.distance(&id[..end]), at, id);
            }
        };
        let mut found = Self::default();
        for Self { calls, whole, beginning } in analysis.each_call(threads, Self::default, look)? {
            found.calls += calls;
            for (best, other) in [(&mut found.whole, whole), (&mut found.beginning, beginning)] {
                if let Some((distance, at, id)) = other {
                    keep(best, Some(distance), at, &id);
                }
            }
        }
        Ok(found)
    }

    /// The nearest id, the first in the input among equals; a whole one rather than a beginning.
    pub(super) fn best(&self) -> Option<&str> {
        self.whole.as_ref().or(self.beginning.as_ref()).map(|(_, _, id)| id.as_str())
    }
}

/// Keeps an id that is nearer than the best so far, or as near and earlier.
fn keep(best: &mut Option<Candidate>, distance: Option<usize>, at: Position, id: &str) {
    let Some(distance) = distance else { return };
    if best.as_ref().is_none_or(|(least, first, _)| (distance, at) < (*least, *first)) {
        *best = Some((distance, at, id.to_owned()));
    }
}
