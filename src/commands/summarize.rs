//! `summarize`: the figures of the calls.

use std::path::Path;

use clap::{Args, ValueEnum};

use super::command::Command;
use crate::calls::{Figures, GroupKey, Log, Problems, Summary, group_key};
use crate::cli::{FilterArgs, InputArgs, OutputArgs, RuleArgs};
use crate::engine::{Analysis, CauseContext, JudgedCall, judge_calls};
use crate::report::summary::{self, Report};
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
    /// By what the calls are put into groups
    #[arg(long, value_name = "KEY")]
    by: Option<By>,
    /// How figures are written
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

/// A key of groups.
#[derive(Clone, Copy, Debug, ValueEnum)]
#[value(rename_all = "snake_case")]
enum By {
    /// What the call came to
    Result,
    /// One to one or group
    CallType,
    /// Audio or video
    MediaType,
    /// The application
    Sdkappid,
    /// The caller's platform
    Platform,
    /// The caller
    Caller,
    /// Hour of the start, in the time zone of --tz
    Hour,
    /// Day of the start, in the time zone of --tz
    Day,
    /// The main cause, as `why` tells it
    Cause,
}

impl By {
    /// As it is given on the command line.
    fn name(self) -> &'static str {
        match self {
            Self::Result => "result",
            Self::CallType => "call_type",
            Self::MediaType => "media_type",
            Self::Sdkappid => "sdkappid",
            Self::Platform => "platform",
            Self::Caller => "caller",
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Cause => "cause",
        }
    }

    /// The key.
    fn key(self) -> GroupKey {
        match self {
            Self::Result => GroupKey::Result,
            Self::CallType => GroupKey::CallType,
            Self::MediaType => GroupKey::MediaType,
            Self::Sdkappid => GroupKey::SdkAppId,
            Self::Platform => GroupKey::Platform,
            Self::Caller => GroupKey::Caller,
            Self::Hour => GroupKey::Hour,
            Self::Day => GroupKey::Day,
            Self::Cause => GroupKey::Cause,
        }
    }
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
    fn inputs(&self) -> Option<&InputArgs> {
        Some(&self.input)
    }

    fn outputs(&self) -> Vec<&Path> {
        self.output.path().into_iter().collect()
    }

    fn run(&self, session: &Session) -> anyhow::Result<Status> {
        let rules = self.rules.options()?;
        let mut output = Output::open(self.output.path())?;
        let mut inputs = Inputs::open(&self.input, session.terminal)?;
        let analysis = inputs.analyse(&rules)?;
        inputs.say_damage(&analysis.totals);
        let filter = self.filter.filter(analysis.totals.newest)?;
        let log = match self.by {
            Some(By::Cause) => analysis.log(inputs.threads, CauseContext::Causes)?,
            _ => Log::default(),
        };
        let work = |(summary, found): &mut (Summary, Problems), call: JudgedCall<'_, '_>| {
            found.merge(call.found());
            let JudgedCall { timeline, outcome, .. } = call;
            if filter.chooses(timeline, outcome) {
                let group = self.by.map(|by| group_key(by.key(), timeline, outcome, &self.filter.tz, &log));
                summary.add(group, outcome, call.problems());
            }
        };
        let states = judge_calls(&analysis, &rules, inputs.threads, Default::default, work)?;
        let (mut whole, mut on_calls) = (Summary::default(), Problems::default());
        for (summary, found) in states {
            whole.merge(summary);
            on_calls.merge(found);
        }
        let filtered = !self.filter.is_empty();
        if !filtered {
            count_everything(&mut whole.total, &analysis, on_calls);
        }
        let report =
            Report { summary: &whole, totals: &analysis.totals, filtered, by: self.by.map(By::name) };
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
    figures.callbacks = analysis.totals.callbacks;
    for level in Level::ALL {
        let index = level as usize;
        figures.findings[index] = analysis.totals.findings[index] + u64::from(on_calls.of(level));
    }
}
