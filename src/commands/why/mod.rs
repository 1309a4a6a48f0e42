//! `why`: the cause of one call, or the causes of many.

mod all;

use std::path::Path;

use clap::{Args, ValueEnum};

use super::call_selection::{SelectedCalls, select};
use super::command::Command;
use crate::calls::verdict;
use crate::cli::{ChoiceArgs, InputArgs, OutputArgs, Terminal, TextArgs, Usage};
use crate::engine::judge_one;
use crate::report::ladder::{json_cut, markdown_cut};
use crate::report::why::{Subject, account, account_json, account_markdown, account_text};
use crate::report::{TextStyle, counted};
use crate::rules::RuleOptions;
use crate::session::{Inputs, Output, Session, Status};

/// Arguments of `why`.
#[derive(Debug, Args)]
#[command(
    override_usage = "callkit-tool why [OPTIONS] CALL_ID [INPUT]...\n       \
    callkit-tool why [OPTIONS] <FILTERS> [INPUT]...\n       callkit-tool why [OPTIONS] --all [INPUT]...",
    after_help = "The beginning of an id is enough if no other id begins with it.\n\n\
    Examples:\n  callkit-tool why 7d1c5a0e callbacks.log\n  \
    callkit-tool why --all logs/ --since -24h\n  \
    callkit-tool why --all logs/ --format json | jq '.incidents[]'\n  \
    callkit-tool why --result interrupt callbacks.log --limit 3"
)]
pub(in crate::commands) struct WhyArgs {
    /// What is read
    #[command(flatten)]
    input: InputArgs,
    /// Count the causes of all calls, or of those that the filters select, and say since when one has a larger share
    /// than before
    #[arg(long, conflicts_with = "limit")]
    all: bool,
    /// Output format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: WhyFormat,
    /// How text is drawn
    #[command(flatten)]
    text: TextArgs,
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
        self.text.check(self.format == WhyFormat::Text)?;
        if self.all { self.causes(session.terminal) } else { self.verdicts(session.terminal) }
    }
}

impl WhyArgs {
    fn rule_options(&self) -> Result<RuleOptions, Usage> {
        self.choice.filter.seek(RuleOptions::default())
    }

    fn style(&self, terminal: Terminal) -> TextStyle {
        self.text.style(terminal, self.output.path())
    }

    fn verdicts(&self, terminal: Terminal) -> anyhow::Result<Status> {
        let rules = self.rule_options()?;
        let (name, rest) = self.choice.split(&self.input.inputs)?;
        let style = self.style(terminal);
        let mut output = Output::open(self.output.path())?;
        let mut inputs = Inputs::open_named(rest, &self.input, terminal)?;
        let SelectedCalls { analysis, calls, left_out, records } =
            select(&mut inputs, &rules, name.as_deref(), &self.choice, terminal)?;
        let log = analysis.log(inputs.threads)?;
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
                WhyFormat::Text => output.put(account_text(&account, style).as_bytes())?,
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
        if left_out > 0 {
            let more = counted(left_out, "more call");
            terminal.note(&format!("{more} not shown; `--limit` shows more, `--all` counts their causes"));
        }
        Ok(inputs.status())
    }
}
