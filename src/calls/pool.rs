//! A growing list that never moves what it holds: no doubling, no copying, at most one chunk of slack.

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
