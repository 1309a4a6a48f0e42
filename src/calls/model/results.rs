//! A set of results.
//!
//! Comes in: results. Goes out: the strongest, and whether they differ. Must not: know who names them.

use crate::spec::{CallResult, Word};

/// A set of results, a bit for each; the lowest is the strongest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::calls) struct Results(u8);

/// Results that an answered call can have.
const OF_ANSWERED: u8 = {
    let (mut bits, mut index) = (0, 0);
    while index < CallResult::ALL.len() {
        if !CallResult::ALL[index].means_unanswered() {
            bits |= 1 << index;
        }
        index += 1;
    }
    bits
};

impl Results {
    /// That result, or none.
    #[inline]
    pub(in crate::calls) fn of(result: Option<CallResult>) -> Self {
        Self(result.map_or(0, |result| 1 << result as u8))
    }

    /// Those of these bits.
    #[inline]
    pub(in crate::calls) fn of_bits(bits: u8) -> Self {
        Self(bits)
    }

    /// The bits.
    #[inline]
    pub(in crate::calls) fn bits(self) -> u8 {
        self.0
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
        self.0 & self.0.wrapping_sub(1) != 0
    }

    /// True if any is another than that one.
    pub(in crate::calls) fn differ_from(self, result: CallResult) -> bool {
        self.0 & !(1 << result as u8) != 0
    }

    /// Those that an answered call can have.
    pub(in crate::calls) fn of_answered(self) -> Self {
        Self(self.0 & OF_ANSWERED)
    }
}
