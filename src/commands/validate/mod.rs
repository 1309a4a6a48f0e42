//! `validate`: the findings on records as they are read, then those on calls.

mod locate;

use std::path::Path;

use clap::Args;

use self::locate::{CallFindings, find_places};
use super::command::Command;
use crate::cli::{InputArgs, OutputArgs, RuleArgs};
use crate::engine::{Analysis, JudgedCall, Snippet, judge_calls};
use crate::report::finding::{FindingFormat, FindingStyle, cut_line};
use crate::report::{FindingTally, statistics_json, statistics_table, totals_line};
use crate::rules::RuleOptions;
use crate::session::{BlockFindings, Inputs, Output, RuleCount, Session, Status, WriteFindings};
use crate::spec::{Finding, Level};
use crate::spill::Shared;

/// Arguments of `validate`.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit status: 0 nothing found at level error, 1 something found, 2 an input could not be read.\n\n\
    Examples:\n  callkit-tool validate callbacks.log\n  \
    callkit-tool validate logs/ --format concise --allow body/unknown-field\n  \
    kubectl logs app | callkit-tool validate - --strict --sdkappid 1400000001"
)]
pub(super) struct ValidateArgs {
    /// What is read
    #[command(flatten)]
    input: InputArgs,
    /// Which rules count
    #[command(flatten)]
    rules: RuleArgs,
    /// Output format
    #[arg(long, value_name = "FORMAT", default_value = "full")]
    format: FindingFormat,
    /// Exit with 1 on warnings, too
    #[arg(long)]
    strict: bool,
    /// Exit with 0, whatever is found
    #[arg(long)]
    exit_zero: bool,
    /// Count findings by rule instead of listing them
    #[arg(long)]
    statistics: bool,
    /// List at most this many findings; counts and exit status still cover all
    #[arg(long, value_name = "N")]
    max_findings: Option<u64>,
    /// Where output goes
    #[command(flatten)]
    output: OutputArgs,
}

impl Command for ValidateArgs {
    fn files(&self) -> Option<(&InputArgs, Vec<&Path>)> {
        Some((&self.input, self.output.path().into_iter().collect()))
    }

    fn run(&self, session: &Session) -> anyhow::Result<Status> {
        let terminal = session.terminal;
        let rules = self.rules.options()?;
        let mut inputs = Inputs::open(&self.input, terminal)?;
        inputs.sources.keep_pipes();
        let file = self.output.path();
        let style =
            FindingStyle { format: self.format, color: terminal.colors(file), width: terminal.width(file) };
        let names = inputs.sources.names();
        let most = if self.statistics { 0 } else { self.max_findings.unwrap_or(u64::MAX) };
        let writer = WriteFindings { most, style, names: &names };
        let mut list = FindingList {
            tally: FindingTally::default(),
            writer,
            written: 0,
            told: 0,
            output: Output::open(file)?,
        };
        let analysis = inputs.analyse_visiting(&rules, None, &writer, |found| list.take(found))?;
        report_calls(&mut inputs, &analysis, &rules, &mut list)?;
        list.end(self.statistics)?;
        let totals = &analysis.totals;
        let line = totals_line(&list.tally, totals.records, totals.callbacks, inputs.sources.list().len());
        inputs.finish(list.output)?;
        terminal.say(&line);
        if totals.bytes == totals.blank_bytes {
            terminal.note("the input holds no records");
        }
        let bad = list.tally.of(Level::Error) > 0 || (self.strict && list.tally.of(Level::Warning) > 0);
        match inputs.status() {
            Status::Done if bad && !self.exit_zero => Ok(Status::Findings),
            other => Ok(other),
        }
    }
}

/// Judges the calls, finds the places of what is found, and reports it.
fn report_calls(
    inputs: &mut Inputs,
    analysis: &Analysis,
    rules: &RuleOptions,
    list: &mut FindingList<'_>,
) -> anyhow::Result<()> {
    let found = Shared::new(CallFindings::new(analysis.memory()));
    let work = |(): &mut (), call: JudgedCall<'_, '_>| {
        if !call.hits.is_empty() {
            found.fill(|found| found.add(call.timeline.call_id, &call.hits));
        }
    };
    judge_calls(analysis, rules, inputs.threads, || (), work)?;
    find_places(inputs, found.finish()?, |finding, snippet| list.add(&finding, snippet.as_ref()))
}

/// What has been found so far, and where it is written.
struct FindingList<'n> {
    tally: FindingTally,
    writer: WriteFindings<'n>,
    /// Entries that are written, and the findings that they stand for.
    written: u64,
    told: u64,
    output: Output,
}

impl FindingList<'_> {
    /// Takes the findings of a block.
    fn take(&mut self, found: &mut BlockFindings) -> anyhow::Result<()> {
        let found = std::mem::take(found);
        for RuleCount { rule, level, count, first } in &found.counts {
            self.tally.add_many(*rule, *level, first, *count);
        }
        let listed = (self.writer.most - self.written).min(found.entries);
        self.written += listed;
        self.told += found.give(listed, |text| self.output.put(text))?;
        Ok(())
    }

    /// Takes one finding.
    fn add(&mut self, finding: &Finding, snippet: Option<&Snippet>) -> anyhow::Result<()> {
        self.tally.add(finding.rule, finding.level, &finding.place);
        if self.written >= self.writer.most {
            return Ok(());
        }
        self.written += 1;
        self.told += 1;
        let mut text = Vec::new();
        self.writer.write(&mut text, finding, snippet);
        self.output.put(&text)
    }

    /// Ends the list: says how much was cut, or gives the counts if they are wanted.
    fn end(&mut self, statistics: bool) -> anyhow::Result<()> {
        let WriteFindings { style, names, .. } = self.writer;
        let name = |index: usize| names.get(index).map_or("", String::as_str);
        if statistics {
            return match style.format {
                FindingFormat::Json => self.output.put(&statistics_json(&self.tally, name)),
                _ if self.tally.all() == 0 => Ok(()),
                _ => self.output.put(statistics_table(&self.tally, name).as_bytes()),
            };
        }
        match self.tally.all() - self.told {
            0 => Ok(()),
            cut => self.output.put(&cut_line(style.format, cut)),
        }
    }
}
