//! Where a followed log comes from: a file, by its name, or standard input.
//!
//! Comes in: a name. Goes out: blocks of whole records, and what there is to say of the file. Must not: know calls.

use std::ffi::OsStr;
use std::io::{self, Read};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::Duration;

use anyhow::{Context, bail};

use crate::engine::{Block, CutOptions, GrowingSource};
use crate::source::{Tail, TailEvent, identify, is_compressed};

/// Pieces of standard input that wait.
const MOST_WAITING: usize = 8;
/// How often the file is looked at once more at the end, if nothing more had come until then.
const MOST_LAST_LOOKS: usize = 64;
/// Bytes of a piece.
const AT_ONCE: usize = 1 << 18;

/// Whether more comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coming {
    /// It may.
    More,
    /// It does not.
    End,
}

/// A followed log.
pub(super) struct Followed {
    name: String,
    input: Input,
    options: CutOptions,
    growing: GrowingSource,
    /// The number of the file that is read.
    file: usize,
    from_start: bool,
    counts_lines: bool,
    /// True until the file was there once.
    is_new: bool,
    /// True once its beginning was looked at.
    is_known: bool,
    /// True if nothing more had come when it was last looked at.
    is_idle: bool,
    notes: Vec<String>,
}

enum Input {
    File(Tail),
    Pipe(Receiver<io::Result<Vec<u8>>>),
}

impl Followed {
    /// Follows the log of that name from its end, or `from_start`; with `counts_lines` lines are numbered as in the file.
    pub(super) fn new(
        name: &OsStr,
        options: CutOptions,
        from_start: bool,
        counts_lines: bool,
    ) -> anyhow::Result<Self> {
        let input = match name == "-" {
            true => Input::Pipe(standard_input()?),
            false => Input::File(Tail::new(name.into())),
        };
        Ok(Self {
            name: name.to_string_lossy().into_owned(),
            growing: GrowingSource::new(0, options.clone()),
            input,
            options,
            file: 0,
            from_start,
            counts_lines,
            is_new: true,
            is_known: false,
            is_idle: true,
            notes: Vec::new(),
        })
    }

    /// Appends the records that have come; waits for `patience` if none have.
    pub(super) fn next(&mut self, blocks: &mut Vec<Block>, patience: Duration) -> anyhow::Result<Coming> {
        let mut bytes = Vec::new();
        let tail = match &mut self.input {
            Input::Pipe(pieces) => match pieces.recv_timeout(patience) {
                Ok(piece) => {
                    let piece = piece.context("cannot read standard input")?;
                    self.grow(&piece, blocks)?;
                    return Ok(Coming::More);
                }
                Err(RecvTimeoutError::Timeout) => return Ok(Coming::More),
                Err(RecvTimeoutError::Disconnected) => return Ok(Coming::End),
            },
            Input::File(tail) => tail,
        };
        let event = tail.poll(&mut bytes).with_context(|| format!("cannot read `{}`", self.name))?;
        self.is_idle = matches!(event, TailEvent::Idle | TailEvent::Missing);
        match event {
            TailEvent::Grown => self.grow(&bytes, blocks)?,
            TailEvent::Opened => self.open()?,
            TailEvent::Truncated | TailEvent::Replaced => {
                let how = if event == TailEvent::Truncated { "was truncated" } else { "is a new file" };
                self.notes.push(format!("`{}` {how}, which is followed from its start", self.name));
                blocks.extend(self.growing.push(b"", true));
                self.begin();
            }
            TailEvent::Idle => std::thread::sleep(patience),
            TailEvent::Missing => {
                if std::mem::replace(&mut self.is_new, false) {
                    self.notes.push(format!("waiting for `{}`, which does not exist yet", self.name));
                }
                std::thread::sleep(patience);
            }
        }
        Ok(Coming::More)
    }

    /// Begins another file.
    fn begin(&mut self) {
        self.file += 1;
        self.growing = GrowingSource::new(self.file, self.options.clone());
        self.is_known = false;
    }

    /// What is there at the start is passed over, unless it is to be read; a file that appears later is read from its
    /// start.
    fn open(&mut self) -> anyhow::Result<()> {
        let Input::File(tail) = &mut self.input else { return Ok(()) };
        if !std::mem::replace(&mut self.is_new, false) {
            self.notes.push(format!("`{}` is there now", self.name));
            return Ok(());
        }
        if self.from_start {
            return Ok(());
        }
        let context = || format!("cannot read `{}`", self.name);
        let head = tail.head().with_context(context)?;
        check(&head, &self.name)?;
        if GrowingSource::is_table(&head, &self.options) {
            self.notes.push(format!("`{}` is a table and is read from its start, for its header", self.name));
            return Ok(());
        }
        let skipped = tail.skip_lines(self.counts_lines).with_context(context)?;
        let options = self.options.clone();
        self.growing = GrowingSource::going_on(0, options, &skipped.head, skipped.offset, skipped.lines);
        self.is_known = skipped.offset > 0;
        self.notes.push(format!("following `{}` from its end; `--from-start` reads all of it", self.name));
        Ok(())
    }

    fn grow(&mut self, bytes: &[u8], blocks: &mut Vec<Block>) -> anyhow::Result<()> {
        if !std::mem::replace(&mut self.is_known, true) {
            check(bytes, &self.name)?;
        }
        blocks.extend(self.growing.push(bytes, false));
        Ok(())
    }

    /// What has come until now, unless there is too much of it, and the records that nothing more comes of.
    pub(super) fn end(&mut self) -> anyhow::Result<Vec<Block>> {
        let mut blocks = Vec::new();
        for _ in 0..MOST_LAST_LOOKS {
            if !self.is_idle || matches!(self.input, Input::Pipe(_)) {
                break;
            }
            self.next(&mut blocks, Duration::ZERO)?;
            let is_over = std::mem::replace(&mut self.is_idle, true);
            if is_over {
                break;
            }
        }
        blocks.extend(self.growing.push(b"", true));
        Ok(blocks)
    }

    /// What there is to say, once.
    pub(super) fn take_notes(&mut self) -> Vec<String> {
        std::mem::take(&mut self.notes)
    }
}

/// Checks that a file that begins so can be followed.
fn check(head: &[u8], name: &str) -> anyhow::Result<()> {
    if is_compressed(head) {
        bail!("`{name}` is compressed and has no lines to follow; `calls` and the others read it");
    }
    match identify(head).filter(|named| named.is_binary) {
        Some(named) => bail!("`{name}` looks like {}, not a log that can be followed", named.what),
        None => Ok(()),
    }
}

/// Standard input, read on a thread of its own, so that nothing waits for it.
fn standard_input() -> io::Result<Receiver<io::Result<Vec<u8>>>> {
    let (sender, receiver) = sync_channel(MOST_WAITING);
    let read = move || {
        let mut input = io::stdin().lock();
        loop {
            let mut piece = vec![0; AT_ONCE];
            let read = match input.read(&mut piece) {
                Ok(0) => return,
                Ok(read) => Ok(read),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => Err(error),
            };
            let is_over = read.is_err();
            let piece = read.map(|read| {
                piece.truncate(read);
                piece
            });
            if sender.send(piece).is_err() || is_over {
                return;
            }
        }
    };
    std::thread::Builder::new().name("input".to_owned()).spawn(read)?;
    Ok(receiver)
}
