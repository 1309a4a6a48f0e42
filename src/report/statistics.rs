//! Findings, counted.

use crate::calls::Totals;
use crate::report::containers::{callbacks, kinds};
use crate::report::finding::json::place;
use crate::report::json::line;
use crate::report::quantity::{by_level, counted};
use crate::report::text_table::TextTable;
use crate::spec::{Level, Place, RULE_COUNT, RULES, RuleId};

/// Findings by rule and level, in the order of the input.
#[derive(Clone, Debug)]
pub struct FindingTally {
    counts: Vec<[u64; 3]>,
    first: Vec<[Option<Place>; 3]>,
}

impl Default for FindingTally {
    fn default() -> Self {
        Self { counts: vec![[0; 3]; RULE_COUNT], first: vec![[const { None }; 3]; RULE_COUNT] }
    }
}

/// A row of the statistics.
struct StatisticsRow<'t> {
    rule: &'static str,
    level: Level,
    count: u64,
    first: &'t Place,
}

impl FindingTally {
    /// Counts a finding.
    pub fn add(&mut self, rule: RuleId, level: Level, place: &Place) {
        self.add_many(rule, level, place, 1);
    }

    /// Counts several findings; the first is at `place`.
    pub fn add_many(&mut self, rule: RuleId, level: Level, place: &Place, count: u64) {
        self.counts[rule as usize][level as usize] += count;
        self.first[rule as usize][level as usize].get_or_insert_with(|| place.clone());
    }

    /// Findings of that level.
    pub fn of(&self, level: Level) -> u64 {
        self.counts.iter().map(|counts| counts[level as usize]).sum()
    }

    /// All findings.
    pub fn all(&self) -> u64 {
        Level::ALL.iter().map(|level| self.of(*level)).sum()
    }

    /// The rules that have findings, most findings first, within a level; down to the least serious level that is wanted.
    fn rows(&self, least: Level) -> Vec<StatisticsRow<'_>> {
        let mut rows = Vec::new();
        for level in Level::ALL.into_iter().filter(|level| *level <= least) {
            let start = rows.len();
            for rule in &RULES {
                let count = self.counts[rule.id as usize][level as usize];
                if let Some(first) = &self.first[rule.id as usize][level as usize] {
                    rows.push(StatisticsRow { rule: rule.name, level, count, first });
                }
            }
            rows[start..].sort_by(|one, other| other.count.cmp(&one.count).then(one.rule.cmp(other.rule)));
        }
        rows
    }
}

/// The statistics as a table, without the levels below `least`.
pub fn statistics_table<'s>(tally: &FindingTally, least: Level, source: impl Fn(usize) -> &'s str) -> String {
    let mut table = TextTable::new(&[">count", "level", "rule", "first"]);
    for row in tally.rows(least) {
        let first = format!("{}:{}:{}", source(row.first.source), row.first.line, row.first.column);
        table.row(&[&row.count.to_string(), row.level.as_str(), row.rule, &first]);
    }
    table.render()
}

/// The same as one JSON object a line: `{rule, level, count, first}`.
pub fn statistics_json<'s>(tally: &FindingTally, least: Level, source: impl Fn(usize) -> &'s str) -> Vec<u8> {
    let mut out = Vec::new();
    for row in tally.rows(least) {
        line(&mut out, |object| {
            object.member("rule", row.rule);
            object.member("level", row.level.as_str());
            object.member("count", row.count);
            object.object("first", |first| place(first, row.first, &source));
        });
    }
    out
}

/// The line of totals that ends a validation: what was understood, and what was found.
pub fn totals_line(tally: &FindingTally, totals: &Totals, sources: usize) -> String {
    format!(
        "checked {} ({}) in {}{}: {}",
        counted(totals.records, "record"),
        callbacks(totals),
        counted(sources as u64, "input"),
        kinds(totals),
        by_level(Level::ALL.map(|level| tally.of(level))),
    )
}
