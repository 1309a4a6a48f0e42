//! Runs the steps over blocks of the input on all cores, and merges in input order.
//!
//! Comes in: sources and a function for one block. Goes out: what the function returns for each block, in the
//! order of the input, and the states that its threads gathered. Must not: know any single command.
//!
//! Reading and cutting into records happens block by block behind one lock, because where a record begins depends
//! on the one before; it costs little beside what is done with the records, which runs on all threads at once.
//! Blocks are few and used again, so memory does not depend on the size of the input.

mod analysis;
mod cutter;
mod follow;
mod judge;
mod locate;
mod memory;
mod open_call;
mod ordered;
mod overflowed;
mod place;
mod read;
mod run;
mod seen;

pub use analysis::{Analysis, Gatherer, Knows};
pub use cutter::{Block, CutOptions};
pub use follow::{Added, Follower, Standing};
pub use judge::{JudgedCall, Waits, judge_calls, judge_in_order, judge_one};
pub use locate::{Located, Locator, Want, What};
pub use memory::Memory;
pub use ordered::Progress;
pub use place::{RecordPlace, Ruler, Snippet, finding, range_finding, range_place, skip_finding};
pub use read::{Reader, RecordView, Shown, Shows, Watch, read_block};
pub use run::{Outcome, run};
pub use seen::{Seen, SeenCallback};
