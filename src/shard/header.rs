//! What every payload begins with: of which version, input and step it is.
//!
//! Comes in: payloads. Goes out: their header and the rest, or what is wrong with it. Must not: know what the rest says.

use std::fmt;

use anyhow::{Context, bail};
use flate2::Crc;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::frame::ShardFrame;
use crate::calls::packing::{put, take};

/// Changes with everything that changes the bytes of a payload, apart from the version of the tool, which is also in it.
const LAYOUT: u8 = 1;

/// Names what was split: the first bytes of a SHA-256 of the inputs and of where they are split.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputId(pub [u8; 8]);

impl fmt::Display for InputId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

impl InputId {
    /// That of the frames that spread this input over that many parts: frames of other parts do not mix with them.
    #[must_use]
    pub fn over(self, parts: u32) -> Self {
        let digest = Sha256::new().chain_update(self.0).chain_update(parts.to_le_bytes()).finalize();
        Self(digest.first_chunk().copied().unwrap_or_default())
    }

    /// That of this input and another one after it.
    pub fn joined(self, other: Self) -> Self {
        let digest = Sha256::new().chain_update(self.0).chain_update(other.0).finalize();
        Self(digest.first_chunk().copied().unwrap_or_default())
    }

    /// The id that a plan names.
    pub fn parse(text: &str) -> Option<Self> {
        let mut id = Self::default();
        if text.len() != 2 * id.0.len() || !text.is_ascii() {
            return None;
        }
        for (index, byte) in id.0.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * index..2 * index + 2], 16).ok()?;
        }
        Some(id)
    }
}

/// Which step a payload comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// `map`.
    Map,
    /// `facts`.
    Facts,
    /// `reduce`, with a checksum of the command and what it was asked for.
    Reduce(u32),
}

impl Purpose {
    /// That of `reduce` for a command, with everything that it was asked for.
    pub fn reduce(command: &str) -> Self {
        let mut crc = Crc::new();
        crc.update(command.as_bytes());
        Self::Reduce(crc.sum())
    }

    fn numbers(self) -> [u64; 2] {
        match self {
            Self::Map => [0, 0],
            Self::Facts => [1, 0],
            Self::Reduce(command) => [2, u64::from(command)],
        }
    }

    fn of_numbers(numbers: [u64; 2]) -> Option<Self> {
        match numbers {
            [0, 0] => Some(Self::Map),
            [1, 0] => Some(Self::Facts),
            [2, command] => Some(Self::Reduce(u32::try_from(command).ok()?)),
            _ => None,
        }
    }
}

/// As an error names it.
impl fmt::Display for Purpose {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Map => "`shard map`",
            Self::Facts => "`shard facts`",
            Self::Reduce(_) => "`shard reduce`",
        })
    }
}

/// What the rest of a payload is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PayloadKind {
    /// Whole items.
    Items,
    /// The first bytes of one item.
    First,
    /// Further bytes of it.
    Middle,
    /// The last of them.
    Last,
    /// Nothing more comes: the number of frames before.
    Close,
}

impl PayloadKind {
    const ALL: [Self; 5] = [Self::Items, Self::First, Self::Middle, Self::Last, Self::Close];
}

/// What a payload is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// The input that was split.
    pub input: InputId,
    /// The step that made it.
    pub purpose: Purpose,
    /// Of a split: the offset at which it begins.
    pub begin: u64,
}

impl Header {
    pub(super) fn put(&self, kind: PayloadKind, out: &mut Vec<u8>) {
        out.push(LAYOUT);
        let version = env!("CARGO_PKG_VERSION");
        out.push(version.len() as u8);
        out.extend_from_slice(version.as_bytes());
        out.extend_from_slice(&self.input.0);
        self.purpose.numbers().into_iter().chain([self.begin]).for_each(|number| put(out, number));
        out.push(kind as u8);
    }

    /// The header that a payload begins with, and the rest.
    ///
    /// # Errors
    /// If it is of another version.
    pub(super) fn take(payload: &[u8]) -> anyhow::Result<(Self, PayloadKind, &[u8])> {
        let [layout, length, rest @ ..] = payload else { bail!("it is too short") };
        let version = rest.get(..usize::from(*length)).unwrap_or_default();
        if *layout != LAYOUT || version != env!("CARGO_PKG_VERSION").as_bytes() {
            bail!(
                "it was made by another version of the tool ({}, layout {layout}), not by {}; use one version for all steps",
                String::from_utf8_lossy(version).escape_debug(),
                env!("CARGO_PKG_VERSION"),
            );
        }
        Self::take_rest(&rest[version.len()..]).context("it does not begin as a payload does")
    }

    fn take_rest(bytes: &[u8]) -> Option<(Self, PayloadKind, &[u8])> {
        let (input, mut bytes) = bytes.split_first_chunk()?;
        let purpose = Purpose::of_numbers([take(&mut bytes)?, take(&mut bytes)?])?;
        let begin = take(&mut bytes)?;
        let (kind, rest) = bytes.split_first()?;
        let kind = *PayloadKind::ALL.get(usize::from(*kind))?;
        Some((Self { input: InputId(*input), purpose, begin }, kind, rest))
    }
}

impl ShardFrame {
    /// The same frame of another input, that many splits further on.
    ///
    /// # Errors
    /// If it is of another version.
    pub fn relabelled(self, input: InputId, by: u32) -> anyhow::Result<Self> {
        let (header, kind, rest) = Header::take(&self.payload)?;
        let mut payload = Vec::with_capacity(self.payload.len());
        Header { input, ..header }.put(kind, &mut payload);
        payload.extend_from_slice(rest);
        Ok(Self { split: self.split + by, payload, ..self })
    }
}
