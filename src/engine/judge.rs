//! What every command does with the calls, once everything is read: work each out, judge it, and make something of it.

use std::sync::atomic::AtomicBool;

use super::analysis::{Analysis, each_in_table};
use crate::calls::{CallIndex, CallTable, Outcome, Problems, Timeline, outcome};
use crate::rules::{CallHit, InputFacts, RuleOptions, judge_call};
use crate::spill::{Shared, Sorter, SpillError};

/// A call, worked out and judged.
#[derive(Debug)]
pub struct JudgedCall<'j, 't> {
    /// Its callbacks.
    pub timeline: &'j Timeline<'t>,
    /// Its outcome.
    pub outcome: &'j Outcome,
    /// The findings on it.
    pub hits: Vec<CallHit>,
}

impl JudgedCall<'_, '_> {
    /// The findings on it, counted by level.
    pub fn found(&self) -> Problems {
        let mut problems = Problems::default();
        self.hits.iter().for_each(|hit| problems.add(hit.level));
        problems
    }

    /// The findings on it and on the records of its callbacks, counted by level.
    pub fn problems(&self) -> Problems {
        let mut problems = self.timeline.problems;
        problems.merge(self.found());
        problems
    }
}

/// Works out a call and judges it, and makes something of it.
fn judge<T>(
    timeline: &Timeline<'_>,
    facts: InputFacts,
    options: &RuleOptions,
    work: impl FnOnce(JudgedCall<'_, '_>) -> T,
) -> T {
    let outcome = outcome(timeline);
    let hits = judge_call(timeline, &outcome, facts, options);
    work(JudgedCall { timeline, outcome: &outcome, hits })
}

/// Works out one call of the table and judges it, and makes something of it.
pub fn judge_one<T>(
    analysis: &Analysis,
    index: CallIndex,
    options: &RuleOptions,
    work: impl FnOnce(JudgedCall<'_, '_>) -> T,
) -> T {
    judge(&Timeline::of(&analysis.table, index), analysis.facts(), options, work)
}

/// Works out each call and judges it, on several threads and in no order. `work` sees it, with a state of its thread
/// made by `state`. Returns the states.
///
/// # Errors
/// Returns an error if calls that are kept outside of memory cannot be read.
pub fn judge_calls<S: Send>(
    analysis: &Analysis,
    options: &RuleOptions,
    threads: usize,
    state: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, JudgedCall<'_, '_>) + Sync,
) -> Result<Vec<S>, SpillError> {
    let facts = analysis.facts();
    analysis.each_call(threads, state, |state, _: &CallTable, timeline| {
        judge(timeline, facts, options, |call| work(state, call));
    })
}

/// What is made of calls, and can wait outside of memory for its turn.
pub trait Spillable: Default + Send {
    /// Appends itself as bytes, and is empty then; what is empty has none.
    fn put(&mut self, bytes: &mut Vec<u8>);

    /// Takes in what was put.
    fn take(&mut self, bytes: &[u8]);
}

/// Works out each call and judges it, on several threads. What `work` makes of calls goes to `sink`, in the order of
/// the input, and from there to `work` again.
///
/// # Errors
/// The first error of `sink`, or if calls cannot be kept outside of memory.
pub fn judge_in_order<O: Spillable, E: From<SpillError>>(
    analysis: &Analysis,
    options: &RuleOptions,
    threads: usize,
    work: impl Fn(&mut O, JudgedCall<'_, '_>) + Sync,
    mut sink: impl FnMut(&mut O) -> Result<(), E>,
) -> Result<(), E> {
    let facts = analysis.facts();
    if !analysis.has_overflowed() {
        let (table, calls) = (&analysis.table, analysis.table.in_input_order());
        let see = |(): &mut (), timeline: &Timeline<'_>, output: &mut O| {
            judge(timeline, facts, options, |call| work(output, call));
        };
        let stop = AtomicBool::new(false);
        return each_in_table(table, &calls, threads, &stop, || (), see, sink).map(drop);
    }
    let sorter = Shared::new(Sorter::new(analysis.memory().of_sorting()));
    let begin = || (O::default(), Vec::new());
    analysis.each_call(threads, begin, |(output, bytes), table, timeline| {
        judge(timeline, facts, options, |call| work(output, call));
        output.put(bytes);
        if !bytes.is_empty() {
            sorter.fill(|sorter| sorter.push(table.first_position(timeline.index).number(), bytes));
            bytes.clear();
        }
    })?;
    let sorted = sorter.finish()?.finish()?;
    let (mut reading, mut bytes, mut output) = (sorted.read()?, Vec::new(), O::default());
    while reading.next(&mut bytes)?.is_some() {
        output.take(&bytes);
        sink(&mut output)?;
    }
    Ok(())
}
