//! Reads the sources one after another and cuts them into blocks of whole records.

use std::sync::Arc;

use jiff::tz::TimeZone;

use crate::decode::{DecodeOptions, RecordContents};
use crate::framing::{Format, Framer, Reach, detect};
use crate::source::{ByteStream, InputError, Named, ReadError, Sources, identify};

use super::block::Block;
use super::range::{RangeEnd, ReadExtent, SourceRange, first_boundary};
use super::stored::StoredSkips;

/// Bytes of the shortest blocks, the first one among them.
const SHORTEST: usize = 64 * 1024;

/// Records, blank and skipped ranges that a block should hold at most: all findings on them are in memory at once.
const MOST_PIECES: usize = 16 * 1024;

/// How the input is cut.
#[derive(Clone, Debug)]
pub struct CutOptions {
    /// The format of every source; none to tell it by content.
    pub format: Option<Format>,
    /// Longest record, in bytes.
    pub max_record: usize,
    /// Bytes that are read at once.
    pub block_size: usize,
    /// How records are read.
    pub decode: Arc<DecodeOptions>,
    /// The range of the first input that is read, in the given format; none for all of every input.
    pub range: Option<SourceRange>,
}

impl CutOptions {
    /// Options of a reading that looks for bodies everywhere, and takes times without a zone for UTC.
    pub fn new(format: Option<Format>, max_record: usize, block_size: usize) -> Self {
        Self { format, max_record, block_size, decode: Arc::default(), range: None }
    }

    /// The same with one place of the body, as a JSON pointer, if it is given, and with the zone of times that name none.
    #[must_use]
    pub fn reading(self, body_at: Option<String>, log_zone: TimeZone) -> Self {
        let most_decoded = self.max_record;
        let decode = DecodeOptions { body_at, log_zone, most_decoded, ..DecodeOptions::default() };
        Self { decode: Arc::new(decode), ..self }
    }
}

/// How long the block after one of that length and that many pieces should be.
fn adapted(length: usize, longest: usize, pieces: usize) -> usize {
    (length.saturating_mul(MOST_PIECES) / pieces.max(1)).clamp(longest.min(SHORTEST), longest)
}

/// A source that is being read.
struct OpenSource {
    index: usize,
    framer: Option<Framer>,
    /// True once its bytes have been looked at to see whether they are a log, and what they are otherwise.
    identified: Option<Option<&'static Named>>,
    /// Where what is skipped stands, of a source that was transcoded.
    skips: StoredSkips,
    /// Where it ends, if a range of it is read.
    range: Option<RangeEnd>,
    eof: bool,
    damage: Option<String>,
}

/// Cuts the sources, in order.
pub(super) struct Cutter<'s> {
    sources: &'s Sources,
    options: CutOptions,
    /// The input that is read, and its number; and the source in it.
    input: Option<(usize, ByteStream<'s>)>,
    next_input: usize,
    reading: Option<OpenSource>,
    next_source: usize,
    /// What the next source begins with, if a range of it is read.
    begun: Option<Framer>,
    range_end: Option<RangeEnd>,
    /// Bytes that the last block left over.
    rest: Vec<u8>,
    /// Bytes of the next block: fewer if records are short, so that a block holds no more of them than it should.
    length: usize,
    /// What was read of a range, once it has been.
    pub extent: Option<ReadExtent>,
    /// Sources that could not be read, or not to their end.
    pub errors: Vec<InputError>,
}

impl<'s> Cutter<'s> {
    pub(super) fn new(sources: &'s Sources, options: CutOptions) -> Self {
        let length = options.block_size.min(SHORTEST);
        Self {
            sources,
            options,
            input: None,
            next_input: 0,
            reading: None,
            next_source: 0,
            begun: None,
            range_end: None,
            rest: Vec::new(),
            length,
            extent: None,
            errors: Vec::new(),
        }
    }

    /// Fills `block` with the next records; false at the end of the last source.
    pub(super) fn next(&mut self, block: &mut Block) -> bool {
        loop {
            if self.reading.is_none() && !self.open_next() {
                return false;
            }
            let (Some(reading), Some((input, stream))) = (&mut self.reading, &mut self.input) else {
                return false;
            };
            block.begin(&self.rest);
            self.rest.clear();
            block.source = reading.index;
            block.damage = None;
            block.decode = Arc::clone(&self.options.decode);
            let mut wanted = self.length;
            let done = loop {
                if let Err(error) = reading.fill(stream, block, wanted) {
                    self.errors.push(InputError::io(&self.sources.list()[*input].name, &error));
                }
                if let Some(done) = reading.cut(block, &self.options)
                    && (done > 0 || reading.is_cut_off())
                {
                    break done;
                }
                wanted = block.filled.saturating_mul(2).max(self.options.block_size);
            };
            self.length = adapted(self.length, self.options.block_size, block.frame.pieces.len());
            self.rest.extend_from_slice(&block.data()[done..]);
            self.extent = reading.extent();
            if self.extent.is_some() {
                self.rest.clear();
            }
            block.filled = done;
            block.stored = reading.skips.next(stream.encoding(), &block.buffer[..done], &mut block.frame);
            if reading.is_cut_off() {
                block.damage = reading.take_damage(block.stored_offset(done));
                self.rest.clear();
            }
            if reading.eof {
                self.reading = None;
            }
            if block.filled > 0 || !block.frame.pieces.is_empty() || block.damage.is_some() {
                return true;
            }
        }
    }

    /// Opens an input, at the beginning of the range that is to be read; none if nothing of it is.
    fn open_input(&mut self, index: usize) -> std::io::Result<Option<ByteStream<'s>>> {
        let Some((range, format)) = self.options.range.zip(self.options.format) else {
            return self.sources.open(index).map(Some);
        };
        let begin = match range.is_exact {
            true => range.start,
            false => first_boundary(self.sources, format, range.start)?,
        };
        if begin >= range.end {
            self.extent = Some(ReadExtent { begin, end: begin, lines: 0, records: 0 });
            return Ok(None);
        }
        let framer = Framer::starting_at(format, begin, self.options.max_record);
        self.begun =
            Some(framer.asking(Arc::new(RecordContents { options: Arc::clone(&self.options.decode) })));
        self.range_end = Some(RangeEnd::new(format, begin, range.end));
        self.sources.open_at(index, begin).map(Some)
    }

    /// Opens the next source that can be opened.
    fn open_next(&mut self) -> bool {
        loop {
            let Some((input, stream)) = &mut self.input else {
                if self.next_input == self.sources.list().len() {
                    return false;
                }
                let index = self.next_input;
                self.next_input += 1;
                match self.open_input(index) {
                    Ok(Some(stream)) => self.input = Some((index, stream)),
                    Ok(None) => {}
                    Err(error) => {
                        self.errors.push(InputError::io(&self.sources.list()[index].name, &error));
                    }
                }
                continue;
            };
            let (name, damage) = match stream.next_source() {
                Ok(Some(begun)) => (begun.member, None),
                // Of damage between its members an archive is the source itself.
                Err(ReadError::Damaged(what)) => (None, Some(what)),
                Err(ReadError::Io(error)) => {
                    self.errors.push(InputError::io(&self.sources.list()[*input].name, &error));
                    self.input = None;
                    continue;
                }
                Ok(None) => {
                    self.input = None;
                    continue;
                }
            };
            self.sources.add_source(self.next_source, *input, name.as_deref());
            self.reading = Some(OpenSource {
                index: self.next_source,
                framer: self.begun.take(),
                identified: None,
                skips: StoredSkips::default(),
                range: self.range_end.take(),
                eof: damage.is_some(),
                damage,
            });
            self.next_source += 1;
            return true;
        }
    }
}

impl OpenSource {
    /// True if what has been read goes no further: at the end, and before damage.
    fn is_cut_off(&self) -> bool {
        self.eof || self.damage.is_some()
    }

    /// Reads until the block holds that many bytes, or the source ends or is damaged; an error ends it too.
    fn fill(&mut self, stream: &mut ByteStream<'_>, block: &mut Block, wanted: usize) -> std::io::Result<()> {
        while !self.is_cut_off() && block.filled < wanted {
            match stream.read(block.room(wanted - block.filled)) {
                Ok(0) => self.eof = true,
                Ok(more) => block.filled += more,
                Err(ReadError::Damaged(what)) => self.damage = Some(what),
                Err(ReadError::Io(error)) => {
                    self.eof = true;
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    /// Cuts the block's bytes; none while more of them are needed to tell the format.
    fn cut(&mut self, block: &mut Block, options: &CutOptions) -> Option<usize> {
        let end = self.is_cut_off();
        let data = &block.buffer[..block.filled];
        let identified = match self.identified {
            Some(identified) => {
                block.identified = None;
                identified
            }
            None => {
                block.identified = if options.format.is_none() { identify(data) } else { None };
                block.identified
            }
        };
        let framer = match &mut self.framer {
            Some(framer) => framer,
            None => {
                let passed_over = identified.filter(|named| named.is_binary).map(|_| Format::JsonLines);
                let told = options.format.or(passed_over).or_else(|| detect(data, end));
                // A format that shows only after a whole record's worth of lines is not waited for.
                let enough = data.len() > options.max_record;
                let format = told.or(enough.then_some(Format::JsonLines))?;
                let contents = RecordContents { options: Arc::clone(&options.decode) };
                self.framer.insert(Framer::new(format, options.max_record).asking(Arc::new(contents)))
            }
        };
        let done = match identified.is_some_and(|named| named.is_binary) {
            true => framer.pass_over(data, &mut block.frame),
            false => match self
                .range
                .as_mut()
                .map_or(Ok(None), |range| range.cut(framer, data, end, &mut block.frame))
            {
                Err(()) => return None,
                Ok(Some(done)) => {
                    self.eof = true;
                    done
                }
                Ok(None) => framer.frame(data, end, &mut block.frame),
            },
        };
        if done > 0 {
            self.identified = Some(identified);
        }
        if let Some(range) = self.range.as_mut().filter(|range| end && range.reached.is_none()) {
            range.end(framer);
        }
        Some(done)
    }

    /// What was read of the range, once its end is reached.
    fn extent(&self) -> Option<ReadExtent> {
        self.range.as_ref()?.reached
    }

    /// The damage that the last block ends with, at that byte of the stored source; what comes after it is framed again.
    fn take_damage(&mut self, offset: u64) -> Option<(String, Reach)> {
        let what = self.damage.take()?;
        let start = Reach { offset: 0, length: 0, line: 1, column: 1 };
        let end = self.framer.as_ref().map_or(start, Framer::reach);
        self.framer = self.framer.take().map(Framer::renewed);
        Some((what, Reach { offset, ..end }))
    }
}
