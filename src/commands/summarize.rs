//! `summarize`: the figures of the calls.

use std::path::Path;

use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};

use super::command::Command;
use crate::calls::{Figures, GroupKey, LogContext, Problems, Summary, group_key};
use crate::cli::{FilterArgs, InputArgs, OutputArgs, RuleArgs};
use crate::engine::{Analysis, CauseContext, JudgedCall, judge_calls};
use crate::report::catalog::figures::classes;
use crate::report::summary::{self, SummaryReport};
use crate::session::{Inputs, Output, Session, Status};
use crate::spec::Level;

/// Arguments of `summarize`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  callkit-tool summarize callbacks.log\n  \
    callkit-tool summarize logs/ --by hour --tz Asia/Shanghai\n  \
    callkit-tool summarize callbacks.log --since -24h --format json")]
pub(super) struct SummarizeArgs {
    /// What is read
    #[command(flatten)]
    input: InputArgs,
    /// Group calls by this key
    #[arg(long, value_name = "KEY")]
    by: Option<GroupKey>,
    /// Output format
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    format: SummaryFormat,
    /// Which rules count
    #[command(flatten)]
    rules: RuleArgs,
    /// Where output goes
    #[command(flatten)]
    output: OutputArgs,
    /// Which calls are wanted
    #[command(flatten)]
    filter: FilterArgs,
}

/// A format of figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum SummaryFormat {
    /// Tables for people
    Table,
    /// One JSON object
    Json,
    /// `key,figure,value` rows
    Csv,
    /// The same rows as a Markdown table
    Markdown,
}

impl Command for SummarizeArgs {
    fn files(&self) -> Option<(&InputArgs, Vec<&Path>)> {
        Some((&self.input, self.output.path().into_iter().collect()))
    }

    fn run(&self, session: &Session) -> anyhow::Result<Status> {
        let rules = self.rules.options()?;
        let mut output = Output::open(self.output.path())?;
        let mut inputs = Inputs::open(&self.input, session.terminal)?;
        let analysis = inputs.analyse(&rules)?;
        inputs.check_contents(&analysis.totals)?;
        let filter = self.filter.filter(analysis.totals.newest)?;
        let log = match self.by {
            Some(GroupKey::Cause) => analysis.log(inputs.threads, CauseContext::Causes)?,
            _ => LogContext::default(),
        };
        let work = |(summary, found): &mut (Summary, Problems), call: JudgedCall<'_, '_>| {
            found.merge(call.found());
            let JudgedCall { timeline, outcome, .. } = call;
            if filter.chooses(timeline, outcome) {
                let group = self.by.map(|by| group_key(by, timeline, outcome, &self.filter.tz, &log));
                summary.add(group, outcome, call.problems(), classes(outcome));
            }
        };
        let states = judge_calls(&analysis, &rules, inputs.threads, Default::default, work)?;
        let (mut whole, mut on_calls) = (Summary::default(), Problems::default());
        for (summary, found) in states {
            whole.merge(summary);
            on_calls.merge(found);
        }
        inputs.say_damage_with(&analysis.totals, Some(on_calls.of(Level::Error).into()));
        let filtered = !self.filter.is_empty();
        if !filtered {
            count_everything(&mut whole.total, &analysis, on_calls);
        }
        let by = self.by.and_then(|by| by.to_possible_value());
        let report = SummaryReport {
            summary: &whole,
            totals: &analysis.totals,
            names: &inputs.sources.names(),
            filtered,
            by: by.as_ref().map(PossibleValue::get_name),
        };
        let text = match self.format {
            SummaryFormat::Table => summary::tables(&report),
            SummaryFormat::Json => summary::json(&report),
            SummaryFormat::Csv => summary::csv(&report),
            SummaryFormat::Markdown => summary::markdown(&report),
        };
        output.put(&text)?;
        inputs.finish(output)?;
        Ok(inputs.status())
    }
}

/// If nothing is filtered, callbacks and findings are those of the whole input: also of what belongs to no call.
fn count_everything(figures: &mut Figures, analysis: &Analysis, on_calls: Problems) {
    // What was captured twice is in no call.
    figures.callbacks += analysis.totals.ungrouped;
    for level in Level::ALL {
        let index = level as usize;
        figures.findings[index] = analysis.totals.findings[index] + u64::from(on_calls.of(level));
    }
}
