//! A replay: its plan, what became of it, and each of its requests, as text and as JSON.

mod comparison;
mod line;
mod plan;
mod report;
mod report_json;
mod time;

pub use line::{attempt_line, dropped_line};
pub use plan::{nothing_note, plan_json, plan_text, start_note};
pub use report::{notes as report_notes, progress as progress_text, text as report_text};
pub use report_json::report_json;

use crate::live::replay::{Comparison, LeftOut, Outcome, Plan};

/// A plan that is shown.
#[derive(Clone, Copy, Debug)]
pub struct PlanView<'v> {
    /// The plan.
    pub plan: &'v Plan,
    /// What of the log is not sent.
    pub left_out: &'v LeftOut,
    /// The names of the sources.
    pub names: &'v [String],
    /// Most requests a second.
    pub rate: Option<f64>,
    /// True where what is not accepted is sent again, as the vendor does.
    pub retries: bool,
}

impl PlanView<'_> {
    /// The name of a source.
    fn name(&self, source: u32) -> &str {
        self.names.get(source as usize).map_or("", String::as_str)
    }
}

/// A run that is shown.
#[derive(Clone, Copy, Debug)]
pub struct ReportView<'v> {
    /// Its plan.
    pub plan: PlanView<'v>,
    /// What became of it.
    pub outcome: &'v Outcome,
    /// What changed against an earlier run.
    pub comparison: Option<&'v Comparison>,
}
