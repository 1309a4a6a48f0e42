//! The progress bar: on standard error, only on a terminal, only after a second.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::cli::Terminal;
use crate::live::replay::Tally;
use crate::report::replay::progress_text;
use crate::source::Sources;

/// How long a run takes before it shows progress.
const PATIENCE: Duration = Duration::from_secs(1);

const WITH_SIZE: &str = "{wide_bar} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left";
const WITHOUT_SIZE: &str = "{spinner} {bytes}, {bytes_per_sec}";
const OF_DELIVERIES: &str = "{wide_bar} {pos} of {len}{msg}, {eta} left";

/// A progress bar that may never show.
#[derive(Debug)]
pub(super) struct Progress<'s> {
    sources: &'s Sources,
    bar: Option<ProgressBar>,
    shown: bool,
    begun: Instant,
    /// Bytes that had been read before; a second look begins anew.
    before: u64,
}

impl<'s> Progress<'s> {
    /// Progress of reading these sources, unless it is not wanted.
    pub(super) fn new(sources: &'s Sources, wanted: bool, terminal: &Terminal) -> Self {
        let bar = (wanted && terminal.shows_progress()).then(ProgressBar::hidden);
        Self { sources, bar, shown: false, begun: Instant::now(), before: sources.read() }
    }

    /// Brings it up to date.
    pub(super) fn tick(&mut self) {
        let Some(bar) = &self.bar else { return };
        let read = self.sources.read();
        if !self.shown {
            if self.begun.elapsed() < PATIENCE {
                return;
            }
            self.shown = true;
            let all = self.sources.size();
            let style = ProgressStyle::with_template(if all.is_some() { WITH_SIZE } else { WITHOUT_SIZE });
            if let Ok(style) = style {
                bar.set_style(style);
            }
            if let Some(all) = all {
                bar.set_length(all);
            }
            bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        bar.set_position(read - self.before);
    }
}

impl Drop for Progress<'_> {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// A progress bar of a replay, that may never show.
#[derive(Debug)]
pub(super) struct SendProgress {
    bar: Option<ProgressBar>,
    deliveries: u64,
    shown: bool,
    begun: Instant,
}

impl SendProgress {
    /// Progress of so many deliveries, unless it is not wanted.
    pub(super) fn new(deliveries: u64, wanted: bool, terminal: &Terminal) -> Self {
        let bar = (wanted && terminal.shows_progress()).then(ProgressBar::hidden);
        Self { bar, deliveries, shown: false, begun: Instant::now() }
    }

    /// Brings it up to date.
    pub(super) fn tick(&mut self, tally: &Tally) {
        let Some(bar) = &self.bar else { return };
        if !self.shown {
            if self.begun.elapsed() < PATIENCE {
                return;
            }
            self.shown = true;
            if let Ok(style) = ProgressStyle::with_template(OF_DELIVERIES) {
                bar.set_style(style);
            }
            bar.set_length(self.deliveries);
            bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        bar.set_position(tally.settled());
        bar.set_message(progress_text(tally, self.begun.elapsed()));
    }
}

impl Drop for SendProgress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
