//! Bytes that are gathered: bodies as they come, and lines.
//!
//! Large ones are pages of their own. What nothing has been written to yet takes up no memory, and all of it goes back to
//! the system at once, where an allocator would keep it in pieces.

use std::fmt;
use std::io;
use std::ops::Deref;

use memmap2::MmapMut;

/// Bytes from which on pages of their own are worth a system call.
const LARGE: usize = 64 << 10;

/// Bytes that can be added to.
#[derive(Default)]
pub struct Buffer {
    backing: Backing,
    length: usize,
}

enum Backing {
    Heap(Vec<u8>),
    /// Pages that no file is behind, so that nobody can truncate them.
    Pages(MmapMut),
}

impl Default for Backing {
    fn default() -> Self {
        Self::Heap(Vec::new())
    }
}

impl Backing {
    /// Room for that many bytes.
    fn with_capacity(capacity: usize) -> Self {
        // Without pages, the allocator has to do.
        let pages = (capacity >= LARGE).then(|| MmapMut::map_anon(capacity).ok()).flatten();
        pages.map_or_else(|| Self::Heap(Vec::with_capacity(capacity)), Self::Pages)
    }
}

impl Buffer {
    /// An empty one with room for that many bytes.
    pub(super) fn with_capacity(capacity: usize) -> Self {
        Self { backing: Backing::with_capacity(capacity), length: 0 }
    }

    /// How many bytes there is room for.
    pub(super) fn capacity(&self) -> usize {
        match &self.backing {
            Backing::Heap(bytes) => bytes.capacity(),
            Backing::Pages(pages) => pages.len(),
        }
    }

    /// Makes room for that many bytes in all.
    pub(super) fn grow_to(&mut self, capacity: usize) {
        if capacity <= self.capacity() {
            return;
        }
        let mut larger = Self::with_capacity(capacity);
        larger.extend_from_slice(self);
        *self = larger;
    }

    /// Adds bytes.
    pub(super) fn extend_from_slice(&mut self, bytes: &[u8]) {
        let needed = self.length + bytes.len();
        if needed > self.capacity() {
            self.grow_to(needed.max(self.capacity() * 2));
        }
        match &mut self.backing {
            Backing::Heap(heap) => heap.extend_from_slice(bytes),
            Backing::Pages(pages) => pages[self.length..needed].copy_from_slice(bytes),
        }
        self.length = needed;
    }

    /// Adds a byte.
    pub(super) fn push(&mut self, byte: u8) {
        self.extend_from_slice(&[byte]);
    }

    /// The bytes; large ones are copied.
    pub fn into_vec(self) -> Vec<u8> {
        match self.backing {
            Backing::Heap(bytes) => bytes,
            Backing::Pages(_) => self.to_vec(),
        }
    }
}

impl Deref for Buffer {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match &self.backing {
            Backing::Heap(bytes) => bytes,
            Backing::Pages(pages) => &pages[..self.length],
        }
    }
}

impl AsRef<[u8]> for Buffer {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

impl From<Vec<u8>> for Buffer {
    fn from(bytes: Vec<u8>) -> Self {
        Self { length: bytes.len(), backing: Backing::Heap(bytes) }
    }
}

impl io::Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Not the bytes, which are many.
impl fmt::Debug for Buffer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Buffer({} bytes)", self.length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_out_as_they_went_in() {
        for capacity in [0, 10, LARGE, 3 * LARGE] {
            let (mut buffer, mut expected) = (Buffer::with_capacity(capacity), Vec::new());
            assert!(buffer.capacity() >= capacity);
            for number in 0..400_u32 {
                let part = number.to_le_bytes().repeat(number as usize);
                buffer.extend_from_slice(&part);
                buffer.push(7);
                expected.extend_from_slice(&part);
                expected.push(7);
            }
            assert!(*buffer == *expected, "{capacity}");
            assert!(buffer.into_vec() == expected, "{capacity}");
        }
    }
}
