//! An input as streams of bytes that can be framed: of the input itself, or of each member of an archive.

use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::archive::{Archive, ArchiveMember, BLOCK, is_tar};
use super::compression::{Compression, Decompressor, HEAD};
use super::stored_bytes::StoredBytes;
use super::utf16::{Encoding, Transcoder};
use super::zip::Zip;

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
    /// The compressed data or the archive is damaged or cut off; everything before has been delivered. What is read after
    /// that is what comes after the damage.
    Damaged(String),
    /// The input cannot be read, or not be kept.
    Io(io::Error),
}

/// A stream that is to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Begun {
    /// Its path in the archive, of a member of one.
    pub member: Option<String>,
}

/// The members of an archive that is being read.
enum ArchiveMembers<'s> {
    Tar(Archive<'s>),
    Zip(Zip<'s>),
}

impl<'s> ArchiveMembers<'s> {
    fn next(&mut self) -> io::Result<Option<ArchiveMember<'s>>> {
        match self {
            Self::Tar(archive) => archive.next(),
            Self::Zip(archive) => archive.next(),
        }
    }
}

type Reader<'s> = Box<dyn Read + Send + 's>;

/// The streams of one input, one after another.
pub struct ByteStream<'s> {
    /// The stream that is read; none before the first, and at the end.
    reader: Option<Reader<'s>>,
    /// The stream that is still to be begun, of an input that is not an archive.
    whole: Option<Reader<'s>>,
    archive: Option<ArchiveMembers<'s>>,
    /// How the text of the stream that is read is stored.
    encoding: Encoding,
    /// True if the bytes are decompressed on the way, or taken out of an archive.
    derived: bool,
    /// True if they are UTF-8, and not to be looked at.
    is_plain: bool,
    /// True once reading the stored bytes has failed, as opposed to decompressing them.
    failed: Arc<AtomicBool>,
    /// Stored bytes that have been read, of all inputs, and how many there were when the last member began.
    read: &'s AtomicU64,
    before: u64,
    /// Bytes that the member has given.
    given: u64,
}

/// A member of an archive that expands beyond this many times its stored size is made to harm, and cut.
const MOST_RATIO: u64 = 1000;

/// Stored bytes that may have been read ahead before a member begins.
const READ_AHEAD: u64 = 512 * 1024;

impl std::fmt::Debug for ByteStream<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("ByteStream").field("derived", &self.derived).finish_non_exhaustive()
    }
}

impl<'s> ByteStream<'s> {
    /// The streams of stored bytes, recognized by their content: gzip, zstd, bzip2 or xz, a tar archive, or neither. They are
    /// counted in `read`, and written to `keep` as well.
    pub(super) fn new(
        stored: impl Read + Send + 's,
        read: &'s AtomicU64,
        keep: Option<File>,
    ) -> io::Result<Self> {
        let stored = StoredBytes::new(stored, read, keep);
        let failed = stored.failed();
        let (plain, mut derived) = decompressed(Box::new(stored))?;
        let peeked = Peeked::new(plain, BLOCK);
        if failed.load(Ordering::Relaxed)
            && let Some(error) = peeked.error
        {
            return Err(error);
        }
        let is_archive = is_tar(peeked.head.get_ref());
        derived |= is_archive;
        let reader: Reader<'s> = Box::new(peeked);
        let (archive, whole) = match is_archive {
            true => (Some(ArchiveMembers::Tar(Archive::new(reader))), None),
            false => (None, Some(reader)),
        };
        Ok(Self { whole, derived, ..Self::begun(archive, failed, read) })
    }

    /// One stream of stored bytes that are plain UTF-8, whatever they look like.
    pub(super) fn of_plain(stored: impl Read + Send + 's, read: &'s AtomicU64) -> io::Result<Self> {
        let stored = StoredBytes::new(stored, read, None);
        let failed = stored.failed();
        let whole: Option<Reader<'s>> = Some(Box::new(stored));
        Ok(Self { whole, is_plain: true, ..Self::begun(None, failed, read) })
    }

    /// The streams of a zip archive.
    pub(super) fn of_zip(file: &File, read: &'s AtomicU64) -> io::Result<Self> {
        let stored = StoredBytes::new(file.try_clone()?, read, None);
        let failed = stored.failed();
        let archive = Some(ArchiveMembers::Zip(Zip::open(file.try_clone()?, stored)?));
        Ok(Self::begun(archive, failed, read))
    }

    fn begun(archive: Option<ArchiveMembers<'s>>, failed: Arc<AtomicBool>, read: &'s AtomicU64) -> Self {
        let (reader, whole, encoding, derived) = (None, None, Encoding::Utf8, archive.is_some());
        Self { reader, whole, archive, encoding, derived, is_plain: false, failed, read, before: 0, given: 0 }
    }

    /// Goes on to the next stream: the input itself, or the next member of an archive. None at the end.
    ///
    /// # Errors
    /// [`ReadError`]; the rest of a damaged archive is lost.
    pub fn next_source(&mut self) -> Result<Option<Begun>, ReadError> {
        self.reader = None;
        (self.before, self.given) = (self.read.load(Ordering::Relaxed), 0);
        let (member, reader) = match (&mut self.archive, self.whole.take()) {
            (Some(archive), _) => {
                let member = archive.next().and_then(|member| match member {
                    Some(member) => Ok(Some((member.name, decompressed(member.reader)?.0))),
                    None => Ok(None),
                });
                match member {
                    Ok(Some((name, reader))) => (Some(name), reader),
                    Ok(None) => return Ok(None),
                    Err(error) => {
                        self.lose_place();
                        return Err(self.error(error));
                    }
                }
            }
            (None, Some(whole)) => (None, whole),
            (None, None) => return Ok(None),
        };
        if self.is_plain {
            self.reader = Some(reader);
            return Ok(Some(Begun { member }));
        }
        let peeked = Peeked::new(reader, 4);
        self.encoding = Encoding::of(peeked.head.get_ref());
        self.reader = Some(match self.encoding {
            Encoding::Utf8 => Box::new(peeked),
            encoding => Box::new(Transcoder::new(encoding, peeked)),
        });
        Ok(Some(Begun { member }))
    }

    /// True if what is read of the stream are the stored bytes themselves.
    pub fn is_as_stored(&self) -> bool {
        !self.derived && self.encoding == Encoding::Utf8
    }

    /// How the text of the stream that is read is stored; what is read of it is UTF-8.
    pub fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Reads into the buffer; 0 bytes mean the end.
    ///
    /// # Errors
    /// [`ReadError`]; an interrupted read is tried again.
    pub fn read(&mut self, buffer: &mut [u8]) -> Result<usize, ReadError> {
        let Some(reader) = &mut self.reader else { return Ok(0) };
        loop {
            match reader.read(buffer) {
                Ok(length) => {
                    self.given += length as u64;
                    return self.within_ratio().map(|()| length);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.lose_place();
                    return Err(self.error(error));
                }
            }
        }
    }

    fn within_ratio(&mut self) -> Result<(), ReadError> {
        let stored = self.read.load(Ordering::Relaxed) - self.before;
        if self.archive.is_none() || self.given / MOST_RATIO <= stored + READ_AHEAD {
            return Ok(());
        }
        self.lose_place();
        let text = format!("a member is more than {MOST_RATIO} times as large as its stored bytes");
        Err(ReadError::Damaged(text))
    }

    /// After damage in a tar archive, the next member cannot be found; a zip archive has a directory.
    fn lose_place(&mut self) {
        if self.archive.is_some() {
            self.reader = None;
            self.archive = self.archive.take().filter(|members| matches!(members, ArchiveMembers::Zip(_)));
        }
    }

    fn error(&self, error: io::Error) -> ReadError {
        match self.derived && !self.failed.load(Ordering::Relaxed) {
            true => ReadError::Damaged(error.to_string()),
            false => ReadError::Io(error),
        }
    }
}

/// What stored bytes hold, and whether they had to be decompressed for it.
fn decompressed<'s>(stored: Reader<'s>) -> io::Result<(Reader<'s>, bool)> {
    let mut peeked = Peeked::new(stored, HEAD);
    if let Some(error) = peeked.error.take() {
        return Err(error);
    }
    Ok(match Compression::of(peeked.head.get_ref()) {
        Some(compression) => (Box::new(Decompressor::new(compression, peeked)), true),
        None => (Box::new(peeked), false),
    })
}

/// A reader whose first bytes are known.
struct Peeked<R> {
    head: Cursor<Vec<u8>>,
    /// What ended the look at them, if they could not be read.
    error: Option<io::Error>,
    rest: R,
}

impl<R: Read> Peeked<R> {
    /// Reads that many bytes of it, unless it ends before.
    fn new(mut rest: R, length: usize) -> Self {
        let mut head = Vec::with_capacity(length);
        let error = rest.by_ref().take(length as u64).read_to_end(&mut head).err();
        Self { head: Cursor::new(head), error, rest }
    }
}

impl<R: Read> Read for Peeked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.head.read(buffer)? {
            0 => match self.error.take() {
                Some(error) => Err(error),
                None => self.rest.read(buffer),
            },
            length => Ok(length),
        }
    }
}
