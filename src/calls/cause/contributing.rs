//! The table of causes that contribute: every row that fits a call counts.

use smallvec::SmallVec;

use super::case::Case;
use crate::calls::model::step::Step;
use crate::calls::store::interner::TextId;
use crate::calls::store::small_map::SmallMap;
use crate::spec::{
    CallResult, Cause, Event, Family, MOST_SKEW_SECONDS, Phase, RINGING_SECONDS, Role, TALKING_SECONDS,
    Timestamp,
};

/// A cause, and whether it contributes to a call.
type ContributingRow = (Cause, fn(&Case<'_, '_>) -> bool);

/// In the order of [`Cause`].
static TABLE: [ContributingRow; 7] = [
    (Cause::Dropped, some_callee_was_dropped),
    (Cause::Offline, |case| !callees_that_ended_as(case, CallResult::Offline).is_empty()),
    (Cause::OneSided, is_one_sided),
    (Cause::ClocksDiffer, |case| case.clocks.differ()),
    (Cause::MixedGenerations, |case| case.outcome.families.are_mixed()),
    // If the log holds every callback twice, that says nothing about their delivery.
    (Cause::DeliveryBroke, |case| case.timeline.has_duplicates && !case.log.rates().is_doubled()),
    (Cause::LogBegins, begins_before_log),
];

/// The causes that contribute to a call in addition to its main one.
pub(super) fn contributing(case: &Case<'_, '_>) -> SmallVec<[Cause; 4]> {
    TABLE.iter().filter(|(_, bears)| bears(case)).map(|(cause, _)| *cause).collect()
}

/// In a group call that went on, a callee's part was interrupted after this callee's answer.
fn some_callee_was_dropped(case: &Case<'_, '_>) -> bool {
    let dropped = callees_that_ended_as(case, CallResult::Interrupt);
    let answers = |step: &Step| step.phase == Some(Phase::Accept) && dropped.contains(step.user);
    !dropped.is_empty() && case.timeline.originals().any(answers)
}

/// In a group call, the callees whose part ended with this result.
fn callees_that_ended_as(case: &Case<'_, '_>, result: CallResult) -> SmallMap<TextId, ()> {
    let mut callees = SmallMap::default();
    if case.is_group() {
        let ended = |step: &&Step| step.is_callees() && step.explicit().or(step.implied()) == Some(result);
        for step in case.timeline.originals().filter(ended) {
            callees.insert(step.user, ());
        }
    }
    callees
}

/// One side reports, and the other must have acted and has no callback. v4 reports for both sides at once.
fn is_one_sided(case: &Case<'_, '_>) -> bool {
    if case.is_group() || case.facts.is_told_by(Family::V4) {
        return false;
    }
    let result = case.outcome.result;
    match case.facts.seen {
        [true, true] | [false, false] => false,
        // Without the callee nobody answers or declines.
        [true, false] => {
            case.facts.accepted.is_some()
                || matches!(result, Some(CallResult::NormalEnd | CallResult::Reject))
        }
        // Every call has a caller; but for an interrupted one the status family reports only one side.
        [false, true] => {
            let told_once = matches!(result, Some(CallResult::Interrupt | CallResult::Offline));
            !begins_before_log(case) && (case.facts.is_told_by(Family::Event) || !told_once)
        }
    }
}

/// The start is missing, and is, or may be, before the log. The clock that gave the log's first time may be slow.
fn begins_before_log(case: &Case<'_, '_>) -> bool {
    let Some(oldest) = case.log.oldest else { return false };
    if case.facts.is_told_by(Family::V4) {
        return v4_begins_before(case, oldest);
    }
    if !case.facts.is_told_by(Family::Event) || case.facts.has(Role::Caller, Event::StartCall) {
        return false;
    }
    if let Some(start) = case.facts.start_ts {
        return start <= oldest.saturating_add(MOST_SKEW_SECONDS);
    }
    if case.facts.has(Role::Callee, Event::ReceiveCall) {
        // It rang while the log was written, so its start was lost, unless that is the very first thing in it.
        let most = oldest.saturating_add(MOST_SKEW_SECONDS);
        return case.outcome.earliest.is_some_and(|earliest| earliest <= most);
    }
    let most = if case.outcome.answered && case.facts.accepted.is_none() {
        TALKING_SECONDS
    } else {
        RINGING_SECONDS
    };
    case.outcome.earliest.is_some_and(|earliest| earliest <= oldest.saturating_add(most))
}

/// The same of v4, whose record has the time of the start by the server's clock.
fn v4_begins_before(case: &Case<'_, '_>, oldest: Timestamp) -> bool {
    if case.facts.has(Role::Caller, Event::StartCall) {
        return false;
    }
    let most = if case.outcome.answered { TALKING_SECONDS } else { RINGING_SECONDS };
    match case.facts.start_ts {
        Some(start) => start <= oldest.saturating_add(MOST_SKEW_SECONDS),
        None => case.outcome.earliest.is_some_and(|earliest| earliest <= oldest.saturating_add(most)),
    }
}
