//! The callbacks of the calls that a filter chooses, and which of them are duplicates or were captured twice.
//!
//! Comes in: calls, and which are wanted. Goes out: whether a callback is one of theirs, by its position. Must not: read
//! records.

use crate::calls::Position;
use crate::engine::{Analysis, Block, JudgedCall, Selection, judge_calls};
use crate::rules::RuleOptions;
use crate::spill::{Marker, Marks, Shared, SpillError};

/// Marks a callback that was redelivered.
const DUPLICATE: u8 = 1;
/// Marks one that was captured twice, so that another stands for it.
const SET_ASIDE: u8 = 2;

/// Callbacks that are selected.
#[derive(Debug)]
pub(super) struct CallbackSelection {
    /// True if all are but those set aside: then only these and the duplicates are marked.
    all: bool,
    /// By position: [`DUPLICATE`], [`SET_ASIDE`], or 0 for another.
    marks: Marks<1>,
}

impl CallbackSelection {
    /// Those of the calls that are wanted.
    ///
    /// # Errors
    /// Returns an error if what does not fit in memory cannot be kept.
    pub(super) fn of(
        analysis: &Analysis,
        rules: &RuleOptions,
        wanted: &Selection,
        threads: usize,
    ) -> Result<Self, SpillError> {
        let all = wanted.chooses_all();
        let marker = Shared::new(Marker::new(analysis.memory().of_sorting()));
        let look = |(): &mut (), call: &JudgedCall<'_>| {
            if !wanted.chooses(call) {
                return;
            }
            let timeline = call.timeline();
            if all && !timeline.has_duplicates && timeline.set_aside.is_empty() {
                return;
            }
            let marked = timeline.callbacks().filter(|step| !all || step.original.is_some());
            let marked =
                marked.map(|step| (step.position, if step.original.is_some() { DUPLICATE } else { 0 }));
            let set_aside = timeline.set_aside.iter().map(|position| (*position, SET_ASIDE));
            let mut marks = marked.chain(set_aside);
            marker.fill(|marker| marks.try_for_each(|(position, mark)| marker.add(position.number(), mark)));
        };
        judge_calls(analysis, rules, threads, || (), look)?;
        let marker = marker.finish()?;
        Ok(Self { all, marks: marker.finish()? })
    }
}

impl CallbackSelection {
    /// Whether the callback at a position is selected, and then whether it is a duplicate; positions are asked for in
    /// ascending order.
    ///
    /// # Errors
    /// Returns an error if what is selected could not be read.
    pub(super) fn find(&mut self, position: Position) -> Result<Option<bool>, SpillError> {
        let mark = self.marks.get(position.number())?;
        Ok(self.meaning(mark))
    }

    /// What the mark of a callback says, or that it has none.
    fn meaning(&self, mark: Option<[u8; 1]>) -> Option<bool> {
        match mark {
            Some(mark) => Some(mark).filter(|mark| *mark != [SET_ASIDE]).map(|mark| mark == [DUPLICATE]),
            None => self.all.then_some(false),
        }
    }
}

/// What is selected of one block.
#[derive(Debug, Default)]
pub(super) struct SelectedInBlock {
    /// The block's source and first record.
    block: Option<(usize, u64)>,
    marks: Vec<(u64, [u8; 1])>,
    failed: Option<SpillError>,
}

impl SelectedInBlock {
    /// Whether a callback of a block is selected, and then whether it is a duplicate.
    pub(super) fn find(
        &mut self,
        selection: &CallbackSelection,
        block: &Block,
        position: Position,
    ) -> Option<bool> {
        let mark = self.mark(selection, block, position);
        selection.meaning(mark)
    }

    /// Whether a callback of a block is one of a call that is wanted, also if another stands for it.
    pub(super) fn is_of_call(
        &mut self,
        selection: &CallbackSelection,
        block: &Block,
        position: Position,
    ) -> bool {
        self.mark(selection, block, position).is_some() || selection.all
    }

    fn mark(&mut self, selection: &CallbackSelection, block: &Block, position: Position) -> Option<[u8; 1]> {
        let this = (block.source, block.frame.first_record);
        if self.block != Some(this) {
            self.block = Some(this);
            let end = block.frame.first_record + block.frame.pieces.len() as u64;
            let [from, to] = [block.frame.first_record, end].map(|it| Position::new(block.source, it));
            self.failed = selection.marks.between(from.number(), to.number(), &mut self.marks).err();
        }
        let found = self.marks.binary_search_by_key(&position.number(), |(place, _)| *place);
        found.ok().map(|index| self.marks[index].1)
    }

    /// Says whether all is well.
    ///
    /// # Errors
    /// Returns an error if what is selected could not be read.
    pub(super) fn check(&mut self) -> Result<(), SpillError> {
        self.failed.take().map_or(Ok(()), Err)
    }
}
