//! What every command does with the calls, once everything is read: work each out, judge it, and make something of it.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::sync::atomic::AtomicBool;

use super::analysis::{Analysis, each_in_table};
use crate::calls::{
    CallIndex, CallTable, Interner, Outcome, Position, Problems, Timeline, UsualCall, outcome,
};
use crate::rules::{CallHit, Course, InputFacts, RuleOptions, judge_call, may_find};
use crate::spill::{Shared, Sorter, SpillError};

/// A call, worked out and judged.
#[derive(Debug)]
pub struct JudgedCall<'t> {
    table: &'t CallTable,
    index: CallIndex,
    /// Its timeline, once anything needs it.
    timeline: OnceCell<Timeline<'t>>,
    /// Its outcome.
    pub outcome: Outcome,
    /// The findings on it.
    pub hits: Vec<CallHit>,
}

impl<'t> JudgedCall<'t> {
    /// Works out a call of a table and judges it: from its packed steps if it is a usual one on which no rule finds
    /// anything, otherwise from its timeline.
    fn of(table: &'t CallTable, index: CallIndex, input: InputFacts, options: &RuleOptions) -> Self {
        if let Some(UsualCall { outcome, occurs }) = UsualCall::of(table, index)
            && !may_find(&Course { outcome: &outcome, occurs, input })
        {
            return Self { table, index, timeline: OnceCell::new(), outcome, hits: Vec::new() };
        }
        let timeline = Timeline::of(table, index);
        let outcome = outcome(&timeline);
        let hits = judge_call(&timeline, &outcome, input, options);
        Self { table, index, timeline: timeline.into(), outcome, hits }
    }

    /// Its callbacks.
    pub fn timeline(&self) -> &Timeline<'t> {
        self.timeline.get_or_init(|| Timeline::of(self.table, self.index))
    }

    /// Its id.
    pub fn call_id(&self) -> Cow<'t, str> {
        self.table.call_id(self.index)
    }

    /// The position of its first callback in the input.
    pub fn first_position(&self) -> Position {
        self.table.first_position(self.index)
    }

    /// The texts that its outcome names.
    pub fn texts(&self) -> &'t Interner {
        self.table.texts(self.index)
    }

    /// The findings on it, counted by level.
    pub fn found(&self) -> Problems {
        let mut problems = Problems::default();
        self.hits.iter().for_each(|hit| problems.add(hit.level));
        problems
    }

    /// The findings on it and on the records of its callbacks, counted by level.
    pub fn problems(&self) -> Problems {
        // Of records that are set aside, which only a timeline knows, they do not count.
        let of_table = || self.table.problems(self.index);
        let mut problems = self.timeline.get().map_or_else(of_table, |timeline| timeline.problems);
        problems.merge(self.found());
        problems
    }
}

/// Works out one call of the table and judges it.
pub fn judge_one<'t>(analysis: &'t Analysis, index: CallIndex, options: &RuleOptions) -> JudgedCall<'t> {
    JudgedCall::of(&analysis.table, index, analysis.facts(), options)
}

/// Finds calls as [`Analysis::find`] does, each worked out and judged.
///
/// # Errors
/// Returns an error if calls that are kept outside of memory cannot be read.
pub fn find_judged(
    analysis: &mut Analysis,
    options: &RuleOptions,
    threads: usize,
    most: usize,
    chooses: impl Fn(&JudgedCall<'_>) -> bool + Sync,
) -> Result<(Vec<CallIndex>, u64), SpillError> {
    let facts = analysis.facts();
    analysis.find(threads, most, |table, index| chooses(&JudgedCall::of(table, index, facts, options)))
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
    work: impl Fn(&mut S, &JudgedCall<'_>) + Sync,
) -> Result<Vec<S>, SpillError> {
    let facts = analysis.facts();
    analysis.each_index(threads, state, |state, table, index| {
        work(state, &JudgedCall::of(table, index, facts, options));
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
    work: impl Fn(&mut O, &JudgedCall<'_>) + Sync,
    mut sink: impl FnMut(&mut O) -> Result<(), E>,
) -> Result<(), E> {
    let facts = analysis.facts();
    if !analysis.has_overflowed() {
        let (table, calls) = (&analysis.table, analysis.table.in_input_order());
        let see = |(): &mut (), index: CallIndex, output: &mut O| {
            work(output, &JudgedCall::of(table, index, facts, options));
        };
        let stop = AtomicBool::new(false);
        return each_in_table(&calls, threads, &stop, || (), see, sink).map(drop);
    }
    let sorter = Shared::new(Sorter::new(analysis.memory().of_sorting()));
    let begin = || (O::default(), Vec::new());
    analysis.each_index(threads, begin, |(output, bytes), table, index| {
        work(output, &JudgedCall::of(table, index, facts, options));
        output.put(bytes);
        if !bytes.is_empty() {
            sorter.fill(|sorter| sorter.push(table.first_position(index).number(), bytes));
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
