//! What a summary is drawn from.

use crate::calls::{Figures, Summary, Totals};
use crate::report::catalog::figures::FigureFacts;

/// What is reported.
#[derive(Clone, Copy, Debug)]
pub struct SummaryReport<'r> {
    /// The figures.
    pub summary: &'r Summary,
    /// What the whole input holds.
    pub totals: &'r Totals,
    /// True where only some calls were chosen.
    pub filtered: bool,
    /// By what calls are in groups.
    pub by: Option<&'r str>,
}

impl<'r> SummaryReport<'r> {
    /// What the figures of all calls are worked out from.
    pub(super) fn total(&self) -> FigureFacts<'r> {
        self.of(&self.summary.total)
    }

    /// What those of each group are worked out from, with its key.
    pub(super) fn groups(&self) -> impl Iterator<Item = (&'r str, FigureFacts<'r>)> {
        self.summary.groups.iter().map(|(key, figures)| (key.as_str(), self.of(figures)))
    }

    fn of(&self, figures: &'r Figures) -> FigureFacts<'r> {
        FigureFacts { figures, totals: self.totals, filtered: self.filtered }
    }
}
