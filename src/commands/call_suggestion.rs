//! The id of a call that was probably meant by an unknown one.

use crate::calls::{CallTable, Position, Timeline};
use crate::engine::Analysis;
use crate::spill::SpillError;
use crate::suggest::Misspelling;

/// An id, how far it is from what was typed, and where its call begins.
type Candidate = (usize, Position, String);

/// The ids nearest to what was typed.
#[derive(Debug, Default)]
pub(super) struct CallSuggestion {
    /// How many calls there are.
    pub(super) calls: u64,
    whole: Option<Candidate>,
    /// The id whose beginning of the same length is nearest: a misspelled beginning is compared with beginnings.
    beginning: Option<Candidate>,
}

impl CallSuggestion {
    /// Compares the ids of all calls.
    ///
    /// # Errors
    /// Returns an error if calls that are kept outside of memory cannot be read.
    pub(super) fn search(name: &str, analysis: &Analysis, threads: usize) -> Result<Self, SpillError> {
        let typed = Misspelling::new(name);
        let length = name.chars().count();
        let compare = |best: &mut Self, table: &CallTable, timeline: &Timeline<'_>| {
            best.calls += 1;
            let Some(typed) = &typed else { return };
            let id = &timeline.call_id;
            let at = table.first_position(timeline.index);
            keep(&mut best.whole, typed.distance(id), at, id);
            if let Some((end, _)) = id.char_indices().nth(length) {
                keep(&mut best.beginning, typed.distance(&id[..end]), at, id);
            }
        };
        let mut all = Self::default();
        for Self { calls, whole, beginning } in analysis.each_call(threads, Self::default, compare)? {
            all.calls += calls;
            for (best, other) in [(&mut all.whole, whole), (&mut all.beginning, beginning)] {
                if let Some((distance, at, id)) = other {
                    keep(best, Some(distance), at, &id);
                }
            }
        }
        Ok(all)
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
