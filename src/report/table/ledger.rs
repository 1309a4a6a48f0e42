//! The ledger of the input: records, blank and skipped ranges, in which every byte is listed once.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::decode::Shape;
use crate::engine::{Block, RecordView};
use crate::rules::Hit;
use crate::spec::{Family, Level};

/// What a row of the ledger is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum LedgerKind {
    /// A record that is a request.
    Http,
    /// One that is JSON.
    #[default]
    Json,
    /// One that is a row of a table.
    Row,
    /// White space.
    Blank,
    /// What is read and passed over.
    Other,
    /// What cannot be read.
    Skipped,
}

impl LedgerKind {
    /// Its word in the table.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Json => "json",
            Self::Row => "row",
            Self::Blank => "blank",
            Self::Other => "other",
            Self::Skipped => "skipped",
        }
    }
}

/// A row of the ledger.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerRow {
    /// The source.
    pub source: usize,
    /// The record of that source, from 1; none for a range that is not a record.
    pub record: Option<u64>,
    /// Its first byte in the decompressed input.
    pub offset: u64,
    /// Its length in bytes.
    pub bytes: u64,
    /// What it is.
    pub kind: LedgerKind,
    /// Method of the request.
    pub method: Option<String>,
    /// Target of the request.
    pub target: Option<String>,
    /// The body of the request.
    pub body: Option<LedgerBody>,
    /// The family, of a callback.
    pub family: Option<Family>,
    /// Errors found in it.
    pub errors: u64,
    /// Warnings found in it.
    pub warnings: u64,
}

/// The body of a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerBody {
    /// Its first byte in the decompressed input.
    pub offset: u64,
    /// Its length in bytes, decoded.
    pub bytes: u64,
    /// The first hexadecimal digits of its SHA-256.
    pub digest: String,
}

/// Hexadecimal digits of the body's digest that are kept.
const DIGITS: usize = 12;

/// The row of a piece of a block; none if it has no bytes.
pub fn ledger_row(view: &RecordView<'_>, block: &Block) -> Option<LedgerRow> {
    let range = |kind, offset, bytes, hits: &[Hit]| LedgerRow {
        source: block.source,
        offset,
        bytes,
        kind,
        errors: count(hits, Level::Error),
        warnings: count(hits, Level::Warning),
        ..LedgerRow::default()
    };
    match view {
        RecordView::Blank { piece } => {
            Some(range(LedgerKind::Blank, block.stored_offset(piece.start), block.stored_length(piece), &[]))
        }
        RecordView::Other { piece } => {
            Some(range(LedgerKind::Other, block.stored_offset(piece.start), block.stored_length(piece), &[]))
        }
        RecordView::Skipped { skip, hits } => {
            Some(range(LedgerKind::Skipped, skip.reach.offset, skip.reach.length, hits))
        }
        RecordView::Damaged { .. } => None,
        RecordView::Record { piece, place, record, checked } => {
            let opened = &record.opened;
            let kind = match opened.shape {
                Shape::Http => LedgerKind::Http,
                Shape::Row => LedgerKind::Row,
                Shape::Bare | Shape::Envelope | Shape::Wrapped => LedgerKind::Json,
            };
            let body = opened.raw_body.as_ref().map(|(span, bytes)| LedgerBody {
                offset: place.offset_of(span.start),
                bytes: bytes.len() as u64,
                digest: digest(bytes),
            });
            Some(LedgerRow {
                record: Some(place.position.record()),
                method: opened.method.as_ref().map(|(method, _)| method.to_string()),
                target: opened.target.as_ref().map(ToString::to_string),
                body,
                family: record.callback().map(|callback| callback.family),
                errors: count(&checked.hits, Level::Error) + checked.folds.of(Level::Error),
                warnings: count(&checked.hits, Level::Warning) + checked.folds.of(Level::Warning),
                ..range(kind, block.stored_offset(piece.start), block.stored_length(piece), &[])
            })
        }
    }
}

fn count(hits: &[Hit], level: Level) -> u64 {
    hits.iter().filter(|hit| hit.level == level).count() as u64
}

fn digest(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().take(DIGITS / 2).map(|byte| format!("{byte:02x}")).collect()
}

impl LedgerRow {
    /// Joins a range that is not a record with the next one of its kind; false if they stay two rows.
    pub fn join(&mut self, next: &Self) -> bool {
        let adjacent = self.source == next.source && self.offset + self.bytes == next.offset;
        let alike = self.kind == next.kind && self.record.is_none() && next.record.is_none();
        if adjacent && alike {
            self.bytes += next.bytes;
            self.errors += next.errors;
            self.warnings += next.warnings;
        }
        adjacent && alike
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_neighbours_of_one_kind_without_a_record_are_joined() {
        let row = |source, record, offset, kind| LedgerRow {
            source,
            record,
            offset,
            bytes: 5,
            kind,
            method: None,
            target: None,
            body: None,
            family: None,
            errors: 1,
            warnings: 2,
        };
        let mut joined = row(0, None, 10, LedgerKind::Skipped);
        for (number, offset) in [(2, 15), (3, 20), (4, 25)] {
            assert!(joined.join(&row(0, None, offset, LedgerKind::Skipped)));
            let expected = (10, 5 * number, number, 2 * number);
            assert_eq!((joined.offset, joined.bytes, joined.errors, joined.warnings), expected);
        }
        let others = [
            row(1, None, 30, LedgerKind::Skipped),
            row(0, None, 31, LedgerKind::Skipped),
            row(0, None, 30, LedgerKind::Blank),
            row(0, Some(1), 30, LedgerKind::Skipped),
        ];
        for other in others {
            let before = joined.clone();
            assert!(!joined.join(&other));
            assert_eq!(joined, before);
        }
        let mut record = row(0, Some(1), 10, LedgerKind::Json);
        assert!(!record.join(&row(0, None, 15, LedgerKind::Json)));
    }
}
