//! The outcome of a usual call, from its packed steps and without its timeline.
//!
//! Comes in: a call as a table keeps it. Goes out: its [`Outcome`] and what occurs in it, as its timeline would give them;
//! none for a call that may have duplicates, mixes families, or has more users than a few. Must not: differ from the
//! timeline, which tests hold it against.

use smallvec::SmallVec;

use super::families::Families;
use super::occurrences::Occurrences;
use super::offers::Offers;
use super::outcome::{FirstFacts, Outcome, Times, TimesTally};
use super::step_traits::StepTraits;
use crate::calls::store::interner::TextId;
use crate::calls::store::packed_call::PackedCall;
use crate::calls::store::packed_step::PackedStep;
use crate::calls::store::step_bits::{KINDS, MOST_ACTORS};
use crate::calls::store::table::{CallIndex, CallTable};
use crate::spec::{CallResult, Family, Timestamp, known_timestamp};

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
        let mut tally = StepsTally::of(&call, family);
        for (index, step) in call.steps.iter().enumerate() {
            tally.add(index, step)?;
        }
        tally.finish()
    }
}

/// Users of a call have numbers: that of the first actor who is the user, 0 for nobody.
const USERS: usize = 1 + MOST_ACTORS as usize;

/// What the steps come to so far.
struct StepsTally<'c> {
    call: &'c PackedCall,
    kinds: &'static [StepTraits; KINDS],
    family: Family,
    /// For each actor the number of its user.
    users: [u8; USERS],
    /// What each user did.
    did: [StepTraits; USERS],
    offers: Offers,
    facts: FirstFacts,
    times: TimesTally,
    has_faulty_total: bool,
    callbacks: usize,
    /// The user who is the caller, 0 for nobody.
    caller: u8,
    callees: SmallVec<[TextId; 4]>,
    /// The last callback of v4, in milliseconds.
    last: u64,
    /// The last time at which a user acts, and the least predecessor of one at which anybody's part ends.
    last_act: Timestamp,
    first_end: Timestamp,
}

impl<'c> StepsTally<'c> {
    fn of(call: &'c PackedCall, family: Family) -> Self {
        let mut users = [0; USERS];
        for (index, actor) in call.actors.iter().enumerate() {
            if actor.user != TextId::NONE {
                let first = call.actors[..index].iter().position(|other| other.user == actor.user);
                users[(1 + index) % USERS] = 1 + first.unwrap_or(index) as u8;
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
            kinds: StepTraits::of_kinds(),
            family,
            users,
            did: [StepTraits::default(); USERS],
            offers: Offers::default(),
            facts,
            times,
            has_faulty_total: false,
            callbacks: 0,
            caller: 0,
            callees: SmallVec::new(),
            last: 0,
            last_act: 0,
            first_end: Timestamp::MAX,
        }
    }

    /// Takes in a step; none if the call is not a usual one.
    #[inline]
    fn add(&mut self, index: usize, step: &PackedStep) -> Option<()> {
        let (code, time) = (step.code, step.time);
        let user = self.user(step);
        let known = self.did[user];
        let mut traits = self.kinds[code.kind()];
        if code.family() != self.family {
            return None;
        }
        if traits.has(StepTraits::IS_CHANGE) && known.has(StepTraits::IS_CALLING) && user != 0 {
            traits = traits.of_v4_caller();
        }
        if code.is_head() {
            traits = traits.naming(code.result());
            self.callbacks += 1;
            self.differs_from_earlier(index, step, known, traits)?;
            self.has_faulty_total |= code.has_faulty_total();
            let (_, facts, _) = code.numbers();
            if facts > 0 && self.call.facts.len() > 1 {
                self.facts.add(&self.call.facts[usize::from(facts) - 1]);
            }
        }
        self.did[user].add(traits);
        self.offers.add(traits);
        self.add_time(traits, time);
        if user != 0 {
            if traits.has(StepTraits::OF_CALLEE) && !known.has(StepTraits::OF_CALLEE) {
                self.callees.push(self.call.actors[user - 1].user);
            }
            if traits.has(StepTraits::OF_CALLER) && self.caller == 0 {
                self.caller = user as u8;
            }
        }
        Some(())
    }

    /// The number of a step's user.
    #[inline]
    fn user(&self, step: &PackedStep) -> usize {
        usize::from(self.users[usize::from(step.code.numbers().0)]) % USERS
    }

    #[inline]
    fn add_time(&mut self, traits: StepTraits, time: Timestamp) {
        self.times.add_time(traits, time);
        if traits.has(StepTraits::ENDS) {
            self.first_end = self.first_end.min(time.wrapping_sub(1));
        } else {
            self.last_act = self.last_act.max(time);
        }
    }

    /// None if the callback may be a duplicate: one of v4 has the time of another, any other the user, phase and time.
    #[inline]
    fn differs_from_earlier(
        &mut self,
        index: usize,
        step: &PackedStep,
        known: StepTraits,
        traits: StepTraits,
    ) -> Option<()> {
        let mut earlier = self.call.steps[..index].iter().filter(|other| other.code.is_head());
        let is_copy = if self.family == Family::V4 {
            let instant = |step: &PackedStep| u64::from(step.time) << 10 | u64::from(step.place.parts().1);
            let this = instant(step);
            let is_later = this > self.last || index == 0;
            self.last = self.last.max(this);
            !is_later && earlier.any(|other| instant(other) == this)
        } else {
            let same = |other: &PackedStep| {
                other.time == step.time
                    && self.user(other) == self.user(step)
                    && self.kinds[other.code.kind()].has(traits.phase())
            };
            known.has(traits.phase()) && earlier.any(same)
        };
        (!is_copy).then_some(())
    }

    fn finish(self) -> Option<UsualCall> {
        let occurs = self.occurs()?;
        let users = &self.did[1..=self.call.actors.len()];
        let with = |one: StepTraits| users.iter().filter(move |did| did.has(one));
        let all_ended = || with(StepTraits::COUNTS_AS_CALLEE).all(|did| did.has(StepTraits::ENDS));
        let result = self.offers.result(self.facts.call_type, all_ended);
        let Times { start, accept, end } = self.times.times();
        let mut families = Families::default();
        families.insert(self.family);
        let outcome = Outcome {
            sdkappid: self.facts.sdkappid,
            call_type: self.facts.call_type,
            media_type: self.facts.media_type,
            room_id: self.facts.room_id,
            caller: (self.caller != 0).then(|| self.call.actors[usize::from(self.caller) - 1].user),
            participants: with(StepTraits::TAKES_PART).count(),
            total_num: self.facts.total_num,
            result,
            answered: self.offers.accepted() || accept.is_some() || result == Some(CallResult::NormalEnd),
            start,
            accept,
            end,
            earliest: known_timestamp(self.times.earliest()),
            families,
            callbacks: self.callbacks,
            duplicates: 0,
            unpaired: self.callbacks,
            caller_platform: self.platform_of(usize::from(self.caller)),
            callees: self.callees,
        };
        Some(UsualCall { outcome, occurs })
    }

    /// What occurs in the call; none if a v4 callback says only after a change of a member that the user is the caller.
    fn occurs(&self) -> Option<Occurrences> {
        let (all, users) = (self.offers.all, &self.did[1..=self.call.actors.len()]);
        let mut occurs = Occurrences {
            has_duplicates: false,
            fields_differ: self.facts.differ,
            has_two_callers: false,
            has_faulty_total: self.has_faulty_total,
            starts: all.has(StepTraits::IS_START),
            ends: all.has(StepTraits::ENDS) && self.family == Family::Event,
            // Nobody in particular answers: that may be anybody.
            answers_without_ring: self.did[0].has(StepTraits::ANSWERS),
            acts_late: self.last_act > self.first_end.saturating_add(1) && self.acts_late(),
            results_differ: self.offers.sides_differ(self.facts.call_type),
        };
        for (number, did) in (1..).zip(users) {
            if did.has(StepTraits::IS_CALLING) && did.has(StepTraits::OF_CALLEE) {
                return None;
            }
            occurs.has_two_callers |= did.has(StepTraits::OF_CALLER) && number != self.caller;
            occurs.answers_without_ring |= did.has(StepTraits::ANSWERS) && !did.has(StepTraits::RINGS);
            occurs.results_differ |= did.explicit().differ();
        }
        Some(occurs)
    }

    /// True if a user acts later than the end of their part.
    #[cold]
    fn acts_late(&self) -> bool {
        let (mut acts, mut ends) = ([0; USERS], [Timestamp::MAX; USERS]);
        for step in &self.call.steps {
            let (traits, user) = (self.kinds[step.code.kind()], self.user(step));
            if traits.has(StepTraits::ENDS) {
                ends[user] = ends[user].min(step.time.wrapping_sub(1));
            } else if !traits.has(StepTraits::NO_PHASE) && !traits.has(StepTraits::JOINS) {
                acts[user] = step.time.max(acts[user]);
            }
        }
        acts.iter().zip(ends).skip(1).any(|(act, end)| *act > end.saturating_add(1))
    }

    /// The first platform that the callbacks of a user name.
    fn platform_of(&self, user: usize) -> Option<TextId> {
        let PackedCall { steps, actors, .. } = self.call;
        if user == 0 || actors.iter().all(|actor| actor.platform == TextId::NONE) {
            return None;
        }
        let mut of_user = steps.iter().filter(|step| self.user(step) == user);
        of_user.find_map(|step| actors[usize::from(step.code.numbers().0) - 1].platform.known())
    }
}
