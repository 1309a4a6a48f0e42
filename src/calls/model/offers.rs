//! The results that the callbacks of a call offer.
//!
//! Comes in: the traits of each step. Goes out: the result of the call, and whether results may conflict. Must not: read
//! a table.

use super::results::Results;
use super::step_traits::StepTraits;
use crate::spec::{CallResult, CallType, Phase, Role};

/// The results that the callbacks offer, by what makes them count.
#[derive(Debug, Default)]
pub(in crate::calls) struct Offers {
    recorded: Results,
    /// Named by end-phase callbacks of the caller, of callees.
    explicit: [Results; 2],
    /// What end-phase events of the caller, of the callees stand for.
    implied: [Results; 2],
    /// Either, of anybody.
    all_explicit: Results,
    all_implied: Results,
    /// True if someone answered.
    pub accepted: bool,
}

impl Offers {
    #[inline]
    pub(in crate::calls) fn add(&mut self, step: &StepTraits) {
        self.accepted |= step.phase == Some(Phase::Accept);
        self.recorded.add(step.recorded);
        self.all_explicit.add(step.explicit);
        self.all_implied.add(step.implied);
        for (side, counts) in [step.role == Some(Role::Caller), step.is_callees].into_iter().enumerate() {
            if counts {
                self.explicit[side].add(step.explicit);
                self.implied[side].add(step.implied);
            }
        }
    }

    /// The first of these that gives a result: a v4 call record; an explicit result of the caller, of a callee; what
    /// the caller's end-phase events say by themselves, and the callees'.
    pub(in crate::calls) fn result(
        &self,
        call_type: Option<CallType>,
        every_callee_ended: impl FnOnce() -> bool,
    ) -> Option<CallResult> {
        // Someone declining does not end an answered call.
        let [callers, callees] =
            if self.accepted { self.implied.map(Results::of_answered) } else { self.implied };
        let [caller, callee] = self.explicit;
        let named = [self.recorded, caller, callee, callers].into_iter().find_map(Results::strongest);
        let callees = callees.strongest();
        named.or_else(|| callees.filter(|_| call_type != Some(CallType::Group) || every_callee_ended()))
    }

    /// True if any two results differ, whoever offers them.
    pub(in crate::calls) fn differ(&self) -> bool {
        self.all_explicit.and(self.all_implied).and(self.recorded).differ()
    }

    /// False only if, in a call without duplicates, neither the two sides nor a record and its caller disagree.
    pub(in crate::calls) fn sides_differ(&self, call_type: Option<CallType>) -> bool {
        let side = |side: usize| self.explicit[side].strongest().or(self.implied[side].strongest());
        let sides = side(0).zip(side(1));
        let single = call_type == Some(CallType::Single);
        (single && sides.is_some_and(|(callers, callees)| callers != callees))
            || self.recorded.strongest().is_some_and(|recorded| self.explicit[0].differ_from(recorded))
    }

    /// True if results are named that differ.
    pub(in crate::calls) fn names_differ(&self) -> bool {
        self.all_explicit.differ()
    }
}
