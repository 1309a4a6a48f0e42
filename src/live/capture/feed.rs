//! The recorded lines, for a reader that follows them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use crate::live::buffer::Buffer;

/// Lines that are in the log.
#[derive(Debug)]
pub struct Recorded {
    /// The lines, each with its line end.
    pub lines: Buffer,
    /// The log's file that they stand in: 0 for the one that was opened, one more each time it is finished.
    pub file: u64,
    /// Offset of the first of them in the file.
    pub offset: u64,
    /// Lines that were added to the file before them.
    pub added: u64,
}

/// Bytes that may wait to be read. Lines beyond that are only counted, so that reading never slows recording.
const MOST_WAITING: usize = 4 << 20;

#[derive(Debug, Default)]
struct Backlog {
    waiting: AtomicUsize,
    unseen: AtomicU64,
}

/// The sending end.
#[derive(Clone, Debug)]
pub struct Feed {
    sender: Sender<Recorded>,
    shared: Arc<Backlog>,
}

/// The receiving end.
#[derive(Debug)]
pub struct Recordings {
    receiver: Receiver<Recorded>,
    shared: Arc<Backlog>,
}

impl Feed {
    /// A feed, and its receiving end.
    pub fn new() -> (Self, Recordings) {
        let (sender, receiver) = channel();
        let shared = Arc::new(Backlog::default());
        (Self { sender, shared: Arc::clone(&shared) }, Recordings { receiver, shared })
    }

    /// Hands on lines that are in the log.
    pub(super) fn put(&self, recorded: Recorded) {
        let bytes = recorded.lines.len();
        if self.shared.waiting.fetch_add(bytes, Ordering::Relaxed) > MOST_WAITING {
            self.shared.waiting.fetch_sub(bytes, Ordering::Relaxed);
            let unseen = memchr::memchr_iter(b'\n', &recorded.lines).count();
            self.shared.unseen.fetch_add(unseen as u64, Ordering::Relaxed);
            return;
        }
        // A reader that is gone loses nothing.
        drop(self.sender.send(recorded));
    }
}

impl Recordings {
    /// The next lines.
    ///
    /// # Errors
    /// Returns an error if none come within that time, or none can come any more.
    pub fn next(&self, patience: Duration) -> Result<Recorded, RecvTimeoutError> {
        let recorded = self.receiver.recv_timeout(patience)?;
        self.shared.waiting.fetch_sub(recorded.lines.len(), Ordering::Relaxed);
        Ok(recorded)
    }

    /// Lines that were not read in time.
    pub fn unseen(&self) -> u64 {
        self.shared.unseen.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_has_time_for_is_counted() {
        let (feed, recordings) = Feed::new();
        let large = [b"a\n".repeat(MOST_WAITING / 2), b"a\n".to_vec()].concat();
        let put = |lines: Vec<u8>| feed.put(Recorded { lines: lines.into(), file: 0, offset: 0, added: 0 });
        put(large);
        put(b"b\nc\n".to_vec());
        assert_eq!(recordings.unseen(), 2);
        let next = || recordings.next(Duration::ZERO).map(|recorded| recorded.lines.len());
        assert_eq!(next(), Ok(MOST_WAITING + 2));
        assert_eq!(next(), Err(RecvTimeoutError::Timeout));
        put(b"d\n".to_vec());
        assert_eq!(next(), Ok(2));
        drop(feed);
        assert_eq!(next(), Err(RecvTimeoutError::Disconnected));
    }
}
