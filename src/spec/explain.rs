//! The long explanation of every rule.

use super::rule::RuleId;

/// An input that shows a rule, as `validate` would read it.
#[derive(Clone, Copy, Debug)]
pub enum Example {
    /// JSON Lines.
    JsonLines(&'static str),
    /// Raw HTTP, with LF line ends as captured tools write them.
    Http(&'static str),
}

/// What `rules RULE` prints.
#[derive(Debug)]
pub struct Explanation {
    /// What is checked.
    pub what: &'static str,
    /// Why it matters.
    pub why: &'static str,
    /// The page that says so.
    pub page: &'static str,
    /// An input that has the finding.
    pub fires: Example,
    /// Its nearest neighbour that does not.
    pub silent: Example,
    /// Further command-line arguments that the examples need.
    pub args: &'static [&'static str],
    /// What to do about a finding.
    pub advice: &'static str,
}

/// The explanation of a rule.
pub fn explanation(rule: RuleId) -> &'static Explanation {
    match rule {
        _ => unreachable!(),
    }
}
