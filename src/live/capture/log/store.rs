//! The file that a log is written to, and the one that takes its place when it is finished.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use super::file_identity::{is_deleted, leads_to, numbers};
use super::finished::finished_name;
use super::fs::{Folder, companion, create, hidden, keep_others_out};
use super::recovery::{open_log, recover, whole_lines};
use super::rotation::{Aftermath, Rotation};
use crate::live::capture::tally::CaptureTally;
use crate::source::plain;

/// What a log is written to. A file, or in tests something that fails when it should.
pub(super) trait Store: Send {
    /// Appends whole lines. If it fails, some of them may have been written.
    fn append(&mut self, lines: &[u8]) -> io::Result<()>;
    /// Returns once everything that was written is on disk.
    fn sync(&mut self) -> io::Result<()>;
    /// Drops everything after that many bytes, which hold whole lines; gives how many are left. They are fewer if the file
    /// was truncated by another program: then whole lines are left, and nothing is added to it.
    fn cut(&mut self, length: u64) -> io::Result<u64>;
    /// True if the file should be finished before that many bytes are added to its `length`.
    fn is_full(&self, length: u64, more: usize) -> bool;
    /// When a file that holds anything is to be finished because of its age.
    fn due(&self) -> Option<Instant>;
    /// Finishes the file, all of which is on disk, and begins an empty one. False if that cannot be begun, for lack of
    /// descriptors, inodes or room: then nothing has happened, and the file goes on.
    fn rotate(&mut self) -> io::Result<bool>;
    /// Goes on with what is at the log's path, and gives the bytes of whole lines in it, if the file that was being written,
    /// of `length` bytes, is not there any more: it was renamed, deleted, or truncated.
    fn follow(&mut self, length: u64) -> io::Result<Option<u64>>;
    /// Finds out whether there is room for a line, without adding one.
    fn probe(&self) -> io::Result<()>;
    /// True if what was written goes away with the file, which has been deleted.
    fn is_deleted(&self) -> bool;
    /// What tells the file from all others that are there; zeros if nothing does.
    fn numbers(&self) -> (u64, u64) {
        (0, 0)
    }
}

/// Bytes that there must be room for: a line, and then some.
const PROBE: usize = 4096;

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

/// The file that a log goes on in, in its place.
struct NextFile {
    file: File,
    /// The folder of both, which is not synced yet.
    folder: Folder,
    /// The name of the file that is finished.
    finished: PathBuf,
}

/// The name of the next file of a log until it takes the place of the current one.
pub(super) fn next_name(path: &Path) -> PathBuf {
    companion(&hidden(path), "next")
}

impl FileStore {
    /// Puts an empty file in the place of the current one. All that it needs is there before anything is renamed; if it
    /// fails, the current file is where it was.
    fn begin_next(&self) -> io::Result<NextFile> {
        let next = next_name(&self.path);
        let finished = match &self.aftermath {
            Aftermath::Replaces(path) => path.clone(),
            Aftermath::Stays(_) => finished_name(&self.path)?,
        };
        // A killed process may have left it, empty.
        drop(std::fs::remove_file(&next));
        let file = create(&next)?;
        keep_others_out(&file)?;
        let folder = Folder::of(&self.path)?;
        std::fs::rename(&self.path, &finished)?;
        if let Err(error) = std::fs::rename(&next, &self.path) {
            std::fs::rename(&finished, &self.path)?;
            return Err(error);
        }
        Ok(NextFile { file, folder, finished })
    }

    /// Goes on in a file that another program has truncated; gives the bytes of whole lines in it.
    fn follow_truncated(&mut self, length: u64, there: u64) -> io::Result<u64> {
        let (left, torn) = recover(&self.path, &mut self.file)?;
        let lost = length - there;
        let moved = torn.map(|torn| format!("; half a line was moved to `{}`", torn.moved_to.display()));
        self.tally.note(format!(
            "`{}` was truncated by another program, which removed {lost} bytes{}",
            self.path.display(),
            moved.unwrap_or_default()
        ));
        Ok(left)
    }
}

impl Store for FileStore {
    fn append(&mut self, lines: &[u8]) -> io::Result<()> {
        self.file.write_all(lines)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.file.sync_data()
    }

    fn cut(&mut self, length: u64) -> io::Result<u64> {
        // To set a length that the file does not have any more would fill it with zeros.
        let there = self.file.metadata()?.len();
        let length = if there < length { whole_lines(&mut self.file, there)? } else { length };
        self.file.set_len(length)?;
        Ok(length)
    }

    fn is_full(&self, length: u64, more: usize) -> bool {
        self.rotation.size.is_some_and(|size| length > 0 && length + more as u64 > size)
    }

    fn due(&self) -> Option<Instant> {
        self.rotation.every.and_then(|every| self.begun.checked_add(every))
    }

    fn rotate(&mut self) -> io::Result<bool> {
        let next = match self.begin_next() {
            Ok(next) => next,
            Err(error) => {
                drop(std::fs::remove_file(next_name(&self.path)));
                self.tally.note(format!(
                    "no new file can be begun, so `{}` is continued for now: {}",
                    self.path.display(),
                    plain(&error)
                ));
                return Ok(false);
            }
        };
        self.file = next.file;
        next.folder.sync()?;
        self.begun = Instant::now();
        if let Aftermath::Stays(compressor) = &self.aftermath {
            compressor.compress(next.finished);
        }
        Ok(true)
    }

    fn follow(&mut self, length: u64) -> io::Result<Option<u64>> {
        if leads_to(&self.path, &self.file) {
            return match self.file.metadata()?.len() {
                there if there < length => self.follow_truncated(length, there).map(Some),
                _ => Ok(None),
            };
        }
        // It may be there still under another name, and under the weaker options it may not be on disk.
        self.file.sync_data()?;
        let (file, found) = open_log(&self.path)?;
        let what = if is_deleted(&self.file) { "deleted" } else { "renamed" };
        self.tally.note(format!("`{}` was {what}, and has been started again", self.path.display()));
        (self.file, self.begun) = (file, Instant::now());
        Ok(Some(found.length))
    }

    fn probe(&self) -> io::Result<()> {
        let path = companion(&hidden(&self.path), "probe");
        drop(std::fs::remove_file(&path));
        // A lack of descriptors or inodes stops no line.
        let Ok(mut file) = create(&path) else { return Ok(()) };
        let written = file.write_all(&[b'\n'; PROBE]).and_then(|()| file.sync_data());
        drop(std::fs::remove_file(&path));
        written
    }

    fn is_deleted(&self) -> bool {
        is_deleted(&self.file)
    }

    fn numbers(&self) -> (u64, u64) {
        numbers(&self.file)
    }
}
