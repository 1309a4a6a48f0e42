//! How a call ended.

use smallvec::SmallVec;

use super::families::Families;
use super::offers::Offers;
use super::step::{Happening, Step};
use super::step_traits::StepTraits;
use super::timeline::Timeline;
use crate::calls::store::interner::TextId;
use crate::calls::store::packed_step::{Facts, Stamps};
use crate::calls::store::small_map::SmallMap;
use crate::spec::{CallResult, CallType, MediaType, Role, Timestamp, known_timestamp};

/// The outcome of a call. Times are Unix seconds, durations seconds; what is unknown is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// SDKAppID of the first callback that has a valid one; so are the next three.
    pub sdkappid: Option<u32>,
    /// One to one or group.
    pub call_type: Option<CallType>,
    /// Audio or video.
    pub media_type: Option<MediaType>,
    /// The room.
    pub room_id: Option<TextId>,
    /// The first user with role caller.
    pub caller: Option<TextId>,
    /// Users with role callee, by first appearance as one.
    pub callees: SmallVec<[TextId; 4]>,
    /// Distinct users.
    pub participants: usize,
    /// The greatest `TotalNum`.
    pub total_num: Option<i64>,
    /// How it ended; none for an incomplete call.
    pub result: Option<CallResult>,
    /// True if someone answered.
    pub answered: bool,
    /// When it was started.
    pub start: Option<Timestamp>,
    /// When it was answered.
    pub accept: Option<Timestamp>,
    /// When it ended.
    pub end: Option<Timestamp>,
    /// The earliest time that any callback of the call has.
    pub earliest: Option<Timestamp>,
    /// The families that its callbacks are of.
    pub families: Families,
    /// Callbacks, duplicates included.
    pub callbacks: usize,
    /// Callbacks that were redelivered.
    pub duplicates: usize,
    /// Different callbacks that are not there exactly twice.
    pub unpaired: usize,
    /// Platform of the caller, as written.
    pub caller_platform: Option<TextId>,
}

impl Outcome {
    /// The result's word; `incomplete` without a result.
    pub fn result_word(&self) -> &'static str {
        use crate::spec::Word;
        self.result.map_or("incomplete", CallResult::as_str)
    }

    /// From the start to the answer; for a call that was never answered, to its end.
    pub fn ring_seconds(&self) -> Option<u32> {
        match self.accept {
            Some(accept) => span(self.start, Some(accept)),
            None if self.answered || self.result.is_none() => None,
            None => span(self.start, self.end),
        }
    }

    /// From the answer to the end.
    pub fn talk_seconds(&self) -> Option<u32> {
        span(self.accept, self.end)
    }

    /// From the start to the end.
    pub fn total_seconds(&self) -> Option<u32> {
        span(self.start, self.end)
    }
}

/// Seconds between two times; none if one is unknown, or they run backwards.
pub(in crate::calls) fn span(from: Option<Timestamp>, to: Option<Timestamp>) -> Option<u32> {
    to?.checked_sub(from?)
}

/// When a call started, was answered and ended, in Unix seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Times {
    /// The least `StartCallTs`, otherwise the least time of a start-phase event.
    pub start: Option<Timestamp>,
    /// The least `AcceptTs`, otherwise the least time of an accept-phase event.
    pub accept: Option<Timestamp>,
    /// The greatest `EndTs`, otherwise the greatest time of an end-phase event.
    pub end: Option<Timestamp>,
}

impl Times {
    /// As these steps give them.
    pub fn of<'s>(steps: impl Iterator<Item = &'s Step>) -> Self {
        let mut tally = TimesTally::default();
        for step in steps {
            tally.add_stamps(step.stamps);
            tally.add_time(StepTraits::of(step), step.time.unwrap_or(0));
        }
        tally.times()
    }
}

/// The times of a call as far as its steps are known. The least of times, where 0 means none, is found from the least of
/// their predecessors.
#[derive(Debug)]
pub(in crate::calls) struct TimesTally {
    /// What timestamps say, and what the times of events say, which only count without timestamps.
    given: [Timestamp; 3],
    seen: [Timestamp; 3],
    earliest: Timestamp,
}

impl Default for TimesTally {
    fn default() -> Self {
        Self { given: [NEVER, NEVER, 0], seen: [NEVER, NEVER, 0], earliest: NEVER }
    }
}

impl TimesTally {
    #[inline]
    pub(in crate::calls) fn add_stamps(&mut self, stamps: Stamps) {
        let [start, accept, end] = stamps.each();
        self.given[0] = self.given[0].min(before(start));
        self.given[1] = self.given[1].min(before(accept));
        self.given[2] = self.given[2].max(end);
        self.earliest = self.earliest.min(before(start)).min(before(accept)).min(before(end));
    }

    /// Adds the time of a step, 0 for none.
    #[inline]
    pub(in crate::calls) fn add_time(&mut self, step: StepTraits, time: Timestamp) {
        let before = before(time);
        self.earliest = self.earliest.min(before);
        if step.has(StepTraits::STARTS_CALL) {
            self.seen[0] = self.seen[0].min(before);
        } else if step.has(StepTraits::ACCEPTS) {
            self.seen[1] = self.seen[1].min(before);
        } else if step.has(StepTraits::ENDS) {
            self.seen[2] = self.seen[2].max(time);
        }
    }

    /// When the call started, was answered and ended.
    pub(in crate::calls) fn times(&self) -> Times {
        let least = |index: usize| {
            known_timestamp(after(self.given[index])).or(known_timestamp(after(self.seen[index])))
        };
        let end = known_timestamp(self.given[2]).or(known_timestamp(self.seen[2]));
        Times { start: least(0), accept: least(1), end }
    }

    /// The earliest time of all, 0 for none.
    pub(in crate::calls) fn earliest(&self) -> Timestamp {
        after(self.earliest)
    }
}

/// What comes before no time at all.
const NEVER: Timestamp = Timestamp::MAX;

/// The second before a time; [`NEVER`] for 0, which is none, so that the least of these is that of the known times.
fn before(time: Timestamp) -> Timestamp {
    time.wrapping_sub(1)
}

/// The second after a time, 0 after [`NEVER`].
fn after(time: Timestamp) -> Timestamp {
    time.wrapping_add(1)
}

/// Works out the outcome of a call.
pub fn outcome(timeline: &Timeline<'_>) -> Outcome {
    let steps = &timeline.steps;
    let (mut facts, mut offers, mut times) =
        (FirstFacts::default(), Offers::default(), TimesTally::default());
    let (mut seen_users, mut callees) = (SmallMap::default(), SmallMap::default());
    let mut families = Families::default();
    let (mut caller, mut callbacks, mut duplicates) = (None, 0, 0);
    for step in steps {
        if let Some(said) = &step.facts {
            facts.add(said);
        }
        let traits = StepTraits::of(step);
        offers.add(traits);
        times.add_stamps(step.stamps);
        times.add_time(traits, step.time.unwrap_or(0));
        families.insert(step.family);
        if let Some(user) = step.user.known() {
            if step.happening != Happening::Nothing {
                seen_users.insert(user, ());
            }
            match step.role {
                Some(Role::Caller) => caller = caller.or(Some(user)),
                Some(Role::Callee) => drop(callees.insert(user, ())),
                None => {}
            }
        }
        callbacks += usize::from(step.head);
        duplicates += usize::from(step.head && step.original.is_some());
    }
    let Times { start, accept, end } = times.times();
    let result = offers.result(facts.call_type, || every_callee_ended(steps));
    Outcome {
        sdkappid: facts.sdkappid,
        call_type: facts.call_type,
        media_type: facts.media_type,
        room_id: facts.room_id,
        caller,
        callees: callees.iter().map(|(user, ())| *user).collect(),
        participants: seen_users.len(),
        total_num: facts.total_num,
        result,
        answered: offers.accepted() || accept.is_some() || result == Some(CallResult::NormalEnd),
        start,
        accept,
        end,
        earliest: known_timestamp(times.earliest()),
        families,
        callbacks,
        duplicates,
        unpaired: unpaired(steps, callbacks - duplicates),
        caller_platform: caller.and_then(|caller| platform_of(steps, caller)),
    }
}

/// How many of that many different callbacks are not there exactly twice.
pub(in crate::calls) fn unpaired(steps: &[Step], different: usize) -> usize {
    let mut copied: Vec<_> = steps.iter().filter(|step| step.head).filter_map(|step| step.original).collect();
    copied.sort_unstable();
    let once = copied.chunk_by(|one, other| one == other).filter(|copies| copies.len() == 1).count();
    different.saturating_sub(once)
}

/// What the first callback that has it says about the call, and the greatest `TotalNum`.
#[derive(Debug, Default)]
pub(in crate::calls) struct FirstFacts {
    pub sdkappid: Option<u32>,
    pub call_type: Option<CallType>,
    pub media_type: Option<MediaType>,
    pub room_id: Option<TextId>,
    pub total_num: Option<i64>,
    /// True if any callback says otherwise, of all but `TotalNum`.
    pub differ: bool,
}

impl FirstFacts {
    #[inline]
    pub(in crate::calls) fn add(&mut self, said: &Facts) {
        self.differ |= differs(&mut self.sdkappid, said.sdkappid)
            | differs(&mut self.call_type, said.call_type)
            | differs(&mut self.media_type, said.media_type)
            | differs(&mut self.room_id, said.room_id.known());
        self.total_num = self.total_num.max(said.total_num);
    }
}

/// Keeps the first value; true for one that is not the first.
#[inline]
fn differs<T: Copy + PartialEq>(first: &mut Option<T>, value: Option<T>) -> bool {
    *first = first.or(value);
    value.is_some() && *first != value
}

/// Users that take part in the call, in order of appearance, with repeats; not those that a v4 callback only lists.
pub(in crate::calls) fn users(steps: &[Step]) -> impl Iterator<Item = TextId> {
    steps.iter().filter(|step| step.happening != Happening::Nothing).filter_map(|step| step.user.known())
}

/// Each id once, in order of first appearance.
pub(in crate::calls) fn distinct(ids: impl Iterator<Item = TextId>) -> SmallMap<TextId, ()> {
    let mut seen = SmallMap::default();
    for id in ids {
        seen.insert(id, ());
    }
    seen
}

fn platform_of(steps: &[Step], user: TextId) -> Option<TextId> {
    steps.iter().filter(|step| step.user == user).find_map(|step| step.platform.known())
}

/// True if every callee seen has an end-phase callback, in whatever role.
fn every_callee_ended(steps: &[Step]) -> bool {
    let ended = distinct(steps.iter().filter(|step| step.ends()).map(|step| step.user));
    let mut callees = steps.iter().filter(|step| step.is_callees()).filter_map(|step| step.user.known());
    callees.all(|user| ended.contains(user))
}
