//! The results that the callbacks of a call offer.
//!
//! Comes in: the traits of each step. Goes out: the result of the call, and whether results may conflict. Must not: read
//! a table.

use super::step_traits::StepTraits;
use crate::spec::{CallResult, CallType};

/// The traits of all steps of a call, and of those of each side.
#[derive(Debug, Default)]
pub(in crate::calls) struct Offers {
    pub all: StepTraits,
    callers: StepTraits,
    callees: StepTraits,
}

impl Offers {
    #[inline]
    pub(in crate::calls) fn add(&mut self, step: StepTraits) {
        self.all.add(step);
        self.callers.add(step.only_if(step.has(StepTraits::OF_CALLER)));
        self.callees.add(step.only_if(step.has(StepTraits::COUNTS_AS_CALLEE)));
    }

    /// True if someone answered.
    pub(in crate::calls) fn accepted(&self) -> bool {
        self.all.has(StepTraits::ACCEPTS)
    }

    /// The first of these that gives a result: a v4 call record; an explicit result of the caller, of a callee; what
    /// the caller's end-phase events say by themselves, and the callees'.
    pub(in crate::calls) fn result(
        &self,
        call_type: Option<CallType>,
        every_callee_ended: impl FnOnce() -> bool,
    ) -> Option<CallResult> {
        // Someone declining does not end an answered call.
        let implied = |side: StepTraits| match self.accepted() {
            true => side.implied().of_answered(),
            false => side.implied(),
        };
        let recorded = self.all.recorded().strongest();
        let named = || self.callers.explicit().strongest().or(self.callees.explicit().strongest());
        let by_callees = || {
            let counts = |_: &CallResult| call_type != Some(CallType::Group) || every_callee_ended();
            implied(self.callees).strongest().filter(counts)
        };
        recorded.or_else(named).or_else(|| implied(self.callers).strongest()).or_else(by_callees)
    }

    /// True if any two results differ, whoever offers them.
    pub(in crate::calls) fn differ(&self) -> bool {
        let Self { all, .. } = self;
        all.explicit().and(all.implied()).and(all.recorded()).differ()
    }

    /// False only if, in a call without duplicates, neither the two sides nor a record and its caller disagree.
    pub(in crate::calls) fn sides_differ(&self, call_type: Option<CallType>) -> bool {
        let side = |side: StepTraits| side.explicit().strongest().or(side.implied().strongest());
        let single = call_type == Some(CallType::Single);
        let recorded = self.all.recorded().strongest();
        (single && differ(side(self.callers), side(self.callees)))
            || recorded.is_some_and(|recorded| self.callers.explicit().differ_from(recorded))
    }
}

fn differ(one: Option<CallResult>, other: Option<CallResult>) -> bool {
    one.is_some() && other.is_some() && one != other
}
