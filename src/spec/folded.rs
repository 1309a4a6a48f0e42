//! Findings that are counted instead of listed.

use serde::{Deserialize, Serialize};

use super::level::Level;
use super::rules::RuleId;

/// Findings of one rule and level that are counted instead of listed. `P` is a place, whose order is that of findings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Folded<P> {
    /// The rule.
    pub rule: RuleId,
    /// Their level.
    pub level: Level,
    /// How many.
    pub count: u64,
    /// Where the first of them is.
    pub first: P,
    /// Where the last of them is.
    pub last: P,
}

/// Faults of one kind in a record that are counted instead of kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FoldedRest {
    /// How many.
    pub count: u64,
    /// Where the first of them begins, in bytes.
    pub first: usize,
    /// Where the last of them begins, in bytes.
    pub last: usize,
}

impl FoldedRest {
    /// Counts one that begins there.
    pub fn add(counted: &mut Option<Self>, start: usize) {
        let counted = counted.get_or_insert(Self { count: 0, first: start, last: start });
        counted.count += 1;
        counted.first = counted.first.min(start);
        counted.last = counted.last.max(start);
    }
}

/// Counts by rule and level, in that order. Parts can be merged in any order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Folds<P> {
    rows: Vec<Folded<P>>,
}

impl<P> Default for Folds<P> {
    fn default() -> Self {
        Self { rows: Vec::new() }
    }
}

impl<P: Ord> Folds<P> {
    /// Counts findings.
    pub fn add(&mut self, folded: Folded<P>) {
        let key = |row: &Folded<P>| (row.rule, row.level);
        match self.rows.binary_search_by_key(&key(&folded), key) {
            Err(index) => self.rows.insert(index, folded),
            Ok(index) => {
                let row = &mut self.rows[index];
                row.count += folded.count;
                if folded.first < row.first {
                    row.first = folded.first;
                }
                if folded.last > row.last {
                    row.last = folded.last;
                }
            }
        }
    }

    /// Takes in the counts of another part.
    pub fn merge(&mut self, other: Self) {
        other.rows.into_iter().for_each(|folded| self.add(folded));
    }

    /// Forgets the findings of a rule.
    pub fn remove(&mut self, rule: RuleId) {
        self.rows.retain(|row| row.rule != rule);
    }

    /// The counts, one for each rule and level.
    pub fn rows(&self) -> &[Folded<P>] {
        &self.rows
    }

    /// How many findings of a level are counted.
    pub fn of(&self, level: Level) -> u64 {
        self.rows.iter().filter(|row| row.level == level).map(|row| row.count).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_merge_in_any_order() {
        let folded = |rule, level, count, first, last| Folded { rule, level, count, first, last };
        let parts = [
            folded(RuleId::BodyType, Level::Error, 2, 5, 7),
            folded(RuleId::BodyEmpty, Level::Error, 1, 1, 1),
            folded(RuleId::BodyType, Level::Warning, 1, 3, 3),
            folded(RuleId::BodyType, Level::Error, 3, 2, 6),
        ];
        let of = |order: [usize; 4]| {
            let mut whole = Folds::default();
            for pair in order.chunks(2) {
                let mut part = Folds::default();
                pair.iter().for_each(|index| part.add(parts[*index].clone()));
                whole.merge(part);
            }
            whole
        };
        let whole = of([0, 1, 2, 3]);
        assert_eq!(
            whole.rows().iter().find(|row| row.count == 5),
            Some(&folded(RuleId::BodyType, Level::Error, 5, 2, 7))
        );
        assert_eq!((whole.rows().len(), whole.of(Level::Error), whole.of(Level::Warning)), (3, 6, 1));
        for order in [[3, 2, 1, 0], [1, 3, 0, 2], [2, 0, 3, 1]] {
            assert_eq!(of(order), whole);
        }
    }
}
