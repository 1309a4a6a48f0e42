//! A rule on calls, and what it writes its findings to.

use std::borrow::Cow;
use std::sync::Arc;

use super::course::Course;
use super::hit::CallHit;
use crate::calls::{Outcome, Position, TextId, Timeline};
use crate::rules::hit::{RuleOptions, shown};
use crate::spec::RuleId;

/// A rule on calls, or several that are judged together.
pub(super) struct CallRule {
    /// Tells from the facts of a call whether `judge` could find anything; none if it is to be judged always.
    only_if: Option<fn(&Course<'_>) -> bool>,
    /// Judges the call in full.
    pub judge: fn(&mut Judge<'_, '_>),
}

impl CallRule {
    /// A rule that is judged on every call.
    pub(super) const fn new(judge: fn(&mut Judge<'_, '_>)) -> Self {
        Self { only_if: None, judge }
    }

    /// The same, judged only if the facts of the call are such that it could find anything.
    pub(super) const fn only_if(self, could: fn(&Course<'_>) -> bool) -> Self {
        Self { only_if: Some(could), ..self }
    }

    /// True if it has a test that is faster than judging.
    #[cfg(test)]
    pub(super) fn is_fast(&self) -> bool {
        self.only_if.is_some()
    }

    /// False only for a call on which `judge` finds nothing.
    pub(super) fn could(&self, course: &Course<'_>) -> bool {
        self.only_if.is_none_or(|could| could(course))
    }
}

/// A call that is judged, and the findings on it.
pub(super) struct Judge<'c, 't> {
    pub timeline: &'c Timeline<'t>,
    pub outcome: &'c Outcome,
    pub course: &'c Course<'c>,
    pub options: &'c RuleOptions,
    pub hits: Vec<CallHit>,
}

impl<'c, 't> Judge<'c, 't> {
    /// Without findings yet.
    pub(super) fn new(timeline: &'c Timeline<'t>, course: &'c Course<'c>, options: &'c RuleOptions) -> Self {
        Self { timeline, outcome: course.outcome, course, options, hits: Vec::new() }
    }

    /// Adds a hit, unless its rule is off; returns it for more to be said.
    pub(super) fn push(
        &mut self,
        rule: RuleId,
        message: String,
        at: Position,
        related: Option<(Position, Arc<str>)>,
    ) -> Option<&mut CallHit> {
        let level = self.options.levels.level(rule, rule.rule().level)?;
        self.hits.push(CallHit { rule, level, message, at, field: None, related });
        self.hits.last_mut()
    }

    /// Adds a hit about two callbacks: at the later of them in the input, with the earlier one as related.
    pub(super) fn push_pair(
        &mut self,
        rule: RuleId,
        message: String,
        (one, says): (Position, String),
        (other, says_other): (Position, String),
    ) -> Option<&mut CallHit> {
        let (at, earlier) = if one > other { (one, (other, says_other)) } else { (other, (one, says)) };
        self.push(rule, message, at, (at != earlier.0).then_some((earlier.0, earlier.1.into())))
    }

    /// Adds a hit about the whole call: at its last callback.
    pub(super) fn push_at_last(&mut self, rule: RuleId, message: impl Into<String>) {
        let last = self.timeline.steps.last().map_or(Position::new(0, 0), |step| step.position);
        self.push(rule, message.into(), last, None);
    }

    /// A text as messages show it.
    pub(super) fn text(&self, id: TextId) -> Cow<'t, str> {
        shown(self.timeline.text(id).unwrap_or_default())
    }
}
