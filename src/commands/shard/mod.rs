//! `shard`: the steps of a run in parts, as files and pipes that any engine can carry.
//!
//! Each step is a function of its bytes: `plan` splits the inputs, `map` reads one split, `facts` puts together what the
//! splits say of the log, `reduce` works on the calls of one part, and `finish` prints what the command itself would.

mod driver;
mod facts;
mod finish;
mod flags;
mod frames;
mod kept;
mod log;
mod map;
mod part_command;
mod plan;
mod reduce;
mod run;
mod split_input;
mod spool;
mod state;

use clap::{Args, Subcommand};

use super::command::Command;
use crate::session::{Session, Status};

/// Arguments of `shard`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  callkit-tool shard run export logs/ --workers 4 -o calls.csv\n  \
    callkit-tool shard plan logs/ > splits.jsonl\n  \
    callkit-tool shard driver spark > callkit_spark.py")]
pub(super) struct ShardArgs {
    /// The step
    #[command(subcommand)]
    step: ShardStep,
}

/// The steps.
#[derive(Debug, Subcommand)]
enum ShardStep {
    /// Split inputs; prints a line of JSON for each split
    Plan(plan::PlanArgs),
    /// Read one split; writes its calls, spread over parts, as frames
    Map(map::MapArgs),
    /// Put together what the frames say of the log as a whole
    Facts(facts::FactsArgs),
    /// Work on the calls of one part
    Reduce(reduce::ReduceArgs),
    /// Print what the command prints, from what all parts came to
    Finish(finish::FinishArgs),
    /// Do all steps with processes on this machine
    Run(run::RunArgs),
    /// Print a program that does all steps on an engine
    Driver(driver::DriverArgs),
}

impl Command for ShardArgs {
    fn run(&self, session: &Session) -> anyhow::Result<Status> {
        match &self.step {
            ShardStep::Plan(args) => args.run(session),
            ShardStep::Map(args) => args.run(session),
            ShardStep::Facts(args) => args.run(session),
            ShardStep::Reduce(args) => args.run(session),
            ShardStep::Finish(args) => args.run(session),
            ShardStep::Run(args) => args.run(session),
            ShardStep::Driver(args) => args.run(),
        }
    }
}
