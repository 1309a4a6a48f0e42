//! The table of calls: callbacks as entries of numbers, in shards that all threads fill.
//!
//! Comes in: decoded callbacks with their [`Position`], in any order, from any number of threads, into a
//! [`TableBuilder`]. Goes out: a [`CallTable`]; calls as bytes, which any builder takes in again. Must not: know how
//! a call ended, or what is done with the bytes.

pub(in crate::calls) mod builder;
pub(in crate::calls) mod capture_mark;
pub(in crate::calls) mod captured_twice;
pub(in crate::calls) mod chunked_vec;
pub(in crate::calls) mod codec;
pub(in crate::calls) mod eviction;
pub(in crate::calls) mod interner;
pub(in crate::calls) mod packed_call;
pub(in crate::calls) mod packed_step;
pub(in crate::calls) mod packed_uuid;
pub mod packing;
pub(in crate::calls) mod position;
pub(in crate::calls) mod problems;
pub(in crate::calls) mod shard;
pub(in crate::calls) mod small_map;
pub(in crate::calls) mod step_bits;
pub(in crate::calls) mod stored_step;
pub(in crate::calls) mod table;
pub(in crate::calls) mod text_place;

pub use builder::{Batch, TableBuilder};
pub use captured_twice::{CapturedTwice, SelfCopies, SourcePair};
pub use codec::packed_id;
pub use eviction::Overflow;
pub use interner::{Interner, TextId};
pub use position::Position;
pub use problems::Problems;
pub use small_map::SmallMap;
pub use table::{CallIndex, CallTable};
