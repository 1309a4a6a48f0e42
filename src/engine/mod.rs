//! Runs the steps over blocks of the input on all cores, and merges in input order.
//!
//! Comes in: sources, and a [`Pass`] over their blocks. Goes out: what the pass makes of each block, in the order of
//! the input, and the states of its threads. Must not: know any single command.
//!
//! Reading and cutting into records happens block by block under one lock, because where a record begins depends
//! on the one before; it costs little next to what is done with the records, which runs on all threads at once.
//! Blocks are few and used again, so memory does not depend on the size of the input.

mod analysis;
mod block;
mod call_records;
mod captures;
mod cutter;
mod growing;
mod judge;
mod memory;
mod noting;
mod ordered_pool;
mod overflowed;
mod pass;
mod passes;
mod place;
mod range;
mod read;
mod run;
mod selection;
mod stored;

pub use analysis::{Analysis, Gatherer};
pub use block::Block;
pub use call_records::{CallRecords, CallbackRecord};
pub use cutter::CutOptions;
pub use growing::GrowingSource;
pub use judge::{JudgedCall, Spillable, find_judged, judge_calls, judge_in_order, judge_one};
pub use memory::Memory;
pub use pass::Pass;
pub use passes::{CallbackSpans, Locate, Located, LocatedInBlock, ReadRecords, RecordVisitor, Want, What};
pub use place::{RecordPlace, Ruler, Snippet, call_finding, finding, folds, range_finding, skip_finding};
pub use range::{ReadExtent, SourceRange};
pub use read::{CallSet, RecordReader, RecordView, read_block};
pub use run::run;
pub use selection::Selection;
