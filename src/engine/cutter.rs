//! Reads the sources one after another and cuts them into blocks of whole records.

use std::sync::Arc;

use jiff::tz::TimeZone;

use crate::decode::{DecodeOptions, FullRecord, RecordContents, Scratch, Shape, read_full, read_part};
use crate::framing::{Format, Frame, Framer, Piece, PieceKind, Reach, Request, detect};
use crate::source::{ByteStream, Encoding, InputError, Named, ReadError, Sources, identify};

use super::stored::{StoredOffsets, StoredSkips};

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

impl CutOptions {
    /// Options of a reading that looks for bodies everywhere, and takes times without a zone for UTC.
    pub fn new(format: Option<Format>, max_record: usize, block_size: usize) -> Self {
        Self { format, max_record, block_size, decode: Arc::default() }
    }

    /// The same with one place of the body, as a JSON pointer, if it is given, and with the zone of times that name none.
    #[must_use]
    pub fn reading(self, body_at: Option<String>, log_zone: TimeZone) -> Self {
        let most_decoded = self.max_record;
        let decode = DecodeOptions { body_at, log_zone, most_decoded, ..DecodeOptions::default() };
        Self { decode: Arc::new(decode), ..self }
    }
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
    /// Set on a block that ends where the compressed data of its source is damaged: what is wrong, and where that is.
    /// What is whole after it follows as further blocks.
    pub damage: Option<(String, Reach)>,
    /// Set on the first block of a source that is known not to be a log, or not to look like one. The bytes of one that
    /// is not text are passed over.
    pub identified: Option<&'static Named>,
    /// Where its bytes stand in the source as it is stored.
    stored: StoredOffsets,
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

    /// How its source is stored: text that is not UTF-8 was transcoded.
    pub fn encoding(&self) -> Encoding {
        self.stored.encoding()
    }

    /// Where a byte of its data stands in the source as it is stored.
    pub fn stored_offset(&self, index: usize) -> u64 {
        self.stored.offset(self.data(), self.frame.offset, index)
    }

    /// Where a record stands.
    pub(super) fn reach(&self, record: &Piece) -> Reach {
        let (offset, length) = (self.stored_offset(record.start), (record.end - record.start) as u64);
        Reach { offset, length, line: record.line, column: record.column }
    }

    /// How its records are read.
    pub(super) fn decode_options(&self) -> &DecodeOptions {
        &self.decode
    }

    /// How many bytes a piece takes up in the source as it is stored.
    pub fn stored_length(&self, piece: &Piece) -> u64 {
        self.stored_offset(piece.end) - self.stored_offset(piece.start)
    }

    /// Reads the record that a piece is; `None` for any other piece.
    pub fn read<'b>(&'b self, piece: &Piece, scratch: &'b mut Scratch) -> Option<FullRecord<'b>> {
        scratch.read_by(&self.decode);
        let (bytes, request) = self.record(piece)?;
        let mut record = match piece.kind {
            PieceKind::Part { nth, .. } => read_part(bytes, nth, scratch),
            _ => read_full(bytes, request, scratch),
        };
        if let PieceKind::Text(index) | PieceKind::Part { text: Some(index), .. } = piece.kind
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
            PieceKind::Text(index) | PieceKind::Part { text: Some(index), .. } => {
                Some((&self.frame.texts.get(index)?.bytes, None))
            }
            PieceKind::Part { start, .. } => Some((&self.data()[start..piece.end], None)),
            PieceKind::Blank | PieceKind::Skipped(_) | PieceKind::Other => None,
        }
    }

    /// The same if it is UTF-8.
    pub(super) fn text(&self, piece: &Piece) -> Option<&str> {
        std::str::from_utf8(self.record(piece)?.0).ok()
    }

    /// True for a record whose text is not the bytes that it stands in.
    pub fn is_rewritten(&self, piece: &Piece) -> bool {
        match piece.kind {
            PieceKind::Text(_) | PieceKind::Part { text: Some(_), .. } => true,
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
struct OpenSource {
    index: usize,
    framer: Option<Framer>,
    /// True once its bytes have been looked at to see whether they are a log, and what they are otherwise.
    identified: Option<Option<&'static Named>>,
    /// Where what is skipped stands, of a source that was transcoded.
    skips: StoredSkips,
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
        Self {
            sources,
            options,
            input: None,
            next_input: 0,
            reading: None,
            next_source: 0,
            rest: Vec::new(),
            length,
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

    /// Opens the next source that can be opened.
    fn open_next(&mut self) -> bool {
        loop {
            let Some((input, stream)) = &mut self.input else {
                if self.next_input == self.sources.list().len() {
                    return false;
                }
                let index = self.next_input;
                self.next_input += 1;
                match self.sources.open(index) {
                    Ok(stream) => self.input = Some((index, stream)),
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
                framer: None,
                identified: None,
                skips: StoredSkips::default(),
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
            false => framer.frame(data, end, &mut block.frame),
        };
        if done > 0 {
            self.identified = Some(identified);
        }
        Some(done)
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
