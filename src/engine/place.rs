//! Ranges of a record → places with lines and columns, and the text around them.

use std::ops::Range;

use super::block::Block;
use crate::calls::Position;
use crate::decode::FullRecord;
use crate::framing::{Piece, PieceKind, Reach, Skip, characters, newlines};
use crate::rules::{CallHit, Hit};
use crate::source::Encoding;
use crate::spec::{Finding, Folded, Folds, Place, Related};

/// Text around a place, for showing it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snippet {
    /// Whole lines, or windows of long ones.
    pub text: String,
    /// Line of the first of them, from 1.
    pub line: u64,
    /// The place, in bytes of the text.
    pub span: Range<usize>,
    /// True if the first line is cut at its beginning, and the last at its end.
    pub cut: (bool, bool),
}

/// A record's bytes and where they stand.
#[derive(Clone, Copy, Debug)]
pub struct RecordPlace<'a> {
    /// Source and record.
    pub position: Position,
    /// Its bytes.
    pub bytes: &'a [u8],
    /// Offset of the first byte in the source.
    pub offset: u64,
    /// Line of the first byte, from 1.
    pub line: u64,
    /// Its column in that line, from 1, in characters.
    pub column: u64,
    /// How the source is stored, in which offsets and lengths count.
    pub encoding: Encoding,
}

impl<'a> RecordPlace<'a> {
    /// The place of a record in its block.
    pub(super) fn of(block: &'a Block, piece: &Piece, position: Position) -> Self {
        let start = match piece.kind {
            PieceKind::Part { start, .. } => start,
            _ => piece.start,
        };
        let bytes = &block.data()[start..piece.end];
        let (offset, encoding) = (block.stored_offset(start), block.encoding());
        Self { position, bytes, offset, line: piece.line, column: piece.column, encoding }
    }

    /// The offset of a byte of the record in the source.
    pub fn offset_of(&self, at: usize) -> u64 {
        self.offset + self.stored(0..at)
    }

    /// How many bytes a range of the record takes up in the source.
    fn stored(&self, range: Range<usize>) -> u64 {
        match self.encoding {
            Encoding::Utf8 => range.len() as u64,
            encoding => self.bytes.get(range).map_or(0, |bytes| encoding.stored(bytes)),
        }
    }

    /// A range of the record as a place.
    pub fn place(&self, span: &Range<usize>) -> Place {
        Ruler::new(*self).place(span)
    }

    /// The text around a range of the record, which begins on `line` of the source.
    pub fn snippet(&self, span: &Range<usize>, line: u64) -> Snippet {
        snippet(self.bytes, span, line)
    }
}

/// Turns ranges of one record into places. It goes on from the last one, so that ranges in ascending order cost no
/// more than one walk over the record; to go back, it has waypoints.
#[derive(Clone, Debug)]
pub struct Ruler<'a> {
    record: RecordPlace<'a>,
    here: Waypoint,
    /// Places that it has passed, some way apart.
    passed: Vec<Waypoint>,
}

/// A byte of a record, and where that is in the source.
#[derive(Clone, Copy, Debug)]
struct Waypoint {
    at: usize,
    line: u64,
    column: u64,
}

impl Waypoint {
    /// The first byte of a record.
    fn first(record: &RecordPlace<'_>) -> Self {
        Self { at: 0, line: record.line, column: record.column }
    }
}

/// Bytes between two waypoints.
const BETWEEN_WAYPOINTS: usize = 4096;

impl<'a> Ruler<'a> {
    /// At the beginning of a record.
    pub fn new(record: RecordPlace<'a>) -> Self {
        Self { record, here: Waypoint::first(&record), passed: Vec::new() }
    }

    fn walk(&mut self, to: usize) {
        let passed = &self.record.bytes[self.here.at..to];
        self.here.line += newlines(passed);
        self.here.column = match memchr::memrchr(b'\n', passed) {
            Some(feed) => characters(&passed[feed + 1..]) + 1,
            None => self.here.column + characters(passed),
        };
        self.here.at = to;
    }

    /// A range of the record as a place.
    pub fn place(&mut self, span: &Range<usize>) -> Place {
        let start = span.start.min(self.record.bytes.len());
        if start < self.here.at {
            let before = self.passed.partition_point(|mark| mark.at <= start).checked_sub(1);
            let begin = Waypoint::first(&self.record);
            self.here = before.map_or(begin, |index| self.passed[index]);
        }
        while self.here.at < start {
            self.walk(start.min(self.here.at + BETWEEN_WAYPOINTS));
            if self.here.at >= self.passed.last().map_or(0, |mark| mark.at) + BETWEEN_WAYPOINTS {
                self.passed.push(self.here);
            }
        }
        Place {
            source: self.record.position.source(),
            record: Some(self.record.position.record()),
            line: self.here.line,
            column: self.here.column,
            offset: self.record.offset_of(start),
            length: self.record.stored(span.clone()),
        }
    }
}

/// Bytes of a long line that are kept before and after the place; the renderer shows what fits.
const WINDOW: usize = 1024;
/// Most bytes of the place itself that are shown.
const LONGEST: usize = 200;

/// The line of `bytes` that a range begins on, cut to a window around the range where it is long; `line` is its
/// number. Bytes that are not UTF-8 become replacement characters.
fn snippet(bytes: &[u8], span: &Range<usize>, line: u64) -> Snippet {
    let start = span.start.min(bytes.len());
    let end = span.end.clamp(start, bytes.len()).min(start + LONGEST);
    // A range over several lines is shown by its first line.
    let end = memchr::memchr2(b'\n', b'\r', &bytes[start..end]).map_or(end, |feed| start + feed);
    let low = start.saturating_sub(WINDOW);
    let line_start = memchr::memrchr(b'\n', &bytes[low..start]).map(|feed| low + feed + 1);
    let cut_before = line_start.is_none() && low > 0 && bytes[low - 1] != b'\n';
    let high = end.saturating_add(WINDOW).min(bytes.len());
    let line_end = memchr::memchr(b'\n', &bytes[end..high]).map(|feed| end + feed);
    let cut_behind = line_end.is_none() && high < bytes.len() && bytes[high] != b'\n';
    let to = line_end.unwrap_or(high);
    let to = to - usize::from(to > end && bytes[to - 1] == b'\r');
    // A line can begin in the middle of a character, and the place with it.
    let from = boundary(bytes, line_start.unwrap_or(low)).min(start);
    let to = boundary(bytes, to).max(end);
    let mut text = String::from_utf8_lossy(&bytes[from..start]).into_owned();
    let shown_start = text.len();
    text.push_str(&String::from_utf8_lossy(&bytes[start..end]));
    let shown_end = text.len();
    text.push_str(&String::from_utf8_lossy(&bytes[end..to]));
    Snippet { text, line, span: shown_start..shown_end, cut: (cut_before, cut_behind) }
}

/// The first byte at or after `index` that begins a character.
fn boundary(bytes: &[u8], index: usize) -> usize {
    let continues = |byte: &u8| (*byte & 0xc0) == 0x80;
    index + bytes[index..].iter().take_while(|byte| continues(byte)).count().min(3)
}

/// A record's hit as a finding; the rulers are for its place and for the places it relates to.
pub fn finding(hit: Hit, [main, other]: &mut [Ruler<'_>; 2], record: &FullRecord<'_>) -> Finding {
    let related = hit.related.into_iter();
    let related = related.map(|(message, span)| Related { message, place: other.place(&span) }).collect();
    Finding {
        pointer: hit.pointer,
        wrapper: record.opened.wrapping.notes.texts.clone(),
        call_id: record.callback().and_then(|callback| callback.call_id.as_deref()).map(str::to_owned),
        note: hit.note,
        help: hit.help,
        related,
        ..Finding::new(hit.rule, hit.level, hit.message, main.place(&hit.span))
    }
}

/// A call's hit as a finding at a place.
pub fn call_finding(hit: CallHit, call_id: String, place: Place) -> Finding {
    Finding { call_id: Some(call_id), ..Finding::new(hit.rule, hit.level, hit.message, place) }
}

/// Hits of a record that are not listed, with places.
pub fn folds(folds: &Folds<usize>, ruler: &mut Ruler<'_>) -> Folds<Place> {
    let mut placed = Folds::default();
    for Folded { rule, level, count, first, last } in folds.rows() {
        let (first, last) = (ruler.place(&(*first..*first)), ruler.place(&(*last..*last)));
        placed.add(Folded { rule: *rule, level: *level, count: *count, first, last });
    }
    placed
}

/// A skipped range's hit as a finding, with the beginning of the range as its snippet.
pub fn skip_finding(hit: Hit, skip: &Skip, source: usize) -> (Finding, Snippet) {
    let shown = snippet(&skip.excerpt, &(0..skip.excerpt.len()), skip.reach.line);
    (range_finding(hit, source, &skip.reach), shown)
}

/// A hit on a range that is not a record as a finding.
pub fn range_finding(hit: Hit, source: usize, reach: &Reach) -> Finding {
    let Reach { offset, length, line, column } = *reach;
    let place = Place { source, record: None, line, column, offset, length };
    Finding { note: hit.note, help: hit.help, ..Finding::new(hit.rule, hit.level, hit.message, place) }
}
