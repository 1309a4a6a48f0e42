//! The pieces that a source is cut into, and their places.
//!
//! Comes in: nothing; framers fill a [`Frame`]. Goes out: ranges of a block, with offset, line and column. Must not:
//! look for records.

use serde::{Deserialize, Serialize};

use super::request::Request;

/// A byte range of one source, with the line it begins on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

/// Something that is reported once for a source: where it stands first, and how often.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Noted {
    /// Where it stands first.
    pub first: Option<Reach>,
    /// How often, or how many bytes.
    pub count: u64,
}

impl Noted {
    /// Counts that many more, the first of them there.
    pub fn note(&mut self, at: Reach, count: usize) {
        self.merge(Self { first: Some(at), count: count as u64 });
    }

    /// Takes it for what is that many lines, and bytes, further on.
    pub fn move_by(&mut self, lines: u64, bytes: u64) {
        if let Some(first) = &mut self.first {
            first.line += lines;
            first.offset += bytes;
        }
    }

    /// Adds what was noted in another part of the source.
    pub fn merge(&mut self, other: Self) {
        let first = [self.first, other.first].into_iter().flatten();
        self.first = first.min_by_key(|first| first.offset);
        self.count += other.count;
    }
}

/// Why a range was skipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SkipReason {
    /// A record longer than the limit, in bytes.
    TooLong(usize),
    /// It is not part of a request, and its first line looks like a request line but is not one.
    RequestLine,
    /// It is not part of a request.
    Unreadable,
    /// A request that breaks off: another one begins inside its header section.
    Interrupted,
}

/// A skipped range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skip {
    /// Where it is; it can begin before the frame's data.
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
    /// A record whose text is not the bytes that it stands in.
    Text(usize),
    /// One more callback of the record before it. It has no bytes of its own.
    Part {
        /// Where that record begins in the frame's data; it ends where this one stands.
        start: usize,
        /// Which of its callbacks this is, from 1.
        nth: usize,
        /// The text that it is a part of, in [`Frame::texts`]; none for the bytes of the data.
        text: Option<usize>,
    },
    /// What is read and passed over: lines of text, responses, members of a document around records.
    Other,
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
    /// Column of its first byte in that line, from 1, in characters.
    pub column: u64,
}

/// The text of a record that was put together: from several lines, from a row of a table, or without marks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordText {
    /// The text.
    pub bytes: Vec<u8>,
    /// True for a row of a table.
    pub is_row: bool,
}

/// What one call of [`Framer::frame`](super::Framer::frame) found.
#[derive(Debug, Default)]
pub struct Frame {
    /// The pieces, in input order.
    pub pieces: Vec<Piece>,
    /// The requests among them.
    pub requests: Vec<Request>,
    /// The skipped ranges that end among them.
    pub skips: Vec<Skip>,
    /// Texts of the records among them whose bytes are not their text.
    pub texts: Vec<RecordText>,
    /// Lines of text that were passed over.
    pub other_lines: Noted,
    /// Bytes before records that are not text: byte order marks, and NUL bytes.
    pub holes: Noted,
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
        self.texts.clear();
        self.other_lines = Noted::default();
        self.holes = Noted::default();
    }
}

/// Where the framer is in its source.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor {
    /// Offset of the next byte.
    pub(super) offset: u64,
    /// Its line, from 1.
    pub(super) line: u64,
    /// Its column, from 1, in characters.
    pub(super) column: u64,
}

impl Cursor {
    /// Passes over one whole line.
    pub(super) fn advance_line(&mut self, length: usize) {
        self.offset += length as u64;
        self.line += 1;
        self.column = 1;
    }

    pub(super) fn advance(&mut self, bytes: &[u8]) {
        self.offset += bytes.len() as u64;
        // Bodies of requests have no line feed, and finding the last one is quicker than counting.
        match memchr::memrchr(b'\n', bytes) {
            Some(feed) => {
                self.line += newlines(&bytes[..=feed]);
                self.column = characters(&bytes[feed + 1..]) + 1;
            }
            None => self.column += characters(bytes),
        }
    }
}

/// Characters of a text; a byte that is not UTF-8 counts as one if it would begin a character.
pub fn characters(bytes: &[u8]) -> u64 {
    // So few at once that 8 bits can count them, which lets the compiler count many of them in one instruction.
    let begins = |byte: &u8| u8::from((byte & 0xc0) != 0x80);
    bytes.chunks(255).map(|part| u64::from(part.iter().map(begins).sum::<u8>())).sum()
}

/// Number of line feeds.
pub fn newlines(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}

/// True for the white space that may be between records.
pub(super) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// Index of the first byte at or after `from` that is not white space, or the length.
pub(super) fn skip_blanks(data: &[u8], from: usize) -> usize {
    data[from..].iter().position(|byte| !is_blank(*byte)).map_or(data.len(), |index| from + index)
}
