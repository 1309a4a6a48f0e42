//! `validate`: the findings on records as they are read, then those on calls.

mod carried;
mod chosen;
mod finding_list;
mod held;
mod in_parts;
mod locate;

use std::path::Path;

use clap::Args;

use self::finding_list::FindingList;
use self::locate::{CallFindings, find_places};
use super::command::Command;
use crate::calls::Totals;
use crate::cli::{FilterArgs, InputArgs, OutputArgs, RuleArgs, Terminal, Usage, level_parser};
use crate::engine::{Analysis, JudgedCall, judge_calls};
use crate::report::finding::{FindingFormat, FindingStyle};
use crate::report::totals_line;
use crate::rules::RuleOptions;
use crate::session::{Inputs, Output, Session, Status, WriteFindings};
use crate::source::SourceNames;
use crate::spec::Level;
use crate::spill::Shared;

pub(super) use self::carried::pack_places;

/// Findings that are listed on a terminal without `--limit`.
const ON_TERMINAL: u64 = 50;

/// Arguments of `validate`.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit status: 0 nothing found at level error, 1 something found, 2 an input could not be read.\n\n\
    Examples:\n  callkit-tool validate callbacks.log\n  \
    callkit-tool validate logs/ --format concise --min-level warning --allow body/unknown-field\n  \
    callkit-tool validate logs/ --format sarif -o callbacks.sarif\n  \
    callkit-tool validate callbacks.log --failed --since -1h\n  \
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
    #[arg(long, value_name = "FORMAT", default_value = "text")]
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
    /// List only findings of this level and above; counts and exit status still cover all
    #[arg(long, value_name = "LEVEL", value_parser = level_parser())]
    min_level: Option<Level>,
    /// List at most this many findings; counts and exit status still cover all [default: 50 for text on a terminal,
    /// otherwise no limit]
    #[arg(long, value_name = "N", alias = "max-findings")]
    limit: Option<u64>,
    /// List every record that cannot be read as a callback, not only the first three of each kind and input
    #[arg(long)]
    all_findings: bool,
    /// Check requests that the receiver refused, too
    #[arg(long)]
    include_refused: bool,
    /// Where output goes
    #[command(flatten)]
    output: OutputArgs,
    /// Of which calls findings are wanted
    #[command(flatten)]
    filter: FilterArgs,
}

impl Command for ValidateArgs {
    fn files(&self) -> Option<(&InputArgs, Vec<&Path>)> {
        Some((&self.input, self.output.path().into_iter().collect()))
    }

    fn run(&self, session: &Session) -> anyhow::Result<Status> {
        let terminal = session.terminal;
        self.check()?;
        let rules = self.rule_options()?;
        let mut inputs = Inputs::open(&self.input, terminal)?;
        inputs.include_refused(self.include_refused);
        inputs.sources.keep_pipes();
        let names = inputs.sources.source_names();
        let writer = self.writer(terminal, &names);
        let mut list = FindingList::new(writer, Output::open(self.output.path())?);
        if self.is_read(terminal) && self.min_level.is_none() && !self.all_findings {
            list.count_info();
        }
        if !self.filter.is_empty() {
            let totals = self.of_chosen_calls(&mut inputs, &rules, &mut list, terminal)?;
            return self.end(inputs, list, &totals, terminal);
        }
        let analysis = inputs.analyse_visiting(&rules, None, &writer, |found| list.take(found))?;
        list.end_source()?;
        for finding in inputs.take_source_findings() {
            list.add(&finding, None)?;
        }
        let found = find_on_calls(&inputs, &analysis, &rules, |_| true)?;
        find_places(&mut inputs, found, |finding, snippet| list.add(&finding, snippet.as_ref()))?;
        self.end(inputs, list, &analysis.totals, terminal)
    }
}

impl ValidateArgs {
    fn rule_options(&self) -> Result<RuleOptions, Usage> {
        self.filter.seek(self.rules.options()?)
    }

    /// Says whether the options go together.
    fn check(&self) -> Result<(), Usage> {
        match self.format {
            FindingFormat::Sarif | FindingFormat::Junit if self.statistics => {
                Err("`--statistics` needs `--format text` or `json`".into())
            }
            _ => Ok(()),
        }
    }

    /// True if a person reads the list on a terminal.
    fn is_read(&self, terminal: Terminal) -> bool {
        self.format.is_text() && !self.statistics && terminal.is_output(self.output.path())
    }

    /// Ends the list, and says what there is to say.
    fn end(
        &self,
        inputs: Inputs,
        mut list: FindingList<'_>,
        totals: &Totals,
        terminal: Terminal,
    ) -> anyhow::Result<Status> {
        self.check()?;
        list.end(self.statistics, inputs.status() != Status::Done)?;
        let line = totals_line(&list.tally, totals, inputs.sources.list().len());
        inputs.finish(list.output)?;
        terminal.say(&line);
        inputs.say_notes(totals);
        let bad = list.tally.of(Level::Error) > 0 || (self.strict && list.tally.of(Level::Warning) > 0);
        match inputs.status() {
            Status::Done if bad && !self.exit_zero => Ok(Status::Findings),
            other => Ok(other),
        }
    }

    /// How findings are written.
    fn writer<'n>(&self, terminal: Terminal, names: &'n SourceNames) -> WriteFindings<'n> {
        let file = self.output.path();
        let style = FindingStyle {
            format: self.format,
            color: terminal.colors(file),
            width: terminal.width(file),
            strict: self.strict,
        };
        let most = match self.limit {
            _ if self.statistics => 0,
            Some(limit) => limit,
            None if self.is_read(terminal) && !self.all_findings => ON_TERMINAL,
            None => u64::MAX,
        };
        let least = self.min_level.unwrap_or(Level::Info);
        WriteFindings { most, least, style, folds: !self.all_findings, names }
    }
}

/// The findings on calls that are wanted, without places.
fn find_on_calls(
    inputs: &Inputs,
    analysis: &Analysis,
    rules: &RuleOptions,
    is_wanted: impl Fn(&JudgedCall<'_>) -> bool + Sync,
) -> anyhow::Result<CallFindings> {
    let found = Shared::new(CallFindings::new(analysis.memory()));
    let work = |(): &mut (), call: &JudgedCall<'_>| {
        if !call.hits.is_empty() && is_wanted(call) {
            found.fill(|found| found.add(&call.call_id(), &call.hits));
        }
    };
    judge_calls(analysis, rules, inputs.threads, || (), work)?;
    Ok(found.finish()?)
}
