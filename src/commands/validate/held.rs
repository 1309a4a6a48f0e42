//! Entries of the list that are written at the end, since they depend on how many there are.
//!
//! Comes in: entries, in their order. Goes out: those of them that are chosen. Must not: know what they say.

use std::ops::Range;

use crate::spec::Level;
use crate::spill::LongText;

/// Entries of one level, one after another.
#[derive(Debug)]
struct HeldRun {
    level: Level,
    entries: u64,
    findings: u64,
    /// Where they end in the text.
    end: u64,
}

/// Entries that wait; long text waits in a temporary file.
#[derive(Debug, Default)]
pub(super) struct HeldEntries {
    text: LongText,
    runs: Vec<HeldRun>,
}

impl HeldEntries {
    /// Says of what level the next bytes are, and how many entries and findings they stand for, so that they can be
    /// chosen.
    pub(super) fn expect(&mut self, level: Level, (entries, findings): (u64, u64), length: u64) {
        let end = self.runs.last().map_or(0, |run| run.end) + length;
        self.runs.push(HeldRun { level, entries, findings, end });
    }

    /// Takes bytes.
    pub(super) fn add(&mut self, bytes: &[u8]) {
        self.text.add(|text| text.extend_from_slice(bytes));
    }

    /// Where everything is in the text.
    pub(super) fn all(&self) -> Vec<Range<u64>> {
        std::iter::once(0..self.text.len()).collect()
    }

    /// Chooses the first entries of the levels that are listed, up to `most`; returns where they are in the text, and by
    /// level how many there are, and the findings that they stand for.
    pub(super) fn choose(
        &self,
        most: u64,
        lists: impl Fn(Level) -> bool,
    ) -> (Vec<Range<u64>>, [u64; 3], [u64; 3]) {
        let (mut ranges, mut listed, mut told): (Vec<Range<u64>>, _, _) = (Vec::new(), [0; 3], [0; 3]);
        let mut start = 0;
        for run in &self.runs {
            let range = std::mem::replace(&mut start, run.end)..run.end;
            if !lists(run.level) || listed.iter().sum::<u64>() >= most {
                continue;
            }
            listed[run.level as usize] += run.entries;
            told[run.level as usize] += run.findings;
            match ranges.last_mut() {
                Some(last) if last.end == range.start => last.end = range.end,
                _ => ranges.push(range),
            }
        }
        (ranges, listed, told)
    }

    /// Gives ranges of the text to `put`.
    ///
    /// # Errors
    /// As for [`LongText::give`].
    pub(super) fn give(
        self,
        ranges: &[Range<u64>],
        put: impl FnMut(&[u8]) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        self.text.give(ranges, put)
    }
}
