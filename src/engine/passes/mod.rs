//! The passes over the blocks of an input.
//!
//! Comes in: blocks. Goes out: calls in a table, records with their findings for a visitor, places. Must not: know a
//! command; what a command makes of records it says as a [`RecordVisitor`].

mod locate;
mod records;

pub use locate::{CallbackSpans, Locate, Located, LocatedInBlock, Want, What};
pub use records::{ReadRecords, RecordVisitor};
