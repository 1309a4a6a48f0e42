//! What is written and shown while a replay runs: the report of requests, the comparison, the progress bar.

use std::time::Duration;

use super::journal::Journal;
use crate::cli::Terminal;
use crate::live::replay::{Attempt, Comparison, Dropped, Earlier, ReplayObserver, ReplayTally};
use crate::report::replay::{attempt_line, dropped_line, progress_text};
use crate::session::PatientBar;

const OF_DELIVERIES: &str = "{wide_bar} {pos} of {len}{msg}, {eta} left";

/// Follows a run.
#[derive(Debug)]
pub(super) struct ReplayProgress {
    names: Vec<String>,
    journal: Option<Journal>,
    earlier: Option<Earlier>,
    bar: PatientBar,
    terminal: Terminal,
    /// How many deliveries there are.
    deliveries: u64,
    line: Vec<u8>,
}

impl ReplayProgress {
    /// Writes to this report, compares with that one, and shows how many deliveries there have been. `names` are those
    /// of the sources.
    pub(super) fn new(
        names: Vec<String>,
        journal: Option<Journal>,
        earlier: Option<Earlier>,
        bar: PatientBar,
        terminal: Terminal,
        deliveries: u64,
    ) -> Self {
        Self { names, journal, earlier, bar, terminal, deliveries, line: Vec::new() }
    }

    /// Ends the journal; whether it lacks anything, and what changed.
    pub(super) fn finish(self) -> (Result<(), String>, Option<Comparison>) {
        drop(self.bar);
        (self.journal.map_or(Ok(()), Journal::finish), self.earlier.map(Earlier::finish))
    }

    fn put_line(&mut self) {
        let said = self.journal.as_mut().and_then(|journal| journal.put(&self.line));
        self.line.clear();
        if let Some(said) = said {
            self.say(&said);
        }
    }

    fn say(&self, note: &str) {
        self.bar.suspend(|| self.terminal.note(note));
    }
}

impl ReplayObserver for ReplayProgress {
    fn dropped(&mut self, dropped: &Dropped<'_>) {
        let source = &self.names[dropped.source as usize];
        if let Some(earlier) = &mut self.earlier {
            earlier.dropped(source, dropped.record, dropped.call_id);
        }
        dropped_line(&mut self.line, source, dropped);
        self.put_line();
    }

    fn done(&mut self, attempt: &Attempt<'_>) {
        let source = &self.names[attempt.source as usize];
        if let Some(earlier) = &mut self.earlier
            && attempt.is_last
        {
            earlier.done(source, attempt);
        }
        attempt_line(&mut self.line, source, attempt);
        self.put_line();
    }

    fn waiting(&mut self, cause: &str, most: Duration) {
        self.say(&format!("nothing can be sent: {cause}; waiting for up to {most:?}"));
    }

    fn resumed(&mut self, waited: Duration) {
        self.say(&format!("the backend is there again after {:.1} s", waited.as_secs_f64()));
    }

    fn tick(&mut self, tally: &ReplayTally) {
        if let Some((bar, time)) = self.bar.shown(|| (OF_DELIVERIES, Some(self.deliveries))) {
            bar.set_position(tally.settled());
            bar.set_message(progress_text(tally, time));
        }
    }
}
