//! A file or folder for each command: its arguments, and what wires the steps for it.
//!
//! Comes in: the command line. Goes out: a [`Status`]. Must not: format, parse or judge.

mod call_selection;
mod call_suggestion;
mod callback_selection;
mod calls;
#[cfg(feature = "live")]
mod capture;
mod chosen_calls;
mod columns;
mod command;
mod compare;
mod completions;
mod config;
mod export;
mod figures;
mod follow;
mod help;
mod in_parts;
mod man;
mod outages;
#[cfg(feature = "live")]
mod replay;
mod report;
mod rules;
mod shard;
mod short_ids;
mod show;
mod simulate;
mod summarize;
mod validate;
mod why;

use std::ffi::OsString;

use clap::{ArgMatches, CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::cli::{ColorChoice, Config, Terminal, Usage, takes_defaults, zone_note};
use crate::session::{Session, guard_inputs};

pub use crate::session::Status;
use command::Command;

/// Captures TUICallKit callbacks, validates their logs, reports how calls ended and why, and replays callbacks.
#[derive(Debug, Parser)]
#[command(name = "callkit-tool", bin_name = "callkit-tool", version, about, max_term_width = 100)]
#[command(disable_help_subcommand = true)]
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
    color: ColorChoice,
    /// Say nothing but data and errors: no notes, no totals, no progress
    #[arg(short, long, global = true, display_order = 901)]
    quiet: bool,
    /// Read no callkit-tool.toml
    #[arg(long, global = true, display_order = 902)]
    no_config: bool,
    /// What to do
    #[command(subcommand)]
    chosen: Commands,
    /// The name of the command that is run.
    #[arg(skip)]
    name: String,
    /// What there is to know of its defaults and its zones.
    #[arg(skip)]
    notes: Vec<String>,
    /// The defaults of the project.
    #[arg(skip)]
    config: Config,
    /// Why they cannot be used.
    #[arg(skip)]
    problem: Option<Usage>,
}

/// The commands.
#[derive(Debug, Subcommand)]
enum Commands {
    /// Check a log against the vendor's specification
    Validate(validate::ValidateArgs),
    /// Show figures of the calls: results, durations, findings
    Summarize(summarize::SummarizeArgs),
    /// List calls, a row each: who called whom, how it ended, and why
    Calls(calls::CallsArgs),
    /// Compare two logs, or two periods of one: figures, and what changed by more than chance
    Compare(Box<compare::CompareArgs>),
    /// Write calls, participants, callbacks, deliveries or records as CSV or JSON Lines
    Export(export::ExportArgs),
    /// Draw a call as a ladder: who did what, when, and what followed from it
    Show(show::ShowArgs),
    /// Write one page with figures, charts and calls, to look at in a browser
    Report(Box<report::ReportArgs>),
    /// Explain why a call ended as it did, or count the causes of all calls
    Why(why::WhyArgs),
    /// Follow a log that is being written: a row for each call as it ends
    Follow(Box<follow::FollowArgs>),
    /// Find the times in which the backend did not accept callbacks, and what was lost by that
    Outages(Box<outages::OutagesArgs>),
    /// Receive callbacks and write them to a log, in front of a backend or instead of one
    #[cfg(feature = "live")]
    Capture(Box<capture::CaptureArgs>),
    /// Send the callbacks of a log to a backend, in order for each call
    #[cfg(feature = "live")]
    Replay(Box<replay::ReplayArgs>),
    /// Do the work of a command in parts, on several machines
    Shard(shard::ShardArgs),
    /// Write a synthetic log, to try the tool or a backend without real calls
    Simulate(simulate::SimulateArgs),
    /// List the rules that validate checks, or explain one
    Rules(rules::RulesArgs),
    /// List the figures that summarize prints, or explain one and count its terms
    Figures(Box<figures::FiguresArgs>),
    /// Show the defaults that hold here, and where each comes from
    Config(config::ConfigArgs),
    /// Print completions for a shell
    Completions(completions::CompletionsArgs),
    /// Print a manual page, or write all of them to a folder
    Man(man::ManArgs),
    /// Print the help of a command, or explain a topic such as outcomes or causes
    Help(help::HelpArgs),
}

impl Commands {
    fn command(&self) -> &dyn Command {
        match self {
            Self::Validate(args) => args,
            Self::Summarize(args) => args,
            Self::Calls(args) => args,
            Self::Compare(args) => &**args,
            Self::Export(args) => args,
            Self::Show(args) => args,
            Self::Report(args) => &**args,
            Self::Why(args) => args,
            Self::Follow(args) => &**args,
            Self::Outages(args) => &**args,
            #[cfg(feature = "live")]
            Self::Capture(args) => &**args,
            #[cfg(feature = "live")]
            Self::Replay(args) => &**args,
            Self::Shard(args) => args,
            Self::Simulate(args) => args,
            Self::Rules(args) => args,
            Self::Figures(args) => &**args,
            Self::Config(args) => args,
            Self::Completions(args) => args,
            Self::Man(args) => args,
            Self::Help(args) => args,
        }
    }
}

impl Cli {
    /// Reads the command line.
    ///
    /// # Errors
    /// Those of clap: a wrong command line, or a request for help.
    pub fn from_arguments(arguments: impl IntoIterator<Item = OsString>) -> Result<Self, clap::Error> {
        let arguments: Vec<OsString> = arguments.into_iter().collect();
        let mut matches = Self::command().try_get_matches_from(&arguments)?;
        let mut cli = Self::from_arg_matches(&matches)?;
        let reads_config = cli.chosen.command().reads_config() || has_defaults(&Self::command(), &matches);
        if reads_config && !cli.no_config {
            match Config::find() {
                Ok(config) => {
                    matches = config.apply(Self::command()).try_get_matches_from(&arguments)?;
                    cli = Self::from_arg_matches(&matches)?;
                    cli.problem = config.check_token(innermost(&matches)).err();
                    cli.notes = config.notes();
                    cli.config = config;
                }
                Err(problem) => cli.problem = Some(problem),
            }
        }
        if let Some((name, arguments)) = matches.subcommand() {
            name.clone_into(&mut cli.name);
            let zones = ["tz", "log_tz"].into_iter().filter_map(|id| arguments.try_get_raw(id).ok()?);
            cli.notes.extend(zones.flatten().filter_map(|zone| zone_note(zone.to_str()?)));
        }
        Ok(cli)
    }

    /// The help of the command that is run.
    pub fn help(&self) -> String {
        let mut program = Self::command();
        program.build();
        let help = program.find_subcommand_mut(&self.name).map(clap::Command::render_help);
        help.map_or_else(String::new, |help| help.to_string())
    }

    /// The terminal, with what the command line says of it.
    pub fn terminal(&self) -> Terminal {
        Terminal::new(self.color, self.quiet)
    }

    /// True for a command that handles the signals of the process itself, to end in order.
    pub fn heeds_signals(&self) -> bool {
        self.chosen.command().heeds_signals()
    }
}

/// True if the command that is named, or one within it, has defaults that a project can set.
fn has_defaults(command: &clap::Command, matches: &ArgMatches) -> bool {
    let within =
        matches.subcommand().and_then(|(name, matches)| Some((command.find_subcommand(name)?, matches)));
    takes_defaults(command) || within.is_some_and(|(command, matches)| has_defaults(command, matches))
}

/// The arguments of the command that is named, within all others.
fn innermost(matches: &ArgMatches) -> &ArgMatches {
    matches.subcommand().map_or(matches, |(_, matches)| innermost(matches))
}

/// Runs the command.
///
/// # Errors
/// Returns an error if the job could not be done at all: bad usage, or an output that cannot be written.
pub fn run(cli: &Cli) -> anyhow::Result<Status> {
    let command = cli.chosen.command();
    cli.problem.clone().map_or(Ok(()), Err)?;
    if let Some((inputs, outputs)) = command.files() {
        guard_inputs(inputs, &outputs)?;
    }
    cli.notes.iter().for_each(|note| cli.terminal().note(note));
    command.run(&Session { terminal: cli.terminal(), program: Cli::command, config: &cli.config })
}
