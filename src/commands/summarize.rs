//! `summarize`: the figures of the calls.

use anyhow::anyhow;

use super::Status;
use super::inputs::Inputs;
use super::output::Output;
use crate::calls::{Figures, Log, Problems, Summary, group_key};
use crate::cli::{By, SummarizeArgs, SummaryFormat, Terminal};
use crate::engine::{Analysis, JudgedCall, Knows, judge_calls};
use crate::report::summary::{self, Report};
use crate::spec::Level;

/// Runs `summarize`.
pub(super) fn summarize(args: &SummarizeArgs, terminal: &Terminal) -> anyhow::Result<Status> {
    let rules = args.rules.options().map_err(|text| anyhow!(text))?;
    let mut output = Output::open(args.output.output.as_deref())?;
    let mut inputs = Inputs::open(&args.input, terminal)?;
    let analysis = inputs.analyse(&rules, |(): &mut (), _, _| {}, |_| Ok(()))?;
    inputs.say_damage(&analysis);
    let filter = args.filter.filter(analysis.totals.newest).map_err(|text| anyhow!(text))?;
    let log = match args.by {
        Some(By::Cause) => analysis.log(inputs.threads, Knows::Causes)?,
        _ => Log::default(),
    };
    let work = |(summary, found): &mut (Summary, Problems), call: JudgedCall<'_, '_>| {
        found.merge(call.found());
        let JudgedCall { timeline, outcome, .. } = call;
        if filter.chooses(timeline, outcome) {
            let group = args.by.map(|by| group_key(by.key(), timeline, outcome, &args.filter.tz, &log));
            summary.add(group, outcome, call.problems());
        }
    };
    let states = judge_calls(&analysis, &rules, inputs.threads, Default::default, work)?;
    let (mut whole, mut on_calls) = (Summary::default(), Problems::default());
    for (summary, found) in states {
        whole.merge(summary);
        on_calls.merge(found);
    }
    let filtered = !filter.is_empty();
    if !filtered {
        count_everything(&mut whole.total, &analysis, on_calls);
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
fn count_everything(figures: &mut Figures, analysis: &Analysis, on_calls: Problems) {
    figures.callbacks = analysis.totals.callbacks;
    for level in Level::ALL {
        let index = level as usize;
        figures.findings[index] = analysis.totals.findings[index] + u64::from(on_calls.of(level));
    }
}
