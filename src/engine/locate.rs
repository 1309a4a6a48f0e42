//! A second look at the input: where the callbacks stand that findings on calls point at.

use super::cutter::Block;
use super::place::{RecordPlace, Snippet};
use crate::calls::Position;
use crate::decode::{Scratch, locate, open};
use crate::framing::PieceKind;
use crate::spec::Place;

/// A field of a callback that is to be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Want {
    /// The callback.
    pub position: Position,
    /// RFC 6901 pointer into its body; none for the body.
    pub pointer: Option<&'static str>,
}

/// A field that was found.
#[derive(Clone, Debug)]
pub struct Located {
    /// What was wanted.
    pub want: Want,
    /// Where it is; where the body has no such field, the place of the body.
    pub place: Place,
    /// True where the body has the field.
    pub has_field: bool,
    /// The text around it.
    pub snippet: Snippet,
}

/// Finds fields of callbacks in the blocks of the input.
#[derive(Debug)]
pub struct Locator<'w> {
    wants: &'w [Want],
}

impl<'w> Locator<'w> {
    /// Looks for these, which are in order.
    pub fn new(wants: &'w [Want]) -> Self {
        Self { wants }
    }

    /// Those that stand in a block, in order.
    pub fn block(&self, block: &Block, scratch: &mut Scratch) -> Vec<Located> {
        let first = Position::new(block.source, block.frame.first_record);
        let begin = self.wants.partition_point(|want| want.position < first);
        let mut wants = self.wants[begin..].iter().peekable();
        let mut found = Vec::new();
        let mut number = block.frame.first_record;
        for piece in &block.frame.pieces {
            let request = match piece.kind {
                PieceKind::Line => None,
                PieceKind::Request(index) => block.frame.requests.get(index),
                PieceKind::Blank | PieceKind::Skipped(_) => continue,
            };
            let position = Position::new(block.source, number);
            number += 1;
            if wants.peek().is_none_or(|want| want.position > position) {
                continue;
            }
            let bytes = &block.data()[piece.start..piece.end];
            let offset = block.frame.offset + piece.start as u64;
            let record = RecordPlace { position, bytes, offset, line: piece.line };
            let opened = open(bytes, request, scratch);
            let body = opened.body.as_ref().and_then(|body| body.as_ref().ok());
            while let Some(want) = wants.next_if(|want| want.position == position) {
                let field = body
                    .zip(want.pointer)
                    .and_then(|(body, pointer)| Some(body.map.span(bytes, &locate(body.text, pointer)?)));
                let whole = opened.raw_body.as_ref().map_or(0..bytes.len(), |(span, _)| span.clone());
                let span = field.clone().unwrap_or(whole);
                let place = record.place(&span);
                found.push(Located {
                    want: *want,
                    place: place.clone(),
                    has_field: field.is_some(),
                    // A whole body is only shown where it begins.
                    snippet: record.snippet(&field.unwrap_or(span.start..span.start + 1), place.line),
                });
            }
        }
        found
    }
}
