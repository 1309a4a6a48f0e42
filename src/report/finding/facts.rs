//! What is known of a list of findings once it is complete.

use super::style::FindingStyle;
use crate::report::quantity::counted;
use crate::spec::Level;

/// What is known of a list once it is complete.
#[derive(Clone, Copy, Debug, Default)]
pub struct ListFacts {
    /// Its entries by level.
    pub listed: [u64; 3],
    /// Findings that a limit cut, by level.
    pub cut: [u64; 3],
    /// Findings at level `info` that are only counted, because there are many of them.
    pub counted: u64,
    /// True if some input could not be read.
    pub is_incomplete: bool,
}

impl ListFacts {
    /// Entries.
    pub(super) fn all(&self) -> u64 {
        self.listed.iter().sum()
    }

    /// Entries that fail the run.
    pub(super) fn failing(&self, style: FindingStyle) -> u64 {
        of_failing(style, self.listed)
    }

    /// True if the limit cut a finding that fails the run.
    pub(super) fn cuts_failing(&self, style: FindingStyle) -> bool {
        of_failing(style, self.cut) > 0
    }

    /// Findings that the limit cut.
    pub(super) fn all_cut(&self) -> u64 {
        self.cut.iter().sum()
    }

    /// Says what the limit cut.
    pub(super) fn cut_text(&self) -> Option<String> {
        let cut = self.all_cut();
        (cut > 0).then(|| format!("{} not listed", counted(cut, "more finding")))
    }
}

/// Of numbers by level, the sum of those of levels that fail the run.
fn of_failing(style: FindingStyle, numbers: [u64; 3]) -> u64 {
    Level::ALL
        .into_iter()
        .zip(numbers)
        .filter(|(level, _)| style.fails(*level))
        .map(|(_, number)| number)
        .sum()
}
