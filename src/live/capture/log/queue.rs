//! What waits to be written, and who waits for it.

use std::fmt;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Instant;

use tokio::sync::{oneshot, watch};

use super::store::Store;
use super::writer::Writer;
use crate::live::capture::budget::Share;
use crate::source::plain;

/// Where a line stands in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::live::capture) struct Written {
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
struct Waiting {
    at: usize,
    /// The memory that the line takes up, which is given back once it is written, also if nobody waits any more.
    _share: Share,
    tell: oneshot::Sender<Result<Written, NotWritten>>,
}

/// Lines that are written together.
#[derive(Default)]
pub(super) struct Batch {
    lines: Vec<u8>,
    waiting: Vec<Waiting>,
    /// How many lines they are.
    pub(super) count: usize,
    /// True where the file is to be finished first.
    pub(super) rotate: bool,
}

impl Batch {
    /// The lines.
    pub(super) fn lines(&self) -> &[u8] {
        &self.lines
    }

    /// Tells everyone what has become of the batch, and gives its lines away.
    pub(super) fn tell(&mut self, outcome: &Result<Written, NotWritten>) -> Vec<u8> {
        for waiting in self.waiting.drain(..) {
            let at = waiting.at as u64;
            let outcome = outcome.clone().map(|written| Written { offset: written.offset + at });
            // Whoever has gone away does not want to know.
            drop(waiting.tell.send(outcome));
        }
        std::mem::take(&mut self.lines)
    }
}

#[derive(Default)]
struct State {
    batch: Batch,
    closed: bool,
    broken: Option<NotWritten>,
}

/// What waits to be written.
pub(super) struct Queue {
    state: Mutex<State>,
    wake: Condvar,
    broken: watch::Sender<Option<NotWritten>>,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Everything that waits, once there is anything, or at the deadline; none once the queue is closed and empty.
    pub(super) fn next(&self, deadline: Option<Instant>) -> Option<Batch> {
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
                        return Some(Batch::default());
                    }
                    self.wake.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
    }

    /// Refuses every line from now on, and those that wait.
    pub(super) fn break_with(&self, error: NotWritten) {
        let mut state = self.lock();
        state.broken = Some(error.clone());
        let mut waiting = std::mem::take(&mut state.batch);
        drop(state);
        self.broken.send_replace(Some(error.clone()));
        waiting.tell(&Err(error));
    }
}

/// A log that is open for writing. Closed when dropped, which waits for the writer.
pub(in crate::live::capture) struct Log {
    queue: Arc<Queue>,
    writer: Option<JoinHandle<()>>,
}

impl fmt::Debug for Log {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Log").finish_non_exhaustive()
    }
}

impl Log {
    /// Starts the thread of a writer.
    pub(super) fn start<S: Store + 'static>(writer: Writer<S>) -> io::Result<Self> {
        let queue = Arc::new(Queue {
            state: Mutex::default(),
            wake: Condvar::new(),
            broken: watch::Sender::new(None),
        });
        let shared = Arc::clone(&queue);
        let thread = std::thread::Builder::new().name("log".to_owned()).spawn(move || writer.run(&shared))?;
        Ok(Self { queue, writer: Some(thread) })
    }

    /// Adds a line, its line end included, and waits until it is as safe as the log's options promise. `share` is the
    /// memory that it takes up.
    ///
    /// # Errors
    /// Where it is not in the log, or may not be: it must not be acknowledged.
    pub(in crate::live::capture) async fn add(
        &self,
        line: Vec<u8>,
        share: Share,
    ) -> Result<Written, NotWritten> {
        let (tell, told) = oneshot::channel();
        {
            let mut state = self.queue.lock();
            if let Some(error) = &state.broken {
                return Err(error.clone());
            }
            let at = state.batch.lines.len();
            state.batch.lines.extend_from_slice(&line);
            state.batch.count += 1;
            state.batch.waiting.push(Waiting { at, _share: share, tell });
            if at == 0 {
                self.queue.wake.notify_one();
            }
        }
        drop(line);
        let ended = || NotWritten { cause: "the log has ended".into(), broken: true };
        told.await.unwrap_or_else(|_| Err(ended()))
    }

    /// Finishes the file before the next line.
    pub(in crate::live::capture) fn rotate(&self) {
        self.queue.lock().batch.rotate = true;
        self.queue.wake.notify_one();
    }

    /// Waits until the log takes no more lines, and says why.
    pub(in crate::live::capture) async fn broken(&self) -> NotWritten {
        let mut broken = self.queue.broken.subscribe();
        let error = broken.wait_for(Option::is_some).await.ok().and_then(|error| error.clone());
        match error {
            Some(error) => error,
            None => std::future::pending().await,
        }
    }

    /// Writes what waits, brings everything to disk, and ends the writer.
    ///
    /// # Errors
    /// Where the log is broken.
    pub(in crate::live::capture) fn close(mut self) -> Result<(), NotWritten> {
        self.end();
        self.queue.lock().broken.clone().map_or(Ok(()), Err)
    }

    fn end(&mut self) {
        self.queue.lock().closed = true;
        self.queue.wake.notify_one();
        if let Some(writer) = self.writer.take() {
            drop(writer.join());
        }
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        self.end();
    }
}
