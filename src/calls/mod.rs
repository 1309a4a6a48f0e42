//! Callbacks → calls: grouping by `CallId`, the order of events, outcomes and participants, summary figures.
//!
//! Comes in: decoded callbacks with their [`Position`], in any order and from any number of threads, into a
//! [`TableBuilder`]. Goes out: for each call a [`Timeline`] and its [`Outcome`]; over calls a mergeable
//! [`Summary`]. Must not: depend on the order in which callbacks came in, print, or know files.
//!
//! Memory grows with calls and callbacks, not with their text: a callback is kept as one entry of numbers, and
//! every id is kept once.

mod builder;
mod cause;
mod concurrency;
mod days;
mod entry;
mod few;
mod filter;
mod histogram;
mod outcome;
mod overflow;
mod packed;
pub mod packing;
mod participant;
mod pool;
mod position;
mod problems;
mod shard;
mod summary;
mod table;
mod texts;
mod timeline;
mod totals;

pub use builder::{Batch, TableBuilder};
pub use cause::{
    CalleeVerdict, CauseCounts, Causes, Certainty, ClockBounds, Concentration, Log, Survey, Verdict,
    callee_verdicts, missing, verdict,
};
pub use few::Few;
pub use filter::Filter;
pub use histogram::{Distribution, Histogram};
pub use outcome::{Outcome, Times, outcome};
pub use overflow::Overflow;
pub use participant::{Participant, participants};
pub use position::Position;
pub use problems::Problems;
pub use summary::{Figures, GroupKey, Summary, group_key};
pub use table::{CallIndex, CallTable};
pub use texts::{TextId, Texts};
pub use timeline::{Happening, Step, Timeline};
pub use totals::Totals;
