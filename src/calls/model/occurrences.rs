//! What occurs in a call: the facts that tell which rules could find anything.
//!
//! Comes in: the steps of a call. Goes out: [`Occurrences`]. Must not: judge.

use super::offers::Offers;
use super::outcome::{FirstFacts, Outcome};
use super::step::Step;
use super::step_traits::StepTraits;
use super::timeline::Timeline;
use crate::calls::store::interner::TextId;
use crate::spec::{Family, Timestamp};

/// What occurs in a call. A fact may say too much (a rule is then judged for nothing), never too little. Duplicates count,
/// since a duplicate has the user, role, event and time of its original.
#[derive(Clone, Copy, Debug, Default)]
pub struct Occurrences {
    /// A callback is a duplicate.
    pub has_duplicates: bool,
    /// Callbacks differ in the application, the room, the type or the media of the call.
    pub fields_differ: bool,
    /// A callback of a caller names another user than the call's first caller.
    pub has_two_callers: bool,
    /// A callback has a faulty `TotalNum`.
    pub has_faulty_total: bool,
    /// A callback starts the call.
    pub starts: bool,
    /// A callback of the event family ends it.
    pub ends: bool,
    /// A user answers without ringing. An event that does not fit its role, and has no phase therefore, is neither.
    pub answers_without_ring: bool,
    /// A user acts later than a part in the call ends.
    pub acts_late: bool,
    /// Results that have to agree differ.
    pub results_differ: bool,
}

impl Occurrences {
    /// Those in the steps of a call.
    pub fn of(timeline: &Timeline<'_>, outcome: &Outcome) -> Self {
        let mut occurs = Self { has_duplicates: timeline.has_duplicates, ..Self::default() };
        let (mut facts, mut offers, mut users) = Default::default();
        for step in &timeline.steps {
            occurs.add(step, outcome, (&mut facts, &mut offers, &mut users));
        }
        let ActingUsers { rings, accepts, several, last_act, first_end } = users;
        occurs.fields_differ = facts.differ;
        occurs.answers_without_ring = accepts.is_some() && (several || accepts != rings);
        occurs.acts_late = first_end.is_some_and(|end| last_act > end);
        occurs.results_differ = offers.differ();
        occurs
    }

    fn add(
        &mut self,
        step: &Step,
        outcome: &Outcome,
        (facts, offers, users): (&mut FirstFacts, &mut Offers, &mut ActingUsers),
    ) {
        let (traits, user) = (StepTraits::of(step), step.user.known());
        if let Some(said) = &step.facts {
            facts.add(said);
        }
        offers.add(traits);
        users.add(traits, user, step.time);
        self.has_two_callers |= traits.has(StepTraits::OF_CALLER) && user.is_some() && user != outcome.caller;
        self.has_faulty_total |= step.faulty.total_num;
        self.starts |= traits.has(StepTraits::IS_START);
        self.ends |= traits.has(StepTraits::ENDS) && step.family == Family::Event;
    }
}

/// Who rings, answers and acts, of any number of users.
#[derive(Default)]
struct ActingUsers {
    /// The first user that rings, and the first that answers; whether any other does either.
    rings: Option<TextId>,
    accepts: Option<TextId>,
    several: bool,
    /// The last time at which a user acts, and the first at which anybody's part ends.
    last_act: Timestamp,
    first_end: Option<Timestamp>,
}

impl ActingUsers {
    fn add(&mut self, step: StepTraits, user: Option<TextId>, time: Option<Timestamp>) {
        if step.has(StepTraits::RINGS) {
            self.several |= is_another(&mut self.rings, user);
        }
        if step.has(StepTraits::ANSWERS) {
            self.several |= is_another(&mut self.accepts, user);
        }
        if step.has(StepTraits::ENDS) {
            self.first_end = self.first_end.into_iter().chain(time).min();
        } else {
            self.last_act = self.last_act.max(time.unwrap_or(0));
        }
    }
}

/// Notes the first user; true for any other.
fn is_another(first: &mut Option<TextId>, user: Option<TextId>) -> bool {
    *first = first.or(user);
    *first != user
}
