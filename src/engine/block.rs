//! Whole records of one source, as they were cut: what every pass works on.
//!
//! Comes in: bytes and their frame, from the cutter. Goes out: records, with their places in the source. Must not: read, or
//! judge.

use std::sync::Arc;

use crate::decode::{DecodeOptions, FullRecord, Scratch, Shape, read_full, read_part};
use crate::framing::{Frame, Framer, Piece, PieceKind, Reach, Request};
use crate::source::{Encoding, Named};

use super::stored::StoredOffsets;

/// Whole records of one source.
#[derive(Debug, Default)]
pub struct Block {
    /// The source.
    pub source: usize,
    /// Memory for its bytes, which is never given back or cleared, and how much of it they fill.
    pub(super) buffer: Vec<u8>,
    pub(super) filled: usize,
    /// What they are.
    pub frame: Frame,
    /// How its records are read.
    pub(super) decode: Arc<DecodeOptions>,
    /// Set on a block that ends where the compressed data of its source is damaged: what is wrong, and where that is.
    /// What is whole after it follows as further blocks.
    pub damage: Option<(String, Reach)>,
    /// Set on the first block of a source that is known not to be a log, or not to look like one. The bytes of one that
    /// is not text are passed over.
    pub identified: Option<&'static Named>,
    /// Where its bytes stand in the source as it is stored.
    pub(super) stored: StoredOffsets,
}

impl Block {
    /// Whole lines, which come after those that `framer` has framed already.
    pub fn of_lines(lines: Vec<u8>, source: usize, framer: &mut Framer) -> Self {
        let mut block = Self { source, filled: lines.len(), buffer: lines, ..Self::default() };
        block.filled = framer.frame(&block.buffer, false, &mut block.frame);
        block
    }

    /// Its bytes.
    pub fn data(&self) -> &[u8] {
        &self.buffer[..self.filled]
    }

    /// How its source is stored: text that is not UTF-8 was transcoded.
    pub fn encoding(&self) -> Encoding {
        self.stored.encoding()
    }

    /// Where a byte of its data stands in the source as it is stored.
    pub fn stored_offset(&self, index: usize) -> u64 {
        self.stored.offset(self.data(), self.frame.offset, index)
    }

    /// Where a record stands.
    pub(super) fn reach(&self, record: &Piece) -> Reach {
        let (offset, length) = (self.stored_offset(record.start), (record.end - record.start) as u64);
        Reach { offset, length, line: record.line, column: record.column }
    }

    /// How its records are read.
    pub(super) fn decode_options(&self) -> &DecodeOptions {
        &self.decode
    }

    /// How many bytes a piece takes up in the source as it is stored.
    pub fn stored_length(&self, piece: &Piece) -> u64 {
        self.stored_offset(piece.end) - self.stored_offset(piece.start)
    }

    /// Reads the record that a piece is; `None` for any other piece.
    pub fn read<'b>(&'b self, piece: &Piece, scratch: &'b mut Scratch) -> Option<FullRecord<'b>> {
        scratch.read_by(&self.decode);
        let (bytes, request) = self.record(piece)?;
        let mut record = match piece.kind {
            PieceKind::Part { nth, .. } => read_part(bytes, nth, scratch),
            _ => read_full(bytes, request, scratch),
        };
        if let PieceKind::Text(index) | PieceKind::Part { text: Some(index), .. } = piece.kind
            && self.frame.texts.get(index).is_some_and(|text| text.is_row)
        {
            record.opened.shape = Shape::Row;
        }
        Some(record)
    }

    /// The text of the record that a piece is, and what framing found out about it, for HTTP.
    pub fn record(&self, piece: &Piece) -> Option<(&[u8], Option<&Request>)> {
        let bytes = &self.data()[piece.start..piece.end];
        match piece.kind {
            PieceKind::Line => Some((bytes, None)),
            PieceKind::Request(index) => {
                let request = self.frame.requests.get(index)?;
                let text = request.text.and_then(|text| self.frame.texts.get(text));
                Some((text.map_or(bytes, |text| &text.bytes), Some(request)))
            }
            PieceKind::Text(index) | PieceKind::Part { text: Some(index), .. } => {
                Some((&self.frame.texts.get(index)?.bytes, None))
            }
            PieceKind::Part { start, .. } => Some((&self.data()[start..piece.end], None)),
            PieceKind::Blank | PieceKind::Skipped(_) | PieceKind::Other => None,
        }
    }

    /// The same if it is UTF-8.
    pub(super) fn text(&self, piece: &Piece) -> Option<&str> {
        std::str::from_utf8(self.record(piece)?.0).ok()
    }

    /// True for a record whose text is not the bytes that it stands in.
    pub fn is_rewritten(&self, piece: &Piece) -> bool {
        match piece.kind {
            PieceKind::Text(_) | PieceKind::Part { text: Some(_), .. } => true,
            PieceKind::Request(index) => {
                self.frame.requests.get(index).is_some_and(|request| request.text.is_some())
            }
            _ => false,
        }
    }

    /// Starts it again with these bytes.
    pub(super) fn begin(&mut self, bytes: &[u8]) {
        self.filled = 0;
        self.room(bytes.len()).copy_from_slice(bytes);
        self.filled = bytes.len();
    }

    /// Memory for that many bytes after those that are there.
    pub(super) fn room(&mut self, length: usize) -> &mut [u8] {
        let end = self.filled + length;
        if self.buffer.len() < end {
            self.buffer.resize(end, 0);
        }
        &mut self.buffer[self.filled..end]
    }
}
