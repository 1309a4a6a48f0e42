//! Text that is written later, and waits in a temporary file if it grows long.

use std::ops::Range;

use super::file::{SpillError, SpillFile};

/// Bytes that are kept in memory.
const IN_MEMORY: usize = 4 << 20;
/// Bytes that are read at once.
const PIECE: u64 = 1 << 20;

/// Text that grows at its end.
#[derive(Debug, Default)]
pub struct LongText {
    /// What is not in the file.
    last: Vec<u8>,
    file: SpillFile,
    /// Bytes in the file.
    filed: u64,
    /// Why the file could not be written.
    error: Option<SpillError>,
}

impl LongText {
    /// Its length in bytes.
    pub fn len(&self) -> u64 {
        self.filed + self.last.len() as u64
    }

    /// True for no text.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds what `write` appends to a buffer.
    pub fn add(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        write(&mut self.last);
        if self.last.len() >= IN_MEMORY && self.error.is_none() {
            match self.file.append(&self.last) {
                Ok(_) => self.filed += self.last.len() as u64,
                Err(error) => self.error = Some(error),
            }
            self.last.clear();
        }
    }

    /// Gives ranges of its bytes, in ascending order, to `put`, piece by piece.
    ///
    /// # Errors
    /// Returns an error if they could not be kept, and the first error of `put`.
    pub fn give<E: From<SpillError>>(
        self,
        ranges: &[Range<u64>],
        mut put: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        self.error.map_or(Ok(()), Err)?;
        let mut piece = Vec::new();
        for Range { start, end } in ranges {
            let mut at = *start;
            while at < self.filed.min(*end) {
                let more = PIECE.min(self.filed.min(*end) - at);
                piece.resize(more as usize, 0);
                self.file.read(at, &mut piece)?;
                put(&piece)?;
                at += more;
            }
            let in_memory = |at: u64| at.saturating_sub(self.filed) as usize;
            put(&self.last[in_memory(at)..in_memory(*end).clamp(in_memory(at), self.last.len())])?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_any_length_comes_back() -> Result<(), SpillError> {
        let line = b"0123456789\n".repeat(100_000);
        for lines in [0, 1, 9] {
            let whole = line.repeat(lines);
            for cut in [0, 1.min(whole.len()), whole.len() / 2, whole.len()] {
                let mut text = LongText::default();
                (0..lines).for_each(|_| text.add(|out| out.extend_from_slice(&line)));
                assert_eq!(text.len(), whole.len() as u64);
                let mut back = Vec::new();
                text.give(&[0..cut as u64 / 2, cut as u64 / 2..cut as u64], |piece| {
                    back.extend_from_slice(piece);
                    Ok::<(), SpillError>(())
                })?;
                assert!(back == whole[..cut]);
            }
        }
        Ok(())
    }
}
