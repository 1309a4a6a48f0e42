//! What a command is.

use std::path::Path;

use crate::cli::InputArgs;
use crate::session::{Session, Status};

/// A command, with the arguments that it was given.
pub(super) trait Command {
    /// What it reads; none for a command without inputs.
    fn inputs(&self) -> Option<&InputArgs> {
        None
    }

    /// The files that it replaces, none of which may be an input.
    fn outputs(&self) -> Vec<&Path> {
        Vec::new()
    }

    /// True for one that ends in order on the signals of the process by itself.
    fn heeds_signals(&self) -> bool {
        false
    }

    /// Does it.
    ///
    /// # Errors
    /// If the job could not be done at all: [`Usage`](crate::cli::Usage), or an output that cannot be written.
    fn run(&self, session: &Session) -> anyhow::Result<Status>;
}
