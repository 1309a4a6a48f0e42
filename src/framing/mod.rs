//! Bytes → records: where each record of a log begins and ends, and what lies between them.
//!
//! Comes in: a window of a source's bytes, given again from where the last call stopped. Goes out: [`Frame`]s,
//! whose pieces tile the input: every byte is in exactly one record, blank range or skipped range. Must not:
//! do I/O, know what a callback is, or judge (it notes flaws, the rules turn them into findings).
//!
//! A decision never depends on how much of the input happened to be in the window, only on the input, so that
//! any cut of a log gives the same records.

mod body;
mod chunked;
mod detect;
mod extent;
mod http;
mod jsonl;
mod request;

pub use chunked::{ChunkedBody, decode_chunked, place_in_chunks};
pub use detect::{Format, detect};
pub use request::{
    ContentLengthFlaw, Flaw, FlawKind, HeaderFlaw, Request, RequestLine, Span, TransferEncodingFlaw,
    UnlistedFlaws, is_token, parse_request_line, request_line_like,
};

/// A byte range of one source, with the line it begins on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// Offset of the first byte in the source.
    pub offset: u64,
    /// Length in bytes.
    pub length: u64,
    /// Line of the first byte, from 1.
    pub line: u64,
    /// Its column in that line, from 1, in characters.
    pub column: u64,
}

/// Why a range was skipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SkipReason {
    /// A record longer than the limit, in bytes.
    TooLong(usize),
    /// It belongs to no request, and its first line looks like a request line but is none.
    RequestLine,
    /// It belongs to no request.
    Unreadable,
    /// A request that breaks off: another one begins inside of its header section.
    Interrupted,
}

/// A skipped range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skip {
    /// Where it lies; it can begin before the frame's data.
    pub reach: Reach,
    /// Why it was skipped.
    pub reason: SkipReason,
    /// Its first line, at most [`Skip::EXCERPT`] bytes of it, for reports.
    pub excerpt: Vec<u8>,
}

impl Skip {
    /// How much of a skipped range is kept for reports, in bytes.
    pub const EXCERPT: usize = 400;
}

/// What a piece is. Indexes are into the frame's lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PieceKind {
    /// One line of a JSON Lines log, its line end included.
    Line,
    /// One HTTP request.
    Request(usize),
    /// White space between records, or a byte order mark.
    Blank,
    /// A skipped range that ends here.
    Skipped(usize),
}

/// A piece of the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// What it is.
    pub kind: PieceKind,
    /// Its first byte, as an index into the frame's data; 0 for a skipped range that began earlier.
    pub start: usize,
    /// One past its last byte, likewise.
    pub end: usize,
    /// Line of its first byte, from 1, in the source.
    pub line: u64,
}

/// What one call of [`Framer::frame`] found.
#[derive(Debug, Default)]
pub struct Frame {
    /// The pieces, in input order.
    pub pieces: Vec<Piece>,
    /// The requests among them.
    pub requests: Vec<Request>,
    /// The skipped ranges that end among them.
    pub skips: Vec<Skip>,
    /// Number of the first record among them, from 1.
    pub first_record: u64,
    /// Offset in the source of the data's first byte.
    pub offset: u64,
}

impl Frame {
    /// Empties it, keeping its memory.
    pub fn clear(&mut self) {
        self.pieces.clear();
        self.requests.clear();
        self.skips.clear();
    }
}

/// Where the framer stands in its source.
#[derive(Clone, Copy, Debug)]
struct Cursor {
    /// Offset of the next byte.
    offset: u64,
    /// Its line, from 1.
    line: u64,
    /// Its column, from 1, in characters.
    column: u64,
}

impl Cursor {
    /// Passes over one whole line.
    fn advance_line(&mut self, length: usize) {
        self.offset += length as u64;
        self.line += 1;
        self.column = 1;
    }

    fn advance(&mut self, bytes: &[u8]) {
        self.offset += bytes.len() as u64;
        self.line += newlines(bytes);
        self.column = match memchr::memrchr(b'\n', bytes) {
            Some(feed) => characters(&bytes[feed + 1..]) + 1,
            None => self.column + characters(bytes),
        };
    }
}

/// Characters of a text; a byte that is no UTF-8 counts as one where it would begin a character.
pub fn characters(bytes: &[u8]) -> u64 {
    // So few at once that 8 bits hold their number, which lets the compiler count many of them in one instruction.
    let begins = |byte: &u8| u8::from((byte & 0xc0) != 0x80);
    bytes.chunks(255).map(|part| u64::from(part.iter().map(begins).sum::<u8>())).sum()
}

/// Number of line feeds.
pub fn newlines(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}

/// Cuts one source into records.
#[derive(Debug)]
pub struct Framer {
    format: Format,
    /// Longest record, in bytes.
    max_record: usize,
    cursor: Cursor,
    /// Records so far.
    records: u64,
    /// The range that is being skipped, if any.
    skip: Option<Skip>,
    /// True while the skipped range has been left in the middle of a line.
    mid_line: bool,
    /// True while white space that follows no line feed stands right before the cursor.
    indented: bool,
    /// True where only white space stands between the cursor and the body of the last request, so that a request
    /// may begin in the middle of a line.
    after_body: bool,
    /// Header lines that have been looked at.
    known: http::KnownLines,
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
            known: http::KnownLines::default(),
        }
    }

    /// A framer of JSON Lines behind so many bytes, which hold so many lines, each of them a record.
    pub fn behind_lines(bytes: u64, lines: u64, max_record: usize) -> Self {
        let cursor = Cursor { offset: bytes, line: lines + 1, column: 1 };
        Self { cursor, records: lines, ..Self::new(Format::JsonLines, max_record) }
    }

    /// Frames what can be decided of `data`, which begins where the last call stopped; `eof` says that the
    /// source ends with it. Returns how many bytes are done; the rest has to be given again, with more behind
    /// it. At the end of the source everything is done.
    pub fn frame(&mut self, data: &[u8], eof: bool, frame: &mut Frame) -> usize {
        frame.clear();
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
        let done = match self.format {
            Format::JsonLines => self.frame_lines(data, position, eof, frame),
            Format::Http => self.frame_requests(data, position, eof, frame),
        };
        debug_assert_eq!(self.cursor.offset - begin, done as u64, "the cursor follows what is done");
        debug_assert_eq!(self.in_pieces(frame, done), done, "every byte that is done is in one piece");
        debug_assert!(!eof || done == data.len(), "everything is done at the end");
        done
    }

    /// The ledger: how far the pieces of a frame, and the range that is being skipped, tile its data without a gap.
    fn in_pieces(&self, frame: &Frame, done: usize) -> usize {
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

    /// Where the next byte stands: an empty range.
    pub fn reach(&self) -> Reach {
        let Cursor { offset, line, column } = self.cursor;
        Reach { offset, length: 0, line, column }
    }

    /// Adds a blank range, joined with one just before it; returns its end.
    fn blank(&mut self, data: &[u8], start: usize, end: usize, frame: &mut Frame) -> usize {
        if start < end {
            match frame.pieces.last_mut() {
                Some(last) if last.kind == PieceKind::Blank && last.end == start => last.end = end,
                _ => frame.pieces.push(Piece { kind: PieceKind::Blank, start, end, line: self.cursor.line }),
            }
            self.cursor.advance(&data[start..end]);
        }
        end
    }

    /// Adds a record that is one line with its line end; returns its end.
    fn line(&mut self, start: usize, end: usize, frame: &mut Frame) -> usize {
        frame.pieces.push(Piece { kind: PieceKind::Line, start, end, line: self.cursor.line });
        self.records += 1;
        self.cursor.advance_line(end - start);
        end
    }

    /// Adds a record; returns its end.
    fn record(&mut self, kind: PieceKind, data: &[u8], start: usize, end: usize, frame: &mut Frame) -> usize {
        frame.pieces.push(Piece { kind, start, end, line: self.cursor.line });
        self.records += 1;
        self.cursor.advance(&data[start..end]);
        end
    }

    /// Begins to skip at the cursor, which stands on `data[start]`.
    fn begin_skip(&mut self, reason: SkipReason, data: &[u8], start: usize) {
        self.indented = false;
        let rest = &data[start..];
        let excerpt = &rest[..rest.len().min(Skip::EXCERPT).min(self.max_record)];
        let line_end = memchr::memchr(b'\n', excerpt).unwrap_or(excerpt.len());
        let reach = self.reach();
        self.skip = Some(Skip { reach, reason, excerpt: excerpt[..line_end].to_vec() });
    }

    /// Skips `data[start..end]`; returns its end.
    fn skip_bytes(&mut self, data: &[u8], start: usize, end: usize) -> usize {
        self.cursor.advance(&data[start..end]);
        if let Some(skip) = &mut self.skip {
            skip.reach.length += (end - start) as u64;
        }
        end
    }

    /// Ends the skipped range before `data[end]`, if there is one.
    fn end_skip(&mut self, end: usize, frame: &mut Frame) {
        let Some(mut skip) = self.skip.take() else { return };
        if skip.reach.length == 0 {
            return;
        }
        // What begins in the middle of its first line is not skipped.
        skip.excerpt.truncate(usize::try_from(skip.reach.length).unwrap_or(usize::MAX));
        let start = skip.reach.offset.saturating_sub(frame.offset) as usize;
        let kind = PieceKind::Skipped(frame.skips.len());
        frame.pieces.push(Piece { kind, start, end, line: skip.reach.line });
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

/// True for the white space that may stand between records.
fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// Index of the first byte at or after `from` that is no white space, or the length.
fn skip_blanks(data: &[u8], from: usize) -> usize {
    data[from..].iter().position(|byte| !is_blank(*byte)).map_or(data.len(), |index| from + index)
}
