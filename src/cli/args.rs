//! The command line, as clap derives it.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::capture::CaptureArgs;
use super::convert::{parse_size, parse_threads};
use super::filter::{Bound, parse_bound};
use super::replay::ReplayArgs;
use super::show::ShowArgs;
use super::simulation::SimulateArgs;
use super::terminal::ColorChoice;
use super::why::WhyArgs;
use crate::calls::GroupKey;

/// Captures TUICallKit callbacks, validates their logs, tells what became of the calls and why, and replays them.
#[derive(Debug, Parser)]
#[command(name = "callkit-tool", bin_name = "callkit-tool", version, about, max_term_width = 100)]
#[command(after_help = "Exit status: 0 done, 1 findings, 2 the job could not be done in full.\n\n\
    Examples:\n  callkit-tool validate callbacks.log\n  callkit-tool summarize logs/ --by hour\n  \
    callkit-tool export callbacks.log.gz -o calls.csv")]
pub struct Cli {
    /// Colour the output: always, never, or only on a terminal
    #[arg(
        long,
        value_name = "WHEN",
        global = true,
        default_value = "auto",
        hide_default_value = true,
        display_order = 900
    )]
    pub color: ColorChoice,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check a log against the vendor's specification
    Validate(ValidateArgs),
    /// Show what became of the calls, in figures
    Summarize(SummarizeArgs),
    /// Write calls, participants, callbacks or records as CSV or JSON Lines
    Export(ExportArgs),
    /// Draw a call as a ladder: who did what, when, and what followed from it
    Show(ShowArgs),
    /// Tell why a call came to what it came to, or count the causes of all calls
    Why(WhyArgs),
    /// Receive callbacks and write them to a log, in front of a backend or in its place
    Capture(CaptureArgs),
    /// Send the callbacks of a log to a backend, in order for each call
    Replay(Box<ReplayArgs>),
    /// Write a synthetic log, to try the tool or a backend without a phone in hand
    Simulate(SimulateArgs),
    /// List the rules that validate checks, or explain one
    Rules(RulesArgs),
    /// Print completions for a shell
    Completions(CompletionsArgs),
    /// Print the manual pages, of the tool and of each subcommand
    #[command(after_help = "Examples:\n  callkit-tool man > callkit-tool.1\n  callkit-tool man | man -l -")]
    Man,
}

/// What is read.
#[derive(Debug, Args)]
pub struct InputArgs {
    /// Files, directories (all files in them that are not hidden), patterns, or `-` for standard input; gzip and
    /// zstd are told by content
    #[arg(value_name = "INPUT")]
    pub inputs: Vec<String>,
    /// Format of the logs, if it is not to be told by content
    #[arg(long, value_name = "FORMAT")]
    pub input_format: Option<InputFormat>,
    /// Longest record, in bytes; K, M and G stand for KiB, MiB and GiB
    #[arg(long, value_name = "SIZE", default_value = "16M", value_parser = parse_size)]
    pub max_record: usize,
    /// About how much memory calls and what is made of them may take up; the rest waits in temporary files [default: no limit]
    #[arg(long, value_name = "SIZE", value_parser = parse_size)]
    pub max_memory: Option<usize>,
    /// Threads that work side by side [default: as many as there are cores]
    #[arg(long, value_name = "N", value_parser = parse_threads)]
    pub threads: Option<usize>,
    /// Show no progress bar
    #[arg(long)]
    pub no_progress: bool,
}

/// A log format.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum InputFormat {
    /// JSON Lines: callback bodies, or envelopes around them
    Jsonl,
    /// Raw HTTP requests
    Http,
}

/// Which rules count, and how.
#[derive(Clone, Debug, Default, Args)]
pub struct RuleArgs {
    /// Report a rule (`body/type`), a family (`body`) or `all` as errors
    #[arg(long, value_name = "RULE")]
    pub error: Vec<String>,
    /// Report a rule, a family or `all` as warnings
    #[arg(long, value_name = "RULE")]
    pub warn: Vec<String>,
    /// Do not report a rule, a family or `all`
    #[arg(long, value_name = "RULE")]
    pub allow: Vec<String>,
    /// An SDKAppID of yours; callbacks with any other are reported [env: CALLKIT_SDKAPPID]
    #[arg(long, value_name = "N", value_delimiter = ',')]
    pub sdkappid: Vec<u32>,
    /// The three level options in the order in which they are given
    #[arg(skip)]
    pub in_order: Vec<(String, Option<crate::spec::Level>)>,
}

/// Which calls are wanted.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Filters")]
pub struct FilterArgs {
    /// Calls from this time on: RFC 3339, a date, Unix seconds, or back from the newest callback (-2h)
    #[arg(long, value_name = "TIME", value_parser = parse_bound, allow_hyphen_values = true)]
    pub since: Option<Bound>,
    /// Calls before this time
    #[arg(long, value_name = "TIME", value_parser = parse_bound, allow_hyphen_values = true)]
    pub until: Option<Bound>,
    /// Calls of this id
    #[arg(long, value_name = "ID")]
    pub call_id: Vec<String>,
    /// Calls in which this user takes part
    #[arg(long, value_name = "USER")]
    pub user: Vec<String>,
    /// Calls with this result
    #[arg(long, value_name = "RESULT", value_parser = super::filter::result_parser())]
    pub result: Vec<String>,
    /// Time zone of dates, days and hours
    #[arg(long, value_name = "ZONE", default_value = "UTC", value_parser = super::filter::parse_zone)]
    pub tz: jiff::tz::TimeZone,
}

/// Where output goes.
#[derive(Clone, Debug, Default, Args)]
pub struct OutputArgs {
    /// Write to this file instead of standard output; it appears only when it is complete
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// Arguments of `validate`.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit status: 0 nothing found at level error, 1 something found, 2 an input could not be read.\n\n\
    Examples:\n  callkit-tool validate callbacks.log\n  \
    callkit-tool validate logs/ --format concise --allow body/unknown-field\n  \
    kubectl logs app | callkit-tool validate - --strict --sdkappid 1400000001"
)]
pub struct ValidateArgs {
    /// What is read
    #[command(flatten)]
    pub input: InputArgs,
    /// Which rules count
    #[command(flatten)]
    pub rules: RuleArgs,
    /// How findings are written
    #[arg(long, value_name = "FORMAT", default_value = "full")]
    pub format: ValidateFormat,
    /// Let warnings decide the exit status too
    #[arg(long)]
    pub strict: bool,
    /// Exit with 0 whatever is found
    #[arg(long)]
    pub exit_zero: bool,
    /// Count findings by rule instead of listing them
    #[arg(long)]
    pub statistics: bool,
    /// List at most so many findings; counts and exit status stay those of all
    #[arg(long, value_name = "N")]
    pub max_findings: Option<u64>,
    /// Where output goes
    #[command(flatten)]
    pub output: OutputArgs,
}

/// A format of findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ValidateFormat {
    /// With the offending text
    Full,
    /// One line each
    Concise,
    /// One JSON object a line
    Json,
    /// Annotations for GitHub Actions
    Github,
}

/// Arguments of `summarize`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  callkit-tool summarize callbacks.log\n  \
    callkit-tool summarize logs/ --by hour --tz Asia/Shanghai\n  \
    callkit-tool summarize callbacks.log --since -24h --format json")]
pub struct SummarizeArgs {
    /// What is read
    #[command(flatten)]
    pub input: InputArgs,
    /// By what the calls are put into groups
    #[arg(long, value_name = "KEY")]
    pub by: Option<By>,
    /// How figures are written
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub format: SummaryFormat,
    /// Which rules count
    #[command(flatten)]
    pub rules: RuleArgs,
    /// Where output goes
    #[command(flatten)]
    pub output: OutputArgs,
    /// Which calls are wanted
    #[command(flatten)]
    pub filter: FilterArgs,
}

/// A key of groups.
#[derive(Clone, Copy, Debug, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum By {
    /// What the call came to
    Result,
    /// One to one or group
    CallType,
    /// Audio or video
    MediaType,
    /// The application
    Sdkappid,
    /// The caller's platform
    Platform,
    /// The caller
    Caller,
    /// Hour of the start, in the time zone of --tz
    Hour,
    /// Day of the start, in the time zone of --tz
    Day,
    /// The main cause, as `why` tells it
    Cause,
}

impl By {
    /// As it is given on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Result => "result",
            Self::CallType => "call_type",
            Self::MediaType => "media_type",
            Self::Sdkappid => "sdkappid",
            Self::Platform => "platform",
            Self::Caller => "caller",
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Cause => "cause",
        }
    }

    /// The key.
    pub fn key(self) -> GroupKey {
        match self {
            Self::Result => GroupKey::Result,
            Self::CallType => GroupKey::CallType,
            Self::MediaType => GroupKey::MediaType,
            Self::Sdkappid => GroupKey::SdkAppId,
            Self::Platform => GroupKey::Platform,
            Self::Caller => GroupKey::Caller,
            Self::Hour => GroupKey::Hour,
            Self::Day => GroupKey::Day,
            Self::Cause => GroupKey::Cause,
        }
    }
}

/// A format of figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SummaryFormat {
    /// Tables for people
    Table,
    /// One JSON object
    Json,
    /// `key,figure,value` rows
    Csv,
    /// The same rows as a Markdown table
    Markdown,
}

/// Arguments of `export`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  callkit-tool export callbacks.log -o calls.csv\n  \
    callkit-tool export logs/ --level callbacks --user alice --format jsonl\n  \
    callkit-tool export --describe --level participants")]
pub struct ExportArgs {
    /// What is read
    #[command(flatten)]
    pub input: InputArgs,
    /// Which table
    #[arg(long, value_name = "TABLE", default_value = "calls")]
    pub level: ExportLevel,
    /// How rows are written
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<ExportFormat>,
    /// Only these columns, in this order
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub columns: Vec<String>,
    /// How times are written
    #[arg(long, value_name = "FORMAT", default_value = "rfc3339")]
    pub time_format: TimeFormatArg,
    /// Keep a spreadsheet from running cells as formulas
    #[arg(long)]
    pub spreadsheet: bool,
    /// Print what the columns of the table mean, and read nothing
    #[arg(long)]
    pub describe: bool,
    /// Which rules count, for the column `problems`
    #[command(flatten)]
    pub rules: RuleArgs,
    /// Where output goes
    #[command(flatten)]
    pub output: OutputArgs,
    /// Which calls are wanted
    #[command(flatten)]
    pub filter: FilterArgs,
}

/// A table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ExportLevel {
    /// One row for each call
    Calls,
    /// One row for each user of each call
    Participants,
    /// One row for each callback
    Callbacks,
    /// One row for each record, blank and skipped range: every byte of the input once
    Records,
}

/// A format of tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ExportFormat {
    /// RFC 4180
    Csv,
    /// One JSON object a line
    Jsonl,
}

/// A format of times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TimeFormatArg {
    /// RFC 3339 in UTC
    Rfc3339,
    /// Unix seconds
    Epoch,
}

/// Arguments of `rules`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  callkit-tool rules\n  callkit-tool rules body/type")]
pub struct RulesArgs {
    /// The rule to explain, or the family to list; without it all are listed
    #[arg(value_name = "RULE")]
    pub rule: Option<String>,
}

/// Arguments of `completions`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  callkit-tool completions bash > /etc/bash_completion.d/callkit-tool\n  \
    callkit-tool completions zsh > ~/.zfunc/_callkit-tool"
)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub shell: clap_complete::Shell,
}
