//! A split that comes on standard input: bytes, which are read as they come, or lines, which are put into a file so that it
//! can be read like any other.
//!
//! Comes in: the bytes of a split, or its lines with their positions. Goes out: a stream or a temporary file, and the offset
//! of its first byte in the input. Must not: pass over a line that is missing.

use std::io::{BufRead, Read, Seek, SeekFrom, Write};

use anyhow::{Context, bail, ensure};

use crate::framing::{Format, next_boundary};
use crate::shard::Split;

/// A split that is read as it comes.
#[derive(Debug)]
pub(super) struct StreamedSplit {
    /// Offset of its first byte in the input.
    pub(super) begin: u64,
    /// Bytes that have been read of it.
    pub(super) head: Vec<u8>,
}

/// Bytes that are searched at once.
const WINDOW: usize = 64 * 1024;

impl StreamedSplit {
    /// That of a split. Where it is not known whether a record begins at its first byte, what comes before the first line
    /// of `format` is passed over; the first byte is never one, since what is before it is not there.
    ///
    /// # Errors
    /// If it cannot be read.
    pub(super) fn of(
        input: &mut impl BufRead,
        split: &Split,
        format: Option<Format>,
    ) -> anyhow::Result<Self> {
        let mut head = Vec::new();
        let mut fill = |head: &mut Vec<u8>| {
            let read = Read::take(&mut *input, WINDOW as u64).read_to_end(head);
            read.context("cannot read standard input")
        };
        let Some(format) = format else {
            fill(&mut head)?;
            return Ok(Self { begin: split.start, head });
        };
        let mut begin = split.start;
        loop {
            let is_end = fill(&mut head)? == 0;
            if let Some(found) = next_boundary(format, &head, 1) {
                return Ok(Self { begin: begin + found as u64, head: head.split_off(found) });
            }
            // Of a line that is not complete, the line feed before it is kept.
            let seen = match memchr::memrchr(b'\n', &head) {
                _ if is_end => head.len(),
                Some(feed) => feed,
                None => head.len().saturating_sub(1),
            };
            begin += seen as u64;
            head.drain(..seen);
            if is_end || begin >= split.end {
                return Ok(Self { begin, head });
            }
        }
    }

    /// True for what is read from its end: a zip archive.
    pub(super) fn needs_file(&self) -> bool {
        self.head.starts_with(b"PK")
    }
}

/// A split in a file.
#[derive(Debug)]
pub(super) struct SpooledSplit {
    pub(super) file: tempfile::NamedTempFile,
    /// Offset of its first byte in the input; none without bytes.
    pub(super) offset: Option<u64>,
    /// Of lines, how many bytes and line feeds there are.
    pub(super) lines: Option<(u64, u64)>,
}

impl SpooledSplit {
    /// Takes in a stream.
    ///
    /// # Errors
    /// If it cannot be read or kept.
    pub(super) fn of_stream(stream: StreamedSplit, input: &mut impl BufRead) -> anyhow::Result<Self> {
        let mut file = tempfile::NamedTempFile::new().context("cannot make a temporary file")?;
        let (offset, mut all) = (Some(stream.begin), stream.head.chain(input));
        std::io::copy(&mut all, &mut file).context("cannot keep what comes on standard input")?;
        Ok(Self { file, offset, lines: None })
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
        Ok(Self { file, offset, lines: Some((length, feeds)) })
    }
}
