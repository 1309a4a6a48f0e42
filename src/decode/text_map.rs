//! How a text is represented in the record that it was taken from, so that its places can be mapped to places of the
//! record.

use crate::framing::{Span, place_in_chunks};
use std::sync::Arc;

/// How a text is represented in its record. Marks are some bytes of the text, each with its place, in order; from the
/// last one before a byte its place is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextMap {
    /// As it is, from that byte of the record.
    Direct(usize),
    /// As a JSON string with escapes.
    Escaped {
        /// Where its content begins in the record.
        start: usize,
        /// Places in the record.
        marks: Vec<(usize, usize)>,
    },
    /// In chunks.
    Chunks {
        /// Where they begin in the record.
        start: usize,
        /// Places in the chunks.
        marks: Vec<(usize, usize)>,
    },
    /// Encoded in a way that keeps no places, in that range of the record.
    Opaque(Span),
    /// In a text that was decoded itself, and stands in the record by a map of its own.
    Within {
        /// The text around this one.
        outer: Arc<DecodedText>,
        /// How this one stands in it.
        inner: Box<TextMap>,
    },
}

/// A text that was decoded from a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodedText {
    /// The text.
    pub text: String,
    /// How it stands in the record.
    pub map: TextMap,
}

/// Bytes of a record between two marks.
const BETWEEN_MARKS: usize = 256;

impl Default for TextMap {
    fn default() -> Self {
        Self::Direct(0)
    }
}

impl TextMap {
    /// That of a JSON string with escapes, whose content begins there in the record.
    pub(super) fn escaped(start: usize) -> Self {
        Self::Escaped { start, marks: Vec::new() }
    }

    /// The same for a text whose surroundings begin that many bytes further on.
    pub(super) fn shifted(self, by: usize) -> Self {
        match self {
            Self::Direct(start) => Self::Direct(start + by),
            Self::Escaped { start, .. } => Self::escaped(start + by),
            Self::Opaque(span) => Self::Opaque(span.start + by..span.end + by),
            // Chunks and texts within texts are not shifted by anyone.
            other => other,
        }
    }

    /// The range of the record that contains a range of the text.
    pub fn span(&self, record: &[u8], span: &Span) -> Span {
        match self {
            Self::Opaque(whole) => whole.clone(),
            Self::Within { outer, inner } => {
                let span = inner.span(outer.text.as_bytes(), span);
                outer.map.span(record, &span)
            }
            _ if span.is_empty() => {
                let (start, _) = self.byte(record, span.start);
                start..start
            }
            // A range ends after its last byte, not before whatever comes next in the text.
            _ => {
                let (last, width) = self.byte(record, span.end - 1);
                self.byte(record, span.start).0..last + width
            }
        }
    }

    /// Where a byte of the text is in the record, and how many bytes it takes there.
    fn byte(&self, record: &[u8], index: usize) -> (usize, usize) {
        match self {
            Self::Direct(start) => (start + index, 1),
            Self::Escaped { start, marks } => {
                let (text, raw) = mark_before(marks, index).unwrap_or((0, *start));
                unescaped(record, raw, index - text)
            }
            Self::Chunks { start, marks } => {
                let encoded = record.get(*start..).unwrap_or_default();
                let mark = mark_before(marks, index).unwrap_or_default();
                (start + place_in_chunks(encoded, mark, index), 1)
            }
            Self::Opaque(whole) => (whole.start, 0),
            Self::Within { outer, inner } => {
                let (at, width) = inner.byte(outer.text.as_bytes(), index);
                (outer.map.byte(record, at).0, width)
            }
        }
    }

    /// The same map for many ranges, each of which is then found without a search from the beginning.
    pub fn for_many(&self, record: &[u8]) -> Self {
        match self {
            Self::Escaped { start, .. } => Self::Escaped { start: *start, marks: marks(record, *start) },
            other => other.clone(),
        }
    }
}

/// The last mark before byte `index` of the text.
fn mark_before(marks: &[(usize, usize)], index: usize) -> Option<(usize, usize)> {
    let after = marks.partition_point(|(text, _)| *text <= index);
    marks.get(after.wrapping_sub(1)).copied()
}

/// Where byte `index` of an unescaped JSON string is in the record, and how many bytes it takes there.
fn unescaped(record: &[u8], start: usize, index: usize) -> (usize, usize) {
    let mut end = start;
    for (text, raw, (width, length)) in characters(record, start) {
        if index < text + length {
            return (raw, width);
        }
        end = raw + width;
    }
    (end.min(record.len()), 0)
}

/// Marks in the JSON string whose content begins at `start`.
fn marks(record: &[u8], start: usize) -> Vec<(usize, usize)> {
    let mut marks = vec![(0, start)];
    for (text, raw, _) in characters(record, start) {
        if raw >= marks[marks.len() - 1].1 + BETWEEN_MARKS {
            marks.push((text, raw));
        }
    }
    marks
}

/// The bytes and escapes of the JSON string whose content begins at `start`: where each begins in the text and in the
/// record, and how many bytes it takes in the record and in the text.
fn characters(record: &[u8], start: usize) -> impl Iterator<Item = (usize, usize, (usize, usize))> {
    let (mut text, mut raw) = (0, start);
    std::iter::from_fn(move || {
        let size = match record.get(raw)? {
            b'"' => return None,
            b'\\' => escape(&record[raw..]),
            _ => (1, 1),
        };
        let found = (text, raw, size);
        (raw, text) = (raw + size.0, text + size.1);
        Some(found)
    })
}

/// Bytes that an escape takes in the record, and in the text.
fn escape(raw: &[u8]) -> (usize, usize) {
    let unit = |at: usize| {
        let digits = raw.get(at..at + 4)?;
        u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    };
    if raw.get(1) != Some(&b'u') {
        return (2.min(raw.len()), 1);
    }
    match unit(2) {
        Some(0xd800..=0xdbff) => (12, 4),
        Some(0..=0x7f) => (6, 1),
        Some(0x80..=0x7ff) => (6, 2),
        _ => (6, 3),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_of_an_escaped_text() {
        let record = br#""a\"\u00e9\ud83d\ude00z""#;
        let map = TextMap::escaped(1);
        // The text is a, ", é (2 bytes), 😀 (4 bytes), z.
        assert_eq!(map.span(record, &(0..1)), 1..2);
        assert_eq!(map.span(record, &(1..2)), 2..4);
        assert_eq!(map.span(record, &(2..4)), 4..10);
        assert_eq!(map.span(record, &(4..8)), 10..22);
        assert_eq!(map.span(record, &(8..9)), 22..23);
    }

    #[test]
    fn marks_change_no_place() {
        let record = format!("\"{}\"", r#"aé\"\u00e9\ud83d\ude00z"#.repeat(2000));
        let (plain, length) = (TextMap::escaped(1), 2000 * 11);
        let marked = plain.for_many(record.as_bytes());
        for start in (0..length).step_by(97) {
            for span in [start..start, start..start + 1, start..length] {
                assert_eq!(plain.span(record.as_bytes(), &span), marked.span(record.as_bytes(), &span));
            }
        }
    }
}
