//! `capture`: a receiver of callbacks, and what is said of it while it runs.

mod allocator;
mod args;
mod notes;
mod status;

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::{Context, anyhow};

use self::notes::{NoteKind, Notes};
use self::status::CaptureStatus;
use super::command::Command;
use crate::cli::Terminal;
use crate::follow::Follower;
use crate::live::capture::{Acknowledge, CaptureTally, Ended, Feed, Server, Sync};
use crate::report::counted;
use crate::session::{Output, Session, Status};

pub(super) use self::args::CaptureArgs;

impl Command for CaptureArgs {
    fn heeds_signals(&self) -> bool {
        true
    }

    fn run(&self, session: &Session) -> anyhow::Result<Status> {
        allocator::fix_thresholds();
        let terminal = session.terminal;
        let rules = self.rules.options()?;
        let options = self.options(rules.sdkappids.clone())?;
        let tally = Arc::new(CaptureTally::default());
        let (feed, recordings) = Feed::new();
        let server = Server::open(options, Some(feed), Arc::clone(&tally))
            .map_err(|error| anyhow::Error::new(error.cause).context(error.what))?;
        let lines = server.log_state().lines.unwrap_or_default();
        let follower_room = self.limits.max_memory / PART_FOR_CALLS;
        let notes = Notes { terminal, format: self.log_format };
        let start = self.words_at_start(&server);
        let log = self.output.to_string_lossy().into_owned();
        let (validates, shows_progress) = (self.validate, !self.no_progress);
        let watcher = self.watcher(terminal, follower_room);
        let report = move || {
            start.iter().for_each(|(kind, text)| notes.say(*kind, text));
            // Standard output is there, so it can be opened.
            let prints = validates || watcher.is_some();
            let output = prints.then(|| Output::open(None).ok()).flatten();
            let follower = Follower::new(&rules, lines, follower_room);
            // Ends once the server has closed the log, which closes the feed.
            let output = (output, validates, watcher);
            CaptureStatus::new(notes, tally, recordings, follower, &log, output, shows_progress).run();
        };
        let reporting = Reporting::start(report).context("cannot start a thread")?;
        let ended = server.run().context("cannot serve")?;
        // If nobody reads what is said, nothing more can be.
        let is_heard = reporting.has_ended();
        self.conclude(&ended, terminal, is_heard)
    }
}

impl CaptureArgs {
    /// The status for how it ended, which is said if anybody listens.
    fn conclude(&self, ended: &Ended, terminal: Terminal, is_heard: bool) -> anyhow::Result<Status> {
        if is_heard && ended.cut_off > 0 {
            terminal.note(&format!(
                "{} cut off; what was not answered will be sent again",
                counted(ended.cut_off as u64, "connection")
            ));
        }
        let Some(broken) = &ended.broken else {
            return Ok(if ended.cut_off > 0 { Status::Incomplete } else { Status::Done });
        };
        if !is_heard {
            return Ok(Status::Incomplete);
        }
        let lost = match self.sync {
            Sync::Always => "everything acknowledged is in it, and the vendor redelivers the rest",
            Sync::Within(_) | Sync::Never => "the last acknowledged callbacks may be lost (see --sync)",
        };
        let log = self.output.display();
        Err(anyhow!(
            "the log `{log}` can no longer be written: {broken}; {lost}; check the disk, then start again"
        ))
    }

    /// What is said before it listens, and where it does.
    fn words_at_start(&self, server: &Server) -> Vec<(NoteKind, String)> {
        let (state, log) = (server.log_state(), self.output.display());
        let torn = state.torn.as_ref().map(|torn| {
            format!(
                "the last {} of the log, from byte {}, were not a whole line; they are now in `{}`",
                counted(torn.length, "byte"),
                torn.offset,
                torn.moved_to.display()
            )
        });
        let is_open = state.is_open_to_others.then(|| {
            format!(
                "`{log}` already existed, and users other than its owner can access it; `chmod 600` fixes that"
            )
        });
        let shortage = server.shortage().map(str::to_owned);
        let unsigned = (self.acknowledge == Acknowledge::Stored && self.token.is_none()).then(|| {
            "without --token, late deliveries have the `RequestTime` of their capture, if they have one, and a backend \
             that checks it must refuse them"
                .to_owned()
        });
        let notes = [torn, is_open, shortage, possible_loss(self.sync), unsigned, self.unbounded()]
            .into_iter()
            .flatten();
        let address = |address| (NoteKind::Listening, format!("listening on http://{address}"));
        let listening = server.addresses().iter().map(address);
        notes.map(|note| (NoteKind::Note, note)).chain(listening).collect()
    }
}

impl CaptureArgs {
    /// What can fill the disk.
    fn unbounded(&self) -> Option<String> {
        let is_bounded = self.keep.is_some() || self.max_total.is_some();
        (!is_bounded).then(|| {
            "nothing bounds the size of the log: requests of strangers that look like callbacks can fill the disk down \
             to --min-free; --keep and --max-total bound finished files"
                .to_owned()
        })
    }
}

/// The part of `--max-memory` that calls may take up until they are settled.
const PART_FOR_CALLS: usize = 8;

/// How long the end of a receiver waits for what it says to be read.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// The thread that says what happens. Nothing waits for it for ever: whoever reads what it says may have stopped reading.
struct Reporting {
    thread: JoinHandle<()>,
    ended: Receiver<()>,
}

impl Reporting {
    fn start(report: impl FnOnce() + Send + 'static) -> io::Result<Self> {
        let (ending, ended) = channel();
        let work = move || {
            report();
            drop(ending);
        };
        Ok(Self { thread: std::thread::Builder::new().name("status".to_owned()).spawn(work)?, ended })
    }

    /// Waits for its end, for a moment; false if it is stuck.
    fn has_ended(self) -> bool {
        if self.ended.recv_timeout(LAST_WORDS) == Err(RecvTimeoutError::Timeout) {
            return false;
        }
        self.thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        true
    }
}

/// What can be lost although it was acknowledged.
fn possible_loss(sync: Sync) -> Option<String> {
    let what = match sync {
        Sync::Always => return None,
        Sync::Within(time) => format!("what was acknowledged in the last {time:?}"),
        Sync::Never => "whatever the system has not synced to disk by then, often the last 30 s".to_owned(),
    };
    Some(format!("a power cut or a crash of the system can lose {what}; --sync always loses nothing"))
}
