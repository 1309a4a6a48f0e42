//! Which callbacks a call should have but does not.

use super::sightings::Sightings;
use crate::calls::model::outcome::Outcome;
use crate::calls::model::timeline::Timeline;
use crate::spec::{CallResult, CallType, Event, Family, Role};

/// What each result lets caller and callee report. Of an interrupted call one side may be unable to.
static ENDINGS: [(CallResult, Event, Event); 4] = [
    (CallResult::NormalEnd, Event::CallEnd, Event::CallEnd),
    (CallResult::Reject, Event::CallRejected, Event::RejectCall),
    (CallResult::Cancel, Event::CancelCall, Event::CallCanceled),
    (CallResult::NotAnswer, Event::CallMissed, Event::NotAnswerCall),
];

/// Callbacks that a call of two in the event family should have but does not. A side that reports nothing at
/// all misses none.
pub fn missing(timeline: &Timeline<'_>, outcome: &Outcome) -> Vec<(Role, Event)> {
    let facts = Sightings::of(timeline);
    if outcome.call_type != Some(CallType::Single) || !facts.is_told_by(Family::Event) {
        return Vec::new();
    }
    let mut expected = vec![(Role::Caller, Event::StartCall), (Role::Callee, Event::ReceiveCall)];
    if outcome.answered {
        expected.extend([(Role::Callee, Event::AcceptCall), (Role::Caller, Event::CallAccepted)]);
    }
    let ending = ENDINGS.iter().find(|(result, ..)| outcome.result == Some(*result));
    expected.extend(
        ending.into_iter().flat_map(|(_, caller, callee)| [(Role::Caller, *caller), (Role::Callee, *callee)]),
    );
    let is_there = |role: Role, event: Event| match event {
        // A side that ends otherwise misses no ending.
        Event::CallEnd | Event::CallInterrupted => facts.ending(role).is_some(),
        other => facts.has(role, other),
    };
    expected.retain(|(role, event)| facts.seen[*role as usize] && !is_there(*role, *event));
    expected
}
