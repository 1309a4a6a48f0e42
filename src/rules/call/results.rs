//! `call/result-conflict`: callbacks of one call that name different endings.

use smallvec::SmallVec;

use super::Judge;
use crate::calls::{Few, Position, Step, TextId};
use crate::spec::{CallResult, CallType, Role, RuleId, Word};

impl Judge<'_, '_> {
    /// Different endings: of the two sides, of one user, or of a v4 record and its caller.
    pub(super) fn result_conflicts(&mut self) {
        let timeline = self.timeline;
        if self.outcome.call_type == Some(CallType::Single) {
            let side = |is_side: fn(&Step) -> bool| {
                let of = |offer: fn(&Step) -> Option<CallResult>| {
                    strongest(timeline.originals().filter(|step| is_side(step)), offer)
                };
                of(Step::explicit).or_else(|| of(Step::implied))
            };
            if let (Some((callers, at)), Some((callees, other))) =
                (side(Step::is_callers), side(Step::is_callees))
                && callers != callees
            {
                let (callers, callees) = (callers.as_str(), callees.as_str());
                let message = format!("the caller's side ends as `{callers}`, the callee's as `{callees}`");
                let says = |role: Role, word: &str| format!("the {}'s side says `{word}`", role.as_str());
                let (one, two) = ((at, says(Role::Caller, callers)), (other, says(Role::Callee, callees)));
                self.push_pair(RuleId::CallResultConflict, message, one, two);
            }
        }
        let mut of_user: Few<TextId, SmallVec<[(CallResult, Position); 2]>> = Few::default();
        for step in timeline.originals() {
            let (Some(user), Some(result)) = (step.user.known(), step.explicit()) else {
                continue;
            };
            let seen = of_user.or_insert_with(user, SmallVec::new);
            if seen.iter().any(|(known, _)| *known == result) {
                continue;
            }
            seen.push((result, step.position));
            if let [(first, at), _, ..] = seen[..] {
                let (user, first, word) = (self.text(user), first.as_str(), result.as_str());
                let message = format!("two results of `{user}`: `{first}` and `{word}`");
                let related = Some((at, format!("`{first}` is here").into()));
                self.push(RuleId::CallResultConflict, message, step.position, related);
            }
        }
        self.record_conflict();
    }

    fn record_conflict(&mut self) {
        let timeline = self.timeline;
        let Some((recorded, at)) = strongest(timeline.originals(), Step::recorded) else {
            return;
        };
        let mut seen = Few::default();
        for step in timeline.originals().filter(|step| step.is_callers()) {
            let Some(result) = step.explicit().filter(|result| *result != recorded) else {
                continue;
            };
            if seen.insert(result, ()) {
                let (record, caller) = (recorded.as_str(), result.as_str());
                let message = format!("the call record says `{record}`, the caller `{caller}`");
                let one = (at, format!("the record says `{record}`"));
                let other = (step.position, format!("the caller says `{caller}`"));
                self.push_pair(RuleId::CallResultConflict, message, one, other);
            }
        }
    }
}

/// The strongest result that some steps offer, with the first callback that does.
fn strongest<'s>(
    steps: impl Iterator<Item = &'s Step>,
    offer: fn(&Step) -> Option<CallResult>,
) -> Option<(CallResult, Position)> {
    steps.filter_map(|step| Some((offer(step)?, step.position))).min()
}
