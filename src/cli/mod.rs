//! Arguments, environment and terminal → typed options for each step.
//!
//! Comes in: the process's arguments. Goes out: [`Cli`], and from its parts the options that the steps take. Must
//! not: do work.

mod args;
mod capture;
mod choice;
mod convert;
mod filter;
mod network;
mod replay;
mod show;
mod simulation;
mod terminal;
mod why;

pub use args::{
    By, Cli, Command, CompletionsArgs, ExportArgs, ExportFormat, ExportLevel, FilterArgs, InputArgs,
    OutputArgs, RuleArgs, RulesArgs, SummarizeArgs, SummaryFormat, ValidateArgs, ValidateFormat,
};
pub use capture::{CaptureArgs, CompressArg};
pub use choice::{Choice, ChoiceArgs};
pub(crate) use convert::unknown_rule;
pub use filter::{Bound, parse_bound, parse_zone};
pub use network::TokenSource;
pub use replay::{ReplayArgs, ReplayFormat, RetryArg};
pub use show::{ShowArgs, ShowFormat};
pub use simulation::{FamilyArg, LogFormatArg, SimulateArgs};
pub use terminal::{ColorChoice, Terminal};
pub use why::{WhyArgs, WhyFormat};
