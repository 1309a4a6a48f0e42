//! The commands that can be done in parts.

use std::ffi::OsString;
use std::path::Path;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use super::flags::WithFlags;
use crate::cli::{Config, InputArgs};
use crate::commands::calls::CallsArgs;
use crate::commands::command::Command;
use crate::commands::export::ExportArgs;
use crate::commands::in_parts::InParts;
use crate::commands::summarize::SummarizeArgs;
use crate::commands::validate::ValidateArgs;
use crate::commands::why::WhyArgs;
use crate::session::{Session, Status, guard_inputs};
use crate::shard::{Purpose, ReadingOptions};

/// A command that can be done in parts.
#[derive(Debug, Subcommand)]
pub(super) enum PartCommand {
    /// As `callkit-tool calls`
    Calls(Box<WithFlags<CallsArgs>>),
    /// As `callkit-tool export`
    Export(Box<WithFlags<ExportArgs>>),
    /// As `callkit-tool summarize`
    Summarize(Box<WithFlags<SummarizeArgs>>),
    /// As `callkit-tool validate`, but for its full format
    Validate(Box<WithFlags<ValidateArgs>>),
    /// As `callkit-tool why --all`
    Why(Box<WithFlags<WhyArgs>>),
}

/// A command line that names one.
#[derive(Debug, Parser)]
#[command(no_binary_name = true, disable_help_subcommand = true)]
struct CommandLine {
    #[command(subcommand)]
    command: PartCommand,
}

impl PartCommand {
    /// The command that words name, with the defaults of the project.
    ///
    /// # Errors
    /// If they name none.
    pub(super) fn parse(words: &[OsString], config: &Config) -> anyhow::Result<Self> {
        let matches = config.apply(CommandLine::command()).try_get_matches_from(words);
        let parsed = matches.and_then(|it| CommandLine::from_arg_matches(&it)).map(|line| line.command);
        parsed.map_err(|error| {
            let text = error.to_string();
            let first = text.lines().next().unwrap_or_default().trim_start_matches("error: ");
            anyhow::anyhow!("the command after `--`: {first}")
        })
    }

    /// What can be done with it in parts.
    pub(super) fn steps(&self) -> &dyn InParts {
        match self {
            Self::Calls(it) => &it.args,
            Self::Export(it) => &it.args,
            Self::Summarize(it) => &it.args,
            Self::Validate(it) => &it.args,
            Self::Why(it) => &it.args,
        }
    }

    fn command(&self) -> &dyn Command {
        match self {
            Self::Calls(it) => &it.args,
            Self::Export(it) => &it.args,
            Self::Summarize(it) => &it.args,
            Self::Validate(it) => &it.args,
            Self::Why(it) => &it.args,
        }
    }

    /// Runs it as one process.
    ///
    /// # Errors
    /// Those of the command.
    pub(super) fn alone(&self, session: &Session) -> anyhow::Result<Status> {
        self.command().run(session)
    }

    /// Its name and its options, for another process.
    pub(super) fn words(&self) -> Vec<OsString> {
        let (name, flags) = match self {
            Self::Calls(it) => ("calls", &it.flags),
            Self::Export(it) => ("export", &it.flags),
            Self::Summarize(it) => ("summarize", &it.flags),
            Self::Validate(it) => ("validate", &it.flags),
            Self::Why(it) => ("why", &it.flags),
        };
        std::iter::once(name.into()).chain(flags.iter().cloned()).collect()
    }

    /// The file that its output goes to; none for standard output.
    pub(super) fn output(&self) -> Option<&Path> {
        self.command().files().and_then(|(_, outputs)| outputs.first().copied())
    }

    /// What is read.
    pub(super) fn input(&self) -> &InputArgs {
        self.steps().input()
    }

    /// How records are read and judged.
    ///
    /// # Errors
    /// As for [`ReadingOptions::of`].
    pub(super) fn reading(&self) -> anyhow::Result<ReadingOptions> {
        let steps = self.steps();
        let reading = ReadingOptions::of(steps.input(), steps.rule_args(), steps.includes_refused())?;
        Ok(ReadingOptions { carries: steps.carries(), ..reading })
    }

    /// What its parts are marked with.
    pub(super) fn purpose(&self) -> Purpose {
        Purpose::reduce(&self.steps().asked())
    }

    /// Says whether it can be done in parts, and that its output replaces no input.
    ///
    /// # Errors
    /// If not.
    pub(super) fn check(&self) -> anyhow::Result<()> {
        self.steps().check_parts()?;
        if let Some((inputs, outputs)) = self.command().files() {
            guard_inputs(inputs, &outputs)?;
        }
        Ok(())
    }
}
