//! What framing has to ask those who know callbacks.

use std::fmt::Debug;
use std::ops::Range;

/// A record within a unit of the input: a line, an element, or a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordPart {
    /// Where it stands in the unit.
    pub range: Range<usize>,
    /// Which callback of that range it is, from 0.
    pub nth: usize,
}

/// Where certain marks come next in a text whose units are looked at one after another: each is searched for once, up to the
/// next one, instead of in each unit.
#[derive(Clone, Debug, Default)]
pub struct NextMarks {
    /// For each kind of mark, by its number.
    next: [SearchedRange; NextMarks::KINDS],
}

/// What was searched for a mark.
#[derive(Clone, Copy, Debug, Default)]
struct SearchedRange {
    from: usize,
    /// The first mark from there on, or if `is_found` is false as far as there is none.
    next: usize,
    is_found: bool,
}

impl NextMarks {
    /// How many kinds of marks there are; their numbers begin at 0.
    pub const KINDS: usize = 4;
    /// Bytes of the longest mark.
    const LONGEST: usize = 32;

    /// Index of the first mark of that kind from `from` on; without one before `end`, anything from there on. `find` looks for
    /// the first one of a text, of which it is given `ahead` bytes or up to `end`, whichever is more.
    #[inline]
    pub fn next(
        &mut self,
        kind: usize,
        data: &[u8],
        from: usize,
        end: usize,
        ahead: usize,
        find: impl FnOnce(&[u8]) -> Option<usize>,
    ) -> usize {
        let known = self.next[kind];
        if known.from <= from && from <= known.next && (known.is_found || end <= known.next) {
            return known.next;
        }
        let searched = data.len().min(end.max(from.saturating_add(ahead)));
        let rest = data.get(from..data.len().min(searched + Self::LONGEST)).unwrap_or_default();
        let found = find(rest);
        let next = found.map_or(searched, |at| from + at);
        self.next[kind] = SearchedRange { from, next, is_found: found.is_some() };
        next
    }
}

/// Knows what a unit of the input holds. Answers depend on the unit alone.
pub trait Contents: Debug + Send + Sync {
    /// True for a line of text with a JSON object in it.
    fn holds_json(&self, line: &[u8]) -> bool;
    /// True for a line of text with one plain callback and no other JSON in it, which is one record; quick.
    fn is_plain_line(&self, line: &[u8]) -> bool;
    /// Bytes of the callback that `data` begins with, if that is a plain one, which is one record; quick.
    fn plain_length(&self, data: &[u8]) -> Option<usize>;
    /// The records within a unit, in order, without overlap; empty if the unit is itself a record.
    fn parts(&self, unit: &[u8]) -> Vec<RecordPart>;
    /// False only for a unit that is certainly one record; quick. `marks` are those of `data`, in which it stands.
    fn may_have_parts(&self, data: &[u8], unit: &Range<usize>, marks: &mut NextMarks) -> bool;
    /// True if the beginning of an object shows that it is a callback, whose arrays hold no records.
    fn is_within_callback(&self, beginning: &[u8]) -> bool;
}
