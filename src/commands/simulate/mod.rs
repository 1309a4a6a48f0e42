//! `simulate`: a synthetic log, and its expected results.

mod args;
mod incident;

use std::io::{self, Write};

use anyhow::Context;

use super::command::Command;
use crate::cli::Usage;
use crate::session::{Output, Session, Status, is_same_output};
use crate::simulate;

pub(super) use self::args::SimulateArgs;

impl Command for SimulateArgs {
    fn run(&self, session: &Session) -> anyhow::Result<Status> {
        let options = self.options();
        let (log_path, truth_path) = (self.output.path(), self.truth.as_deref());
        if truth_path.is_some_and(|truth| is_same_output(log_path, truth)) {
            return Err(Usage::from("the log and its truth cannot both go to the same place").into());
        }
        let mut log = Output::open(log_path)?;
        let mut truth = truth_path.map(|path| Output::open(Some(path))).transpose()?;
        let writer = truth.as_mut().map(|output| output as &mut dyn Write);
        let counts = simulate::simulate(&options, &mut log, writer).map_err(|error| match error.kind() {
            io::ErrorKind::InvalidInput => Usage::Wrong(error.to_string()).into(),
            _ => anyhow::Error::new(error),
        })?;
        log.finish()?;
        if let Some(truth) = truth {
            truth.finish().context("the log is complete, but not its truth")?;
            let left_out = counts.unseen_calls + counts.undetermined_calls;
            if left_out > 0 {
                session.terminal.note(&format!(
                    "{left_out} of {} calls are not in the truth: {} left no callback, {} have a damaged record",
                    counts.calls, counts.unseen_calls, counts.undetermined_calls
                ));
            }
        }
        Ok(Status::Done)
    }
}
