//! The command line of `why`.

use clap::{Args, ValueEnum};

use super::args::{InputArgs, OutputArgs};
use super::choice::ChoiceArgs;

/// Arguments of `why`.
#[derive(Debug, Args)]
#[command(
    override_usage = "callkit-tool why [OPTIONS] CALL_ID [INPUT]...\n       \
    callkit-tool why [OPTIONS] <FILTERS> [INPUT]...\n       callkit-tool why [OPTIONS] --all [INPUT]...",
    after_help = "The beginning of an id is enough where no other call's id begins so.\n\n\
    Examples:\n  callkit-tool why 7d1c5a0e callbacks.log\n  \
    callkit-tool why --all logs/ --since -24h\n  \
    callkit-tool why --result interrupt callbacks.log --limit 3"
)]
pub struct WhyArgs {
    /// What is read
    #[command(flatten)]
    pub input: InputArgs,
    /// Count the causes of all calls, or of those that the filters choose
    #[arg(long, conflicts_with = "limit")]
    pub all: bool,
    /// How verdicts are written
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: WhyFormat,
    /// Columns that text may take up [default: those of the terminal, else 120]
    #[arg(long, value_name = "N", value_parser = super::show::parse_width)]
    pub width: Option<usize>,
    /// Where output goes
    #[command(flatten)]
    pub output: OutputArgs,
    /// Which calls are wanted
    #[command(flatten)]
    pub choice: ChoiceArgs,
}

/// A format of verdicts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum WhyFormat {
    /// For people
    Text,
    /// One JSON object for a call, or with --all one object
    Json,
    /// Sections, or with --all a table
    Markdown,
}
