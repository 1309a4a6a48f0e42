//! What a backend answered, gathered from any number of `LOG.forward` files.

use std::collections::HashMap;
use std::io::{self, BufRead};

use super::forward_line::ForwardLine;
use super::lines::{LineDamage, Lines};
use super::trace::{DeliveryTrace, MadeDelivery};

/// All answers, by the time at which their callback was captured.
#[derive(Clone, Debug, Default)]
pub struct Answers {
    lines: HashMap<i64, Vec<ForwardLine>>,
    /// How many lines there are.
    pub count: u64,
    /// Lines of a later format, which are read as far as they are known.
    pub newer: u64,
}

impl Answers {
    /// Adds the lines of a file; those that cannot be used are damage.
    ///
    /// # Errors
    /// Those of the reader.
    pub fn read(&mut self, reader: impl BufRead) -> io::Result<LineDamage> {
        let (mut lines, mut damage) = (Lines::new(reader), LineDamage::default());
        while let Some((number, line)) = lines.next(&mut damage)? {
            match ForwardLine::read(line) {
                Ok(line) => self.add(line),
                Err(cause) => damage.add(number, cause),
            }
        }
        Ok(damage)
    }

    /// Adds a line.
    pub fn add(&mut self, line: ForwardLine) {
        self.count += 1;
        self.newer += u64::from(line.is_newer());
        self.lines.entry(line.received_at).or_default().push(line);
    }

    /// True without any line.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The deliveries of the callback of that call with that command that was captured at that time (Unix milliseconds),
    /// in the order in which they were made. Lines that do not name their call fit any.
    pub fn of(&self, received_at: i64, call_id: &str, command: Option<&str>) -> Vec<MadeDelivery> {
        let lines = self.lines.get(&received_at).map_or(&[][..], Vec::as_slice);
        let fits = |line: &&ForwardLine| {
            line.call_id.as_deref().is_none_or(|id| id == call_id)
                && line.command.as_deref().zip(command).is_none_or(|(one, other)| one == other)
        };
        let mut found: Vec<MadeDelivery> = lines.iter().filter(fits).map(made).collect();
        found.sort_by_key(|delivery| delivery.at);
        found
    }

    /// All lines, in the order in which their callbacks were captured.
    pub fn lines(&self) -> Vec<&ForwardLine> {
        let mut all: Vec<&ForwardLine> = self.lines.values().flatten().collect();
        all.sort_by_key(|line| (line.received_at, line.offset, line.made_at()));
        all
    }
}

/// The delivery that a line tells of.
fn made(line: &ForwardLine) -> MadeDelivery {
    MadeDelivery {
        at: Some(line.made_at()),
        acceptance: Some(line.acceptance()),
        status: Some(line.status),
        error_code: line.error_code,
        error: line.error.clone(),
        is_stored: line.sent_at.is_some(),
    }
}

/// A callback of which only answers are known.
#[derive(Clone, Debug)]
pub struct AnsweredCallback<'a> {
    /// The first line of it.
    pub line: &'a ForwardLine,
    /// When its first and its last copy were captured, in Unix milliseconds.
    pub captured: (i64, i64),
    /// Its deliveries.
    pub trace: DeliveryTrace,
}

impl Answers {
    /// The time of the last capture that a line names, in Unix milliseconds.
    pub fn last_capture(&self) -> Option<i64> {
        self.lines.keys().copied().max()
    }

    /// The callbacks that lines are about, in the order of their first captures. Lines without a digest of the body are
    /// each a callback of their own.
    pub fn callbacks(&self) -> Vec<AnsweredCallback<'_>> {
        let mut groups: Vec<Vec<&ForwardLine>> = Vec::new();
        let mut known: HashMap<(&str, Option<&str>), usize> = HashMap::new();
        for line in self.lines() {
            let Some(digest) = line.body_sha256.as_deref() else {
                groups.push(vec![line]);
                continue;
            };
            let next = groups.len();
            match *known.entry((digest, line.call_id.as_deref())).or_insert(next) {
                at if at == next => groups.push(vec![line]),
                at => groups[at].push(line),
            }
        }
        groups
            .into_iter()
            .filter_map(|lines| {
                let line = *lines.first()?;
                let times = || lines.iter().map(|line| line.received_at);
                let made = lines.iter().map(|line| made(line)).collect();
                let (captured, trace) = ((times().min()?, times().max()?), DeliveryTrace::new(made));
                Some(AnsweredCallback { line, captured, trace })
            })
            .collect()
    }
}
