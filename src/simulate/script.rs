//! The stories that calls are made of.
//!
//! Comes in: nothing. Goes out: a table of scenarios; a new story is a new row. Must not: know families' bodies,
//! formats or faults.
//!
//! A story is told in the events of the event family, which sees the most; `family` says what the others see.

use super::chance::{CHAT, Curve, MOMENT, NET, PATIENCE, RING, TALK, TIMEOUT};
use crate::spec::{CallResult, CallType, Event, Family};

/// What a participant does in a story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StoryPart {
    /// Places the call.
    Caller,
    /// Is called; in a group: answers and stays.
    Callee,
    /// Answers, and later invites the guests.
    Host,
    /// Answers, and leaves before the end.
    Leaves,
    /// Declines.
    Declines,
    /// Does not answer.
    Misses,
    /// Lets it ring, on purpose.
    Ignores,
    /// Is invited midway, and comes.
    Guest,
    /// Is invited midway, and declines.
    ShyGuest,
    /// Joins midway of their own accord.
    Joiner,
}

/// From when on the time before a scene counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Since {
    /// The latest event so far.
    Now,
    /// The participant's own last event; without one, as [`Since::Now`].
    Own,
    /// The first answer.
    Answer,
}

/// Everyone with one of these parts has that event.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scene {
    /// The parts concerned.
    pub(super) who: &'static [StoryPart],
    /// What happens to them.
    pub(super) event: Event,
    /// From when on the time before it counts.
    pub(super) since: Since,
    /// How long it takes, drawn for each participant.
    pub(super) after: Curve,
    /// The `CallResult` of an ending that does not say what its event means.
    pub(super) says: Option<CallResult>,
}

impl Scene {
    pub(super) const fn saying(mut self, result: CallResult) -> Self {
        self.says = Some(result);
        self
    }
}

pub(super) const fn scene(who: &'static [StoryPart], event: Event, since: Since, after: Curve) -> Scene {
    Scene { who, event, since, after, says: None }
}

/// A story and how often it happens.
#[derive(Debug)]
pub(super) struct Scenario {
    /// What it is called.
    #[cfg_attr(not(test), expect(dead_code, reason = "names rows of the table"))]
    pub(super) name: &'static str,
    /// How often, in the order of [`Family`]: v4, event, status. 0 if the family cannot show the story.
    weights: [u32; 3],
    /// One to one, or a group.
    pub(super) call_type: CallType,
    /// Who takes part besides the caller: part, least and greatest number.
    pub(super) cast: &'static [(StoryPart, u8, u8)],
    /// What happens.
    pub(super) scenes: &'static [Scene],
}

impl Scenario {
    /// How often that family has it, relative to the other scenarios.
    pub(super) fn weight(&self, family: Family) -> u32 {
        self.weights[family as usize]
    }
}

use Event::{
    AcceptCall, CallAccepted, CallBusy, CallCanceled, CallEnd, CallFailed, CallInterrupted, CallMissed,
    CallRejected, CancelCall, IgnoreCall, InviteUser, JoinInGroupCall, NotAnswerCall, ReceiveCall,
    RejectCall, StartCall,
};
use Since::{Answer, Now, Own};
use StoryPart::{Callee, Caller, Declines, Guest, Host, Ignores, Joiner, Leaves, Misses, ShyGuest};

pub(super) const CALLER: &[StoryPart] = &[Caller];
pub(super) const CALLEE: &[StoryPart] = &[Callee];
pub(super) const CALLED: &[StoryPart] = &[Callee, Host, Leaves, Declines, Misses, Ignores];
const STAY: &[StoryPart] = &[Callee, Host, Guest, Joiner];

pub(super) const DIALS: Scene = scene(CALLER, StartCall, Now, NET);
pub(super) const RINGS: Scene = scene(CALLED, ReceiveCall, Now, NET);
pub(super) const ANSWERS: Scene = scene(&[Callee, Host, Leaves], AcceptCall, Own, RING);
pub(super) const CONNECTED: Scene = scene(CALLER, CallAccepted, Answer, NET);
pub(super) const TIMES_OUT: Scene = scene(CALLEE, NotAnswerCall, Own, TIMEOUT);
pub(super) const NOBODY: Scene = scene(CALLER, CallMissed, Now, NET);
const REFUSES: Scene = scene(CALLEE, RejectCall, Own, RING);
pub(super) const REFUSED: Scene = scene(CALLER, CallRejected, Now, NET);
pub(super) const IGNORES: Scene = scene(CALLEE, IgnoreCall, Own, RING);
pub(super) const GIVES_UP: Scene = scene(CALLER, CancelCall, Now, PATIENCE);
pub(super) const CANCELLED: Scene = scene(CALLED, CallCanceled, Now, NET);
pub(super) const BUSY: Scene = scene(CALLER, CallBusy, Now, NET);
pub(super) const CALLER_ENDS: Scene = scene(CALLER, CallEnd, Now, TALK);
pub(super) const OTHERS_END: Scene = scene(STAY, CallEnd, Now, MOMENT);
pub(super) const CALLER_LOST: Scene = scene(CALLER, CallInterrupted, Now, TALK);
pub(super) const LEAVES: Scene = scene(&[Leaves], CallEnd, Own, CHAT);
const DECLINE: Scene = scene(&[Declines], RejectCall, Own, RING);
const MISS: Scene = scene(&[Misses], NotAnswerCall, Own, TIMEOUT);
const IGNORE: Scene = scene(&[Ignores], IgnoreCall, Own, RING);
const GUEST_RINGS: Scene = scene(&[Guest, ShyGuest], ReceiveCall, Now, NET);
const GUEST_COMES: Scene = scene(&[Guest], AcceptCall, Own, RING);
const GUEST_DECLINES: Scene = scene(&[ShyGuest], RejectCall, Own, RING);

const PAIR: &[(StoryPart, u8, u8)] = &[(Callee, 1, 1)];

pub(super) const fn single(name: &'static str, weights: [u32; 3], scenes: &'static [Scene]) -> Scenario {
    Scenario { name, weights, call_type: CallType::Single, cast: PAIR, scenes }
}

pub(super) const fn group(
    name: &'static str,
    weights: [u32; 3],
    cast: &'static [(StoryPart, u8, u8)],
    scenes: &'static [Scene],
) -> Scenario {
    Scenario { name, weights, call_type: CallType::Group, cast, scenes }
}

/// Every story. A group's `CallResult` can only be `normal_end`, so of group calls that nobody answered the
/// status family has nothing to tell, and v4 no record. `call_failed` has no result of the vendor's, so only
/// the event family knows it; the status family has no command for `offline`.
#[rustfmt::skip]
pub(super) static SCENARIOS: [Scenario; 21] = [
    single("caller hangs up", [360, 360, 360], &[DIALS, RINGS, ANSWERS, CONNECTED, CALLER_ENDS, scene(CALLEE, CallEnd, Now, NET)]),
    single("callee hangs up", [250, 250, 250], &[DIALS, RINGS, ANSWERS, CONNECTED, scene(CALLEE, CallEnd, Now, TALK), scene(CALLER, CallEnd, Now, NET)]),
    single("declined", [70, 70, 70], &[DIALS, RINGS, REFUSES, REFUSED]),
    single("not answered", [75, 75, 75], &[DIALS, RINGS, TIMES_OUT, NOBODY]),
    single("caller gives up", [80, 80, 80], &[DIALS, RINGS, GIVES_UP, CANCELLED]),
    single("caller gives up before it rings", [10, 10, 10], &[DIALS, scene(CALLER, CancelCall, Now, MOMENT)]),
    single("line busy", [20, 20, 20], &[DIALS, BUSY]),
    single("ignored", [15, 15, 15], &[DIALS, RINGS, IGNORES, BUSY]),
    single("broken off on both sides", [10, 10, 10], &[DIALS, RINGS, ANSWERS, CONNECTED, CALLER_LOST, scene(CALLEE, CallInterrupted, Now, MOMENT)]),
    single("caller broken off", [6, 6, 6], &[DIALS, RINGS, ANSWERS, CONNECTED, CALLER_LOST]),
    single("broken off while it rings", [4, 4, 4], &[DIALS, RINGS, scene(CALLER, CallInterrupted, Now, RING)]),
    single("callee offline", [6, 4, 0], &[DIALS, RINGS, ANSWERS, CONNECTED, scene(CALLEE, CallInterrupted, Now, TALK).saying(CallResult::Offline)]),
    single("could not be placed", [0, 9, 0], &[DIALS, scene(CALLER, CallFailed, Now, MOMENT)]),
    group("group", [50, 45, 60], &[(Callee, 1, 4), (Leaves, 0, 2), (Misses, 1, 2)],
        &[DIALS, RINGS, ANSWERS, CONNECTED, MISS, LEAVES, CALLER_ENDS, OTHERS_END]),
    group("group, some decline", [20, 18, 25], &[(Callee, 1, 3), (Leaves, 0, 1), (Declines, 1, 2), (Misses, 0, 1), (Ignores, 0, 1)],
        &[DIALS, RINGS, ANSWERS, CONNECTED, DECLINE, MISS, IGNORE, LEAVES, CALLER_ENDS, OTHERS_END]),
    group("group, caller invites", [10, 9, 10], &[(Callee, 1, 3), (Leaves, 0, 1), (Guest, 1, 2), (ShyGuest, 0, 1)],
        &[DIALS, RINGS, ANSWERS, CONNECTED, LEAVES, scene(CALLER, InviteUser, Now, CHAT), GUEST_RINGS, GUEST_COMES, GUEST_DECLINES, CALLER_ENDS, OTHERS_END]),
    group("group, callee invites, others join", [10, 9, 10], &[(Host, 1, 1), (Callee, 0, 2), (Guest, 0, 1), (ShyGuest, 1, 1), (Joiner, 1, 2)],
        &[DIALS, RINGS, ANSWERS, CONNECTED, scene(&[Host], InviteUser, Own, CHAT), GUEST_RINGS, GUEST_COMES, GUEST_DECLINES, scene(&[Joiner], JoinInGroupCall, Answer, CHAT), CALLER_ENDS, OTHERS_END]),
    group("group, everyone declines", [0, 4, 0], &[(Declines, 2, 4)], &[DIALS, RINGS, DECLINE, REFUSED]),
    group("group, nobody answers", [0, 4, 0], &[(Misses, 2, 5)], &[DIALS, RINGS, MISS, NOBODY]),
    group("group, caller gives up", [0, 4, 0], &[(Callee, 2, 8)], &[DIALS, RINGS, GIVES_UP, CANCELLED]),
    group("group, caller broken off", [0, 4, 0], &[(Callee, 2, 5)], &[DIALS, RINGS, ANSWERS, CONNECTED, CALLER_LOST, OTHERS_END]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scenario_is_named_once_and_seats_fit_its_type() {
        for (index, scenario) in SCENARIOS.iter().enumerate() {
            assert!(!SCENARIOS[..index].iter().any(|other| other.name == scenario.name));
            let least: u8 = scenario.cast.iter().map(|(_, least, _)| least).sum();
            let most: u8 = scenario.cast.iter().map(|(_, _, most)| most).sum();
            let seats = match scenario.call_type {
                CallType::Single => 1..=1,
                CallType::Group => 2..=8,
            };
            assert!(seats.contains(&least) && seats.contains(&most), "{}", scenario.name);
        }
    }

    #[test]
    fn everyone_cast_has_something_to_do() {
        for scenario in &SCENARIOS {
            let acts = |part| scenario.scenes.iter().any(|scene| scene.who.contains(&part));
            let idle = |(part, _, _): &&(StoryPart, u8, u8)| !acts(*part);
            // A busy, failed or soon abandoned call never reaches the other side.
            let reached = scenario.scenes.len() > 2;
            assert!(!reached || !scenario.cast.iter().any(|row| idle(&row)), "{}", scenario.name);
        }
    }
}
