//! Reads the input and finds the calls that `show` and `why` are asked about, with their records.

use std::convert::Infallible;
use std::fmt;
use std::path::Path;

use anyhow::{anyhow, bail};

use super::inputs::Inputs;
use crate::calls::{CallIndex, CallTable, Filter, Timeline};
use crate::cli::{Choice, ChoiceArgs, FilterArgs};
use crate::engine::{Analysis, Block, JudgedCall, RecordView, Seen, Watch, judge_calls};
use crate::render::counted;
use crate::rules::{RuleOptions, nearest};

/// The calls that were asked for.
#[derive(Debug)]
pub(super) struct Chosen {
    /// Everything that was read.
    pub(super) analysis: Analysis,
    /// The calls, in input order, at most as many as were asked for.
    pub(super) calls: Vec<CallIndex>,
    /// Calls beyond those.
    pub(super) left_out: u64,
    /// The records of their callbacks.
    pub(super) seen: Seen,
}

/// Reads everything, and finds the calls.
///
/// # Errors
/// Where a call that is named does not exist, or a name stands for several; where the input cannot be read again.
pub(super) fn choose(
    inputs: &mut Inputs<'_>,
    rules: &RuleOptions,
    choice: &Choice,
    args: &ChoiceArgs,
) -> anyhow::Result<Chosen> {
    match choice {
        Choice::Named(name) => named(inputs, rules, name),
        Choice::Filtered => filtered(inputs, rules, args),
    }
}

/// Reads everything, and sees the records of the watched calls.
fn read(inputs: &mut Inputs<'_>, rules: &RuleOptions, watch: &Watch) -> anyhow::Result<(Analysis, Seen)> {
    let mut seen = Seen::default();
    let analysis = inputs.analyse_watching(
        rules,
        Some(watch),
        |part: &mut Seen, _, view| part.look(view, watch),
        |part| {
            seen.append(part);
            Ok(())
        },
    )?;
    inputs.say_damage(&analysis);
    Ok((analysis, seen))
}

fn named(inputs: &mut Inputs<'_>, rules: &RuleOptions, name: &str) -> anyhow::Result<Chosen> {
    let watch = Watch::Prefixes(vec![name.to_owned()]);
    let (analysis, seen) = read(inputs, rules, &watch)?;
    let call_id = full_id(name, &seen, &analysis.table)?;
    let order = analysis.table.in_input_order().into_iter();
    let calls = order.filter(|index| analysis.table.call_id(*index) == call_id).collect();
    Ok(Chosen { analysis, calls, left_out: 0, seen })
}

/// The id that a name stands for: itself, or the only id that begins so.
fn full_id(name: &str, seen: &Seen, table: &CallTable) -> anyhow::Result<String> {
    if seen.call_ids.contains(name) {
        return Ok(name.to_owned());
    }
    let alike: Vec<&String> = seen.call_ids.iter().filter(|call_id| call_id.starts_with(name)).collect();
    match &alike[..] {
        [] => bail!(unknown(name, table)),
        [only] => Ok((*only).clone()),
        several => bail!(ambiguous(name, several)),
    }
}

fn filtered(inputs: &mut Inputs<'_>, rules: &RuleOptions, args: &ChoiceArgs) -> anyhow::Result<Chosen> {
    // Where the ids are known, the records are seen at once; else once the calls are.
    let named = &args.filter.call_id;
    let watch = Watch::Prefixes(named.clone());
    if named.is_empty() {
        inputs.sources.keep_pipes();
    }
    let (analysis, mut seen) = read(inputs, rules, &watch)?;
    let full_ids = named.iter().map(|name| full_id(name, &seen, &analysis.table));
    let wanted = FilterArgs { call_id: full_ids.collect::<anyhow::Result<_>>()?, ..args.filter.clone() };
    let filter = wanted.filter(analysis.totals.newest).map_err(|text| anyhow!(text))?;
    let mut calls = chosen(&analysis, rules, inputs.threads, &filter);
    let left_out = calls.len().saturating_sub(args.limit) as u64;
    calls.truncate(args.limit);
    if named.is_empty() && !calls.is_empty() {
        seen = see_again(inputs, rules, &analysis, &calls)?;
    }
    Ok(Chosen { analysis, calls, left_out, seen })
}

/// The calls that a filter chooses, in input order.
pub(super) fn chosen(
    analysis: &Analysis,
    rules: &RuleOptions,
    threads: usize,
    filter: &Filter,
) -> Vec<CallIndex> {
    let mut calls = Vec::new();
    let work = |(): &mut (), chosen: &mut Vec<CallIndex>, call: JudgedCall<'_, '_>| {
        if filter.chooses(call.timeline, call.outcome) {
            chosen.push(call.timeline.index);
        }
    };
    let Ok(_) = judge_calls(
        analysis,
        rules,
        threads,
        || (),
        work,
        |chosen| {
            calls.append(chosen);
            Ok::<(), Infallible>(())
        },
    );
    calls
}

/// Ends a second look at the input, of which enough has been seen.
#[derive(Debug)]
struct Enough;

impl fmt::Display for Enough {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("enough has been seen")
    }
}

impl std::error::Error for Enough {}

/// Reads the input again, up to the last callback of these calls.
fn see_again(
    inputs: &mut Inputs<'_>,
    rules: &RuleOptions,
    analysis: &Analysis,
    calls: &[CallIndex],
) -> anyhow::Result<Seen> {
    let table = &analysis.table;
    let watch = Watch::Ids(calls.iter().map(|index| table.call_id(*index).to_owned()).collect());
    let count = |index: &CallIndex| Timeline::of(table, *index).callbacks().count();
    let all: usize = calls.iter().map(count).sum();
    let mut seen = Seen::default();
    let look = |part: &mut Seen, _: &Block, view: RecordView<'_>| part.look(view, &watch);
    let looked = inputs.look_again(rules, &watch, look, |part| {
        seen.append(part);
        if seen.callbacks.len() < all { Ok(()) } else { Err(Enough.into()) }
    });
    match looked {
        Err(error) if !error.is::<Enough>() => Err(error),
        Ok(()) | Err(_) => Ok(seen),
    }
}

/// What is said of an id that no call has, with the nearest that there is.
fn unknown<'t>(name: &str, table: &'t CallTable) -> String {
    if Path::new(name).exists() {
        return format!(
            "there is no call `{name}`, which is a file: the id of a call comes before the inputs"
        );
    }
    if table.is_empty() {
        return format!("there is no call `{name}`; the input holds no calls");
    }
    let order = table.in_input_order();
    let ids = || order.iter().map(|index| table.call_id(*index));
    // A beginning that is mistyped is held against beginnings.
    let length = name.chars().count();
    let beginning = |id: &'t str| id.char_indices().nth(length).map(|(end, _)| &id[..end]);
    let near = nearest(name, ids()).or_else(|| {
        nearest(name, ids().filter_map(beginning)).and_then(|near| ids().find(|id| id.starts_with(near)))
    });
    match near {
        Some(near) => format!("there is no call `{name}`; did you mean `{near}`?"),
        None => format!(
            "there is no call `{name}` among {}; `callkit-tool export --columns call_id` lists them",
            counted(order.len() as u64, "call")
        ),
    }
}

/// What is said of a beginning that several ids have.
fn ambiguous(name: &str, ids: &[&String]) -> String {
    const SHOWN: usize = 5;
    let shown: Vec<String> = ids.iter().take(SHOWN).map(|id| format!("`{id}`")).collect();
    let more = match ids.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{} calls begin with `{name}`: {}{more}; give more of the id", ids.len(), shown.join(", "))
}
