//! What of an input was captured twice, decided once all of its calls are known.
//!
//! Comes in: the calls of an input. Goes out: the tallies of copies, and the decision. Must not: cost more than a small
//! part of a pass over the calls where there is nothing to decide.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::analysis::Analysis;
use crate::calls::{CallTable, CapturedTwice, CopyTally, PairTally, Timeline};
use crate::spill::SpillError;

/// Of a log that holds 95 of 100 different callbacks twice at most one in this many is alone: 5 of 195.
const ALL_OF_ALONE: u64 = 39;

impl Analysis {
    /// What sources hold more than once, and share; none if nothing could be captured twice.
    ///
    /// # Errors
    /// Returns an error if calls that are kept outside of memory cannot be read.
    pub fn copies(&self, threads: usize) -> Result<Option<CopyTally>, SpillError> {
        Ok(self.copy_tally(threads)?.filter(CopyTally::is_doubtful))
    }

    /// The same for these calls as a part of the input; none if they show that nothing was captured twice.
    ///
    /// # Errors
    /// Returns an error if calls that are kept outside of memory cannot be read.
    pub fn copy_tally(&self, threads: usize) -> Result<Option<CopyTally>, SpillError> {
        let (stop, alone) = (AtomicBool::new(false), AtomicU64::new(0));
        let has_one_source = self.totals.sources.values().filter(|facts| facts.callbacks() > 0).count() < 2;
        let most_alone = (self.totals.callbacks - self.totals.ungrouped) / ALL_OF_ALONE;
        let look = |tally: &mut CopyTally, _: &CallTable, timeline: &Timeline<'_>| {
            tally.add(timeline);
            // What is alone in the only source speaks against a log that holds everything twice.
            if has_one_source && !timeline.has_duplicates {
                let more = timeline.callbacks().count() as u64;
                if alone.fetch_add(more, Ordering::Relaxed) + more > most_alone {
                    stop.store(true, Ordering::Relaxed);
                }
            }
        };
        let parts = self.each_call_until(&stop, threads, CopyTally::default, look)?;
        if stop.load(Ordering::Relaxed) {
            return Ok(None);
        }
        let mut whole = CopyTally::default();
        parts.into_iter().for_each(|part| whole.merge(part));
        Ok(Some(whole))
    }

    /// What was captured twice, by these copies. `are_one` is true for two sources that are the same file.
    ///
    /// # Errors
    /// Returns an error if calls that are kept outside of memory cannot be read.
    pub fn judge_copies(
        &self,
        copies: &CopyTally,
        threads: usize,
        are_one: impl Fn([usize; 2]) -> bool,
    ) -> Result<CapturedTwice, SpillError> {
        let pairs = self.pair_tally(&copies.pairs(are_one), threads)?;
        Ok(copies.captured_twice(&pairs))
    }

    /// What pairs of sources hold of these calls; `empty` are the pairs, of which nothing is counted yet.
    ///
    /// # Errors
    /// Returns an error if calls that are kept outside of memory cannot be read.
    pub fn pair_tally(&self, empty: &PairTally, threads: usize) -> Result<PairTally, SpillError> {
        let mut pairs = empty.clone();
        if !pairs.is_empty() {
            let look = |tally: &mut PairTally, _: &CallTable, timeline: &Timeline<'_>| tally.add(timeline);
            let parts = self.each_call(threads, || empty.clone(), look)?;
            parts.iter().for_each(|part| pairs.merge(part));
        }
        Ok(pairs)
    }
}
