//! `shard driver`: programs that do all steps on an engine.

use clap::{Args, ValueEnum};

use crate::session::{Output, Status};

/// Arguments of `shard driver`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  callkit-tool shard driver spark > callkit_spark.py\n  \
    callkit-tool shard driver xargs > callkit_xargs.sh")]
pub(super) struct DriverArgs {
    /// The engine
    #[arg(value_name = "ENGINE")]
    engine: Engine,
}

/// What carries the frames.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Engine {
    /// Apache Spark, by a program in Python
    Spark,
    /// xargs, on machines that share a folder, by a shell script
    Xargs,
}

impl DriverArgs {
    pub(super) fn run(&self) -> anyhow::Result<Status> {
        Output::print(match self.engine {
            Engine::Spark => include_bytes!("callkit_spark.py"),
            Engine::Xargs => include_bytes!("callkit_xargs.sh"),
        })
    }
}
