//! The pass that finds the places of the callbacks that findings on calls point at.

use std::ops::Range;

use crate::calls::Position;
use crate::decode::{FullRecord, Scratch, locate};
use crate::engine::block::Block;
use crate::engine::pass::Pass;
use crate::engine::place::{RecordPlace, Snippet};
use crate::engine::read::RecordView;
use crate::rules::CallField;
use crate::spec::Place;
use crate::spill::{Marks, SpillError};

/// Something of a callback that is to be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Want {
    /// The callback.
    pub position: Position,
    /// What of it.
    pub what: What,
}

/// What is to be found of a callback.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum What {
    /// Where a finding points: a field of the body, or the body.
    Field(Option<CallField>),
    /// The place of its body, for findings that relate to it.
    Related,
}

/// Stands for [`What::Related`] among the numbers of fields.
const RELATED: u8 = u8::MAX;

impl What {
    /// As a number, for a mark.
    pub fn number(self) -> u8 {
        match self {
            Self::Field(field) => CallField::number(field),
            Self::Related => RELATED,
        }
    }

    /// What such a number stands for.
    pub fn of_number(number: u8) -> Self {
        if number == RELATED { Self::Related } else { Self::Field(CallField::of_number(number)) }
    }
}

/// Something that was found.
#[derive(Clone, Debug)]
pub struct Located {
    /// What was wanted.
    pub want: Want,
    /// Where it is; without the field, the place of the body.
    pub place: Place,
    /// True if the body has the field.
    pub has_field: bool,
    /// The text around it.
    pub snippet: Snippet,
}

/// Where findings on calls can point in a callback's record.
#[derive(Clone, Copy, Debug)]
pub struct CallbackSpans<'r> {
    /// The record.
    record: &'r FullRecord<'r>,
    /// Its text.
    bytes: &'r [u8],
    /// Its bytes and place.
    pub place: RecordPlace<'r>,
    /// True if its text is not the bytes that it stands in, of which no part can be pointed at.
    is_text: bool,
}

impl<'r> CallbackSpans<'r> {
    /// Those of a record that was read; none of what is not a record.
    pub fn of(view: &RecordView<'r>, block: &'r Block) -> Option<Self> {
        let RecordView::Record { piece, place, record, .. } = view else { return None };
        let (bytes, _) = block.record(piece)?;
        Some(Self { record, bytes, place: *place, is_text: block.is_rewritten(piece) })
    }

    /// A field of the body, in bytes of the record.
    pub fn field(&self, field: CallField) -> Option<Range<usize>> {
        let body = self.record.opened.body.as_ref().filter(|_| !self.is_text)?.as_ref().ok()?;
        Some(body.map.span(self.bytes, &locate(body.text, field.pointer())?))
    }

    /// The body, in bytes of the record.
    pub fn body(&self) -> Range<usize> {
        match &self.record.opened.raw_body {
            _ if self.is_text => 0..self.place.bytes.len(),
            Some((span, _)) => span.clone(),
            None => 0..self.bytes.len(),
        }
    }
}

/// What was found in one block.
#[derive(Debug, Default)]
pub struct LocatedInBlock {
    /// In the order of positions.
    pub located: Vec<Located>,
    /// Set if what is wanted is kept outside of memory and could not be read.
    pub failed: Option<SpillError>,
}

/// Finds what is wanted of callbacks in the blocks of the input.
#[derive(Debug)]
pub struct Locate<'w> {
    /// The number of what is wanted at the position of each callback.
    pub wants: &'w Marks<1>,
}

impl Pass for Locate<'_> {
    type State = Scratch;
    type Output = LocatedInBlock;

    fn state(&self) -> Scratch {
        Scratch::default()
    }

    fn work(&self, scratch: &mut Scratch, block: &Block, found: &mut LocatedInBlock) {
        match self.located(block, scratch) {
            Ok(located) => found.located = located,
            Err(error) => found.failed = Some(error),
        }
    }
}

impl Locate<'_> {
    fn located(&self, block: &Block, scratch: &mut Scratch) -> Result<Vec<Located>, SpillError> {
        let first = Position::new(block.source, block.frame.first_record);
        let end = block.frame.first_record + block.frame.pieces.len() as u64;
        let mut marks = Vec::new();
        self.wants.between(first.number(), Position::new(block.source, end).number(), &mut marks)?;
        let wants = marks.into_iter().map(|(position, [number])| Want {
            position: Position::of_number(position),
            what: What::of_number(number),
        });
        let mut wants = wants.peekable();
        let mut found = Vec::new();
        let mut number = block.frame.first_record;
        for piece in &block.frame.pieces {
            let Some((bytes, _)) = block.record(piece) else { continue };
            let position = Position::new(block.source, number);
            number += 1;
            if wants.peek().is_none_or(|want| want.position > position) {
                continue;
            }
            let record = RecordPlace::of(block, piece, position);
            let Some(read) = block.read(piece, scratch) else { continue };
            let spans =
                CallbackSpans { record: &read, bytes, place: record, is_text: block.is_rewritten(piece) };
            while let Some(want) = wants.next_if(|want| want.position == position) {
                let field = match want.what {
                    What::Field(Some(field)) => spans.field(field),
                    What::Field(None) | What::Related => None,
                };
                let span = field.clone().unwrap_or_else(|| spans.body());
                let place = record.place(&span);
                found.push(Located {
                    want,
                    place: place.clone(),
                    has_field: field.is_some(),
                    // A whole body is only shown at its beginning.
                    snippet: record.snippet(&field.unwrap_or(span.start..span.start + 1), place.line),
                });
            }
        }
        Ok(found)
    }
}
