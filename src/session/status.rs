//! How a run of a command ended.

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// The job is done.
    Done,
    /// It is done, and there are findings, or callbacks that were refused.
    Findings,
    /// It could not be done in full; what went wrong has been said.
    Incomplete,
    /// It was interrupted, and has ended in order.
    Interrupted,
}
