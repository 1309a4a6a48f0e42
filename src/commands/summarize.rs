//! `summarize`: the figures of the calls.

use anyhow::anyhow;

use super::Status;
use super::inputs::Inputs;
use super::output::Output;
use crate::calls::{Figures, Summary, group_key};
use crate::cli::{SummarizeArgs, SummaryFormat, Terminal};
use crate::engine::{Analysis, count_call_hits, judge_calls};
use crate::render::summary::{self, Report};
use crate::spec::Level;

/// Runs `summarize`.
pub(super) fn summarize(args: &SummarizeArgs, terminal: &Terminal) -> anyhow::Result<Status> {
    let rules = args.rules.options().map_err(|text| anyhow!(text))?;
    let mut output = Output::open(args.output.output.as_deref())?;
    let mut inputs = Inputs::open(&args.input, terminal)?;
    let analysis = inputs.analyse(&rules, Analysis::default, |(): &mut (), _, _| {}, |()| Ok(()))?;
    inputs.say_damage(&analysis);
    let filter = args.filter.filter(analysis.totals.newest).map_err(|text| anyhow!(text))?;
    let mut whole = Summary::default();
    let mut calls_found = [0_u64; 3];
    judge_calls(
        &analysis,
        &analysis.table.in_input_order(),
        &rules,
        inputs.threads,
        |(summary, found): &mut (Summary, [u64; 3]), timeline, outcome, hits| {
            let on_call = count_call_hits(&hits);
            for level in Level::ALL {
                found[level as usize] += u64::from(on_call.of(level));
            }
            if filter.chooses(timeline, outcome) {
                let mut problems = timeline.problems;
                problems.merge(on_call);
                let group = args.by.map(|by| group_key(by.key(), timeline, outcome, &args.filter.tz));
                summary.add(group, outcome, problems);
            }
        },
        |(summary, found)| {
            whole.merge(summary);
            calls_found.iter_mut().zip(found).for_each(|(sum, more)| *sum += more);
            Ok::<(), anyhow::Error>(())
        },
    )?;
    let filtered = !filter.is_empty();
    if !filtered {
        count_everything(&mut whole.total, &analysis, calls_found);
    }
    let report =
        Report { summary: &whole, totals: &analysis.totals, filtered, by: args.by.map(crate::cli::By::name) };
    let text = match args.format {
        SummaryFormat::Table => summary::tables(&report),
        SummaryFormat::Json => summary::json(&report),
        SummaryFormat::Csv => summary::csv(&report),
        SummaryFormat::Markdown => summary::markdown(&report),
    };
    output.put(&text)?;
    inputs.finish(output)?;
    Ok(inputs.status())
}

/// Where nothing is filtered, callbacks and findings are those of the whole input: also of what belongs to no call.
fn count_everything(figures: &mut Figures, analysis: &Analysis, calls_found: [u64; 3]) {
    figures.callbacks = analysis.totals.callbacks;
    for (index, count) in figures.findings.iter_mut().enumerate() {
        *count = analysis.totals.findings[index] + calls_found[index];
    }
}
