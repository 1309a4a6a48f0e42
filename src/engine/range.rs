//! A range of one source that is read on its own, next to the others.
//!
//! Comes in: the offsets that a plan gives. Goes out: where the records of the range really begin and end. Must not: take a
//! guess for certain: the end is one only where what comes after it is framed alike without what came before.

use std::io;

use serde::{Deserialize, Serialize};

use crate::framing::{Format, Frame, Framer, next_boundary};
use crate::source::Sources;

/// A range of the bytes of one source: the records that begin in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SourceRange {
    /// The first offset, in bytes.
    pub start: u64,
    /// One past the last one.
    pub end: u64,
    /// True if a record is known to begin at `start`; otherwise the first line is searched for at which one may.
    pub is_exact: bool,
}

/// What was read of a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadExtent {
    /// Offset of its first byte, where a record begins.
    pub begin: u64,
    /// One past its last byte.
    pub end: u64,
    /// Line feeds in it.
    pub lines: u64,
    /// Records in it.
    pub records: u64,
}

/// Bytes after the end by which it is judged.
const OVERLAP: usize = 64 * 1024;

/// Bytes that are searched at once.
const WINDOW: usize = 64 * 1024;

/// Places of one block that are tried for the end.
const MOST_TRIED: usize = 64;

/// The first offset at or after `from` at which a record of that format may begin; the length of the source without one.
///
/// # Errors
/// If the source cannot be read.
pub(super) fn first_boundary(sources: &Sources, format: Format, from: u64) -> io::Result<u64> {
    let Some(mut at) = from.checked_sub(1) else { return Ok(0) };
    let mut window = Vec::new();
    loop {
        let filled = window.len();
        window.resize(filled + WINDOW, 0);
        let read = sources.read_at(0, at + filled as u64, &mut window[filled..])?;
        window.truncate(filled + read);
        // A line of an HTTP log is looked at as a whole.
        if let Some(found) = next_boundary(format, &window, 1) {
            return Ok(at + found as u64);
        }
        if read == 0 {
            return Ok(at + window.len() as u64);
        }
        let rest = memchr::memrchr(b'\n', &window).unwrap_or(window.len().saturating_sub(1));
        window.drain(..rest);
        at += rest as u64;
    }
}

/// The end of a range, while it is read.
#[derive(Debug)]
pub(super) struct RangeEnd {
    format: Format,
    /// Where the range begins.
    begin: u64,
    /// From where on the end is searched for.
    from: u64,
    /// What was read, once the end is reached.
    pub(super) reached: Option<ReadExtent>,
}

impl RangeEnd {
    /// The end of a range that begins at `begin`, at or after `end`.
    pub(super) fn new(format: Format, begin: u64, end: u64) -> Self {
        Self { format, begin, from: end.max(begin + 1), reached: None }
    }

    /// Ends the range within `data` if it can: then the framer has framed what is before its end, whose index is returned.
    /// `Err` says that more data is needed.
    pub(super) fn cut(
        &mut self,
        framer: &mut Framer,
        data: &[u8],
        eof: bool,
        frame: &mut Frame,
    ) -> Result<Option<usize>, ()> {
        let offset = framer.reach().offset;
        let reached = offset + data.len() as u64;
        if eof && self.from >= reached {
            return Ok(None);
        }
        if self.from + OVERLAP as u64 > reached && !eof {
            return if self.from < reached { Err(()) } else { Ok(None) };
        }
        let mut from = usize::try_from(self.from.saturating_sub(offset)).unwrap_or(usize::MAX).max(1);
        for _ in 0..MOST_TRIED {
            let Some(at) =
                next_boundary(self.format, data, from).filter(|at| eof || at + OVERLAP <= data.len())
            else {
                break;
            };
            if let Some((first, before)) = framer.cut_at(data, at, eof) {
                (*framer, *frame) = (first, before);
                self.end(framer);
                return Ok(Some(at));
            }
            from = at + 1;
        }
        // None of these lines begins a part of its own, so the range goes on through this block.
        self.from = offset + from.max(data.len() - OVERLAP.min(data.len())) as u64;
        Ok(None)
    }

    /// Ends the range where the framer is.
    pub(super) fn end(&mut self, framer: &Framer) {
        let reach = framer.reach();
        let (begin, end, lines) = (self.begin, reach.offset, reach.line - 1);
        self.reached = Some(ReadExtent { begin, end, lines, records: framer.records() });
    }
}
