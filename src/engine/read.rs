//! What every command does with a block: read its records, judge them, and put their callbacks into calls.

use std::collections::HashSet;

use super::block::Block;
use super::noting::{NotedTotals, Unwrapped, note_block, note_record, note_skip};
use super::place::RecordPlace;
use crate::calls::{Batch, Position, Problems, TableBuilder, Totals};
use crate::decode::{FastCallback, FullRecord, Predictor, ReceivedAt, Scratch, learn, read_fast_into};
use crate::framing::{Piece, PieceKind, Reach, Request, Skip};
use crate::rules::{Checked, Hit, RuleOptions, check, is_clean, judge_damage, judge_skip};

/// A set of calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallSet {
    /// Calls whose id begins with one of these.
    Prefixes(Vec<String>),
    /// Calls of these ids.
    Ids(HashSet<String>),
    /// All of them, and all records of none.
    All,
}

impl CallSet {
    /// True for the id of one of them.
    pub fn contains(&self, call_id: &str) -> bool {
        match self {
            Self::Prefixes(prefixes) => prefixes.iter().any(|prefix| call_id.starts_with(prefix.as_str())),
            Self::Ids(ids) => ids.contains(call_id),
            Self::All => true,
        }
    }
}

/// What one thread does with blocks, and what it counts in them.
#[derive(Debug, Default)]
pub struct RecordReader<'t> {
    /// What is counted.
    pub totals: Totals,
    /// Where the callbacks go; none if the calls are of no interest.
    table: Option<&'t TableBuilder>,
    /// True to show only the records with findings, those of watched calls, and perhaps others.
    shows_findings: bool,
    /// Calls all of whose records are shown.
    watch: Option<&'t CallSet>,
    predictor: Predictor,
    scratch: Scratch,
}

impl<'t> RecordReader<'t> {
    /// One that puts the callbacks into a table, if there is one. It shows every record; with a table or watched calls
    /// only those with findings, and all of these calls.
    pub fn new(table: Option<&'t TableBuilder>, watch: Option<&'t CallSet>) -> Self {
        let shows_all = watch == Some(&CallSet::All) || (table.is_none() && watch.is_none());
        Self { table, shows_findings: !shows_all, watch, ..Self::default() }
    }
}

/// A piece of a block, as it was read.
#[derive(Debug)]
pub enum RecordView<'v> {
    /// A record.
    Record {
        /// The piece.
        piece: &'v Piece,
        /// Its bytes and place.
        place: RecordPlace<'v>,
        /// What it is.
        record: &'v FullRecord<'v>,
        /// What is wrong with it.
        checked: Checked,
    },
    /// A range of white space.
    Blank {
        /// The piece.
        piece: &'v Piece,
    },
    /// What is read and passed over.
    Other {
        /// The piece.
        piece: &'v Piece,
    },
    /// A skipped range.
    Skipped {
        /// The range.
        skip: &'v Skip,
        /// What is wrong with it.
        hits: Vec<Hit>,
    },
    /// The end of a compressed source that is damaged.
    Damaged {
        /// Where the data ends.
        end: Reach,
        /// What is wrong.
        hits: Vec<Hit>,
    },
}

/// Reads a block, and shows its pieces to `view`, in order; of the records those that are to be shown.
pub fn read_block(
    reader: &mut RecordReader<'_>,
    block: &Block,
    options: &RuleOptions,
    mut view: impl FnMut(RecordView<'_>),
) {
    let before = NotedTotals::of(&reader.totals);
    let mut number = block.frame.first_record;
    let mut batch = Batch::default();
    let mut unwrapped = Unwrapped::default();
    // One check for all records. If it fails, each is checked on its own.
    let text = simdutf8::basic::from_utf8(block.data()).ok();
    for piece in &block.frame.pieces {
        match piece.kind {
            PieceKind::Blank => {
                let length = block.stored_length(piece);
                reader.totals.bytes += length;
                reader.totals.blank_bytes += length;
                view(RecordView::Blank { piece });
            }
            PieceKind::Skipped(index) => {
                let skip = &block.frame.skips[index];
                reader.totals.bytes += skip.reach.length;
                reader.totals.skipped_bytes += skip.reach.length;
                let hits = judge_skip(skip, options);
                reader.totals.add_findings(count(&hits, options));
                note_skip(reader.totals.sources.entry(block.source).or_default(), skip);
                view(RecordView::Skipped { skip, hits });
            }
            PieceKind::Other => {
                let length = block.stored_length(piece);
                reader.totals.bytes += length;
                reader.totals.other_bytes += length;
                view(RecordView::Other { piece });
            }
            PieceKind::Line | PieceKind::Request(_) | PieceKind::Text(_) => {
                let position = Position::new(block.source, number);
                number += 1;
                let request = match piece.kind {
                    PieceKind::Request(index) => block.frame.requests.get(index),
                    _ => None,
                };
                let record = match text {
                    _ if matches!(piece.kind, PieceKind::Text(_)) => block.text(piece),
                    _ if block.is_rewritten(piece) => None,
                    Some(text) => text.get(piece.start..piece.end),
                    None => block.text(piece),
                };
                if reader.read_on_fast_path(record, request, position, options, &mut batch) {
                    reader.totals.bytes += block.stored_length(piece);
                    if let Some(notes) = reader.predictor.unwrapped() {
                        unwrapped.note(notes, || block.reach(piece));
                    }
                } else {
                    reader.record(block, piece, position, options, &mut view);
                }
            }
            PieceKind::Part { .. } => {
                let position = Position::new(block.source, number);
                number += 1;
                reader.record(block, piece, position, options, &mut view);
            }
        }
    }
    if let Some(table) = reader.table {
        table.add_batch(&mut batch);
    }
    if let Some((what, end)) = &block.damage {
        let hits = judge_damage(what, options);
        reader.totals.add_findings(count(&hits, options));
        view(RecordView::Damaged { end: *end, hits });
    }
    let counted = NotedTotals::of(&reader.totals);
    let facts = reader.totals.sources.entry(block.source).or_default();
    unwrapped.add_to(facts);
    note_block(facts, block, before, counted);
}

/// Counts hits by level, and those that are sought.
fn count(hits: &[Hit], options: &RuleOptions) -> Problems {
    let mut problems = Problems::default();
    for hit in hits {
        problems.add(hit.level);
        problems.sought += u32::from(options.sought.contains(hit.rule));
    }
    problems
}

impl RecordReader<'_> {
    /// Reads a record on the fast path, if it is plain, has no findings, and is not to be shown.
    fn read_on_fast_path<'b>(
        &mut self,
        record: Option<&'b str>,
        request: Option<&Request>,
        position: Position,
        options: &RuleOptions,
        batch: &mut Batch<'b>,
    ) -> bool {
        let Some(record) = record.filter(|_| self.shows_findings) else {
            return false;
        };
        let callback = batch.place();
        if !read_fast_into(record, request, &mut self.predictor, callback) {
            return false;
        }
        let keeps_capture = self.table.is_some_and(TableBuilder::keeps_captures);
        if keeps_capture && callback.received_at() == ReceivedAt::Unread {
            return false;
        }
        let is_watched = self.watch.is_some_and(|watch| watch.contains(callback.call_id()));
        if is_watched || !is_clean(callback, options) {
            return false;
        }
        self.totals.records += 1;
        match callback {
            FastCallback::Plain(callback) => self.totals.add_callback(callback),
            FastCallback::V4(v4) => self.totals.add_callback(v4),
        }
        if let Some(table) = self.table {
            table.gather(batch, position);
        }
        true
    }

    /// Reads a record on the full path.
    fn record(
        &mut self,
        block: &Block,
        piece: &Piece,
        position: Position,
        options: &RuleOptions,
        view: &mut impl FnMut(RecordView<'_>),
    ) {
        let place = RecordPlace::of(block, piece, position);
        let Some(record) = block.read(piece, &mut self.scratch) else { return };
        self.totals.records += 1;
        self.totals.bytes += block.stored_length(piece);
        let mut checked = check(&record, options);
        if block.damage.is_some() && piece.end == block.data().len() && record.callback().is_none() {
            checked.break_off();
        }
        if block.is_rewritten(piece) {
            checked.place_at(&(0..place.bytes.len()));
        }
        let mut problems = count(&checked.hits, options);
        for folded in checked.folds.rows() {
            problems.add_many(folded.level, folded.count);
            problems.sought += u32::from(options.sought.contains(folded.rule));
        }
        self.totals.add_findings(problems);
        note_record(self.totals.sources.entry(block.source).or_default(), &record, &place);
        let is_alone = matches!(piece.kind, PieceKind::Line | PieceKind::Text(_));
        if self.shows_findings && is_alone && problems == Problems::default() {
            learn(&record, block.decode_options(), &mut self.predictor);
        }
        if let Some(callback) = record.callback() {
            self.totals.add_callback(callback);
            if let Some(table) = self.table {
                table.add(callback, position, problems);
            }
        }
        view(RecordView::Record { piece, place, record: &record, checked });
    }
}
