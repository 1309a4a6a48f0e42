//! Findings that a record cannot be read as a callback, of which the first few of each source are listed.
//!
//! Comes in: such findings, in the order of the input. Goes out: which are listed, and the counts of the others. Must not:
//! write, or change what is counted.

use crate::spec::{Finding, Folded, Level, Place, RuleId};

/// How many of them are listed of one kind and source.
const LISTED: u64 = 3;

/// The rules that say that a record cannot be read as a callback.
const UNREADABLE: [RuleId; 8] = [
    RuleId::HttpRequestLine,
    RuleId::HttpSkipped,
    RuleId::HttpTruncated,
    RuleId::JsonSyntax,
    RuleId::JsonNotObject,
    RuleId::JsonEncoding,
    RuleId::JsonDepth,
    RuleId::BodyUnrecognised,
];

/// What findings have in common that are folded together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoldKey {
    /// The rule.
    pub rule: RuleId,
    /// Their level.
    pub level: Level,
    /// The texts that their bodies were taken from.
    pub wrapper: Vec<String>,
}

impl FoldKey {
    /// That of a finding; none if it is always listed.
    pub fn of(finding: &Finding) -> Option<Self> {
        let Finding { rule, level, wrapper, .. } = finding;
        UNREADABLE.contains(rule).then(|| Self { rule: *rule, level: *level, wrapper: wrapper.clone() })
    }
}

/// Findings of one kind.
#[derive(Clone, Debug)]
struct Fold {
    key: FoldKey,
    listed: u64,
    folded: Option<Folded<Place>>,
}

/// Findings that are folded, by kind, in the order of their first.
#[derive(Clone, Debug, Default)]
pub struct FindingFolds {
    rows: Vec<Fold>,
}

impl FindingFolds {
    fn row(&mut self, key: &FoldKey) -> &mut Fold {
        let index = self.rows.iter().position(|row| row.key == *key).unwrap_or(self.rows.len());
        if index == self.rows.len() {
            self.rows.push(Fold { key: key.clone(), listed: 0, folded: None });
        }
        &mut self.rows[index]
    }

    /// Takes the next finding of a kind; true if it is one of the first, which are listed.
    pub fn lists(&mut self, key: &FoldKey, place: &Place) -> bool {
        let row = self.row(key);
        if row.listed < LISTED {
            row.listed += 1;
            return true;
        }
        let (first, last) = (place.clone(), place.clone());
        self.add(key, Folded { rule: key.rule, level: key.level, count: 1, first, last });
        false
    }

    /// Counts findings of a kind, after all others.
    pub fn add(&mut self, key: &FoldKey, more: Folded<Place>) {
        match &mut self.row(key).folded {
            Some(folded) => {
                folded.count += more.count;
                folded.last = more.last;
            }
            none => *none = Some(more),
        }
    }

    /// What is not listed, with what it was found in.
    pub fn folded(&self) -> impl Iterator<Item = (&FoldKey, &Folded<Place>)> {
        self.rows.iter().filter_map(|row| Some((&row.key, row.folded.as_ref()?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_three_of_a_kind_are_listed() {
        let place = |record| Place {
            source: 0,
            offset: record,
            length: 1,
            record: Some(record),
            line: record,
            column: 1,
        };
        let key = |wrapper: &[&str]| FoldKey {
            rule: RuleId::JsonSyntax,
            level: Level::Error,
            wrapper: wrapper.iter().map(|&text| text.to_owned()).collect(),
        };
        let mut folds = FindingFolds::default();
        let listed = (1..=9).filter(|record| folds.lists(&key(&[]), &place(*record))).count();
        assert!(folds.lists(&key(&["/log"]), &place(10)));
        let rows: Vec<_> =
            folds.folded().map(|(_, folded)| (folded.count, folded.first.line, folded.last.line)).collect();
        assert_eq!((listed, rows), (3, vec![(6, 4, 9)]));
    }
}
