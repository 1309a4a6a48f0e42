//! `LOG.delivered` on disk, and which files are still needed.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::deliveries::{Delivered, FileMark};
use crate::live::capture::log::{companion, replace_file};

/// The files that still have to be delivered, as the position on disk says; none: that is not known yet.
#[derive(Clone, Debug, Default)]
pub(in crate::live::capture) struct Needed(Arc<Mutex<Option<Vec<FileMark>>>>);

impl Needed {
    /// From now on these are needed, the oldest first.
    pub(in crate::live::capture) fn set(&self, files: Vec<FileMark>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(files);
    }

    /// The files, the oldest first.
    pub(in crate::live::capture) fn files(&self) -> Option<Vec<FileMark>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The position of a log.
#[derive(Debug)]
pub(super) struct PositionFile {
    path: PathBuf,
    needed: Needed,
}

impl PositionFile {
    /// That of the log at this path.
    pub(super) fn of(log: &Path, needed: Needed) -> Self {
        Self { path: companion(log, "delivered"), needed }
    }

    /// What it says; none if it is not there.
    ///
    /// # Errors
    /// If it is there and cannot be used.
    pub(super) fn read(&self) -> io::Result<Option<Delivered>> {
        let text = match std::fs::read(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            text => text?,
        };
        let read = Delivered::read(&text).map_err(|cause| {
            io::Error::new(
                io::ErrorKind::InvalidData,
                format!(
                    "`{}`: {cause}; move it away to begin at the end of the log, and send what is missing with `replay`",
                    self.path.display()
                ),
            )
        })?;
        self.needed.set(read.files.clone());
        Ok(Some(read))
    }

    /// Replaces it in one step, and syncs it to disk.
    ///
    /// # Errors
    /// If it cannot be written; the old one is there then.
    pub(super) fn write(&self, state: Delivered) -> io::Result<()> {
        let files = state.files.clone();
        let text = state.write();
        replace_file(&self.path, |file| file.write_all(&text))?;
        self.needed.set(files);
        Ok(())
    }
}
