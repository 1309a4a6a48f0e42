//! `why`: the cause of one call, or the causes of many.

use std::path::Path;

use clap::{Args, ValueEnum};

use super::call_selection::{SelectedCalls, select};
use super::command::Command;
use super::in_parts::{CarriedItems, InParts, PutItem, RESULT, each_item, result_item};
use crate::calls::{Causes, Totals, verdict};
use crate::cli::{ChoiceArgs, InputArgs, OutputArgs, RuleArgs, Terminal, Usage, parse_number};
use crate::engine::{Analysis, CauseContext, JudgedCall, Selection, judge_calls, judge_one};
use crate::report::counted;
use crate::report::ladder::{json_cut, markdown_cut};
use crate::report::why::{
    Subject, account, account_json, account_markdown, account_text, causes_json, causes_markdown, causes_text,
};
use crate::rules::RuleOptions;
use crate::session::{Inputs, Output, Session, Status};
use crate::spill::Sorted;

/// Arguments of `why`.
#[derive(Debug, Args)]
#[command(
    override_usage = "callkit-tool why [OPTIONS] CALL_ID [INPUT]...\n       \
    callkit-tool why [OPTIONS] <FILTERS> [INPUT]...\n       callkit-tool why [OPTIONS] --all [INPUT]...",
    after_help = "The beginning of an id is enough if no other id begins with it.\n\n\
    Examples:\n  callkit-tool why 7d1c5a0e callbacks.log\n  \
    callkit-tool why --all logs/ --since -24h\n  \
    callkit-tool why --result interrupt callbacks.log --limit 3"
)]
pub(super) struct WhyArgs {
    /// What is read
    #[command(flatten)]
    input: InputArgs,
    /// Count the causes of all calls, or of those that the filters select
    #[arg(long, conflicts_with = "limit")]
    all: bool,
    /// Output format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: WhyFormat,
    /// Width of text in columns [default: that of the terminal, otherwise 120]
    #[arg(long, value_name = "N", value_parser = parse_number::<40, 1000>)]
    width: Option<usize>,
    /// Where output goes
    #[command(flatten)]
    output: OutputArgs,
    /// Which calls are wanted
    #[command(flatten)]
    choice: ChoiceArgs,
}

/// A format of verdicts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum WhyFormat {
    /// Text for people
    Text,
    /// One JSON object for a call, or with --all one object
    #[value(alias = "jsonl")]
    Json,
    /// Sections, or with --all a table
    Markdown,
}

impl Command for WhyArgs {
    fn files(&self) -> Option<(&InputArgs, Vec<&Path>)> {
        Some((&self.input, self.output.path().into_iter().collect()))
    }

    fn run(&self, session: &Session) -> anyhow::Result<Status> {
        if self.format != WhyFormat::Text && self.width.is_some() {
            return Err(Usage::from("`--width` needs `--format text`").into());
        }
        if self.all { self.causes(session.terminal) } else { self.verdicts(session.terminal) }
    }
}

impl WhyArgs {
    fn causes(&self, terminal: Terminal) -> anyhow::Result<Status> {
        let output = Output::open(self.output.path())?;
        let mut inputs = Inputs::open(&self.input, terminal)?;
        let analysis = inputs.analyse(&self.rule_options()?)?;
        inputs.report_reading(&analysis.totals)?;
        let causes = self.count(&inputs, &analysis)?;
        self.report(inputs, output, &causes, terminal)
    }

    fn rule_options(&self) -> Result<RuleOptions, Usage> {
        self.choice.filter.seek(RuleOptions::default())
    }

    /// Counts the causes of calls.
    fn count(&self, inputs: &Inputs, analysis: &Analysis) -> anyhow::Result<Causes> {
        let rules = self.rule_options()?;
        let filter = self.choice.filter.filter(analysis.totals.newest)?;
        let selection = Selection::new(filter, &rules, analysis, inputs.threads)?;
        let log = analysis.log(inputs.threads, CauseContext::Causes)?;
        let work = |causes: &mut Causes, call: &JudgedCall<'_>| {
            let (timeline, outcome) = (call.timeline(), &call.outcome);
            if selection.chooses(call) {
                causes.add(timeline, outcome, &verdict(timeline, outcome, &log), &self.choice.filter.tz);
            }
        };
        let states = judge_calls(analysis, &rules, inputs.threads, Default::default, work)?;
        let mut whole = Causes::default();
        states.into_iter().for_each(|causes| whole.merge(causes));
        Ok(whole)
    }

    /// Prints causes.
    fn report(
        &self,
        inputs: Inputs,
        mut output: Output,
        causes: &Causes,
        terminal: Terminal,
    ) -> anyhow::Result<Status> {
        match self.format {
            WhyFormat::Text => {
                let (width, color) = self.style(terminal);
                output.put(causes_text(causes, width, color).as_bytes())?;
            }
            WhyFormat::Json => output.put(&causes_json(causes))?,
            WhyFormat::Markdown => output.put(causes_markdown(causes).as_bytes())?,
        }
        inputs.finish(output)?;
        Ok(inputs.status())
    }

    /// Columns that text may take up, and whether it is coloured.
    fn style(&self, terminal: Terminal) -> (usize, bool) {
        let file = self.output.path();
        (self.width.unwrap_or_else(|| terminal.width(file)), terminal.colors(file))
    }

    fn verdicts(&self, terminal: Terminal) -> anyhow::Result<Status> {
        let rules = self.rule_options()?;
        let (name, rest) = self.choice.split(&self.input.inputs)?;
        let (width, color) = self.style(terminal);
        let mut output = Output::open(self.output.path())?;
        let mut inputs = Inputs::open_named(rest, &self.input, terminal)?;
        let SelectedCalls { analysis, calls, left_out, records } =
            select(&mut inputs, &rules, name.as_deref(), &self.choice)?;
        let log = analysis.log(inputs.threads, CauseContext::Everyone)?;
        let sources = inputs.sources.names();
        let zone = &self.choice.filter.tz;
        for (number, index) in calls.iter().enumerate() {
            let call = judge_one(&analysis, *index, &rules);
            let (timeline, outcome) = (call.timeline(), &call.outcome);
            let subject = Subject { timeline, outcome, log: &log, seen: &records, sources: &sources, zone };
            let account = account(&subject, &verdict(timeline, outcome, &log));
            if number > 0 && self.format != WhyFormat::Json {
                output.put(b"\n")?;
            }
            match self.format {
                WhyFormat::Text => output.put(account_text(&account, width, color).as_bytes())?,
                WhyFormat::Json => output.put(&account_json(&account))?,
                WhyFormat::Markdown => output.put(account_markdown(&account).as_bytes())?,
            }
        }
        match self.format {
            WhyFormat::Text => {}
            WhyFormat::Json => output.put(&json_cut(left_out))?,
            WhyFormat::Markdown => output.put(&markdown_cut(left_out))?,
        }
        inputs.finish(output)?;
        if calls.is_empty() && left_out == 0 {
            terminal.note("no call matches the filters");
        }
        if left_out > 0 {
            let more = counted(left_out, "more call");
            terminal.note(&format!("{more} not shown; `--limit` shows more, `--all` counts their causes"));
        }
        Ok(inputs.status())
    }
}

impl InParts for WhyArgs {
    fn input(&self) -> &InputArgs {
        &self.input
    }

    fn rule_args(&self) -> Option<&RuleArgs> {
        None
    }

    fn asked(&self) -> String {
        format!("why {:?}", self.choice)
    }

    fn check_parts(&self) -> Result<(), Usage> {
        match self.all {
            true => self.choice.filter.check_parts(),
            false => {
                Err("single calls are explained by `callkit-tool why`; in parts there is `why --all`".into())
            }
        }
    }

    fn part(
        &self,
        inputs: &Inputs,
        analysis: &Analysis,
        _: &CarriedItems,
        put: &mut PutItem<'_>,
    ) -> anyhow::Result<()> {
        put(0, &result_item(&self.count(inputs, analysis)?)?)
    }

    fn whole(
        &self,
        inputs: Inputs,
        totals: &Totals,
        items: &Sorted,
        session: &Session,
    ) -> anyhow::Result<Status> {
        let output = Output::open(self.output.path())?;
        inputs.report_reading(totals)?;
        let mut whole = Causes::default();
        each_item(items, RESULT, |item| {
            whole.merge(postcard::from_bytes(item)?);
            Ok(())
        })?;
        self.report(inputs, output, &whole, session.terminal)
    }
}
