//! A split that comes on standard input, put into a file so that it can be read like any other.
//!
//! Comes in: the bytes of a split, or its lines with their positions. Goes out: a temporary file, and the offset of its
//! first byte in the input. Must not: pass over a line that is missing.

use std::io::{BufRead, Seek, SeekFrom, Write};

use anyhow::{Context, bail, ensure};

/// A split in a file.
#[derive(Debug)]
pub(super) struct SpooledSplit {
    pub(super) file: tempfile::NamedTempFile,
    /// Offset of its first byte in the input; none without bytes.
    pub(super) offset: Option<u64>,
    /// Of lines, how many bytes and line feeds there are.
    pub(super) size: (u64, u64),
}

impl SpooledSplit {
    /// Takes in bytes, the first of which stands at an offset.
    ///
    /// # Errors
    /// If they cannot be read or kept.
    pub(super) fn of_bytes(input: &mut impl BufRead, offset: u64) -> anyhow::Result<Self> {
        let mut file = tempfile::NamedTempFile::new().context("cannot make a temporary file")?;
        std::io::copy(input, &mut file).context("cannot keep what comes on standard input")?;
        Ok(Self { file, offset: Some(offset), size: (0, 0) })
    }

    /// Takes in lines, each after its position and a tab: the offset of its first byte in the input. `size` is that of the
    /// input, at whose end a line feed may be missing.
    ///
    /// # Errors
    /// If they cannot be read or kept, or do not follow each other.
    pub(super) fn of_lines(input: &mut impl BufRead, size: u64) -> anyhow::Result<Self> {
        let mut file = tempfile::NamedTempFile::new().context("cannot make a temporary file")?;
        let (mut offset, mut length, mut feeds, mut line, mut number) = (None, 0, 0, Vec::new(), 0_u64);
        loop {
            line.clear();
            if input.read_until(b'\n', &mut line).context("cannot read standard input")? == 0 {
                break;
            }
            number += 1;
            let tab = memchr::memchr(b'\t', &line);
            let position = tab.and_then(|tab| std::str::from_utf8(&line[..tab]).ok()?.parse::<u64>().ok());
            let Some((tab, position)) = tab.zip(position) else {
                bail!("line {number} of standard input does not begin with a position and a tab");
            };
            let begin = *offset.get_or_insert(position);
            ensure!(
                position == begin + length,
                "line {number} of standard input is at {position}, where {} was expected: a line is missing, or the \
                 lines are not in order",
                begin + length
            );
            if line.last() != Some(&b'\n') {
                line.push(b'\n');
            }
            let mut text = &line[tab + 1..];
            if size.checked_add(1) == Some(begin + length + text.len() as u64) {
                text = &text[..text.len() - 1];
            }
            file.write_all(text).context("cannot keep what comes on standard input")?;
            length += text.len() as u64;
            feeds += u64::from(text.ends_with(b"\n"));
        }
        file.seek(SeekFrom::Start(0)).context("cannot keep what comes on standard input")?;
        Ok(Self { file, offset, size: (length, feeds) })
    }
}
