//! What the callbacks of a call say, in the terms of the event family for every family.

use crate::calls::model::step::Step;
use crate::calls::model::timeline::Timeline;
use crate::calls::store::position::Position;
use crate::spec::{CallResult, Event, Family, Phase, Role, Timestamp, Word};

/// One callback's step, as a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sight {
    /// When it happened, by the clock of its device, in Unix seconds.
    pub time: Option<Timestamp>,
    /// The callback.
    pub at: Position,
}

/// How a side of the call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ending {
    pub result: CallResult,
    /// The callback that says so.
    pub sight: Sight,
}

/// How many events there are.
const EVENTS: usize = Event::ALL.len();

/// What the callbacks of a call, or of some of its users, say. Duplicates say nothing.
#[derive(Clone, Debug)]
pub(super) struct Sightings {
    /// For each role and event the step with the least time: its index in the timeline, and one.
    first: [u32; EVENTS * Role::ALL.len()],
    /// For each role, how it ended: the strongest explicit result, otherwise the strongest that an event stands for.
    explicit: [Option<Ending>; 2],
    implied: [Option<Ending>; 2],
    /// For each role, the results that its callbacks name, as bits.
    named: [u16; 2],
    /// For each role, whether any callback is of it.
    pub seen: [bool; 2],
    /// A v4 record's result.
    pub recorded: Option<Ending>,
    /// True if someone answered or joined.
    pub accepted: Option<Sight>,
    /// The families that the callbacks are of, by index.
    pub families: [bool; Family::ALL.len()],
    /// The last time of any callback.
    pub last: Timestamp,
    /// The least `StartCallTs`.
    pub start_ts: Option<Timestamp>,
    /// The least `AcceptTs`.
    pub accept_ts: Option<Timestamp>,
    /// The callback that is last in the input.
    pub latest: Option<Position>,
}

fn place(role: Role, event: Event) -> usize {
    role as usize * EVENTS + event as usize
}

/// The time, for sorting: an unknown one comes after all others.
fn or_late(time: Option<Timestamp>) -> Timestamp {
    time.unwrap_or(Timestamp::MAX)
}

impl Sightings {
    /// What all callbacks say.
    pub(super) fn of(timeline: &Timeline<'_>) -> Self {
        Self::of_steps(timeline, 0..timeline.steps.len())
    }

    /// What some steps say, given as indexes.
    pub(super) fn of_steps(timeline: &Timeline<'_>, steps: impl IntoIterator<Item = usize>) -> Self {
        let mut facts = Self {
            first: [0; EVENTS * Role::ALL.len()],
            explicit: [None; 2],
            implied: [None; 2],
            named: [0; 2],
            seen: [false; 2],
            recorded: None,
            accepted: None,
            families: [false; Family::ALL.len()],
            last: 0,
            start_ts: None,
            accept_ts: None,
            latest: None,
        };
        for index in steps {
            facts.add(timeline, index, &timeline.steps[index]);
        }
        facts
    }

    fn add(&mut self, timeline: &Timeline<'_>, index: usize, step: &Step) {
        self.last = self.last.max(step.time.unwrap_or(0));
        self.latest = Some(step.position);
        if step.original.is_some() {
            return;
        }
        self.families[step.family as usize] = true;
        self.start_ts = [self.start_ts, step.start_call_ts()].into_iter().flatten().min();
        self.accept_ts = [self.accept_ts, step.accept_ts()].into_iter().flatten().min();
        let sight = Sight { time: step.time, at: step.position };
        if let Some(result) = step.recorded() {
            stronger(&mut self.recorded, result, sight);
        }
        let Some(role) = step.role.or_else(|| step.is_callees().then_some(Role::Callee)) else {
            return;
        };
        let Some(event) = step.as_event() else { return };
        self.seen[role as usize] = true;
        if step.phase == Some(Phase::Accept)
            && self.accepted.is_none_or(|known| or_late(step.time) < or_late(known.time))
        {
            self.accepted = Some(sight);
        }
        let first = &mut self.first[place(role, event)];
        let known = (*first).checked_sub(1).map(|known| timeline.steps[known as usize].time);
        if known.is_none_or(|known| or_late(step.time) < or_late(known)) {
            *first = index as u32 + 1;
        }
        if step.ends() {
            if let Some(result) = step.explicit().or(step.implied()) {
                self.named[role as usize] |= 1 << result as u32;
            }
            if let Some(result) = step.explicit() {
                stronger(&mut self.explicit[role as usize], result, sight);
            }
            if let Some(result) = step.implied() {
                stronger(&mut self.implied[role as usize], result, sight);
            }
        }
    }

    /// How a side ended, if it says.
    pub(super) fn ending(&self, role: Role) -> Option<Ending> {
        self.explicit[role as usize].or(self.implied[role as usize])
    }

    /// Another result than that one which says that nobody answered, and which a callback of the side names too.
    pub(super) fn contradicts(&self, role: Role, result: CallResult) -> Option<CallResult> {
        let named = |other: &CallResult| self.named[role as usize] & (1 << *other as u32) != 0;
        let others = CallResult::ALL.iter().copied().filter(|other| *other != result);
        others.filter(|other| other.means_unanswered()).find(named)
    }

    /// The first callback of a role with that event.
    pub(super) fn sight(&self, timeline: &Timeline<'_>, role: Role, event: Event) -> Option<Sight> {
        let index = self.first[place(role, event)].checked_sub(1)?;
        timeline.steps.get(index as usize).map(|step| Sight { time: step.time, at: step.position })
    }

    /// True if a role has that event.
    pub(super) fn has(&self, role: Role, event: Event) -> bool {
        self.first[place(role, event)] > 0
    }

    /// True if any callback is of that family.
    pub(super) fn is_told_by(&self, family: Family) -> bool {
        self.families[family as usize]
    }
}

fn stronger(known: &mut Option<Ending>, result: CallResult, sight: Sight) {
    if known.is_none_or(|known| (result, sight.at) < (known.result, known.sight.at)) {
        *known = Some(Ending { result, sight });
    }
}
