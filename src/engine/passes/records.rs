//! The pass that reads and judges records, and puts their callbacks into calls.

use crate::engine::analysis::Gatherer;
use crate::engine::block::Block;
use crate::engine::pass::Pass;
use crate::engine::read::{CallSet, RecordReader, RecordView, read_block};
use crate::rules::RuleOptions;

/// Makes something of records as a pass reads them.
pub trait RecordVisitor: Sync {
    /// What it makes of those of one block.
    type Output: Default + Send;

    /// Takes a piece of a block; they come in order.
    fn visit(&self, output: &mut Self::Output, block: &Block, view: RecordView<'_>);
}

/// Makes nothing of them.
impl RecordVisitor for () {
    type Output = ();

    fn visit(&self, (): &mut (), _: &Block, _: RecordView<'_>) {}
}

/// Reads and judges records. A visitor sees them: those with findings and those of some calls, if callbacks are
/// gathered or calls are chosen, otherwise every record and every other range.
#[derive(Debug)]
pub struct ReadRecords<'r, V> {
    /// The rules that they are judged by.
    pub rules: &'r RuleOptions,
    /// Where callbacks are gathered into calls; none if the calls are of no interest.
    pub gatherer: Option<&'r Gatherer>,
    /// Calls all of whose records are visited.
    pub calls: Option<&'r CallSet>,
    /// What sees the records.
    pub visitor: &'r V,
}

impl<'r, V: RecordVisitor> Pass for ReadRecords<'r, V> {
    type State = RecordReader<'r>;
    type Output = V::Output;

    fn state(&self) -> RecordReader<'r> {
        RecordReader::new(self.gatherer.map(Gatherer::table), self.calls)
    }

    fn work(&self, reader: &mut RecordReader<'r>, block: &Block, output: &mut V::Output) {
        read_block(reader, block, self.rules, |view| self.visitor.visit(output, block, view));
    }
}
