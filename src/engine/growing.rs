//! A source that is still being written: its bytes as they come, cut into blocks of whole records.
//!
//! Comes in: bytes, in order. Goes out: blocks. Must not: read, or wait for more than the end of a record.

use std::sync::Arc;

use super::block::Block;
use super::cutter::CutOptions;
use crate::decode::RecordContents;
use crate::framing::{Format, Framer, detect};

/// A source that is still being written.
#[derive(Debug)]
pub struct GrowingSource {
    index: usize,
    options: CutOptions,
    framer: Option<Framer>,
    /// Bytes that belong to no whole record yet.
    rest: Vec<u8>,
}

impl GrowingSource {
    /// The source of that number, from its beginning.
    pub fn new(index: usize, options: CutOptions) -> Self {
        Self { index, options, framer: None, rest: Vec::new() }
    }

    /// The same from an offset on, where a line begins and that many lines are before; `head` is its beginning.
    pub fn going_on(index: usize, options: CutOptions, head: &[u8], offset: u64, lines: u64) -> Self {
        let mut source = Self::new(index, options);
        if offset > 0 {
            let format = source.format(head, true).unwrap_or(Format::JsonLines);
            let framer = Framer::starting_at(format, offset, source.options.max_record).behind(lines);
            source.framer = Some(framer.asking(source.contents()));
        }
        source
    }

    /// The format that the beginning of a source shows, as soon as there is a whole line: nobody knows when the next one
    /// comes.
    fn format(&self, head: &[u8], is_whole: bool) -> Option<Format> {
        let is_whole = is_whole || head.contains(&b'\n') || head.len() > self.options.max_record;
        let told = || detect(head, false).or_else(|| detect(head, true));
        self.options.format.or_else(|| is_whole.then(told).flatten())
    }

    /// True if the beginning of a source shows a table, whose header says what is in its rows.
    pub fn is_table(head: &[u8], options: &CutOptions) -> bool {
        Self::new(0, options.clone()).format(head, true) == Some(Format::Table)
    }

    fn contents(&self) -> Arc<RecordContents> {
        Arc::new(RecordContents { options: Arc::clone(&self.options.decode) })
    }

    /// Adds bytes, after which nothing more comes if it `ends`; gives the records that are whole by now, if any are.
    pub fn push(&mut self, bytes: &[u8], ends: bool) -> Option<Block> {
        self.rest.extend_from_slice(bytes);
        if self.framer.is_none() {
            let format = self.format(&self.rest, ends)?;
            let framer = Framer::new(format, self.options.max_record);
            self.framer = Some(framer.asking(self.contents()));
        }
        let framer = self.framer.as_mut()?;
        let mut block = Block {
            source: self.index,
            filled: self.rest.len(),
            buffer: std::mem::take(&mut self.rest),
            decode: Arc::clone(&self.options.decode),
            ..Block::default()
        };
        block.filled = framer.frame(&block.buffer, ends, &mut block.frame);
        self.rest.extend_from_slice(&block.buffer[block.filled..]);
        (block.filled > 0 || !block.frame.pieces.is_empty()).then_some(block)
    }
}
