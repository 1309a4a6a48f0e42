//! Frames, in any order and perhaps twice → their items, each once; and whether all are there.
//!
//! Comes in: the frames of several splits. Goes out: items. Must not: give a shorter answer where frames are missing.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, bail, ensure};

use super::frame::{PartName, ShardFrame};
use super::header::{Header, InputId, PayloadKind, Purpose};
use crate::calls::packing::take;

/// The frames of one split that go to one part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FrameLane {
    /// To whom they go.
    pub part: PartName,
    /// The split.
    pub split: u32,
    /// The offset at which the split begins: one that was read again has another.
    pub begin: u64,
}

/// What has come of a lane.
#[derive(Debug, Default)]
struct LaneFrames {
    /// The frames, by their sequence, with their checksums.
    seen: BTreeMap<u32, u32>,
    /// How many there are, once that is known.
    count: Option<u32>,
    /// Pieces of items that are spread over frames.
    pieces: BTreeMap<u32, (PayloadKind, Vec<u8>)>,
}

/// Takes frames, and gives their items.
#[derive(Debug)]
pub struct Gather {
    purpose: Purpose,
    input: Option<InputId>,
    lanes: BTreeMap<FrameLane, LaneFrames>,
}

impl Gather {
    /// Of frames of that step, and of that input if it is known; otherwise of that of the first frame.
    pub fn new(purpose: Purpose, input: Option<InputId>) -> Self {
        Self { purpose, input, lanes: BTreeMap::new() }
    }

    /// The input that the frames are of, once there was one.
    pub fn input(&self) -> Option<InputId> {
        self.input
    }

    /// Takes a frame, and gives the items that it completes to `see`, unless it has come before.
    ///
    /// # Errors
    /// If it is of another step, version or input, or differs from one in whose place it stands; and those of `see`.
    pub fn take(
        &mut self,
        frame: &ShardFrame,
        mut see: impl FnMut(FrameLane, &[u8]) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let (header, kind, rest) = Header::take(&frame.payload)?;
        self.check(header)?;
        let ShardFrame { part, split, sequence, .. } = *frame;
        let lane = FrameLane { part, split, begin: header.begin };
        let received = self.lanes.entry(lane).or_default();
        let checksum = frame.checksum();
        if let Some(known) = received.seen.insert(sequence, checksum) {
            let place = format!("part {part}, split {split}, sequence {sequence}");
            ensure!(
                known == checksum,
                "{place} comes twice, and differs; make the frames of the split again"
            );
            return Ok(());
        }
        match kind {
            PayloadKind::Items => items(rest, |item| see(lane, item)),
            PayloadKind::Close => {
                let count = take(&mut &*rest).and_then(|count| u32::try_from(count).ok());
                received.count = Some(count.context("it does not say how many frames there are")?);
                Ok(())
            }
            PayloadKind::First | PayloadKind::Middle | PayloadKind::Last => {
                received.pieces.insert(sequence, (kind, rest.to_vec()));
                match received.joined(sequence) {
                    Some(item) => see(lane, &item),
                    None => Ok(()),
                }
            }
        }
    }

    fn check(&mut self, header: Header) -> anyhow::Result<()> {
        let Header { input, purpose, .. } = header;
        match (purpose, self.purpose) {
            (found, wanted) if found == wanted => {}
            (Purpose::Reduce(_), Purpose::Reduce(_)) => {
                bail!("it was made for another command, or with other options")
            }
            (found, wanted) => bail!("it comes from {found}, where one from {wanted} is needed"),
        }
        let known = *self.input.get_or_insert(input);
        ensure!(known == input, "it is of another input ({input}, where the others are of {known})");
        Ok(())
    }

    /// The lanes of which everything has come.
    ///
    /// # Errors
    /// If anything of a lane is missing.
    pub fn finish(self) -> anyhow::Result<Vec<FrameLane>> {
        let mut lanes = Vec::new();
        for (lane, received) in self.lanes {
            let FrameLane { part, split, .. } = lane;
            let Some(count) = received.count else {
                bail!("frames of part {part}, split {split} are missing: what closes them has not come");
            };
            let missing = (0..=count).find(|sequence| !received.seen.contains_key(sequence));
            if let Some(sequence) = missing {
                bail!("a frame is missing: part {part}, split {split}, sequence {sequence}");
            }
            let is_whole = received.seen.len() as u64 == u64::from(count) + 1 && received.pieces.is_empty();
            ensure!(is_whole, "part {part}, split {split} has more frames than it should");
            lanes.push(lane);
        }
        Ok(lanes)
    }
}

impl Gather {
    /// The same, if there are lanes of every part of that many.
    ///
    /// # Errors
    /// As for [`Gather::finish`], and if a part is missing.
    pub fn finish_parts(self, parts: u32) -> anyhow::Result<Vec<FrameLane>> {
        let lanes = self.finish()?;
        let there: BTreeSet<PartName> = lanes.iter().map(|lane| lane.part).collect();
        let missing = (0..parts).find(|part| !there.contains(&PartName::Part(*part)));
        match missing {
            Some(part) => bail!("part {part} of {parts} is missing"),
            None => Ok(lanes),
        }
    }
}

impl LaneFrames {
    /// The item that a piece belongs to, if all of its pieces are there; they are taken out.
    fn joined(&mut self, sequence: u32) -> Option<Vec<u8>> {
        let before = self.pieces.range(..=sequence).rev().zip((0..=sequence).rev());
        let (first, _) = before
            .take_while(|((at, _), expected)| *at == expected)
            .map(|((at, (kind, _)), _)| (*at, *kind))
            .find(|(_, kind)| *kind == PayloadKind::First)?;
        let after = self.pieces.range(first..).zip(first..);
        let (last, _) = after
            .take_while(|((at, _), expected)| *at == expected)
            .map(|((at, (kind, _)), _)| (*at, *kind))
            .find(|(_, kind)| *kind == PayloadKind::Last)?;
        let pieces = (first..=last).filter_map(|at| self.pieces.remove(&at));
        Some(pieces.flat_map(|(_, bytes)| bytes).collect())
    }
}

/// The items of a payload.
fn items(mut bytes: &[u8], mut see: impl FnMut(&[u8]) -> anyhow::Result<()>) -> anyhow::Result<()> {
    while !bytes.is_empty() {
        let length = take(&mut bytes).and_then(|length| usize::try_from(length).ok());
        let (item, rest) =
            length.and_then(|length| bytes.split_at_checked(length)).context("its items are cut off")?;
        bytes = rest;
        see(item)?;
    }
    Ok(())
}
