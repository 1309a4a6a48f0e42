//! The figures of a summary: as tables for people, as JSON, and as rows.

mod json;
mod rows;
mod tables;

pub use json::json;
pub use rows::{csv, markdown};
pub use tables::tables;

use crate::calls::{Distribution, Figures, Summary, Totals};

/// What is reported.
#[derive(Clone, Copy, Debug)]
pub struct Report<'r> {
    /// The figures.
    pub summary: &'r Summary,
    /// What the whole input holds.
    pub totals: &'r Totals,
    /// True where only some calls were chosen.
    pub filtered: bool,
    /// By what calls are in groups.
    pub by: Option<&'r str>,
}

impl Report<'_> {
    /// Callbacks that name no call; none are counted where calls were chosen.
    fn ungrouped(&self) -> u64 {
        if self.filtered { 0 } else { self.totals.ungrouped }
    }
}

/// The three durations that are reported as distributions, by the name of their figure.
fn distributions(figures: &Figures) -> [(&'static str, Option<Distribution>); 3] {
    [
        ("talk_seconds", figures.talk.distribution()),
        ("time_to_answer_seconds", figures.time_to_answer.distribution()),
        ("time_to_abandon_seconds", figures.time_to_abandon.distribution()),
    ]
}

/// The parts of a distribution, by name; the mean is the only one that is no whole number.
fn parts(distribution: Option<Distribution>) -> [(&'static str, Option<f64>); 6] {
    let of = |part: fn(&Distribution) -> f64| distribution.as_ref().map(part);
    [
        ("mean", of(|it| it.mean)),
        ("p50", of(|it| f64::from(it.p50))),
        ("p90", of(|it| f64::from(it.p90))),
        ("p95", of(|it| f64::from(it.p95))),
        ("p99", of(|it| f64::from(it.p99))),
        ("max", of(|it| f64::from(it.max))),
    ]
}
