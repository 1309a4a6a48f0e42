//! What occurs in a call: the facts that tell, from one pass over its steps, which rules could find anything.
//!
//! A fact may say too much (a rule is then judged for nothing), never too little. Duplicates count here, since a duplicate
//! has the user, role, event and time of its original.

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
    /// A user answers where that user does not ring.
    pub answers_without_ring: bool,
    /// A user acts later than the first end of anybody's part.
    pub acts_late: bool,
    /// How many different results are named, or stand behind an event.
    pub results: u32,
}

impl<'c, 't> Course<'c, 't> {
    /// The facts of a call.
    pub(super) fn of(timeline: &'c Timeline<'t>, outcome: &'c Outcome, input: InputFacts) -> Self {
        let mut seen = Occurrences::default();
        for step in &timeline.steps {
            seen.add(step, outcome.caller);
        }
        Self {
            timeline,
            outcome,
            input,
            has_two_callers: seen.has_two_callers,
            has_faulty_total: seen.has_faulty_total,
            starts: seen.starts,
            ends: seen.ends,
            answers_without_ring: seen.accepts.is_some() && (seen.differ || seen.accepts != seen.rings),
            acts_late: seen.first_end.is_some_and(|end| seen.last_act > end),
            results: seen.results.count_ones(),
        }
    }
}

/// What is gathered step by step. An event counts as a ring or an answer only if it has its phase, that is if it fits its
/// role.
#[derive(Default)]
struct Occurrences {
    has_two_callers: bool,
    has_faulty_total: bool,
    starts: bool,
    ends: bool,
    /// The first user that rings, and the first that answers; whether any other does either.
    rings: Option<TextId>,
    accepts: Option<TextId>,
    differ: bool,
    last_act: Timestamp,
    first_end: Option<Timestamp>,
    /// A bit for each result.
    results: u8,
}

impl Occurrences {
    fn add(&mut self, step: &Step, caller: Option<TextId>) {
        let user = step.user.known();
        self.has_two_callers |= step.is_callers() && user.is_some() && user != caller;
        self.has_faulty_total |= step.faulty.total_num;
        self.starts |= step.happening == Happening::Event(Some(Event::StartCall))
            || step.command == Some(V4Command::StartCall);
        match step.phase {
            Some(Phase::Ring) => self.differ |= is_another(&mut self.rings, user),
            Some(Phase::Accept) if step.happening == Happening::Event(Some(Event::AcceptCall)) => {
                self.differ |= is_another(&mut self.accepts, user);
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
}

/// Notes the first user; true for any other.
fn is_another(first: &mut Option<TextId>, user: Option<TextId>) -> bool {
    *first = first.or(user);
    *first != user
}
