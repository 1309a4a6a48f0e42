//! The recorded lines, for whoever wants to look at them while they come in.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};

/// Lines that are in the log.
#[derive(Debug)]
pub struct Recorded {
    /// The lines, each with its line end.
    pub lines: Vec<u8>,
    /// Offset of the first of them in the log's file; 0 begins a new file.
    pub offset: u64,
}

/// Batches that may wait to be looked at. Beyond that they are only counted, so that looking never slows recording.
const MOST_WAITING: usize = 256;

/// The sending end.
#[derive(Clone, Debug)]
pub struct Feed {
    sender: SyncSender<Recorded>,
    unseen: Arc<AtomicU64>,
}

impl Feed {
    /// A feed, its receiving end, and the number of lines that nobody had time to look at.
    pub fn new() -> (Self, Receiver<Recorded>, Arc<AtomicU64>) {
        let (sender, receiver) = sync_channel(MOST_WAITING);
        let unseen = Arc::new(AtomicU64::new(0));
        (Self { sender, unseen: Arc::clone(&unseen) }, receiver, unseen)
    }

    /// Hands on lines that are in the log.
    pub(super) fn put(&self, lines: Vec<u8>, offset: u64) {
        if let Err(TrySendError::Full(recorded)) = self.sender.try_send(Recorded { lines, offset }) {
            let lines = memchr::memchr_iter(b'\n', &recorded.lines).count();
            self.unseen.fetch_add(lines as u64, Ordering::Relaxed);
        }
    }
}
