//! A set of results.
//!
//! Comes in: results. Goes out: the strongest, and whether they differ. Must not: know who names them.

use crate::spec::{CallResult, Word};

/// A set of results, a bit for each; the lowest is the strongest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::calls) struct Results(u8);

impl Results {
    /// That result, or none.
    #[inline]
    pub(in crate::calls) fn of(result: Option<CallResult>) -> Self {
        Self(result.map_or(0, |result| 1 << result as u8))
    }

    /// Adds those of another set.
    #[inline]
    pub(in crate::calls) fn add(&mut self, other: Self) {
        self.0 |= other.0;
    }

    /// Those of both.
    pub(in crate::calls) fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The strongest.
    pub(in crate::calls) fn strongest(self) -> Option<CallResult> {
        CallResult::ALL.get(self.0.trailing_zeros() as usize).copied()
    }

    /// True if there are several.
    pub(in crate::calls) fn differ(self) -> bool {
        self.0.count_ones() > 1
    }

    /// True if any is another than that one.
    pub(in crate::calls) fn differ_from(self, result: CallResult) -> bool {
        self.0 & !(1 << result as u8) != 0
    }

    /// Those that an answered call can have.
    pub(in crate::calls) fn of_answered(self) -> Self {
        let unanswered = CallResult::ALL.iter().filter(|result| result.means_unanswered());
        Self(unanswered.fold(self.0, |bits, result| bits & !(1 << *result as u8)))
    }
}
