//! What is written and shown while a replay runs: the report of requests, the comparison, the progress bar.

use super::output::Output;
use super::progress::SendProgress;
use crate::live::replay::{Attempt, Comparison, Dropped, Earlier, Follower, Tally};
use crate::report::replay::{attempt_line, dropped_line};

/// Follows a run.
#[derive(Debug)]
pub(super) struct Following {
    names: Vec<String>,
    report: Option<Output>,
    earlier: Option<Earlier>,
    progress: SendProgress,
    line: Vec<u8>,
}

impl Following {
    /// Writes to this report, compares with that one. `names` are those of the sources.
    pub(super) fn new(
        names: Vec<String>,
        report: Option<Output>,
        earlier: Option<Earlier>,
        progress: SendProgress,
    ) -> Self {
        Self { names, report, earlier, progress, line: Vec::new() }
    }

    /// Puts the report in its place, and says what changed.
    ///
    /// # Errors
    /// Where the report cannot be written.
    pub(super) fn finish(self) -> anyhow::Result<Option<Comparison>> {
        drop(self.progress);
        self.report.map_or(Ok(()), Output::finish)?;
        Ok(self.earlier.map(Earlier::finish))
    }

    fn put_line(&mut self) -> anyhow::Result<()> {
        let written = self.report.as_mut().map_or(Ok(()), |report| report.put(&self.line));
        self.line.clear();
        written
    }
}

impl Follower for Following {
    type Error = anyhow::Error;

    fn dropped(&mut self, dropped: &Dropped<'_>) -> anyhow::Result<()> {
        let source = &self.names[dropped.source as usize];
        if let Some(earlier) = &mut self.earlier {
            earlier.dropped(source, dropped.record, dropped.call_id);
        }
        dropped_line(&mut self.line, source, dropped);
        self.put_line()
    }

    fn done(&mut self, attempt: &Attempt<'_>) -> anyhow::Result<()> {
        let source = &self.names[attempt.source as usize];
        if let Some(earlier) = &mut self.earlier
            && attempt.is_last
        {
            earlier.done(source, attempt);
        }
        attempt_line(&mut self.line, source, attempt);
        self.put_line()
    }

    fn tick(&mut self, tally: &Tally) {
        self.progress.tick(tally);
    }
}
