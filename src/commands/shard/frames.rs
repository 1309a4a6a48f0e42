//! The frames of files and pipes, one after another.

use std::ffi::OsString;
use std::io::{self, BufReader, Read};

use anyhow::{Context, ensure};

use crate::shard::{FrameReader, ShardFrame};
use crate::source::{ByteStream, ReadError, Sources, resolve};

/// Files with frames, also compressed ones; folders with such; `-` for standard input.
#[derive(Debug)]
pub(super) struct FrameFiles(Sources);

impl FrameFiles {
    /// Of these names; standard input without any.
    ///
    /// # Errors
    /// If one does not exist.
    pub(super) fn open(names: &[OsString]) -> anyhow::Result<Self> {
        let stdin = [OsString::from("-")];
        let (sources, errors) = resolve(if names.is_empty() { &stdin } else { names });
        if let Some(error) = errors.first() {
            anyhow::bail!("cannot read `{}`: {}", error.name, error.cause);
        }
        let mut sources = Sources::new(sources);
        sources.keep_pipes();
        Ok(Self(sources))
    }

    /// Gives every frame to `take`; this can be done again.
    ///
    /// # Errors
    /// If a frame is damaged, an input cannot be read, or there is none; and those of `take`.
    pub(super) fn each(&self, mut take: impl FnMut(ShardFrame) -> anyhow::Result<()>) -> anyhow::Result<()> {
        ensure!(!self.0.list().is_empty(), "no frames are given");
        for (index, source) in self.0.list().iter().enumerate() {
            let name = &source.name;
            let stream = self.0.open(index).with_context(|| format!("cannot read `{name}`"))?;
            let mut stream = StreamReader(stream);
            let begun = stream.0.next_source().map_err(io_error);
            begun.with_context(|| format!("cannot read `{name}`"))?;
            FrameReader::new(name, BufReader::with_capacity(1 << 17, stream)).each(&mut take)?;
        }
        Ok(())
    }
}

/// A stream as one that is read.
struct StreamReader<'s>(ByteStream<'s>);

impl Read for StreamReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer).map_err(io_error)
    }
}

fn io_error(error: ReadError) -> io::Error {
    match error {
        ReadError::Io(error) => error,
        ReadError::Damaged(what) => io::Error::new(io::ErrorKind::InvalidData, what),
    }
}
