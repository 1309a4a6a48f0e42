//! What a command is.

use std::path::Path;

use crate::cli::InputArgs;
use crate::session::{Session, Status};

/// A command, with the arguments that it was given.
pub(super) trait Command {
    /// Its inputs, if it reads any, and the files that it replaces, which must not be inputs.
    fn files(&self) -> Option<(&InputArgs, Vec<&Path>)> {
        None
    }

    /// True if it handles the signals of the process itself, to end in order.
    fn heeds_signals(&self) -> bool {
        false
    }

    /// True if it needs the defaults of the project although it reads no log.
    fn reads_config(&self) -> bool {
        false
    }

    /// Runs it.
    ///
    /// # Errors
    /// Returns an error if the job could not be done at all: [`Usage`](crate::cli::Usage), or an output that cannot be
    /// written.
    fn run(&self, session: &Session) -> anyhow::Result<Status>;
}
