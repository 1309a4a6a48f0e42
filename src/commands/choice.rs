//! Reads the input and finds the calls that `show` and `why` are asked about, with their records.

use std::fmt;
use std::path::Path;

use anyhow::{anyhow, bail};

use super::inputs::Inputs;
use super::near::Near;
use crate::calls::{CallIndex, Timeline, outcome};
use crate::cli::{Choice, ChoiceArgs, FilterArgs};
use crate::engine::{Analysis, Block, RecordView, Seen, Watch};
use crate::report::counted;
use crate::rules::RuleOptions;

/// The calls that were asked for.
#[derive(Debug)]
pub(super) struct Chosen {
    /// Everything that was read; its table has the calls.
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
    let (mut analysis, seen) = read(inputs, rules, &watch)?;
    let call_id = full_id(name, &seen, &analysis, inputs.threads)?;
    let (calls, left_out) =
        analysis.find(inputs.threads, usize::MAX, |timeline| timeline.call_id == call_id)?;
    Ok(Chosen { analysis, calls, left_out, seen })
}

/// The id that a name stands for: itself, or the only id that begins so.
fn full_id(name: &str, seen: &Seen, analysis: &Analysis, threads: usize) -> anyhow::Result<String> {
    if seen.call_ids.contains(name) {
        return Ok(name.to_owned());
    }
    let alike: Vec<&String> = seen.call_ids.iter().filter(|call_id| call_id.starts_with(name)).collect();
    match &alike[..] {
        [] => bail!(unknown(name, analysis, threads)?),
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
    let (mut analysis, mut seen) = read(inputs, rules, &watch)?;
    let full_ids = named.iter().map(|name| full_id(name, &seen, &analysis, inputs.threads));
    let wanted = FilterArgs { call_id: full_ids.collect::<anyhow::Result<_>>()?, ..args.filter.clone() };
    let filter = wanted.filter(analysis.totals.newest).map_err(|text| anyhow!(text))?;
    let (calls, left_out) =
        analysis.find(inputs.threads, args.limit, |timeline| filter.chooses(timeline, &outcome(timeline)))?;
    if named.is_empty() && !calls.is_empty() {
        seen = see_again(inputs, rules, &analysis, &calls)?;
    }
    Ok(Chosen { analysis, calls, left_out, seen })
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
fn unknown(name: &str, analysis: &Analysis, threads: usize) -> anyhow::Result<String> {
    if Path::new(name).exists() {
        return Ok(format!(
            "there is no call `{name}`, which is a file: the id of a call comes before the inputs"
        ));
    }
    let near = Near::search(name, analysis, threads)?;
    Ok(match (near.calls, near.best()) {
        (0, _) => format!("there is no call `{name}`; the input holds no calls"),
        (_, Some(near)) => format!("there is no call `{name}`; did you mean `{near}`?"),
        (calls, None) => format!(
            "there is no call `{name}` among {}; `callkit-tool export --columns call_id` lists them",
            counted(calls, "call")
        ),
    })
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
