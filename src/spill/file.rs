//! A temporary file that grows, and is read at any place.

use std::fmt;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::{Mutex, PoisonError};

/// What does not fit in memory cannot be kept elsewhere either, or not be read back.
#[derive(Debug)]
pub struct SpillError {
    what: Failed,
    cause: io::Error,
}

#[derive(Clone, Copy, Debug)]
enum Failed {
    Keeping,
    Reading,
}

impl fmt::Display for SpillError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let folder = std::env::temp_dir();
        let folder = folder.display();
        match self.what {
            Failed::Keeping => write!(
                formatter,
                "cannot write what does not fit in memory to a temporary file in `{folder}`; set `TMPDIR` to use \
                 another directory"
            ),
            Failed::Reading => write!(formatter, "cannot read back a temporary file in `{folder}`"),
        }
    }
}

impl std::error::Error for SpillError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.cause)
    }
}

impl SpillError {
    /// What is read back is not what was written.
    pub fn damaged() -> Self {
        Self::reading(io::Error::new(io::ErrorKind::InvalidData, "it does not contain what was written"))
    }

    fn keeping(cause: io::Error) -> Self {
        Self { what: Failed::Keeping, cause }
    }

    fn reading(cause: io::Error) -> Self {
        Self { what: Failed::Reading, cause }
    }
}

/// A range of a file, in bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct FileRange {
    pub(super) start: u64,
    pub(super) end: u64,
}

/// A temporary file without a name.
#[derive(Debug, Default)]
pub(super) struct SpillFile(Mutex<AppendFile>);

#[derive(Debug, Default)]
struct AppendFile {
    file: Option<File>,
    end: u64,
}

impl SpillFile {
    /// Appends bytes; returns where they are.
    pub(super) fn append(&self, bytes: &[u8]) -> Result<FileRange, SpillError> {
        let mut written = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        written.append(bytes).map_err(SpillError::keeping)
    }

    /// Fills `bytes` from a place.
    pub(super) fn read(&self, at: u64, bytes: &mut [u8]) -> Result<(), SpillError> {
        let written = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(mut file) = written.file.as_ref() else { return Err(SpillError::damaged()) };
        let read = file.seek(SeekFrom::Start(at)).and_then(|_| file.read_exact(bytes));
        read.map_err(SpillError::reading)
    }
}

impl AppendFile {
    fn append(&mut self, bytes: &[u8]) -> io::Result<FileRange> {
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(tempfile::tempfile()?),
        };
        // Reading moves the place too.
        file.seek(SeekFrom::Start(self.end))?;
        file.write_all(bytes)?;
        let start = self.end;
        self.end += bytes.len() as u64;
        Ok(FileRange { start, end: self.end })
    }
}
