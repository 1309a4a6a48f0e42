//! A call as it is kept: its steps in 16 bytes each, and what they name by number.

use smallvec::SmallVec;

use super::packed_step::{Actor, Facts, PackedStep, Stamps};

/// The steps of a call, none of them a [`WideStep`](super::packed_step::WideStep), in input order; those of one callback
/// in theirs.
#[derive(Debug, Default)]
pub(in crate::calls) struct PackedCall {
    pub steps: SmallVec<[PackedStep; 16]>,
    /// What the steps name by number, from 1.
    pub actors: SmallVec<[Actor; 4]>,
    pub facts: SmallVec<[Facts; 4]>,
    pub stamps: SmallVec<[Stamps; 4]>,
}

impl PackedCall {
    /// Most steps of one, so that a call whose steps are compared with each other is done soon.
    pub(in crate::calls) const MOST_STEPS: usize = 256;

    /// Puts the steps in input order, as most are already.
    pub(in crate::calls) fn sort(&mut self) {
        let distance = |step: &PackedStep| step.place.parts().0;
        if !self.steps.is_sorted_by_key(distance) {
            self.steps.sort_by_key(distance);
        }
    }
}
