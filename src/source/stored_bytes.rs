//! The bytes of an input as they are stored: counted, kept for a second pass, and errors remembered.

use std::fs::File;
use std::io::{self, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::error::plain;

/// The error of a pipe that cannot be saved, which is not an error of the pipe itself.
#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` gives")]
pub(super) fn not_kept(error: io::Error) -> io::Error {
    let (folder, cause) = (std::env::temp_dir(), plain(&error));
    let folder = folder.display();
    let text = format!(
        "it is read twice, but cannot be saved to a temporary file in `{folder}`: {cause}; set `TMPDIR` to use another directory"
    );
    io::Error::new(error.kind(), text)
}

/// Counts the bytes that come through, keeps them, and remembers whether that failed.
pub(super) struct StoredBytes<'s, R> {
    inner: R,
    read: &'s AtomicU64,
    keep: Option<File>,
    failed: Arc<AtomicBool>,
}

impl<'s, R> StoredBytes<'s, R> {
    pub(super) fn new(inner: R, read: &'s AtomicU64, keep: Option<File>) -> Self {
        Self { inner, read, keep, failed: Arc::default() }
    }

    /// True once reading them has failed.
    pub(super) fn failed(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.failed)
    }

    pub(super) fn get_mut(&mut self) -> &mut R {
        &mut self.inner
    }
}

impl StoredBytes<'_, File> {
    /// The same file, whose bytes are counted with these.
    pub(super) fn try_clone(&self) -> io::Result<Self> {
        let failed = Arc::clone(&self.failed);
        Ok(Self { inner: self.inner.try_clone()?, read: self.read, keep: None, failed })
    }
}

impl<R: Read> Read for StoredBytes<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer).and_then(|length| {
            if let Some(file) = &mut self.keep {
                file.write_all(&buffer[..length]).map_err(not_kept)?;
            }
            Ok(length)
        });
        match &read {
            Ok(length) => drop(self.read.fetch_add(*length as u64, Ordering::Relaxed)),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => self.failed.store(true, Ordering::Relaxed),
        }
        read
    }
}
