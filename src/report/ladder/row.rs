//! A callback as every drawing shows it.

use super::moment::{Moment, offset};
use crate::calls::{Position, StepName};
use crate::report::place::place;
use crate::spec::{Event, Family, Level, Role, RuleId};

/// What a callback says of one participant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LaneMark {
    /// The participant's lane.
    pub lane: usize,
    /// What they did, or what was done to them.
    pub event: StepName,
}

/// Marks a redelivered callback.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Copied {
    /// The row of the first delivery.
    pub original: usize,
    /// Which delivery this is, from 2.
    pub number: usize,
    /// Milliseconds between their captures, if both are known.
    pub delay: Option<i64>,
}

/// A finding on a callback.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// Its level.
    pub level: Level,
    /// The rule.
    pub rule: RuleId,
    /// What is wrong.
    pub message: String,
    /// The row of the earlier callback that it is compared with.
    pub beside: Option<usize>,
    pub(super) earlier: Option<Position>,
}

impl Remark {
    pub(super) fn new(level: Level, rule: RuleId, message: &str, earlier: Option<Position>) -> Self {
        Self { level, rule, message: message.to_owned(), beside: None, earlier }
    }

    /// Level, rule and message, and the place of the other callback, as `place` writes it.
    pub fn words(&self, place: impl Fn(usize) -> String) -> String {
        let beside = self.beside.map_or_else(String::new, |row| format!(", see {}", place(row)));
        format!("{} {}: {}{beside}", self.level.as_str(), self.rule.name(), self.message)
    }
}

/// A callback.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LadderRow<'t> {
    /// The source, as it was named.
    pub source: &'t str,
    /// Record of that source, from 1.
    pub record: u64,
    /// Line on which the record begins; none if the input has changed since it was read.
    pub line: Option<u64>,
    /// When it was captured, in Unix milliseconds.
    pub received_at: Option<i64>,
    /// The family.
    pub family: Family,
    /// True if it concerns the whole call, and not what its users did: a v4 call record, or one without users.
    pub whole: bool,
    /// What it says of whom; the first is the one that acted. Never empty.
    pub marks: Vec<LaneMark>,
    /// Role of the one that acted.
    pub role: Option<Role>,
    /// The event that it stands for; none for v4.
    pub stands_for: Option<Event>,
    /// `CallResult`.
    pub result: Option<&'static str>,
    /// When it happened; none if that is unknown, so that the row is placed by its position in the input.
    pub time: Option<Moment>,
    /// Milliseconds from the call's start.
    pub offset: Option<i64>,
    /// Set for a duplicate.
    pub copied: Option<Copied>,
    /// Seconds in which nothing happened before it, if there are enough to mention.
    pub silence: Option<u32>,
    /// Its date, as `2024-01-10 +08:00`, if it differs from that of the row before.
    pub day: Option<String>,
    /// The row that it follows from, or that says the same of the other side.
    pub cause: Option<usize>,
    /// The findings on it.
    pub remarks: Vec<Remark>,
    pub(super) position: Position,
}

impl LadderRow<'_> {
    /// The lane of the one that acted.
    pub fn lane(&self) -> usize {
        self.marks.first().map_or(0, |mark| mark.lane)
    }

    /// What happened.
    pub fn event(&self) -> StepName {
        self.marks.first().map_or(StepName::UnknownEvent, |mark| mark.event)
    }

    /// The event, with its result if there is one.
    pub fn label(&self) -> String {
        match self.result {
            Some(result) => format!("{} ({result})", self.event().as_str()),
            None => self.event().as_str().to_owned(),
        }
    }

    /// The same; a duplicate is marked as one.
    pub fn label_again(&self, times: &str) -> String {
        self.again(times).map_or_else(|| self.label(), |again| format!("{} {again}", self.label()))
    }

    /// What is written at a mark; the first mark of a duplicate says which delivery it is.
    pub fn label_at(&self, mark: usize, times: &str) -> String {
        match (mark, self.again(times)) {
            (0, Some(again)) => again,
            (0, None) => self.label(),
            (_, _) => self.marks[mark].event.as_str().to_owned(),
        }
    }

    /// The mark of a duplicate: which delivery it is, and how long after the first.
    pub fn again(&self, times: &str) -> Option<String> {
        let copied = self.copied?;
        let delay = copied.delay.map_or_else(String::new, |millis| format!(", {}", offset(millis)));
        Some(format!("again {times}{}{delay}", copied.number))
    }

    /// The findings that say more than the row itself: a duplicate is marked anyway, so its finding is left out unless
    /// the command line changes its level.
    pub fn told(&self) -> impl Iterator<Item = &Remark> {
        let seen = |remark: &&Remark| {
            let usual = remark.level == remark.rule.rule().level;
            self.copied.is_some() && remark.rule == RuleId::CallDuplicate && usual
        };
        self.remarks.iter().filter(move |remark| !seen(remark))
    }

    /// Its place in the input: source and line, or record if the line is unknown.
    pub fn place(&self) -> String {
        self.place_in(self.source)
    }

    /// The same with another name for the source.
    pub fn place_in(&self, source: &str) -> String {
        place(source, self.line, self.record)
    }
}
