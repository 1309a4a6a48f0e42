//! What `map` keeps of records, next to their calls.
//!
//! Comes in: records as they are read. Goes out: findings, and what the frames carry of records for a command. Must not:
//! know where a split stands in the input.

use anyhow::Context;

use crate::calls::packing::put;
use crate::commands::export::{pack_callback, pack_ledger};
use crate::commands::in_parts::{CARRIED, FINDINGS, carried_sorter};
use crate::commands::validate::pack_places;
use crate::engine::{Block, Memory, RecordView, RecordVisitor};
use crate::report::table::{LedgerRow, ledger_row};
use crate::session::{FindingEntry, KeepFindings};
use crate::shard::{Carried, LaneWriter, PartName, part_of};
use crate::spill::{Sorted, Sorter};

/// Keeps what a plan says of every record.
#[derive(Clone, Copy, Debug)]
pub(super) struct KeepRecords {
    /// What is kept.
    pub(super) carries: Carried,
    /// The number of the split.
    pub(super) split: u32,
    /// How many parts there are.
    pub(super) parts: u32,
}

/// What is kept of a block.
#[derive(Debug, Default)]
pub(super) struct KeptBlock {
    findings: Vec<FindingEntry>,
    /// With their position and part.
    records: Vec<(u64, u32, Vec<u8>)>,
    ledger: Vec<LedgerRow>,
    failed: Option<postcard::Error>,
}

impl RecordVisitor for KeepRecords {
    type Output = KeptBlock;

    fn visit(&self, kept: &mut KeptBlock, block: &Block, view: RecordView<'_>) {
        let records = &mut kept.records;
        match self.carries {
            Carried::Nothing => {}
            Carried::Places => pack_places(&view, block, |position, call_id, bytes| {
                records.push((position.number(), part_of(call_id, self.parts), bytes));
            }),
            Carried::Callbacks => {
                let packed = pack_callback(&view, |position, call_id, bytes| {
                    let part = call_id.map_or(self.split % self.parts, |id| part_of(id, self.parts));
                    records.push((position.number(), part, bytes));
                });
                kept.failed = kept.failed.take().or(packed.err());
            }
            Carried::Records => return kept.ledger.extend(ledger_row(&view, block)),
        }
        KeepFindings.visit(&mut kept.findings, block, view);
    }
}

/// What is kept of a split, in the order of the input.
#[derive(Debug)]
pub(super) struct KeptRecords {
    by: KeepRecords,
    findings: Sorter,
    /// Each after its part, in four bytes.
    carried: Sorter,
    /// Blocks so far of which something was kept.
    blocks: u64,
}

impl KeptRecords {
    /// Nothing yet.
    pub(super) fn new(by: KeepRecords, memory: Memory) -> Self {
        Self { by, findings: carried_sorter(memory), carried: carried_sorter(memory), blocks: 0 }
    }

    /// Takes what was kept of a block.
    ///
    /// # Errors
    /// If what does not fit in memory cannot be kept.
    pub(super) fn take(&mut self, kept: &mut KeptBlock) -> anyhow::Result<()> {
        let KeptBlock { findings, records, ledger, failed } = std::mem::take(kept);
        failed.map_or(Ok(()), Err)?;
        let head = |kind: u8, number: u64, mut before: Vec<u8>| {
            before.push(kind);
            put(&mut before, number);
            before
        };
        for (position, part, bytes) in records {
            let mut item = head(CARRIED, position, part.to_le_bytes().to_vec());
            item.extend_from_slice(&bytes);
            self.carried.push(position, &item)?;
        }
        if findings.is_empty() && ledger.is_empty() {
            return Ok(());
        }
        let block = self.blocks;
        self.blocks += 1;
        if !findings.is_empty() {
            let item = head(FINDINGS, block, Vec::new());
            self.findings.push(block, &postcard::to_extend(&findings, item)?)?;
        }
        if !ledger.is_empty() {
            // Records are of no call, so their blocks go to the parts in turn.
            let part = (u64::from(self.by.split) + block) % u64::from(self.by.parts);
            let item = head(CARRIED, block, (part as u32).to_le_bytes().to_vec());
            self.carried.push(block, &pack_ledger(&ledger, item)?)?;
        }
        Ok(())
    }

    /// Writes everything as items.
    ///
    /// # Errors
    /// If it cannot be read back, or the output cannot be written.
    pub(super) fn put<W: std::io::Write>(self, lanes: &mut LaneWriter<W>) -> anyhow::Result<()> {
        let KeepRecords { split, parts, .. } = self.by;
        let findings = self.findings.finish()?;
        let (mut reading, mut item) = (findings.read()?, Vec::new());
        while reading.next(&mut item)?.is_some() {
            lanes.put(PartName::Part(split % parts), &item)?;
        }
        put_in_parts(&self.carried.finish()?, lanes)
    }
}

/// Writes items, each after its part in four bytes.
///
/// # Errors
/// If they cannot be read, or the output cannot be written.
pub(super) fn put_in_parts<W: std::io::Write>(
    items: &Sorted,
    lanes: &mut LaneWriter<W>,
) -> anyhow::Result<()> {
    let (mut reading, mut item) = (items.read()?, Vec::new());
    while reading.next(&mut item)?.is_some() {
        let (part, item) = item.split_first_chunk().context("an item was lost on the way")?;
        lanes.put(PartName::Part(u32::from_le_bytes(*part)), item)?;
    }
    Ok(())
}
