//! Findings on records, counted.

use crate::spec::Level;

/// Findings on records, counted by level.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Problems {
    /// By level, in the order of [`Level::ALL`].
    pub counts: [u32; 3],
    /// Those of rules that a filter asks for.
    pub sought: u32,
}

impl Problems {
    /// Counts one finding.
    pub fn add(&mut self, level: Level) {
        self.add_many(level, 1);
    }

    /// Counts that many findings.
    pub fn add_many(&mut self, level: Level, count: u64) {
        let of = &mut self.counts[level as usize];
        *of = of.saturating_add(u32::try_from(count).unwrap_or(u32::MAX));
    }

    /// Adds all of another count.
    pub fn merge(&mut self, other: Self) {
        for (count, more) in self.counts.iter_mut().zip(other.counts) {
            *count = count.saturating_add(more);
        }
        self.sought = self.sought.saturating_add(other.sought);
    }

    /// Takes away what was counted before.
    pub(in crate::calls) fn remove(&mut self, other: Self) {
        for (count, less) in self.counts.iter_mut().zip(other.counts) {
            *count = count.saturating_sub(less);
        }
        self.sought = self.sought.saturating_sub(other.sought);
    }

    /// All counts, so that they can be packed.
    pub(in crate::calls) fn numbers(self) -> [u32; 4] {
        let [errors, warnings, infos] = self.counts;
        [errors, warnings, infos, self.sought]
    }

    /// What such counts are of.
    pub(in crate::calls) fn of_numbers([errors, warnings, infos, sought]: [u32; 4]) -> Self {
        Self { counts: [errors, warnings, infos], sought }
    }

    /// Findings of that level.
    pub fn of(&self, level: Level) -> u32 {
        self.counts[level as usize]
    }

    /// Errors and warnings.
    pub fn grave(&self) -> u32 {
        self.of(Level::Error) + self.of(Level::Warning)
    }
}
