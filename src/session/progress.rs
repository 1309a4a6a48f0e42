//! Progress bars: on standard error, only on a terminal, only after a second.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::cli::Terminal;
use crate::source::Sources;

/// How long a run takes before it shows progress.
const PATIENCE: Duration = Duration::from_secs(1);

const WITH_SIZE: &str = "{wide_bar} {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left";
const WITHOUT_SIZE: &str = "{spinner} {bytes}, {bytes_per_sec}";

/// A progress bar that may never show.
#[derive(Debug)]
pub struct PatientBar {
    bar: Option<ProgressBar>,
    shown: bool,
    begun: Instant,
}

impl PatientBar {
    /// A bar, if one is wanted and a terminal can show it.
    pub fn new(wanted: bool, terminal: Terminal) -> Self {
        let bar = (wanted && terminal.shows_progress()).then(ProgressBar::hidden);
        Self { bar, shown: false, begun: Instant::now() }
    }

    /// Does something with the terminal that the bar must not be in the way of.
    pub fn suspend(&self, act: impl FnOnce()) {
        match &self.bar {
            Some(bar) => bar.suspend(act),
            None => act(),
        }
    }

    /// The bar, once it is shown, and how long the run has taken; `begin` gives its template, and its length if that is
    /// known.
    pub fn shown(
        &mut self,
        begin: impl FnOnce() -> (&'static str, Option<u64>),
    ) -> Option<(&ProgressBar, Duration)> {
        let bar = self.bar.as_ref()?;
        let time = self.begun.elapsed();
        if !self.shown {
            if time < PATIENCE {
                return None;
            }
            self.shown = true;
            let (template, length) = begin();
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style);
            }
            if let Some(length) = length {
                bar.set_length(length);
            }
            bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        Some((bar, time))
    }
}

impl Drop for PatientBar {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// Progress of reading.
#[derive(Debug)]
pub struct ReadProgress<'s> {
    sources: &'s Sources,
    bar: PatientBar,
    /// Bytes that had been read before; each pass starts from zero.
    before: u64,
}

impl<'s> ReadProgress<'s> {
    /// Progress of reading these sources, unless it is not wanted.
    pub fn new(sources: &'s Sources, wanted: bool, terminal: Terminal) -> Self {
        Self { sources, bar: PatientBar::new(wanted, terminal), before: sources.read() }
    }

    /// Updates it.
    pub fn tick(&mut self) {
        let sources = self.sources;
        let begin = || {
            let size = sources.size();
            (if size.is_some() { WITH_SIZE } else { WITHOUT_SIZE }, size)
        };
        if let Some((bar, _)) = self.bar.shown(begin) {
            bar.set_position(sources.read() - self.before);
        }
    }
}
