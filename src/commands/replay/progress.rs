//! What is written and shown while a replay runs: the report of requests, the comparison, the progress bar.

use crate::live::replay::{Attempt, Comparison, Dropped, Earlier, ReplayObserver, ReplayTally};
use crate::report::replay::{attempt_line, dropped_line, progress_text};
use crate::session::{Output, PatientBar};

const OF_DELIVERIES: &str = "{wide_bar} {pos} of {len}{msg}, {eta} left";

/// Follows a run.
#[derive(Debug)]
pub(super) struct ReplayProgress {
    names: Vec<String>,
    report: Option<Output>,
    earlier: Option<Earlier>,
    bar: PatientBar,
    /// How many deliveries there are.
    deliveries: u64,
    line: Vec<u8>,
}

impl ReplayProgress {
    /// Writes to this report, compares with that one, and shows how many deliveries there have been. `names` are those
    /// of the sources.
    pub(super) fn new(
        names: Vec<String>,
        report: Option<Output>,
        earlier: Option<Earlier>,
        bar: PatientBar,
        deliveries: u64,
    ) -> Self {
        Self { names, report, earlier, bar, deliveries, line: Vec::new() }
    }

    /// Puts the report in its place, and says what changed.
    ///
    /// # Errors
    /// Returns an error if the report cannot be written.
    pub(super) fn finish(self) -> anyhow::Result<Option<Comparison>> {
        drop(self.bar);
        self.report.map_or(Ok(()), Output::finish)?;
        Ok(self.earlier.map(Earlier::finish))
    }

    fn put_line(&mut self) -> anyhow::Result<()> {
        let written = self.report.as_mut().map_or(Ok(()), |report| report.put(&self.line));
        self.line.clear();
        written
    }
}

impl ReplayObserver for ReplayProgress {
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

    fn tick(&mut self, tally: &ReplayTally) {
        if let Some((bar, time)) = self.bar.shown(|| (OF_DELIVERIES, Some(self.deliveries))) {
            bar.set_position(tally.settled());
            bar.set_message(progress_text(tally, time));
        }
    }
}
