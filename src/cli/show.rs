//! Arguments of `show`.

use clap::{Args, ValueEnum};

use super::args::{InputArgs, OutputArgs, RuleArgs};
use super::choice::ChoiceArgs;

/// Arguments of `show`.
#[derive(Debug, Args)]
#[command(
    override_usage = "callkit-tool show [OPTIONS] CALL_ID [INPUT]...\n       \
                      callkit-tool show [OPTIONS] FILTERS [INPUT]...",
    after_help = "The first argument is the call's id, or the beginning of it where no other id begins so; with \
    --call-id, --result, --user, --since or --until all arguments are inputs.\n\n\
    Examples:\n  callkit-tool show 7d1c5a0e callbacks.log\n  \
    callkit-tool show --result interrupt --since -24h logs/ --limit 5\n  \
    callkit-tool show 7d1c5a0e callbacks.log --format svg -o call.svg"
)]
pub struct ShowArgs {
    /// What is read, behind the id of the call
    #[command(flatten)]
    pub input: InputArgs,
    /// How calls are drawn
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: ShowFormat,
    /// Draw text with nothing but ASCII; other characters of the log are escaped
    #[arg(long)]
    pub ascii: bool,
    /// Columns that text may take up [default: those of the terminal, else 120]
    #[arg(long, value_name = "N", value_parser = parse_width)]
    pub width: Option<usize>,
    /// Which rules count
    #[command(flatten)]
    pub rules: RuleArgs,
    /// Where output goes
    #[command(flatten)]
    pub output: OutputArgs,
    /// Which calls are wanted
    #[command(flatten)]
    pub choice: ChoiceArgs,
}

/// A number of columns.
pub(super) fn parse_width(text: &str) -> Result<usize, String> {
    const LEAST: usize = 40;
    const MOST: usize = 1000;
    match text.parse() {
        Ok(width @ LEAST..=MOST) => Ok(width),
        _ => Err(format!("not a number from {LEAST} to {MOST}")),
    }
}

/// A format of ladders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ShowFormat {
    /// A ladder for people
    Text,
    /// One JSON object a call
    Json,
    /// A Mermaid sequence diagram
    Mermaid,
    /// A picture
    Svg,
    /// A document with tables and a Mermaid diagram
    Markdown,
}
