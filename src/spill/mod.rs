//! Temporary files for what does not fit in memory.
//!
//! Comes in: bytes with a number, a part or a key. Goes out: all bytes of a part, or everything in the order of its
//! keys. Must not: know what the bytes are. Files have no names, so that nothing is left behind however a run ends, and
//! are made when they are first needed.

mod file;
mod long_text;
mod marks;
mod partitions;
mod shared;
mod sorter;

pub use file::SpillError;
pub use long_text::LongText;
pub use marks::{Marker, Marks};
pub use partitions::Partitions;
pub use shared::Shared;
pub use sorter::{InOrder, Sorted, Sorter};
