//! What every command does with the calls, once everything is read: work each out, judge it, and make something of
//! it, in the order of the input.

use std::ops::Range;

use super::ordered::in_order;
use crate::calls::{CallIndex, CallTable, Log, Outcome, Problems, Survey, Timeline, Totals, outcome};
use crate::rules::{CallHit, InputFacts, RuleOptions, judge_call};
use crate::spec::Family;

/// What an input holds.
#[derive(Debug, Default)]
pub struct Analysis {
    /// The calls.
    pub table: CallTable,
    /// Everything else that is counted.
    pub totals: Totals,
}

impl Analysis {
    /// What the rules on calls need to know of the whole input.
    fn facts(&self) -> InputFacts {
        InputFacts { rang: self.totals.rang }
    }
}

/// Why the log as a whole has to be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Knows {
    /// For the causes of calls: who acts is looked up where a call can hang on it.
    Causes,
    /// For what is said of single calls: who acts from where, always.
    Everyone,
}

impl Analysis {
    /// What the log as a whole says that bears on single calls.
    pub fn log(&self, threads: usize, knows: Knows) -> Log {
        // Only v4 names callees that do nothing.
        let named = self.totals.families[Family::V4 as usize] > 0;
        let survey =
            if named || knows == Knows::Everyone { survey_calls(self, threads) } else { Survey::default() };
        Log::new(&self.totals, survey)
    }
}

/// A call, worked out and judged.
#[derive(Debug)]
pub struct JudgedCall<'j, 't> {
    /// Its callbacks.
    pub timeline: &'j Timeline<'t>,
    /// What it came to.
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

/// Works out one call and judges it, and makes something of it.
pub fn judge_one<T>(
    analysis: &Analysis,
    index: CallIndex,
    options: &RuleOptions,
    work: impl FnOnce(JudgedCall<'_, '_>) -> T,
) -> T {
    let timeline = Timeline::of(&analysis.table, index);
    let outcome = outcome(&timeline);
    let hits = judge_call(&timeline, &outcome, analysis.facts(), options);
    work(JudgedCall { timeline: &timeline, outcome: &outcome, hits })
}

/// Calls that one thread works on at once.
const CALLS_AT_ONCE: usize = 2048;

/// Works out each call and judges it, on several threads. `work` sees it, with a state of its thread made by `state`,
/// and what it makes of a run of calls goes to `sink`, in the order of the input, and from there to `work` again.
/// Returns the states.
///
/// # Errors
/// The first error of `sink`.
pub fn judge_calls<S: Send, O: Send + Default, E>(
    analysis: &Analysis,
    options: &RuleOptions,
    threads: usize,
    state: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, &mut O, JudgedCall<'_, '_>) + Sync,
    sink: impl FnMut(&mut O) -> Result<(), E>,
) -> Result<Vec<S>, E> {
    let order = analysis.table.in_input_order();
    let begin = || Own { state: state(), timeline: None };
    let states = in_order(
        threads,
        runs(order.len()),
        begin,
        |own, run, output| own.judge(analysis, &order[run.clone()], options, output, &work),
        sink,
        &mut || {},
    )?;
    Ok(states.into_iter().map(|own| own.state).collect())
}

/// Fills in the runs of calls that are worked on at once, one after another; false at their end.
fn runs(calls: usize) -> impl FnMut(&mut Range<usize>) -> bool + Send {
    let mut done = 0;
    move |run| {
        *run = done..(done + CALLS_AT_ONCE).min(calls);
        done = run.end;
        run.start < run.end
    }
}

/// Looks through all calls for who does something in any, and from where.
fn survey_calls(analysis: &Analysis, threads: usize) -> Survey {
    let table = &analysis.table;
    let order = table.in_input_order();
    let begin = || (Survey::default(), None);
    let done = |(): &mut ()| Ok::<(), std::convert::Infallible>(());
    let look =
        |state: &mut _, run: &Range<usize>, (): &mut ()| look_through(table, &order[run.clone()], state);
    let states = in_order(threads, runs(order.len()), begin, look, done, &mut || {}).unwrap_or_default();
    let mut whole = Survey::default();
    states.into_iter().for_each(|(survey, _)| whole.merge(survey));
    whole
}

fn look_through<'t>(
    table: &'t CallTable,
    calls: &[CallIndex],
    (survey, kept): &mut (Survey, Option<Timeline<'t>>),
) {
    for index in calls {
        let timeline = kept.get_or_insert_with(|| Timeline::of(table, *index));
        timeline.read(table, *index);
        survey.add(timeline);
    }
}

/// What a thread keeps from one run of calls to the next.
struct Own<'t, S> {
    state: S,
    /// Memory for the call at hand.
    timeline: Option<Timeline<'t>>,
}

impl<'t, S> Own<'t, S> {
    fn judge<O>(
        &mut self,
        analysis: &'t Analysis,
        calls: &[CallIndex],
        options: &RuleOptions,
        output: &mut O,
        work: impl Fn(&mut S, &mut O, JudgedCall<'_, '_>),
    ) {
        let facts = analysis.facts();
        let table = &analysis.table;
        for index in calls {
            let timeline = self.timeline.get_or_insert_with(|| Timeline::of(table, *index));
            timeline.read(table, *index);
            let outcome = outcome(timeline);
            let hits = judge_call(timeline, &outcome, facts, options);
            work(&mut self.state, output, JudgedCall { timeline, outcome: &outcome, hits });
        }
    }
}
