//! A source as a stream of decompressed bytes.

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use flate2::bufread::MultiGzDecoder;

use super::error::plain;

/// Buffer in front of a decompressor, in bytes.
const BUFFER: usize = 256 * 1024;

/// What an input is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// Standard input.
    Stdin,
    /// A file.
    File(PathBuf),
}

/// Why a stream ended early.
#[derive(Debug)]
pub enum ReadError {
    /// The compressed data is damaged or cut off; everything before has been delivered.
    Damaged(String),
    /// The input cannot be read, or not be kept.
    Io(io::Error),
}

/// Decompressed bytes of one source.
pub struct ByteStream<'s> {
    reader: Box<dyn Read + Send + 's>,
    /// True if the bytes are decompressed on the way.
    compressed: bool,
    /// True once reading the stored bytes has failed, as opposed to decompressing them.
    failed: Arc<AtomicBool>,
    keep: Option<File>,
}

impl std::fmt::Debug for ByteStream<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("ByteStream").field("compressed", &self.compressed).finish_non_exhaustive()
    }
}

impl<'s> ByteStream<'s> {
    /// A file that is not compressed.
    pub(super) fn plain(file: File, read: &'s AtomicU64) -> Self {
        let failed = Arc::new(AtomicBool::new(false));
        let reader = Box::new(CountingReader { inner: file, read, failed: Arc::clone(&failed) });
        Self { reader, compressed: false, failed, keep: None }
    }

    /// Opens a file or standard input; also returns whether it can only be read once.
    pub(super) fn open(origin: &Origin, read: &'s AtomicU64) -> io::Result<(Self, bool)> {
        match origin {
            Origin::Stdin => Ok((Self::told_by_content(io::stdin(), read)?, true)),
            Origin::File(path) => {
                let file = File::open(path)?;
                let is_pipe = !file.metadata()?.is_file();
                Ok((Self::told_by_content(file, read)?, is_pipe))
            }
        }
    }

    /// A stream that is decompressed if its first bytes say that it is gzip or zstd.
    fn told_by_content(inner: impl Read + Send + 's, read: &'s AtomicU64) -> io::Result<Self> {
        let failed = Arc::new(AtomicBool::new(false));
        let mut inner = CountingReader { inner, read, failed: Arc::clone(&failed) };
        let mut head = Vec::with_capacity(4);
        inner.by_ref().take(4).read_to_end(&mut head)?;
        let gzip = head.starts_with(&[0x1f, 0x8b]);
        let zstd = head.starts_with(&[0x28, 0xb5, 0x2f, 0xfd])
            || matches!(head[..], [0x50..=0x5f, 0x2a, 0x4d, 0x18]);
        let whole = Cursor::new(head).chain(inner);
        let reader: Box<dyn Read + Send + 's> = if gzip {
            Box::new(MultiGzDecoder::new(BufReader::with_capacity(BUFFER, whole)))
        } else if zstd {
            Box::new(zstd::Decoder::with_buffer(BufReader::with_capacity(BUFFER, whole))?)
        } else {
            Box::new(whole)
        };
        Ok(Self { reader, compressed: gzip || zstd, failed, keep: None })
    }

    /// The same stream, with everything that is read from it also written to a file.
    pub(super) fn keeping(self, file: File) -> Self {
        Self { keep: Some(file), ..self }
    }

    /// Reads into the buffer; 0 bytes mean the end.
    ///
    /// # Errors
    /// [`ReadError`]; an interrupted read is tried again.
    pub fn read(&mut self, buffer: &mut [u8]) -> Result<usize, ReadError> {
        let length = loop {
            match self.reader.read(buffer) {
                Ok(length) => break length,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if self.compressed && !self.failed.load(Ordering::Relaxed) => {
                    return Err(ReadError::Damaged(error.to_string()));
                }
                Err(error) => return Err(ReadError::Io(error)),
            }
        };
        if let Some(file) = &mut self.keep {
            file.write_all(&buffer[..length]).map_err(|error| ReadError::Io(not_kept(error)))?;
        }
        Ok(length)
    }
}

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

/// Counts the bytes that come through, and remembers whether reading failed.
struct CountingReader<'s, R> {
    inner: R,
    read: &'s AtomicU64,
    failed: Arc<AtomicBool>,
}

impl<R: Read> Read for CountingReader<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.inner.read(buffer) {
            Ok(length) => {
                self.read.fetch_add(length as u64, Ordering::Relaxed);
                Ok(length)
            }
            Err(error) => {
                if error.kind() != io::ErrorKind::Interrupted {
                    self.failed.store(true, Ordering::Relaxed);
                }
                Err(error)
            }
        }
    }
}
