//! The callbacks that `export` writes: those of the calls that a filter chooses, and which of them are duplicates.

use crate::calls::{CallTable, Filter, Position, Timeline, outcome};
use crate::engine::{Analysis, Block};
use crate::spill::{Marker, Marks, Shared, SpillError};

/// Callbacks that are selected.
#[derive(Debug)]
pub(super) struct CallbackSelection {
    /// True if all are: then only the duplicates among them are marked.
    all: bool,
    /// By position: 1 for a duplicate, 0 for another.
    marks: Marks<1>,
}

impl CallbackSelection {
    /// Those of the calls that a filter chooses.
    ///
    /// # Errors
    /// Returns an error if what does not fit in memory cannot be kept.
    pub(super) fn of(analysis: &Analysis, filter: &Filter, threads: usize) -> Result<Self, SpillError> {
        let all = filter.is_empty();
        let marker = Shared::new(Marker::new(analysis.memory().of_sorting()));
        let look = |(): &mut (), _: &CallTable, timeline: &Timeline<'_>| {
            let is_selected =
                if all { timeline.has_duplicates } else { filter.chooses(timeline, &outcome(timeline)) };
            if !is_selected {
                return;
            }
            let mut marked = timeline.callbacks().filter(|step| !all || step.original.is_some());
            marker.fill(|marker| {
                marked.try_for_each(|step| {
                    marker.add(step.position.number(), u8::from(step.original.is_some()))
                })
            });
        };
        analysis.each_call(threads, || (), look)?;
        let marker = marker.finish()?;
        Ok(Self { all, marks: marker.finish()? })
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
        let this = (block.source, block.frame.first_record);
        if self.block != Some(this) {
            self.block = Some(this);
            let end = block.frame.first_record + block.frame.pieces.len() as u64;
            let [from, to] = [block.frame.first_record, end].map(|it| Position::new(block.source, it));
            self.failed = selection.marks.between(from.number(), to.number(), &mut self.marks).err();
        }
        let found = self.marks.binary_search_by_key(&position.number(), |(place, _)| *place);
        match found {
            Ok(index) => Some(self.marks[index].1 == [1]),
            Err(_) => selection.all.then_some(false),
        }
    }

    /// Says whether all is well.
    ///
    /// # Errors
    /// Returns an error if what is selected could not be read.
    pub(super) fn check(&mut self) -> Result<(), SpillError> {
        self.failed.take().map_or(Ok(()), Err)
    }
}
