//! The input of every format of a summary.

use crate::calls::{Figures, Summary, Totals};
use crate::report::catalog::figures::FigureFacts;

/// What is reported.
#[derive(Clone, Copy, Debug)]
pub struct SummaryReport<'r> {
    /// The figures.
    pub summary: &'r Summary,
    /// What the whole input holds.
    pub totals: &'r Totals,
    /// The names of its sources.
    pub names: &'r [String],
    /// True if only some calls were chosen.
    pub filtered: bool,
    /// What calls are grouped by.
    pub by: Option<&'r str>,
}

impl<'r> SummaryReport<'r> {
    /// What the figures of all calls are computed from.
    pub(super) fn total(&self) -> FigureFacts<'r> {
        self.of(&self.summary.total)
    }

    /// The key of each group, and what its figures are computed from.
    pub(super) fn groups(&self) -> impl Iterator<Item = (&'r str, FigureFacts<'r>)> {
        self.summary.groups.iter().map(|(key, figures)| (key.as_str(), self.of(figures)))
    }

    fn of(&self, figures: &'r Figures) -> FigureFacts<'r> {
        FigureFacts { figures, totals: self.totals, filtered: self.filtered }
    }
}
