//! The table `records`, the ledger: every byte of the input once.

use super::column::{Column, ColumnKind, TableRow, column, columns};
use crate::report::catalog::cell::Cell;
use crate::report::table::ledger::LedgerRow;

/// What a row is about.
#[derive(Clone, Copy, Debug)]
pub struct RecordRow<'c> {
    /// The name of the source.
    pub source: &'c str,
    /// The record, blank or skipped range.
    pub ledger: &'c LedgerRow,
}

columns! {
    it: RecordRow<'c>;
    /// the input
    source: Text = it.source;
    /// record of that input, from 1; empty for a range that is not a record
    record: Integer = it.ledger.record;
    /// first byte in the decompressed input
    offset: Integer = it.ledger.offset;
    /// length in bytes
    bytes: Integer = it.ledger.bytes;
    /// `http`, `json`, `blank`, or `skipped`
    kind: Text = it.ledger.kind.as_str();
    /// method of the request
    method: Text = it.ledger.method.as_deref();
    /// target of the request
    target: Text = it.ledger.target.as_deref();
    /// first byte of the body in the decompressed input
    body_offset: Integer = it.ledger.body.as_ref().map(|body| body.offset);
    /// length of the decoded body in bytes
    body_bytes: Integer = it.ledger.body.as_ref().map(|body| body.bytes);
    /// first 12 hexadecimal digits of the SHA-256 of the decoded body
    body_sha256: Text = it.ledger.body.as_ref().map(|body| body.digest.as_str());
    /// `event`, `status`, or `v4`; empty if the record is not a callback
    family: Text = it.ledger.family;
    /// errors found in it
    errors: Count = it.ledger.errors;
    /// warnings found in it
    warnings: Count = it.ledger.warnings;
}
