//! For a group call: the outcome of each callee.

use smallvec::SmallVec;

use super::case::Case;
use super::certainty::Certainty::{self, CannotTell, Certain, Likely};
use super::clocks::ClockBounds;
use super::context::LogContext;
use super::sightings::{Ending, Sight, Sightings};
use super::stints::Stints;
use super::unanswered::of_unseen;
use crate::calls::model::outcome::{Outcome, span};
use crate::calls::model::timeline::Timeline;
use crate::calls::store::interner::TextId;
use crate::calls::store::position::Position;
use crate::calls::store::small_map::SmallMap;
use crate::spec::{
    CallResult, Cause, DEVICE_SECONDS, Event, Family, MOST_TRAVEL_SECONDS, RINGING_SECONDS, Role,
    TALKING_SECONDS,
};

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
    /// The parts that the callee took in the call one after another, in seconds.
    pub stints: SmallVec<[u32; 2]>,
    /// How far this callee's clock is ahead of the caller's.
    pub clocks: ClockBounds,
    /// The callbacks that decide it, in input order.
    pub deciding: SmallVec<[Position; 4]>,
}

/// The outcome of each callee of a group call, by first appearance; none for a call of two.
pub fn callee_verdicts(timeline: &Timeline<'_>, outcome: &Outcome, log: &LogContext) -> Vec<CalleeVerdict> {
    of_case(&Case::new(timeline, outcome, log))
}

/// The same of a call that is laid out already.
pub(super) fn of_case(case: &Case<'_, '_>) -> Vec<CalleeVerdict> {
    if !case.is_group() {
        return Vec::new();
    }
    // One pass for all of them, since a call can have very many.
    let mut steps: SmallMap<TextId, Vec<usize>> = SmallMap::default();
    for (index, step) in case.timeline.steps.iter().enumerate() {
        steps.or_insert_with(step.user, Vec::new).push(index);
    }
    let own = |callee: TextId| steps.get(callee).map_or(&[][..], Vec::as_slice);
    case.outcome.callees.iter().map(|callee| callee_verdict(case, *callee, own(*callee))).collect()
}

/// What decides how a call ended for a callee: the cause, how sure it is, and since when seconds count.
type PartEnding = (Cause, Certainty, Option<Sight>);

fn callee_verdict(case: &Case<'_, '_>, user: TextId, steps: &[usize]) -> CalleeVerdict {
    let own = Sightings::of_steps(case.timeline, steps.iter().copied());
    let stints = Stints::of(steps.iter().map(|index| &case.timeline.steps[*index]));
    let ring = own.sight(case.timeline, Role::Callee, Event::ReceiveCall);
    let ending = own.ending(Role::Callee);
    let (cause, certainty, since) = match ending {
        // Who came back is in the call again.
        Some(ending) if !stints.is_open => with_end(case, &own, ring, ending, user),
        _ => {
            let (cause, certainty) = without_end(case, &own, user);
            (cause, certainty, None)
        }
    };
    let sights = [ring, own.accepted, ending.map(|ending| ending.sight)];
    let mut deciding: SmallVec<[Position; 4]> = sights.iter().flatten().map(|sight| sight.at).collect();
    deciding.sort_unstable();
    deciding.dedup();
    let end = ending.and_then(|ending| ending.sight.time);
    let clocks = ClockBounds {
        // In a group call it is not known whose answer the caller was told about.
        low: None,
        ..ClockBounds::of(case.timeline, &case.facts, &own)
    };
    let seconds = match cause {
        Cause::Completed => stints.seconds(),
        _ => span(since.and_then(|since: Sight| since.time), end),
    };
    let stints = stints.ended.iter().flatten().copied().collect();
    CalleeVerdict { user, cause, certainty, seconds, stints, clocks, deciding }
}

/// Of a callee whose part in the call has an end.
fn with_end(
    case: &Case<'_, '_>,
    own: &Sightings,
    ring: Option<Sight>,
    ending: Ending,
    user: TextId,
) -> PartEnding {
    let accept = own.accepted;
    let rang = span(ring.and_then(|ring| ring.time), ending.sight.time);
    let is_v4 = own.is_told_by(Family::V4);
    match ending.result {
        CallResult::NormalEnd => (Cause::Completed, Certain, accept),
        CallResult::Offline => (Cause::Offline, Certain, accept),
        CallResult::Interrupt | CallResult::Failed if accept.is_some() => (Cause::Dropped, Certain, accept),
        // If the log has no answer, there may still have been one.
        CallResult::Interrupt | CallResult::Failed => {
            let soon = rang.is_some_and(|seconds| seconds <= RINGING_SECONDS);
            (Cause::DroppedBeforeAnswer, if soon { Likely } else { CannotTell }, ring)
        }
        _ if accept.is_some() => (Cause::SidesDisagree, Likely, accept),
        CallResult::Cancel => (Cause::GaveUp, Likely, ring),
        CallResult::CallBusy => match rang {
            Some(seconds) if seconds > DEVICE_SECONDS => (Cause::Ignored, Certain, ring),
            _ if case.is_engaged(user) => (Cause::Busy, Likely, ring),
            _ => (Cause::Ignored, CannotTell, ring),
        },
        CallResult::NotAnswer => (Cause::NoAnswer, if is_v4 { Likely } else { Certain }, ring),
        CallResult::Reject => match (rang, span(case.outcome.start, ending.sight.time)) {
            (Some(seconds), _) if seconds <= DEVICE_SECONDS => (Cause::DeclinedByDevice, Likely, ring),
            (Some(_), _) => (Cause::Declined, Certain, ring),
            // Without its ringing: since the start, with the time that the invitation travels.
            (None, Some(seconds)) if seconds <= DEVICE_SECONDS => (Cause::DeclinedByDevice, Likely, None),
            (None, Some(seconds)) if seconds > DEVICE_SECONDS + MOST_TRAVEL_SECONDS => {
                (Cause::Declined, Likely, None)
            }
            (None, _) => (Cause::Declined, CannotTell, None),
        },
    }
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
        let (cause, is_sure) = of_unseen(case, &[user]);
        return (cause, if is_sure { Likely } else { CannotTell });
    }
    match case.outcome.result {
        Some(CallResult::NormalEnd) if joined => (Cause::Completed, Likely),
        Some(CallResult::Cancel) if !joined => (Cause::GaveUp, Likely),
        Some(CallResult::NotAnswer) if !joined => (Cause::NoAnswer, Likely),
        _ => (Cause::CannotTell, CannotTell),
    }
}
