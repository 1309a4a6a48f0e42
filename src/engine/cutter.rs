//! Reads the sources one after another and cuts them into blocks of whole records.

use std::sync::Arc;

use crate::decode::{DecodeOptions, FullRecord, RecordContents, Scratch, Shape, read_full, read_part};
use crate::framing::{Format, Frame, Framer, Piece, PieceKind, Reach, Request, detect};
use crate::source::{ByteStream, InputError, ReadError, Sources};

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
}

/// Whole records of one source.
#[derive(Debug, Default)]
pub struct Block {
    /// The source.
    pub source: usize,
    /// Memory for its bytes, which is never given back or cleared, and how much of it they fill.
    buffer: Vec<u8>,
    filled: usize,
    /// What they are.
    pub frame: Frame,
    /// How its records are read.
    decode: Arc<DecodeOptions>,
    /// Set on the last block of a source whose compressed data is damaged: what is wrong, and where the data ends.
    pub damage: Option<(String, Reach)>,
}

impl Block {
    /// Whole lines, which come after those that `framer` has framed already.
    pub fn of_lines(lines: Vec<u8>, source: usize, framer: &mut Framer) -> Self {
        let mut block = Self { source, filled: lines.len(), buffer: lines, ..Self::default() };
        block.filled = framer.frame(&block.buffer, false, &mut block.frame);
        block
    }

    /// Its bytes.
    pub fn data(&self) -> &[u8] {
        &self.buffer[..self.filled]
    }

    /// Reads the record that a piece is; none for a piece that is none.
    pub fn read<'b>(&'b self, piece: &Piece, scratch: &'b mut Scratch) -> Option<FullRecord<'b>> {
        scratch.read_by(&self.decode);
        if let PieceKind::Part { start, nth } = piece.kind {
            return Some(read_part(&self.data()[start..piece.end], nth, scratch));
        }
        let (bytes, request) = self.record(piece)?;
        let mut record = read_full(bytes, request, scratch);
        if let PieceKind::Text(index) = piece.kind
            && self.frame.texts.get(index).is_some_and(|text| text.is_row)
        {
            record.opened.shape = Shape::Row;
        }
        Some(record)
    }

    /// The text of the record that a piece is, and what framing found out about it, for HTTP.
    pub fn record(&self, piece: &Piece) -> Option<(&[u8], Option<&Request>)> {
        let bytes = &self.data()[piece.start..piece.end];
        match piece.kind {
            PieceKind::Line => Some((bytes, None)),
            PieceKind::Request(index) => {
                let request = self.frame.requests.get(index)?;
                let text = request.text.and_then(|text| self.frame.texts.get(text));
                Some((text.map_or(bytes, |text| &text.bytes), Some(request)))
            }
            PieceKind::Text(index) => Some((&self.frame.texts.get(index)?.bytes, None)),
            PieceKind::Part { start, .. } => Some((&self.data()[start..piece.end], None)),
            PieceKind::Blank | PieceKind::Skipped(_) | PieceKind::Other => None,
        }
    }

    /// True for a record whose text is not the bytes that it stands in.
    pub fn is_rewritten(&self, piece: &Piece) -> bool {
        match piece.kind {
            PieceKind::Text(_) => true,
            PieceKind::Request(index) => {
                self.frame.requests.get(index).is_some_and(|request| request.text.is_some())
            }
            _ => false,
        }
    }

    /// Starts it again with these bytes.
    fn begin(&mut self, bytes: &[u8]) {
        self.filled = 0;
        self.room(bytes.len()).copy_from_slice(bytes);
        self.filled = bytes.len();
    }

    /// Memory for that many bytes after those that are there.
    fn room(&mut self, length: usize) -> &mut [u8] {
        let end = self.filled + length;
        if self.buffer.len() < end {
            self.buffer.resize(end, 0);
        }
        &mut self.buffer[self.filled..end]
    }
}

/// How long the block after one of that length and that many pieces should be.
fn adapted(length: usize, longest: usize, pieces: usize) -> usize {
    (length.saturating_mul(MOST_PIECES) / pieces.max(1)).clamp(longest.min(SHORTEST), longest)
}

/// A source that is being read.
struct OpenSource<'s> {
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
    reading: Option<OpenSource<'s>>,
    /// Bytes that the last block left over.
    rest: Vec<u8>,
    /// Bytes of the next block: fewer if records are short, so that a block holds no more of them than it should.
    length: usize,
    /// Sources that could not be read, or not to their end.
    pub errors: Vec<InputError>,
}

impl<'s> Cutter<'s> {
    pub(super) fn new(sources: &'s Sources, options: CutOptions) -> Self {
        let length = options.block_size.min(SHORTEST);
        Self { sources, options, next_source: 0, reading: None, rest: Vec::new(), length, errors: Vec::new() }
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
            block.begin(&self.rest);
            self.rest.clear();
            block.source = reading.index;
            block.damage = None;
            block.decode = Arc::clone(&self.options.decode);
            let mut wanted = self.length;
            let done = loop {
                if let Err(error) = reading.fill(block, wanted) {
                    self.errors.push(InputError::io(self.sources.name(reading.index), &error));
                }
                if let Some(done) = reading.cut(block, &self.options)
                    && (done > 0 || reading.eof)
                {
                    break done;
                }
                wanted = block.filled.saturating_mul(2).max(self.options.block_size);
            };
            self.length = adapted(self.length, self.options.block_size, block.frame.pieces.len());
            self.rest.extend_from_slice(&block.data()[done..]);
            block.filled = done;
            if reading.eof {
                block.damage = reading.take_damage();
                self.reading = None;
                self.rest.clear();
            }
            if block.filled > 0 || !block.frame.pieces.is_empty() || block.damage.is_some() {
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
                    self.reading = Some(OpenSource { index, stream, framer: None, eof: false, damage: None });
                    return true;
                }
                Err(error) => self.errors.push(InputError::io(self.sources.name(index), &error)),
            }
        }
        false
    }
}

impl OpenSource<'_> {
    /// Reads until the block holds that many bytes, or the source ends; an error ends it too.
    fn fill(&mut self, block: &mut Block, wanted: usize) -> std::io::Result<()> {
        while !self.eof && block.filled < wanted {
            match self.stream.read(block.room(wanted - block.filled)) {
                Ok(0) => self.eof = true,
                Ok(more) => block.filled += more,
                Err(ReadError::Damaged(what)) => {
                    self.eof = true;
                    self.damage = Some(what);
                }
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
        let data = &block.buffer[..block.filled];
        let framer = match &mut self.framer {
            Some(framer) => framer,
            None => {
                let told = options.format.or_else(|| detect(data, self.eof));
                // A format that shows only after a whole record's worth of lines is not waited for.
                let enough = data.len() > options.max_record;
                let format = told.or(enough.then_some(Format::JsonLines))?;
                let contents = RecordContents { options: Arc::clone(&options.decode) };
                self.framer.insert(Framer::new(format, options.max_record).asking(Arc::new(contents)))
            }
        };
        Some(framer.frame(data, self.eof, &mut block.frame))
    }

    fn take_damage(&mut self) -> Option<(String, Reach)> {
        let start = Reach { offset: 0, length: 0, line: 1, column: 1 };
        let end = self.framer.as_ref().map_or(start, Framer::reach);
        self.damage.take().map(|what| (what, end))
    }
}
