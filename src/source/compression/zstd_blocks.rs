//! A frame of zstd, handed on block by block.
//!
//! Comes in: the bytes of one frame. Goes out: the same, of which one read of the decoder sees no more than a block. What
//! the decoder makes of a block is lost if it meets an error before it returns, such as a wrong checksum after the last
//! block. Must not: judge a frame.

use std::io::{self, BufRead, Read};

/// What comes next in a frame.
#[derive(Clone, Copy, Debug)]
enum Next {
    /// The magic number and the byte that says how long the rest of the head is.
    Head,
    /// That many bytes of the head.
    Rest(u64),
    /// The head of a block.
    BlockHead,
    /// That many bytes of a block; `true` for the last one.
    Block(u64, bool),
    /// All that is left.
    End,
}

/// Hands a frame on, block by block.
pub(super) struct ZstdBlocks<R> {
    pub(super) inner: R,
    next: Next,
    /// Bytes of a head that have been handed on.
    head: Vec<u8>,
}

impl<R: BufRead> ZstdBlocks<R> {
    pub(super) fn new(inner: R) -> Self {
        Self { inner, next: Next::Head, head: Vec::new() }
    }

    /// Bytes that may be handed on at once.
    fn most(&self) -> usize {
        match self.next {
            Next::Head => 5 - self.head.len(),
            Next::BlockHead => 3 - self.head.len(),
            Next::Rest(left) | Next::Block(left, _) => usize::try_from(left).unwrap_or(usize::MAX),
            Next::End => usize::MAX,
        }
    }

    /// Goes on after that many bytes, of which those of a head have been kept.
    fn advance(&mut self, length: usize) {
        self.next = match self.next {
            Next::Head => match self.head[..] {
                [0x28, 0xb5, 0x2f, 0xfd, flags] => Next::Rest(head_length(flags)),
                [_, _, _, _, _] => Next::End,
                _ => return,
            },
            Next::BlockHead => match self.head[..] {
                [low, middle, high] => block(u32::from_le_bytes([low, middle, high, 0])),
                _ => return,
            },
            Next::Rest(left) => Next::Rest(left - length as u64),
            Next::Block(left, is_last) => Next::Block(left - length as u64, is_last),
            Next::End => Next::End,
        };
        self.head.clear();
        match self.next {
            Next::Block(0, true) => self.next = Next::End,
            Next::Rest(0) | Next::Block(0, false) => self.next = Next::BlockHead,
            _ => {}
        }
    }
}

/// Bytes of a frame's head after the byte that says so.
fn head_length(flags: u8) -> u64 {
    let is_single = flags & 0x20 != 0;
    let window = u64::from(!is_single);
    let dictionary = [0, 1, 2, 4][usize::from(flags & 3)];
    let size = [u64::from(is_single), 2, 4, 8][usize::from(flags >> 6)];
    window + dictionary + size
}

/// The block that a head announces; one that is a single byte again and again is stored as that byte.
fn block(head: u32) -> Next {
    let (is_last, size) = (head & 1 == 1, u64::from(head >> 3));
    match head >> 1 & 3 {
        0 | 2 => Next::Block(size, is_last),
        1 => Next::Block(1, is_last),
        _ => Next::End,
    }
}

impl<R: BufRead> Read for ZstdBlocks<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let bytes = self.fill_buf()?;
        let length = bytes.len().min(buffer.len());
        buffer[..length].copy_from_slice(&bytes[..length]);
        self.consume(length);
        Ok(length)
    }
}

impl<R: BufRead> BufRead for ZstdBlocks<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let most = self.most();
        let bytes = self.inner.fill_buf()?;
        Ok(&bytes[..bytes.len().min(most)])
    }

    fn consume(&mut self, length: usize) {
        if matches!(self.next, Next::Head | Next::BlockHead)
            && let Ok(bytes) = self.inner.fill_buf()
        {
            self.head.extend_from_slice(&bytes[..length]);
        }
        self.inner.consume(length);
        if length > 0 {
            self.advance(length);
        }
    }
}
