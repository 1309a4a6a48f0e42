//! A broken rule, before its place is a line and a column.

use std::borrow::Cow;

use crate::decode::MOST_LISTED;
use crate::framing::Span;
use crate::spec::{Folded, Folds, Level, Levels, RuleId, RuleSet};

/// What the command line says about the rules.
#[derive(Clone, Debug, Default)]
pub struct RuleOptions {
    /// The level of each rule.
    pub levels: Levels,
    /// The SDKAppIDs that callbacks may have; empty for any.
    pub sdkappids: Vec<u32>,
    /// The rules that a filter asks for: of each call it is known whether it has findings of them.
    pub sought: RuleSet,
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
    /// RFC 6901 pointer into the body.
    pub pointer: Option<String>,
    /// What else is worth knowing.
    pub note: Option<String>,
    /// What to do.
    pub help: Option<String>,
    /// Other places in the record, and what is there.
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

    /// The hit at the level that the command line gives its rule; none if the rule is off.
    pub(super) fn judged(self, options: &RuleOptions) -> Option<Self> {
        let level = options.levels.level(self.rule, self.level)?;
        Some(self.level(level))
    }

    /// The order of findings on one record.
    fn order(&self) -> (usize, Level, &'static str, Option<&str>) {
        (self.span.start, self.level, self.rule.name(), self.pointer.as_deref())
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

/// Words for a number of things.
pub(super) fn times(count: u64, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// A captured text as messages show it: in full if it is short, otherwise its beginning.
pub(super) fn shown(text: &str) -> Cow<'_, str> {
    const LONGEST: usize = 80;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => Cow::Owned(format!("{}...", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

/// The hits of a record: the first [`MOST_LISTED`] are listed, the others counted. Those of rules that are off are
/// neither.
#[derive(Debug)]
pub(super) struct Hits<'o> {
    /// What the command line says.
    pub(super) options: &'o RuleOptions,
    list: Vec<Hit>,
    folds: Folds<usize>,
    /// What begins after this is counted.
    last_listed: usize,
}

impl<'o> Hits<'o> {
    /// No hits yet.
    pub(super) fn new(options: &'o RuleOptions) -> Self {
        Self { options, list: Vec::new(), folds: Folds::default(), last_listed: usize::MAX }
    }

    /// True if a hit that begins there may be listed.
    pub(super) fn lists(&self, start: usize) -> bool {
        start <= self.last_listed
    }

    pub(super) fn push(&mut self, hit: Hit) {
        let Some(hit) = hit.judged(self.options) else { return };
        if !self.lists(hit.span.start) {
            return self.folds.add(folded(&hit));
        }
        self.list.push(hit);
        if self.list.len() >= MOST_LISTED + MOST_LISTED / 2 {
            self.sort();
            self.last_listed = self.list.last().map_or(usize::MAX, |hit| hit.span.start);
        }
    }

    /// Counts hits that are not listed, at the level that the rule gives them.
    pub(super) fn count(&mut self, hits: Folded<usize>) {
        if let Some(level) = self.options.levels.level(hits.rule, hits.level) {
            self.folds.add(Folded { level, ..hits });
        }
    }

    /// Brings the listed hits in order, and counts those that are too many.
    fn sort(&mut self) {
        self.list.sort_by(|one, other| one.order().cmp(&other.order()));
        self.list.drain(MOST_LISTED.min(self.list.len())..).for_each(|hit| self.folds.add(folded(&hit)));
    }

    /// The listed hits, in the order of the input, and the counts of the others.
    pub(super) fn finish(mut self) -> (Vec<Hit>, Folds<usize>) {
        self.sort();
        (self.list, self.folds)
    }
}

/// A hit that is counted.
fn folded(hit: &Hit) -> Folded<usize> {
    let at = hit.span.start;
    Folded { rule: hit.rule, level: hit.level, count: 1, first: at, last: at }
}
