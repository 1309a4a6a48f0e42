//! Rows of callbacks, and the ledger of the input, as frames carry them.
//!
//! Comes in: records as one split has them. Goes out: bytes, and out of these rows with their place in the whole input.
//! Must not: know how a table is written.

use std::borrow::Cow;

use anyhow::Context;
use serde::{Deserialize, Serialize};

use crate::calls::Position;
use crate::engine::RecordView;
use crate::report::catalog::columns::{CallbackRow, TableRow};
use crate::report::catalog::{Cell, Table};
use crate::report::table::LedgerRow;
use crate::shard::PlacedSplit;

/// A cell, as bytes.
#[derive(Debug, Serialize, Deserialize)]
enum PackedCell<'c> {
    Absent,
    Text(&'c str),
    List(#[serde(borrow)] Vec<&'c str>),
    Integer(i64),
    Number(f64),
    Flag(bool),
    Time(u32),
    Millis(i64),
}

impl<'c> PackedCell<'c> {
    fn of(cell: &'c Cell<'_>) -> Self {
        match cell {
            Cell::Absent => Self::Absent,
            Cell::Text(text) => Self::Text(text),
            // What no format has to quote is written the same as text.
            Cell::Word(word) => Self::Text(word),
            Cell::List(texts) => Self::List(texts.to_vec()),
            Cell::Integer(number) => Self::Integer(*number),
            Cell::Number(number) => Self::Number(*number),
            Cell::Flag(flag) => Self::Flag(*flag),
            Cell::Time(time) => Self::Time(*time),
            Cell::Millis(millis) => Self::Millis(*millis),
        }
    }

    fn cell(self) -> Cell<'c> {
        match self {
            Self::Absent => Cell::Absent,
            Self::Text(text) => Cell::Text(Cow::Borrowed(text)),
            Self::List(texts) => Cell::List(texts.into()),
            Self::Integer(number) => Cell::Integer(number),
            Self::Number(number) => Cell::Number(number),
            Self::Flag(flag) => Cell::Flag(flag),
            Self::Time(time) => Cell::Time(time),
            Self::Millis(millis) => Cell::Millis(millis),
        }
    }
}

/// Gives the callback of a record to `see`: its position, the id of its call, and its cells.
///
/// # Errors
/// If they cannot be packed.
pub(in crate::commands) fn pack_callback(
    view: &RecordView<'_>,
    see: impl FnOnce(Position, Option<&str>, Vec<u8>),
) -> postcard::Result<()> {
    let RecordView::Record { place, record, .. } = view else { return Ok(()) };
    let Some(callback) = record.callback() else { return Ok(()) };
    // Source and duplicates are known when all splits have been read.
    let (position, line) = (place.position, place.line);
    let row = CallbackRow { callback, source: "", position, line, duplicate: false };
    let cells: Vec<Cell<'_>> = (0..Table::Callbacks.columns().len()).map(|column| row.cell(column)).collect();
    let packed: Vec<PackedCell<'_>> = cells.iter().map(PackedCell::of).collect();
    see(position, callback.call_id.as_deref(), postcard::to_stdvec(&packed)?);
    Ok(())
}

/// The columns of a callback that depend on the whole input.
#[derive(Clone, Copy, Debug)]
pub(super) struct PlacedColumns {
    source: usize,
    record: usize,
    line: usize,
    duplicate: usize,
}

impl PlacedColumns {
    /// Those of the table.
    ///
    /// # Errors
    /// If it does not have one of them.
    pub(super) fn find() -> anyhow::Result<Self> {
        let find = |name| Table::Callbacks.column(name).with_context(|| format!("no column `{name}`"));
        Ok(Self {
            source: find("source")?,
            record: find("record")?,
            line: find("line")?,
            duplicate: find("duplicate")?,
        })
    }
}

/// A callback that a frame carried.
#[derive(Debug)]
pub(super) struct CarriedCallback<'c>(Vec<Cell<'c>>);

impl<'c> CarriedCallback<'c> {
    /// The callback that bytes hold, at its place in the input.
    ///
    /// # Errors
    /// If they hold none.
    pub(super) fn read(
        bytes: &'c [u8],
        columns: PlacedColumns,
        (source, position, lines): (&'c str, Position, u64),
        duplicate: bool,
    ) -> anyhow::Result<Self> {
        let packed: Vec<PackedCell<'_>> = postcard::from_bytes(bytes).context("a callback is damaged")?;
        anyhow::ensure!(packed.len() == Table::Callbacks.columns().len(), "a callback is damaged");
        let mut cells: Vec<Cell<'_>> = packed.into_iter().map(PackedCell::cell).collect();
        cells[columns.source] = source.into();
        cells[columns.record] = Cell::count(position.record());
        if let Cell::Integer(line) = &mut cells[columns.line] {
            *line = line.saturating_add_unsigned(lines);
        }
        cells[columns.duplicate] = Cell::Flag(duplicate);
        Ok(Self(cells))
    }
}

impl<'c> TableRow<'c> for CarriedCallback<'c> {
    fn cell(&self, column: usize) -> Cell<'c> {
        self.0[column].clone()
    }
}

/// Rows of the ledger, one after another.
///
/// # Errors
/// If they cannot be packed.
pub(in crate::commands) fn pack_ledger(rows: &[LedgerRow], out: Vec<u8>) -> postcard::Result<Vec<u8>> {
    postcard::to_extend(rows, out)
}

/// The rows of the ledger that bytes hold, at their places in the input.
///
/// # Errors
/// If they hold none.
pub(super) fn read_ledger(bytes: &[u8], place: &PlacedSplit) -> anyhow::Result<Vec<LedgerRow>> {
    let mut rows: Vec<LedgerRow> = postcard::from_bytes(bytes).context("rows of records are damaged")?;
    for row in &mut rows {
        row.source += place.shift.source();
        row.offset += place.offset;
        row.record = row.record.map(|record| record + place.shift.record());
        if let Some(body) = &mut row.body {
            body.offset += place.offset;
        }
    }
    Ok(rows)
}

/// What a part makes of the ledger.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum LedgerPiece {
    /// Rows of records as they are written, and cells in them that a spreadsheet would run as formulas.
    Records(u64, Vec<u8>),
    /// A range that is not a record, which may go on in the next one.
    Range(LedgerRow),
}
