//! The table of calls: callbacks as entries of numbers, in shards that all threads fill.
//!
//! Comes in: decoded callbacks with their [`Position`], in any order, from any number of threads, into a
//! [`TableBuilder`]. Goes out: a [`CallTable`]; calls as bytes, which any builder takes in again. Must not: know how
//! a call ended, or what is done with the bytes.

pub(in crate::calls) mod builder;
pub(in crate::calls) mod capture_mark;
pub(in crate::calls) mod captured_twice;
pub(in crate::calls) mod entry;
pub(in crate::calls) mod few;
pub(in crate::calls) mod overflow;
pub(in crate::calls) mod packed;
pub mod packing;
pub(in crate::calls) mod pool;
pub(in crate::calls) mod position;
pub(in crate::calls) mod problems;
pub(in crate::calls) mod shard;
pub(in crate::calls) mod table;
pub(in crate::calls) mod texts;

pub use builder::{Batch, TableBuilder};
pub use captured_twice::{CapturedTwice, SelfCopies, SourcePair};
pub use few::Few;
pub use overflow::Overflow;
pub use position::Position;
pub use problems::Problems;
pub use table::{CallIndex, CallTable};
pub use texts::{TextId, Texts};
