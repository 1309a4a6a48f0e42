//! `summarize`: the figures of the calls.

use std::path::Path;

use clap::{Args, ValueEnum};

use super::chosen_calls::{say_if_none, say_none_in_parts, selection};
use super::command::Command;
use super::export::end_of_log;
use super::in_parts::{CarriedItems, InParts, PutItem, RESULT, each_item, result_item};
use crate::calls::{
    Figures, GroupFacts, GroupKey, GroupName, LogContext, Problems, Summary, Totals, group_names,
};
use crate::cli::{FilterArgs, InputArgs, OutputArgs, RuleArgs, Terminal, TextArgs, Usage, parse_number};
use crate::deliveries::Answers;
use crate::engine::{Analysis, JudgedCall, Selection, judge_calls};
use crate::report::catalog::figures::classes;
use crate::report::summary::{self, GroupOrder, SummaryReport};
use crate::report::{counted, no_room_note};
use crate::rules::RuleOptions;
use crate::session::{Inputs, Output, Session, Status};
use crate::spec::Level;
use crate::spill::Sorted;
use crate::suggest::did_you_mean_or;

/// Arguments of `summarize`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  callkit-tool summarize callbacks.log\n  \
    callkit-tool summarize logs/ --by hour --tz Asia/Shanghai\n  \
    callkit-tool summarize callbacks.log --since -24h --format json")]
pub(super) struct SummarizeArgs {
    /// What is read
    #[command(flatten)]
    input: InputArgs,
    /// Group calls by this key, or by up to three
    #[arg(long, value_name = "KEY", value_delimiter = ',')]
    by: Vec<GroupKey>,
    /// Sort groups by `key` or a figure, such as -calls or asr; descending after a `-`
    #[arg(long, value_name = "KEY", allow_hyphen_values = true)]
    sort: Option<String>,
    /// Show at most this many groups, and say how many more there are [default: 50 on a terminal]
    #[arg(long, value_name = "N", value_parser = parse_number::<0, { usize::MAX }>)]
    limit: Option<usize>,
    /// Show groups alone
    #[arg(long)]
    groups_only: bool,
    /// Output format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: SummaryFormat,
    /// How text is drawn
    #[command(flatten)]
    text: TextArgs,
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
    #[value(name = "text", alias = "table")]
    Table,
    /// One JSON object
    Json,
    /// A row for each group; without --by as csv-long
    Csv,
    /// `key,figure,value` rows
    CsvLong,
    /// The same rows as a Markdown table
    Markdown,
}

/// Keys that calls are grouped by at most.
const MOST_KEYS: usize = 3;

impl Command for SummarizeArgs {
    fn files(&self) -> Option<(&InputArgs, Vec<&Path>)> {
        Some((&self.input, self.output.path().into_iter().collect()))
    }

    fn run(&self, session: &Session) -> anyhow::Result<Status> {
        self.check()?;
        self.order(session.terminal)?;
        let rules = self.rule_options()?;
        let output = Output::open(self.output.path())?;
        let is_of_callbacks = self.by.iter().any(|key| key.is_of_callbacks());
        let mut inputs = match is_of_callbacks {
            true => Inputs::open_with_answers(&self.input, session.terminal)?,
            false => Inputs::open(&self.input, session.terminal)?,
        };
        let answers = inputs.take_answers();
        if is_of_callbacks {
            inputs.keep_captures();
        }
        let analysis = inputs.analyse(&rules)?;
        inputs.check_contents(&analysis.totals)?;
        let log_end = match is_of_callbacks {
            true => end_of_log(&analysis, &rules, inputs.threads)?,
            false => None,
        };
        let selection = selection(&self.filter, &rules, &analysis, inputs.threads)?;
        let counted = self.count(&inputs, &analysis, &selection, (&answers, log_end))?;
        say_if_none(&selection, &self.filter, &analysis, inputs.threads, session.terminal)?;
        self.report(inputs, output, &analysis.totals, counted, session.terminal)
    }
}

/// What is counted over calls: their figures, and the findings on them by level.
type Counted = (Summary, [u32; 3]);

impl SummarizeArgs {
    fn rule_options(&self) -> Result<RuleOptions, Usage> {
        self.filter.seek(self.rules.options()?)
    }

    /// Counts calls.
    fn count(
        &self,
        inputs: &Inputs,
        analysis: &Analysis,
        selection: &Selection,
        deliveries: (&Answers, Option<i64>),
    ) -> anyhow::Result<Counted> {
        let rules = self.rule_options()?;
        let log = match self.by.contains(&GroupKey::Cause) {
            true => analysis.log(inputs.threads)?,
            false => LogContext::default(),
        };
        let work = |(summary, found): &mut (Summary, Problems), call: &JudgedCall<'_>| {
            found.merge(call.found());
            let outcome = &call.outcome;
            if selection.chooses(call) {
                let groups =
                    if self.by.is_empty() { Vec::new() } else { self.groups_of(call, &log, deliveries) };
                summary.add(groups, outcome, call.problems(), classes(outcome));
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
        terminal: Terminal,
    ) -> anyhow::Result<Status> {
        let on_calls = Problems { counts: on_calls, ..Problems::default() };
        inputs.say_damage_with(totals, Some(on_calls.of(Level::Error).into()));
        let filtered = !self.filter.is_empty();
        if !filtered {
            count_everything(&mut whole.total, totals, on_calls);
        }
        let report = SummaryReport {
            summary: &whole,
            totals,
            names: &inputs.sources.names(),
            filtered,
            by: &self.by,
            zone: &self.filter.tz,
            order: self.order(terminal)?,
            groups_only: self.groups_only,
        };
        let text = match self.format {
            SummaryFormat::Table => {
                let (text, no_room) = summary::tables(&report, self.text.style(terminal, self.output.path()));
                summary::notes(&report).iter().for_each(|note| terminal.note(note));
                no_room_note(&no_room, "`--width`").iter().for_each(|note| terminal.note(note));
                text
            }
            SummaryFormat::Json => summary::json(&report),
            SummaryFormat::Csv if !self.by.is_empty() => summary::csv_wide(&report),
            SummaryFormat::Csv | SummaryFormat::CsvLong => summary::csv_long(&report),
            SummaryFormat::Markdown => summary::markdown(&report),
        };
        output.put(&text)?;
        inputs.finish(output)?;
        let cut = (whole.groups.len() as u64).saturating_sub(report.order.most as u64);
        if cut > 0 && self.format != SummaryFormat::Json {
            terminal.note(&format!("and {}; `--limit` sets how many are shown", counted(cut, "more group")));
        }
        Ok(inputs.status())
    }

    /// Checks what the options say together.
    fn check(&self) -> Result<(), Usage> {
        self.text.check(self.format == SummaryFormat::Table)?;
        if self.by.len() > MOST_KEYS {
            return Err(format!("`--by` takes at most {MOST_KEYS} keys").into());
        }
        if let Some(at) = (1..self.by.len()).find(|at| self.by[..*at].contains(&self.by[*at])) {
            return Err(format!("the key `{}` is given twice", self.by[at].name()).into());
        }
        if self.by.is_empty() && (self.sort.is_some() || self.limit.is_some() || self.groups_only) {
            return Err("`--sort`, `--limit` and `--groups-only` need groups: give `--by`".into());
        }
        Ok(())
    }

    /// In which order groups are, and how many of them are shown.
    fn order(&self, terminal: Terminal) -> Result<GroupOrder, Usage> {
        let is_text = self.format == SummaryFormat::Table;
        let most = terminal.most_listed(self.limit, is_text, self.output.path());
        let given = self.sort.as_deref().unwrap_or("key");
        let name = given.strip_prefix('-').unwrap_or(given);
        let figure = GroupOrder::figure(name).map_err(|names| {
            let help = did_you_mean_or(name, names.iter().map(String::as_str), "there are");
            Usage::Wrong(format!("groups cannot be sorted by `{name}`; {help}"))
        })?;
        Ok(GroupOrder { figure, descends: given.starts_with('-'), most })
    }

    /// The groups of a call.
    fn groups_of(
        &self,
        call: &JudgedCall<'_>,
        log: &LogContext,
        deliveries: (&Answers, Option<i64>),
    ) -> Vec<GroupName> {
        let facts = GroupFacts {
            outcome: &call.outcome,
            texts: call.texts(),
            timeline: &|| call.timeline(),
            zone: &self.filter.tz,
            log,
            deliveries,
        };
        group_names(&self.by, &facts)
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
        self.check()?;
        if self.by.contains(&GroupKey::DeliveryStatus) {
            return Err(
                "`--by delivery_status` depends on when the whole log ends, which no part knows".into()
            );
        }
        self.filter.check_parts()
    }

    fn part(
        &self,
        inputs: &Inputs,
        analysis: &Analysis,
        _: &CarriedItems,
        put: &mut PutItem<'_>,
    ) -> anyhow::Result<()> {
        let selection = selection(&self.filter, &self.rule_options()?, analysis, inputs.threads)?;
        put(0, &result_item(&self.count(inputs, analysis, &selection, (&Answers::default(), None))?)?)
    }

    fn whole(
        &self,
        inputs: Inputs,
        totals: &Totals,
        items: &Sorted,
        session: &Session,
    ) -> anyhow::Result<Status> {
        let output = Output::open(self.output.path())?;
        inputs.check_contents(totals)?;
        let mut whole = Counted::default();
        each_item(items, RESULT, |item| {
            whole = merged(std::mem::take(&mut whole), postcard::from_bytes(item)?);
            Ok(())
        })?;
        if whole.0.total.calls == 0 {
            say_none_in_parts(!self.filter.is_empty(), totals, session.terminal);
        }
        self.report(inputs, output, totals, whole, session.terminal)
    }
}

/// If nothing is filtered, callbacks and findings are those of the whole input: also of what belongs to no call.
pub(super) fn count_everything(figures: &mut Figures, totals: &Totals, on_calls: Problems) {
    // What was captured twice is in no call.
    figures.callbacks += totals.ungrouped;
    for level in Level::ALL {
        let index = level as usize;
        figures.findings[index] = totals.findings[index] + u64::from(on_calls.of(level));
    }
}
