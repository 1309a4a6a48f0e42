//! The journal of a run: a line for each request, written as it happens, and kept however the run ends.
//!
//! Comes in: whole lines. Goes out: a file that holds whole lines alone. Must not: end the run. A line that cannot be
//! written is counted, and the next one is tried again.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::report::counted;
use crate::source::plain;

/// An open journal.
#[derive(Debug)]
pub(super) struct Journal {
    path: PathBuf,
    file: File,
    /// True for a file that can be cut back.
    is_regular: bool,
    /// Bytes of whole lines.
    length: u64,
    lines: u64,
    /// Lines that could not be written, and why the first could not.
    missing: u64,
    cause: Option<String>,
}

impl Journal {
    /// Opens one. What an earlier run has written stays until [`Journal::begin`].
    ///
    /// # Errors
    /// Returns an error if it cannot be written, with its name and the cause.
    pub(super) fn open(path: &Path) -> anyhow::Result<Self> {
        let context = || format!("cannot write `{}`", path.display());
        let is_new = !path.exists();
        let file = File::options().append(true).create(true).open(path).with_context(context)?;
        let is_regular = file.metadata().with_context(context)?.is_file();
        if is_new && is_regular {
            // Until something is sent there is nothing to tell.
            drop(std::fs::remove_file(path));
        }
        Ok(Self { path: path.to_owned(), file, is_regular, length: 0, lines: 0, missing: 0, cause: None })
    }

    /// Begins the journal of a run, in the place of an earlier one.
    ///
    /// # Errors
    /// As for [`Journal::open`].
    pub(super) fn begin(&mut self) -> anyhow::Result<()> {
        let context = || format!("cannot write `{}`", self.path.display());
        self.file = File::options().append(true).create(true).open(&self.path).with_context(context)?;
        if self.is_regular {
            self.file.set_len(0).with_context(context)?;
        }
        Ok(())
    }

    /// Writes a line. Returns what is to be said if it is the first that cannot be written.
    pub(super) fn put(&mut self, line: &[u8]) -> Option<String> {
        self.lines += 1;
        match self.file.write_all(line) {
            Ok(()) => {
                self.length += line.len() as u64;
                None
            }
            Err(error) => self.miss(&error),
        }
    }

    fn miss(&mut self, error: &io::Error) -> Option<String> {
        // Half a line would spoil the next one. A pipe or a device cannot be cut back.
        if self.is_regular {
            drop(self.file.set_len(self.length));
        }
        self.missing += 1;
        if self.cause.is_some() {
            return None;
        }
        let cause = plain(error);
        let said = format!("cannot write `{}`: {cause}; the run goes on", self.path.display());
        self.cause = Some(cause);
        Some(said)
    }

    /// Syncs it to disk. Returns an error, in words, if lines are missing.
    pub(super) fn finish(self) -> Result<(), String> {
        let name = self.path.display();
        if let Some(cause) = &self.cause {
            let all = counted(self.lines, "request");
            return Err(format!("`{name}` lacks {} of {all}: {cause}", self.missing));
        }
        let synced = if self.is_regular { self.file.sync_all() } else { Ok(()) };
        synced.map_err(|error| format!("cannot write `{name}`: {}", plain(&error)))
    }
}
