//! `call/`: what the callbacks of one call say together. Duplicates take part in `call/duplicate` alone.

mod course;
mod fields;
mod hit;
mod results;
mod usual;

use std::borrow::Cow;
use std::sync::Arc;

pub use hit::{CallField, CallHit};

use super::hit::{RuleOptions, shown};
use crate::calls::{Outcome, Position, TextId, Timeline};
use crate::spec::RuleId;

/// What the whole input says, beside the call.
#[derive(Clone, Copy, Debug, Default)]
pub struct InputFacts {
    /// True where any callback of the input is a `receive_call`.
    pub rang: bool,
}

/// Judges a call.
pub fn judge_call(
    timeline: &Timeline<'_>,
    outcome: &Outcome,
    facts: InputFacts,
    options: &RuleOptions,
) -> Vec<CallHit> {
    if usual::is_clean(timeline, outcome, facts) {
        return Vec::new();
    }
    judge_fully(timeline, outcome, facts, options)
}

fn judge_fully(
    timeline: &Timeline<'_>,
    outcome: &Outcome,
    facts: InputFacts,
    options: &RuleOptions,
) -> Vec<CallHit> {
    let mut judge = Judge { timeline, outcome, options, hits: Vec::new() };
    judge.duplicates();
    judge.field_conflicts();
    judge.callers_and_users();
    judge.after_end();
    if facts.rang {
        judge.accept_without_ring();
    }
    judge.end_without_start();
    judge.result_conflicts();
    judge.negative_duration();
    if outcome.result.is_none() {
        let last = judge.last();
        judge.push(RuleId::CallIncomplete, "the log does not say what the call came to".into(), last, None);
    }
    judge.hits
}

struct Judge<'j, 't> {
    timeline: &'j Timeline<'t>,
    outcome: &'j Outcome,
    options: &'j RuleOptions,
    hits: Vec<CallHit>,
}

impl<'t> Judge<'_, 't> {
    /// Adds a hit, unless its rule is off; returns it for more to be said.
    fn push(
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

    /// Adds a hit about two callbacks: at the later of them in the input, beside the earlier.
    fn push_pair(
        &mut self,
        rule: RuleId,
        message: String,
        (one, says): (Position, String),
        (other, says_other): (Position, String),
    ) -> Option<&mut CallHit> {
        let (at, earlier) = if one > other { (one, (other, says_other)) } else { (other, (one, says)) };
        self.push(rule, message, at, (at != earlier.0).then_some((earlier.0, earlier.1.into())))
    }

    /// Position of the call's last callback.
    fn last(&self) -> Position {
        self.timeline.steps.last().map_or(Position::new(0, 0), |step| step.position)
    }

    /// A text as messages show it.
    fn text(&self, id: TextId) -> Cow<'t, str> {
        shown(self.timeline.text(id).unwrap_or_default())
    }

    fn duplicates(&mut self) {
        let first: Arc<str> = "first delivered here".into();
        for step in self.timeline.callbacks() {
            if let Some(original) = step.original {
                let related = Some((original, Arc::clone(&first)));
                self.push(
                    RuleId::CallDuplicate,
                    "this callback was delivered again".into(),
                    step.position,
                    related,
                );
            }
        }
    }
}
