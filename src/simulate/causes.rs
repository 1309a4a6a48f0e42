//! Stories with a known cause: what `why` has to find.
//!
//! Comes in: nothing. Goes out: a table of plants; a new one is a new row. Must not: share code with what works
//! causes out.

use super::chance::{CROSSING, INSTANT, MOMENT, NET, PERSON, TALK, TIMEOUT};
use super::script::{
    ANSWERS, BUSY, CALLEE, CALLER, CALLER_ENDS, CALLER_LOST, CANCELLED, CONNECTED, DIALS, GIVES_UP, IGNORES,
    NOBODY, REFUSED, RINGS, Scenario, Scene, Since, TIMES_OUT, scene, single,
};
use crate::spec::{CallResult, Cause, Event, Family, Role};

/// What is done to a call besides its story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Twist {
    /// Nothing.
    Plain,
    /// That side reports nothing.
    Silent(Role),
    /// The callee's clock is off by 3 to 5 seconds.
    ClocksDiffer,
    /// The backend acknowledges nothing after a while: repeats, and no end.
    DeliveryBreaks,
    /// The callee is one of those who act in many calls.
    KnownCallee,
    /// The callee is one of those who act in no other call.
    UnknownCallee,
}

/// Callbacks that decide a cause together.
pub(super) type Proof = &'static [(Role, Event)];

/// A story that has a known cause.
#[derive(Debug)]
pub(super) struct Plant {
    /// What is asked for on the command line.
    pub(super) cause: Cause,
    /// The main cause: the same, unless that only contributes.
    pub(super) main: Cause,
    /// The story.
    pub(super) scenario: Scenario,
    /// What is done besides it.
    pub(super) twist: Twist,
    /// The main cause is certain if all callbacks of one of these are in the log (in v4: if its record is).
    pub(super) proofs: &'static [Proof],
}

use Event::{
    AcceptCall, CallAccepted, CallCanceled, CallEnd, CallFailed, CallInterrupted, CallMissed, CallRejected,
    CancelCall, IgnoreCall, NotAnswerCall, ReceiveCall, RejectCall,
};
use Role::{Callee, Caller};
use Since::{Now, Own};

const CALLEE_ENDS: Scene = scene(CALLEE, CallEnd, Now, NET);
const DEVICE_REFUSES: Scene = scene(CALLEE, RejectCall, Own, INSTANT);
const PERSON_REFUSES: Scene = scene(CALLEE, RejectCall, Own, PERSON);
const NOBODY_IN_TIME: Scene = scene(CALLER, CallMissed, Now, TIMEOUT);

const EVENT: [u32; 3] = [0, 1, 0];
const V4: [u32; 3] = [1, 0, 0];
const BOTH: [u32; 3] = [1, 1, 0];

const fn plant(
    cause: Cause,
    families: [u32; 3],
    scenes: &'static [Scene],
    proofs: &'static [Proof],
) -> Plant {
    Plant { cause, main: cause, scenario: single("", families, scenes), twist: Twist::Plain, proofs }
}

impl Plant {
    const fn twisted(self, twist: Twist) -> Self {
        Self { twist, ..self }
    }

    const fn beside(self, main: Cause) -> Self {
        Self { main, ..self }
    }

    /// True if that family tells the story.
    pub(super) fn is_told_by(&self, family: Family) -> bool {
        self.scenario.weight(family) > 0
    }
}

const NORMAL: &[Proof] = &[&[(Caller, CallEnd)], &[(Callee, CallEnd)]];
const TALKED: &[Scene] = &[DIALS, RINGS, ANSWERS, CONNECTED, CALLER_ENDS, CALLEE_ENDS];
const BROKEN: &[Proof] = &[
    &[(Caller, CallInterrupted), (Caller, CallAccepted)],
    &[(Caller, CallInterrupted), (Callee, AcceptCall)],
    &[(Callee, CallInterrupted), (Caller, CallAccepted)],
    &[(Callee, CallInterrupted), (Callee, AcceptCall)],
];

/// Every plant. A cause with several rows is told in several ways.
#[rustfmt::skip]
pub(super) static PLANTS: [Plant; 28] = [
    plant(Cause::Completed, BOTH, TALKED, NORMAL),
    plant(Cause::Completed, BOTH, &[DIALS, RINGS, ANSWERS, CONNECTED, scene(CALLEE, CallEnd, Now, TALK), scene(CALLER, CallEnd, Now, NET)], NORMAL),
    plant(Cause::Declined, BOTH, &[DIALS, RINGS, PERSON_REFUSES, REFUSED], &[&[(Callee, ReceiveCall), (Callee, RejectCall)]]),
    plant(Cause::DeclinedByDevice, EVENT, &[DIALS, RINGS, DEVICE_REFUSES, REFUSED], &[&[(Callee, ReceiveCall), (Callee, RejectCall)]]),
    plant(Cause::Busy, BOTH, &[DIALS, BUSY], &[&[(Caller, Event::CallBusy)]]),
    plant(Cause::Ignored, EVENT, &[DIALS, RINGS, IGNORES, BUSY], &[&[(Callee, IgnoreCall)]]),
    plant(Cause::NoAnswer, BOTH, &[DIALS, RINGS, TIMES_OUT, NOBODY], &[&[(Callee, ReceiveCall), (Caller, CallMissed)], &[(Callee, NotAnswerCall)]]),
    plant(Cause::NeverRang, EVENT, &[DIALS, NOBODY_IN_TIME], &[&[(Caller, CallMissed)]]),
    plant(Cause::Unreached, V4, &[DIALS, NOBODY_IN_TIME], &[]).twisted(Twist::KnownCallee),
    plant(Cause::CalleeSilent, V4, &[DIALS, NOBODY_IN_TIME], &[]).twisted(Twist::UnknownCallee),
    plant(Cause::GaveUp, BOTH, &[DIALS, RINGS, GIVES_UP, CANCELLED], &[&[(Caller, CancelCall), (Callee, ReceiveCall)], &[(Callee, CallCanceled)]]),
    plant(Cause::GaveUpBeforeRing, EVENT, &[DIALS, scene(CALLER, CancelCall, Now, MOMENT)], &[&[(Caller, CancelCall)]]),
    plant(Cause::NotPlaced, EVENT, &[DIALS, scene(CALLER, CallFailed, Now, MOMENT)], &[&[(Caller, CallFailed)]]),
    plant(Cause::Dropped, EVENT, &[DIALS, RINGS, ANSWERS, CONNECTED, CALLER_LOST, scene(CALLEE, CallInterrupted, Now, MOMENT)], BROKEN),
    plant(Cause::Dropped, EVENT, &[DIALS, RINGS, ANSWERS, CONNECTED, CALLER_LOST], BROKEN),
    plant(Cause::Dropped, EVENT, &[DIALS, RINGS, ANSWERS, CONNECTED, scene(CALLEE, CallInterrupted, Now, TALK), scene(CALLER, CallEnd, Now, MOMENT)], BROKEN),
    plant(Cause::DroppedBeforeAnswer, EVENT, &[DIALS, RINGS, scene(CALLER, CallInterrupted, Now, PERSON)], &[&[(Caller, CallInterrupted)]]),
    plant(Cause::DroppedBeforeAnswer, EVENT, &[DIALS, RINGS, scene(CALLEE, CallInterrupted, Now, PERSON)], &[&[(Callee, CallInterrupted)]]),
    plant(Cause::Offline, BOTH, &[DIALS, RINGS, ANSWERS, CONNECTED, scene(CALLEE, CallInterrupted, Now, TALK).saying(CallResult::Offline)], &[&[(Callee, CallInterrupted)]]),
    plant(Cause::Crossed, EVENT, &[DIALS, RINGS, GIVES_UP, scene(CALLEE, AcceptCall, Now, CROSSING), scene(CALLEE, CallCanceled, Own, NET)], &[&[(Caller, CancelCall), (Callee, AcceptCall)]]),
    plant(Cause::Crossed, EVENT, &[DIALS, RINGS, ANSWERS, scene(CALLER, CancelCall, Now, CROSSING), scene(CALLEE, CallCanceled, Now, NET)], &[&[(Caller, CancelCall), (Callee, AcceptCall)]]),
    plant(Cause::SidesDisagree, EVENT, &[DIALS, RINGS, NOBODY_IN_TIME, scene(CALLEE, RejectCall, Now, CROSSING)], &[&[(Caller, CallMissed), (Callee, RejectCall)]]),
    plant(Cause::SidesDisagree, EVENT, &[DIALS, RINGS, PERSON_REFUSES, NOBODY_IN_TIME], &[&[(Caller, CallMissed), (Callee, RejectCall)]]),
    plant(Cause::OneSided, EVENT, TALKED, NORMAL).beside(Cause::Completed).twisted(Twist::Silent(Callee)),
    plant(Cause::OneSided, EVENT, TALKED, NORMAL).beside(Cause::Completed).twisted(Twist::Silent(Caller)),
    plant(Cause::OneSided, EVENT, &[DIALS, RINGS, PERSON_REFUSES, REFUSED], &[&[(Callee, ReceiveCall), (Callee, RejectCall)], &[(Caller, CallRejected)]]).beside(Cause::Declined).twisted(Twist::Silent(Caller)),
    plant(Cause::ClocksDiffer, EVENT, TALKED, NORMAL).beside(Cause::Completed).twisted(Twist::ClocksDiffer),
    plant(Cause::DeliveryBroke, EVENT, TALKED, &[&[]]).twisted(Twist::DeliveryBreaks),
];

/// The causes that cut the log instead of choosing stories.
pub const CUTS: [Cause; 2] = [Cause::LogBegins, Cause::LogEnds];

/// The plants of these causes that a family can show; all of them if only cuts are asked for.
pub(super) fn plants(causes: &[Cause], family: Family) -> Vec<&'static Plant> {
    let stories = causes.iter().any(|cause| !CUTS.contains(cause));
    PLANTS
        .iter()
        .filter(|plant| plant.is_told_by(family))
        .filter(|plant| if stories { causes.contains(&plant.cause) } else { plant.cause == Cause::Completed })
        .collect()
}

/// True if the simulation can plant that cause in a log of that family.
pub fn can_plant(cause: Cause, family: Family) -> bool {
    CUTS.contains(&cause) && family == Family::Event
        || PLANTS.iter().any(|plant| plant.cause == cause && plant.is_told_by(family))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_proof_is_told_in_its_story() {
        for plant in PLANTS.iter().filter(|plant| plant.is_told_by(Family::Event)) {
            let told = |(role, event): &(Role, Event)| {
                let part = if *role == Caller { CALLER[0] } else { CALLEE[0] };
                plant.scenario.scenes.iter().any(|scene| scene.event == *event && scene.who.contains(&part))
            };
            let proves = |proof: &Proof| proof.iter().all(told);
            assert!(plant.proofs.iter().any(proves), "{:?}", plant.cause);
        }
    }
}
