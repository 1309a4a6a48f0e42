//! The input of every format of a comparison.

use super::figures::{ComparedFigure, compared_figures};
use crate::calls::{Changes, GroupKey, ShareChange};
use crate::report::call_list::ShortIds;
use crate::report::catalog::figures::FigureFacts;
use crate::report::command::why_command;
use crate::report::quantity::counted;

/// One of two sides.
#[derive(Clone, Copy, Debug)]
pub struct ComparedSide<'r> {
    /// What it is, for people.
    pub name: &'r str,
    /// Its inputs as a shell takes them; none if they cannot be read again.
    pub inputs: &'r [String],
    /// What its figures are computed from.
    pub facts: FigureFacts<'r>,
    /// Its calls that the beginning of the log cuts, and those that its end does.
    pub cut: [u64; 2],
    /// How ids of its calls may be abbreviated.
    pub short: &'r ShortIds,
}

/// A condition on the difference of a figure.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckedCondition {
    /// The condition, as it was given.
    pub text: String,
    /// The name of the figure.
    pub figure: String,
    /// How much greater it is on the second side, in the unit of the condition; none if a side does not have it.
    pub difference: Option<f64>,
}

/// What is reported.
#[derive(Clone, Copy, Debug)]
pub struct CompareReport<'r> {
    /// Both sides.
    pub sides: [ComparedSide<'r>; 2],
    /// What changed by more than chance.
    pub changes: &'r Changes,
    /// The conditions, each with whether it holds.
    pub conditions: &'r [(CheckedCondition, bool)],
}

impl CompareReport<'_> {
    pub(super) fn figures(&self) -> Vec<ComparedFigure> {
        compared_figures([&self.sides[0].facts, &self.sides[1].facts])
    }

    /// The ids of examples of the side that has more of a change, as short as they may be.
    pub(super) fn short_examples<'c>(&self, change: &'c ShareChange) -> Vec<&'c str> {
        let side = change.side();
        change.examples[side].iter().map(|id| self.sides[side].short.short(id)).collect()
    }

    /// The command that explains the first example of a change.
    pub(super) fn next(&self, change: &ShareChange) -> Option<String> {
        let id = self.short_examples(change).into_iter().next()?;
        why_command(id, self.sides[change.side()].inputs.iter().map(String::as_str))
    }

    /// What there is to know of half a log, and of what is not compared.
    pub fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        for (letter, side) in ["A", "B"].into_iter().zip(&self.sides) {
            let (figures, [begins, ends]) = (side.facts.figures, side.cut);
            if figures.calls == 0 {
                notes.push(format!(
                    "{letter} has no calls{}",
                    if side.facts.filtered { " that are wanted" } else { "" }
                ));
            }
            if figures.incomplete() > 0 {
                notes.push(format!(
                    "{letter}: {} of {} incomplete: the log does not say how they ended; no rate counts them",
                    figures.incomplete(),
                    counted(figures.calls, "call"),
                ));
            }
            let cuts = [(begins, "it begins within", "log_begins"), (ends, "it ends within", "log_ends")];
            let cuts = cuts.iter().filter(|(calls, _, _)| *calls > 0);
            let cuts: Vec<String> = cuts
                .map(|(calls, how, cause)| format!("{how} {} (`{cause}`)", counted(*calls, "call")))
                .collect();
            if !cuts.is_empty() {
                let cuts = cuts.join(", ");
                notes.push(format!("{letter} is a part of a log: {cuts}; no share of causes counts them"));
            }
        }
        if !self.changes.left_out.is_empty() {
            let names: Vec<String> = self.changes.left_out.iter().map(|key| key.name()).collect();
            notes.push(format!("too many different values to compare: `{}`", names.join("`, `")));
        }
        notes
    }
}

/// The ids that are shown of a side.
pub fn shown_ids(changes: &Changes, side: usize) -> std::collections::BTreeSet<String> {
    changes.list.iter().flat_map(|change| change.examples[side].iter().cloned()).collect()
}

/// The kind of a value for people, where it is not the name of the key.
pub(super) fn kind(key: GroupKey) -> String {
    match key {
        GroupKey::SdkAppId => "app".to_owned(),
        _ => key.name().replace('_', " "),
    }
}
