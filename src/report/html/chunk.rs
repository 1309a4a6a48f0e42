//! The ladders of a few calls as JSON, which the page reads when one of them is opened.
//!
//! Comes in: ladders. Goes out: columns over all rows of the chunk, and what is particular to each call. Rows are named
//! by their index within their call, lanes by theirs; differences are to the row before.

use std::collections::HashMap;

use serde::Serialize;

use super::numbers::Dictionary;

/// The lanes of a call, each the text of its kind; as `-1 - text` if it has no user.
type LaneKinds = Vec<i64>;
/// From, to, and 1 if neither is the cause.
type RelationRow = (usize, usize, u8);
/// Row, row of the first delivery, number of the delivery, milliseconds after the first.
type CopyRow = (usize, usize, usize, Option<i64>);
/// Row, rule, level, message, and the row that it is compared with.
type FindingRow = (usize, usize, usize, u32, Option<usize>);

/// What is particular to a call: its lanes, relations, copies, findings, the rows that decide its cause, the other
/// cause that it may have, and the causes that contribute.
pub(super) type CallExtras =
    (LaneKinds, Vec<RelationRow>, Vec<CopyRow>, Vec<FindingRow>, Vec<usize>, Option<usize>, Vec<usize>);

/// A callback of a ladder.
#[derive(Debug)]
pub(super) struct PackedRow {
    /// True if it is about the whole call.
    pub(super) whole: bool,
    /// Its label, and for each mark its lane and what happened there.
    pub(super) label: String,
    pub(super) marks: Vec<(usize, &'static str)>,
    /// Milliseconds after the row before, for the first row after the start.
    pub(super) wait: Option<i64>,
    pub(super) source: usize,
    pub(super) record: u64,
    pub(super) line: Option<u64>,
}

/// Ladders of a few calls.
#[derive(Debug, Default, Serialize)]
pub(super) struct Chunk {
    texts: Vec<String>,
    /// What rows look like: 1 for the whole call, the label, then for each mark its lane and its text.
    forms: Vec<Vec<u32>>,
    /// Rows of each call.
    rows: Vec<usize>,
    form: Vec<u32>,
    wait: Vec<Option<i64>>,
    source: Vec<usize>,
    /// Line, or record if the line is not known: difference from the row before.
    line: Vec<i64>,
    /// By how much the record's number is beyond the line's; none if the line is not known.
    beyond: Vec<Option<i64>>,
    extras: Vec<CallExtras>,
    #[serde(skip)]
    known_texts: Dictionary<String>,
    #[serde(skip)]
    known_forms: HashMap<Vec<u32>, u32>,
    #[serde(skip)]
    last: i64,
}

impl Chunk {
    /// Calls in it.
    pub(super) fn calls(&self) -> usize {
        self.rows.len()
    }

    /// The index of a text.
    pub(super) fn text(&mut self, text: &str) -> u32 {
        self.known_texts.of(Some(text.to_owned())).saturating_sub(1)
    }

    /// Adds a row of the call that is added next.
    pub(super) fn row(&mut self, row: PackedRow) {
        let mut form = vec![u32::from(row.whole), self.text(&row.label)];
        for (lane, text) in row.marks {
            form.extend([u32::try_from(lane).unwrap_or(u32::MAX), self.text(text)]);
        }
        let next = u32::try_from(self.forms.len()).unwrap_or(u32::MAX);
        let index = *self.known_forms.entry(form).or_insert_with_key(|form| {
            self.forms.push(form.clone());
            next
        });
        self.form.push(index);
        self.wait.push(row.wait);
        self.source.push(row.source);
        let record = row.record.cast_signed();
        let line = row.line.map_or(record, u64::cast_signed);
        self.line.push(line - self.last);
        self.last = line;
        self.beyond.push(row.line.map(|line| record - line.cast_signed()));
    }

    /// Adds a call after its rows.
    pub(super) fn call(&mut self, rows: usize, extras: CallExtras) {
        self.rows.push(rows);
        self.extras.push(extras);
    }

    /// As JSON.
    ///
    /// # Errors
    /// Never: everything in it can be written.
    pub(super) fn json(mut self) -> serde_json::Result<Vec<u8>> {
        self.texts = std::mem::take(&mut self.known_texts.values);
        serde_json::to_vec(&self)
    }
}
