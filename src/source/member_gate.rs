//! Compressed bytes, in front of the decoder of one member: it is stopped where the next member begins.
//!
//! A member that was cut off in its middle is followed by the next one without a mark, and a decoder would take that for
//! data, and give noise. So the gate looks ahead for what begins a member, and if one can be read from there, the decoder
//! sees the end of its input.

use std::io::{self, BufRead, Read};

use memchr::memmem;

use super::compression::{Compression, HEAD};

/// Bytes that are read at once.
const BUFFER: usize = 256 * 1024;

/// Bytes of a member that are tried, at least.
const TRIAL: usize = 64 * 1024;

/// Compressed bytes, up to the next member.
pub(super) struct MemberGate<R> {
    inner: R,
    compression: Compression,
    buffer: Vec<u8>,
    /// The next byte.
    start: usize,
    /// How far the buffer is filled.
    filled: usize,
    /// How far the decoder may read.
    limit: usize,
    /// From where a member may begin that is not the one that is read.
    searched: usize,
    eof: bool,
}

impl<R: Read> MemberGate<R> {
    pub(super) fn new(compression: Compression, inner: R) -> Self {
        let buffer = vec![0; BUFFER + TRIAL];
        Self { inner, compression, buffer, start: 0, filled: 0, limit: 0, searched: 0, eof: false }
    }

    /// Makes sure that that many bytes are there, unless the input ends before.
    fn ensure(&mut self, length: usize) -> io::Result<()> {
        if self.eof || self.filled - self.start >= length {
            return Ok(());
        }
        self.buffer.copy_within(self.start..self.filled, 0);
        self.filled -= self.start;
        self.limit = self.limit.saturating_sub(self.start);
        self.searched = self.searched.saturating_sub(self.start);
        self.start = 0;
        while !self.eof && self.filled < length {
            match self.inner.read(&mut self.buffer[self.filled..]) {
                Ok(0) => self.eof = true,
                Ok(more) => self.filled += more,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// The next bytes, at least [`HEAD`] unless the input ends before.
    pub(super) fn peek(&mut self) -> io::Result<&[u8]> {
        self.ensure(HEAD)?;
        Ok(&self.buffer[self.start..self.filled])
    }

    /// Says that a member begins here.
    pub(super) fn begin_member(&mut self) {
        self.limit = self.start;
        self.searched = self.start + 1;
    }

    pub(super) fn skip_zeros(&mut self) -> io::Result<()> {
        loop {
            let bytes = self.peek()?;
            let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
            let is_all = zeros == bytes.len();
            self.start += zeros;
            if zeros == 0 || !is_all {
                return Ok(());
            }
        }
    }

    /// Where a member may begin, at `from` or later; otherwise, up to where none does.
    fn candidate(&self, from: usize) -> Result<usize, usize> {
        let bytes = &self.buffer[..self.filled];
        let found = memmem::find_iter(&bytes[from.min(self.filled)..], self.compression.magic());
        let is_member = |at: &usize| bytes.len() - at >= HEAD && self.compression.begins(&bytes[*at..]);
        // What begins in the last bytes can be told once more of them are there.
        let end = if self.eof { self.filled } else { self.filled.saturating_sub(HEAD - 1) };
        found.map(|at| from + at).find(is_member).ok_or(end)
    }

    /// True if a member can be read from here.
    fn is_member(&mut self) -> io::Result<bool> {
        self.ensure(TRIAL)?;
        let bytes = &self.buffer[self.start..self.filled];
        Ok(self.compression.begins(bytes) && self.compression.can_be_read(bytes))
    }

    /// Goes on to the next member that can be read; false at the end.
    pub(super) fn find_member(&mut self) -> io::Result<bool> {
        loop {
            self.ensure(HEAD)?;
            match self.candidate(self.start.max(self.searched)) {
                Ok(at) => {
                    self.start = at;
                    if self.is_member()? {
                        return Ok(true);
                    }
                    self.searched = self.start + 1;
                }
                Err(end) => {
                    self.start = end.max(self.start);
                    if self.eof {
                        return Ok(false);
                    }
                }
            }
        }
    }
}

impl<R: Read> Read for MemberGate<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let bytes = self.fill_buf()?;
        let length = bytes.len().min(buffer.len());
        buffer[..length].copy_from_slice(&bytes[..length]);
        self.consume(length);
        Ok(length)
    }
}

impl<R: Read> BufRead for MemberGate<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.start >= self.limit {
            self.ensure(HEAD)?;
            if self.start == self.filled {
                return Ok(&[]);
            }
            if self.candidate(self.start.max(self.searched)) == Ok(self.start) {
                if self.is_member()? {
                    return Ok(&[]);
                }
                self.searched = self.start + 1;
            }
            self.limit = match self.candidate(self.start.max(self.searched)) {
                Ok(at) | Err(at) => at,
            };
        }
        Ok(&self.buffer[self.start..self.limit])
    }

    fn consume(&mut self, length: usize) {
        self.start += length;
    }
}
