//! Items → the frames of a split, for each part.
//!
//! Comes in: items, each for one part. Goes out: frames, those of each part closed by their number. Must not: know what an
//! item is.

use std::io::Write;

use anyhow::Context;

use super::frame::{Framing, LARGEST, PartName, ShardFrame};
use super::header::{Header, PayloadKind};
use crate::calls::packing::put;

/// Bytes that wait for their frames, over all parts.
const MOST_WAITING: usize = 16 << 20;

/// The least that a frame should hold, however many parts there are.
const LEAST: usize = 2048;

/// The frames of one part that are being written.
#[derive(Debug, Default)]
struct LaneState {
    items: Vec<u8>,
    written: u32,
}

/// Writes the frames of one split.
#[derive(Debug)]
pub struct LaneWriter<W> {
    out: W,
    framing: Framing,
    header: Header,
    split: u32,
    /// Those of the parts, and at the end those of the facts.
    lanes: Vec<LaneState>,
    /// Bytes of items in a frame.
    most: usize,
}

impl<W: Write> LaneWriter<W> {
    /// Of a split that has something for that many parts.
    pub fn new(out: W, framing: Framing, header: Header, split: u32, parts: u32) -> Self {
        let lanes: Vec<LaneState> = (0..=parts).map(|_| LaneState::default()).collect();
        let mut head = Vec::new();
        header.put(PayloadKind::Items, &mut head);
        let most = (MOST_WAITING / lanes.len()).clamp(LEAST, LARGEST - head.len());
        Self { out, framing, header, split, lanes, most }
    }

    fn lane(&mut self, part: PartName) -> &mut LaneState {
        let last = self.lanes.len() - 1;
        let index = match part {
            PartName::Part(part) => (part as usize).min(last.saturating_sub(1)),
            PartName::Facts => last,
        };
        &mut self.lanes[index]
    }

    /// Adds an item.
    ///
    /// # Errors
    /// If the output cannot be written.
    pub fn put(&mut self, part: PartName, item: &[u8]) -> anyhow::Result<()> {
        let most = self.most;
        let mut length = Vec::new();
        put(&mut length, item.len() as u64);
        if length.len() + item.len() > most {
            self.flush(part)?;
            let mut pieces = item.chunks(most).peekable();
            let mut kind = PayloadKind::First;
            while let Some(piece) = pieces.next() {
                let is_last = pieces.peek().is_none();
                self.write(part, if is_last { PayloadKind::Last } else { kind }, piece)?;
                kind = PayloadKind::Middle;
            }
            return Ok(());
        }
        if self.lane(part).items.len() + length.len() + item.len() > most {
            self.flush(part)?;
        }
        let items = &mut self.lane(part).items;
        items.extend_from_slice(&length);
        items.extend_from_slice(item);
        Ok(())
    }

    /// Writes the items of a part that wait.
    fn flush(&mut self, part: PartName) -> anyhow::Result<()> {
        let items = std::mem::take(&mut self.lane(part).items);
        if items.is_empty() { Ok(()) } else { self.write(part, PayloadKind::Items, &items) }
    }

    fn write(&mut self, part: PartName, kind: PayloadKind, rest: &[u8]) -> anyhow::Result<()> {
        let mut payload = Vec::with_capacity(rest.len() + 64);
        self.header.put(kind, &mut payload);
        payload.extend_from_slice(rest);
        let lane = self.lane(part);
        let sequence = lane.written;
        lane.written += 1;
        let frame = ShardFrame { part, split: self.split, sequence, payload };
        frame.write(self.framing, &mut self.out).context("cannot write the frames")
    }

    /// Closes every part, and gives the output back.
    ///
    /// # Errors
    /// If the output cannot be written.
    pub fn finish(mut self) -> anyhow::Result<W> {
        let last = self.lanes.len() as u32 - 1;
        for part in (0..last).map(PartName::Part).chain([PartName::Facts]) {
            self.close(part)?;
        }
        Ok(self.out)
    }

    /// Closes one part alone, and gives the output back.
    ///
    /// # Errors
    /// If the output cannot be written.
    pub fn finish_one(mut self, part: PartName) -> anyhow::Result<W> {
        self.close(part)?;
        Ok(self.out)
    }

    fn close(&mut self, part: PartName) -> anyhow::Result<()> {
        self.flush(part)?;
        let mut count = Vec::new();
        put(&mut count, u64::from(self.lane(part).written));
        self.write(part, PayloadKind::Close, &count)
    }
}
