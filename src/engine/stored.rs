//! Where the bytes of a block stand in its source as it is stored, which differs from where they were read if the text was
//! transcoded.
//!
//! Comes in: the framed bytes of a source, block by block. Goes out: offsets and lengths in the stored source. Must not:
//! change what records there are.

use crate::framing::{Frame, PieceKind};
use crate::source::Encoding;

/// Bytes between two marks.
const BETWEEN_MARKS: usize = 1024;

/// Where the bytes of one block are stored.
#[derive(Debug, Default)]
pub(super) struct StoredOffsets {
    encoding: Encoding,
    /// The offsets of the first byte and of every [`BETWEEN_MARKS`]th; empty if nothing was transcoded.
    marks: Vec<u64>,
}

impl StoredOffsets {
    pub(super) fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// The offset of a byte of the block's data, which was read at `read`.
    pub(super) fn offset(&self, data: &[u8], read: u64, index: usize) -> u64 {
        match self.marks.get(index / BETWEEN_MARKS) {
            Some(mark) => {
                let begin = index / BETWEEN_MARKS * BETWEEN_MARKS;
                mark + self.encoding.stored(&data[begin..index])
            }
            None => read + index as u64,
        }
    }
}

/// Follows the blocks of one source.
#[derive(Debug, Default)]
pub(super) struct StoredSkips {
    /// Bytes before the next block.
    before: u64,
    /// Where the range that is being skipped begins.
    open: Option<u64>,
}

impl StoredSkips {
    /// The offsets of the next block. Its skipped ranges, which can begin in an earlier one, are given theirs.
    pub(super) fn next(&mut self, encoding: Encoding, data: &[u8], frame: &mut Frame) -> StoredOffsets {
        if encoding == Encoding::Utf8 {
            return StoredOffsets::default();
        }
        let mut marks = vec![self.before];
        for part in data.chunks(BETWEEN_MARKS) {
            self.before += encoding.stored(part);
            marks.push(self.before);
        }
        let offsets = StoredOffsets { encoding, marks };
        let offset = |index| offsets.offset(data, 0, index);
        let mut end = 0;
        for piece in &frame.pieces {
            if let PieceKind::Skipped(index) = piece.kind {
                let start = self.open.take().unwrap_or_else(|| offset(piece.start));
                let reach = &mut frame.skips[index].reach;
                (reach.offset, reach.length) = (start, offset(piece.end) - start);
            }
            end = piece.end;
        }
        if end < data.len() && self.open.is_none() {
            self.open = Some(offset(end));
        }
        offsets
    }
}
