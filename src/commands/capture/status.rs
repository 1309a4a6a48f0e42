//! What a running `capture` reports: findings as they come, a status line, problems.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

use super::notes::{NoteFormat, NoteKind, Notes};
use crate::commands::follow::watcher::Watcher;
use crate::engine::{CutOptions, GrowingSource, RecordVisitor};
use crate::follow::{Added, Follower};
use crate::framing::Format;
use crate::live::capture::{CaptureCount, CaptureTally, Recorded, Recordings};
use crate::report::finding::{FindingFormat, FindingStyle, write};
use crate::report::{StatusLine, status_line};
use crate::session::{BlockFindings, Output, StatusBar, WriteFindings};
use crate::source::SourceNames;
use crate::spec::{Finding, Level, Word};

/// How often calls are worked out and the status line is drawn.
const TICK: Duration = Duration::from_secs(1);
/// How often the status is printed without a terminal, and the same problem again.
const MINUTE: Duration = Duration::from_secs(60);

/// Reports what a receiver does.
pub(super) struct CaptureStatus<'w> {
    notes: Notes,
    tally: Arc<CaptureTally>,
    recordings: Recordings,
    follower: Follower<'w>,
    /// Where findings, rows and lines go, while they are wanted.
    output: Option<Output>,
    /// True for findings.
    validates: bool,
    /// Shows rows and lines.
    printing: Option<Printing>,
    style: FindingStyle,
    log: &'w String,
    bar: StatusBar,
    /// When problems were last reported.
    said: HashMap<String, Instant>,
    /// The last problem, for the status line.
    trouble: Option<String>,
    /// Requests that had been recorded when the rate was last worked out, and when that was.
    last: (u64, Instant),
}

/// Shows calls and callbacks as they are recorded.
struct Printing {
    watcher: Watcher,
    lines: GrowingSource,
}

impl Printing {
    fn new(watcher: Watcher) -> Self {
        // A receiver's lines are whole, and as long as its limits let them be.
        let options = CutOptions::new(Some(Format::JsonLines), usize::MAX >> 1, 0);
        Self { watcher, lines: GrowingSource::new(0, options) }
    }

    fn take(&mut self, lines: &[u8]) -> anyhow::Result<Vec<u8>> {
        let block = self.lines.push(lines, false);
        block.map_or(Ok(Vec::new()), |block| self.watcher.take(&block, Instant::now()))
    }
}

impl<'w> CaptureStatus<'w> {
    /// Watches from now on; findings are printed to `output` if it `validates`, and what `watcher` shows.
    pub(super) fn new(
        notes: Notes,
        tally: Arc<CaptureTally>,
        recordings: Recordings,
        follower: Follower<'w>,
        log: &'w String,
        (output, validates, watcher): (Option<Output>, bool, Option<Watcher>),
        shows_progress: bool,
    ) -> Self {
        let (terminal, printing) = (notes.terminal, watcher.map(Printing::new));
        let style = FindingStyle {
            format: FindingFormat::Concise,
            strict: false,
            color: terminal.colors(None),
            width: terminal.width(None),
        };
        let is_for_people = notes.format == NoteFormat::Text;
        let bar = StatusBar::new(shows_progress && is_for_people, terminal);
        let (said, trouble, last) = (HashMap::new(), None, (0, Instant::now()));
        Self {
            notes,
            tally,
            recordings,
            follower,
            output,
            validates,
            printing,
            style,
            log,
            bar,
            said,
            trouble,
            last,
        }
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
            let shown = self.printing.as_mut().map(|printing| printing.watcher.tick(now));
            self.print_shown(shown);
            self.say_troubles(now);
            if self.bar.shows() || now >= next_line {
                next_line = now + MINUTE;
                self.show_status(now);
            }
        }
        self.end();
    }

    fn end(mut self) {
        self.bar.end();
        let found = self.follower.finish();
        self.print_on_calls(&found);
        let shown = self.printing.as_mut().map(|printing| printing.watcher.finish());
        self.print_shown(shown);
        self.said.clear();
        self.say_troubles(Instant::now());
        let line = self.line(None);
        self.notes.say(NoteKind::Status, &line);
    }

    fn take(&mut self, recorded: Recorded) {
        let mut found = BlockFindings::default();
        let wanted = self.validates && self.output.is_some();
        let shown = self.printing.as_mut().map(|printing| printing.take(&recorded.lines));
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
            self.say(&format!("findings are missing here: {error:#}"));
        }
        self.print_shown(shown);
    }

    /// Prints what `--print` shows.
    fn print_shown(&mut self, shown: Option<anyhow::Result<Vec<u8>>>) {
        match shown {
            Some(Ok(text)) => self.print(&text),
            Some(Err(error)) => self.say(&format!("rows are missing here: {error:#}")),
            None => {}
        }
    }

    fn print_on_calls(&mut self, found: &[Finding]) {
        if !self.validates {
            return;
        }
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
        let Some(output) = self.output.as_mut().filter(|_| !text.is_empty()) else { return };
        let written = self.bar.suspend(|| output.put_now(text));
        if written.is_err() {
            self.output = None;
            let what = if self.validates { "findings" } else { "rows" };
            self.say(&format!("{what} can no longer be written, and are no longer shown"));
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
                self.say(&note);
                self.trouble = Some(note.clone());
                self.said.insert(note, now);
            }
        }
        if unsaid > 0 {
            self.say(&format!("{unsaid} more problems are not shown"));
        }
    }

    fn say(&self, text: &str) {
        self.bar.suspend(|| self.notes.say(NoteKind::Note, text));
    }

    /// Shows the status, with the rate since it was last shown.
    fn show_status(&mut self, now: Instant) {
        let recorded = self.tally.count(CaptureCount::Recorded);
        let seconds = now.saturating_duration_since(self.last.1).as_secs_f64();
        let rate = (recorded - self.last.0) as f64 / seconds.max(0.001);
        self.last = (recorded, now);
        let line = self.line(Some(rate));
        match self.bar.shows() {
            true => self.bar.draw(line),
            false => self.notes.say(NoteKind::Status, &line),
        }
    }

    fn line(&self, rate: Option<f64>) -> String {
        let counts = CaptureCount::ALL.iter().map(|count| (count.as_str(), self.tally.count(*count)));
        let counts: Vec<_> = counts.collect();
        let standing = self.follower.progress();
        let unseen = self.recordings.unseen();
        let trouble = self.trouble.as_deref().filter(|_| self.bar.shows());
        let width = self.bar.shows().then(|| self.notes.terminal.progress_width());
        let failures = &self.tally.last_failures();
        status_line(&StatusLine {
            rate,
            counts: &counts,
            standing: &standing,
            unseen,
            failures,
            trouble,
            width,
        })
    }
}
