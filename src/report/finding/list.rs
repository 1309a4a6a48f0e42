//! What stands before and after the entries of a list of findings.

use super::style::{FindingFormat, FindingStyle};
use super::{junit, sarif};
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

/// What the list begins with; the facts matter if it [begins with counts](FindingFormat::begins_with_counts).
pub fn list_head(style: FindingStyle, facts: &ListFacts) -> Vec<u8> {
    match style.format {
        FindingFormat::Sarif => sarif::head(),
        FindingFormat::Junit => junit::head(style, facts),
        _ => Vec::new(),
    }
}

/// What the list ends with: how much was left out, in its format.
pub fn list_foot(style: FindingStyle, facts: &ListFacts) -> Vec<u8> {
    let mut text = String::new();
    match (style.format, facts.cut_text()) {
        (FindingFormat::Sarif, _) => return sarif::foot(facts),
        (FindingFormat::Junit, _) => return junit::foot(style, facts),
        (_, None) => {}
        (FindingFormat::Json, Some(_)) => text = format!("{{\"cut\":{}}}\n", facts.all_cut()),
        (FindingFormat::Github, Some(what)) => text = format!("::notice title=callkit-tool::{what}\n"),
        (FindingFormat::Full | FindingFormat::Concise, Some(what)) => text = format!("{what} (--limit)\n"),
    }
    if facts.counted > 0 {
        let what = counted(facts.counted, "finding");
        text.push_str(&format!("{what} at level `info` are only counted; `--min-level info` lists them\n"));
    }
    text.into_bytes()
}
