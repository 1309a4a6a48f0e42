//! Ranges of a record → places with lines and columns, and the text around them.

use std::ops::Range;

use crate::calls::Position;
use crate::framing::{Reach, Skip, characters, newlines};
use crate::rules::Hit;
use crate::spec::{Finding, Place, Related};

/// Text around a place, for showing it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snippet {
    /// Whole lines, or windows of long ones.
    pub text: String,
    /// Line of the first of them, from 1.
    pub line: u64,
    /// The place, in bytes of the text.
    pub span: Range<usize>,
    /// True where the first line is cut at its beginning, and the last at its end.
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
}

impl RecordPlace<'_> {
    /// A range of the record as a place.
    pub fn place(&self, span: &Range<usize>) -> Place {
        let start = span.start.min(self.bytes.len());
        let before = &self.bytes[..start];
        let line_start = memchr::memrchr(b'\n', before).map_or(0, |feed| feed + 1);
        Place {
            source: self.position.source(),
            record: Some(self.position.record()),
            line: self.line + newlines(before),
            column: characters(&before[line_start..]) + 1,
            offset: self.offset + start as u64,
            length: span.len() as u64,
        }
    }

    /// The text around a range of the record.
    pub fn snippet(&self, span: &Range<usize>) -> Snippet {
        snippet(self.bytes, span, self.line)
    }
}

/// Bytes of a long line that are kept before and behind the place; the renderer shows what fits.
const WINDOW: usize = 4096;
/// Most bytes of the place itself that are shown.
const LONGEST: usize = 200;

/// The lines of `bytes` that hold a range, cut to a window around it where they are long. `first_line` is the line
/// of the first byte. Bytes that are no UTF-8 become replacement characters.
fn snippet(bytes: &[u8], span: &Range<usize>, first_line: u64) -> Snippet {
    let start = span.start.min(bytes.len());
    let end = span.end.clamp(start, bytes.len()).min(start + LONGEST);
    // A range over several lines is shown by its first line.
    let end = memchr::memchr2(b'\n', b'\r', &bytes[start..end]).map_or(end, |feed| start + feed);
    let line_start = memchr::memrchr(b'\n', &bytes[..start]).map_or(0, |feed| feed + 1);
    let line_end = memchr::memchr(b'\n', &bytes[end..]).map_or(bytes.len(), |feed| end + feed);
    let line_end = line_end - usize::from(bytes[..line_end].ends_with(b"\r") && line_end > end);
    // A line can begin in the middle of a character, and the place with it.
    let from = boundary(bytes, start.saturating_sub(WINDOW).max(line_start)).min(start);
    let to = boundary(bytes, end.saturating_add(WINDOW).min(line_end)).max(end);
    let mut text = String::from_utf8_lossy(&bytes[from..start]).into_owned();
    let shown_start = text.len();
    text.push_str(&String::from_utf8_lossy(&bytes[start..end]));
    let shown_end = text.len();
    text.push_str(&String::from_utf8_lossy(&bytes[end..to]));
    let line = first_line + newlines(&bytes[..start]);
    Snippet { text, line, span: shown_start..shown_end, cut: (from > line_start, to < line_end) }
}

/// The first byte at or after `index` that begins a character.
fn boundary(bytes: &[u8], index: usize) -> usize {
    let continues = |byte: &u8| (*byte & 0xc0) == 0x80;
    index + bytes[index..].iter().take_while(|byte| continues(byte)).count().min(3)
}

/// A record's hit as a finding.
pub fn finding(hit: Hit, record: &RecordPlace<'_>, call_id: Option<&str>) -> Finding {
    let related = hit
        .related
        .into_iter()
        .map(|(message, span)| Related { message, place: record.place(&span) })
        .collect();
    Finding {
        rule: hit.rule,
        level: hit.level,
        message: hit.message,
        place: record.place(&hit.span),
        pointer: hit.pointer,
        call_id: call_id.map(str::to_owned),
        note: hit.note,
        help: hit.help,
        related,
    }
}

/// A skipped range's hit as a finding, with the beginning of the range as its snippet.
pub fn skip_finding(hit: Hit, skip: &Skip, source: usize) -> (Finding, Snippet) {
    let place = range_place(source, &skip.reach);
    let shown = snippet(&skip.excerpt, &(0..skip.excerpt.len()), skip.reach.line);
    (range_finding(hit, place), shown)
}

/// The place of a range that is no record.
pub fn range_place(source: usize, reach: &Reach) -> Place {
    let Reach { offset, length, line, column } = *reach;
    Place { source, record: None, line, column, offset, length }
}

/// A hit on a range that is no record as a finding.
pub fn range_finding(hit: Hit, place: Place) -> Finding {
    Finding {
        rule: hit.rule,
        level: hit.level,
        message: hit.message,
        place,
        pointer: None,
        call_id: None,
        note: hit.note,
        help: hit.help,
        related: Vec::new(),
    }
}
