//! Where messages wait until they are sent: a temporary file without a name, so that memory does not grow with them.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

use super::message::Message;

/// Messages in a temporary file.
#[derive(Debug)]
pub struct Spool {
    file: File,
    length: u64,
}

impl Spool {
    /// An empty one.
    ///
    /// # Errors
    /// Returns an error if no temporary file can be made.
    pub fn new() -> io::Result<Self> {
        Ok(Self { file: tempfile::tempfile()?, length: 0 })
    }

    /// Appends written messages; returns where the first of them stands.
    ///
    /// # Errors
    /// Returns an error if the file cannot be written.
    pub fn append(&mut self, bytes: &[u8]) -> io::Result<u64> {
        let at = self.length;
        self.file.write_all(bytes)?;
        self.length += bytes.len() as u64;
        Ok(at)
    }

    /// Reads one message. Nothing can be appended any more.
    ///
    /// # Errors
    /// Returns an error if the file cannot be read.
    pub(super) fn read(&self, at: u64, length: u64) -> io::Result<Message> {
        let mut bytes = vec![0; usize::try_from(length).unwrap_or(usize::MAX)];
        (&self.file).seek(SeekFrom::Start(at))?;
        (&self.file).read_exact(&mut bytes)?;
        Message::read(&bytes).ok_or_else(|| io::ErrorKind::InvalidData.into())
    }
}
