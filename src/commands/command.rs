//! What a command is.

use std::path::Path;

use crate::cli::InputArgs;
use crate::session::{Session, Status};

/// A command, with the arguments that it was given.
pub(super) trait Command {
    /// What it reads, if it reads anything, and the files that it replaces, none of which may be an input.
    fn files(&self) -> Option<(&InputArgs, Vec<&Path>)> {
        None
    }

    /// True for one that ends in order on the signals of the process by itself.
    fn heeds_signals(&self) -> bool {
        false
    }

    /// Does it.
    ///
    /// # Errors
    /// Returns an error if the job could not be done at all: [`Usage`](crate::cli::Usage), or an output that cannot be written.
    fn run(&self, session: &Session) -> anyhow::Result<Status>;
}
