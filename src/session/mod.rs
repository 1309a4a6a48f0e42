//! What every run of a command shares: its inputs and its output, progress, and what an interrupt does.
//!
//! Comes in: the shared groups of options. Goes out: [`Inputs`] that passes are run over, an [`Output`] that appears
//! only when it is complete, a [`Status`]. Must not: know a command.

mod answers;
mod block_findings;
mod captures;
mod contents;
mod folding;
mod input_guard;
mod inputs;
mod interrupt;
mod output;
mod progress;
mod source_findings;
mod status;
mod status_bar;

pub use block_findings::{BlockFindings, EntryRun, FindingEntry, KeepFindings, RuleCount, WriteFindings};
pub use folding::{FindingFolds, FoldKey};
pub use input_guard::guard_inputs;
pub use inputs::Inputs;
pub use interrupt::{Graceful, on_interrupt};
pub use output::{Output, WorkFolder, is_same_output};
pub use progress::{PatientBar, ReadProgress};
pub use status::Status;
pub use status_bar::StatusBar;

use crate::cli::{Config, Terminal};

/// What a command is run with.
#[derive(Clone, Copy, Debug)]
pub struct Session<'c> {
    /// Where notes go, and what is known of where output goes.
    pub terminal: Terminal,
    /// The whole command line, for what describes it.
    pub program: fn() -> clap::Command,
    /// The defaults of the project.
    pub config: &'c Config,
}
