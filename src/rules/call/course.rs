//! What occurs in a call: the facts that tell, from one pass over its steps, which rules could find anything.
//!
//! A fact may say too much (a rule is then judged for nothing), never too little. Duplicates count here, since a
//! duplicate has the user, role, event and time of its original.

use crate::calls::{Happening, Outcome, Step, TextId, Timeline};
use crate::spec::{CallResult, Event, Family, Phase, Timestamp, V4Command};

/// What the whole input says about a call.
#[derive(Clone, Copy, Debug, Default)]
pub struct InputFacts {
    /// True if any callback of the input is a `receive_call`.
    pub rang: bool,
}

/// A call, and what occurs in it.
#[derive(Debug)]
pub(super) struct Course<'c, 't> {
    pub timeline: &'c Timeline<'t>,
    pub outcome: &'c Outcome,
    pub input: InputFacts,
    /// A callback of a caller names another user than the call's first caller.
    pub has_two_callers: bool,
    /// A callback has a faulty `TotalNum`.
    pub has_faulty_total: bool,
    /// A callback starts the call.
    pub starts: bool,
    /// A callback of the event family ends it.
    pub ends: bool,
    /// The first user that rings, and the first that answers; whether any other does either. An event that does not fit
    /// its role, and has no phase therefore, does not count.
    rings: Option<TextId>,
    accepts: Option<TextId>,
    several: bool,
    /// The last time at which a user acts, and the first at which anybody's part ends.
    last_act: Timestamp,
    first_end: Option<Timestamp>,
    /// A bit for each result that is named, or that an event stands for.
    results: u8,
}

impl<'c, 't> Course<'c, 't> {
    /// The facts of a call.
    pub(super) fn of(timeline: &'c Timeline<'t>, outcome: &'c Outcome, input: InputFacts) -> Self {
        let mut course = Self {
            timeline,
            outcome,
            input,
            has_two_callers: false,
            has_faulty_total: false,
            starts: false,
            ends: false,
            rings: None,
            accepts: None,
            several: false,
            last_act: 0,
            first_end: None,
            results: 0,
        };
        timeline.steps.iter().for_each(|step| course.add(step));
        course
    }

    fn add(&mut self, step: &Step) {
        let user = step.user.known();
        self.has_two_callers |= step.is_callers() && user.is_some() && user != self.outcome.caller;
        self.has_faulty_total |= step.faulty.total_num;
        self.starts |= step.happening == Happening::Event(Some(Event::StartCall))
            || step.command == Some(V4Command::StartCall);
        match step.phase {
            Some(Phase::Ring) => self.several |= is_another(&mut self.rings, user),
            Some(Phase::Accept) if step.happening == Happening::Event(Some(Event::AcceptCall)) => {
                self.several |= is_another(&mut self.accepts, user);
            }
            _ => {}
        }
        if step.ends() {
            self.ends |= step.family == Family::Event;
            self.first_end = self.first_end.into_iter().chain(step.time).min();
            self.add_result(step.explicit());
            self.add_result(step.implied());
        } else {
            self.last_act = self.last_act.max(step.time.unwrap_or(0));
        }
        self.add_result(step.recorded());
    }

    fn add_result(&mut self, result: Option<CallResult>) {
        self.results |= result.map_or(0, |result| 1 << result as u8);
    }

    /// True if a user answers without ringing.
    pub(super) fn answers_without_ring(&self) -> bool {
        self.accepts.is_some() && (self.several || self.accepts != self.rings)
    }

    /// True if a user acts later than the first end of anybody's part.
    pub(super) fn acts_late(&self) -> bool {
        self.first_end.is_some_and(|end| self.last_act > end)
    }

    /// True if there are different results.
    pub(super) fn results_differ(&self) -> bool {
        self.results.count_ones() > 1
    }
}

/// Notes the first user; true for any other.
fn is_another(first: &mut Option<TextId>, user: Option<TextId>) -> bool {
    *first = first.or(user);
    *first != user
}
