//! Text that is written later, and waits in a temporary file where it grows long.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

use anyhow::Context;

/// Bytes that are kept in memory.
const IN_MEMORY: usize = 4 << 20;

/// Text that grows at its end.
#[derive(Debug, Default)]
pub(super) struct LongText {
    /// What is not in the file.
    last: Vec<u8>,
    file: Option<File>,
    /// Bytes in the file.
    filed: u64,
    /// Why the file could not be written.
    error: Option<io::Error>,
}

impl LongText {
    /// Its length in bytes.
    pub(super) fn len(&self) -> u64 {
        self.filed + self.last.len() as u64
    }

    /// Adds what `write` appends to a buffer.
    pub(super) fn add(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        write(&mut self.last);
        if self.last.len() >= IN_MEMORY && self.error.is_none() {
            self.error = self.put_away().err();
            self.last.clear();
        }
    }

    fn put_away(&mut self) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(tempfile::tempfile()?),
        };
        file.write_all(&self.last)?;
        self.filed += self.last.len() as u64;
        Ok(())
    }

    /// Gives the first bytes of it to `put`, piece by piece.
    ///
    /// # Errors
    /// Where they could not be kept, and the first error of `put`.
    pub(super) fn give(
        self,
        length: u64,
        mut put: impl FnMut(&[u8]) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        const KEPT: &str = "cannot keep the findings in a temporary file";
        if let Some(error) = self.error {
            return Err(error).context(KEPT);
        }
        let filed = length.min(self.filed);
        if let Some(mut file) = self.file {
            file.seek(SeekFrom::Start(0)).context(KEPT)?;
            let mut piece = vec![0; IN_MEMORY / 4];
            let mut left = filed;
            while left > 0 {
                let most = usize::try_from(left).unwrap_or(usize::MAX).min(piece.len());
                file.read_exact(&mut piece[..most]).context(KEPT)?;
                put(&piece[..most])?;
                left -= most as u64;
            }
        }
        let rest = usize::try_from(length - filed).unwrap_or(usize::MAX);
        put(&self.last[..rest.min(self.last.len())])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_any_length_comes_back() -> anyhow::Result<()> {
        let line = b"0123456789\n".repeat(100_000);
        for lines in [0, 1, 9] {
            let whole = line.repeat(lines);
            for cut in [0, 1, whole.len() / 2, whole.len()] {
                let mut text = LongText::default();
                (0..lines).for_each(|_| text.add(|out| out.extend_from_slice(&line)));
                assert_eq!(text.len(), whole.len() as u64);
                let mut back = Vec::new();
                text.give(cut.min(whole.len()) as u64, |piece| {
                    back.extend_from_slice(piece);
                    Ok(())
                })?;
                assert!(back == whole[..cut.min(whole.len())]);
            }
        }
        Ok(())
    }
}
