//! A growing list that never moves what it contains: no doubling, no copying, at most one chunk of slack; and chains of
//! items that belong together.

/// Items in a chunk.
const CHUNK: usize = 4096;

/// Marks the end of a chain of indexes, and an absent one.
pub(in crate::calls) const NONE: u32 = u32::MAX;

/// Items by index.
#[derive(Debug)]
pub(in crate::calls) struct ChunkedVec<T> {
    chunks: Vec<Vec<T>>,
}

impl<T> Default for ChunkedVec<T> {
    fn default() -> Self {
        Self { chunks: Vec::new() }
    }
}

impl<T: Copy> ChunkedVec<T> {
    /// Adds an item; returns its index.
    pub(in crate::calls) fn push(&mut self, item: T) -> u32 {
        if self.chunks.last().is_none_or(|chunk| chunk.len() == CHUNK) {
            // The first chunk grows as it fills, so that a small log stays small.
            let capacity = if self.chunks.is_empty() { 0 } else { CHUNK };
            self.chunks.push(Vec::with_capacity(capacity));
        }
        let full = (self.chunks.len() - 1) * CHUNK;
        let mut index = full;
        if let Some(chunk) = self.chunks.last_mut() {
            index += chunk.len();
            chunk.push(item);
        }
        index as u32
    }

    pub(in crate::calls) fn get(&self, index: u32) -> &T {
        &self.chunks[index as usize / CHUNK][index as usize % CHUNK]
    }

    pub(in crate::calls) fn get_mut(&mut self, index: u32) -> &mut T {
        &mut self.chunks[index as usize / CHUNK][index as usize % CHUNK]
    }

    /// Memory that the items take up, in bytes.
    pub(in crate::calls) fn bytes(&self) -> usize {
        let first = self.chunks.first().map_or(0, Vec::capacity);
        (self.chunks.len().saturating_sub(1) * CHUNK + first) * size_of::<T>()
    }

    pub(in crate::calls) fn len(&self) -> usize {
        self.chunks.last().map_or(0, |last| (self.chunks.len() - 1) * CHUNK + last.len())
    }
}

/// A link of a chain that belongs to one call.
#[derive(Clone, Copy, Debug)]
pub(in crate::calls) struct Link<T> {
    pub item: T,
    next: u32,
}

/// Where an item of a chain is.
#[derive(Clone, Copy, Debug)]
pub(in crate::calls) enum Chained {
    /// It is the chain's item of that number, from 1; 0 for none.
    Number(u8),
    /// The chain is full; the item is outside of it, at that index.
    Outside(u32),
}

/// The link of a chain after one that was found.
#[derive(Clone, Copy, Debug)]
pub(in crate::calls) struct ChainCursor {
    /// Its index, or none, and its number.
    index: u32,
    number: u8,
}

impl Default for ChainCursor {
    fn default() -> Self {
        Self { index: NONE, number: 0 }
    }
}

impl<T: Copy> ChunkedVec<Link<T>> {
    /// The number of the fitting item of a chain whose items all differ: the one at the cursor, if that fits. The cursor then
    /// comes after the item.
    #[inline]
    pub(in crate::calls) fn find_after(
        &self,
        cursor: &mut ChainCursor,
        head: u32,
        most: u8,
        fits: impl Fn(&T) -> bool,
    ) -> Option<u8> {
        let ChainCursor { mut index, mut number } = std::mem::take(cursor);
        if index == NONE || !fits(&self.get(index).item) {
            number = self.find(head, most, &fits)?;
            index = self.index(head, Chained::Number(number));
        }
        *cursor = ChainCursor { index: self.get(index).next, number: number + 1 };
        Some(number)
    }

    /// The number of the fitting item of a chain of at most `most` items.
    #[inline(always)]
    pub(in crate::calls) fn find(&self, head: u32, most: u8, fits: impl Fn(&T) -> bool) -> Option<u8> {
        let mut index = head;
        for number in 1..=most {
            if index == NONE {
                return None;
            }
            let link = self.get(index);
            if fits(&link.item) {
                return Some(number);
            }
            index = link.next;
        }
        None
    }

    /// Adds an item at the end of a chain, as long as that has fewer than `most` items, otherwise outside of it: so a
    /// call whose every callback differs costs no more than its length.
    pub(in crate::calls) fn chain(&mut self, head: &mut u32, most: u8, item: T) -> Chained {
        let added = self.push(Link { item, next: NONE });
        if *head == NONE {
            *head = added;
            return Chained::Number(1);
        }
        let mut index = *head;
        for number in 2..=most {
            let link = self.get_mut(index);
            if link.next == NONE {
                link.next = added;
                return Chained::Number(number);
            }
            index = link.next;
        }
        Chained::Outside(added)
    }

    /// The index of an item of a chain, or none.
    pub(in crate::calls) fn index(&self, head: u32, place: Chained) -> u32 {
        match place {
            Chained::Outside(index) => index,
            Chained::Number(0) => NONE,
            Chained::Number(number) => (1..number).fold(head, |index, _| self.get(index).next),
        }
    }

    /// The items of a chain.
    pub(in crate::calls) fn chained(&self, head: u32) -> impl Iterator<Item = T> {
        let mut index = head;
        std::iter::from_fn(move || {
            let link = (index != NONE).then(|| self.get(index))?;
            index = link.next;
            Some(link.item)
        })
    }

    /// The item at an index, or none.
    pub(in crate::calls) fn item(&self, index: u32) -> Option<T> {
        (index != NONE).then(|| self.get(index).item)
    }

    /// The item of that number, from 1; none for 0.
    pub(in crate::calls) fn numbered(&self, head: u32, number: u8) -> Option<T> {
        self.item(self.index(head, Chained::Number(number)))
    }
}
