//! The durable log: lines from any number of tasks are synced to disk together, and no task is told of success before
//! that.
//!
//! One thread writes. While it waits for the disk, lines gather; then all of them go out in one write and one sync
//! (group commit), and every task that waits for one of them is told. What can go wrong:
//!
//! - A write fails (a full disk): the tasks of that batch are told, the file is cut back to its old length, and the
//!   next batch is tried again. The log is whole, and the disk may have room by then.
//! - The file is renamed or deleted: the next batch goes to a new one at the log's path, and so does a batch whose file
//!   was deleted before any task was told.
//! - The file is truncated in place: that is reported, and the next batch stands after what is left. Nothing ever extends
//!   the file but a line.
//! - No new file can be begun (out of descriptors or inodes): lines go on in the old one, and it is tried again.
//! - A sync fails, or the file cannot be cut back: every task is told, and the log is *broken* for good.
//!   After a failed sync the kernel may hold pages that it takes for written, so a later success would mean nothing.

mod batch;
mod compressor;
mod file_identity;
mod finished;
mod fs;
mod handle;
mod open;
mod recovery;
mod rotation;
mod store;
#[cfg(test)]
mod tests;
mod writer;

pub(super) use batch::LinePlace;
pub use batch::NotWritten;
pub(super) use file_identity::numbers;
pub use finished::RotationCompression;
pub(super) use finished::{FinishedFile, finished_files};
pub(super) use fs::{companion, replace_file};
pub(super) use handle::Log;
pub use open::LogOptions;
pub(super) use open::{lock, open_for_writing};
pub use recovery::{LogState, Torn, open_log};
pub use rotation::Rotation;
pub use writer::Sync;
pub(super) use writer::{LogEnd, LogFollowers};
