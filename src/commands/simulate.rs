//! `simulate`: a synthetic log, and what it comes to.

use std::io::{self, Write};
use std::path::Path;

use anyhow::Context;

use super::Status;
use super::output::Output;
use crate::cli::{SimulateArgs, Terminal};
use crate::simulate;

/// Runs `simulate`.
pub(super) fn simulate(args: &SimulateArgs, terminal: &Terminal) -> anyhow::Result<Status> {
    let options = args.options();
    let to_stdout = |path: Option<&Path>| path.is_none_or(|path| path == Path::new("-"));
    let (log_path, truth_path) = (args.output.output.as_deref(), args.truth.as_deref());
    if truth_path
        .is_some_and(|truth| truth_path == log_path || (to_stdout(Some(truth)) && to_stdout(log_path)))
    {
        anyhow::bail!("the log and its truth cannot both go to the same place");
    }
    let mut log = Output::open(args.output.output.as_deref())?;
    let mut truth = args.truth.as_deref().map(|path| Output::open(Some(path))).transpose()?;
    let mut name = log.name();
    let mut writer = truth.as_mut().map(|output| Watched { output, failed: false });
    let simulated =
        simulate::simulate(&options, &mut log, writer.as_mut().map(|writer| writer as &mut dyn Write));
    if let Some(Watched { output, failed: true }) = writer {
        name = output.name();
    }
    let counts = simulated.map_err(|error| match error.kind() {
        io::ErrorKind::InvalidInput => anyhow::anyhow!("{error}"),
        _ => anyhow::Error::new(error).context(format!("cannot write {name}")),
    })?;
    log.finish()?;
    if let Some(truth) = truth {
        truth.finish().context("the log is complete, but not its truth")?;
        let left_out = counts.unseen_calls + counts.undetermined_calls;
        if left_out > 0 {
            terminal.note(&format!(
                "{left_out} of {} calls are not in the truth: {} left no callback, {} have a damaged record",
                counts.calls, counts.unseen_calls, counts.undetermined_calls
            ));
        }
    }
    Ok(Status::Done)
}

/// An output that remembers that writing to it failed, so that the right one of two is named.
struct Watched<'o> {
    output: &'o mut Output,
    failed: bool,
}

impl Write for Watched<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.output.write(bytes).inspect_err(|_| self.failed = true)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.output.flush().inspect_err(|_| self.failed = true)
    }
}
