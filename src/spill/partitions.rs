//! Bytes in many parts, each of which is read separately.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::file::{FileRange, SpillError, SpillFile};

/// The least and the most bytes of a part that are written at once.
const LEAST: usize = 512;
const MOST: usize = 32 * 1024;

/// Parts of what does not fit in memory.
#[derive(Debug)]
pub struct Partitions {
    parts: Vec<Mutex<Partition>>,
    file: SpillFile,
    /// Bytes that are written at once.
    chunk: usize,
}

#[derive(Debug, Default)]
struct Partition {
    /// Where what was written is.
    chunks: Vec<FileRange>,
    /// What is not written yet.
    waiting: Vec<u8>,
}

impl Partitions {
    /// That many empty parts, of which about `most` bytes in all may be kept in memory.
    pub fn new(parts: usize, most: usize) -> Self {
        let chunk = (most / parts.max(1)).clamp(LEAST, MOST);
        Self { parts: (0..parts).map(|_| Mutex::default()).collect(), file: SpillFile::default(), chunk }
    }

    /// Appends bytes to a part, from 0. They come back in one piece.
    ///
    /// # Errors
    /// If the temporary file cannot be made or written.
    pub fn put(&self, part: usize, bytes: &[u8]) -> Result<(), SpillError> {
        let mut part = self.part(part);
        if !part.waiting.is_empty() && part.waiting.len() + bytes.len() > self.chunk {
            let range = self.file.append(&part.waiting)?;
            part.chunks.push(range);
            part.waiting.clear();
        }
        part.waiting.extend_from_slice(bytes);
        Ok(())
    }

    /// Shows all bytes of a part, from 0, in the order in which they came, as runs of whole pieces; ends if `see`
    /// says that they are damaged.
    ///
    /// # Errors
    /// If the temporary file cannot be read, or what it contains is damaged.
    pub fn read(&self, part: usize, mut see: impl FnMut(&[u8]) -> bool) -> Result<(), SpillError> {
        let mut bytes = Vec::new();
        let mut next = 0;
        loop {
            let part = self.part(part);
            let Some(FileRange { start, end }) = part.chunks.get(next).copied() else {
                return if see(&part.waiting) { Ok(()) } else { Err(SpillError::damaged()) };
            };
            drop(part);
            bytes.resize((end - start) as usize, 0);
            self.file.read(start, &mut bytes)?;
            if !see(&bytes) {
                return Err(SpillError::damaged());
            }
            next += 1;
        }
    }

    fn part(&self, part: usize) -> MutexGuard<'_, Partition> {
        self.parts[part].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_comes_back_whole() -> Result<(), SpillError> {
        let parts = Partitions::new(3, usize::MAX);
        let piece = |number: usize| vec![number as u8; number * 37 % (2 * MOST)];
        for number in 0..4000 {
            parts.put(number % 2, &piece(number))?;
        }
        for part in 0..3 {
            let (mut seen, mut runs) = (Vec::new(), 0);
            parts.read(part, |bytes| {
                seen.extend_from_slice(bytes);
                runs += 1;
                true
            })?;
            let expected: Vec<u8> = (0..4000).filter(|number| number % 2 == part).flat_map(piece).collect();
            assert!(seen == expected && runs >= 1, "part {part}");
        }
        assert!(parts.read(0, |_| false).is_err());
        Ok(())
    }
}
