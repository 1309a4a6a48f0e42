//! `shard finish`: what all parts came to → what the command itself prints.

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;

use super::frames::FrameFiles;
use super::log::{inputs_of, read_facts};
use super::part_command::PartCommand;
use super::reduce::agree;
use crate::calls::packing::take;
use crate::commands::in_parts::carried_sorter;
use crate::session::{Session, Status};
use crate::shard::Gather;

/// Arguments of `shard finish`.
#[derive(Debug, Args)]
#[command(after_help = "The INPUT of the command is what `shard reduce` has written for each part.\n\n\
    Examples:\n  callkit-tool shard finish export --facts log.facts calls-* > calls.csv")]
pub(super) struct FinishArgs {
    /// What `shard facts` has written
    #[arg(long, value_name = "FACTS", global = true)]
    facts: Option<PathBuf>,
    /// The command
    #[command(subcommand)]
    command: PartCommand,
}

impl FinishArgs {
    pub(super) fn run(&self, session: &Session) -> anyhow::Result<Status> {
        let facts =
            self.facts.as_deref().context("`--facts FACTS` is missing: what `shard facts` has written")?;
        let (facts, command) = (read_facts(facts)?, &self.command);
        command.check()?;
        agree(command, &facts)?;
        let (steps, args) = (command.steps(), command.input());
        let rules = facts.reading.rules()?;
        let mut totals = facts.totals.clone();
        let inputs = inputs_of(&facts, &mut totals, args, (&rules, true), session);
        let files = FrameFiles::open(&args.inputs)?;
        let mut gather = Gather::new(command.purpose(), Some(facts.input));
        let mut sorter = carried_sorter(inputs.memory());
        files.each(|frame| {
            gather.take(&frame, |_, mut item| {
                let key = take(&mut item).context("an item is damaged")?;
                Ok(sorter.push(key, item)?)
            })
        })?;
        gather.finish_parts(facts.parts)?;
        steps.whole(inputs, &totals, &sorter.finish()?, session)
    }
}
