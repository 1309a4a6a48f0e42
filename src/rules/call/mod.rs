//! `call/`: what the callbacks of one call say together. Duplicates only count for `call/duplicate`.

mod agreement;
mod course;
mod hit;
mod judge;
mod order;
mod outcome;
#[cfg(test)]
mod tests;

use course::Course;
pub use course::InputFacts;
pub use hit::{CallField, CallHit};
use judge::{CallRule, Judge};

use super::hit::RuleOptions;
use crate::calls::{Outcome, Timeline};

/// The rules, in the order of their findings.
static RULES: [&[CallRule]; 3] = [agreement::RULES, order::RULES, outcome::RULES];

/// Judges a call.
pub fn judge_call(
    timeline: &Timeline<'_>,
    outcome: &Outcome,
    input: InputFacts,
    options: &RuleOptions,
) -> Vec<CallHit> {
    judge_by(RULES.into_iter().flatten(), &Course::of(timeline, outcome, input), options)
}

/// Judges a call by these rules, each only if it could find anything.
fn judge_by<'r>(
    rules: impl Iterator<Item = &'r CallRule>,
    course: &Course<'_, '_>,
    options: &RuleOptions,
) -> Vec<CallHit> {
    let mut judge = Judge::new(course, options);
    rules.filter(|rule| rule.could(course)).for_each(|rule| (rule.judge)(&mut judge));
    judge.hits
}
