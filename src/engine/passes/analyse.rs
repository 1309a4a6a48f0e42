//! The pass that puts the callbacks of an input into calls.

use super::records::RecordVisitor;
use crate::engine::analysis::Gatherer;
use crate::engine::cutter::Block;
use crate::engine::pass::Pass;
use crate::engine::read::{CallSet, Reader, read_block};
use crate::rules::RuleOptions;

/// Reads and judges records, puts their callbacks into calls, and shows a visitor those with findings.
#[derive(Debug)]
pub struct Analyse<'r, V> {
    /// The rules that records are judged by.
    pub rules: &'r RuleOptions,
    /// Where the callbacks go.
    pub gatherer: &'r Gatherer,
    /// Calls all of whose records are visited.
    pub calls: Option<&'r CallSet>,
    /// What sees records.
    pub visitor: &'r V,
}

impl<'r, V: RecordVisitor> Pass for Analyse<'r, V> {
    type Item = Block;
    type State = Reader<'r>;
    type Output = V::Output;

    fn state(&self) -> Reader<'r> {
        Reader::into_table(self.gatherer.table()).watching(self.calls)
    }

    fn work(&self, reader: &mut Reader<'r>, block: &Block, output: &mut V::Output) {
        read_block(reader, block, self.rules, |view| self.visitor.visit(output, block, view));
    }
}
