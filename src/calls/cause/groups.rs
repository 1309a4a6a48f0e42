//! Why a group call that nobody answered ended: what its callees' parts say together.
//!
//! Comes in: a call and the verdicts on its callees. Goes out: the main cause; nothing if the callees say nothing. Must not:
//! say more of the call than its callees' own verdicts do.

use super::callees::{CalleeVerdict, of_case};
use super::case::Case;
use super::certainty::Certainty::{CannotTell, Certain, Likely};
use super::decision::Main;
use crate::calls::store::position::Position;
use crate::spec::{CallResult, Cause, Role};

/// Callees whose callbacks are named as evidence.
const NAMED: usize = 8;

/// For each result the causes of which the first that a callee's part has is that of the call.
static RANKS: [(CallResult, &[Cause]); 3] = [
    (CallResult::Reject, &[Cause::Declined, Cause::DeclinedByDevice]),
    (CallResult::CallBusy, &[Cause::Ignored, Cause::Busy]),
    (CallResult::NotAnswer, &[Cause::NoAnswer, Cause::Unreached, Cause::CalleeSilent]),
];

/// A group call that nobody answered, by the parts of its callees.
pub(super) fn unanswered(case: &Case<'_, '_>) -> Option<Main> {
    let result = case.outcome.result.filter(|result| result.means_unanswered())?;
    if !case.is_group() || case.facts.accepted.is_some() {
        return None;
    }
    let parts = of_case(case);
    let known: Vec<&CalleeVerdict> = parts.iter().filter(|part| part.certainty != CannotTell).collect();
    if known.is_empty() {
        return None;
    }
    let seconds = case.outcome.ring_seconds();
    let evidence: Vec<Position> =
        known.iter().take(NAMED).flat_map(|part| part.deciding.iter().copied()).collect();
    let main = |cause, certainty| {
        let mut main = Main::new(cause, certainty, &[case.end().map(|it| it.sight)]).after(seconds);
        main.deciding.extend(evidence.iter().copied());
        main
    };
    if result == CallResult::Cancel {
        let waits = |part: &CalleeVerdict| part.certainty == CannotTell || part.cause == Cause::GaveUp;
        let [.., last] = known[..] else { return None };
        // If nobody was left to wait for, the caller did not give up while it rang.
        return Some(match parts.iter().any(waits) {
            true => main(Cause::GaveUp, Likely),
            false => main(first_of(&known).unwrap_or(last.cause), Likely).or(Cause::GaveUp),
        });
    }
    let ranked = RANKS.iter().find(|(of, _)| *of == result).and_then(|(_, causes)| {
        causes.iter().copied().find(|cause| known.iter().any(|part| part.cause == *cause))
    });
    let cause = ranked.or(first_of(&known))?;
    let agree = parts.iter().all(|part| part.certainty == Certain && part.cause == cause);
    let told = case.facts.ending(Role::Caller).or(case.facts.recorded).map(|ending| ending.result);
    let certain = agree && ranked.is_some() && told == Some(result) && everyone_is_seen(case);
    Some(main(cause, if certain { Certain } else { Likely }))
}

/// True if as many callees are seen as the callbacks count.
fn everyone_is_seen(case: &Case<'_, '_>) -> bool {
    let participants = i64::try_from(case.outcome.callees.len() + 1).unwrap_or(i64::MAX);
    case.outcome.total_num.is_none_or(|total| total <= participants)
}

/// The cause that most parts have, of those with equally many the first.
fn first_of(known: &[&CalleeVerdict]) -> Option<Cause> {
    let count = |cause: Cause| known.iter().filter(|part| part.cause == cause).count();
    known.iter().map(|part| part.cause).max_by_key(|cause| (count(*cause), std::cmp::Reverse(*cause)))
}
