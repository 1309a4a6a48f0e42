//! A broken rule, before its place is a line and a column.

use std::borrow::Cow;

use crate::decode::Span;
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

/// Hits of one record; those of rules that are off are not kept.
#[derive(Debug)]
pub struct Hits<'o> {
    /// What the command line says.
    pub options: &'o RuleOptions,
    /// The hits.
    pub list: Vec<Hit>,
}

impl<'o> Hits<'o> {
    /// No hits yet.
    pub fn new(options: &'o RuleOptions) -> Self {
        Self { options, list: Vec::new() }
    }

    pub(super) fn push(&mut self, mut hit: Hit) {
        if let Some(level) = self.options.levels.level(hit.rule, hit.level) {
            hit.level = level;
            self.list.push(hit);
        }
    }
}
