//! The places that findings on calls can point at, as frames carry them.
//!
//! Comes in: callbacks as one split has them. Goes out: bytes; out of these what findings want of them, at its place in the
//! whole input. Must not: judge.

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};

use crate::calls::Position;
use crate::calls::packing::{put, take};
use crate::commands::in_parts::{CARRIED, CarriedItems, PutItem};
use crate::decode::CallbackFacts;
use crate::engine::{Block, CallbackSpans, Located, RecordView, Ruler, Snippet, Want, What};
use crate::rules::CallField;
use crate::shard::PlacedSplit;
use crate::spec::Place;
use crate::spill::Marks;

/// Set with the number of a field in the line on which the record begins, whose column follows from its offset.
const IN_LINE: u8 = 0x80;

/// Gives the places in a callback of a call to `see`: its position, the id of its call, and the places.
pub(in crate::commands) fn pack_places(
    view: &RecordView<'_>,
    block: &Block,
    see: impl FnOnce(Position, &str, Vec<u8>),
) {
    let RecordView::Record { record, .. } = view else { return };
    let Some((callback, spans)) = record.callback().zip(CallbackSpans::of(view, block)) else { return };
    let Some(call_id) = callback.call_id.as_deref() else { return };
    let (at, mut out) = (spans.place, Vec::new());
    put(&mut out, at.offset);
    put(&mut out, at.line);
    let fields = CallField::of_callback(callback.v4_command());
    let mut found: Vec<_> = fields.filter_map(|field| Some((spans.field(field)?, Some(field)))).collect();
    found.push((spans.body(), None));
    // The body comes before its fields.
    found.sort_by_key(|(span, field)| (span.start, *field));
    let (mut ruler, mut last) = (Ruler::new(at), at.offset);
    for (span, field) in found {
        let Place { line, column, offset, length, .. } = ruler.place(&span);
        let number = CallField::number(field);
        if line == at.line && column == 1 + offset - at.offset {
            out.push(number | IN_LINE);
        } else {
            out.push(number);
            [line - at.line, column].into_iter().for_each(|number| put(&mut out, number));
        }
        [offset - last, length].into_iter().for_each(|number| put(&mut out, number));
        last = offset;
    }
    see(at.position, call_id, out);
}

/// What findings want of a callback.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct WantedPlaces {
    /// The number of its position.
    position: u64,
    /// Offset of its record, or of the text that holds several: their findings are listed together.
    start: u64,
    /// What is wanted, as a number; whether there is such a field; and line, column, offset and length.
    places: Vec<(u8, bool, [u64; 4])>,
}

impl WantedPlaces {
    /// The source, and the offset of the record in it.
    pub(super) fn record(&self) -> (usize, u64) {
        (Position::of_number(self.position).source(), self.start)
    }

    /// What was found.
    pub(super) fn located(&self) -> impl Iterator<Item = Located> {
        let position = Position::of_number(self.position);
        self.places.iter().map(move |(what, has_field, [line, column, offset, length])| Located {
            want: Want { position, what: What::of_number(*what) },
            place: Place {
                source: position.source(),
                record: Some(position.record()),
                line: *line,
                column: *column,
                offset: *offset,
                length: *length,
            },
            has_field: *has_field,
            snippet: Snippet::default(),
        })
    }

    /// Those of a callback at that position; none if the bytes are damaged.
    fn of(position: u64, wants: &[(u64, [u8; 1])], split: &PlacedSplit, mut bytes: &[u8]) -> Option<Self> {
        let (start, first) = (take(&mut bytes)? + split.offset, take(&mut bytes)? + split.lines);
        let (mut known, mut offset): (Vec<(u8, [u64; 4])>, u64) = (Vec::new(), start);
        while let Some((number, rest)) = bytes.split_first() {
            bytes = rest;
            let line_and_column = match number & IN_LINE {
                0 => Some((first + take(&mut bytes)?, take(&mut bytes)?)),
                _ => None,
            };
            offset += take(&mut bytes)?;
            let (line, column) = line_and_column.unwrap_or((first, 1 + offset - start));
            known.push((number & !IN_LINE, [line, column, offset, take(&mut bytes)?]));
        }
        let body = known.iter().find(|(number, _)| *number == CallField::number(None))?.1;
        let place = |(_, [want]): &(u64, [u8; 1])| {
            let field = matches!(What::of_number(*want), What::Field(Some(_)));
            let found = known.iter().find(|(number, _)| field && number == want);
            (*want, found.is_some(), found.map_or(body, |(_, numbers)| *numbers))
        };
        Some(Self { position, start, places: wants.iter().map(place).collect() })
    }
}

/// Callbacks that are looked up at once.
const AT_ONCE: usize = 1024;

/// Puts what is wanted of the callbacks of a part.
///
/// # Errors
/// Those of `put`, and if something that is wanted is not there.
pub(super) fn put_wanted(
    wants: &Marks<1>,
    carried: &CarriedItems,
    put: &mut PutItem<'_>,
) -> anyhow::Result<()> {
    if wants.is_empty() {
        return Ok(());
    }
    let (mut reading, mut found, mut marks) = (carried.read()?, 0, Vec::new());
    loop {
        let mut batch: Vec<(u64, PlacedSplit, Vec<u8>)> = Vec::new();
        while batch.len() < AT_ONCE
            && let Some((key, place, bytes)) = reading.next()?
        {
            batch.push((key, place, bytes.to_vec()));
        }
        let Some((first, last)) = batch.first().zip(batch.last()) else { break };
        wants.between(first.0, last.0, &mut marks)?;
        let mut left = &marks[..];
        for (key, place, bytes) in &batch {
            let (own, rest) = left.split_at(left.partition_point(|(at, _)| at <= key));
            left = rest;
            if own.is_empty() {
                continue;
            }
            if own.iter().any(|(at, _)| at != key) {
                break;
            }
            found += own.len() as u64;
            let wanted = WantedPlaces::of(*key, own, place, bytes).context("places are damaged")?;
            put(*key, &postcard::to_extend(&wanted, vec![CARRIED])?)?;
        }
    }
    if found != wants.len() {
        bail!("places of findings on calls are missing; make the frames of the part again");
    }
    Ok(())
}
