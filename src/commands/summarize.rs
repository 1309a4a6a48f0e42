//! `summarize`: the figures of the calls.

use std::path::Path;

use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};

use super::command::Command;
use super::in_parts::{InParts, PutItem, RESULT, each_item, result_item};
use crate::calls::{Figures, GroupKey, LogContext, Problems, Summary, Totals, group_key};
use crate::cli::{FilterArgs, InputArgs, OutputArgs, RuleArgs, Usage};
use crate::engine::{Analysis, CauseContext, JudgedCall, Selection, judge_calls};
use crate::report::catalog::figures::classes;
use crate::report::summary::{self, SummaryReport};
use crate::rules::RuleOptions;
use crate::session::{Inputs, Output, Session, Status};
use crate::spec::Level;
use crate::spill::Sorted;

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
        let rules = self.rule_options()?;
        let output = Output::open(self.output.path())?;
        let mut inputs = Inputs::open(&self.input, session.terminal)?;
        let analysis = inputs.analyse(&rules)?;
        inputs.check_contents(&analysis.totals)?;
        let counted = self.count(&inputs, &analysis)?;
        self.report(inputs, output, &analysis.totals, counted)
    }
}

/// What is counted over calls: their figures, and the findings on them by level.
type Counted = (Summary, [u32; 3]);

impl SummarizeArgs {
    fn rule_options(&self) -> Result<RuleOptions, Usage> {
        self.filter.seek(self.rules.options()?)
    }

    /// Counts calls.
    fn count(&self, inputs: &Inputs, analysis: &Analysis) -> anyhow::Result<Counted> {
        let rules = self.rule_options()?;
        let filter = self.filter.filter(analysis.totals.newest)?;
        let selection = Selection::new(filter, &rules, analysis, inputs.threads)?;
        let log = match self.by {
            Some(GroupKey::Cause) => analysis.log(inputs.threads, CauseContext::Causes)?,
            _ => LogContext::default(),
        };
        let work = |(summary, found): &mut (Summary, Problems), call: &JudgedCall<'_>| {
            found.merge(call.found());
            let outcome = &call.outcome;
            if selection.chooses(call) {
                let group = self.by.map(|by| group_key(by, call.timeline(), outcome, &self.filter.tz, &log));
                summary.add(group, outcome, call.problems(), classes(outcome));
            }
        };
        let states = judge_calls(analysis, &rules, inputs.threads, Default::default, work)?;
        let states = states.into_iter().map(|(summary, found)| (summary, found.counts));
        Ok(states.reduce(merged).unwrap_or_default())
    }

    /// Prints what was counted.
    fn report(
        &self,
        inputs: Inputs,
        mut output: Output,
        totals: &Totals,
        (mut whole, on_calls): Counted,
    ) -> anyhow::Result<Status> {
        let on_calls = Problems { counts: on_calls, ..Problems::default() };
        inputs.say_damage_with(totals, Some(on_calls.of(Level::Error).into()));
        let filtered = !self.filter.is_empty();
        if !filtered {
            count_everything(&mut whole.total, totals, on_calls);
        }
        let by = self.by.and_then(|by| by.to_possible_value());
        let report = SummaryReport {
            summary: &whole,
            totals,
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

fn merged((mut whole, mut found): Counted, (summary, more): Counted) -> Counted {
    whole.merge(summary);
    found.iter_mut().zip(more).for_each(|(count, more)| *count = count.saturating_add(more));
    (whole, found)
}

impl InParts for SummarizeArgs {
    fn input(&self) -> &InputArgs {
        &self.input
    }

    fn rule_args(&self) -> Option<&RuleArgs> {
        Some(&self.rules)
    }

    fn asked(&self) -> String {
        let Self { rules, by, filter, .. } = self;
        format!("summarize {rules:?} {by:?} {filter:?}")
    }

    fn check_parts(&self) -> Result<(), Usage> {
        self.filter.check_parts()
    }

    fn part(&self, inputs: &Inputs, analysis: &Analysis, put: &mut PutItem<'_>) -> anyhow::Result<()> {
        put(0, &result_item(&self.count(inputs, analysis)?)?)
    }

    fn whole(&self, inputs: Inputs, totals: &Totals, items: &Sorted, _: &Session) -> anyhow::Result<Status> {
        let output = Output::open(self.output.path())?;
        inputs.check_contents(totals)?;
        let mut whole = Counted::default();
        each_item(items, RESULT, |item| {
            whole = merged(std::mem::take(&mut whole), postcard::from_bytes(item)?);
            Ok(())
        })?;
        self.report(inputs, output, totals, whole)
    }
}

/// If nothing is filtered, callbacks and findings are those of the whole input: also of what belongs to no call.
fn count_everything(figures: &mut Figures, totals: &Totals, on_calls: Problems) {
    // What was captured twice is in no call.
    figures.callbacks += totals.ungrouped;
    for level in Level::ALL {
        let index = level as usize;
        figures.findings[index] = totals.findings[index] + u64::from(on_calls.of(level));
    }
}
