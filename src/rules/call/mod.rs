//! `call/`: what the callbacks of one call say together. Duplicates only count for `call/duplicate`.

mod agreement;
mod course;
mod hit;
mod judge;
mod order;
mod outcome;
#[cfg(test)]
mod tests;

pub use course::{Course, InputFacts};
pub use hit::{CallField, CallHit};
use judge::{CallRule, Judge};

use super::hit::RuleOptions;
use crate::calls::{Occurrences, Outcome, Timeline};

/// The rules, in the order of their findings.
static RULES: [&[CallRule]; 3] = [agreement::RULES, order::RULES, outcome::RULES];

/// Judges a call.
pub fn judge_call(
    timeline: &Timeline<'_>,
    outcome: &Outcome,
    input: InputFacts,
    options: &RuleOptions,
) -> Vec<CallHit> {
    let course = Course { outcome, occurs: Occurrences::of(timeline, outcome), input };
    judge_by(RULES.into_iter().flatten(), timeline, &course, options)
}

/// False only for a call on which no rule finds anything.
pub fn may_find(course: &Course<'_>) -> bool {
    RULES.into_iter().flatten().any(|rule| rule.could(course))
}

/// Judges a call by these rules, each only if it could find anything.
fn judge_by<'r>(
    rules: impl Iterator<Item = &'r CallRule>,
    timeline: &Timeline<'_>,
    course: &Course<'_>,
    options: &RuleOptions,
) -> Vec<CallHit> {
    let mut judge = Judge::new(timeline, course, options);
    rules.filter(|rule| rule.could(course)).for_each(|rule| (rule.judge)(&mut judge));
    judge.hits
}
