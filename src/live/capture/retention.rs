//! Room on the disk: finished files are deleted, the oldest first, and a disk that is nearly full takes no more requests.
//!
//! Comes in: bounds, and the files that still have to be delivered. Goes out: deleted files, and whether there is room.
//! Must not: delete a file that still has to be delivered, or the one that is being written.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::delivery::{Needed, head_of};
use super::log::{FinishedFile, finished_files};
use super::tally::CaptureTally;
use crate::source::plain;

/// What bounds finished files.
#[derive(Clone, Copy, Debug, Default)]
pub struct RetentionOptions {
    /// How many of a log are kept at most.
    pub keep: Option<usize>,
    /// How many bytes they may have, together with the files that are being written.
    pub max_total: Option<u64>,
    /// How many bytes must be free on the disk.
    pub min_free: u64,
}

impl RetentionOptions {
    /// True if no number or size bounds finished files.
    pub fn is_unbounded(&self) -> bool {
        self.keep.is_none() && self.max_total.is_none()
    }
}

/// Keeps the room.
#[derive(Debug)]
pub(super) struct Retention {
    options: RetentionOptions,
    /// The log, and those next to it that are finished as well.
    logs: Vec<PathBuf>,
    /// What of the log is still needed, if it is delivered in the background.
    needed: Option<Needed>,
    is_short: AtomicBool,
    tally: Arc<CaptureTally>,
}

/// A finished file, and whether it may be deleted.
struct FinishedCandidate {
    file: FinishedFile,
    bytes: u64,
    /// The log that it belongs to, by its index.
    log: usize,
}

impl Retention {
    /// Keeps the room of these logs, of which the first may have to be delivered.
    pub(super) fn new(
        options: RetentionOptions,
        logs: Vec<PathBuf>,
        needed: Option<Needed>,
        tally: Arc<CaptureTally>,
    ) -> Self {
        Self { options, logs, needed, is_short: AtomicBool::new(false), tally }
    }

    /// False while the disk is nearly full.
    pub(super) fn has_room(&self) -> bool {
        !self.is_short.load(Ordering::Relaxed)
    }

    /// Deletes what is too much, and finds out how much room is left.
    pub(super) fn check(&self) {
        if let Err(error) = self.bound() {
            self.tally.note(format!("finished files cannot be counted: {}", plain(&error)));
        }
        let is_short = self.free().is_some_and(|free| free < self.options.min_free);
        if is_short {
            let least = self.options.min_free;
            self.tally.note(format!(
                "less than {least} bytes are free on the disk, so requests are answered with 503 (--min-free)"
            ));
        }
        self.is_short.store(is_short, Ordering::Relaxed);
    }

    fn bound(&self) -> io::Result<()> {
        if self.options.is_unbounded() {
            return Ok(());
        }
        let mut candidates: Vec<FinishedCandidate> = Vec::new();
        let mut total = 0;
        for (log, path) in self.logs.iter().enumerate() {
            total += path.metadata().map_or(0, |metadata| metadata.len());
            let files = finished_files(path)?;
            let (done, kept) =
                files.split_at(if log == 0 { self.deliverable_from(&files) } else { files.len() });
            total += kept.iter().map(|file| length(&file.path)).sum::<u64>();
            let mut of_log = files.len();
            for file in done {
                let bytes = length(&file.path);
                total += bytes;
                if self.options.keep.is_some_and(|keep| of_log > keep) {
                    total -= self.delete(&file.path, bytes);
                    of_log -= 1;
                } else {
                    candidates.push(FinishedCandidate { file: file.clone(), bytes, log });
                }
            }
        }
        candidates.sort_by_key(|it| (it.file.finished_at, it.log));
        for FinishedCandidate { file, bytes, .. } in candidates {
            let is_too_much = self.options.max_total.is_some_and(|most| total > most);
            let is_short = || self.free().is_some_and(|free| free < self.options.min_free);
            if is_too_much || is_short() {
                total -= self.delete(&file.path, bytes);
            }
        }
        Ok(())
    }

    /// The index of the first finished file that still has to be delivered.
    fn deliverable_from(&self, files: &[FinishedFile]) -> usize {
        let Some(needed) = &self.needed else { return files.len() };
        // Nothing is known yet: everything may have to be delivered.
        let Some(marks) = needed.files() else { return 0 };
        let is_needed = |file: &FinishedFile| {
            marks.iter().any(|mark| {
                head_of(&file.path, mark.head_wanted()).is_ok_and(|(numbers, head)| mark.is(numbers, &head))
            })
        };
        files.iter().position(is_needed).unwrap_or(files.len())
    }

    /// Deletes a file; gives the bytes that are free again.
    fn delete(&self, path: &Path, bytes: u64) -> u64 {
        match std::fs::remove_file(path) {
            Ok(()) => bytes,
            Err(error) => {
                self.tally.note(format!("`{}` cannot be deleted: {}", path.display(), plain(&error)));
                0
            }
        }
    }

    /// Bytes that are free where the log is; none if the system does not say.
    #[cfg(unix)]
    fn free(&self) -> Option<u64> {
        let folder = self.logs.first()?.parent().filter(|folder| !folder.as_os_str().is_empty());
        let stat = rustix::fs::statvfs(folder.unwrap_or(Path::new("."))).ok()?;
        Some(stat.f_bavail.saturating_mul(stat.f_frsize))
    }

    #[cfg(not(unix))]
    fn free(&self) -> Option<u64> {
        None
    }
}

fn length(path: &Path) -> u64 {
    path.metadata().map_or(0, |metadata| metadata.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deliveries::{Delivered, FileMark};

    /// A log with finished files of 100 bytes, one a second.
    fn folder(files: u32) -> io::Result<(tempfile::TempDir, PathBuf)> {
        let folder = tempfile::tempdir()?;
        let log = folder.path().join("a.log");
        std::fs::write(&log, vec![b'x'; 100])?;
        for number in 0..files {
            let name = format!("a.log.20260131T2359{number:02}.000Z");
            std::fs::write(folder.path().join(name), vec![b'0' + number as u8; 100])?;
        }
        Ok((folder, log))
    }

    fn left(log: &Path) -> io::Result<Vec<i64>> {
        Ok(finished_files(log)?.into_iter().map(|file| file.finished_at / 1000 % 60).collect())
    }

    fn check(log: &Path, options: RetentionOptions, needed: Option<Needed>) -> bool {
        let retention = Retention::new(options, vec![log.to_owned()], needed, Arc::default());
        retention.check();
        retention.has_room()
    }

    #[test]
    fn the_oldest_go_first() -> io::Result<()> {
        let (_folder, log) = folder(5)?;
        assert!(check(&log, RetentionOptions { keep: Some(3), ..RetentionOptions::default() }, None));
        assert_eq!(left(&log)?, [2, 3, 4]);
        check(&log, RetentionOptions { max_total: Some(250), ..RetentionOptions::default() }, None);
        assert_eq!(left(&log)?, [4]);
        assert!(!check(&log, RetentionOptions { min_free: u64::MAX, ..RetentionOptions::default() }, None));
        assert_eq!(left(&log)?, [4], "nothing is deleted that no bound speaks of");
        Ok(())
    }

    #[test]
    fn what_has_to_be_delivered_stays() -> io::Result<()> {
        let (_folder, log) = folder(5)?;
        let few = RetentionOptions { keep: Some(0), ..RetentionOptions::default() };
        check(&log, few, Some(Needed::default()));
        assert_eq!(left(&log)?.len(), 5, "nothing is known of what is delivered");
        let mark = FileMark::new("a".into(), (0, 0), &[b'3'; 100]);
        let state = Delivered { files: vec![mark], ..Delivered::default() };
        let needed = Needed::default();
        needed.set(state.files);
        check(&log, few, Some(needed));
        assert_eq!(left(&log)?, [3, 4]);
        Ok(())
    }
}
