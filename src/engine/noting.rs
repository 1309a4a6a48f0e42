//! What blocks and their records tell about their source.
//!
//! Comes in: a block, what was counted in it, and the records of it that were read in full. Goes out: [`SourceFacts`]. Must
//! not: cost more than a sum for a record that is read on the fast path.

use std::sync::Arc;

use super::block::Block;
use super::place::RecordPlace;
use crate::calls::{SourceFacts, Totals};
use crate::decode::{FullRecord, Product, RecordKind, WrapperNotes};
use crate::framing::{Noted, PieceKind, Reach, Skip, SkipReason};

/// What is counted for all sources together, of which a block's share is the difference.
#[derive(Clone, Copy, Debug)]
pub(super) struct NotedTotals {
    bytes: u64,
    blank_bytes: u64,
    skipped_bytes: u64,
    records: u64,
    families: [u64; 3],
    without_sdkappid: u64,
}

impl NotedTotals {
    /// What has been counted so far.
    pub(super) fn of(totals: &Totals) -> Self {
        Self {
            bytes: totals.bytes,
            blank_bytes: totals.blank_bytes,
            skipped_bytes: totals.skipped_bytes,
            records: totals.records,
            families: totals.families,
            without_sdkappid: totals.without_sdkappid,
        }
    }
}

/// Notes what a block holds; `before` and `after` were counted before and after it was read.
pub(super) fn note_block(facts: &mut SourceFacts, block: &Block, before: NotedTotals, after: NotedTotals) {
    facts.bytes += after.bytes - before.bytes;
    facts.blank_bytes += after.blank_bytes - before.blank_bytes;
    facts.skipped_bytes += after.skipped_bytes - before.skipped_bytes;
    facts.records += after.records - before.records;
    for (index, count) in facts.families.iter_mut().enumerate() {
        *count += after.families[index] - before.families[index];
    }
    facts.without_sdkappid += after.without_sdkappid - before.without_sdkappid;
    facts.requests += block.frame.requests.len() as u64;
    facts.rows += block.frame.texts.iter().filter(|text| text.is_row).count() as u64;
    let identified = || block.identified.map(|named| (named.what.into(), named.help.into()));
    facts.identified = facts.identified.take().or_else(identified);
    if let Some((what, at)) = &block.damage {
        facts.note_damage(at.offset, what);
    }
    facts.encoding = facts.encoding.take().or_else(|| block.encoding().name().map(Into::into));
    facts.text_lines.merge(block.frame.other_lines);
    facts.holes.merge(block.frame.holes);
    let first = block.frame.pieces.iter().find(|piece| piece.kind == PieceKind::Other);
    if let (true, Some(piece)) = (block.frame.other_lines.count > 0, first) {
        let offset = block.stored_offset(piece.start);
        facts.note_text(offset, &block.data()[piece.start..piece.end]);
    }
}

/// Notes a range that was skipped: what looks like a record was meant to be one.
pub(super) fn note_skip(facts: &mut SourceFacts, skip: &Skip) {
    if skip.reason != SkipReason::Unreadable {
        facts.misses.note(skip.reach, 1);
        facts.skipped_records += 1;
    }
}

/// Notes a record that was read in full.
pub(super) fn note_record(facts: &mut SourceFacts, record: &FullRecord<'_>, place: &RecordPlace<'_>) {
    let length = place.bytes.len() as u64;
    let at = Reach { offset: place.offset, length, line: place.line, column: place.column };
    let wrapping = &record.opened.wrapping;
    match record.kind() {
        RecordKind::Callback => {
            note_wrapper(facts, &wrapping.notes, Noted { first: Some(at), count: 1 });
        }
        RecordKind::Refused => facts.refused.note(at, 1),
        RecordKind::Product(product, command) => {
            let name = command.unwrap_or_else(|| named(product).to_owned());
            facts.products.note(&name, at);
        }
        RecordKind::Text => facts.text_lines.note(at, 1),
        RecordKind::Bodiless(method) => facts.other_requests.note(&method, at),
        RecordKind::Unknown => {
            facts.misses.note(at, 1);
            if let Some(field) = record.other_case() {
                facts.other_case.note(field, at);
            }
        }
    }
}

/// Notes what was unwrapped to find callbacks, of which `noted` says how many they are and where the first is.
fn note_wrapper(facts: &mut SourceFacts, notes: &WrapperNotes, noted: Noted) {
    if let Some(path) = &notes.unknown_path {
        facts.unknown_paths.add(&without_indexes(path), noted);
    }
    if notes.is_local_time {
        facts.local_times.merge(noted);
    }
    if !notes.texts.is_empty() {
        let texts: Vec<_> = notes.texts.iter().map(|text| without_indexes(text)).collect();
        facts.wrappers.add(&texts.join(" "), noted);
    }
}

/// What was unwrapped to find the callbacks of a block that were read on the fast path.
#[derive(Debug, Default)]
pub(super) struct Unwrapped {
    /// Nearly always one.
    kinds: Vec<(Arc<WrapperNotes>, Noted)>,
}

impl Unwrapped {
    /// Counts one more callback, which stands there.
    #[inline]
    pub(super) fn note(&mut self, notes: &Arc<WrapperNotes>, at: impl FnOnce() -> Reach) {
        match self.kinds.iter_mut().find(|(kind, _)| Arc::ptr_eq(kind, notes)) {
            Some((_, noted)) => noted.count += 1,
            None => self.kinds.push((Arc::clone(notes), Noted { first: Some(at()), count: 1 })),
        }
    }

    /// Adds what was counted to the facts of the source.
    pub(super) fn add_to(self, facts: &mut SourceFacts) {
        self.kinds.iter().for_each(|(notes, noted)| note_wrapper(facts, notes, *noted));
    }
}

/// A name for requests of a product that have no command.
fn named(product: Product) -> &'static str {
    match product {
        Product::Trtc => "TRTC room and media events",
        Product::Chat => "Chat",
        Product::Live => "Live",
    }
}

/// A pointer in which every index of an array is the same.
fn without_indexes(pointer: &str) -> String {
    let is_index = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    pointer.split('/').map(|part| if is_index(part) { "0" } else { part }).collect::<Vec<_>>().join("/")
}
