//! Reads the sources one after another and cuts them into blocks of whole records.

use crate::framing::{Format, Frame, Framer, Reach, detect};
use crate::source::{ByteStream, InputError, ReadError, Sources};

/// How the input is cut.
#[derive(Clone, Copy, Debug)]
pub struct CutOptions {
    /// The format of every source; none to tell it by content.
    pub format: Option<Format>,
    /// Longest record, in bytes.
    pub max_record: usize,
    /// Bytes that are read at once.
    pub block_size: usize,
}

/// Whole records of one source.
#[derive(Debug, Default)]
pub struct Block {
    /// Number of the block, from 0, over all sources.
    pub number: u64,
    /// The source.
    pub source: usize,
    /// Its bytes.
    pub data: Vec<u8>,
    /// What they are.
    pub frame: Frame,
    /// Set on the last block of a source whose compressed data is damaged: what is wrong, and where the data ends.
    pub damage: Option<(String, Reach)>,
}

/// A source that is being read.
struct Reading<'s> {
    index: usize,
    stream: ByteStream<'s>,
    framer: Option<Framer>,
    eof: bool,
    damage: Option<String>,
}

/// Cuts the sources, in order.
pub(super) struct Cutter<'s> {
    sources: &'s Sources,
    options: CutOptions,
    next_source: usize,
    next_block: u64,
    reading: Option<Reading<'s>>,
    /// Bytes that the last block left over.
    rest: Vec<u8>,
    /// Sources that could not be read, or not to their end.
    pub errors: Vec<InputError>,
}

impl<'s> Cutter<'s> {
    pub(super) fn new(sources: &'s Sources, options: CutOptions) -> Self {
        Self {
            sources,
            options,
            next_source: 0,
            next_block: 0,
            reading: None,
            rest: Vec::new(),
            errors: Vec::new(),
        }
    }

    /// Fills `block` with the next records; false at the end of the last source.
    pub(super) fn next(&mut self, block: &mut Block) -> bool {
        loop {
            if self.reading.is_none() && !self.open_next() {
                return false;
            }
            let Some(reading) = &mut self.reading else {
                return false;
            };
            block.data.clear();
            block.data.append(&mut self.rest);
            block.source = reading.index;
            block.damage = None;
            let mut wanted = self.options.block_size;
            let done = loop {
                if let Err(error) = reading.fill(&mut block.data, wanted) {
                    self.errors.push(InputError::io(self.sources.name(reading.index), &error));
                }
                if let Some(done) = reading.cut(&block.data, &mut block.frame, self.options)
                    && (done > 0 || reading.eof)
                {
                    break done;
                }
                wanted = block.data.len().saturating_mul(2).max(self.options.block_size);
            };
            self.rest.extend_from_slice(&block.data[done..]);
            block.data.truncate(done);
            if reading.eof {
                block.damage = reading.take_damage();
                self.reading = None;
                self.rest.clear();
            }
            if !block.data.is_empty() || !block.frame.pieces.is_empty() || block.damage.is_some() {
                block.number = self.next_block;
                self.next_block += 1;
                return true;
            }
        }
    }

    /// Opens the next source that can be opened.
    fn open_next(&mut self) -> bool {
        while self.next_source < self.sources.list().len() {
            let index = self.next_source;
            self.next_source += 1;
            match self.sources.open(index) {
                Ok(stream) => {
                    self.reading = Some(Reading { index, stream, framer: None, eof: false, damage: None });
                    return true;
                }
                Err(error) => self.errors.push(InputError::io(self.sources.name(index), &error)),
            }
        }
        false
    }
}

impl Reading<'_> {
    /// Reads until `data` holds that many bytes, or the source ends; an error ends it too.
    fn fill(&mut self, data: &mut Vec<u8>, wanted: usize) -> std::io::Result<()> {
        let mut length = data.len();
        if self.eof || length >= wanted {
            return Ok(());
        }
        data.resize(wanted, 0);
        let result = loop {
            match self.stream.read(&mut data[length..]) {
                Ok(0) if length == data.len() => break Ok(()),
                Ok(0) => {
                    self.eof = true;
                    break Ok(());
                }
                Ok(more) => length += more,
                Err(ReadError::Damaged(what)) => {
                    self.eof = true;
                    self.damage = Some(what);
                    break Ok(());
                }
                Err(ReadError::Io(error)) => {
                    self.eof = true;
                    break Err(error);
                }
            }
        };
        data.truncate(length);
        result
    }

    /// Cuts `data`; none while more of it is needed to tell the format.
    fn cut(&mut self, data: &[u8], frame: &mut Frame, options: CutOptions) -> Option<usize> {
        let framer = match &mut self.framer {
            Some(framer) => framer,
            None => {
                let told = options.format.or_else(|| detect(data, self.eof));
                // A format that shows only behind a whole record's worth of lines is not waited for.
                let enough = data.len() > options.max_record;
                let format = told.or(enough.then_some(Format::JsonLines))?;
                self.framer.insert(Framer::new(format, options.max_record))
            }
        };
        Some(framer.frame(data, self.eof, frame))
    }

    fn take_damage(&mut self) -> Option<(String, Reach)> {
        let start = Reach { offset: 0, length: 0, line: 1, column: 1 };
        let end = self.framer.as_ref().map_or(start, Framer::reach);
        self.damage.take().map(|what| (what, end))
    }
}
