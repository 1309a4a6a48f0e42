//! A broken rule, before its place is a line and a column.

use std::borrow::Cow;

use crate::decode::{FAULTS_AT_ONCE, Span};
use crate::spec::{Level, Levels, RuleId};

/// What the command line says about the rules.
#[derive(Clone, Debug, Default)]
pub struct RuleOptions {
    /// The level of each rule.
    pub levels: Levels,
    /// The SDKAppIDs that callbacks may have; empty for any.
    pub sdkappids: Vec<u32>,
}

/// A broken rule of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The rule.
    pub rule: RuleId,
    /// Its level.
    pub level: Level,
    /// What is wrong.
    pub message: String,
    /// Where, in bytes of the record.
    pub span: Span,
    /// Where it begins in the body's text, if the record keeps no places of it.
    pub inside: usize,
    /// RFC 6901 pointer into the body.
    pub pointer: Option<String>,
    /// What else is worth knowing.
    pub note: Option<String>,
    /// What to do.
    pub help: Option<String>,
    /// Other places in the record, and what stands there.
    pub related: Vec<(String, Span)>,
}

impl Hit {
    /// A hit at the rule's own level.
    pub(super) fn new(rule: RuleId, message: impl Into<String>, span: Span) -> Self {
        Self {
            rule,
            level: rule.rule().level,
            message: message.into(),
            span,
            inside: 0,
            pointer: None,
            note: None,
            help: None,
            related: Vec::new(),
        }
    }

    pub(super) fn level(mut self, level: Level) -> Self {
        self.level = level;
        self
    }

    pub(super) fn inside(mut self, inside: usize) -> Self {
        self.inside = inside;
        self
    }

    /// The order of findings on one record.
    fn order(&self) -> (usize, Level, &'static str, Option<&str>) {
        (self.span.start, self.level, self.rule.name(), self.pointer.as_deref())
    }

    /// Where it stands among the hits of its record.
    fn turn(&self) -> Turn {
        (self.span.start, self.inside)
    }

    pub(super) fn pointer(mut self, pointer: impl Into<String>) -> Self {
        self.pointer = Some(pointer.into());
        self
    }

    pub(super) fn note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(super) fn maybe_help(mut self, help: Option<String>) -> Self {
        self.help = help;
        self
    }

    pub(super) fn related(mut self, message: impl Into<String>, span: Span) -> Self {
        self.related.push((message.into(), span));
        self
    }
}

/// A captured text as messages show it: in full if it is short, else its beginning.
pub(super) fn shown(text: &str) -> Cow<'_, str> {
    const LONGEST: usize = 80;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => Cow::Owned(format!("{}...", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

/// Where a hit stands among those of its record: its place there, and that in the body's text where the record keeps none
/// of it.
pub(super) type Turn = (usize, usize);

/// Hits that one look at a record keeps.
const HITS_AT_ONCE: usize = FAULTS_AT_ONCE + FAULTS_AT_ONCE / 2;

/// Hits of one look at a record: those whose turn lies in a range. A look that finds more than it may keep leaves the
/// last to the next look. Those of rules that are off are not kept.
#[derive(Debug)]
pub struct Hits<'o> {
    /// What the command line says.
    pub options: &'o RuleOptions,
    /// The hits.
    pub list: Vec<Hit>,
    from: Turn,
    end: Turn,
    /// So many, and the last are left to the next look.
    most: usize,
}

impl<'o> Hits<'o> {
    /// No hits yet.
    pub fn new(options: &'o RuleOptions) -> Self {
        Self::from(options, (0, 0))
    }

    /// None yet, of those whose turn it is there or later.
    pub(super) fn from(options: &'o RuleOptions, from: Turn) -> Self {
        Self { options, list: Vec::new(), from, end: (usize::MAX, 0), most: 2 * HITS_AT_ONCE }
    }

    /// True for the turn of a hit that this look keeps.
    pub(super) fn wants(&self, turn: Turn) -> bool {
        self.from <= turn && turn < self.end
    }

    pub(super) fn push(&mut self, mut hit: Hit) {
        let Some(level) = self.options.levels.level(hit.rule, hit.level) else { return };
        if !self.wants(hit.turn()) {
            return;
        }
        hit.level = level;
        self.list.push(hit);
        if self.list.len() >= self.most {
            self.leave_the_last();
        }
    }

    fn leave_the_last(&mut self) {
        let mut turns: Vec<Turn> = self.list.iter().map(Hit::turn).collect();
        turns.sort_unstable();
        // What has the same turn stays together.
        let end = turns[self.most / 2];
        self.end_at(if turns[0] < end { end } else { (end.0, end.1 + 1) });
        self.most = self.most.max(2 * self.list.len());
    }

    /// Leaves those from that turn on to the next look.
    pub(super) fn end_at(&mut self, end: Turn) {
        if end < self.end {
            self.end = end;
            self.list.retain(|hit| hit.turn() < end);
        }
    }

    /// Brings the hits in order. Returns the turn at which the next look begins, if there is anything left for one.
    pub(super) fn sort(&mut self) -> Option<Turn> {
        let rest = (self.end.0 < usize::MAX).then_some(self.end);
        if rest.is_some() || self.from > (0, 0) {
            self.list.sort_by(|one, other| (one.turn(), one.order()).cmp(&(other.turn(), other.order())));
        } else {
            self.list.sort_by(|one, other| one.order().cmp(&other.order()));
        }
        rest
    }
}
