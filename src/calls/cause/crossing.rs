//! A cancel and an answer that cross each other on the way.
//!
//! Comes in: a call. Goes out: whether its caller cancelled just when a callee answered, so far as clocks can tell. Must
//! not: decide what else it may be.

use super::case::Case;
use super::certainty::Certainty::{Certain, Likely};
use super::decision::Main;
use super::sightings::Sight;
use crate::spec::{
    CROSSING_SECONDS, CallResult, Cause, Event, Family, MOST_SKEW_SECONDS, MOST_TRAVEL_SECONDS, Role,
};

/// The caller's cancel and an answer, within two seconds of each other.
pub(super) fn crossed(case: &Case<'_, '_>) -> Option<Main> {
    let answer = case.facts.accepted?;
    let cancel = case.sight(Role::Caller, Event::CancelCall).or_else(|| {
        let recorded = case.facts.recorded?;
        (recorded.result == CallResult::Cancel).then_some(recorded.sight)
    });
    // The callee's own clock says how long after the answer it was told of the cancel.
    let told = case.sight(Role::Callee, Event::CallCanceled);
    if let Some(told) = told.filter(|_| !case.is_group())
        && let Some(accept) = case.any(Role::Callee, &[Event::AcceptCall, Event::JoinInGroupCall])
        && let Some(apart) = apart(told, accept)
    {
        let most = i64::from(CROSSING_SECONDS);
        let crosses = (-most..=most + i64::from(MOST_TRAVEL_SECONDS)).contains(&apart);
        let certainty = if cancel.is_some() { Certain } else { Likely };
        let main = || Main::new(Cause::Crossed, certainty, &[cancel, Some(accept), Some(told)]);
        return crosses.then(main);
    }
    by_two_clocks(case, cancel?, answer)
}

/// Longest time, in seconds, that a call takes to reach a device that is there.
const MOST_SECONDS_TO_RING: i64 = 5;

/// Seconds from one to the other.
fn apart(later: Sight, earlier: Sight) -> Option<i64> {
    Some(i64::from(later.time?) - i64::from(earlier.time?))
}

fn by_two_clocks(case: &Case<'_, '_>, cancel: Sight, answer: Sight) -> Option<Main> {
    let main = |certainty| Some(Main::new(Cause::Crossed, certainty, &[Some(cancel), Some(answer)]));
    let Some(apart) = apart(cancel, answer) else {
        return main(Likely).map(|main| main.or(Cause::SidesDisagree));
    };
    let most = i64::from(CROSSING_SECONDS);
    if case.facts.has(Role::Caller, Event::CallAccepted) || case.facts.is_told_by(Family::V4) {
        // Both by one clock.
        return if apart.abs() <= most { main(Certain) } else { None };
    }
    // On the caller's clock the answer came earlier by the difference of the clocks, so the two events are that much
    // further apart. A call reaches the callee soon, so what bounds the difference from above is near it.
    let travel = MOST_SECONDS_TO_RING;
    let (low, high) = (case.clocks.low, case.clocks.high);
    let is_bounded = low.is_some() || high.is_some();
    let window = match (low, high) {
        (low, Some(high)) => apart + low.map_or(high - 1 - travel, |low| low + 1)..=apart + high - 1,
        (Some(low), None) => apart + low + 1..=apart + low + 1 + travel,
        (None, None) => {
            let skew = i64::from(MOST_SKEW_SECONDS);
            apart - skew..=apart + skew
        }
    };
    let nearest = 0.clamp(*window.start(), (*window.end()).max(*window.start()));
    // If a call continues for long after its answer, the caller knows of the answer and does not cancel.
    match nearest.abs() <= most {
        true if is_bounded && apart.abs() <= most => main(Certain),
        true => main(Likely),
        false => None,
    }
}
