//! Some of the calls: those whose ids have hashes of one range.

mod reading;

use foldhash::quality::RandomState;
use hashbrown::HashTable;

use crate::calls::store::capture_mark::CaptureMark;
use crate::calls::store::chunked_vec::{ChainCursor, Chained, ChunkedVec, Link, NONE};
use crate::calls::store::interner::{Interner, TextId};
use crate::calls::store::packed_step::{Actor, Facts, PackedStep, Stamps, StepPlace, StoredFacts, WideStep};
use crate::calls::store::position::Position;
use crate::calls::store::problems::Problems;
use crate::calls::store::step_bits::{MOST_ACTORS, MOST_FACTS, MOST_STAMPS, StepBits, Words};
use crate::calls::store::text_place::{HashedId, TextChunks, TextPlace};
use crate::decode::Part;
use crate::spec::{CallType, MediaType, Timestamp};

/// A call: chains of its entries and of what they share.
#[derive(Clone, Copy, Debug)]
struct Call {
    /// Its id.
    id: TextPlace,
    /// Position of the callback that was added first.
    base: Position,
    /// How far the call's first callback in the input is from there; [`FAR`] for one that is too far.
    earliest: i32,
    /// The entry that was added last.
    last: u32,
    actors: u32,
    facts: u32,
    stamps: u32,
    /// Index of the findings on its records, or none.
    problems: u32,
}

/// Marks a distance that does not fit in 32 bits.
const FAR: i32 = i32::MIN;

/// A user whom a callback names, and what its URL says of their device.
#[derive(Clone, Copy, Debug)]
pub(in crate::calls) struct ObservedActor<'c> {
    pub user: Option<&'c str>,
    pub platform: Option<&'c str>,
    pub client_ip: Option<&'c str>,
}

/// What one callback says about one user and about the call, as a call takes it.
#[derive(Clone, Copy, Debug)]
pub(in crate::calls) struct Observation<'c> {
    pub actor: ObservedActor<'c>,
    pub words: Words,
    /// `EventTime` in Unix seconds, 0 for none, and its milliseconds.
    pub time: Timestamp,
    pub millis: u16,
    pub stamps: Stamps,
    /// When and by whom it was captured, if that is kept.
    pub capture: CaptureMark,
    /// The findings on its record, if they are kept for each; on the first of a callback's users alone.
    pub problems: Problems,
    /// What concerns the call as a whole; none on all but the first of a callback's users.
    pub facts: Option<ObservedFacts<'c>>,
}

/// What the steps of one callback have in common.
#[derive(Clone, Copy)]
struct StepOf<'s, 'c> {
    position: Position,
    /// How far that is from the base of the call, if it is not too far.
    distance: Option<i32>,
    said: &'s Observation<'c>,
}

/// What a callback says about its call.
#[derive(Clone, Copy, Debug)]
pub(in crate::calls) struct ObservedFacts<'c> {
    pub room: Option<&'c str>,
    pub sdkappid: Option<u32>,
    pub total_num: Option<i64>,
    pub media_type: Option<MediaType>,
    pub call_type: Option<CallType>,
    pub from_server: Option<bool>,
}

/// Calls by their id, with what their callbacks say.
#[derive(Debug, Default)]
pub(in crate::calls) struct Shard {
    hasher: RandomState,
    /// The calls by the hashes of their ids.
    index: HashTable<u32>,
    /// Ids that do not fit their calls.
    ids: TextChunks,
    calls: ChunkedVec<Call>,
    entries: ChunkedVec<PackedStep>,
    more: ChunkedVec<WideStep>,
    /// For each entry; for the first of them only, or for none, if nothing is kept of the others.
    captures: ChunkedVec<CaptureMark>,
    /// Findings on single records, by the index of their entry, in that order.
    record_problems: ChunkedVec<(u32, Problems)>,
    actors: ChunkedVec<Link<Actor>>,
    facts: ChunkedVec<Link<StoredFacts>>,
    stamps: ChunkedVec<Link<Stamps>>,
    problems: ChunkedVec<Problems>,
    texts: Interner,
}

impl Shard {
    /// One without calls, whose ids come with hashes of `hasher`.
    pub(in crate::calls) fn new(hasher: RandomState) -> Self {
        Self { hasher, ..Self::default() }
    }

    /// The call of that id, which is new if need be and then has a callback at that position.
    #[inline]
    pub(in crate::calls) fn call(&mut self, id: HashedId, call_id: &str, position: Position) -> u32 {
        let HashedId { packed, hash } = id;
        let is_it = |index: &u32| self.ids.is_id(&self.calls.get(*index).id, packed, call_id);
        match self.index.find(hash, is_it).copied() {
            Some(index) => index,
            None => {
                let id = packed.unwrap_or_else(|| self.ids.push(call_id));
                self.add_call(hash, id, position)
            }
        }
    }

    fn add_call(&mut self, hash: u64, id: TextPlace, base: Position) -> u32 {
        let call = Call {
            id,
            base,
            earliest: 0,
            last: NONE,
            actors: NONE,
            facts: NONE,
            stamps: NONE,
            problems: NONE,
        };
        if self.index.len() == self.index.capacity() {
            self.grow();
        }
        let index = self.calls.push(call);
        // There is room, so that nothing is hashed again.
        self.index.insert_unique(hash, index, |_| hash);
        index
    }

    /// Makes room in the index. The ids are hashed again in the order in which they are in memory: keeping every
    /// hash would cost memory, and the index's own order a cache miss for each.
    fn grow(&mut self) {
        let mut index = HashTable::with_capacity(self.index.len() * 2 + 4);
        for call in 0..self.calls.len() as u32 {
            let hash = self.ids.hash(&self.hasher, &self.calls.get(call).id);
            index.insert_unique(hash, call, |_| hash);
        }
        self.index = index;
    }

    /// Counts findings on a record of a call.
    pub(in crate::calls) fn add_problems(&mut self, index: u32, problems: Problems) {
        if problems == Problems::default() {
            return;
        }
        let call = self.calls.get_mut(index);
        if call.problems == NONE {
            call.problems = self.problems.push(Problems::default());
        }
        self.problems.get_mut(call.problems).merge(problems);
    }

    /// Adds what a callback at that position says to its call.
    #[inline]
    pub(in crate::calls) fn append(&mut self, index: u32, position: Position, said: &Observation<'_>) {
        let (mut call, distance) = self.open(index, position);
        let actor = self.share_actor(&mut call, None, said.actor);
        let (facts, stamps) = self.share_head(&mut call, said);
        let code = StepBits::new(said.words);
        let of = StepOf { position, distance, said };
        self.add_step(&mut call, of, code, actor, facts, stamps);
        if said.problems != Problems::default() {
            self.record_problems.push((call.last, said.problems));
        }
        *self.calls.get_mut(index) = call;
    }

    /// Adds what a v4 callback at that position says to its call, user by user.
    pub(in crate::calls) fn append_users<'c>(
        &mut self,
        index: u32,
        position: Position,
        said: &Observation<'c>,
        users: impl Iterator<Item = (ObservedActor<'c>, Part)>,
    ) {
        let (mut call, distance) = self.open(index, position);
        let of = StepOf { position, distance, said };
        // What concerns the call is on the head alone.
        let (mut facts, mut stamps) = self.share_head(&mut call, said);
        let mut code = StepBits::new(said.words);
        let mut problems = said.problems;
        // Lists name the users of a call in the same order again and again.
        let mut cursor = ChainCursor::default();
        for (user, part) in users {
            let actor = self.share_actor(&mut call, Some(&mut cursor), user);
            self.add_step(&mut call, of, code.of_part(part), actor, facts, stamps);
            if problems != Problems::default() {
                self.record_problems.push((call.last, problems));
            }
            (facts, stamps, problems) = (Chained::Number(0), Chained::Number(0), Problems::default());
            code = code.without_head();
        }
        *self.calls.get_mut(index) = call;
    }

    /// A call to which a callback at that position is added, and how far that is from its base.
    #[inline(always)]
    fn open(&self, index: u32, position: Position) -> (Call, Option<i32>) {
        let mut call = *self.calls.get(index);
        let distance = position.distance(call.base);
        call.earliest = match distance {
            Some(distance) => call.earliest.min(distance),
            None if position < call.base => FAR,
            None => call.earliest,
        };
        (call, distance)
    }

    #[inline(always)]
    fn share_head(&mut self, call: &mut Call, said: &Observation<'_>) -> (Chained, Chained) {
        let facts = match &said.facts {
            Some(facts) => self.share_facts(call, facts),
            None => Chained::Number(0),
        };
        (facts, self.share_stamps(call, said.stamps))
    }

    /// Adds a step to a call.
    #[inline(always)]
    fn add_step(
        &mut self,
        call: &mut Call,
        StepOf { position, distance, said }: StepOf<'_, '_>,
        code: StepBits,
        actor: Chained,
        facts: Chained,
        stamps: Chained,
    ) {
        let place = distance.and_then(|distance| StepPlace::new(distance, said.millis));
        let (place, code) = match (place, actor, facts, stamps) {
            (Some(place), Chained::Number(actor), Chained::Number(facts), Chained::Number(stamps)) => {
                (place, code.with_numbers(actor, facts, stamps))
            }
            _ => {
                let more = WideStep {
                    position,
                    actor: self.actors.index(call.actors, actor),
                    facts: self.facts.index(call.facts, facts),
                    stamps: self.stamps.index(call.stamps, stamps),
                    millis: said.millis,
                };
                (StepPlace::of_index(self.more.push(more)), code.wide())
            }
        };
        // The older entry is not touched again: it has long left the cache.
        call.last = self.entries.push(PackedStep { place, time: said.time, before: call.last, code });
        self.keep_capture(call.last, said.capture);
    }

    /// Keeps when and by whom the callback of an entry was captured. As long as nothing is known of any, that takes no
    /// memory.
    #[inline]
    fn keep_capture(&mut self, entry: u32, capture: CaptureMark) {
        if capture != CaptureMark::default() {
            while self.captures.len() < entry as usize {
                self.captures.push(CaptureMark::default());
            }
            self.captures.push(capture);
        }
    }

    fn capture(&self, entry: u32) -> CaptureMark {
        if (entry as usize) < self.captures.len() {
            *self.captures.get(entry)
        } else {
            CaptureMark::default()
        }
    }

    /// The call's facts. Texts are compared before they are looked up, since most callbacks repeat what the call
    /// has.
    #[inline(always)]
    fn share_facts(&mut self, call: &mut Call, said: &ObservedFacts<'_>) -> Chained {
        let ObservedFacts { room, sdkappid, total_num, media_type, call_type, from_server } = *said;
        let texts = &mut self.texts;
        let seen = StoredFacts::from(Facts {
            sdkappid,
            room_id: TextId::NONE,
            total_num,
            media_type,
            call_type,
            from_server,
        });
        let known = &*texts;
        let fits =
            |facts: &StoredFacts| seen == facts.in_room(TextId::NONE) && known.is(facts.room_id(), room);
        if let Some(number) = self.facts.find(call.facts, MOST_FACTS, fits) {
            return Chained::Number(number);
        }
        let room_id = match room {
            None => TextId::NONE,
            // Rooms belong to one call, so they are kept without a search; but equal ones of a call have to have
            // equal ids.
            Some(room) if call.facts == NONE => texts.keep(room),
            Some(room) => {
                let same = |facts: &StoredFacts| known.is(facts.room_id(), Some(room));
                let number = self.facts.find(call.facts, MOST_FACTS, same);
                let facts = number.and_then(|number| self.facts.numbered(call.facts, number));
                facts.map(|facts| facts.room_id()).unwrap_or_else(|| texts.add(room))
            }
        };
        self.facts.chain(&mut call.facts, MOST_FACTS, seen.in_room(room_id))
    }

    /// The call's actor, who is looked for at the cursor first, if there is one.
    #[inline(always)]
    fn share_actor(
        &mut self,
        call: &mut Call,
        cursor: Option<&mut ChainCursor>,
        said: ObservedActor<'_>,
    ) -> Chained {
        let texts = &mut self.texts;
        let known = &*texts;
        let fits = |actor: &Actor| {
            known.is(actor.user, said.user)
                && known.is(actor.platform, said.platform)
                && known.is(actor.client_ip, said.client_ip)
        };
        let found = match cursor {
            Some(cursor) => self.actors.find_after(cursor, call.actors, MOST_ACTORS, fits),
            None => self.actors.find(call.actors, MOST_ACTORS, fits),
        };
        if let Some(number) = found {
            return Chained::Number(number);
        }
        let mut id = |text: Option<&str>| text.map_or(TextId::NONE, |text| texts.add(text));
        let actor = Actor { user: id(said.user), platform: id(said.platform), client_ip: id(said.client_ip) };
        self.actors.chain(&mut call.actors, MOST_ACTORS, actor)
    }

    #[inline(always)]
    fn share_stamps(&mut self, call: &mut Call, stamps: Stamps) -> Chained {
        if stamps == Stamps::default() {
            return Chained::Number(0);
        }
        match self.stamps.find(call.stamps, MOST_STAMPS, |known| *known == stamps) {
            Some(number) => Chained::Number(number),
            None => self.stamps.chain(&mut call.stamps, MOST_STAMPS, stamps),
        }
    }

    /// Memory that it takes up, in bytes.
    pub(in crate::calls) fn bytes(&self) -> usize {
        let lists = [
            self.calls.bytes(),
            self.entries.bytes(),
            self.more.bytes(),
            self.captures.bytes(),
            self.record_problems.bytes(),
            self.actors.bytes(),
            self.facts.bytes(),
            self.stamps.bytes(),
            self.problems.bytes(),
        ];
        // A place of the index is a number and a byte; while it grows, the old one is still there.
        let index = self.index.capacity() * (size_of::<u32>() + 1) * 3 / 2;
        lists.iter().sum::<usize>() + index + self.ids.bytes() + self.texts.bytes()
    }
}
