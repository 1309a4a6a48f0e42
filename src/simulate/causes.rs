//! Stories with a known cause: what `why` has to find.
//!
//! Comes in: nothing. Goes out: a table of plants; a new one is a new row. Must not: share code with what works
//! causes out.

use super::chance::{CROSSING, INSTANT, MOMENT, NET, PERSON, TALK, TIMEOUT};
use super::script::{
    ANSWERS, BUSY, CALLEE, CALLER, CALLER_ENDS, CALLER_LOST, CANCELLED, CONNECTED, DIALS, GIVES_UP, IGNORES,
    LEAVES, NOBODY, OTHERS_END, REFUSED, RINGS, Scenario, Scene, Since, StoryPart, TIMES_OUT, group, scene,
    single,
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
    /// The app's server ends the call: nobody hangs up.
    ServerEnds,
    /// The callee's client is of the older generation, and reports in the event family.
    MixedGenerations,
}

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
}

use Event::{
    AcceptCall, CallCanceled, CallEnd, CallFailed, CallInterrupted, CallMissed, CancelCall, IgnoreCall,
    NotAnswerCall, RejectCall,
};
use Since::{Now, Own};
use StoryPart::{Callee, Declines, Ignores, Leaves, Misses};

const CALLEE_ENDS: Scene = scene(CALLEE, CallEnd, Now, NET);
const DEVICE_REFUSES: Scene = scene(CALLEE, RejectCall, Own, INSTANT);
const PERSON_REFUSES: Scene = scene(CALLEE, RejectCall, Own, PERSON);
const NOBODY_IN_TIME: Scene = scene(CALLER, CallMissed, Now, TIMEOUT);

const V4: u8 = 1;
const EVENT: u8 = 2;
const STATUS: u8 = 4;

/// Weights of a story that these families tell.
const fn told_by(families: u8) -> [u32; 3] {
    [(families & V4 != 0) as u32, (families & EVENT != 0) as u32, (families & STATUS != 0) as u32]
}

const fn plant(cause: Cause, families: u8, scenes: &'static [Scene]) -> Plant {
    Plant { cause, main: cause, scenario: single("", told_by(families), scenes), twist: Twist::Plain }
}

const fn group_plant(
    cause: Cause,
    families: u8,
    cast: &'static [(StoryPart, u8, u8)],
    scenes: &'static [Scene],
) -> Plant {
    Plant { cause, main: cause, scenario: group("", told_by(families), cast, scenes), twist: Twist::Plain }
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

const TALKED: &[Scene] = &[DIALS, RINGS, ANSWERS, CONNECTED, CALLER_ENDS, CALLEE_ENDS];
const CALLEE_LOST: Scene = scene(CALLEE, CallInterrupted, Now, TALK);
const SOME: &[(StoryPart, u8, u8)] = &[(Callee, 2, 4)];
const DECLINERS: &[(StoryPart, u8, u8)] = &[(Declines, 2, 4)];
const GUESTS: &[(StoryPart, u8, u8)] = &[(Callee, 1, 3), (Leaves, 0, 1), (Misses, 0, 1), (Ignores, 0, 1)];
const DECLINE_BY_PERSON: Scene = scene(&[Declines], RejectCall, Own, PERSON);
const DECLINE_BY_DEVICE: Scene = scene(&[Declines], RejectCall, Own, INSTANT);
const MISS: Scene = scene(&[Misses], NotAnswerCall, Own, TIMEOUT);

/// Every plant. A cause with several rows is told in several ways. `docs/internals/causes-measured.md` lists them too.
#[rustfmt::skip]
pub(super) static PLANTS: [Plant; 36] = [
    plant(Cause::Completed, EVENT | STATUS | V4, TALKED),
    plant(Cause::Completed, EVENT | STATUS | V4, &[DIALS, RINGS, ANSWERS, CONNECTED, scene(CALLEE, CallEnd, Now, TALK), scene(CALLER, CallEnd, Now, NET)]),
    group_plant(Cause::Completed, EVENT, GUESTS, &[DIALS, RINGS, ANSWERS, CONNECTED, MISS, LEAVES, scene(&[Ignores], IgnoreCall, Own, PERSON), CALLER_ENDS, OTHERS_END]),
    plant(Cause::EndedByServer, V4, TALKED).twisted(Twist::ServerEnds),
    plant(Cause::Declined, EVENT | V4, &[DIALS, RINGS, PERSON_REFUSES, REFUSED]),
    group_plant(Cause::Declined, EVENT, DECLINERS, &[DIALS, RINGS, DECLINE_BY_PERSON, REFUSED]),
    plant(Cause::DeclinedByDevice, EVENT, &[DIALS, RINGS, DEVICE_REFUSES, REFUSED]),
    group_plant(Cause::DeclinedByDevice, EVENT, DECLINERS, &[DIALS, RINGS, DECLINE_BY_DEVICE, REFUSED]),
    plant(Cause::Busy, EVENT | V4, &[DIALS, BUSY]),
    plant(Cause::Ignored, EVENT, &[DIALS, RINGS, IGNORES, BUSY]),
    plant(Cause::NoAnswer, EVENT | STATUS | V4, &[DIALS, RINGS, TIMES_OUT, NOBODY]),
    group_plant(Cause::NoAnswer, EVENT, &[(Misses, 2, 5)], &[DIALS, RINGS, MISS, NOBODY]),
    plant(Cause::NeverRang, EVENT, &[DIALS, NOBODY_IN_TIME]),
    plant(Cause::Unreached, V4, &[DIALS, NOBODY_IN_TIME]).twisted(Twist::KnownCallee),
    plant(Cause::CalleeSilent, V4, &[DIALS, NOBODY_IN_TIME]).twisted(Twist::UnknownCallee),
    plant(Cause::GaveUp, EVENT | STATUS | V4, &[DIALS, RINGS, GIVES_UP, CANCELLED]),
    group_plant(Cause::GaveUp, EVENT, SOME, &[DIALS, RINGS, GIVES_UP, CANCELLED]),
    plant(Cause::GaveUpBeforeRing, EVENT, &[DIALS, scene(CALLER, CancelCall, Now, MOMENT)]),
    plant(Cause::NotPlaced, EVENT, &[DIALS, scene(CALLER, CallFailed, Now, MOMENT)]),
    plant(Cause::FailedAfterRing, EVENT, &[DIALS, RINGS, scene(CALLER, CallFailed, Now, MOMENT)]),
    plant(Cause::Dropped, EVENT, &[DIALS, RINGS, ANSWERS, CONNECTED, CALLER_LOST, scene(CALLEE, CallInterrupted, Now, MOMENT)]),
    plant(Cause::Dropped, EVENT, &[DIALS, RINGS, ANSWERS, CONNECTED, CALLER_LOST]),
    plant(Cause::Dropped, EVENT | STATUS, &[DIALS, RINGS, ANSWERS, CONNECTED, CALLEE_LOST, scene(CALLER, CallEnd, Now, MOMENT)]),
    group_plant(Cause::Dropped, EVENT, SOME, &[DIALS, RINGS, ANSWERS, CONNECTED, CALLER_LOST, OTHERS_END]),
    plant(Cause::DroppedBeforeAnswer, EVENT, &[DIALS, RINGS, scene(CALLER, CallInterrupted, Now, PERSON)]),
    plant(Cause::DroppedBeforeAnswer, EVENT, &[DIALS, RINGS, scene(CALLEE, CallInterrupted, Now, PERSON)]),
    plant(Cause::Offline, EVENT | V4, &[DIALS, RINGS, ANSWERS, CONNECTED, CALLEE_LOST.saying(CallResult::Offline)]),
    plant(Cause::Crossed, EVENT, &[DIALS, RINGS, GIVES_UP, scene(CALLEE, AcceptCall, Now, CROSSING), scene(CALLEE, CallCanceled, Own, NET)]),
    plant(Cause::Crossed, EVENT, &[DIALS, RINGS, ANSWERS, scene(CALLER, CancelCall, Now, CROSSING), scene(CALLEE, CallCanceled, Now, NET)]),
    plant(Cause::SidesDisagree, EVENT | STATUS, &[DIALS, RINGS, NOBODY_IN_TIME, scene(CALLEE, RejectCall, Now, CROSSING)]),
    plant(Cause::SidesDisagree, EVENT | STATUS, &[DIALS, RINGS, PERSON_REFUSES, NOBODY_IN_TIME]),
    plant(Cause::OneSided, EVENT, TALKED).beside(Cause::Completed).twisted(Twist::Silent(Role::Callee)),
    plant(Cause::OneSided, EVENT, TALKED).beside(Cause::Completed).twisted(Twist::Silent(Role::Caller)),
    plant(Cause::ClocksDiffer, EVENT, TALKED).beside(Cause::Completed).twisted(Twist::ClocksDiffer),
    plant(Cause::MixedGenerations, V4, TALKED).beside(Cause::Completed).twisted(Twist::MixedGenerations),
    plant(Cause::DeliveryBroke, EVENT, TALKED).twisted(Twist::DeliveryBreaks),
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
