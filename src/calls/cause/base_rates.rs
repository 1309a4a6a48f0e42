//! What the calls of a log show together: how many callbacks are lost, how often a side is silent, and how frequent each
//! kind of call is.
//!
//! Comes in: the calls of a log, in any order. Goes out: [`BaseRates`], sums that add up over parts of the log, and what
//! follows from them: how likely it is that a callback that would change a verdict was lost. Must not: decide a cause.

use serde::{Deserialize, Serialize};

use super::sightings::{Ending, Sightings};
use crate::calls::counts::add_each;
use crate::calls::model::outcome::unpaired;
use crate::calls::model::step::Step;
use crate::calls::model::timeline::Timeline;
use crate::spec::{CallResult, CallType, Event, Family, RINGING_SECONDS, Role, Word};

/// A kind of call that its own callbacks show by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CallKind {
    /// The caller cancelled, and the callee answered.
    Crossed,
    /// The caller cancelled, and the callee reports something but no answer.
    CancelledRinging,
    /// The caller cancelled, and the callee reports nothing.
    CancelledUnseen,
    /// Nobody answered, and the callee reports something.
    MissedRinging,
    /// Nobody answered, and the callee reports nothing.
    MissedUnseen,
    /// The call failed, and the callee reports something but no answer.
    FailedRinging,
    /// The call failed, and the callee reports nothing.
    FailedUnseen,
    /// Interrupted after the answer, as soon as one that nobody answered can be.
    DroppedSoon,
    /// Interrupted without an answer.
    DroppedUnanswered,
    /// v4: nobody answered, and a callee's change of members says so.
    V4Missed,
    /// v4: nobody answered, and no callee's change of members says anything.
    V4MissedUnseen,
    /// v4: answered, the record comes from the app's server, and nobody hangs up.
    V4NoHangUp,
    /// The same, and one side hangs up.
    V4OneHangUp,
    /// The same, and both sides do.
    V4TwoHangUps,
}

/// How many kinds there are.
const KINDS: usize = CallKind::V4TwoHangUps as usize + 1;
/// How many results.
const RESULTS: usize = CallResult::ALL.len();

/// How many of some cases are of a kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Proportion {
    hits: u64,
    of: u64,
}

impl Proportion {
    fn add(&mut self, hit: bool) {
        self.hits += u64::from(hit);
        self.of += 1;
    }

    fn merge(&mut self, other: Self) {
        self.hits += other.hits;
        self.of += other.of;
    }

    /// From 0 to 1. Without any case it is the one before that, which weighs as much as one case.
    fn rate(self, before: f64) -> f64 {
        (self.hits as f64 + before) / (self.of as f64 + 1.0)
    }
}

/// Of calls of two in which one side ended with some result: what the other one says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct OtherSide {
    /// It ended differently, but was not interrupted.
    differs: u64,
    /// It was interrupted.
    interrupted: u64,
    /// It does not say how it ended.
    silent: u64,
}

/// What the calls of a log show together. Sums of parts are those of the whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct BaseRates {
    /// Callbacks that a later one of the same device, or of the server, shows to have been sent: those missing.
    lost: Proportion,
    /// For each role, calls in which the other side shows that this one acted: those without a callback of it.
    silent: [Proportion; 2],
    /// v4 calls that were answered, by their record: those without a change of members that says so.
    unanswered: Proportion,
    /// Of calls without an end, and of those with one: those of which a callback was redelivered.
    copied: [Proportion; 2],
    /// Calls of two in which one side at least ended normally: those of which the other does not say how it ended.
    unpaired: Proportion,
    /// By role and by its result.
    others: [[OtherSide; RESULTS]; 2],
    kinds: [u64; KINDS],
    /// Callbacks without their copies: those that are there exactly twice.
    pairs: Proportion,
}

/// Rates that are assumed before any call is seen.
const LOST_BEFORE: f64 = 0.01;
const SILENT_BEFORE: f64 = 0.05;
/// As many calls of a rare kind are assumed to be hidden among those of a frequent one.
const RARE: f64 = 0.5;
/// The same of a kind that hardly ever occurs.
const VERY_RARE: f64 = 0.001;

/// A callback of a role, and an earlier one of the same device that must have been sent before it.
static IN_ORDER: [(Role, Event, Event); 7] = [
    (Role::Callee, Event::ReceiveCall, Event::AcceptCall),
    (Role::Callee, Event::ReceiveCall, Event::RejectCall),
    (Role::Callee, Event::ReceiveCall, Event::NotAnswerCall),
    (Role::Caller, Event::StartCall, Event::CallAccepted),
    (Role::Caller, Event::StartCall, Event::CallMissed),
    (Role::Caller, Event::StartCall, Event::CallRejected),
    (Role::Caller, Event::StartCall, Event::CancelCall),
];

impl BaseRates {
    /// Takes in a call.
    pub(super) fn add(&mut self, timeline: &Timeline<'_>) {
        self.count_copies(timeline);
        let facts = Sightings::of(timeline);
        let ends = facts.recorded.is_some() || Role::ALL.iter().any(|role| facts.ending(*role).is_some());
        self.copied[usize::from(ends)].add(timeline.has_duplicates);
        if facts.is_told_by(Family::V4) {
            let from_server = timeline.originals().find_map(Step::is_from_server) == Some(true);
            self.add_v4(&facts, from_server);
            return;
        }
        let groups = timeline.steps.iter().filter_map(Step::call_type).next() == Some(CallType::Group);
        if groups {
            return;
        }
        self.add_endings(&facts);
        if facts.is_told_by(Family::Event) {
            self.add_order(&facts);
            self.add_kind(timeline, &facts);
        }
    }

    fn count_copies(&mut self, timeline: &Timeline<'_>) {
        let different = timeline.callbacks().filter(|step| step.original.is_none()).count();
        let twice = different - unpaired(&timeline.steps, different);
        self.pairs.merge(Proportion { hits: twice as u64, of: different as u64 });
    }

    fn add_v4(&mut self, facts: &Sightings, from_server: bool) {
        let Some(record) = facts.recorded else { return };
        self.lost.add(!facts.has(Role::Caller, Event::StartCall));
        if record.result == CallResult::NotAnswer && facts.accepted.is_none() {
            let seen = facts.seen[Role::Callee as usize];
            self.count(if seen { CallKind::V4Missed } else { CallKind::V4MissedUnseen });
        }
        if facts.accept_ts.is_some() {
            self.unanswered.add(facts.accepted.is_none());
        }
        if record.result == CallResult::NormalEnd && from_server {
            let hangs_up = |role: &&Role| facts.has(**role, Event::CallEnd);
            self.count(match Role::ALL.iter().filter(hangs_up).count() {
                0 => CallKind::V4NoHangUp,
                1 => CallKind::V4OneHangUp,
                _ => CallKind::V4TwoHangUps,
            });
        }
    }

    fn add_endings(&mut self, facts: &Sightings) {
        let endings = Role::ALL.iter().filter_map(|role| facts.ending(*role));
        if endings.clone().any(|ending| ending.result == CallResult::NormalEnd) {
            self.unpaired.add(endings.count() == 1);
        }
        for role in Role::ALL {
            let Some(own) = facts.ending(*role) else { continue };
            let others = &mut self.others[*role as usize][own.result as usize];
            match facts.ending(role.other()).map(|other| other.result) {
                None => others.silent += 1,
                Some(result) if result.is_interruption() => others.interrupted += 1,
                Some(result) => others.differs += u64::from(result != own.result),
            }
        }
    }

    fn add_order(&mut self, facts: &Sightings) {
        // Of each role once, since all say the same of one callback.
        for role in Role::ALL {
            let of_role = IN_ORDER.iter().filter(|(of, _, later)| of == role && facts.has(*of, *later));
            if let Some((of, earlier, _)) = of_role.clone().next() {
                self.lost.add(!facts.has(*of, *earlier));
            }
        }
        let [caller, callee] = facts.seen;
        let acts = [Event::CallAccepted, Event::CallRejected];
        if acts.iter().any(|event| facts.has(Role::Caller, *event)) {
            self.silent[Role::Callee as usize].add(!callee);
        }
        if callee {
            self.silent[Role::Caller as usize].add(!caller);
        }
    }

    fn add_kind(&mut self, timeline: &Timeline<'_>, facts: &Sightings) {
        let answered = facts.accepted.is_some();
        let [_, seen] = facts.seen;
        let ended = |role: Role| facts.ending(role).filter(|ending| ending.result.is_interruption());
        if let Some((role, ending)) = Role::ALL.iter().find_map(|role| Some((*role, ended(*role)?))) {
            if !answered {
                self.count(CallKind::DroppedUnanswered);
            } else if is_soon(timeline, facts, role, ending) {
                self.count(CallKind::DroppedSoon);
            }
        } else if facts.has(Role::Caller, Event::CancelCall) {
            self.count(match (answered, seen) {
                (true, _) => CallKind::Crossed,
                (false, true) => CallKind::CancelledRinging,
                (false, false) => CallKind::CancelledUnseen,
            });
        } else if facts.has(Role::Caller, Event::CallFailed) && !answered {
            self.count(if seen { CallKind::FailedRinging } else { CallKind::FailedUnseen });
        } else if facts.has(Role::Caller, Event::CallMissed) && !answered {
            self.count(if seen { CallKind::MissedRinging } else { CallKind::MissedUnseen });
        }
    }

    fn count(&mut self, kind: CallKind) {
        self.kinds[kind as usize] += 1;
    }

    /// Takes in another part of the log.
    pub(super) fn merge(&mut self, other: &Self) {
        self.lost.merge(other.lost);
        self.pairs.merge(other.pairs);
        self.unanswered.merge(other.unanswered);
        self.unpaired.merge(other.unpaired);
        self.copied.iter_mut().zip(other.copied).for_each(|(known, more)| known.merge(more));
        for role in Role::ALL.iter().map(|role| *role as usize) {
            self.silent[role].merge(other.silent[role]);
            for (known, more) in self.others[role].iter_mut().zip(other.others[role]) {
                known.differs += more.differs;
                known.interrupted += more.interrupted;
                known.silent += more.silent;
            }
        }
        add_each(&mut self.kinds, &other.kinds);
    }

    /// The share of callbacks that are not in the log.
    fn lost(&self) -> f64 {
        self.lost.rate(LOST_BEFORE)
    }

    fn of(&self, kind: CallKind) -> f64 {
        self.kinds[kind as usize] as f64
    }

    /// The share of `own` calls that are `rival` ones in truth, of which `lost` callbacks each have been lost.
    pub(super) fn hidden(&self, rival: CallKind, own: CallKind, lost: i32) -> f64 {
        let share = self.lost().min(MOST);
        ((self.of(rival) + RARE) * (share / (1.0 - share)).powi(lost) / self.of(own).max(1.0)).min(1.0)
    }

    /// The share of `unseen` calls that are `seen` ones in truth, of which the callee's callbacks are all missing: the only
    /// one if it rang and the call failed, otherwise two.
    pub(super) fn hidden_by_silence(&self, seen: CallKind, unseen: CallKind) -> f64 {
        let (rare, callbacks) = if seen == CallKind::FailedRinging { (VERY_RARE, 1) } else { (RARE, 2) };
        // A few calls say little of how often a side is silent: as much as ten that are assumed.
        let Proportion { hits, of } = self.silent[Role::Callee as usize];
        let silent = (hits as f64 + SILENT_BEFORE * 10.0) / (of as f64 + 10.0);
        let missing = (silent + self.lost().powi(callbacks)).min(MOST);
        ((self.of(seen) + rare) * missing / (1.0 - missing) / (self.of(unseen) + 1.0)).min(1.0)
    }

    /// Of v4 calls that nobody answered and in which a callee who acts elsewhere does nothing, the share in which the callee
    /// did not answer in truth; `acting` is the share of idle callees who act elsewhere.
    pub(super) fn hidden_miss(&self, acting: f64) -> f64 {
        let missing = self.unanswered.rate(LOST_BEFORE).max(self.lost()).min(MOST);
        let unseen = (self.of(CallKind::V4MissedUnseen) * acting).max(1.0);
        ((self.of(CallKind::V4Missed) + RARE) * missing / (1.0 - missing) / unseen).min(1.0)
    }

    /// Of v4 calls whose record comes from the app's server and in which nobody hangs up, the share in which somebody did in truth.
    pub(super) fn hidden_hang_up(&self) -> f64 {
        let (one, two) = (self.of(CallKind::V4OneHangUp), self.of(CallKind::V4TwoHangUps));
        let odds = self.lost() / (1.0 - self.lost().min(MOST));
        // Of two that are lost one by one, that many are both lost.
        let both = if two > 0.0 { one * one / (4.0 * two) } else { f64::INFINITY };
        let hidden = both.min(one * odds + two * odds * odds);
        (hidden / self.of(CallKind::V4NoHangUp).max(1.0)).min(1.0)
    }

    /// Of calls without an end of which a callback was redelivered, the share in which that has nothing to do with the
    /// missing end.
    pub(super) fn copied_by_chance(&self) -> f64 {
        let [open, ended] = self.copied;
        let rate = ended.rate(0.0).min(MOST);
        let by_chance = open.of.saturating_sub(open.hits) as f64 * rate / (1.0 - rate);
        (by_chance / open.hits.max(1) as f64).min(1.0)
    }

    /// Of calls in which a side ended so and the other one does not say how: the shares in which that one ended
    /// differently, and in which it was interrupted.
    pub(super) fn other_side(&self, role: Role, own: CallResult) -> [f64; 2] {
        /// What is assumed before any call is seen: that one side in twenty is missing, as of ten calls.
        const BEFORE: [f64; 2] = [0.6, 10.0];
        let others = &self.others[role as usize][own as usize];
        let Proportion { hits, of } = self.unpaired;
        // A side is missing as often as it is there alone, or the other one is.
        let odds = (hits as f64 + BEFORE[0]) / ((of - hits) as f64 * 2.0 + BEFORE[1]);
        let share = |count: u64| ((count as f64 + RARE) * odds / others.silent.max(1) as f64).min(1.0);
        [share(others.differs), share(others.interrupted)]
    }

    /// Calls in which no callee reports anything, although one must have acted, or has not been reached.
    pub(super) fn without_callee(&self) -> u64 {
        self.silent[Role::Callee as usize].hits + self.kinds[CallKind::MissedUnseen as usize]
    }

    /// True if the log holds every callback twice, so that copies show nothing about their delivery.
    pub(super) fn is_doubled(&self) -> bool {
        /// Fewer callbacks come twice by chance.
        const LEAST: u64 = 3;
        self.pairs.of >= LEAST && self.pairs.hits * 100 >= self.pairs.of * 95
    }
}

/// The greatest share of callbacks that is taken to be missing.
const MOST: f64 = 0.9;

/// True if a call that was answered ended as soon as one can that nobody answered.
fn is_soon(timeline: &Timeline<'_>, facts: &Sightings, role: Role, ending: Ending) -> bool {
    let first = if role == Role::Caller { Event::StartCall } else { Event::ReceiveCall };
    let began = facts.sight(timeline, role, first).and_then(|began| began.time);
    let lasted = ending.sight.time.zip(began).map(|(end, began)| end.saturating_sub(began));
    lasted.is_none_or(|seconds| seconds <= RINGING_SECONDS)
}
