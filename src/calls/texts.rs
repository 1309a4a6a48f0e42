//! Texts, each kept once and named by a number.

use std::hash::BuildHasher;

use foldhash::quality::RandomState;
use hashbrown::HashTable;

use super::pool::{NONE, Pool};

/// Names a text of one [`Texts`]; [`TextId::NONE`] names none. Equal texts have equal ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TextId(pub(super) u32);

impl TextId {
    /// No text.
    pub const NONE: TextId = TextId(NONE);

    /// None for [`TextId::NONE`].
    pub fn known(self) -> Option<Self> {
        (self != Self::NONE).then_some(self)
    }
}

/// Bytes in a chunk of text; a longer text gets a chunk of its own.
const CHUNK: usize = 64 * 1024;

#[derive(Clone, Copy, Debug)]
struct Place {
    chunk: u32,
    start: u32,
    length: u32,
}

/// An entry of the index: the hash, kept so that the index can grow without a look at the texts, and the id.
type Entry = (u32, u32);

/// A set of texts. The hash is keyed at random, so that nobody can choose ids that collide.
#[derive(Debug, Default)]
pub struct Texts {
    hasher: RandomState,
    index: HashTable<Entry>,
    places: Pool<Place>,
    chunks: Vec<String>,
}

impl Texts {
    /// The id of a text, which is added if it is new.
    pub fn add(&mut self, text: &str) -> TextId {
        let hash = self.hash(text);
        let (places, chunks) = (&self.places, &self.chunks);
        let same = |(known, id): &Entry| *known == hash && text_at(places, chunks, *id) == text;
        if let Some((_, id)) = self.index.find(spread(hash), same) {
            return TextId(*id);
        }
        let id = self.places.push(store(&mut self.chunks, text));
        self.index.insert_unique(spread(hash), (hash, id), |(hash, _)| spread(*hash));
        TextId(id)
    }

    fn hash(&self, text: &str) -> u32 {
        (self.hasher.hash_one(text) >> 32) as u32
    }

    /// The text; none for [`TextId::NONE`].
    pub fn get(&self, id: TextId) -> Option<&str> {
        id.known().map(|id| text_at(&self.places, &self.chunks, id.0))
    }

    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// True where there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A hash of 64 bits, of which the table uses the upper and the lower ones.
fn spread(hash: u32) -> u64 {
    u64::from(hash).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

fn text_at<'t>(places: &Pool<Place>, chunks: &'t [String], id: u32) -> &'t str {
    let place = places.get(id);
    let start = place.start as usize;
    &chunks[place.chunk as usize][start..start + place.length as usize]
}

fn store(chunks: &mut Vec<String>, text: &str) -> Place {
    let fits = |chunk: &String| chunk.len() + text.len() <= chunk.capacity();
    if !chunks.last().is_some_and(fits) {
        chunks.push(String::with_capacity(CHUNK.max(text.len())));
    }
    let chunk = chunks.len() - 1;
    let start = chunks[chunk].len();
    chunks[chunk].push_str(text);
    Place { chunk: chunk as u32, start: start as u32, length: text.len() as u32 }
}
