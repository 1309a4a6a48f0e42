//! `outages`: when a backend did not accept callbacks, and what was lost by that.

use std::path::Path;

use clap::{Args, ValueEnum};

use super::chosen_calls::{say_if_none, selection};
use super::command::Command;
use super::export::end_of_log;
use crate::calls::deliveries;
use crate::cli::{FilterArgs, InputArgs, OutputArgs, Terminal, parse_number};
use crate::deliveries::{AnsweredCallback, Answers, OutageFinder};
use crate::engine::{JudgedCall, judge_calls};
use crate::report::outages::{OutageReport, outages_csv, outages_json, outages_text};
use crate::rules::RuleOptions;
use crate::session::{Inputs, Output, Session, Status};

/// Arguments of `outages`.
#[derive(Debug, Args)]
#[command(
    after_help = "An outage is read from what the backend answered (`LOG.forward`, which `capture --forward` \
    writes), or from the times of capture of redelivered callbacks. Exit status: 0, also if there were outages.\n\n\
    Examples:\n  callkit-tool outages callbacks.log\n  \
    callkit-tool outages callbacks.log callbacks.log.forward --format json\n  \
    callkit-tool outages logs/ --since -7d --tz Asia/Shanghai"
)]
pub(super) struct OutagesArgs {
    /// What is read
    #[command(flatten)]
    input: InputArgs,
    /// Report an outage only if that many callbacks more were not accepted at once than were in the meantime
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = parse_number::<1, 1_000_000>)]
    min_callbacks: usize,
    /// Output format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: OutagesFormat,
    /// Where output goes
    #[command(flatten)]
    output: OutputArgs,
    /// Which calls are wanted
    #[command(flatten)]
    filter: FilterArgs,
}

/// A format of outages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum OutagesFormat {
    /// A table for people
    Text,
    /// One JSON object
    Json,
    /// A row for each outage
    Csv,
}

impl Command for OutagesArgs {
    fn files(&self) -> Option<(&InputArgs, Vec<&Path>)> {
        Some((&self.input, self.output.path().into_iter().collect()))
    }

    fn run(&self, session: &Session) -> anyhow::Result<Status> {
        let mut output = Output::open(self.output.path())?;
        let mut inputs = Inputs::open_with_answers(&self.input, session.terminal)?;
        let answers = inputs.take_answers();
        let finder = match inputs.sources.list().is_empty() {
            true => of_answers(&answers),
            false => self.of_logs(&mut inputs, &answers, session.terminal)?,
        };
        let (evidence, callbacks, timed) = (finder.evidence(), finder.callbacks(), finder.timed());
        let least = u32::try_from(self.min_callbacks).unwrap_or(u32::MAX);
        let (verdict, found) = finder.find(least);
        let report = OutageReport {
            verdict,
            evidence,
            callbacks,
            timed,
            has_answers: !answers.is_empty(),
            outages: &found,
            zone: &self.filter.tz,
        };
        output.put(&match self.format {
            OutagesFormat::Text => {
                outages_text(&report, session.terminal.width(self.output.path())).into_bytes()
            }
            OutagesFormat::Json => outages_json(&report),
            OutagesFormat::Csv => outages_csv(&report),
        })?;
        if self.format == OutagesFormat::Csv
            && let Some(why) = report.why()
        {
            session.terminal.note(&format!("cannot tell: {why}"));
        }
        inputs.finish(output)?;
        Ok(inputs.status())
    }
}

impl OutagesArgs {
    /// What the deliveries of the calls of a log show.
    fn of_logs(
        &self,
        inputs: &mut Inputs,
        answers: &Answers,
        terminal: Terminal,
    ) -> anyhow::Result<OutageFinder> {
        inputs.keep_captures();
        let rules = self.filter.seek(RuleOptions::default())?;
        let analysis = inputs.analyse(&rules)?;
        inputs.check_contents(&analysis.totals)?;
        let selection = selection(&self.filter, &rules, &analysis, inputs.threads)?;
        let log_end = end_of_log(&analysis, &rules, inputs.threads)?;
        let look = |finder: &mut OutageFinder, call: &JudgedCall<'_>| {
            if selection.chooses(call) {
                let call_id = call.call_id();
                for callback in deliveries(call.timeline(), answers) {
                    finder.add(&call_id, callback.captured.map(|(first, _)| first), &callback.trace, log_end);
                }
            }
        };
        let finders = judge_calls(&analysis, &rules, inputs.threads, OutageFinder::default, look)?;
        say_if_none(&selection, &self.filter, &analysis, inputs.threads, terminal)?;
        let mut whole = OutageFinder::default();
        finders.into_iter().for_each(|finder| whole.merge(finder));
        Ok(whole)
    }
}

/// What answers alone show.
fn of_answers(answers: &Answers) -> OutageFinder {
    let (mut finder, log_end) = (OutageFinder::default(), answers.last_capture());
    for AnsweredCallback { line, captured, trace } in answers.callbacks() {
        finder.add(line.call_id.as_deref().unwrap_or_default(), Some(captured.0), &trace, log_end);
    }
    finder
}
