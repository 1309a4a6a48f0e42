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
    /// False only for a unit that is certainly one record; quick.
    fn may_have_parts(&self, unit: &[u8]) -> bool;
    /// True if the beginning of an object shows that it is a callback, whose arrays hold no records.
    fn is_within_callback(&self, beginning: &[u8]) -> bool;
}
