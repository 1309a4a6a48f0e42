//! Compressed bytes → what they hold, after damage too.
//!
//! Comes in: bytes that one of the known ways of compression made, as members (frames, streams) one after another. Goes
//! out: what they hold; damage is an error of one read, and the reads after it go on with the next member that is whole at
//! its beginning. Must not: guess what stands within the damage.

use std::io::{self, Read};

use super::{Compression, Decoder};
use crate::source::member_gate::MemberGate;

/// What compressed bytes hold.
pub(in crate::source) struct Decompressor<R: Read> {
    compression: Compression,
    state: State<R>,
}

enum State<R: Read> {
    /// Before a member, or the end; `true` before the first.
    Between(MemberGate<R>, bool),
    /// Within a member.
    Within(Box<Decoder<MemberGate<R>>>),
    /// After damage.
    Lost(MemberGate<R>),
    /// At the end.
    Ended,
}

impl<R: Read> Decompressor<R> {
    /// What these bytes hold.
    pub(in crate::source) fn new(compression: Compression, inner: R) -> Self {
        Self { compression, state: State::Between(MemberGate::new(compression, inner), true) }
    }

    /// Goes on to where something can be read; none at the end.
    fn decoder(&mut self) -> io::Result<Option<Box<Decoder<MemberGate<R>>>>> {
        let mut gate = match std::mem::replace(&mut self.state, State::Ended) {
            State::Within(decoder) => return Ok(Some(decoder)),
            State::Ended => return Ok(None),
            State::Lost(mut gate) => {
                if !gate.find_member()? {
                    return Ok(None);
                }
                gate
            }
            State::Between(mut gate, is_first) => {
                if !is_first {
                    // Tapes and block devices are filled up with zeros.
                    gate.skip_zeros()?;
                }
                let head = gate.peek()?;
                if head.is_empty() {
                    return Ok(None);
                }
                if !self.compression.goes_on(head) {
                    self.state = State::Lost(gate);
                    let text = format!("what follows is not {}", self.compression.name());
                    return Err(io::Error::new(io::ErrorKind::InvalidData, text));
                }
                gate
            }
        };
        gate.begin_member();
        Decoder::new(self.compression, gate).map(Box::new).map(Some)
    }
}

impl<R: Read> Read for Decompressor<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        while let Some(mut decoder) = self.decoder()? {
            match decoder.read(buffer) {
                Ok(0) => self.state = State::Between(decoder.into_inner(), false),
                Err(error) if error.kind() != io::ErrorKind::Interrupted => {
                    self.state = State::Lost(decoder.into_inner());
                    return Err(with_help(error));
                }
                other => {
                    self.state = State::Within(decoder);
                    return other;
                }
            }
        }
        Ok(0)
    }
}

/// The error of a decoder, with what helps.
fn with_help(error: io::Error) -> io::Error {
    let text = error.to_string();
    if text.contains("too much memory") {
        let text = format!("{text}: its window is larger than 1 GiB; `zstd -d --long=31` reads it");
        return io::Error::new(error.kind(), text);
    }
    error
}
