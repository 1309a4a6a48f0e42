//! A growing list that never moves what it holds: no doubling, no copying, at most one chunk of slack; and chains of
//! items that belong together.

/// Items in a chunk.
const CHUNK: usize = 4096;

/// Marks the end of a chain of indexes, and an absent one.
pub(super) const NONE: u32 = u32::MAX;

/// Items by index.
#[derive(Debug)]
pub(super) struct Pool<T> {
    chunks: Vec<Vec<T>>,
}

impl<T> Default for Pool<T> {
    fn default() -> Self {
        Self { chunks: Vec::new() }
    }
}

impl<T: Copy> Pool<T> {
    /// Adds an item; returns its index.
    pub(super) fn push(&mut self, item: T) -> u32 {
        if self.chunks.last().is_none_or(|chunk| chunk.len() == CHUNK) {
            self.chunks.push(Vec::with_capacity(CHUNK));
        }
        let full = (self.chunks.len() - 1) * CHUNK;
        let mut index = full;
        if let Some(chunk) = self.chunks.last_mut() {
            index += chunk.len();
            chunk.push(item);
        }
        index as u32
    }

    pub(super) fn get(&self, index: u32) -> &T {
        &self.chunks[index as usize / CHUNK][index as usize % CHUNK]
    }

    pub(super) fn get_mut(&mut self, index: u32) -> &mut T {
        &mut self.chunks[index as usize / CHUNK][index as usize % CHUNK]
    }

    pub(super) fn len(&self) -> usize {
        self.chunks.last().map_or(0, |last| (self.chunks.len() - 1) * CHUNK + last.len())
    }
}

/// A link of a chain that belongs to one call.
#[derive(Clone, Copy, Debug)]
pub(super) struct Link<T> {
    pub item: T,
    next: u32,
}

/// How far a chain is searched for an equal item before another one is added, so that a call whose every
/// callback differs costs no more than its length.
const SEARCH: usize = 8;

impl<T: Copy> Pool<Link<T>> {
    /// The index of a fitting item near the head of a chain.
    pub(super) fn find(&self, head: u32, fits: impl Fn(&T) -> bool) -> Option<u32> {
        let mut index = head;
        for _ in 0..SEARCH {
            if index == NONE {
                return None;
            }
            let link = self.get(index);
            if fits(&link.item) {
                return Some(index);
            }
            index = link.next;
        }
        None
    }

    /// Puts an item at the head of a chain; returns its index.
    pub(super) fn chain(&mut self, head: &mut u32, item: T) -> u32 {
        *head = self.push(Link { item, next: *head });
        *head
    }
}
