//! What waits to be written, and who waits for it.

use std::fmt;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tokio::sync::{oneshot, watch};

use crate::live::capture::budget::Share;
use crate::source::plain;

/// Where a line stands in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::live::capture) struct LogPosition {
    /// Offset of its first byte.
    pub offset: u64,
}

/// A line that is not in the log, or may not be.
#[derive(Clone, Debug)]
pub struct NotWritten {
    /// What failed, and why.
    cause: Arc<str>,
    /// True where the log takes no more lines.
    pub broken: bool,
}

impl NotWritten {
    /// A batch that failed; the next one may succeed.
    pub(super) fn failed(what: &str, error: &io::Error) -> Self {
        Self { cause: format!("cannot {what}: {}", plain(error)).into(), broken: false }
    }

    /// What is left of a log whose writer is gone.
    pub(super) fn ended() -> Self {
        Self { cause: "the log has ended".into(), broken: true }
    }

    /// The end of the log.
    pub(super) fn broken(what: &str, error: &io::Error) -> Self {
        Self { broken: true, ..Self::failed(what, error) }
    }
}

impl fmt::Display for NotWritten {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.cause)
    }
}

impl std::error::Error for NotWritten {}

/// Someone who waits for a line that begins so far into its batch.
struct Waiter {
    at: usize,
    /// The memory that the line takes up, which is given back once it is written, also if nobody waits any more.
    _share: Share,
    tell: oneshot::Sender<Result<LogPosition, NotWritten>>,
}

/// Where the fate of a line is reported.
pub(super) type WriteReceipt = oneshot::Receiver<Result<LogPosition, NotWritten>>;

/// Lines that are written together.
#[derive(Default)]
pub(super) struct LineBatch {
    lines: Vec<u8>,
    waiting: Vec<Waiter>,
    /// How many lines they are.
    pub(super) count: usize,
    /// True where the file is to be finished first.
    pub(super) rotate: bool,
}

impl LineBatch {
    /// The lines.
    pub(super) fn lines(&self) -> &[u8] {
        &self.lines
    }

    /// Tells everyone what has become of the batch, and gives its lines away.
    pub(super) fn tell(&mut self, outcome: &Result<LogPosition, NotWritten>) -> Vec<u8> {
        for waiting in self.waiting.drain(..) {
            let at = waiting.at as u64;
            let outcome = outcome.clone().map(|position| LogPosition { offset: position.offset + at });
            // Whoever has gone away does not want to know.
            drop(waiting.tell.send(outcome));
        }
        std::mem::take(&mut self.lines)
    }
}

#[derive(Default)]
struct State {
    batch: LineBatch,
    closed: bool,
}

/// What waits to be written.
#[derive(Default)]
pub(super) struct Queue {
    state: Mutex<State>,
    wake: Condvar,
    /// Why no line is taken any more. Set only while the state is locked.
    broken: watch::Sender<Option<NotWritten>>,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Everything that waits, once there is anything, or at the deadline; none once the queue is closed and empty.
    pub(super) fn next(&self, deadline: Option<Instant>) -> Option<LineBatch> {
        let mut state = self.lock();
        loop {
            if !state.batch.lines.is_empty() || state.batch.rotate {
                return Some(std::mem::take(&mut state.batch));
            }
            if state.closed {
                return None;
            }
            state = match deadline {
                None => self.wake.wait(state).unwrap_or_else(PoisonError::into_inner),
                Some(deadline) => {
                    let left = deadline.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        return Some(LineBatch::default());
                    }
                    self.wake.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
    }

    /// Refuses every line from now on, and those that wait.
    pub(super) fn break_with(&self, error: NotWritten) {
        let mut state = self.lock();
        self.broken.send_replace(Some(error.clone()));
        let mut waiting = std::mem::take(&mut state.batch);
        drop(state);
        waiting.tell(&Err(error));
    }

    /// Adds a line, with the memory that it takes up; returns where its fate is reported.
    pub(super) fn push(&self, line: &[u8], share: Share) -> Result<WriteReceipt, NotWritten> {
        let mut state = self.lock();
        if let Some(error) = &*self.broken.borrow() {
            return Err(error.clone());
        }
        let (tell, told) = oneshot::channel();
        let at = state.batch.lines.len();
        state.batch.lines.extend_from_slice(line);
        state.batch.count += 1;
        state.batch.waiting.push(Waiter { at, _share: share, tell });
        if at == 0 {
            self.wake.notify_one();
        }
        Ok(told)
    }

    /// Has the file finished before the next line.
    pub(super) fn rotate(&self) {
        self.lock().batch.rotate = true;
        self.wake.notify_one();
    }

    /// Takes no further lines.
    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.wake.notify_one();
    }

    /// Why no line is taken any more, now and later.
    pub(super) fn broken(&self) -> watch::Receiver<Option<NotWritten>> {
        self.broken.subscribe()
    }
}
