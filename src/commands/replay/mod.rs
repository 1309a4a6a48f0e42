//! `replay`: sends the callbacks of a log to a backend.

mod args;
mod collect;
mod journal;
mod progress;

use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, anyhow};
use tokio::sync::Notify;

use self::args::ReplayFormat;
use self::collect::{CallbackChoice, collect};
use self::journal::Journal;
use self::progress::ReplayProgress;
use super::command::Command;
use crate::cli::{InputArgs, Terminal, Usage};
use crate::live::backend::HttpBackend;
use crate::live::http::{BackendUrl, HttpClient};
use crate::live::replay::{
    Earlier, FailedBefore, Pace, Plan, Rewrite, RunEnd, RunError, RunOutcome, Spool, run,
};
use crate::live::{connections, raise_limit};
use crate::report::counted;
use crate::report::replay::{
    PlanView, ReportView, chaos_note, nothing_note, plan_json, plan_text, report_json, report_notes,
    report_text, start_note,
};
use crate::session::{Graceful, Inputs, Output, PatientBar, Session, Status, is_same_output};
use crate::source::plain;

pub(super) use self::args::ReplayArgs;

impl Command for ReplayArgs {
    fn files(&self) -> Option<(&InputArgs, Vec<&Path>)> {
        Some((&self.input, self.output.path().into_iter().chain(self.report.as_deref()).collect()))
    }

    fn run(&self, session: &Session) -> anyhow::Result<Status> {
        let terminal = session.terminal;
        let rewrite = self.rewrite()?;
        let earlier = self.compare.as_deref().map(read_report).transpose()?;
        // A plan is made without asking the network for anything.
        let client = if self.dry_run { None } else { Some(connect(self, &rewrite.target)?) };
        let (output_path, report_path) = (self.output.path(), self.report.as_deref());
        if report_path.is_some_and(|report| is_same_output(output_path, report)) {
            let text = "the report of requests and the output cannot both go to the same place";
            return Err(Usage::from(text).into());
        }
        let output = Output::open(output_path)?;
        let mut journal = report_path.map(Journal::open).transpose()?;
        let mut inputs = Inputs::open(&self.input, terminal)?;
        let failed = self.only_failed.as_deref().map(|path| read_failed(path, terminal)).transpose()?;
        let choice = CallbackChoice {
            filter: &self.filter,
            failed: failed.as_ref(),
            received: (self.received_since, self.received_until),
        };
        let collected = collect(&mut inputs, &choice, terminal)?;
        let plan = collected.planner.finish(self.tempo(), self.chaos());
        let names = inputs.sources.names();
        let view = PlanView {
            plan: &plan,
            left_out: &collected.left_out,
            names: &names,
            rate: self.rate,
            retries: self.pace().retries,
        };
        if let Some(note) = nothing_note(&view) {
            terminal.note(&note);
            // Of inputs that cannot be read, all figures would be zero, and none of them true.
            if inputs.status() == Status::Incomplete {
                inputs.finish(output)?;
                return Ok(Status::Incomplete);
            }
        }
        chaos_note(&view).iter().for_each(|note| terminal.note(note));
        let Some(client) = client else {
            let refusal = rewrite.target.refusal(&self.allow_host);
            let refusal = refusal.map(|it| format!("this plan cannot be carried out as it is: {it}"));
            refusal.iter().for_each(|note| terminal.note(note));
            return self.print_plan(&view, &inputs, output, terminal.list_width(output_path));
        };
        let pace = self.pace_within_limits(terminal);
        start_note(&view).iter().for_each(|note| terminal.note(note));
        journal.as_mut().map_or(Ok(()), Journal::begin)?;
        let bar = PatientBar::new(!self.input.no_progress, terminal);
        let deliveries = plan.deliveries() as u64;
        let mut progress = ReplayProgress::new(names.clone(), journal, earlier, bar, terminal, deliveries);
        let outcome = send(pace, &plan, &collected.spool, &rewrite, &client, &mut progress)?;
        let (journaled, comparison) = progress.finish();
        let view = ReportView { plan: view, outcome: &outcome, comparison: comparison.as_ref() };
        self.print_report(&view, &rewrite.target, terminal, output)?;
        if let Err(lacks) = journaled {
            terminal.error(&lacks);
            return Ok(if outcome.end == RunEnd::Stopped { Status::Interrupted } else { Status::Incomplete });
        }
        Ok(status(&outcome, inputs.status()))
    }
}

impl ReplayArgs {
    /// Prints what would be sent.
    fn print_plan(
        &self,
        view: &PlanView<'_>,
        inputs: &Inputs,
        mut output: Output,
        width: usize,
    ) -> anyhow::Result<Status> {
        output.put(&match self.format {
            ReplayFormat::Text => plan_text(view, width).into_bytes(),
            ReplayFormat::Json => plan_json(view),
        })?;
        inputs.finish(output)?;
        Ok(inputs.status())
    }

    /// Prints what came of a run.
    fn print_report(
        &self,
        view: &ReportView<'_>,
        target: &BackendUrl,
        terminal: Terminal,
        mut output: Output,
    ) -> anyhow::Result<()> {
        output.put(&match self.format {
            ReplayFormat::Text => report_text(view).into_bytes(),
            ReplayFormat::Json => report_json(view),
        })?;
        output.finish()?;
        report_notes(view).iter().for_each(|note| terminal.note(note));
        if view.outcome.end == RunEnd::Unreachable {
            let cause = view.outcome.tally.first_failure.as_deref().unwrap_or("no connection");
            terminal.error(&format!("the backend {target} cannot be reached: {cause}"));
        }
        Ok(())
    }

    /// The pace of the run, as far as the limit on open files allows it.
    fn pace_within_limits(&self, terminal: Terminal) -> Pace {
        let most = connections(raise_limit(), self.concurrency, 1);
        if most < self.concurrency {
            terminal.note(&format!(
                "the limit on open files allows {most} requests in flight; `ulimit -n` raises it"
            ));
        }
        Pace { concurrency: most, ..self.pace() }
    }
}

/// A client for the backend, whose addresses are known and allowed from here on.
fn connect(args: &ReplayArgs, target: &BackendUrl) -> anyhow::Result<HttpBackend> {
    let addresses = target.resolve(&args.allow_host)?;
    let client = HttpClient::new(target, Some(addresses), args.timeout)
        .context("the system has no certificates to verify the backend with")?;
    Ok(HttpBackend::new(client, !args.no_resend))
}

fn read_report(path: &Path) -> anyhow::Result<Earlier> {
    let file = File::open(path).with_context(|| format!("cannot read `{}`", path.display()))?;
    Earlier::read(BufReader::new(file)).map_err(|text| anyhow!("cannot read `{}`: {text}", path.display()))
}

/// Reads what was not accepted before; what is damaged in it is noted.
fn read_failed(path: &Path, terminal: Terminal) -> anyhow::Result<FailedBefore> {
    let context = || format!("cannot read `{}`", path.display());
    let file = File::open(path).with_context(context)?;
    let read = FailedBefore::read(BufReader::new(file));
    let (failed, damage) = read.map_err(|text| anyhow!("cannot read `{}`: {text}", path.display()))?;
    if let Some((line, cause)) = &damage.first {
        let lines = counted(damage.lines, "line");
        let name = path.display();
        terminal.note(&format!("`{name}`: {lines} cannot be used; the first is line {line}: {cause}"));
    }
    Ok(failed)
}

/// Carries out the plan; an interrupt ends it in order.
fn send(
    pace: Pace,
    plan: &Plan,
    spool: &Spool,
    rewrite: &Rewrite,
    client: &HttpBackend,
    progress: &mut ReplayProgress,
) -> anyhow::Result<RunOutcome> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.context("cannot use the network")?;
    let stop = Arc::new(Notify::new());
    let asked = Arc::clone(&stop);
    let graceful = Graceful::new(move || asked.notify_one());
    let ended = runtime.block_on(run(plan, spool, rewrite, client, pace, &stop, progress));
    drop(graceful);
    ended.map_err(|error| match error {
        RunError::Spool(error) => anyhow!("cannot read the temporary file of callbacks: {}", plain(&error)),
        RunError::Task(what) => anyhow!("a request broke off: {what}"),
    })
}

fn status(outcome: &RunOutcome, inputs: Status) -> Status {
    let tally = &outcome.tally;
    match (outcome.end, inputs) {
        (RunEnd::Stopped, _) => Status::Interrupted,
        (_, Status::Incomplete) => Status::Incomplete,
        _ if tally.failed > 0 => Status::Incomplete,
        _ if tally.refused > 0 => Status::Findings,
        _ => Status::Done,
    }
}
