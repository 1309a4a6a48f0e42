//! The log as its users have it: lines go in from any task, one thread writes them.

use std::io;
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::{oneshot, watch};
use tokio::time::timeout;

use super::batch::{NotWritten, Order, Written};
use super::store::Store;
use super::writer::Writer;
use crate::live::buffer::Buffer;
use crate::live::capture::budget::Share;

/// How long a disk may take until it counts as stuck.
const PROBE_TIME: Duration = Duration::from_secs(2);

/// A log that is open for writing. Closed when dropped, which waits for the writer.
#[derive(Debug)]
pub(in crate::live::capture) struct Log {
    /// None once it is closed.
    orders: Option<Sender<Order>>,
    /// Why no line is taken any more.
    broken: watch::Receiver<Option<NotWritten>>,
    writer: Option<JoinHandle<()>>,
}

impl Log {
    /// Starts the thread of a writer.
    pub(super) fn start<S: Store + 'static>(writer: Writer<S>) -> io::Result<Self> {
        let (orders, taken) = channel();
        let (breaking, broken) = watch::channel(None);
        let work = move || writer.run(&taken, &breaking);
        let thread = std::thread::Builder::new().name("log".to_owned()).spawn(work)?;
        Ok(Self { orders: Some(orders), broken, writer: Some(thread) })
    }

    /// Adds a line, its line end included, and waits until it is as safe as the log's options promise. `share` is the
    /// memory that it takes up. Returns the offset of its first byte in the log.
    ///
    /// # Errors
    /// Returns an error if it is not in the log, or may not be: it must not be acknowledged.
    pub(in crate::live::capture) async fn add(&self, line: impl Into<Buffer>, share: Share) -> Written {
        let (tell, told) = oneshot::channel();
        self.order(Order::Write(line.into(), share, tell));
        let ended = || self.broken.borrow().clone().unwrap_or_else(NotWritten::ended);
        told.await.unwrap_or_else(|_| Err(ended()))
    }

    /// True if lines reach the disk, as far as a moment's wait can tell.
    pub(in crate::live::capture) async fn reaches_the_disk(&self) -> bool {
        let (tell, told) = oneshot::channel();
        self.order(Order::Probe(tell));
        matches!(timeout(PROBE_TIME, told).await, Ok(Ok(true)))
    }

    /// Finishes the file before the next line.
    pub(in crate::live::capture) fn rotate(&self) {
        self.order(Order::Rotate);
    }

    /// A writer that is gone takes no orders, and whoever waits for one learns that from its end of the order.
    fn order(&self, order: Order) {
        if let Some(orders) = &self.orders {
            drop(orders.send(order));
        }
    }

    /// Waits until the log takes no more lines, and says why.
    pub(in crate::live::capture) async fn broken(&self) -> NotWritten {
        let mut broken = self.broken.clone();
        let error = broken.wait_for(Option::is_some).await.ok().and_then(|error| error.clone());
        match error {
            Some(error) => error,
            None => std::future::pending().await,
        }
    }

    /// Writes what waits, syncs everything, and ends the writer.
    ///
    /// # Errors
    /// Returns an error if the log is broken.
    pub(in crate::live::capture) fn close(mut self) -> Result<(), NotWritten> {
        self.end();
        self.broken.borrow().clone().map_or(Ok(()), Err)
    }

    fn end(&mut self) {
        self.orders = None;
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
