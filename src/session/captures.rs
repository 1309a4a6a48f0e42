//! Decides what of the inputs was captured twice.
//!
//! Comes in: the calls of the inputs. Goes out: the decision, which the calls have from then on. Must not: read an input
//! again unless it looks captured twice.

use std::ops::ControlFlow;

use super::inputs::Inputs;
use crate::engine::{Analysis, Gatherer, ReadRecords};
use crate::rules::RuleOptions;

impl Inputs {
    /// True if times of capture have to be kept from the beginning: where two inputs may hold the same, and where an input
    /// cannot be read again. Otherwise they are read again in the rare case that they decide anything.
    pub(super) fn keeps_captures(&self) -> bool {
        self.wants_captures || self.sources.list().len() > 1 || !self.sources.can_be_read_again()
    }

    /// From now on keeps times of capture from the beginning, for what is computed from them.
    pub fn keep_captures(&mut self) {
        self.wants_captures = true;
    }

    /// Decides what was captured twice.
    ///
    /// # Errors
    /// Returns an error if what does not fit in memory cannot be kept, or read.
    pub(super) fn decide_captures(
        &mut self,
        analysis: &mut Analysis,
        rules: &RuleOptions,
        keeps_captures: bool,
    ) -> anyhow::Result<()> {
        let Some(mut copies) = analysis.copies(self.threads)? else { return Ok(()) };
        if !keeps_captures {
            self.read_with_captures(analysis, rules)?;
            let Some(whole) = analysis.copies(self.threads)? else { return Ok(()) };
            copies = whole;
        }
        let sources = &self.sources;
        let twice = analysis.judge_copies(&copies, self.threads, |pair| sources.are_one_file(pair))?;
        analysis.set_captured_twice(twice);
        Ok(())
    }

    /// Reads everything once more, and keeps when and by whom callbacks were captured.
    fn read_with_captures(&mut self, analysis: &mut Analysis, rules: &RuleOptions) -> anyhow::Result<()> {
        let totals = std::mem::take(analysis).totals;
        let gatherer = Gatherer::new(self.memory, self.threads, true);
        let pass = ReadRecords { rules, gatherer: Some(&gatherer), calls: None, visitor: &() };
        self.run(&pass, |()| {
            gatherer.check()?;
            Ok::<_, anyhow::Error>(ControlFlow::Continue(()))
        })?;
        *analysis = gatherer.finish(totals)?;
        Ok(())
    }
}
