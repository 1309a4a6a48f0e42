//! `follow`: a log that is being written, a row for each call as it ends.

mod source;
pub(in crate::commands) mod watcher;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use clap::{Args, ValueEnum};

use self::source::{Coming, Followed};
use self::watcher::{Shown, Watcher, check_filter};
use super::columns::chosen_columns;
use super::command::Command;
use crate::cli::{FilterArgs, InputArgs, RuleArgs, Terminal, TextArgs, Usage, parse_duration};
use crate::report::call_list::{HEADINGS, LISTED};
use crate::report::catalog::Table;
use crate::session::{Graceful, Output, Session, Status, StatusBar};

/// Arguments of `follow`.
#[derive(Debug, Args)]
#[command(
    override_usage = "callkit-tool follow [OPTIONS] LOG",
    mut_arg("inputs", |arg| arg.value_name("LOG").num_args(1).help("The log, or `-` for standard input")),
    mut_arg("allow_empty", |arg| arg.hide(true)),
    mut_arg("max_memory", |arg| arg.hide(true)),
    mut_arg("threads", |arg| arg.hide(true)),
    mut_arg("no_progress", |arg| arg.help("Show no status line")),
    after_help = "It goes on until Ctrl-C, or the end of standard input, and then says what it has seen. A `!` and red mark \
    calls that failed.\n\n\
    Examples:\n  callkit-tool follow callbacks.log\n  \
    callkit-tool follow /var/log/app.log --failed --findings\n  \
    kubectl logs -f app | callkit-tool follow - --callbacks\n  \
    callkit-tool follow callbacks.log --from-start --format jsonl | jq .cause"
)]
pub(in crate::commands) struct FollowArgs {
    /// What is read
    #[command(flatten)]
    input: InputArgs,
    /// Read the log from its start, not from its end
    #[arg(long)]
    from_start: bool,
    /// Show a line for each callback as it comes, too
    #[arg(long)]
    callbacks: bool,
    /// Show findings, too: on records as they come, on calls as they end
    #[arg(long)]
    findings: bool,
    /// Show a call once it has ended and nothing has come for so long
    #[arg(long, value_name = "TIME", default_value = "5s", value_parser = parse_duration)]
    settle: Duration,
    /// Columns of `export --table calls`: these, or with `+` and `-` the usual ones with and without them; `all`
    #[arg(long, value_name = "NAMES", value_delimiter = ',', allow_hyphen_values = true)]
    columns: Vec<String>,
    /// Output format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: FollowFormat,
    /// How text is drawn
    #[command(flatten)]
    text: TextArgs,
    /// Which rules count
    #[command(flatten)]
    rules: RuleArgs,
    /// Which calls are wanted
    #[command(flatten)]
    filter: FilterArgs,
}

/// A format of what is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FollowFormat {
    /// Rows for people
    Text,
    /// One JSON object a line
    #[value(alias = "json")]
    Jsonl,
}

/// How long nothing is looked at while nothing comes.
const PAUSE: Duration = Duration::from_millis(150);
/// Bytes that calls may take up, about.
const ROOM: usize = 64 << 20;
/// How often the status is drawn.
const DRAWN: Duration = Duration::from_millis(500);

impl Command for FollowArgs {
    fn files(&self) -> Option<(&InputArgs, Vec<&Path>)> {
        Some((&self.input, Vec::new()))
    }

    fn run(&self, session: &Session) -> anyhow::Result<Status> {
        let terminal = session.terminal;
        let mut watcher = Watcher::new(self.shown(terminal)?, self.rules()?, Some(self.filter.clone()));
        let [name] = &self.input.inputs[..] else {
            return Err(Usage::from("`follow` follows one log; name it, or `-` for standard input").into());
        };
        let stop = Arc::new(AtomicBool::new(false));
        let asked = Arc::clone(&stop);
        let graceful = Graceful::new(move || asked.store(true, Ordering::Relaxed));
        let mut output = FollowOutput {
            output: Output::open(None)?,
            bar: StatusBar::new(!self.input.no_progress, terminal),
            terminal,
            drawn: None,
        };
        let mut followed = Followed::new(name, self.input.cut_options(), self.from_start, self.findings)?;
        while !stop.load(Ordering::Relaxed) {
            let mut blocks = Vec::new();
            let next = followed.next(&mut blocks, PAUSE)?;
            let now = Instant::now();
            for block in blocks {
                output.put(&watcher.take(&block, now)?)?;
            }
            output.put(&watcher.tick(now)?)?;
            let notes = followed.take_notes().into_iter().chain(watcher.notes());
            notes.for_each(|note| output.note(&note));
            output.draw(now, || watcher.status(now));
            if next == Coming::End {
                break;
            }
        }
        for block in followed.end()? {
            output.put(&watcher.take(&block, Instant::now())?)?;
        }
        output.put(&watcher.finish()?)?;
        drop(graceful);
        watcher.notes().iter().for_each(|note| output.note(note));
        output.bar.end();
        watcher.summary().iter().for_each(|line| terminal.say(line));
        output.output.finish()?;
        Ok(Status::Done)
    }
}

impl FollowArgs {
    fn rules(&self) -> Result<crate::rules::RuleOptions, Usage> {
        self.filter.seek(self.rules.options()?)
    }

    fn shown(&self, terminal: Terminal) -> Result<Shown, Usage> {
        self.text.check(self.format == FollowFormat::Text)?;
        check_filter(&self.filter)?;
        let usual: Vec<usize> = LISTED.iter().filter_map(|name| Table::Calls.column(name)).collect();
        Ok(Shown {
            calls: true,
            callbacks: self.callbacks,
            findings: self.findings,
            is_data: self.format == FollowFormat::Jsonl,
            columns: chosen_columns(Table::Calls, &usual, &self.columns, &HEADINGS)?,
            text: self.text.style(terminal, None),
            zone: self.filter.tz.clone(),
            name: self
                .input
                .inputs
                .first()
                .map_or_else(String::new, |name| name.to_string_lossy().into_owned()),
            settle: self.settle,
            room: ROOM,
        })
    }
}

/// Where what is followed goes.
struct FollowOutput {
    output: Output,
    bar: StatusBar,
    terminal: Terminal,
    drawn: Option<Instant>,
}

impl FollowOutput {
    fn put(&mut self, text: &[u8]) -> anyhow::Result<()> {
        if text.is_empty() {
            return Ok(());
        }
        let output = &mut self.output;
        self.bar.suspend(|| output.put_now(text))
    }

    fn note(&self, note: &str) {
        self.bar.suspend(|| self.terminal.note(note));
    }

    fn draw(&mut self, now: Instant, status: impl FnOnce() -> String) {
        let is_fresh = self.drawn.is_some_and(|drawn| now.saturating_duration_since(drawn) < DRAWN);
        if self.bar.shows() && !is_fresh {
            self.drawn = Some(now);
            self.bar.draw(status());
        }
    }
}
