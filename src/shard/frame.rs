//! Frames as lines of text, or as bytes.
//!
//! Comes in: payloads with the part, split and sequence that they belong to. Goes out: the same, or an error that names the
//! frame which is damaged. Must not: know what a payload says.

use std::fmt;
use std::io::{BufRead, Write};

use anyhow::{Context, bail, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clap::ValueEnum;
use flate2::Crc;

/// Most bytes of a payload.
pub(super) const LARGEST: usize = 64 * 1024;

/// Most bytes of a frame as a line: the payload in base64, and three numbers.
const LONGEST_LINE: u64 = LARGEST as u64 / 3 * 4 + 64;

/// Begins every frame that is not a line, and no line.
const MAGIC: u8 = 0xca;

/// Stands for [`PartName::Facts`] where a part is a number.
const FACTS: u32 = u32::MAX;

/// How frames are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Framing {
    /// A line for each frame, for engines that carry text
    #[default]
    Text,
    /// Bytes, each frame with its length
    Binary,
}

/// To whom a frame goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PartName {
    /// To those who work on that part.
    Part(u32),
    /// To those who gather the facts of the log.
    Facts,
}

impl PartName {
    fn number(self) -> u32 {
        match self {
            Self::Part(part) => part,
            Self::Facts => FACTS,
        }
    }

    fn of_number(number: u32) -> Self {
        if number == FACTS { Self::Facts } else { Self::Part(number) }
    }
}

/// The first column of a line.
impl fmt::Display for PartName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Part(part) => write!(formatter, "{part}"),
            Self::Facts => formatter.write_str("facts"),
        }
    }
}

/// A frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShardFrame {
    /// To whom it goes.
    pub part: PartName,
    /// The split that it was made of.
    pub split: u32,
    /// Its number among those of its split and part, from 0.
    pub sequence: u32,
    /// What it says; at most 64 KiB.
    pub payload: Vec<u8>,
}

impl ShardFrame {
    /// The CRC-32 of everything that it says.
    pub fn checksum(&self) -> u32 {
        let mut crc = Crc::new();
        crc.update(format!("{}\t{}\t{}\t", self.part, self.split, self.sequence).as_bytes());
        crc.update(&self.payload);
        crc.sum()
    }

    /// Writes it.
    ///
    /// # Errors
    /// If the output cannot be written.
    pub fn write(&self, framing: Framing, out: &mut impl Write) -> std::io::Result<()> {
        let Self { part, split, sequence, payload } = self;
        match framing {
            Framing::Text => {
                let text = STANDARD.encode(payload);
                writeln!(out, "{part}\t{split}\t{sequence}\t{:08x}\t{text}", self.checksum())
            }
            Framing::Binary => {
                out.write_all(&[MAGIC])?;
                for number in [part.number(), *split, *sequence, payload.len() as u32, self.checksum()] {
                    out.write_all(&number.to_le_bytes())?;
                }
                out.write_all(payload)
            }
        }
    }

    /// The frame that a line says, without its line feed; none if it is damaged.
    fn of_line(line: &[u8]) -> Option<Self> {
        let mut columns = std::str::from_utf8(line).ok()?.split('\t');
        let part = match columns.next()? {
            "facts" => PartName::Facts,
            number => PartName::Part(number.parse().ok()?),
        };
        let (split, sequence) = (columns.next()?.parse().ok()?, columns.next()?.parse().ok()?);
        let (checksum, text) = (columns.next()?, columns.next()?);
        let frame = Self { part, split, sequence, payload: STANDARD.decode(text).ok()? };
        let is_whole = columns.next().is_none() && format!("{:08x}", frame.checksum()) == checksum;
        // Numbers have one way to be written, so that a line that was changed is never the same frame.
        let is_exact = is_whole && line.starts_with(format!("{part}\t{split}\t{sequence}\t").as_bytes());
        is_exact.then_some(frame)
    }
}

/// Reads frames, as lines or as bytes.
#[derive(Debug)]
pub struct FrameReader<R> {
    name: String,
    input: R,
    /// Frames so far.
    count: u64,
}

impl<R: BufRead> FrameReader<R> {
    /// Of an input, which is called that in errors.
    pub fn new(name: &str, input: R) -> Self {
        Self { name: name.to_owned(), input, count: 0 }
    }

    /// The next frame; none at the end.
    ///
    /// # Errors
    /// If a frame is damaged or cut off, or the input cannot be read.
    pub fn next_frame(&mut self) -> anyhow::Result<Option<ShardFrame>> {
        let cannot_read = || format!("cannot read `{}`", self.name);
        let Some(first) = self.input.fill_buf().with_context(cannot_read)?.first().copied() else {
            return Ok(None);
        };
        self.count += 1;
        let frame = if first == MAGIC { self.binary()? } else { self.line()? };
        match frame {
            Some(frame) => Ok(Some(frame)),
            None => bail!(
                "`{}`: frame {} is damaged or cut off; make it again with the step that wrote it",
                self.name,
                self.count
            ),
        }
    }

    fn line(&mut self) -> anyhow::Result<Option<ShardFrame>> {
        let mut line = Vec::new();
        let read = std::io::Read::take(&mut self.input, LONGEST_LINE + 1).read_until(b'\n', &mut line);
        read.with_context(|| format!("cannot read `{}`", self.name))?;
        Ok(line.strip_suffix(b"\n").and_then(ShardFrame::of_line))
    }

    fn binary(&mut self) -> anyhow::Result<Option<ShardFrame>> {
        let mut head = [0; 21];
        if !self.fill(&mut head)? {
            return Ok(None);
        }
        let mut numbers = head[1..]
            .chunks_exact(4)
            .map(|bytes| bytes.first_chunk().map_or(0, |bytes| u32::from_le_bytes(*bytes)));
        let mut next = || numbers.next().unwrap_or_default();
        let (part, split, sequence, length, checksum) = (next(), next(), next(), next(), next());
        if length as usize > LARGEST {
            return Ok(None);
        }
        let mut payload = vec![0; length as usize];
        if !self.fill(&mut payload)? {
            return Ok(None);
        }
        let frame = ShardFrame { part: PartName::of_number(part), split, sequence, payload };
        Ok(Some(frame).filter(|frame| frame.checksum() == checksum))
    }

    /// Fills the buffer; false if the input ends before.
    fn fill(&mut self, buffer: &mut [u8]) -> anyhow::Result<bool> {
        match self.input.read_exact(buffer) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Ok(false),
            Err(error) => Err(error).with_context(|| format!("cannot read `{}`", self.name)),
        }
    }

    /// Gives every frame to `take`.
    ///
    /// # Errors
    /// As for [`FrameReader::next_frame`]; and those of `take`, with the name of the input.
    pub fn each(mut self, mut take: impl FnMut(ShardFrame) -> anyhow::Result<()>) -> anyhow::Result<()> {
        while let Some(frame) = self.next_frame()? {
            take(frame).with_context(|| format!("`{}`: frame {}", self.name, self.count))?;
        }
        ensure!(self.count > 0, "`{}` holds no frame", self.name);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(bytes: &[u8]) -> anyhow::Result<Vec<ShardFrame>> {
        let mut frames = Vec::new();
        FrameReader::new("frames", bytes).each(|frame| {
            frames.push(frame);
            Ok(())
        })?;
        Ok(frames)
    }

    proptest! {
        /// What is written is read; a flipped bit, a lost byte or a lost end is an error, never another frame.
        #[test]
        fn a_frame_is_whole_or_an_error(
            part in prop::option::of(0..1000_u32),
            (split, sequence) in (0..1000_u32, 0..1000_u32),
            payload in prop::collection::vec(any::<u8>(), 0..300),
            is_binary in any::<bool>(),
            (at, bit) in (any::<prop::sample::Index>(), 0..8_u32),
        ) {
            let framing = if is_binary { Framing::Binary } else { Framing::Text };
            let part = part.map_or(PartName::Facts, PartName::Part);
            let frame = ShardFrame { part, split, sequence, payload };
            let mut bytes = Vec::new();
            frame.write(framing, &mut bytes)?;
            let of = |bytes: &[u8]| read(bytes).map_err(|error| TestCaseError::fail(error.to_string()));
            prop_assert_eq!(of(&bytes)?, vec![frame.clone()]);
            prop_assert_eq!(of(&bytes.repeat(2))?, vec![frame.clone(), frame]);
            let at = at.index(bytes.len());
            let mut flipped = bytes.clone();
            flipped[at] ^= 1 << bit;
            prop_assert!(read(&flipped).is_err(), "bit {} of byte {}", bit, at);
            prop_assert!(read(&bytes[..at]).is_err(), "{} bytes", at);
            let mut shorter = bytes.clone();
            shorter.remove(at);
            prop_assert!(read(&shorter).is_err(), "without byte {}", at);
        }
    }
}
