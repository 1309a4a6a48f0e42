//! The outcome of a usual call, from its packed steps and without its timeline.
//!
//! Comes in: a call as a table keeps it. Goes out: its [`Outcome`] and what occurs in it, as its timeline would give them;
//! none for a call that may have duplicates, mixes families, or has more users than a few. Must not: differ from the
//! timeline, which tests hold it against.

use smallvec::SmallVec;

use super::families::Families;
use super::occurrences::Occurrences;
use super::offers::Offers;
use super::outcome::{FirstFacts, Outcome, TimesTally};
use super::results::Results;
use super::step_traits::{KindTraits, StepTraits};
use crate::calls::store::interner::TextId;
use crate::calls::store::packed_call::PackedCall;
use crate::calls::store::packed_step::PackedStep;
use crate::calls::store::step_bits::MOST_ACTORS;
use crate::calls::store::table::{CallIndex, CallTable};
use crate::spec::{CallResult, Family, Phase, Role, Timestamp, known_timestamp};

/// A usual call.
#[derive(Debug)]
pub struct UsualCall {
    /// Its outcome.
    pub outcome: Outcome,
    /// What occurs in it.
    pub occurs: Occurrences,
}

impl UsualCall {
    /// A call of the table, if it is a usual one.
    pub fn of(table: &CallTable, index: CallIndex) -> Option<Self> {
        if !table.captured_twice().is_empty() {
            return None;
        }
        let call = table.packed_call(index)?;
        let family = call.steps.first()?.code.family();
        let mut tally = UsersTally::of(&call, family);
        let kinds = StepTraits::of_kinds();
        for (index, step) in call.steps.iter().enumerate() {
            tally.add(index, step, kinds)?;
        }
        tally.finish()
    }
}

/// Users of a call have numbers: that of the first actor who is the user, 0 for nobody.
const USERS: usize = 1 + MOST_ACTORS as usize;

/// A set of users, a bit for each.
type UserSet = u16;

const NOBODY: UserSet = 1;

/// What the steps come to so far.
struct UsersTally<'c> {
    call: &'c PackedCall,
    family: Family,
    /// For each actor the number of its user.
    users: [u8; USERS],
    offers: Offers,
    facts: FirstFacts,
    times: TimesTally,
    occurs: Occurrences,
    callbacks: usize,
    caller: Option<u8>,
    callees: SmallVec<[TextId; 4]>,
    /// Users with role callee; with an end; who take part; who count as callees; who rang; who answered.
    with_role: UserSet,
    ended: UserSet,
    taking_part: UserSet,
    of_callees: UserSet,
    rang: UserSet,
    answered: UserSet,
    /// Callers of v4, and users of a member change who were not known to be one.
    v4_callers: UserSet,
    v4_others: UserSet,
    /// The last callback of v4, in milliseconds.
    last: u64,
    of_user: [OfUser; USERS],
}

/// What one user did.
#[derive(Clone, Copy, Default)]
struct OfUser {
    /// A bit for each phase that occurs, the lowest for none.
    phases: u8,
    explicit: Results,
    last_act: Timestamp,
    last_end: Timestamp,
}

impl<'c> UsersTally<'c> {
    fn of(call: &'c PackedCall, family: Family) -> Self {
        let mut users = [0; USERS];
        for (index, actor) in call.actors.iter().enumerate() {
            if actor.user != TextId::NONE {
                let first = call.actors[..index].iter().position(|other| other.user == actor.user);
                users[1 + index] = 1 + first.unwrap_or(index) as u8;
            }
        }
        let mut times = TimesTally::default();
        call.stamps.iter().for_each(|stamps| times.add_stamps(*stamps));
        let mut facts = FirstFacts::default();
        if let [only] = &call.facts[..] {
            facts.add(only);
        }
        Self {
            call,
            family,
            users,
            offers: Offers::default(),
            facts,
            times,
            occurs: Occurrences::default(),
            callbacks: 0,
            caller: None,
            callees: SmallVec::new(),
            with_role: 0,
            ended: 0,
            taking_part: 0,
            of_callees: 0,
            rang: 0,
            answered: 0,
            v4_callers: 0,
            v4_others: 0,
            last: 0,
            of_user: [OfUser::default(); USERS],
        }
    }

    /// Takes in a step; none if the call is not a usual one.
    #[inline]
    fn add(&mut self, index: usize, step: &PackedStep, kinds: &KindTraits) -> Option<()> {
        let (code, time) = (step.code, step.time);
        let mut traits = kinds[code.kind()];
        let (actor, facts, _) = code.numbers();
        let user = self.users[usize::from(actor)];
        let set: UserSet = 1 << user;
        if traits.family != self.family {
            return None;
        }
        if traits.changes {
            if self.v4_callers & set & !NOBODY != 0 {
                traits = traits.of_caller();
            } else {
                self.v4_others |= set;
            }
        }
        if code.is_head() {
            traits = traits.naming(code.result());
            self.callbacks += 1;
            self.differs_from_earlier(index, step, user, &traits)?;
            self.occurs.has_faulty_total |= code.has_faulty_total();
            if facts > 0 && self.call.facts.len() > 1 {
                self.facts.add(&self.call.facts[usize::from(facts) - 1]);
            }
        }
        self.offers.add(&traits);
        self.times.add_time(traits.phase, time);
        self.occurs.starts |= traits.starts;
        self.add_user(user, set, time, &traits);
        Some(())
    }

    /// None if the callback may be a duplicate: one of v4 has the time of another, any other the user, phase and time.
    fn differs_from_earlier(
        &mut self,
        index: usize,
        step: &PackedStep,
        user: u8,
        traits: &StepTraits,
    ) -> Option<()> {
        let mut earlier = self.call.steps[..index].iter().filter(|other| other.code.is_head());
        let is_copy = if self.family == Family::V4 {
            let instant = |step: &PackedStep| u64::from(step.time) * 1000 + u64::from(step.place.parts().1);
            let this = instant(step);
            let is_later = this > self.last || index == 0;
            self.last = self.last.max(this);
            !is_later && earlier.any(|other| instant(other) == this)
        } else {
            let phase = 1 << traits.phase.map_or(0, |phase| 1 + phase as u8);
            let known = &mut self.of_user[usize::from(user)].phases;
            let is_new = *known & phase == 0;
            *known |= phase;
            let kinds = StepTraits::of_kinds();
            let same = |other: &PackedStep| {
                other.time == step.time
                    && self.users[usize::from(other.code.numbers().0)] == user
                    && kinds[other.code.kind()].phase == traits.phase
            };
            !is_new && earlier.any(same)
        };
        (!is_copy).then_some(())
    }

    #[inline]
    fn add_user(&mut self, user: u8, set: UserSet, time: Timestamp, traits: &StepTraits) {
        let of_user = &mut self.of_user[usize::from(user)];
        of_user.explicit.add(traits.explicit);
        if traits.phase == Some(Phase::End) {
            self.ended |= set;
            self.occurs.ends |= self.family == Family::Event;
            of_user.last_end = of_user.last_end.max(time);
        } else if traits.phase.is_some() && !traits.joins {
            of_user.last_act = of_user.last_act.max(time);
        }
        if user == 0 {
            // Nobody in particular answers, or rings: that may be anybody.
            self.occurs.answers_without_ring |= traits.answers;
            return;
        }
        let part = |is_part: bool| if is_part { set } else { 0 };
        self.taking_part |= part(traits.takes_part);
        self.of_callees |= part(traits.is_callees);
        self.v4_callers |= part(traits.calls);
        self.rang |= part(traits.phase == Some(Phase::Ring));
        self.answered |= part(traits.answers);
        match traits.role {
            Some(Role::Caller) => self.occurs.has_two_callers |= *self.caller.get_or_insert(user) != user,
            Some(Role::Callee) if self.with_role & set == 0 => {
                self.with_role |= set;
                self.callees.push(self.call.actors[usize::from(user) - 1].user);
            }
            _ => {}
        }
    }

    fn finish(self) -> Option<UsualCall> {
        if self.v4_others & self.v4_callers != 0 {
            return None;
        }
        let known = &self.of_user[1..];
        let mut occurs = self.occurs;
        let mut acts_late = false;
        for user in known {
            acts_late |= user.last_end != 0 && user.last_act > user.last_end;
        }
        occurs.acts_late = acts_late;
        occurs.answers_without_ring |= self.answered & !self.rang != 0;
        occurs.fields_differ = self.facts.differ;
        let two_results = || known.iter().any(|user| user.explicit.differ());
        occurs.results_differ = self.offers.sides_differ(self.facts.call_type)
            || (self.offers.names_differ() && two_results());
        let all_ended = || self.of_callees & !self.ended == 0;
        let result = self.offers.result(self.facts.call_type, all_ended);
        let times = self.times.times();
        let mut families = Families::default();
        families.insert(self.family);
        let outcome = Outcome {
            sdkappid: self.facts.sdkappid,
            call_type: self.facts.call_type,
            media_type: self.facts.media_type,
            room_id: self.facts.room_id,
            caller: self.caller.map(|user| self.call.actors[usize::from(user) - 1].user),
            participants: self.taking_part.count_ones() as usize,
            total_num: self.facts.total_num,
            result,
            answered: self.offers.accepted
                || times.accept.is_some()
                || result == Some(CallResult::NormalEnd),
            start: times.start,
            accept: times.accept,
            end: times.end,
            earliest: known_timestamp(self.times.earliest()),
            families,
            callbacks: self.callbacks,
            duplicates: 0,
            unpaired: self.callbacks,
            caller_platform: self.caller.and_then(|caller| self.platform_of(caller)),
            callees: self.callees,
        };
        Some(UsualCall { outcome, occurs })
    }

    /// The first platform that the callbacks of a user name.
    fn platform_of(&self, user: u8) -> Option<TextId> {
        let PackedCall { steps, actors, .. } = self.call;
        if actors.iter().all(|actor| actor.platform == TextId::NONE) {
            return None;
        }
        let acting = steps.iter().map(|step| usize::from(step.code.numbers().0));
        let of_user = acting.filter(|actor| self.users[*actor] == user);
        of_user.into_iter().find_map(|actor| actors[actor - 1].platform.known())
    }
}
