//! What is known of lines that a collector cut into pieces, until the last piece comes.
//!
//! Comes in: pieces. Goes out: the same. Must not: say which line is a piece.

use std::collections::BTreeMap;

/// What is known of lines that are not complete, by their stream.
pub(super) type Pending = BTreeMap<Vec<u8>, PendingLine>;

/// The beginning of a record.
#[derive(Clone, Debug, Default)]
pub(super) struct PendingLine {
    /// The text so far.
    pub(super) text: Vec<u8>,
    /// What the first piece has after its text.
    pub(super) tail: Vec<u8>,
    /// True if the pieces are lines of an object, false if they are parts of one line.
    pub(super) is_object: bool,
}
