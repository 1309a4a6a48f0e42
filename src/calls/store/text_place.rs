//! Texts in 16 bytes: a short one itself, a UUID packed, any other as the place where it is.
//!
//! Comes in: texts. Goes out: their places, and from these the texts. Must not: look whether a text is known.

use std::borrow::Cow;
use std::hash::BuildHasher;
use std::ops::Range;

use foldhash::quality::RandomState;

use super::packed_uuid::{UUID, pack, unpack};

/// Bytes in a chunk of texts, so that 16 bits are enough for where a text begins in it.
pub(in crate::calls) const CHUNK: usize = 1 << 16;
/// A text of this length or more gets a chunk of its own, in bytes.
pub(in crate::calls) const LONG: usize = 1 << 12;

/// A short text itself, or where a longer one is: 16 bytes, which are all that a short text takes up besides its place in
/// the index, so that one is compared without a second look into memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::calls) struct TextPlace([u8; 16]);

/// Most bytes of a text that stands in its place; the last byte of the place is their number.
const SHORT: usize = 15;
/// The last byte of the place of any other text but a packed UUID: chunk, beginning and length come first.
const ELSEWHERE: u8 = u8::MAX;

impl TextPlace {
    /// That of a short text; none for a longer one.
    #[inline]
    pub(in crate::calls) fn of_short(text: &str) -> Option<Self> {
        let mut place = [0; 16];
        place.get_mut(..text.len()).filter(|room| room.len() <= SHORT)?.copy_from_slice(text.as_bytes());
        place[SHORT] = text.len() as u8;
        Some(Self(place))
    }

    /// That of a short text or of a UUID, which is packed; none for any other.
    #[inline]
    pub(in crate::calls) fn of_id(text: &str) -> Option<Self> {
        if text.len() == UUID { pack(text).map(Self) } else { Self::of_short(text) }
    }

    /// The place as a number, unless the text is elsewhere.
    fn number(self) -> Option<u128> {
        (self.0[SHORT] != ELSEWHERE).then(|| u128::from_le_bytes(self.0))
    }

    /// The UUID, if it is one.
    fn uuid(&self) -> Option<String> {
        (SHORT + 1..usize::from(ELSEWHERE)).contains(&usize::from(self.0[SHORT])).then(|| unpack(self.0))
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

/// An id with its place, if that holds all of it, and its hash.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::calls) struct HashedId {
    pub packed: Option<TextPlace>,
    pub hash: u64,
}

impl HashedId {
    /// That of an id, whose hash is one of `hasher`.
    #[inline]
    pub(in crate::calls) fn new(hasher: &RandomState, id: &str) -> Self {
        let packed = TextPlace::of_id(id);
        let hash = match packed.and_then(TextPlace::number) {
            Some(number) => hasher.hash_one(number),
            None => hasher.hash_one(id),
        };
        Self { packed, hash }
    }
}

/// The texts that are too long for their places, one after another in chunks.
#[derive(Debug, Default)]
pub(in crate::calls) struct TextChunks {
    chunks: Vec<String>,
    /// The chunk that texts go to.
    open: Option<u32>,
    /// Memory of the chunks, in bytes.
    bytes: usize,
}

impl TextChunks {
    /// The text at a place, which does not hold a UUID.
    pub(in crate::calls) fn get<'t>(&'t self, place: &'t TextPlace) -> &'t str {
        place.short().unwrap_or_else(|| {
            let (chunk, range) = self.elsewhere(*place);
            &chunk[range]
        })
    }

    /// The id at a place.
    pub(in crate::calls) fn id<'t>(&'t self, place: &'t TextPlace) -> Cow<'t, str> {
        place.uuid().map_or_else(|| Cow::Borrowed(self.get(place)), Cow::Owned)
    }

    /// The hash of the id at a place, as [`HashedId::new`] gives it.
    pub(in crate::calls) fn hash(&self, hasher: &RandomState, place: &TextPlace) -> u64 {
        match place.number() {
            Some(number) => hasher.hash_one(number),
            None => hasher.hash_one(self.get(place)),
        }
    }

    /// True if that is the text; cheaper than to compare with what [`TextChunks::get`] gives.
    #[inline]
    pub(in crate::calls) fn is(&self, place: &TextPlace, text: &str) -> bool {
        if text.len() <= SHORT {
            return usize::from(place.0[SHORT]) == text.len() && place.0[..text.len()] == *text.as_bytes();
        }
        if place.0[SHORT] != ELSEWHERE {
            return false;
        }
        let (chunk, range) = self.elsewhere(*place);
        range.len() == text.len() && chunk.as_bytes()[range] == *text.as_bytes()
    }

    /// True if that is the id, whose own place is `packed` if it has one.
    #[inline]
    pub(in crate::calls) fn is_id(&self, place: &TextPlace, packed: Option<TextPlace>, id: &str) -> bool {
        packed.map_or_else(|| self.is(place, id), |packed| packed == *place)
    }

    fn elsewhere(&self, place: TextPlace) -> (&str, Range<usize>) {
        let (chunk, start, length) = place.parts();
        let chunk = &self.chunks[chunk];
        let length = if length == LONG { chunk.len() } else { length };
        (chunk, start..start + length)
    }

    /// Keeps a text.
    pub(in crate::calls) fn push(&mut self, text: &str) -> TextPlace {
        if text.len() >= LONG {
            self.bytes += text.len();
            self.chunks.push(text.to_owned());
            return TextPlace::elsewhere(self.chunks.len() as u32 - 1, 0, LONG as u16);
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
        TextPlace::elsewhere(chunk, start, text.len() as u16)
    }

    /// Memory that they take up, in bytes.
    pub(in crate::calls) fn bytes(&self) -> usize {
        self.bytes
    }
}
