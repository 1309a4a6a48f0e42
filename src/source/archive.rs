//! tar archives → their members, one after another, each read where the stream stands.
//!
//! Comes in: the decompressed bytes of an archive. Goes out: the name of each member that is a regular file, and its bytes.
//! Must not: read ahead of a member, or keep more of the archive than a head.

use std::io::{self, Read};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tar::{EntryType, Header};

/// Bytes of a block.
pub(super) const BLOCK: usize = 512;

/// Bytes of a head at most, with its long names: what is longer is made to harm.
const LONGEST_HEAD: u64 = 1 << 20;

/// Members that are read at most.
pub(super) const MOST_MEMBERS: usize = 100_000;

/// True for the first block of a tar archive.
pub(super) fn is_tar(head: &[u8]) -> bool {
    let Some(block) = head.first_chunk::<BLOCK>() else { return false };
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    let own: u32 = block[148..156].iter().map(|byte| u32::from(*byte)).sum();
    // The sum counts its own bytes as blanks.
    block[0] != 0 && Header::from_byte_slice(block).cksum().is_ok_and(|it| it == sum - own + 8 * 32)
}

/// A stream that several read in turn.
#[derive(Clone)]
struct SharedReader<'s>(Arc<Mutex<Box<dyn Read + Send + 's>>>);

impl Read for SharedReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).read(buffer)
    }
}

/// An archive that is being read.
pub(super) struct Archive<'s> {
    stream: SharedReader<'s>,
    /// Bytes of the last member that have not been read.
    left: Arc<AtomicU64>,
    /// Bytes between it and the next head.
    padding: u64,
    members: usize,
}

/// A member of an archive.
pub(super) struct ArchiveMember<'s> {
    /// Its path in the archive.
    pub(super) name: String,
    /// Its bytes.
    pub(super) reader: Box<dyn Read + Send + 's>,
}

impl<'s> Archive<'s> {
    pub(super) fn new(stream: Box<dyn Read + Send + 's>) -> Self {
        let stream = SharedReader(Arc::new(Mutex::new(stream)));
        Self { stream, left: Arc::default(), padding: 0, members: 0 }
    }

    /// The next member that is a regular file; none at the end.
    pub(super) fn next(&mut self) -> io::Result<Option<ArchiveMember<'s>>> {
        loop {
            self.skip()?;
            let mut head = tar::Archive::new(self.stream.clone().take(LONGEST_HEAD));
            let Some(entry) = head.entries()?.next() else { return Ok(None) };
            let entry = entry?;
            let kind = entry.header().entry_type();
            // The size of a file with holes is not that of its data.
            let size = if kind.is_gnu_sparse() { entry.header().entry_size()? } else { entry.size() };
            self.left.store(size, Ordering::Relaxed);
            self.padding = size.wrapping_neg() % BLOCK as u64;
            let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
            let name = path.trim_start_matches("./");
            if !matches!(kind, EntryType::Regular | EntryType::Continuous) || is_hidden(name) {
                continue;
            }
            self.members += 1;
            if self.members > MOST_MEMBERS {
                return Err(too_many());
            }
            let name = name.to_owned();
            let reader = MemberReader { stream: self.stream.clone(), left: Arc::clone(&self.left) };
            return Ok(Some(ArchiveMember { name, reader: Box::new(reader) }));
        }
    }

    /// Passes over what is left of the last member.
    fn skip(&mut self) -> io::Result<()> {
        let left = self.left.swap(0, Ordering::Relaxed);
        let length = left.saturating_add(std::mem::take(&mut self.padding));
        // Where only the padding is missing, nothing is.
        match io::copy(&mut self.stream.clone().take(length), &mut io::sink())? < left {
            true => Err(cut_off()),
            false => Ok(()),
        }
    }
}

/// True for a file that a walk through a folder would pass over.
pub(super) fn is_hidden(name: &str) -> bool {
    name.split('/').any(|part| part.starts_with('.') && part != "..")
}

pub(super) fn too_many() -> io::Error {
    let text = format!("it has more than {MOST_MEMBERS} members; the rest of them is not read");
    io::Error::new(io::ErrorKind::InvalidData, text)
}

fn cut_off() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "the archive is cut off")
}

/// Reads one member.
struct MemberReader<'s> {
    stream: SharedReader<'s>,
    left: Arc<AtomicU64>,
}

impl Read for MemberReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.left.load(Ordering::Relaxed);
        let most = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
        if most == 0 {
            return Ok(0);
        }
        let length = self.stream.read(&mut buffer[..most])?;
        self.left.store(left - length as u64, Ordering::Relaxed);
        if length == 0 {
            self.left.store(0, Ordering::Relaxed);
            return Err(cut_off());
        }
        Ok(length)
    }
}
