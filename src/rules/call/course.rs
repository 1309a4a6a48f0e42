//! What is known of a call before it is judged: its outcome, what occurs in it, and what the whole input says.

use crate::calls::{Occurrences, Outcome};

/// What the whole input says about a call.
#[derive(Clone, Copy, Debug, Default)]
pub struct InputFacts {
    /// True if any callback of the input is a `receive_call`.
    pub rang: bool,
}

/// A call, and what occurs in it.
#[derive(Clone, Copy, Debug)]
pub struct Course<'c> {
    /// How it ended.
    pub outcome: &'c Outcome,
    /// What occurs in it.
    pub occurs: Occurrences,
    /// What the input says.
    pub input: InputFacts,
}
