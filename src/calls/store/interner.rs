//! Interner, each kept once and named by a number.

use std::hash::BuildHasher;
use std::ops::Range;

use foldhash::quality::RandomState;
use hashbrown::HashTable;

use super::chunked_vec::{ChunkedVec, NONE};

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

/// Bytes in a chunk of texts, so that 16 bits are enough for where a text begins in it.
const CHUNK: usize = 1 << 16;
/// A text of this length or more gets a chunk of its own, in bytes.
const LONG: usize = 1 << 12;

/// A short text itself, or where a longer one is: 16 bytes, which are all that a short text takes up besides its place in
/// the index, so that one is compared without a second look into memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct TextPlace([u8; 16]);

/// Most bytes of a text that stands in its place; the last byte of the place is their number.
const SHORT: usize = 15;
/// The last byte of the place of any other text: chunk, beginning and length come first.
const ELSEWHERE: u8 = u8::MAX;

impl TextPlace {
    /// That of a short text; none for a longer one.
    #[inline]
    fn of_short(text: &str) -> Option<Self> {
        let mut place = [0; 16];
        place.get_mut(..text.len()).filter(|room| room.len() <= SHORT)?.copy_from_slice(text.as_bytes());
        place[SHORT] = text.len() as u8;
        Some(Self(place))
    }

    /// That of a text in a chunk; `length` is [`LONG`] for one that has the chunk for itself.
    fn elsewhere(chunk: u32, start: u16, length: u16) -> Self {
        let mut place = [0; 16];
        place[..4].copy_from_slice(&chunk.to_le_bytes());
        place[4..6].copy_from_slice(&start.to_le_bytes());
        place[6..8].copy_from_slice(&length.to_le_bytes());
        place[SHORT] = ELSEWHERE;
        Self(place)
    }

    /// The text, if it is a short one.
    fn short(&self) -> Option<&str> {
        let text = self.0.get(..usize::from(self.0[SHORT]))?;
        // What was put in was a text.
        Some(std::str::from_utf8(text).unwrap_or_default())
    }

    /// Chunk, beginning and length of any other.
    fn parts(self) -> (usize, usize, usize) {
        let [a, b, c, d, e, f, g, h, ..] = self.0;
        let (chunk, start, length) =
            (u32::from_le_bytes([a, b, c, d]), u16::from_le_bytes([e, f]), u16::from_le_bytes([g, h]));
        (chunk as usize, usize::from(start), usize::from(length))
    }
}

/// The texts themselves, by number.
#[derive(Debug, Default)]
struct Arena {
    places: ChunkedVec<TextPlace>,
    chunks: Vec<String>,
    /// The chunk that short texts go to.
    open: Option<u32>,
    /// Memory of the chunks, in bytes.
    bytes: usize,
}

impl Arena {
    fn get(&self, id: u32) -> &str {
        let place = self.places.get(id);
        place.short().unwrap_or_else(|| {
            let (chunk, range) = self.elsewhere(*place);
            &chunk[range]
        })
    }

    /// True if that is the text; cheaper than to compare with what [`Arena::get`] gives.
    #[inline]
    fn is(&self, id: u32, text: &str) -> bool {
        let place = self.places.get(id);
        if text.len() <= SHORT {
            return usize::from(place.0[SHORT]) == text.len() && place.0[..text.len()] == *text.as_bytes();
        }
        if place.0[SHORT] != ELSEWHERE {
            return false;
        }
        let (chunk, range) = self.elsewhere(*place);
        range.len() == text.len() && chunk.as_bytes()[range] == *text.as_bytes()
    }

    fn elsewhere(&self, place: TextPlace) -> (&str, Range<usize>) {
        let (chunk, start, length) = place.parts();
        let chunk = &self.chunks[chunk];
        let length = if length == LONG { chunk.len() } else { length };
        (chunk, start..start + length)
    }

    fn push(&mut self, text: &str) -> u32 {
        if let Some(place) = TextPlace::of_short(text) {
            return self.places.push(place);
        }
        if text.len() >= LONG {
            self.bytes += text.len();
            self.chunks.push(text.to_owned());
            let chunk = self.chunks.len() as u32 - 1;
            return self.places.push(TextPlace::elsewhere(chunk, 0, LONG as u16));
        }
        // A chunk is never filled to its last byte, so that 16 bits tell its length too.
        let fits = |chunk: &u32| self.chunks[*chunk as usize].len() + text.len() < CHUNK;
        let chunk = self.open.filter(fits).unwrap_or_else(|| {
            self.bytes += CHUNK;
            self.chunks.push(String::with_capacity(CHUNK));
            self.chunks.len() as u32 - 1
        });
        self.open = Some(chunk);
        let open = &mut self.chunks[chunk as usize];
        let start = open.len() as u16;
        open.push_str(text);
        self.places.push(TextPlace::elsewhere(chunk, start, text.len() as u16))
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
    /// No texts; hashes are those of `hasher`.
    pub(in crate::calls) fn new(hasher: RandomState) -> Self {
        Self { hasher, ..Self::default() }
    }

    /// The id of a text, which is added if it is new.
    pub fn add(&mut self, text: &str) -> TextId {
        self.add_hashed(self.hasher.hash_one(text), text)
    }

    /// The same for a text whose hash is known.
    pub(in crate::calls) fn add_hashed(&mut self, hash: u64, text: &str) -> TextId {
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
        let arena = |arena: &Arena| arena.bytes + arena.places.bytes();
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
