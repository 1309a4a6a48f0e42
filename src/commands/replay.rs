//! `replay`: sends the callbacks of a log to a backend.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, anyhow, bail};
use tokio::sync::Notify;

use super::Status;
use super::following::Following;
use super::gather::gather;
use super::inputs::Inputs;
use super::interrupt::Graceful;
use super::output::Output;
use super::progress::SendProgress;
use crate::cli::{ReplayArgs, ReplayFormat, Terminal};
use crate::live::replay::{Client, Earlier, End, Outcome, Plan, Rewrite, RunError, Spool, Target, run};
use crate::report::replay::{
    PlanView, ReportView, nothing_note, plan_json, plan_text, report_json, report_notes, report_text,
    start_note,
};
use crate::source::plain;

/// Runs `replay`.
pub(super) fn replay(args: &ReplayArgs, terminal: &Terminal) -> anyhow::Result<Status> {
    let rewrite = args.rewrite().map_err(|text| anyhow!(text))?;
    let earlier = args.compare.as_deref().map(read_report).transpose()?;
    // A plan is made without asking the network for anything.
    let client = if args.dry_run { None } else { Some(connect(args, &rewrite.target)?) };
    let is_stdout = |path: Option<&Path>| path.is_none_or(|path| path == Path::new("-"));
    let (output_path, report_path) = (args.output.output.as_deref(), args.report.as_deref());
    if report_path.is_some_and(|it| Some(it) == output_path || is_stdout(Some(it)) && is_stdout(output_path))
    {
        bail!("the report of requests and the output cannot both go to the same place");
    }
    let mut output = Output::open(output_path)?;
    let report = report_path.map(|path| Output::open(Some(path))).transpose()?;
    let mut inputs = Inputs::open(&args.input, terminal)?;
    let gathered = gather(&mut inputs, &args.filter)?;
    let plan = gathered.planner.finish(args.speed, args.chaos());
    let names = inputs.sources.names();
    let view = PlanView {
        plan: &plan,
        left_out: &gathered.left_out,
        names: &names,
        rate: args.rate,
        retries: args.pace().retries,
    };
    if let Some(note) = nothing_note(&view) {
        terminal.note(&note);
        // Of inputs that cannot be read, all figures would be zero, and none of them true.
        if inputs.status() == Status::Incomplete {
            inputs.finish(output)?;
            return Ok(Status::Incomplete);
        }
    }
    let Some(client) = client else {
        if let Some(refusal) = rewrite.target.refusal(&args.allow_host) {
            terminal.note(&format!("this plan cannot be carried out as it is: {refusal}"));
        }
        output.put(&match args.format {
            ReplayFormat::Text => plan_text(&view).into_bytes(),
            ReplayFormat::Json => plan_json(&view),
        })?;
        inputs.finish(output)?;
        return Ok(inputs.status());
    };
    start_note(&view).iter().for_each(|note| terminal.note(note));
    let progress = SendProgress::new(plan.deliveries() as u64, !args.input.no_progress, terminal);
    let mut following = Following::new(names.clone(), report, earlier, progress);
    let outcome = send(args, &plan, &gathered.spool, &rewrite, &client, &mut following)?;
    let comparison = following.finish()?;
    let view = ReportView { plan: view, outcome: &outcome, comparison: comparison.as_ref() };
    output.put(&match args.format {
        ReplayFormat::Text => report_text(&view).into_bytes(),
        ReplayFormat::Json => report_json(&view),
    })?;
    output.finish()?;
    report_notes(&view).iter().for_each(|note| terminal.note(note));
    if outcome.end == End::Unreachable {
        let cause = outcome.tally.first_failure.as_deref().unwrap_or("no connection");
        terminal.error(&format!("the backend {} cannot be reached: {cause}", rewrite.target));
    }
    Ok(status(&outcome, inputs.status()))
}

/// A client for the backend, whose addresses are known and allowed from here on.
fn connect(args: &ReplayArgs, target: &Target) -> anyhow::Result<Client> {
    let addresses = target.resolve(&args.allow_host)?;
    Client::new(target, addresses, args.timeout).context("there are no certificates to know the backend by")
}

fn read_report(path: &Path) -> anyhow::Result<Earlier> {
    let file = File::open(path).with_context(|| format!("cannot read `{}`", path.display()))?;
    Earlier::read(BufReader::new(file)).map_err(|text| anyhow!("cannot read `{}`: {text}", path.display()))
}

/// Carries out the plan; an interrupt ends it in order.
fn send(
    args: &ReplayArgs,
    plan: &Plan,
    spool: &Spool,
    rewrite: &Rewrite,
    client: &Client,
    following: &mut Following,
) -> anyhow::Result<Outcome> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.context("cannot use the network")?;
    let stop = Arc::new(Notify::new());
    let asked = Arc::clone(&stop);
    let graceful = Graceful::new(move || asked.notify_one());
    let ended = runtime.block_on(run(plan, spool, rewrite, client, args.pace(), &stop, following));
    drop(graceful);
    ended.map_err(|error| match error {
        RunError::Spool(error) => anyhow!("cannot read the temporary file of callbacks: {}", plain(&error)),
        RunError::Follower(error) => error,
        RunError::Task(what) => anyhow!("a request broke off: {what}"),
    })
}

fn status(outcome: &Outcome, inputs: Status) -> Status {
    let tally = &outcome.tally;
    match (outcome.end, inputs) {
        (End::Stopped, _) => Status::Interrupted,
        (_, Status::Incomplete) => Status::Incomplete,
        _ if tally.failed > 0 => Status::Incomplete,
        _ if tally.refused > 0 => Status::Findings,
        _ => Status::Done,
    }
}
