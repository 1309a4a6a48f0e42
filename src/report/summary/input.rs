//! The input of every format of a summary.

use jiff::tz::TimeZone;

use crate::calls::{Figures, GroupKey, GroupName, Summary, Totals};
use crate::report::catalog::figures::{FIGURES, Figure, FigureFacts};

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
    /// What calls are grouped by; empty if they are not.
    pub by: &'r [GroupKey],
    /// The zone of hours and days.
    pub zone: &'r TimeZone,
    /// In which order groups are, and how many of them are shown.
    pub order: GroupOrder,
    /// True to show groups alone.
    pub groups_only: bool,
}

/// The order of groups, and how many of them are shown.
#[derive(Clone, Copy, Debug)]
pub struct GroupOrder {
    /// The figure by which they are sorted, by its index in the catalog; their keys otherwise.
    pub figure: Option<usize>,
    /// True for the greatest first.
    pub descends: bool,
    /// How many are shown.
    pub most: usize,
}

impl GroupOrder {
    /// The figure that a name stands for: its own, or its title, in lower case and with `_` for spaces; `None` for `key`.
    ///
    /// # Errors
    /// Returns the names that there are.
    pub fn figure(name: &str) -> Result<Option<usize>, Vec<String>> {
        let short = |figure: &Figure| figure.title.to_lowercase().replace(' ', "_");
        let is_it = |figure: &Figure| {
            figure.value.is_one() && !figure.of_input && (figure.name == name || short(figure) == name)
        };
        match FIGURES.iter().position(is_it) {
            Some(index) => Ok(Some(index)),
            None if name == "key" => Ok(None),
            None => {
                let names = FIGURES.iter().filter(|it| it.value.is_one() && !it.of_input).map(short);
                Err(std::iter::once("key".to_owned()).chain(names).collect())
            }
        }
    }
}

impl<'r> SummaryReport<'r> {
    /// What the figures of all calls are computed from.
    pub(super) fn total(&self) -> FigureFacts<'r> {
        self.of(&self.summary.total)
    }

    /// The groups that are shown, in their order, and what the figures of each are computed from; and how many more
    /// there are. A group without a figure comes last.
    pub(super) fn groups(&self) -> (Vec<(&'r GroupName, FigureFacts<'r>)>, u64) {
        let mut groups: Vec<_> =
            self.summary.groups.iter().map(|(key, figures)| (key, self.of(figures))).collect();
        match self.order.figure {
            Some(figure) => {
                let sign = if self.order.descends { -1.0 } else { 1.0 };
                groups.sort_by_cached_key(|(_, facts)| {
                    let number = FIGURES[figure].value.number(facts);
                    number.map_or((true, Ordered(0.0)), |number| (false, Ordered(sign * number)))
                });
            }
            None if self.order.descends => groups.reverse(),
            None => {}
        }
        let cut = groups.len().saturating_sub(self.order.most);
        groups.truncate(self.order.most);
        (groups, cut as u64)
    }

    fn of(&self, figures: &'r Figures) -> FigureFacts<'r> {
        FigureFacts { figures, totals: self.totals, filtered: self.filtered }
    }

    /// What the figures of a group without calls are computed from.
    pub(super) fn of_none(&self, none: &'r Figures) -> FigureFacts<'r> {
        self.of(none)
    }
}

/// A number that can be sorted.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Ordered(f64);

impl Eq for Ordered {}

impl PartialOrd for Ordered {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ordered {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

/// The key of a group in one text: its parts joined as callees are, an empty one for calls without a key.
pub(super) fn key_text(name: &GroupName) -> String {
    let parts: Vec<&str> = name.parts().collect();
    match parts[..] {
        [part] => part.to_owned(),
        _ => crate::report::catalog::cell::joined(parts.into_iter()),
    }
}
