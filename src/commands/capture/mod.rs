//! `capture`: a receiver of callbacks, and what is said of it while it runs.

mod args;
mod status;

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, anyhow};

use self::status::CaptureStatus;
use super::command::Command;
use crate::cli::Terminal;
use crate::follow::Follower;
use crate::framing::newlines;
use crate::live::capture::{CaptureTally, Feed, LogState, Server, Sync};
use crate::report::counted;
use crate::session::{Output, Session, Status};

pub(super) use self::args::CaptureArgs;

impl Command for CaptureArgs {
    fn heeds_signals(&self) -> bool {
        true
    }

    fn run(&self, session: &Session) -> anyhow::Result<Status> {
        let terminal = session.terminal;
        let rules = self.rules.options()?;
        let options = self.options(rules.sdkappids.clone())?;
        let tally = Arc::new(CaptureTally::default());
        let (feed, recordings) = Feed::new();
        let server = Server::open(options, Some(feed), Arc::clone(&tally))
            .map_err(|error| anyhow::Error::new(error.cause).context(error.what))?;
        say_torn(server.log_state(), terminal);
        if server.log_state().is_open_to_others {
            let log = self.output.display();
            terminal.note(&format!(
                "`{log}` already existed, and users other than its owner can access it; `chmod 600` fixes that"
            ));
        }
        if let Some(shortage) = server.shortage() {
            terminal.note(shortage);
        }
        if let Some(loss) = possible_loss(self.sync) {
            terminal.note(&loss);
        }
        let length = server.log_state().length;
        let (mut findings, mut lines) = (None, 0);
        if self.validate {
            findings = Some(Output::open(None)?);
            let context = || format!("cannot read `{}`", self.output.display());
            lines = lines_of(&self.output, length).with_context(context)?;
        }
        let log = self.output.to_string_lossy().into_owned();
        let follower = Follower::new(&rules, lines);
        let shows_progress = !self.no_progress;
        terminal.say(&format!("listening on http://{}", server.address()));
        let ended = std::thread::scope(|scope| {
            // Ends once the server has closed the log, which closes the feed.
            let serving = scope.spawn(|| server.run());
            CaptureStatus::new(terminal, tally, recordings, follower, &log, findings, shows_progress).run();
            serving.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })
        .context("cannot serve")?;
        if ended.cut_off > 0 {
            terminal.note(&format!(
                "{} cut off; what was not answered will be sent again",
                counted(ended.cut_off as u64, "connection")
            ));
        }
        match ended.broken {
            None if ended.cut_off > 0 => Ok(Status::Incomplete),
            None => Ok(Status::Done),
            Some(broken) => {
                let lost = match self.sync {
                    Sync::Always => "everything acknowledged is in it, and the vendor redelivers the rest",
                    Sync::Within(_) | Sync::Never => {
                        "the last acknowledged callbacks may be lost (see --sync)"
                    }
                };
                Err(anyhow!(
                    "the log `{log}` can no longer be written: {broken}; {lost}; check the disk, then start again"
                ))
            }
        }
    }
}

/// Lines in the first bytes of a file.
fn lines_of(path: &Path, bytes: u64) -> io::Result<u64> {
    let mut file = File::open(path)?.take(bytes);
    let (mut buffer, mut lines) = (vec![0; 1 << 18], 0);
    while let read @ 1.. = file.read(&mut buffer)? {
        lines += newlines(&buffer[..read]);
    }
    Ok(lines)
}

fn say_torn(state: &LogState, terminal: Terminal) {
    let Some(torn) = &state.torn else { return };
    terminal.note(&format!(
        "the last {} of the log, from byte {}, were not a whole line; they are now in `{}`",
        counted(torn.length, "byte"),
        torn.offset,
        torn.moved_to.display()
    ));
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
