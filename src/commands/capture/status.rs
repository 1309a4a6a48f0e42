//! What a running `capture` reports: findings as they come, a status line, problems.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::cli::Terminal;
use crate::engine::RecordVisitor;
use crate::follow::{Added, Follower};
use crate::live::capture::{CaptureCount, CaptureTally, Recorded, Recordings};
use crate::report::finding::{FindingFormat, FindingStyle, write};
use crate::report::{StatusLine, escape, status_line};
use crate::session::{BlockFindings, Output, WriteFindings};
use crate::source::SourceNames;
use crate::spec::{Finding, Level, Word};

/// How often calls are worked out and the status line is drawn.
const TICK: Duration = Duration::from_secs(1);
/// How often the status is printed without a terminal, and the same problem again.
const MINUTE: Duration = Duration::from_secs(60);

/// Reports what a receiver does.
pub(super) struct CaptureStatus<'w> {
    terminal: Terminal,
    tally: Arc<CaptureTally>,
    recordings: Recordings,
    follower: Follower<'w>,
    /// Where findings go, while they are wanted.
    findings: Option<Output>,
    style: FindingStyle,
    log: &'w String,
    bar: Option<ProgressBar>,
    /// When problems were last reported.
    said: HashMap<String, Instant>,
    /// The last problem, for the status line.
    trouble: Option<String>,
    /// Requests that had been recorded when the rate was last worked out, and when that was.
    last: (u64, Instant),
}

impl<'w> CaptureStatus<'w> {
    /// Watches from now on; `findings` are printed if there is an output for them.
    pub(super) fn new(
        terminal: Terminal,
        tally: Arc<CaptureTally>,
        recordings: Recordings,
        follower: Follower<'w>,
        log: &'w String,
        findings: Option<Output>,
        shows_progress: bool,
    ) -> Self {
        let style = FindingStyle {
            format: FindingFormat::Concise,
            strict: false,
            color: terminal.colors(None),
            width: terminal.width(None),
        };
        let bar = (shows_progress && terminal.shows_progress()).then(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            if let Ok(style) = ProgressStyle::with_template("{wide_msg}") {
                bar.set_style(style);
            }
            bar
        });
        let (said, trouble, last) = (HashMap::new(), None, (0, Instant::now()));
        Self { terminal, tally, recordings, follower, findings, style, log, bar, said, trouble, last }
    }

    /// Works until no more lines can come.
    pub(super) fn run(mut self) {
        let (mut next_tick, mut next_line) = (Instant::now() + TICK, Instant::now() + MINUTE);
        loop {
            match self.recordings.next(next_tick.saturating_duration_since(Instant::now())) {
                Ok(recorded) => self.take(recorded),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            let now = Instant::now();
            if now < next_tick {
                continue;
            }
            next_tick = now + TICK;
            let found = self.follower.settle(now);
            self.print_on_calls(&found);
            self.say_troubles(now);
            if self.bar.is_some() || now >= next_line {
                next_line = now + MINUTE;
                self.show_status(now);
            }
        }
        self.end();
    }

    fn end(mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
        let found = self.follower.finish();
        self.print_on_calls(&found);
        self.said.clear();
        self.say_troubles(Instant::now());
        let line = self.line(None);
        self.terminal.say(&line);
    }

    fn take(&mut self, recorded: Recorded) {
        let mut found = BlockFindings::default();
        let wanted = self.findings.is_some();
        let added = Added {
            lines: recorded.lines.into_vec(),
            file: usize::try_from(recorded.file).unwrap_or(usize::MAX),
            offset: recorded.offset,
            lines_before: recorded.added,
        };
        let names = SourceNames::of([self.log.clone()]);
        let writer = WriteFindings {
            most: u64::MAX,
            least: Level::Info,
            style: self.style,
            folds: false,
            names: &names,
        };
        self.follower.take(added, Instant::now(), |block, view| {
            if wanted {
                writer.visit(&mut found, block, view);
            }
        });
        let end = found.runs.last().map_or(0, |run| run.end);
        let printed = found.give(std::slice::from_ref(&(0..end)), |text| {
            self.print(text);
            Ok(())
        });
        if let Err(error) = printed {
            self.terminal.note(&format!("findings are missing here: {error:#}"));
        }
    }

    fn print_on_calls(&mut self, found: &[Finding]) {
        let current = self.follower.file();
        let earlier = format!("{} (finished)", self.log);
        let name = |file: usize| if file == current { self.log.as_str() } else { earlier.as_str() };
        let mut text = Vec::new();
        for finding in found {
            write(&mut text, self.style, finding, None, name);
        }
        self.print(&text);
    }

    /// Prints findings; once nobody reads them any more, none from now on. Capturing goes on.
    fn print(&mut self, text: &[u8]) {
        let Some(output) = self.findings.as_mut().filter(|_| !text.is_empty()) else { return };
        let written = match &self.bar {
            Some(bar) => bar.suspend(|| output.put_now(text)),
            None => output.put_now(text),
        };
        if written.is_err() {
            self.findings = None;
            self.say("note: findings can no longer be written, and are no longer shown");
        }
    }

    /// Reports problems, the same one once a minute.
    fn say_troubles(&mut self, now: Instant) {
        self.said.retain(|_, said| now.saturating_duration_since(*said) < MINUTE);
        if self.said.is_empty() {
            self.trouble = None;
        }
        let (notes, unsaid) = self.tally.take_notes();
        for note in notes {
            if !self.said.contains_key(&note) {
                self.say(&format!("note: {}", escape::terminal(&note)));
                self.trouble = Some(note.clone());
                self.said.insert(note, now);
            }
        }
        if unsaid > 0 {
            self.say(&format!("note: {unsaid} more problems are not shown"));
        }
    }

    fn say(&self, line: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| self.terminal.say(line)),
            None => self.terminal.say(line),
        }
    }

    /// Shows the status, with the rate since it was last shown.
    fn show_status(&mut self, now: Instant) {
        let recorded = self.tally.count(CaptureCount::Recorded);
        let seconds = now.saturating_duration_since(self.last.1).as_secs_f64();
        let rate = (recorded - self.last.0) as f64 / seconds.max(0.001);
        self.last = (recorded, now);
        let line = self.line(Some(rate));
        match &self.bar {
            Some(bar) => {
                bar.set_message(line);
                bar.tick();
            }
            None => self.terminal.say(&line),
        }
    }

    fn line(&self, rate: Option<f64>) -> String {
        let counts = CaptureCount::ALL.iter().map(|count| (count.as_str(), self.tally.count(*count)));
        let counts: Vec<_> = counts.collect();
        let standing = self.follower.progress();
        let unseen = self.recordings.unseen();
        let trouble = self.trouble.as_deref().filter(|_| self.bar.is_some());
        let width = self.bar.as_ref().map(|_| self.terminal.progress_width());
        status_line(&StatusLine { rate, counts: &counts, standing: &standing, unseen, trouble, width })
    }
}
