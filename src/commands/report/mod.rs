//! `report`: one page with figures, charts and calls.

mod sample;

use std::path::Path;

use clap::Args;

use super::call_selection::read_again;
use super::chosen_calls::{say_if_none, selection};
use super::command::Command;
use super::summarize::count_everything;
use crate::calls::{LogContext, Problems, Summary, verdict};
use crate::cli::{FilterArgs, InputArgs, OutputArgs, RuleArgs, parse_number};
use crate::engine::{Analysis, CallRecords, JudgedCall, Selection, find_judged, judge_calls, judge_one};
use crate::report::catalog::figures::{FigureFacts, classes};
use crate::report::counted;
use crate::report::html::{Aliases, CallDetails, CallNumbers, HeadFacts, Language, PageInput, document};
use crate::report::ladder::{Ladder, LadderInput, zone_name};
use crate::rules::RuleOptions;
use crate::session::{Inputs, Output, Session, Status};
use sample::sample;

/// Arguments of `report`.
#[derive(Debug, Args)]
#[command(
    after_help = "The page needs no network and no other file. It names the people of the log unless `--redact` is \
    given.\n\n\
    Examples:\n  callkit-tool report callbacks.log -o report.html\n  \
    callkit-tool report logs/ --since -24h --tz Asia/Shanghai --lang zh -o report.html\n  \
    callkit-tool report callbacks.log --redact -o report.html"
)]
pub(super) struct ReportArgs {
    /// What is read
    #[command(flatten)]
    input: InputArgs,
    /// Language of the page
    #[arg(long, value_name = "LANGUAGE", default_value = "en")]
    lang: Language,
    /// Replace users, rooms, calls and sources by pseudonyms, and leave out messages that quote them
    #[arg(long)]
    redact: bool,
    /// List at most this many calls: all that failed first, then a sample; figures count all calls
    #[arg(long, value_name = "N", default_value = "100000", value_parser = parse_number::<0, { u32::MAX as usize }>)]
    max_calls: usize,
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

impl Command for ReportArgs {
    fn files(&self) -> Option<(&InputArgs, Vec<&Path>)> {
        Some((&self.input, self.output.path().into_iter().collect()))
    }

    fn run(&self, session: &Session) -> anyhow::Result<Status> {
        let rules = self.filter.seek(self.rules.options()?)?;
        let mut output = Output::open(self.output.path())?;
        let mut inputs = Inputs::open(&self.input, session.terminal)?;
        inputs.sources.keep_pipes();
        let mut analysis = inputs.analyse(&rules)?;
        inputs.check_contents(&analysis.totals)?;
        let selection = selection(&self.filter, &rules, &analysis, inputs.threads)?;
        let log = analysis.log(inputs.threads)?;
        let mut counted_calls = count(&inputs, &analysis, &rules, &selection, &log)?;
        say_if_none(&selection, &self.filter, &analysis, inputs.threads, session.terminal)?;
        if self.filter.is_empty() {
            count_everything(&mut counted_calls.summary.total, &analysis.totals, counted_calls.on_calls);
        }
        let listed = sample(&counted_calls.calls, self.max_calls);
        if listed.len() < counted_calls.calls.len() {
            let [listed, all] = [listed.len(), counted_calls.calls.len()].map(|calls| calls as u64);
            let note = format!("the page lists {listed} of {}; its figures count all", counted(all, "call"));
            session.terminal.note(&note);
        }
        let threads = inputs.threads;
        let (indexes, _) = find_judged(&mut analysis, &rules, threads, usize::MAX, |call| {
            listed.contains(&call.first_position())
        })?;
        let records = match indexes.is_empty() {
            true => CallRecords::default(),
            false => read_again(&mut inputs, &rules, &analysis, &indexes)?,
        };
        let marks = counted_calls.calls.iter().map(|call| (call.id_hash, call.time));
        let aliases = if self.redact { Aliases::keyed(marks) } else { Aliases::default() };
        let (sources, zone) = (inputs.sources.names(), &self.filter.tz);
        let mut details = CallDetails::new(&aliases, &sources);
        let mut numbers = counted_calls.calls.iter().enumerate();
        for index in indexes {
            let call = judge_one(&analysis, index, &rules);
            let verdict = verdict(call.timeline(), &call.outcome, &log);
            let ladder = Ladder::of(&call, &verdict, LadderInput { seen: &records, sources: &sources, zone });
            let at = call.first_position();
            if let Some((number, _)) = numbers.find(|(_, call)| call.position == at) {
                details.add(number, &call, &verdict, &ladder)?;
            }
        }
        let (total, filtered) = (&counted_calls.summary.total, !self.filter.is_empty());
        let facts = HeadFacts {
            totals: &analysis.totals,
            filtered,
            findings: total.findings,
            zone,
            zone_name: &zone_name(zone),
            language: self.lang,
        };
        let figures = FigureFacts { figures: total, totals: &analysis.totals, filtered };
        output.put(&document(PageInput { facts, figures, calls: &counted_calls.calls, details })?)?;
        inputs.finish(output)?;
        Ok(inputs.status())
    }
}

/// All chosen calls.
#[derive(Default)]
struct CountedCalls {
    /// In input order.
    calls: Vec<CallNumbers>,
    summary: Summary,
    /// The findings on calls.
    on_calls: Problems,
}

/// Counts the chosen calls.
fn count(
    inputs: &Inputs,
    analysis: &Analysis,
    rules: &RuleOptions,
    selection: &Selection,
    log: &LogContext,
) -> anyhow::Result<CountedCalls> {
    let work = |counted: &mut CountedCalls, call: &JudgedCall<'_>| {
        counted.on_calls.merge(call.found());
        if selection.chooses(call) {
            let outcome = &call.outcome;
            counted.summary.add(Vec::new(), outcome, call.problems(), classes(outcome));
            let verdict = verdict(call.timeline(), outcome, log);
            counted.calls.push(CallNumbers::of(call, &verdict));
        }
    };
    let parts = judge_calls(analysis, rules, inputs.threads, Default::default, work)?;
    let mut whole = CountedCalls::default();
    for part in parts {
        whole.calls.extend(part.calls);
        whole.summary.merge(part.summary);
        whole.on_calls.merge(part.on_calls);
    }
    whole.calls.sort_unstable_by_key(|call| call.position);
    Ok(whole)
}
