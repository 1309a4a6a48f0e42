//! What a shard holds, read back call by call.
//!
//! Comes in: the number of a call. Goes out: its callbacks, as they were said or packed as they are kept. Must not: change
//! anything.

use std::borrow::Cow;
use std::cmp::Ordering;

use smallvec::SmallVec;

use super::{Call, FAR, Shard};
use crate::calls::store::capture_mark::CaptureMark;
use crate::calls::store::chunked_vec::NONE;
use crate::calls::store::interner::Interner;
use crate::calls::store::packed_call::PackedCall;
use crate::calls::store::packed_step::{Actor, Facts, PackedStep, Stamps, WideStep};
use crate::calls::store::position::Position;
use crate::calls::store::problems::Problems;
use crate::calls::store::step_bits::{MOST_ACTORS, MOST_FACTS, MOST_STAMPS, Words};
use crate::calls::store::stored_step::StoredStep;

impl Shard {
    /// How many calls there are.
    pub(in crate::calls) fn len(&self) -> usize {
        self.calls.len()
    }

    /// Position of a call's first callback in the input.
    pub(in crate::calls) fn first_position(&self, index: u32) -> Position {
        let call = self.calls.get(index);
        if call.earliest == FAR {
            let positions = self.entries(call).map(|(_, entry)| self.position(call, entry));
            return positions.min().unwrap_or(call.base);
        }
        call.base.moved(call.earliest)
    }

    /// The hash of a call's id.
    pub(in crate::calls) fn hash(&self, index: u32) -> u64 {
        self.ids.hash(&self.hasher, &self.calls.get(index).id)
    }

    pub(in crate::calls) fn call_id(&self, index: u32) -> Cow<'_, str> {
        self.ids.id(&self.calls.get(index).id)
    }

    pub(in crate::calls) fn problems(&self, index: u32) -> Problems {
        match self.calls.get(index).problems {
            NONE => Problems::default(),
            problems => *self.problems.get(problems),
        }
    }

    /// The findings on the record of an entry, if they are kept for each.
    fn problems_of(&self, entry: u32) -> Problems {
        let (mut low, mut high) = (0, self.record_problems.len() as u32);
        while low < high {
            let middle = low + (high - low) / 2;
            let (at, problems) = *self.record_problems.get(middle);
            match at.cmp(&entry) {
                Ordering::Equal => return problems,
                Ordering::Less => low = middle + 1,
                Ordering::Greater => high = middle,
            }
        }
        Problems::default()
    }

    /// The findings on the records of a call's callbacks, one by one, if they are kept so.
    pub(in crate::calls) fn record_problems(&self, index: u32) -> impl Iterator<Item = (Position, Problems)> {
        let call = self.calls.get(index);
        self.entries(call).map(|(index, entry)| (self.position(call, entry), self.problems_of(index)))
    }

    pub(in crate::calls) fn texts(&self) -> &Interner {
        &self.texts
    }

    /// The entries of a call with their indexes, in the order in which they were added.
    fn entries(&self, call: &Call) -> impl Iterator<Item = (u32, &PackedStep)> {
        let mut entries: SmallVec<[(u32, &PackedStep); 16]> = SmallVec::new();
        let mut next = call.last;
        while next != NONE {
            let entry = self.entries.get(next);
            entries.push((next, entry));
            next = entry.before;
        }
        entries.into_iter().rev()
    }

    fn position(&self, call: &Call, entry: &PackedStep) -> Position {
        if entry.code.is_wide() {
            return self.more.get(entry.place.index()).position;
        }
        call.base.moved(entry.place.parts().0)
    }

    /// What is kept of each callback of a call, in the order in which they were added.
    pub(in crate::calls) fn stored_steps(&self, index: u32) -> impl Iterator<Item = StoredStep> {
        let call = self.calls.get(index);
        // Most callbacks share what they say, so the chains are followed once. Number 0 means none.
        let mut actors = [Actor::NOBODY; 1 + MOST_ACTORS as usize];
        self.actors.chained(call.actors).zip(&mut actors[1..]).for_each(|(item, slot)| *slot = item);
        let mut facts = [None; 1 + MOST_FACTS as usize];
        self.facts
            .chained(call.facts)
            .zip(&mut facts[1..])
            .for_each(|(item, slot)| *slot = Some(item.into()));
        let mut stamps = [Stamps::default(); 1 + MOST_STAMPS as usize];
        self.stamps.chained(call.stamps).zip(&mut stamps[1..]).for_each(|(item, slot)| *slot = item);
        self.entries(call).map(move |(index, entry)| {
            let (words, capture) = (entry.code.words(), self.capture(index));
            if entry.code.is_wide() {
                return self.wide_step(entry, words, capture);
            }
            let (actor, fact, stamp) = entry.code.numbers();
            let (distance, millis) = entry.place.parts();
            StoredStep {
                position: call.base.moved(distance),
                words,
                time: entry.time,
                millis,
                capture,
                actor: actors[usize::from(actor)],
                facts: facts[usize::from(fact)],
                stamps: stamps[usize::from(stamp)],
            }
        })
    }

    /// A call as it is kept; none if it has a [`WideStep`], or too many steps.
    pub(in crate::calls) fn packed_call(&self, index: u32) -> Option<PackedCall> {
        let call = self.calls.get(index);
        let mut packed = PackedCall::default();
        let mut next = call.last;
        while next != NONE {
            let entry = self.entries.get(next);
            if entry.code.is_wide() || packed.steps.len() == PackedCall::MOST_STEPS {
                return None;
            }
            packed.steps.push(*entry);
            next = entry.before;
        }
        packed.steps.reverse();
        packed.sort();
        packed.actors.extend(self.actors.chained(call.actors));
        packed.facts.extend(self.facts.chained(call.facts).map(Facts::from));
        packed.stamps.extend(self.stamps.chained(call.stamps));
        Some(packed)
    }

    #[cold]
    fn wide_step(&self, entry: &PackedStep, words: Words, capture: CaptureMark) -> StoredStep {
        let WideStep { position, actor, facts, stamps, millis } = *self.more.get(entry.place.index());
        StoredStep {
            position,
            words,
            time: entry.time,
            millis,
            capture,
            actor: self.actors.item(actor).unwrap_or(Actor::NOBODY),
            facts: self.facts.item(facts).map(Facts::from),
            stamps: self.stamps.item(stamps).unwrap_or_default(),
        }
    }
}
