//! A call of a log that is being written: its lines, until it is settled.

use std::collections::HashMap;
use std::time::Instant;

use crate::calls::{TableBuilder, Timeline, outcome};
use crate::engine::{Block, RecordReader, call_finding, read_block};
use crate::framing::{Format, Framer};
use crate::rules::{InputFacts, RuleOptions, judge_call};
use crate::spec::{CallResult, Finding, Place};

/// Longest line that a receiver can write; it is not cut here.
pub(super) const MAX_RECORD: usize = usize::MAX >> 1;

/// A call that may go on.
#[derive(Debug)]
pub(super) struct OpenCall {
    pub(super) text: Vec<u8>,
    /// Where each of its lines stands in the log.
    pub(super) lines: Vec<Place>,
    pub(super) last: Instant,
    pub(super) result: Option<CallResult>,
    /// True if lines have come since it was worked out.
    pub(super) is_stale: bool,
}

impl OpenCall {
    /// Memory that it takes up, about.
    pub(super) fn size(&self, call_id: &str) -> usize {
        call_id.len() + size_of::<Self>() + self.text.len() + self.lines.len() * size_of::<Place>()
    }
}

/// Reads the lines of these calls once more, all together, and makes something of each call: of its id, its result and
/// the findings on it.
pub(super) fn judged<T>(
    open: &HashMap<String, OpenCall>,
    ids: &[String],
    rules: &RuleOptions,
    facts: InputFacts,
    mut make: impl FnMut(&str, Option<CallResult>, Vec<Finding>) -> T,
) -> Vec<T> {
    let calls: Vec<&OpenCall> = ids.iter().filter_map(|id| open.get(id)).collect();
    let lines: Vec<&Place> = calls.iter().flat_map(|call| &call.lines).collect();
    let mut text = Vec::with_capacity(calls.iter().map(|call| call.text.len()).sum());
    calls.iter().for_each(|call| text.extend_from_slice(&call.text));
    let builder = TableBuilder::new(1);
    let block = Block::of_lines(text, 0, &mut Framer::new(Format::JsonLines, MAX_RECORD));
    read_block(&mut RecordReader::new(Some(&builder), None), &block, rules, |_| {});
    let table = builder.finish();
    let mut made = Vec::new();
    for index in table.in_input_order() {
        let timeline = Timeline::of(&table, index);
        let outcome = outcome(&timeline);
        let hits = judge_call(&timeline, &outcome, facts, rules);
        let findings = hits.into_iter().filter_map(|hit| {
            let place = *lines.get(usize::try_from(hit.at.record()).ok()?.checked_sub(1)?)?;
            Some(call_finding(hit, timeline.call_id.clone().into_owned(), place.clone()))
        });
        made.push(make(&timeline.call_id, outcome.result, findings.collect()));
    }
    made
}
