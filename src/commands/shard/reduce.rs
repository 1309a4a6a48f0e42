//! `shard reduce`: the frames of one part → what a command makes of its calls, sorted.

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::{Context, bail, ensure};
use clap::{Args, Subcommand};

use super::facts::{StepLimits, lacking, tally};
use super::frames::FrameFiles;
use super::log::{FrameItem, inform, inputs_of, read_calls, read_facts};
use super::part_command::PartCommand;
use crate::calls::packing::put;
use crate::cli::OutputArgs;
use crate::commands::in_parts::{CarriedItems, FINDINGS, carried_item, carried_sorter};
use crate::session::{Output, Session, Status};
use crate::shard::{Carried, Framing, Header, LaneWriter, LogFacts, PartName, Purpose, ReadingOptions};

/// Arguments of `shard reduce`.
#[derive(Debug, Args)]
#[command(
    after_help = "The frames of the part are the INPUT of the command, or come on standard input. What is written \
    is given to `shard finish`, with the same command and options.\n\n\
    Examples:\n  callkit-tool shard reduce --facts log.facts export < part-0 > calls-0\n  \
    callkit-tool shard reduce --facts log.facts summarize --by hour part-0 -o hours-0"
)]
pub(super) struct ReduceArgs {
    /// What `shard facts` has written
    #[arg(long, value_name = "FACTS", global = true)]
    facts: Option<PathBuf>,
    /// How frames are written
    #[arg(long, value_name = "FRAMING", default_value = "text", global = true)]
    framing: Framing,
    /// The command
    #[command(subcommand)]
    command: ReduceCommand,
}

/// What is made of the calls of a part.
#[derive(Debug, Subcommand)]
enum ReduceCommand {
    /// A part of what a command prints
    #[command(flatten)]
    Part(PartCommand),
    /// What the facts lack, for `shard facts --facts`
    Facts(TallyArgs),
}

/// Arguments of `shard reduce facts`.
#[derive(Debug, Args)]
struct TallyArgs {
    /// The frames of the part
    #[arg(value_name = "FRAMES")]
    frames: Vec<OsString>,
    /// How much is used
    #[command(flatten)]
    limits: StepLimits,
    /// Where output goes
    #[command(flatten)]
    output: OutputArgs,
}

impl ReduceArgs {
    pub(super) fn run(&self, session: &Session) -> anyhow::Result<Status> {
        let facts =
            self.facts.as_deref().context("`--facts FACTS` is missing: what `shard facts` has written")?;
        let facts = read_facts(facts)?;
        match &self.command {
            ReduceCommand::Part(command) => self.part(command, &facts, session),
            ReduceCommand::Facts(args) => self.tally(args, &facts),
        }
    }

    fn part(&self, command: &PartCommand, facts: &LogFacts, session: &Session) -> anyhow::Result<Status> {
        command.check()?;
        agree(command, facts)?;
        let (steps, args) = (command.steps(), command.input());
        let rules = facts.reading.rules()?;
        let mut totals = facts.totals.clone();
        let mut inputs = inputs_of(facts, &mut totals, args, (&rules, false), session);
        // An engine gives each step one core.
        inputs.threads = args.threads.unwrap_or(1);
        let files = FrameFiles::open(&args.inputs)?;
        let [mut findings, mut carried] = [(); 2].map(|()| carried_sorter(inputs.memory()));
        let calls = read_calls(&files, facts, totals, (inputs.memory(), inputs.threads), |key, item| {
            match item {
                FrameItem::Findings(entries) if steps.takes_findings() => {
                    findings.push(key, &postcard::to_extend(&entries, vec![FINDINGS])?)?;
                }
                FrameItem::Carried(place, bytes) if steps.carries() != Carried::Nothing => {
                    carried.push(key, &carried_item(place, bytes)?)?;
                }
                FrameItem::Findings(_) | FrameItem::Carried(..) => {}
            }
            Ok(())
        })?;
        let output = Output::open(command.output())?;
        let mut lanes = self.lanes(output, facts, command.purpose());
        let part = only_part(&calls.parts)?;
        let mut item = Vec::new();
        let mut put_item = |key: u64, bytes: &[u8]| {
            item.clear();
            put(&mut item, key);
            item.extend_from_slice(bytes);
            lanes.put(part, &item)
        };
        let findings = findings.finish()?;
        let (mut reading, mut bytes) = (findings.read()?, Vec::new());
        while let Some(key) = reading.next(&mut bytes)? {
            put_item(key, &bytes)?;
        }
        let mut analysis = calls.analysis;
        inform(&mut analysis, facts)?;
        steps.part(&inputs, &analysis, &CarriedItems::new(carried.finish()?), &mut put_item)?;
        lanes.finish_one(part)?.finish()?;
        Ok(Status::Done)
    }

    fn tally(&self, args: &TallyArgs, facts: &LogFacts) -> anyhow::Result<Status> {
        ensure!(!facts.is_complete(), "the facts are complete already");
        let files = FrameFiles::open(&args.frames)?;
        let limits = args.limits.both();
        let calls = read_calls(&files, facts, facts.totals.clone(), limits, |_, _| Ok(()))?;
        let output = Output::open(args.output.path())?;
        let mut lanes = self.lanes(output, facts, lacking(facts));
        let part = only_part(&calls.parts)?;
        let mut analysis = calls.analysis;
        lanes.put(part, &postcard::to_stdvec(&tally(&mut analysis, facts, limits.1)?)?)?;
        lanes.finish_one(part)?.finish()?;
        Ok(Status::Done)
    }

    fn lanes(&self, output: Output, facts: &LogFacts, purpose: Purpose) -> LaneWriter<Output> {
        let header = Header { input: facts.input, purpose, begin: 0 };
        LaneWriter::new(output, self.framing, header, 0, 1)
    }
}

/// The part that frames are of.
fn only_part(parts: &std::collections::BTreeSet<u32>) -> anyhow::Result<PartName> {
    let mut all = parts.iter();
    match (all.next(), all.next()) {
        (Some(part), None) => Ok(PartName::Part(*part)),
        (None, _) => bail!("there are no frames of any part"),
        (Some(one), Some(other)) => {
            bail!("these are frames of parts {one} and {other}, and each needs its own run")
        }
    }
}

/// Says that a command reads as the splits were read.
///
/// # Errors
/// If not.
pub(super) fn agree(command: &PartCommand, facts: &LogFacts) -> anyhow::Result<()> {
    let (wanted, used) = (command.reading()?, &facts.reading);
    // What frames carry beyond what is needed is passed over; of records alone, there are no calls.
    let carries = match (wanted.carries, used.carries) {
        (Carried::Nothing, Carried::Places | Carried::Callbacks) => used.carries,
        (carries, _) => carries,
    };
    let wanted = ReadingOptions { carries, ..wanted };
    let is_used = match command.steps().rule_args() {
        Some(_) => wanted == *used,
        // What no option of the command says does not count.
        None => {
            let (levels, sdkappids) = (used.levels.clone(), used.sdkappids.clone());
            ReadingOptions { levels, sdkappids, ..wanted } == *used
        }
    };
    ensure!(
        is_used,
        "the splits were read with other options; plan them for this command: `shard plan INPUT... -- COMMAND OPTIONS`"
    );
    Ok(())
}
