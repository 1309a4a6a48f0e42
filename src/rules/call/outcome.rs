//! How a call ends: results that conflict, durations that are negative, or no ending at all.

use smallvec::SmallVec;

use super::course::Course;
use super::judge::{CallRule, Judge};
use crate::calls::{Outcome, Position, SmallMap, Step, TextId, Times};
use crate::spec::{CallResult, CallType, Phase, Role, RuleId, Timestamp, Word};

pub(super) const RULES: &[CallRule] = &[
    CallRule::new(|judge| judge.result_conflicts()).only_if(|course| course.occurs.results_differ),
    CallRule::new(|judge| judge.negative_duration()).only_if(may_run_backwards),
    CallRule::new(|judge| judge.incomplete()).only_if(|course| course.outcome.result.is_none()),
];

/// The times of the outcome, which are those that count unless a duplicate gave one.
fn may_run_backwards(course: &Course<'_>) -> bool {
    let Outcome { start, accept, end, .. } = *course.outcome;
    let backwards = |first: Option<Timestamp>, second: Option<Timestamp>| {
        first.zip(second).is_some_and(|(first, second)| second < first)
    };
    course.occurs.has_duplicates
        || backwards(start, accept)
        || backwards(accept, end)
        || backwards(start, end)
}

impl Judge<'_, '_> {
    /// Different endings: of the two sides, of one user, or of a v4 record and its caller.
    fn result_conflicts(&mut self) {
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
        let mut of_user: SmallMap<TextId, SmallVec<[(CallResult, Position); 2]>> = SmallMap::default();
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
                let message = format!("`{user}` has two results: `{first}` and `{word}`");
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
        let mut seen = SmallMap::default();
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

    /// Times that run backwards and come from different callbacks.
    fn negative_duration(&mut self) {
        let timeline = self.timeline;
        let times = Times::of(timeline.originals());
        let giver = |time: Option<Timestamp>, stamp: fn(&Step) -> Option<Timestamp>, phase: Phase| {
            let time = time?;
            let stamped = timeline.originals().any(|step| stamp(step).is_some());
            let gives = move |step: &&Step| {
                if stamped {
                    stamp(step) == Some(time)
                } else {
                    step.phase == Some(phase) && step.time == Some(time)
                }
            };
            let at = timeline.originals().find(gives)?.position;
            Some((time, at, gives))
        };
        let start = giver(times.start, Step::start_call_ts, Phase::Start).map(|it| ("starts", it));
        let accept = giver(times.accept, Step::accept_ts, Phase::Accept).map(|it| ("is answered", it));
        let end = giver(times.end, Step::end_ts, Phase::End).map(|it| ("ends", it));
        for (first, second) in [(start, end), (start, accept), (accept, end)] {
            let (Some((before, (first, at, gives))), Some((after, (second, other, gives_too)))) =
                (first, second)
            else {
                continue;
            };
            // What one callback says of itself is a finding on that one.
            if second < first && !timeline.originals().any(|step| gives(&step) && gives_too(&step)) {
                let message = format!("the call {after} {} s before it {before}", first - second);
                let one = (at, format!("it {before} according to this callback"));
                let two = (other, format!("it {after} according to this callback"));
                self.push_pair(RuleId::CallNegativeDuration, message, one, two);
                return;
            }
        }
    }

    fn incomplete(&mut self) {
        if self.outcome.result.is_none() {
            self.push_at_last(RuleId::CallIncomplete, "the log does not say how the call ended");
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
