//! The thread that writes: takes what has gathered, syncs it to disk, and tells everyone who waits.

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::batch::{LineBatch, LinePlace, NotWritten, Order, Written};
use super::store::Store;
use crate::live::capture::feed::{Feed, Recorded};

/// When a rotation that could not be begun is tried again.
const ROTATE_AGAIN: Duration = Duration::from_secs(1);

/// How long lines that were on disk say that the next ones will be.
const PROBE_AGAIN: Duration = Duration::from_secs(1);

/// Bytes of a batch after which no more lines are added to it: beyond these, a copy costs more than a sync.
const MOST_AT_ONCE: usize = 1 << 20;

/// Most bytes that are written to find out whether lines reach the disk again.
const MOST_PROBED: usize = 1 << 20;

/// When lines are synced to disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sync {
    /// Before anyone is told that they are written.
    Always,
    /// At most this long after they were written.
    Within(Duration),
    /// When the system sees fit; at the end, and when a file is finished.
    Never,
}

/// Up to where the file that is being written holds lines that are acknowledged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::live::capture) struct LogEnd {
    /// How many files have been begun before it, since the start.
    pub(in crate::live::capture) file: u64,
    /// Its device, and its number there; zeros if the system does not say.
    pub(in crate::live::capture) numbers: (u64, u64),
    /// Bytes that it held when it was begun or found.
    pub(in crate::live::capture) begins: u64,
    /// Bytes of whole lines.
    pub(in crate::live::capture) length: u64,
}

/// Who follows what is written.
#[derive(Debug, Default)]
pub(in crate::live::capture) struct LogFollowers {
    /// Gets the lines.
    pub(in crate::live::capture) feed: Option<Feed>,
    /// Gets the end of the file.
    pub(in crate::live::capture) end: Option<watch::Sender<LogEnd>>,
}

/// Writes lines to a store, a batch at once.
pub(super) struct Writer<S> {
    store: S,
    sync: Sync,
    followers: LogFollowers,
    /// Bytes that the file held when it was begun or found.
    begins: u64,
    /// Bytes of the file that hold whole lines; a failed write is cut back to here.
    length: u64,
    /// Lines of the file, if they are counted and known.
    lines: Option<u64>,
    counts_lines: bool,
    /// Files that have been finished, and lines that were added to the current one, for the feed.
    file: u64,
    added: u64,
    /// Bytes of the file that are on disk.
    synced: u64,
    /// True if the file is to be finished, as somebody asked for.
    is_asked_to_rotate: bool,
    /// Until when a rotation that could not be begun is not tried again.
    rotate_not_before: Option<Instant>,
    /// How many bytes could not be written, if the last ones could not.
    failed: Option<usize>,
    /// When something last was on disk.
    probed: Option<Instant>,
    /// Since when something that was written has not been synced to disk.
    unsynced: Option<Instant>,
}

impl<S: Store> Writer<S> {
    /// Goes on with a store that holds `length` bytes of whole lines, and that many lines, if they are counted.
    pub(super) fn new(
        store: S,
        (length, lines): (u64, Option<u64>),
        sync: Sync,
        followers: LogFollowers,
    ) -> Self {
        let writer = Self {
            store,
            sync,
            followers,
            begins: length,
            length,
            lines,
            counts_lines: lines.is_some(),
            file: 0,
            added: 0,
            synced: length,
            is_asked_to_rotate: false,
            rotate_not_before: None,
            failed: None,
            probed: None,
            unsynced: None,
        };
        writer.tell_end();
        writer
    }

    /// Tells up to where lines are acknowledged.
    fn tell_end(&self) {
        if let Some(end) = &self.followers.end {
            let (file, begins, length) = (self.file, self.begins, self.length);
            end.send_replace(LogEnd { file, numbers: self.store.numbers(), begins, length });
        }
    }

    /// Works until no more orders can come, or the log is broken, which `broken` is told then.
    pub(super) fn run(mut self, orders: &Receiver<Order>, broken: &watch::Sender<Option<NotWritten>>) {
        while let Some(mut batch) = self.next(orders) {
            let written = self.write(&batch);
            if let Err(error) = &written
                && error.broken
            {
                // Before anyone is told, so that nobody adds another line to a broken log.
                broken.send_replace(Some(error.clone()));
            }
            let added = batch.count() as u64;
            batch.tell(&written);
            if written.is_ok() {
                self.tell_end();
            }
            self.note_outcome(&written, batch.lines.len());
            if batch.is_probe() {
                let reach_the_disk = self.reaches_the_disk();
                batch.tell_probes(reach_the_disk);
            }
            match written {
                Ok(LinePlace { offset, .. }) if added > 0 => {
                    if let Some(feed) = &self.followers.feed {
                        feed.put(Recorded { lines: batch.lines, file: self.file, offset, added: self.added });
                    }
                    self.added += added;
                    self.lines = self.lines.map(|lines| lines + added);
                }
                Err(NotWritten { broken: true, .. }) => return,
                Ok(_) | Err(_) => {}
            }
        }
        if let Err(error) = self.bring_to_disk() {
            broken.send_replace(Some(error));
        }
    }

    /// Notes whether a batch of that many bytes is on disk.
    fn note_outcome(&mut self, written: &Written, bytes: usize) {
        if written.is_err() {
            self.failed = Some(bytes.max(1));
        } else if bytes > 0 {
            self.failed = None;
            self.probed = Some(Instant::now());
        }
    }

    /// True if lines reach the disk: the last ones did, or as many bytes do now. Once lines have failed, nobody may send
    /// any more before this says that they would not.
    fn reaches_the_disk(&mut self) -> bool {
        let is_recent = |time: Instant| time.elapsed() < PROBE_AGAIN;
        if self.failed.is_none() && self.probed.is_some_and(is_recent) {
            return true;
        }
        let result = match self.failed {
            Some(bytes) => self.follow().and_then(|_| self.try_out(bytes.min(MOST_PROBED))),
            None => self.store.probe().map_err(|error| NotWritten::failed("write", &error)),
        };
        if result.is_ok() {
            (self.failed, self.probed) = (None, Some(Instant::now()));
        }
        result.is_ok()
    }

    /// Writes blank lines, syncs them, and takes them away again.
    fn try_out(&mut self, bytes: usize) -> Result<(), NotWritten> {
        let (before, unsynced) = (self.length, self.unsynced);
        self.append(&vec![b'\n'; bytes])?;
        let synced = self.store.sync().map_err(|error| NotWritten::failed("sync", &error));
        let cut = self.store.cut(before).map_err(|error| NotWritten::failed("write", &error));
        self.unsynced = unsynced;
        self.length = cut?;
        synced
    }

    /// The orders that wait, up to a number of bytes, once there is one, or at the deadline; none once no more can come.
    fn next(&self, orders: &Receiver<Order>) -> Option<LineBatch> {
        let mut batch = LineBatch::default();
        let first = match self.next_deadline() {
            None => orders.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(deadline) => orders.recv_timeout(deadline.saturating_duration_since(Instant::now())),
        };
        match first {
            Ok(order) => {
                batch.add(order);
                while batch.lines.len() < MOST_AT_ONCE
                    && let Ok(order) = orders.try_recv()
                {
                    batch.add(order);
                }
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return None,
        }
        Some(batch)
    }

    /// When there is something to do even if no line comes.
    fn next_deadline(&self) -> Option<Instant> {
        let sync = match self.sync {
            Sync::Within(time) => self.unsynced.and_then(|since| since.checked_add(time)),
            Sync::Always | Sync::Never => None,
        };
        let rotate = if self.is_asked_to_rotate { Some(Instant::now()) } else { self.store.due() };
        let rotate = rotate
            .filter(|_| self.length > 0)
            .map(|due| self.rotate_not_before.map_or(due, |it| it.max(due)));
        [sync, rotate].into_iter().flatten().min()
    }

    fn write(&mut self, batch: &LineBatch) -> Written {
        let now = Instant::now();
        self.follow()?;
        // An empty file is not finished.
        self.is_asked_to_rotate = (self.is_asked_to_rotate || batch.rotate) && self.length > 0;
        let is_old = self.store.due().is_some_and(|due| due <= now);
        let is_wanted = self.is_asked_to_rotate || (is_old && self.length > 0);
        let may_rotate = self.rotate_not_before.is_none_or(|time| time <= now);
        if may_rotate && (is_wanted || self.store.is_full(self.length, batch.lines.len())) {
            self.rotate(now)?;
        }
        let place = self.add(batch, now)?;
        // No task has been told yet, so that the new file can still take what went away with the old one.
        if self.store.is_deleted() && self.follow()? {
            return self.add(batch, now);
        }
        Ok(place)
    }

    /// Finishes the file and begins the next one. If that cannot be begun, the file goes on, and it is tried again later.
    fn rotate(&mut self, now: Instant) -> Result<(), NotWritten> {
        self.bring_to_disk()?;
        if self.store.rotate().map_err(|error| NotWritten::broken("rotate", &error))? {
            self.begin_file(0);
        } else {
            self.rotate_not_before = now.checked_add(ROTATE_AGAIN);
        }
        Ok(())
    }

    /// Writes a batch, and syncs it to disk if it is time; gives the offset of its first line.
    fn add(&mut self, batch: &LineBatch, now: Instant) -> Written {
        let place = LinePlace { offset: self.length, line: self.lines.map(|lines| lines + 1) };
        if !batch.lines.is_empty() {
            self.append(&batch.lines)?;
        }
        match self.sync {
            Sync::Always => self.bring_to_disk()?,
            Sync::Within(time) if self.is_due(time, now) => self.bring_to_disk()?,
            Sync::Within(_) | Sync::Never => {}
        }
        Ok(place)
    }

    /// Continues in a new file if the current one was renamed or deleted, and in what is left of one that was truncated; true
    /// if so.
    fn follow(&mut self) -> Result<bool, NotWritten> {
        let found =
            self.store.follow(self.length).map_err(|error| NotWritten::failed("start a new file", &error))?;
        if let Some(length) = found {
            self.unsynced = None;
            self.begin_file(length);
        }
        Ok(found.is_some())
    }

    /// Continues with another file, which has that many bytes of whole lines.
    fn begin_file(&mut self, length: u64) {
        (self.length, self.synced, self.added, self.begins) = (length, length, 0, length);
        // What another program has left in it is not counted.
        self.lines = (self.counts_lines && length == 0).then_some(0);
        (self.is_asked_to_rotate, self.rotate_not_before) = (false, None);
        self.file += 1;
    }

    fn is_due(&self, time: Duration, now: Instant) -> bool {
        self.unsynced.is_some_and(|since| now.duration_since(since) >= time)
    }

    fn append(&mut self, lines: &[u8]) -> Result<(), NotWritten> {
        if let Err(error) = self.store.append(lines) {
            // Half a line would spoil the next one.
            return Err(match self.store.cut(self.length) {
                Ok(length) => {
                    self.length = length;
                    self.synced = self.synced.min(length);
                    NotWritten::failed("write", &error)
                }
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
            // What no one was told of need not stay. With the weaker options it was reported, and may be on disk.
            if self.sync == Sync::Always {
                drop(self.store.cut(self.synced));
            }
            NotWritten::broken("sync", &error)
        })?;
        self.synced = self.length;
        Ok(())
    }
}
