//! What every command does with a block: read its records, judge them, and put their callbacks into calls.

use super::cutter::Block;
use super::place::RecordPlace;
use crate::calls::{CallIndex, CallTable, Outcome, Position, Problems, Timeline, Totals, outcome};
use crate::decode::{Opened, Scratch, open};
use crate::framing::{Piece, PieceKind, Reach, Skip};
use crate::rules::{CallHit, Checked, Hit, Hits, InputFacts, RuleOptions, check, judge_call, judge_skip};
use crate::spec::RuleId;

/// What one thread gathers of the input.
#[derive(Debug, Default)]
pub struct Analysis {
    /// The calls.
    pub table: CallTable,
    /// Everything else that is counted.
    pub totals: Totals,
    /// True where the calls are of no interest, so that none are kept.
    without_calls: bool,
    scratch: Scratch,
}

impl Analysis {
    /// One that counts and judges records, and keeps no calls.
    pub fn without_calls() -> Self {
        Self { without_calls: true, ..Self::default() }
    }
}

/// A piece of a block, as it was read.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "a view lives on the stack, for one call")]
pub enum RecordView<'v> {
    /// A record.
    Record {
        /// The piece.
        piece: &'v Piece,
        /// Its bytes and place.
        place: RecordPlace<'v>,
        /// The record, opened.
        opened: &'v Opened<'v>,
        /// What it is, and what is wrong with it.
        checked: Checked<'v>,
    },
    /// A range of white space.
    Blank {
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

/// Reads a block into an analysis, and shows each of its pieces to `view`, in order.
pub fn analyse_block(
    analysis: &mut Analysis,
    block: &Block,
    options: &RuleOptions,
    mut view: impl FnMut(RecordView<'_>),
) {
    let mut number = block.frame.first_record;
    for piece in &block.frame.pieces {
        match piece.kind {
            PieceKind::Blank => {
                let length = (piece.end - piece.start) as u64;
                analysis.totals.bytes += length;
                analysis.totals.blank_bytes += length;
                view(RecordView::Blank { piece });
            }
            PieceKind::Skipped(index) => {
                let skip = &block.frame.skips[index];
                analysis.totals.bytes += skip.reach.length;
                analysis.totals.skipped_bytes += skip.reach.length;
                let mut hits = Hits::new(options);
                judge_skip(skip, &mut hits);
                analysis.totals.add_findings(count(&hits.list));
                view(RecordView::Skipped { skip, hits: hits.list });
            }
            PieceKind::Line | PieceKind::Request(_) => {
                let position = Position::new(block.source, number);
                number += 1;
                analysis.record(block, piece, position, options, &mut view);
            }
        }
    }
    if let Some((what, end)) = &block.damage {
        let hits = damage_hits(what, options);
        analysis.totals.add_findings(count(&hits));
        view(RecordView::Damaged { end: *end, hits });
    }
}

fn damage_hits(what: &str, options: &RuleOptions) -> Vec<Hit> {
    let rule = RuleId::InputCompressed;
    let Some(level) = options.levels.level(rule, rule.rule().level) else {
        return Vec::new();
    };
    vec![Hit {
        rule,
        level,
        message: format!("the compressed data is damaged: {what}"),
        span: 0..0,
        pointer: None,
        note: Some("everything before the damage was read".to_owned()),
        help: None,
        related: Vec::new(),
    }]
}

/// What a record has that is cut off.
const BREAKS_OFF: [RuleId; 3] = [RuleId::JsonSyntax, RuleId::JsonEncoding, RuleId::HttpTruncated];

/// Counts hits by level.
fn count(hits: &[Hit]) -> Problems {
    let mut problems = Problems::default();
    hits.iter().for_each(|hit| problems.add(hit.level));
    problems
}

impl Analysis {
    fn record(
        &mut self,
        block: &Block,
        piece: &Piece,
        position: Position,
        options: &RuleOptions,
        view: &mut impl FnMut(RecordView<'_>),
    ) {
        let bytes = &block.data[piece.start..piece.end];
        let offset = block.frame.offset + piece.start as u64;
        let place = RecordPlace { position, bytes, offset, line: piece.line };
        let request = match piece.kind {
            PieceKind::Request(index) => block.frame.requests.get(index),
            _ => None,
        };
        let mut opened = open(bytes, request, &mut self.scratch);
        let mut checked = check(bytes, request, &mut opened, options);
        if block.damage.is_some() && piece.end == block.data.len() && checked.callback.is_none() {
            // What breaks off where the compressed data does has that one fault.
            checked.hits.retain(|hit| !BREAKS_OFF.contains(&hit.rule));
        }
        let problems = count(&checked.hits);
        self.totals.records += 1;
        self.totals.bytes += bytes.len() as u64;
        self.totals.add_findings(problems);
        if let Some(callback) = &checked.callback {
            self.totals.add_callback(callback);
            if !self.without_calls {
                self.table.add(callback, position, problems);
            }
        }
        view(RecordView::Record { piece, place, opened: &opened, checked });
    }
}

/// Puts the states of all threads together.
pub fn merge(states: Vec<Analysis>) -> Analysis {
    let mut states = states;
    // The largest table takes over the others, which are small where one thread did most.
    states.sort_by_key(|state| std::cmp::Reverse(state.table.len()));
    let mut states = states.into_iter();
    let mut whole = states.next().unwrap_or_default();
    for state in states {
        whole.table.merge(&state.table);
        whole.totals.merge(&state.totals);
    }
    whole
}

/// Calls that one thread works on at once.
const CALLS_AT_ONCE: usize = 1024;

/// Works out each call of `order` and judges it, on several threads; `work` sees it with its findings, and what it
/// makes of a run of calls goes to `sink`, in order.
///
/// # Errors
/// The first error of `sink`.
pub fn judge_calls<O: Send + Default, E>(
    analysis: &Analysis,
    order: &[CallIndex],
    options: &RuleOptions,
    threads: usize,
    work: impl Fn(&mut O, &Timeline<'_>, &Outcome, Vec<CallHit>) + Sync,
    mut sink: impl FnMut(O) -> Result<(), E>,
) -> Result<(), E> {
    let facts = InputFacts { rang: analysis.totals.rang };
    let one = |calls: &[CallIndex]| {
        let mut output = O::default();
        for index in calls {
            let timeline = Timeline::of(&analysis.table, *index);
            let outcome = outcome(&timeline);
            let hits = judge_call(&timeline, &outcome, facts, options);
            work(&mut output, &timeline, &outcome, hits);
        }
        output
    };
    if threads <= 1 {
        return order.chunks(CALLS_AT_ONCE).try_for_each(|calls| sink(one(calls)));
    }
    for round in order.chunks(CALLS_AT_ONCE * threads) {
        let outputs: Vec<O> = std::thread::scope(|scope| {
            let workers: Vec<_> =
                round.chunks(CALLS_AT_ONCE).map(|calls| scope.spawn(|| one(calls))).collect();
            let join = |worker: std::thread::ScopedJoinHandle<'_, O>| {
                worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            };
            workers.into_iter().map(join).collect()
        });
        outputs.into_iter().try_for_each(&mut sink)?;
    }
    Ok(())
}

/// Findings on a call, counted by level.
pub fn count_call_hits(hits: &[CallHit]) -> Problems {
    let mut problems = Problems::default();
    hits.iter().for_each(|hit| problems.add(hit.level));
    problems
}
