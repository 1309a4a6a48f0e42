//! The durable log: lines from any number of tasks go to disk together, and nobody hears of success before the disk has
//! them.
//!
//! One thread writes. While it waits for the disk, lines gather; then all of them go out in one write and one sync
//! (group commit), and everyone who waits for one of them is told. What can go wrong:
//!
//! - A write fails (a full disk): everyone of that batch is told, the file is cut back to where it was, and the next
//!   batch is tried again. The log is whole, and the disk may have room by then.
//! - Somebody renames or deletes the file: the next batch goes to a new one at the log's path, and so does a batch whose
//!   file was deleted before anyone was told.
//! - A sync fails, or the file cannot be cut back or rotated: everyone is told, and the log is *broken* for good.
//!   After a failed sync the kernel may hold pages that it takes for written, so a later success would mean nothing.

mod finished;
mod identity;
mod open;
mod queue;
mod recover;
mod store;
#[cfg(test)]
mod tests;
mod writer;

pub use finished::Compression;
pub use open::open_log;
pub(super) use open::{OpenLog, lock};
pub use queue::NotWritten;
pub(super) use queue::{Log, Written};
pub use recover::Torn;
pub use store::Rotation;

use std::time::Duration;

/// When lines are brought to disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sync {
    /// Before anyone is told that they are written.
    Always,
    /// At the latest so long after they were written.
    Within(Duration),
    /// When the system sees fit; at the end, and when a file is finished.
    Never,
}

/// What a log holds when it is opened.
#[derive(Clone, Debug)]
pub struct Found {
    /// Bytes of whole lines.
    pub length: u64,
    /// What an earlier run left at its end, which has been moved out of it.
    pub torn: Option<Torn>,
    /// True where others than its owner may read it.
    pub is_open_to_others: bool,
}

/// How a log is written.
#[derive(Clone, Copy, Debug)]
pub struct LogOptions {
    /// When lines are brought to disk.
    pub sync: Sync,
    /// When a file is finished and the next one begun.
    pub rotation: Rotation,
}
