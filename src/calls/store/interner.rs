//! Interner, each kept once and named by a number.

use std::hash::BuildHasher;

use foldhash::quality::RandomState;
use hashbrown::HashTable;

use super::chunked_vec::{ChunkedVec, NONE};
use super::text_place::{TextChunks, TextPlace};

/// Names a text of one [`Interner`]; [`TextId::NONE`] names none. Equal texts of one call have
/// equal ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TextId(pub(in crate::calls) u32);

impl TextId {
    /// No text.
    pub const NONE: TextId = TextId(NONE);

    /// None for [`TextId::NONE`].
    pub fn known(self) -> Option<Self> {
        (self != Self::NONE).then_some(self)
    }
}

/// The texts themselves, by number.
#[derive(Debug, Default)]
struct Arena {
    places: ChunkedVec<TextPlace>,
    chunks: TextChunks,
}

impl Arena {
    fn get(&self, id: u32) -> &str {
        self.chunks.get(self.places.get(id))
    }

    /// True if that is the text; cheaper than to compare with what [`Arena::get`] gives.
    #[inline]
    fn is(&self, id: u32, text: &str) -> bool {
        self.chunks.is(self.places.get(id), text)
    }

    fn push(&mut self, text: &str) -> u32 {
        let place = TextPlace::of_short(text).unwrap_or_else(|| self.chunks.push(text));
        self.places.push(place)
    }
}

/// A set of texts. The hash is keyed at random, so that an attacker cannot choose ids that collide.
#[derive(Debug, Default)]
pub struct Interner {
    hasher: RandomState,
    index: HashTable<u32>,
    arena: Arena,
    /// Interner that are not in the index.
    loose: Arena,
}

/// Marks the ids of texts that are not in the index.
const LOOSE: u32 = 1 << 31;

impl Interner {
    /// The id of a text, which is added if it is new.
    pub fn add(&mut self, text: &str) -> TextId {
        let hash = self.hasher.hash_one(text);
        let arena = &self.arena;
        if let Some(id) = self.index.find(hash, |id| arena.is(*id, text)) {
            return TextId(*id);
        }
        let id = self.arena.push(text);
        if self.index.len() == self.index.capacity() {
            self.grow();
        }
        let (arena, hasher) = (&self.arena, &self.hasher);
        self.index.insert_unique(hash, id, |id| hasher.hash_one(arena.get(*id)));
        TextId(id)
    }

    /// Keeps a text without looking whether it is known, under an id of its own. That costs no place in the index,
    /// which makes it right for texts that hardly ever come twice.
    pub(in crate::calls) fn keep(&mut self, text: &str) -> TextId {
        TextId(self.loose.push(text) | LOOSE)
    }

    /// Makes room in the index. The texts are hashed again in the order in which they are in memory: keeping every
    /// hash would cost memory, and the index's own order a cache miss for each.
    fn grow(&mut self) {
        let known = self.index.len() as u32;
        let mut index = HashTable::with_capacity(self.index.len() * 2 + 4);
        for id in 0..known {
            let hash = |id| self.hasher.hash_one(self.arena.get(id));
            index.insert_unique(hash(id), id, |id| hash(*id));
        }
        self.index = index;
    }

    /// The text; none for [`TextId::NONE`].
    pub fn get(&self, id: TextId) -> Option<&str> {
        let TextId(id) = id.known()?;
        Some(if id & LOOSE == 0 { self.arena.get(id) } else { self.loose.get(id & !LOOSE) })
    }

    /// True if that is the text, or both are none.
    pub(in crate::calls) fn is(&self, id: TextId, text: Option<&str>) -> bool {
        let (Some(TextId(id)), Some(text)) = (id.known(), text) else {
            return id == TextId::NONE && text.is_none();
        };
        if id & LOOSE == 0 { self.arena.is(id, text) } else { self.loose.is(id & !LOOSE, text) }
    }

    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.arena.places.len()
    }

    /// Memory that they take up, in bytes.
    pub(in crate::calls) fn bytes(&self) -> usize {
        // A place of the index is a number and a byte; while it grows, the old one is still there.
        let index = self.index.capacity() * (size_of::<u32>() + 1) * 3 / 2;
        let arena = |arena: &Arena| arena.chunks.bytes() + arena.places.bytes();
        index + arena(&self.arena) + arena(&self.loose)
    }

    /// True if it holds no text.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calls::store::text_place::{CHUNK, LONG};

    #[test]
    fn texts_of_any_length_come_back_and_equal_ones_are_one() {
        let lengths = [0, 1, 7, 8, 36, LONG - 1, LONG, CHUNK - 1, CHUNK, 3 * CHUNK];
        let texts: Vec<String> =
            (0..4000).map(|number: usize| format!("{number}-").repeat(1 + number % 40)).collect();
        let all: Vec<String> = lengths.iter().map(|length| "é".repeat(*length)).chain(texts).collect();
        let mut known = Interner::default();
        let ids: Vec<TextId> = all.iter().map(|text| known.add(text)).collect();
        for (text, id) in all.iter().zip(&ids) {
            assert_eq!(known.get(*id), Some(text.as_str()));
            assert_eq!(known.add(text), *id);
        }
        assert_eq!(known.len(), all.len());
        assert_eq!(known.get(TextId::NONE), None);
    }

    /// Ids that collide under one key do not under another, and the key of a run is not known outside it.
    #[test]
    fn no_two_sets_hash_alike() {
        let first = Interner::default();
        let others: Vec<Interner> = (0..32).map(|_| Interner::default()).collect();
        for text in ["", "a", "a user's id", &"long".repeat(500)] {
            let hash = |texts: &Interner| texts.hasher.hash_one(text);
            let alike = others.iter().filter(|other| hash(other) == hash(&first)).count();
            assert_eq!(alike, 0, "{text}");
        }
    }
}
