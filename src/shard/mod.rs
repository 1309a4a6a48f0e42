//! A run in parts: what goes from one step to the next, as frames that any engine can carry.
//!
//! Comes in: the calls, findings and facts of one split of the input. Goes out: frames, and from those of all splits the
//! facts of the log, the calls of one part, or the parts of a result. Must not: know an engine, or a single command.
//!
//! Every step is a function of its bytes alone. A part is given by the SHA-256 of a call's id, so that every process
//! agrees about it. Frames come in any order, and perhaps twice; what is missing, damaged, or of another run is an error.

mod frame;
mod gather;
mod header;
mod lanes;
mod log_facts;
mod split;

pub use frame::{FrameReader, Framing, PartName, ShardFrame};
pub use gather::{FrameLane, Gather};
pub use header::{Header, InputId, Purpose};
pub use lanes::LaneWriter;
pub use log_facts::{LogFacts, LogInput, LogStage, PlacedSplit, SplitFacts, StageTally, Tiled};
pub use split::{Carried, Container, ReadingOptions, Split};

use sha2::{Digest, Sha256};

/// The part of a call, of that many: the first eight bytes of the SHA-256 of its id as a number, modulo `parts`.
pub fn part_of(call_id: &str, parts: u32) -> u32 {
    let digest = Sha256::digest(call_id.as_bytes());
    let first = digest.first_chunk().map_or(0, |first| u64::from_be_bytes(*first));
    (first % u64::from(parts.max(1))) as u32
}
