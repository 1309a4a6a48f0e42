//! The lines of a log from a position on, over all of its files.
//!
//! Comes in: a folder, a position, and the end up to which lines of the current file are acknowledged. Goes out: lines
//! in the order in which they were captured. Must not: give a line that was not acknowledged, or skip one.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use tokio::sync::watch;

use super::log_file::LogFile;
use super::log_folder::LogFolder;
use crate::deliveries::FileMark;
use crate::live::capture::log::LogEnd;

/// A line, where it stands.
#[derive(Debug)]
pub(super) struct TailLine {
    pub(super) file: u64,
    pub(super) offset: u64,
    pub(super) text: Vec<u8>,
}

/// Follows a log.
#[derive(Debug)]
pub(super) struct LogTail {
    folder: LogFolder,
    file: LogFile,
    /// The number of the file that is read.
    number: u64,
    /// By what files are known that are spoken of, by their numbers.
    marks: BTreeMap<u64, FileMark>,
    /// When the file was opened, in Unix milliseconds.
    opened_at: i64,
    /// Which time the writer has begun this file, once that is known.
    begun: Option<u64>,
    ends: watch::Receiver<LogEnd>,
}

impl LogTail {
    /// Follows a log from an offset of this file on, which has that number; `marks` are those of files before it.
    pub(super) fn new(
        folder: LogFolder,
        path: &Path,
        offset: u64,
        (marks, number): (BTreeMap<u64, FileMark>, u64),
        ends: watch::Receiver<LogEnd>,
        now: i64,
    ) -> io::Result<Self> {
        let mut file = LogFile::open(path)?;
        file.go_to(offset)?;
        Ok(Self { folder, file, number, marks, opened_at: now, begun: None, ends })
    }

    /// The next line; none before one is whole and acknowledged.
    ///
    /// # Errors
    /// If a file cannot be read. It can be tried again.
    pub(super) fn next(&mut self, now: i64) -> io::Result<Option<TailLine>> {
        loop {
            let end = *self.ends.borrow();
            let is_current = end.numbers == self.file.numbers() && end.numbers != (0, 0);
            if is_current {
                self.follow_writer(end)?;
            }
            if let Some((offset, text)) = self.file.next_line(is_current.then_some(end.length))? {
                return Ok(Some(TailLine { file: self.number, offset, text }));
            }
            if is_current || !self.go_on(now)? {
                return Ok(None);
            }
        }
    }

    /// Another program may have truncated the file that is being written: what is added then is read from there.
    fn follow_writer(&mut self, end: LogEnd) -> io::Result<()> {
        if self.begun.is_some_and(|begun| begun != end.file) && end.begins < self.file.offset() {
            self.file.go_to(end.begins)?;
        }
        self.begun = Some(end.file);
        Ok(())
    }

    /// Goes on with the next file; false if it is the same one, which the writer has not told of yet.
    fn go_on(&mut self, now: i64) -> io::Result<bool> {
        self.file.refresh_mark()?;
        let next = self.folder.after(self.file.mark(), self.opened_at)?;
        let next = LogFile::open(&next)?;
        if next.numbers() == self.file.numbers() && next.numbers() != (0, 0) {
            return Ok(false);
        }
        self.marks.insert(self.number, self.file.mark().clone());
        (self.file, self.opened_at, self.begun) = (next, now, None);
        self.number += 1;
        Ok(true)
    }

    /// The marks of the files with these numbers and of the one that is read, in order, and the offset in that.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub(super) fn position(&mut self, wanted: &[u64]) -> io::Result<(Vec<(u64, FileMark)>, u64)> {
        self.file.refresh_mark()?;
        let number = self.number;
        self.marks.retain(|known, _| wanted.contains(known) && *known != number);
        let mut files: Vec<(u64, FileMark)> =
            self.marks.iter().map(|(number, mark)| (*number, mark.clone())).collect();
        files.push((number, self.file.mark().clone()));
        Ok((files, self.file.offset()))
    }

    /// The name of the file that is read.
    pub(super) fn name(&self) -> String {
        self.file.path().display().to_string()
    }

    /// Returns once there may be more lines.
    pub(super) async fn grown(&mut self) {
        if self.ends.changed().await.is_err() {
            // The writer is gone, and nothing is added any more.
            std::future::pending::<()>().await;
        }
    }
}
