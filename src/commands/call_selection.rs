//! Reads the input and finds the calls that `show` and `why` are asked about, with their records.

use std::ops::ControlFlow;
use std::path::Path;

use super::call_suggestion::CallSuggestion;
use super::chosen_calls::say_if_none;
use crate::calls::{CallIndex, Filter, Timeline};
use crate::cli::{ChoiceArgs, Terminal, Usage, ids_of};
use crate::engine::{Analysis, CallRecords, CallSet, ReadRecords, Selection, find_judged};
use crate::report::counted;
use crate::rules::RuleOptions;
use crate::session::Inputs;
use crate::spec::{Cause, Word};
use crate::suggest::question;

/// The calls that were asked for.
#[derive(Debug)]
pub(super) struct SelectedCalls {
    /// Everything that was read; its table has the calls.
    pub(super) analysis: Analysis,
    /// The calls, in input order, at most as many as were asked for.
    pub(super) calls: Vec<CallIndex>,
    /// Calls beyond those.
    pub(super) left_out: u64,
    /// The records of their callbacks.
    pub(super) records: CallRecords,
}

/// Reads everything, and finds the call of that name, or those that the filters choose.
///
/// # Errors
/// Returns an error if a call that is named does not exist, or a name stands for several; if the input cannot be read
/// again.
pub(super) fn select(
    inputs: &mut Inputs,
    rules: &RuleOptions,
    name: Option<&str>,
    args: &ChoiceArgs,
    terminal: Terminal,
) -> anyhow::Result<SelectedCalls> {
    match name {
        Some(name) => named(inputs, rules, name),
        None => filtered(inputs, rules, args, terminal),
    }
}

/// Reads everything, and keeps the records of the calls in the set.
fn read(inputs: &mut Inputs, rules: &RuleOptions, set: &CallSet) -> anyhow::Result<(Analysis, CallRecords)> {
    let mut records = CallRecords::default();
    let analysis = inputs.analyse_visiting(rules, Some(set), set, |part| {
        records.append(part);
        Ok(())
    })?;
    inputs.report_reading(&analysis.totals)?;
    Ok((analysis, records))
}

fn named(inputs: &mut Inputs, rules: &RuleOptions, name: &str) -> anyhow::Result<SelectedCalls> {
    let set = CallSet::Prefixes(vec![name.to_owned()]);
    let (mut analysis, records) = read(inputs, rules, &set)?;
    let call_id = full_id(name, &records, &analysis, inputs.threads)?;
    let (calls, left_out) =
        analysis.find(inputs.threads, usize::MAX, |table, index| table.call_id(index) == call_id)?;
    Ok(SelectedCalls { analysis, calls, left_out, records })
}

/// The id that a name stands for: itself, or the only id that begins so.
fn full_id(name: &str, records: &CallRecords, analysis: &Analysis, threads: usize) -> anyhow::Result<String> {
    if records.call_ids.contains(name) {
        return Ok(name.to_owned());
    }
    let alike: Vec<&String> = records.call_ids.iter().filter(|call_id| call_id.starts_with(name)).collect();
    match &alike[..] {
        [] => Err(Usage::Wrong(unknown(name, analysis, threads)?).into()),
        [only] => Ok((*only).clone()),
        several => Err(Usage::Wrong(ambiguous(name, several)).into()),
    }
}

fn filtered(
    inputs: &mut Inputs,
    rules: &RuleOptions,
    args: &ChoiceArgs,
    terminal: Terminal,
) -> anyhow::Result<SelectedCalls> {
    // If the ids are known, the records are kept at once, otherwise once the calls are known.
    let named = ids_of(&args.filter.call_id);
    let set = CallSet::Prefixes(named.clone());
    if named.is_empty() {
        inputs.sources.keep_pipes();
    }
    let (mut analysis, mut records) = read(inputs, rules, &set)?;
    let mut full_ids = Vec::new();
    for given in &args.filter.call_id {
        // A comma is between ids, or in one.
        let is_one = !given.contains(',') || records.call_ids.contains(given);
        for name in
            if is_one { vec![given.clone()] } else { ids_of(std::slice::from_ref(given)).split_off(1) }
        {
            full_ids.push(full_id(&name, &records, &analysis, inputs.threads)?);
        }
    }
    let filter = Filter { call_ids: full_ids, ..args.filter.filter(analysis.totals.newest)? };
    let selection = Selection::new(filter, rules, &analysis, inputs.threads)?;
    let (calls, left_out) =
        find_judged(&mut analysis, rules, inputs.threads, args.limit, |call| selection.chooses(call))?;
    say_if_none(&selection, &args.filter, &analysis, inputs.threads, terminal)?;
    if named.is_empty() && !calls.is_empty() {
        records = read_again(inputs, rules, &analysis, &calls)?;
    }
    Ok(SelectedCalls { analysis, calls, left_out, records })
}

/// Reads the input again, up to the last callback of these calls.
///
/// # Errors
/// Returns an error if the input cannot be read again.
pub(super) fn read_again(
    inputs: &mut Inputs,
    rules: &RuleOptions,
    analysis: &Analysis,
    calls: &[CallIndex],
) -> anyhow::Result<CallRecords> {
    let table = &analysis.table;
    let set = CallSet::Ids(calls.iter().map(|index| table.call_id(*index).into_owned()).collect());
    let count = |index: &CallIndex| {
        let timeline = Timeline::of(table, *index);
        timeline.callbacks().count() + timeline.set_aside.len()
    };
    let all: usize = calls.iter().map(count).sum();
    let mut records = CallRecords::default();
    inputs.run(&ReadRecords { rules, gatherer: None, calls: Some(&set), visitor: &set }, |part| {
        records.append(part);
        let is_all = records.callbacks.len() >= all;
        Ok(if is_all { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    })?;
    Ok(records)
}

/// The error on an id that no call has, with the nearest one.
fn unknown(name: &str, analysis: &Analysis, threads: usize) -> anyhow::Result<String> {
    if Path::new(name).exists() {
        return Ok(format!(
            "no call has the id `{name}`, which is a file: the id of a call comes before the inputs"
        ));
    }
    if Cause::parse(name).is_some() {
        return Ok(format!("no call has the id `{name}`, which is a cause: see `callkit-tool help causes`"));
    }
    let near = CallSuggestion::search(name, analysis, threads)?;
    Ok(match (near.calls, near.best()) {
        (0, _) => format!("no call has the id `{name}`; the input holds no calls"),
        (_, Some(near)) => format!("no call has the id `{name}`; {}", question(near)),
        (calls, None) => format!(
            "no call has the id `{name}` among {}; `callkit-tool export --columns call_id` lists them",
            counted(calls, "call")
        ),
    })
}

/// The error on a beginning that several ids have.
fn ambiguous(name: &str, ids: &[&String]) -> String {
    const SHOWN: usize = 5;
    let shown: Vec<String> = ids.iter().take(SHOWN).map(|id| format!("`{id}`")).collect();
    let more = match ids.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{} call ids begin with `{name}`: {}{more}; give more of the id", ids.len(), shown.join(", "))
}
