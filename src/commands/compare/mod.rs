//! `compare`: the figures of two logs, or of two periods of one, and what changed by more than chance.

mod condition;
mod sides;

use std::path::Path;

use clap::{Args, ValueEnum};
use jiff::civil::Date;

use self::condition::{Condition, parse_condition};
use self::sides::{Periods, ReadLog, Side, parse_day};
use super::command::Command;
use crate::calls::{Totals, changes};
use crate::cli::{
    FilterArgs, InputArgs, OutputArgs, RuleArgs, Terminal, TextArgs, TimeBound, Usage, parse_bound,
};
use crate::report::call_list::ShortIds;
use crate::report::catalog::figures::FigureFacts;
use crate::report::compare::{
    CheckedCondition, CompareReport, ComparedSide, compare_csv, compare_json, compare_markdown, compare_text,
    compared_figures, shown_ids,
};
use crate::report::no_room_note;
use crate::rules::RuleOptions;
use crate::session::{Output, Session, Status};

/// Arguments of `compare`.
#[derive(Debug, Args)]
#[command(
    override_usage = "callkit-tool compare [OPTIONS] A B\n       \
    callkit-tool compare [OPTIONS] --before <TIME> [INPUT]...\n       \
    callkit-tool compare [OPTIONS] --days <DAY,DAY> [INPUT]...",
    after_help = "A call belongs to the period in which it was started.\n\n\
    Examples:\n  callkit-tool compare yesterday.log today.log\n  \
    callkit-tool compare logs/ --before 2024-05-02T14:00:00Z --app 1400000001\n  \
    callkit-tool compare logs/ --days 2024-05-01,2024-05-02 --tz Asia/Shanghai\n  \
    callkit-tool compare old/ new/ --fail 'asr<-2%' --fail 'calls<-50%'"
)]
pub(in crate::commands) struct CompareArgs {
    /// What is read
    #[command(flatten)]
    input: InputArgs,
    /// Compare the calls of one log before this time with those from it on
    #[arg(long, value_name = "TIME", value_parser = parse_bound, allow_hyphen_values = true,
        conflicts_with = "days")]
    before: Option<TimeBound>,
    /// Compare the calls of these two days of one log
    #[arg(long, value_name = "DAY,DAY", value_parser = parse_day, value_delimiter = ',')]
    days: Vec<Date>,
    /// Exit with 1 if a figure of B differs from that of A by this, such as asr<-2% (points of a share; of anything
    /// else percent of A), acd<-5s, talk.p95>10%
    #[arg(long, value_name = "CONDITION", value_parser = parse_condition)]
    fail: Vec<Condition>,
    /// Output format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: CompareFormat,
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

/// A format of comparisons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum CompareFormat {
    /// Tables for people
    Text,
    /// One JSON object
    Json,
    /// A row for each figure, then one for each change
    Csv,
    /// Markdown tables
    Markdown,
}

impl Command for CompareArgs {
    fn files(&self) -> Option<(&InputArgs, Vec<&Path>)> {
        Some((&self.input, self.output.path().into_iter().collect()))
    }

    fn run(&self, session: &Session) -> anyhow::Result<Status> {
        let terminal = session.terminal;
        self.text.check(self.format == CompareFormat::Text)?;
        let rules = self.filter.seek(self.rules.options()?)?;
        let has_periods = self.named_periods(None)?.is_some();
        let output = Output::open(self.output.path())?;
        if has_periods { self.periods(&rules, output, terminal) } else { self.logs(&rules, output, terminal) }
    }
}

impl CompareArgs {
    /// The periods that are named, if any are.
    fn named_periods(&self, newest: Option<u32>) -> Result<Option<Periods>, Usage> {
        Periods::of(self.before, &self.days, &self.filter.tz, newest)
    }

    /// Compares two logs.
    fn logs(&self, rules: &RuleOptions, output: Output, terminal: Terminal) -> anyhow::Result<Status> {
        let [a, b] = &self.input.inputs[..] else {
            let given = self.input.inputs.len();
            let text = format!(
                "`compare` takes two logs or folders, A and B, and {given} {} given; `--before` or `--days` compare \
                 two periods of one log",
                if given == 1 { "is" } else { "are" }
            );
            return Err(Usage::Wrong(text).into());
        };
        if a == "-" && b == "-" {
            return Err(Usage::from("standard input can be only one of the two logs").into());
        }
        let read = |name: &std::ffi::OsString| ReadLog::new(vec![name.clone()], &self.input, rules, terminal);
        let logs = [read(a)?, read(b)?];
        let sides = [logs[0].count_whole(&self.filter, rules)?, logs[1].count_whole(&self.filter, rules)?];
        let names = [a, b].map(|name| name.to_string_lossy().into_owned());
        self.report([&logs[0], &logs[1]], &sides, &names, output, terminal)
    }

    /// Compares two periods of one log.
    fn periods(&self, rules: &RuleOptions, output: Output, terminal: Terminal) -> anyhow::Result<Status> {
        let log = ReadLog::new(self.input.inputs.clone(), &self.input, rules, terminal)?;
        let Some(periods) = self.named_periods(log.totals().newest)? else {
            return Err(Usage::from("no periods are named").into());
        };
        let mut sides = log.count(&self.filter, rules, |outcome| periods.side(outcome))?;
        for (number, side) in sides.iter_mut().enumerate() {
            side.counts.span = periods.within(number, side.counts.span);
        }
        self.report([&log, &log], &sides, &periods.names, output, terminal)
    }

    fn report(
        &self,
        logs: [&ReadLog; 2],
        sides: &[Side; 2],
        names: &[String; 2],
        mut output: Output,
        terminal: Terminal,
    ) -> anyhow::Result<Status> {
        let changes = changes([&sides[0].counts, &sides[1].counts], &self.filter.tz);
        let short = |side: usize| logs[side].short(shown_ids(&changes, side).into_iter().collect());
        let short: [ShortIds; 2] = [short(0)?, short(1)?];
        let filtered = !self.filter.is_empty() || self.before.is_some() || !self.days.is_empty();
        let facts = [0, 1].map(|side| {
            let totals: &Totals = logs[side].totals();
            FigureFacts { figures: &sides[side].figures, totals, filtered }
        });
        let figures = compared_figures([&facts[0], &facts[1]]);
        let conditions: Vec<(CheckedCondition, bool)> =
            self.fail.iter().map(|it| it.check(&figures)).collect();
        let report = CompareReport {
            sides: [0, 1].map(|side| ComparedSide {
                name: &names[side],
                inputs: &logs[side].names,
                facts: facts[side],
                cut: sides[side].counts.cut,
                short: &short[side],
            }),
            changes: &changes,
            conditions: &conditions,
        };
        report.notes().iter().for_each(|note| terminal.note(note));
        let text = match self.format {
            CompareFormat::Text => {
                let (text, no_room) = compare_text(&report, self.text.style(terminal, self.output.path()));
                no_room_note(&no_room, "`--width`").iter().for_each(|note| terminal.note(note));
                text.into_bytes()
            }
            CompareFormat::Json => compare_json(&report),
            CompareFormat::Csv => compare_csv(&report),
            CompareFormat::Markdown => compare_markdown(&report).into_bytes(),
        };
        output.put(&text)?;
        // One that could not be read in full leaves the output as it was.
        let failed = logs.into_iter().find(|log| log.inputs.status() != Status::Done);
        failed.unwrap_or(logs[0]).inputs.finish(output)?;
        Ok(status(logs, &conditions, &figures, terminal))
    }
}

/// Says which conditions hold, or cannot be checked, and with what status the run ends.
fn status(
    logs: [&ReadLog; 2],
    conditions: &[(CheckedCondition, bool)],
    figures: &[crate::report::compare::ComparedFigure],
    terminal: Terminal,
) -> Status {
    let mut status = Status::Done;
    for (condition, holds) in conditions {
        let Some(figure) = figures.iter().find(|figure| figure.name == condition.figure) else { continue };
        let (a, b) = (figure.shown(0), figure.shown(1));
        if *holds {
            let difference = figure.shown_difference();
            terminal.error(&format!("`{}` holds: A {a}, B {b}, {difference}", condition.text));
        } else if condition.difference.is_none() {
            terminal.error(&format!("`{}` cannot be checked: A {a}, B {b}", condition.text));
            status = Status::Incomplete;
        }
    }
    let incomplete = logs.iter().map(|log| log.inputs.status()).find(|status| *status != Status::Done);
    let holds = conditions.iter().any(|(_, holds)| *holds);
    match incomplete {
        Some(incomplete) => incomplete,
        None if status == Status::Done && holds => Status::Findings,
        None => status,
    }
}
