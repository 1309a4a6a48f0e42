//! The file that a log is written to, and the one that takes its place when it is finished.

use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use super::file_identity::{is_deleted, leads_to};
use super::fs::{create, keep_others_out, sync_folder};
use super::recovery::open_log;
use super::rotation::{Aftermath, Rotation, finished_name};
use crate::live::capture::tally::CaptureTally;

/// What a log is written to. A file, or in tests something that fails when it should.
pub(super) trait Store: Send {
    /// Appends whole lines. If it fails, some of them may have been written.
    fn append(&mut self, lines: &[u8]) -> io::Result<()>;
    /// Returns once everything that was written is on disk.
    fn sync(&mut self) -> io::Result<()>;
    /// Drops everything after that many bytes.
    fn cut(&mut self, length: u64) -> io::Result<()>;
    /// True if the file should be finished before that many bytes are added to its `length`.
    fn is_full(&self, length: u64, more: usize) -> bool;
    /// When a file that holds anything is to be finished because of its age.
    fn due(&self) -> Option<Instant>;
    /// Finishes the file, all of which is on disk, and begins an empty one.
    fn rotate(&mut self) -> io::Result<()>;
    /// Goes on with the file at the log's path, and gives the bytes of whole lines in it, if that is another one than
    /// before: the one that was being written was renamed or deleted.
    fn follow(&mut self) -> io::Result<Option<u64>>;
    /// True if what was written goes away with the file, which has been deleted.
    fn is_deleted(&self) -> bool;
}

/// A file on disk.
#[derive(Debug)]
pub(super) struct FileStore {
    path: PathBuf,
    file: File,
    begun: Instant,
    rotation: Rotation,
    aftermath: Aftermath,
    tally: Arc<CaptureTally>,
}

impl FileStore {
    /// Takes over a file that is open for appending.
    pub(super) fn new(
        path: PathBuf,
        file: File,
        rotation: Rotation,
        aftermath: Aftermath,
        tally: Arc<CaptureTally>,
    ) -> Self {
        // A file that an earlier run began is as old as it is. Not every file system knows.
        let created = file.metadata().and_then(|metadata| metadata.created()).ok();
        let age = created.and_then(|created| created.elapsed().ok()).unwrap_or_default();
        let now = Instant::now();
        Self { path, file, begun: now.checked_sub(age).unwrap_or(now), rotation, aftermath, tally }
    }
}

impl Store for FileStore {
    fn append(&mut self, lines: &[u8]) -> io::Result<()> {
        self.file.write_all(lines)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.file.sync_data()
    }

    fn cut(&mut self, length: u64) -> io::Result<()> {
        self.file.set_len(length)
    }

    fn is_full(&self, length: u64, more: usize) -> bool {
        self.rotation.size.is_some_and(|size| length > 0 && length + more as u64 > size)
    }

    fn due(&self) -> Option<Instant> {
        self.rotation.every.and_then(|every| self.begun.checked_add(every))
    }

    fn rotate(&mut self) -> io::Result<()> {
        let finished = match &self.aftermath {
            Aftermath::Replaces(path) => path.clone(),
            Aftermath::Stays | Aftermath::IsCompressed(_) => finished_name(&self.path)?,
        };
        std::fs::rename(&self.path, &finished)?;
        self.file = create(&self.path)?;
        keep_others_out(&self.file)?;
        sync_folder(&self.path)?;
        self.begun = Instant::now();
        if let Aftermath::IsCompressed(compressor) = &self.aftermath {
            compressor.compress(finished);
        }
        Ok(())
    }

    fn follow(&mut self) -> io::Result<Option<u64>> {
        if leads_to(&self.path, &self.file) {
            return Ok(None);
        }
        // It may be there still under another name, and under the weaker options it may not be on disk.
        self.file.sync_data()?;
        let (file, found) = open_log(&self.path)?;
        let what = if is_deleted(&self.file) { "deleted" } else { "renamed" };
        self.tally.note(format!("`{}` was {what}, and has been started again", self.path.display()));
        (self.file, self.begun) = (file, Instant::now());
        Ok(Some(found.length))
    }

    fn is_deleted(&self) -> bool {
        is_deleted(&self.file)
    }
}
