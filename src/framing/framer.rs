//! Cuts one source into records, block by block.
//!
//! Comes in: the bytes of a source, in order. Goes out: a [`Frame`] of each block. Must not: do I/O, or know callbacks.
//! How the records of a format are found is in its own file.

use std::sync::Arc;

use super::closings::Closings;
use super::contents::{Contents, NextMarks};
use super::format::Format;
use super::frame::{Cursor, Frame, Piece, PieceKind, Reach, Skip, SkipReason};
use super::known_lines::KnownLines;
use super::pending::Pending;
use super::table::TableHeader;

/// Cuts one source into records.
#[derive(Clone, Debug)]
pub struct Framer {
    pub(super) format: Format,
    /// Longest record, in bytes.
    pub(super) max_record: usize,
    pub(super) cursor: Cursor,
    /// Records so far.
    pub(super) records: u64,
    /// The range that is being skipped, if any.
    pub(super) skip: Option<Skip>,
    /// True while the skipped range has been left in the middle of a line.
    pub(super) mid_line: bool,
    /// True while white space that follows no line feed is right before the cursor.
    pub(super) indented: bool,
    /// True if only white space is between the cursor and the body of the last request, so that a request
    /// may begin in the middle of a line.
    pub(super) after_body: bool,
    /// Header lines that have already been read.
    pub(super) known: KnownLines,
    /// What bodies were searched for.
    pub(super) closings: Closings,
    /// The bytes that close the brackets that are open around the elements of a document; empty outside of one.
    pub(super) open: Vec<u8>,
    /// True after a value, where a closing bracket or a comma means nothing.
    pub(super) follows_value: bool,
    /// Pieces of lines that are not complete.
    pub(super) pending: Pending,
    /// The table whose rows are framed, once its header is known.
    pub(super) table: Option<Arc<TableHeader>>,
    /// Where marks come next in the data that is framed.
    pub(super) marks: NextMarks,
    /// Knows what units of the input hold.
    pub(super) contents: Option<Arc<dyn Contents>>,
}

impl Framer {
    /// A framer at the start of a source; `max_record` in bytes.
    pub fn new(format: Format, max_record: usize) -> Self {
        Self {
            format,
            max_record,
            cursor: Cursor { offset: 0, line: 1, column: 1 },
            records: 0,
            skip: None,
            mid_line: false,
            indented: false,
            after_body: false,
            known: KnownLines::default(),
            closings: Closings::default(),
            open: Vec::new(),
            follows_value: false,
            pending: Pending::new(),
            table: None,
            marks: NextMarks::default(),
            contents: None,
        }
    }

    /// The same, which asks what units of the input hold.
    pub fn asking(self, contents: Arc<dyn Contents>) -> Self {
        Self { contents: Some(contents), ..self }
    }

    /// A framer that goes on after damage, where nothing of what came before is still open.
    #[must_use]
    pub fn renewed(self) -> Self {
        let Self { cursor, records, contents, .. } = self;
        Self { cursor, records, contents, ..Self::new(self.format, self.max_record) }
    }

    /// A framer that starts at that offset of its source, where a line begins; lines and records are counted from there.
    pub fn starting_at(format: Format, offset: u64, max_record: usize) -> Self {
        let cursor = Cursor { offset, line: 1, column: 1 };
        Self { cursor, ..Self::new(format, max_record) }
    }

    /// The same, with that many lines before it.
    #[must_use]
    pub fn behind(mut self, lines: u64) -> Self {
        self.cursor.line += lines;
        self
    }

    /// How many records there have been.
    pub fn records(&self) -> u64 {
        self.records
    }

    /// A framer of JSON Lines that starts after that many bytes, which contain that many lines, each of them a record.
    pub fn behind_lines(bytes: u64, lines: u64, max_record: usize) -> Self {
        let cursor = Cursor { offset: bytes, line: lines + 1, column: 1 };
        Self { cursor, records: lines, ..Self::new(Format::JsonLines, max_record) }
    }

    /// Frames what can be decided of `data`, which begins where the last call stopped; `eof` says that the
    /// source ends with it. Returns how many bytes are done; the rest has to be given again, with more after
    /// it. At the end of the source everything is done.
    pub fn frame(&mut self, data: &[u8], eof: bool, frame: &mut Frame) -> usize {
        frame.clear();
        self.marks = NextMarks::default();
        frame.first_record = self.records + 1;
        frame.offset = self.cursor.offset;
        let begin = self.cursor.offset;
        let mut position = 0;
        if begin == 0 && self.skip.is_none() {
            match byte_order_mark(data, eof) {
                None => return 0,
                Some(length) => position = self.blank(data, 0, length, frame),
            }
        }
        let mut done = position;
        loop {
            let format = self.format;
            done = match format {
                Format::JsonLines => self.frame_lines(data, done, eof, frame),
                Format::Http => self.frame_requests(data, done, eof, frame),
                Format::Table => self.frame_rows(data, done, eof, frame),
            };
            if self.format == format {
                break;
            }
        }
        debug_assert_eq!(self.cursor.offset - begin, done as u64, "the cursor follows what is done");
        debug_assert_eq!(self.in_pieces(frame, done), done, "every byte that is done is in one piece");
        debug_assert!(!eof || done == data.len(), "everything is done at the end");
        done
    }

    /// Passes over all bytes of a source that is not a log.
    pub fn pass_over(&mut self, data: &[u8], frame: &mut Frame) -> usize {
        frame.clear();
        frame.first_record = self.records + 1;
        frame.offset = self.cursor.offset;
        self.other(data, 0, data.len(), frame)
    }

    /// The ledger: how far the pieces of a frame, and the range that is being skipped, tile its data without a gap.
    pub(super) fn in_pieces(&self, frame: &Frame, done: usize) -> usize {
        let mut at = 0;
        for piece in &frame.pieces {
            if piece.start != at {
                return at;
            }
            at = piece.end;
        }
        match &self.skip {
            Some(skip) if skip.reach.offset.saturating_sub(frame.offset) as usize == at => done,
            _ => at,
        }
    }

    /// Where the next byte is: an empty range.
    pub fn reach(&self) -> Reach {
        let Cursor { offset, line, column } = self.cursor;
        Reach { offset, length: 0, line, column }
    }

    /// A piece that begins at the cursor.
    fn piece(&self, kind: PieceKind, start: usize, end: usize) -> Piece {
        let Cursor { line, column, .. } = self.cursor;
        Piece { kind, start, end, line, column }
    }

    /// Adds a blank range, joined with one just before it; returns its end.
    pub(super) fn blank(&mut self, data: &[u8], start: usize, end: usize, frame: &mut Frame) -> usize {
        if start < end {
            match frame.pieces.last_mut() {
                Some(last) if last.kind == PieceKind::Blank && last.end == start => last.end = end,
                _ => frame.pieces.push(self.piece(PieceKind::Blank, start, end)),
            }
            self.cursor.advance(&data[start..end]);
        }
        end
    }

    /// Adds a record that is one line with its line end; returns its end.
    pub(super) fn line(&mut self, start: usize, end: usize, frame: &mut Frame) -> usize {
        frame.pieces.push(self.piece(PieceKind::Line, start, end));
        self.records += 1;
        self.cursor.advance_line(end - start);
        end
    }

    /// Adds a record; returns its end.
    pub(super) fn record(
        &mut self,
        kind: PieceKind,
        data: &[u8],
        start: usize,
        end: usize,
        frame: &mut Frame,
    ) -> usize {
        frame.pieces.push(self.piece(kind, start, end));
        self.records += 1;
        self.cursor.advance(&data[start..end]);
        end
    }

    /// Adds one more callback of the last record, which stands before `end`. Its place is that of the record.
    pub(super) fn part(&mut self, start: usize, nth: usize, end: usize, frame: &mut Frame) {
        let text = match frame.pieces.last().map(|piece| piece.kind) {
            Some(PieceKind::Text(index)) => Some(index),
            Some(PieceKind::Request(index)) => frame.requests.get(index).and_then(|request| request.text),
            Some(PieceKind::Part { text, .. }) => text,
            _ => None,
        };
        let kind = PieceKind::Part { start, nth, text };
        let piece = self.piece(kind, end, end);
        let of_record = frame.pieces.last().map_or((piece.line, piece.column), |it| (it.line, it.column));
        frame.pieces.push(Piece { line: of_record.0, column: of_record.1, ..piece });
        self.records += 1;
    }

    /// Adds the callbacks after the first of the record that was added last; `text` is the part of it that holds them.
    pub(super) fn further_parts(&mut self, text: &[u8], start: usize, end: usize, frame: &mut Frame) {
        let Some(contents) = &self.contents else { return };
        if contents.may_have_parts(text, &(0..text.len()), &mut NextMarks::default()) {
            let count = contents.parts(text).len();
            (1..count).for_each(|nth| self.part(start, nth, end, frame));
        }
    }

    /// Passes over bytes on purpose; returns their end.
    pub(super) fn other(&mut self, data: &[u8], start: usize, end: usize, frame: &mut Frame) -> usize {
        if start < end {
            match frame.pieces.last_mut() {
                Some(last) if last.kind == PieceKind::Other && last.end == start => last.end = end,
                _ => frame.pieces.push(self.piece(PieceKind::Other, start, end)),
            }
            self.cursor.advance(&data[start..end]);
        }
        end
    }

    /// Begins to skip at the cursor, which is on `data[start]`.
    pub(super) fn begin_skip(&mut self, reason: SkipReason, data: &[u8], start: usize) {
        self.indented = false;
        let rest = &data[start..];
        let excerpt = &rest[..rest.len().min(Skip::EXCERPT).min(self.max_record)];
        let line_end = memchr::memchr(b'\n', excerpt).unwrap_or(excerpt.len());
        let reach = self.reach();
        self.skip = Some(Skip { reach, reason, excerpt: excerpt[..line_end].to_vec() });
    }

    /// Skips `data[start..end]`; returns its end.
    pub(super) fn skip_bytes(&mut self, data: &[u8], start: usize, end: usize) -> usize {
        self.cursor.advance(&data[start..end]);
        if let Some(skip) = &mut self.skip {
            skip.reach.length += (end - start) as u64;
        }
        end
    }

    /// Ends the skipped range before `data[end]`, if there is one.
    pub(super) fn end_skip(&mut self, end: usize, frame: &mut Frame) {
        let Some(mut skip) = self.skip.take() else { return };
        if skip.reach.length == 0 {
            return;
        }
        // What begins in the middle of its first line is not skipped.
        skip.excerpt.truncate(usize::try_from(skip.reach.length).unwrap_or(usize::MAX));
        let start = skip.reach.offset.saturating_sub(frame.offset) as usize;
        let kind = PieceKind::Skipped(frame.skips.len());
        let Reach { line, column, .. } = skip.reach;
        frame.pieces.push(Piece { kind, start, end, line, column });
        frame.skips.push(skip);
    }
}

/// Length of the byte order mark at the start of a source; none while that cannot be told.
fn byte_order_mark(data: &[u8], eof: bool) -> Option<usize> {
    const MARK: &[u8] = b"\xef\xbb\xbf";
    if data.starts_with(MARK) {
        return Some(MARK.len());
    }
    if !eof && data.len() < MARK.len() && MARK.starts_with(data) { None } else { Some(0) }
}
