//! The files of a log, in the order in which they were written.

use std::io;
use std::path::{Path, PathBuf};

use super::log_file::head_of;
use crate::deliveries::FileMark;
use crate::live::capture::log::{FinishedFile, finished_files};

/// The folder of a log.
#[derive(Clone, Debug)]
pub(super) struct LogFolder {
    log: PathBuf,
}

impl LogFolder {
    /// That of the log at this path.
    pub(super) fn of(log: &Path) -> Self {
        Self { log: log.to_owned() }
    }

    /// The path of the file with that mark, whatever it is called now.
    ///
    /// # Errors
    /// If the folder cannot be read.
    pub(super) fn find(&self, mark: &FileMark) -> io::Result<Option<PathBuf>> {
        let is_it = |path: &Path| {
            head_of(path, mark.head_wanted()).is_ok_and(|(numbers, head)| mark.is(numbers, &head))
        };
        if is_it(&self.log) {
            return Ok(Some(self.log.clone()));
        }
        let finished = finished_files(&self.log)?;
        if let Some(found) = finished.iter().rev().find(|file| is_it(&file.path)) {
            return Ok(Some(found.path.clone()));
        }
        // Renamed by another program, next to the log.
        let name = self.log.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let folder = self.log.parent().filter(|folder| !folder.as_os_str().is_empty());
        for entry in std::fs::read_dir(folder.unwrap_or(Path::new(".")))? {
            let path = entry?.path();
            let is_beside = path.file_name().is_some_and(|it| it.to_string_lossy().starts_with(&*name));
            if is_beside && path.is_file() && is_it(&path) {
                return Ok(Some(path));
            }
        }
        Ok(None)
    }

    /// The file that follows the one that is called so; of one that is not among the finished files, the first that was
    /// finished at `since` or later, in Unix milliseconds.
    ///
    /// # Errors
    /// If the folder cannot be read.
    pub(super) fn after(&self, current: &FileMark, since: i64) -> io::Result<PathBuf> {
        let finished = finished_files(&self.log)?;
        let is_it = |file: &FinishedFile| {
            head_of(&file.path, current.head_wanted()).is_ok_and(|(numbers, head)| current.is(numbers, &head))
        };
        let next = match finished.iter().rposition(is_it) {
            Some(at) => finished.get(at + 1),
            None => finished.iter().find(|file| file.finished_at >= since),
        };
        Ok(next.map_or_else(|| self.log.clone(), |file| file.path.clone()))
    }

    /// The oldest file that was finished at `since` or later, otherwise the log.
    ///
    /// # Errors
    /// If the folder cannot be read.
    pub(super) fn since(&self, since: i64) -> io::Result<PathBuf> {
        let finished = finished_files(&self.log)?;
        let first = finished.into_iter().find(|file| file.finished_at >= since);
        Ok(first.map_or_else(|| self.log.clone(), |file| file.path))
    }
}
