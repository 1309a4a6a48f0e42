//! For a group call: the outcome of each callee.

use smallvec::SmallVec;

use super::case::Case;
use super::certainty::Certainty::{self, CannotTell, Certain, Likely};
use super::clocks::ClockBounds;
use super::context::LogContext;
use super::sightings::{Sight, Sightings};
use crate::calls::model::outcome::{Outcome, span};
use crate::calls::model::timeline::Timeline;
use crate::calls::store::interner::TextId;
use crate::calls::store::position::Position;
use crate::calls::store::small_map::SmallMap;
use crate::spec::{CallResult, Cause, DEVICE_SECONDS, Event, Family, RINGING_SECONDS, Role, TALKING_SECONDS};

/// The outcome of one callee of a group call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalleeVerdict {
    /// The callee.
    pub user: TextId,
    /// The cause.
    pub cause: Cause,
    /// How sure that is.
    pub certainty: Certainty,
    /// How long it took, in seconds: from the ringing to the decline or the answer to the end.
    pub seconds: Option<u32>,
    /// How far this callee's clock is ahead of the caller's.
    pub clocks: ClockBounds,
    /// The callbacks that decide it, in input order.
    pub deciding: SmallVec<[Position; 4]>,
}

/// The outcome of each callee of a group call, by first appearance; none for a call of two.
pub fn callee_verdicts(timeline: &Timeline<'_>, outcome: &Outcome, log: &LogContext) -> Vec<CalleeVerdict> {
    let case = Case::new(timeline, outcome, log);
    if !case.is_group() {
        return Vec::new();
    }
    // One pass for all of them, since a call can have very many.
    let mut steps: SmallMap<TextId, Vec<usize>> = SmallMap::default();
    for (index, step) in timeline.steps.iter().enumerate() {
        steps.or_insert_with(step.user, Vec::new).push(index);
    }
    let own = |callee: TextId| steps.get(callee).map_or(&[][..], Vec::as_slice);
    outcome.callees.iter().map(|callee| callee_verdict(&case, *callee, own(*callee))).collect()
}

fn callee_verdict(case: &Case<'_, '_>, user: TextId, steps: &[usize]) -> CalleeVerdict {
    let own = Sightings::of_steps(case.timeline, steps.iter().copied());
    let sight = |event| own.sight(case.timeline, Role::Callee, event);
    let ring = sight(Event::ReceiveCall);
    let accept = own.accepted;
    let ending = own.ending(Role::Callee);
    let (cause, certainty, since) = match ending.map(|ending| ending.result) {
        Some(CallResult::NormalEnd) => (Cause::Completed, Certain, accept),
        Some(CallResult::Offline) => (Cause::Offline, Certain, accept),
        Some(CallResult::Interrupt | CallResult::Failed) if accept.is_some() => {
            (Cause::Dropped, Certain, accept)
        }
        Some(CallResult::Interrupt | CallResult::Failed) => (Cause::DroppedBeforeAnswer, Certain, ring),
        Some(CallResult::Cancel) => (Cause::GaveUp, Certain, ring),
        Some(CallResult::CallBusy) => (Cause::Ignored, Certain, ring),
        Some(CallResult::NotAnswer) => (Cause::NoAnswer, Certain, ring),
        Some(CallResult::Reject) => {
            let ending = ending.and_then(|ending| ending.sight.time);
            match span(ring.and_then(|ring| ring.time), ending) {
                Some(seconds) if seconds <= DEVICE_SECONDS => (Cause::DeclinedByDevice, Likely, ring),
                _ => (Cause::Declined, Certain, ring),
            }
        }
        None => {
            let (cause, certainty) = without_end(case, &own, user);
            (cause, certainty, None)
        }
    };
    let sights = [ring, accept, ending.map(|ending| ending.sight)];
    let mut deciding: SmallVec<[Position; 4]> = sights.iter().flatten().map(|sight| sight.at).collect();
    deciding.sort_unstable();
    deciding.dedup();
    let end = ending.and_then(|ending| ending.sight.time);
    let clocks = ClockBounds {
        // In a group call it is not known whose answer the caller was told about.
        low: None,
        ..ClockBounds::of(case.timeline, &case.facts, &own)
    };
    let seconds = span(since.and_then(|since: Sight| since.time), end);
    CalleeVerdict { user, cause, certainty, seconds, clocks, deciding }
}

/// Of a callee whose part in the call has no end: what the whole call says.
fn without_end(case: &Case<'_, '_>, own: &Sightings, user: TextId) -> (Cause, Certainty) {
    let joined = own.accepted.is_some();
    let most = if joined { TALKING_SECONDS } else { RINGING_SECONDS };
    if case.outcome.result.is_none() && case.before_end_of_log(own.last).is_some_and(|left| left <= most) {
        return (Cause::LogEnds, Likely);
    }
    let would_be_seen = case.facts.is_told_by(Family::V4) && case.log.members_change;
    if !own.seen[Role::Callee as usize] && would_be_seen {
        // If others answered, v4 does not say whether the call kept ringing for a callee who did not.
        let acts = case.timeline.text(user).is_some_and(|user| case.log.active_users.acts(user));
        return (if acts { Cause::Unreached } else { Cause::CalleeSilent }, Likely);
    }
    match case.outcome.result {
        Some(CallResult::NormalEnd) if joined => (Cause::Completed, Likely),
        Some(CallResult::Cancel) if !joined => (Cause::GaveUp, Likely),
        Some(CallResult::NotAnswer) if !joined => (Cause::NoAnswer, Likely),
        _ => (Cause::CannotTell, CannotTell),
    }
}
