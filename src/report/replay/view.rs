//! What is shown of a replay.

use crate::live::replay::{Comparison, LeftOut, Plan, RunOutcome};

/// A plan that is shown.
#[derive(Clone, Copy, Debug)]
pub struct PlanView<'v> {
    /// The plan.
    pub plan: &'v Plan,
    /// The part of the log that is not sent.
    pub left_out: &'v LeftOut,
    /// The names of the sources.
    pub names: &'v [String],
    /// Most requests a second.
    pub rate: Option<f64>,
    /// True if what is not accepted is retried, as the vendor does.
    pub retries: bool,
}

impl PlanView<'_> {
    /// The name of a source.
    pub(super) fn name(&self, source: u32) -> &str {
        self.names.get(source as usize).map_or("", String::as_str)
    }
}

/// A run that is shown.
#[derive(Clone, Copy, Debug)]
pub struct ReportView<'v> {
    /// Its plan.
    pub plan: PlanView<'v>,
    /// Its outcome.
    pub outcome: &'v RunOutcome,
    /// What changed since an earlier run.
    pub comparison: Option<&'v Comparison>,
}

/// Rows of a list that are shown as text; JSON has them all.
pub(super) const LISTED: usize = 20;

/// What follows a list of this many rows if it was cut.
pub(super) fn rest(rows: usize) -> String {
    match rows.saturating_sub(LISTED) {
        0 => String::new(),
        more => format!(" and {more} more; `--format json` lists all\n"),
    }
}
