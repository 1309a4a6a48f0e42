//! What a file held when it was first read, so that a later pass cannot read other bytes and say nothing.
//!
//! Comes in: a file that a command reads more than once. Goes out: its bytes, and an error from the first MiB that is not
//! the one that was read before. Must not: keep the bytes.

use std::hash::{BuildHasher, Hasher};
use std::io::{self, Read};
use std::sync::{Arc, Mutex, PoisonError};

use foldhash::fast::{FixedState, FoldHasher};

/// Bytes that are hashed at once, whatever the sizes of the reads are.
const PIECE: usize = 8 * 1024;

/// Bytes between two sums.
const BETWEEN: u64 = 1024 * 1024;

/// What the first pass read.
#[derive(Debug, Default)]
pub(super) struct FirstBytes {
    /// The sum of everything before each MiB.
    sums: Vec<u64>,
    /// How many bytes there are, and the sum of all, once the end has been seen.
    end: Option<(u64, u64)>,
}

impl FirstBytes {
    /// How many bytes there are, once the end has been seen.
    pub(super) fn length(&self) -> Option<u64> {
        self.end.map(|(length, _)| length)
    }
}

/// A file whose bytes are those of the first pass, or the file of that pass.
pub(super) struct SameBytes<R> {
    inner: R,
    first: Arc<Mutex<FirstBytes>>,
    /// True if this is the first pass.
    is_first: bool,
    hasher: FoldHasher<'static>,
    /// Bytes that do not make a piece yet.
    rest: Vec<u8>,
    read: u64,
    sums: usize,
}

impl<R> SameBytes<R> {
    pub(super) fn new(inner: R, first: Arc<Mutex<FirstBytes>>) -> Self {
        let is_first = {
            let first = first.lock().unwrap_or_else(PoisonError::into_inner);
            first.sums.is_empty() && first.end.is_none()
        };
        let hasher = FixedState::with_seed(0).build_hasher();
        Self { inner, first, is_first, hasher, rest: Vec::with_capacity(PIECE), read: 0, sums: 0 }
    }

    fn add(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let (piece, rest) = bytes.split_at(bytes.len().min(PIECE - self.rest.len()));
            bytes = rest;
            self.read += piece.len() as u64;
            if piece.len() == PIECE {
                self.hasher.write(piece);
            } else {
                self.rest.extend_from_slice(piece);
                if self.rest.len() < PIECE {
                    return Ok(());
                }
                self.hasher.write(&self.rest);
                self.rest.clear();
            }
            if self.read.is_multiple_of(BETWEEN) {
                self.sum()?;
            }
        }
        Ok(())
    }

    fn sum(&mut self) -> io::Result<()> {
        let (sum, index) = (self.hasher.finish(), self.sums);
        self.sums += 1;
        let mut first = self.first.lock().unwrap_or_else(PoisonError::into_inner);
        match first.sums.get(index) {
            _ if self.is_first => first.sums.push(sum),
            Some(before) if *before != sum => return Err(changed()),
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self) -> io::Result<()> {
        // The end can be met several times.
        let mut hasher = self.hasher.clone();
        hasher.write(&self.rest);
        let end = (self.read, hasher.finish());
        let mut first = self.first.lock().unwrap_or_else(PoisonError::into_inner);
        match *first.end.get_or_insert(end) == end {
            true => Ok(()),
            false => Err(changed()),
        }
    }
}

fn changed() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "it has changed since it was first read")
}

impl<R: Read> Read for SameBytes<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(buffer)?;
        match length {
            0 if buffer.is_empty() => {}
            0 => self.end()?,
            _ => self.add(&buffer[..length])?,
        }
        Ok(length)
    }
}
