//! The thread that writes: takes what has gathered, brings it to disk, and tells everyone who waits.

use std::time::{Duration, Instant};

use super::options::Sync;
use super::queue::{LineBatch, LogPosition, NotWritten, Queue};
use super::store::Store;
use crate::live::capture::feed::{Feed, Recorded};

/// Writes the batches of a queue to a store.
pub(super) struct Writer<S> {
    store: S,
    sync: Sync,
    feed: Option<Feed>,
    /// Bytes of the file that hold whole lines; a failed write is cut back to here.
    length: u64,
    /// Files that have been finished, and lines that were added to the one at hand, for the feed.
    file: u64,
    added: u64,
    /// Bytes of the file that are on disk.
    synced: u64,
    /// Since when something that was written has not been brought to disk.
    unsynced: Option<Instant>,
}

impl<S: Store> Writer<S> {
    /// Goes on with a store that holds `length` bytes of whole lines.
    pub(super) fn new(store: S, length: u64, sync: Sync, feed: Option<Feed>) -> Self {
        Self { store, sync, feed, length, file: 0, added: 0, synced: length, unsynced: None }
    }

    /// Works until the queue is closed and empty, or the log is broken.
    pub(super) fn run(mut self, queue: &Queue) {
        while let Some(mut batch) = queue.next(self.next_deadline()) {
            let written = self.write(&batch);
            let is_broken = matches!(&written, Err(NotWritten { broken: true, .. }));
            if let Err(error) = &written
                && error.broken
            {
                // Before anyone is told, so that nobody adds another line to a log that is no more.
                queue.break_with(error.clone());
            }
            let lines = batch.tell(&written);
            if let (Ok(position), Some(feed)) = (&written, &self.feed)
                && !lines.is_empty()
            {
                let (file, offset, added) = (self.file, position.offset, self.added);
                self.added += batch.count as u64;
                feed.put(Recorded { lines, file, offset, added });
            }
            if is_broken {
                return;
            }
        }
        if let Err(error) = self.bring_to_disk() {
            queue.break_with(error);
        }
    }

    /// When there is something to do even if no line comes.
    fn next_deadline(&self) -> Option<Instant> {
        let sync = match self.sync {
            Sync::Within(time) => self.unsynced.and_then(|since| since.checked_add(time)),
            Sync::Always | Sync::Never => None,
        };
        let rotate = self.store.due().filter(|_| self.length > 0);
        [sync, rotate].into_iter().flatten().min()
    }

    fn write(&mut self, batch: &LineBatch) -> Result<LogPosition, NotWritten> {
        let now = Instant::now();
        self.follow()?;
        let is_old = self.length > 0 && self.store.due().is_some_and(|due| due <= now);
        let is_wanted = batch.rotate && self.length > 0;
        if is_wanted || is_old || self.store.is_full(self.length, batch.lines().len()) {
            self.bring_to_disk()?;
            self.store.rotate().map_err(|error| NotWritten::broken("rotate", &error))?;
            self.begin_file(0);
        }
        let offset = self.add(batch, now)?;
        // Nobody has been told yet, so that the new file can still take what went away with the old one.
        if self.store.is_deleted() && self.follow()? {
            return Ok(LogPosition { offset: self.add(batch, now)? });
        }
        Ok(LogPosition { offset })
    }

    /// Writes a batch, and brings it to disk if it is time; gives the offset of its first line.
    fn add(&mut self, batch: &LineBatch, now: Instant) -> Result<u64, NotWritten> {
        let offset = self.length;
        if !batch.lines().is_empty() {
            self.append(batch.lines())?;
        }
        match self.sync {
            Sync::Always => self.bring_to_disk()?,
            Sync::Within(time) if self.is_due(time, now) => self.bring_to_disk()?,
            Sync::Within(_) | Sync::Never => {}
        }
        Ok(offset)
    }

    /// Goes on in a new file where somebody has taken the one at hand away; true where that is so.
    fn follow(&mut self) -> Result<bool, NotWritten> {
        let found = self.store.follow().map_err(|error| NotWritten::failed("begin a new file", &error))?;
        if let Some(length) = found {
            self.unsynced = None;
            self.begin_file(length);
        }
        Ok(found.is_some())
    }

    /// Another file is at hand, with so many bytes of whole lines.
    fn begin_file(&mut self, length: u64) {
        (self.length, self.synced, self.added) = (length, length, 0);
        self.file += 1;
    }

    fn is_due(&self, time: Duration, now: Instant) -> bool {
        self.unsynced.is_some_and(|since| now.duration_since(since) >= time)
    }

    fn append(&mut self, lines: &[u8]) -> Result<(), NotWritten> {
        if let Err(error) = self.store.append(lines) {
            // Half a line would spoil the next one.
            return Err(match self.store.cut(self.length) {
                Ok(()) => NotWritten::failed("write", &error),
                Err(_) => NotWritten::broken("write", &error),
            });
        }
        self.length += lines.len() as u64;
        self.unsynced.get_or_insert_with(Instant::now);
        Ok(())
    }

    fn bring_to_disk(&mut self) -> Result<(), NotWritten> {
        if self.unsynced.take().is_none() {
            return Ok(());
        }
        self.store.sync().map_err(|error| {
            // What nobody was told of need not stay. Under the weaker options it was told of, and may be on disk.
            if self.sync == Sync::Always {
                drop(self.store.cut(self.synced));
            }
            NotWritten::broken("sync", &error)
        })?;
        self.synced = self.length;
        Ok(())
    }
}
