//! Lines that are written together, and who waits for them.

use std::fmt;
use std::io;
use std::sync::Arc;

use tokio::sync::oneshot;

use crate::live::buffer::Buffer;
use crate::live::capture::budget::Share;
use crate::source::plain;

/// A line that is not in the log, or may not be.
#[derive(Clone, Debug)]
pub struct NotWritten {
    /// What failed, and why.
    cause: Arc<str>,
    /// True if the log takes no more lines.
    pub broken: bool,
}

impl NotWritten {
    /// A batch that failed; the next one may succeed.
    pub(super) fn failed(what: &str, error: &io::Error) -> Self {
        Self { cause: format!("cannot {what}: {}", plain(error)).into(), broken: false }
    }

    /// What is left of a log whose writer is gone.
    pub(super) fn ended() -> Self {
        Self { cause: "the log has ended".into(), broken: true }
    }

    /// The end of the log.
    pub(super) fn broken(what: &str, error: &io::Error) -> Self {
        Self { broken: true, ..Self::failed(what, error) }
    }
}

impl fmt::Display for NotWritten {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.cause)
    }
}

impl std::error::Error for NotWritten {}

/// Where a line is in the log's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::live::capture) struct LinePlace {
    /// The offset of its first byte.
    pub(in crate::live::capture) offset: u64,
    /// Its number, from 1, if lines are counted.
    pub(in crate::live::capture) line: Option<u64>,
}

/// The place of a line in the log, or why the line is not there.
pub(super) type Written = Result<LinePlace, NotWritten>;

/// A request to the writer.
pub(super) enum Order {
    /// Write a line, and tell where it is. The memory that the line takes up is given back once it is written, also if
    /// nobody waits any more.
    Write(Buffer, Share, oneshot::Sender<Written>),
    /// Finish the file before the next line.
    Rotate,
    /// Tell whether lines reach the disk.
    Probe(oneshot::Sender<bool>),
}

/// Lines that are written together. Whoever still waits when it is dropped learns that the log has ended.
#[derive(Default)]
pub(super) struct LineBatch {
    /// The lines.
    pub(super) lines: Buffer,
    /// Where each line begins in the batch, the memory that it takes up, and who waits for it.
    waiting: Vec<(u64, Share, oneshot::Sender<Written>)>,
    /// True if the file is to be finished first.
    pub(super) rotate: bool,
    /// Who asks whether lines reach the disk.
    probes: Vec<oneshot::Sender<bool>>,
}

impl LineBatch {
    pub(super) fn add(&mut self, order: Order) {
        match order {
            Order::Rotate => self.rotate = true,
            Order::Probe(tell) => self.probes.push(tell),
            Order::Write(line, share, tell) => {
                self.waiting.push((self.lines.len() as u64, share, tell));
                // A line that is alone is not copied.
                if self.lines.is_empty() {
                    self.lines = line;
                } else {
                    self.lines.extend_from_slice(&line);
                }
            }
        }
    }

    /// How many lines there are.
    pub(super) fn count(&self) -> usize {
        self.waiting.len()
    }

    /// True if somebody asks whether lines reach the disk.
    pub(super) fn is_probe(&self) -> bool {
        !self.probes.is_empty()
    }

    /// Tells them.
    pub(super) fn tell_probes(&mut self, reach_the_disk: bool) {
        for tell in self.probes.drain(..) {
            // Whoever is gone needs no answer.
            let _ = tell.send(reach_the_disk);
        }
    }

    /// Tells everyone the outcome of the batch.
    pub(super) fn tell(&mut self, outcome: &Written) {
        for (index, (at, _, tell)) in (0..).zip(self.waiting.drain(..)) {
            let place = outcome.clone().map(|first| LinePlace {
                offset: first.offset + at,
                line: first.line.map(|line: u64| line + index),
            });
            // A caller that is gone needs no answer.
            drop(tell.send(place));
        }
    }
}
