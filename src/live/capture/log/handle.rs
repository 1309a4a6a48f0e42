//! The log as its users have it: lines go in from any task, one thread writes them.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::thread::JoinHandle;

use super::queue::{LogPosition, NotWritten, Queue};
use super::store::Store;
use super::writer::Writer;
use crate::live::capture::budget::Share;

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
        let queue = Arc::new(Queue::default());
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
    ) -> Result<LogPosition, NotWritten> {
        let told = self.queue.push(&line, share)?;
        drop(line);
        told.await.unwrap_or_else(|_| Err(NotWritten::ended()))
    }

    /// Finishes the file before the next line.
    pub(in crate::live::capture) fn rotate(&self) {
        self.queue.rotate();
    }

    /// Waits until the log takes no more lines, and says why.
    pub(in crate::live::capture) async fn broken(&self) -> NotWritten {
        let mut broken = self.queue.broken();
        let error = broken.wait_for(Option::is_some).await.ok().and_then(|error| error.clone());
        match error {
            Some(error) => error,
            None => std::future::pending().await,
        }
    }

    /// Writes what waits, syncs everything, and ends the writer.
    ///
    /// # Errors
    /// Where the log is broken.
    pub(in crate::live::capture) fn close(mut self) -> Result<(), NotWritten> {
        self.end();
        self.queue.broken().borrow().clone().map_or(Ok(()), Err)
    }

    fn end(&mut self) {
        self.queue.close();
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
