//! The table `records`, the ledger: every byte of the input once.

use super::column::{Column, ColumnEntry, ColumnKind, TableRow, column, heads};
use crate::report::catalog::cell::Cell;
use crate::report::table::ledger::LedgerRow;
use crate::spec::Word;

/// What a row tells of.
#[derive(Clone, Copy, Debug)]
pub struct RecordRow<'c> {
    /// The name of the source.
    pub source: &'c str,
    /// The record, blank or skipped range.
    pub ledger: &'c LedgerRow,
}

type RecordValue = for<'c> fn(&RecordRow<'c>) -> Cell<'c>;

use ColumnKind::{Count, Integer, Text};

static RECORDS: [ColumnEntry<RecordValue>; 13] = [
    column("source", Text, "the input", |it| Cell::text(it.source)),
    column("record", Integer, "record of that input, from 1; empty for ranges that are no record", |it| {
        Cell::maybe_count(it.ledger.record)
    }),
    column("offset", Integer, "first byte in the decompressed input", |it| Cell::count(it.ledger.offset)),
    column("bytes", Integer, "length in bytes", |it| Cell::count(it.ledger.bytes)),
    column("kind", Text, "`http`, `json`, `blank`, or `skipped`", |it| Cell::text(it.ledger.kind)),
    column("method", Text, "method of the request", |it| Cell::maybe_text(it.ledger.method.as_deref())),
    column("target", Text, "target of the request", |it| Cell::maybe_text(it.ledger.target.as_deref())),
    column("body_offset", Integer, "first byte of the body in the decompressed input", |it| {
        Cell::maybe_count(it.ledger.body.as_ref().map(|body| body.offset))
    }),
    column("body_bytes", Integer, "length of the decoded body in bytes", |it| {
        Cell::maybe_count(it.ledger.body.as_ref().map(|body| body.bytes))
    }),
    column("body_sha256", Text, "first 12 hexadecimal digits of the SHA-256 of the decoded body", |it| {
        Cell::maybe_text(it.ledger.body.as_ref().map(|body| body.digest.as_str()))
    }),
    column("family", Text, "`event`, `status`, or `v4`; empty where the record is no callback", |it| {
        Cell::maybe_text(it.ledger.family.map(Word::as_str))
    }),
    column("errors", Count, "errors found in it", |it| Cell::count(it.ledger.errors)),
    column("warnings", Count, "warnings found in it", |it| Cell::count(it.ledger.warnings)),
];

pub(super) static COLUMNS: [Column; RECORDS.len()] = heads(&RECORDS);

impl<'c> TableRow<'c> for RecordRow<'c> {
    fn cell(&self, column: usize) -> Cell<'c> {
        let entry = &RECORDS[column];
        entry.checked((entry.value)(self))
    }
}
