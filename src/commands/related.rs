//! The places of callbacks that findings on others relate to.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use super::places::LocatedInBlock;
use crate::calls::Position;
use crate::calls::packing::{put, take};
use crate::engine::What;
use crate::spec::Place;
use crate::spill::{InOrder, Sorter, SpillError};

/// Gives the places that findings relate to, in the order of the findings.
pub(super) enum RelatedPlaces<'s> {
    /// As they were met in this look.
    Kept(KeptPlaces<'s>),
    /// As an earlier look found them.
    Sorted(SortedPlaces<'s>),
}

impl RelatedPlaces<'_> {
    /// Takes the place of a callback that was met; they come in order.
    pub(super) fn keep(&mut self, position: Position, place: Place) -> Result<(), SpillError> {
        match self {
            Self::Kept(places) => places.keep(position, place),
            Self::Sorted(_) => Ok(()),
        }
    }

    /// The place of a callback that a finding at `at` relates to, if it was met.
    pub(super) fn get(&mut self, at: Position, position: Position) -> Result<Option<Place>, SpillError> {
        match self {
            Self::Kept(places) => Ok(places.places.get(&position).cloned()),
            Self::Sorted(places) => places.get(at, position),
        }
    }

    /// Forgets places that nothing behind that position relates to.
    pub(super) fn forget(&mut self, last: Position) {
        if let Self::Kept(places) = self {
            places.forget(last);
        }
    }
}

/// Shows those of the relations, which are by the callback that they lead to, that lead to one callback: the positions
/// of the findings.
fn each_to(
    relations: &mut InOrder<'_>,
    position: Position,
    mut see: impl FnMut(u64) -> Result<(), SpillError>,
) -> Result<(), SpillError> {
    let mut bytes = Vec::new();
    while relations.key().is_some_and(|related| related <= position.number()) {
        let related = relations.next(&mut bytes)?;
        if related == Some(position.number()) {
            see(bytes.first_chunk().map_or(0, |at| u64::from_le_bytes(*at)))?;
        }
    }
    Ok(())
}

/// Places in memory, each until the last finding that relates to it.
pub(super) struct KeptPlaces<'s> {
    relations: InOrder<'s>,
    places: HashMap<Position, Place>,
    /// Until when each is kept, the soonest first.
    until: BinaryHeap<Reverse<(u64, Position)>>,
}

impl<'s> KeptPlaces<'s> {
    pub(super) fn new(relations: InOrder<'s>) -> Self {
        Self { relations, places: HashMap::new(), until: BinaryHeap::new() }
    }

    fn keep(&mut self, position: Position, place: Place) -> Result<(), SpillError> {
        let mut until = 0;
        each_to(&mut self.relations, position, |at| {
            until = until.max(at);
            Ok(())
        })?;
        self.places.insert(position, place);
        self.until.push(Reverse((until, position)));
        Ok(())
    }

    fn forget(&mut self, last: Position) {
        while let Some(Reverse((until, position))) = self.until.peek().copied()
            && until <= last.number()
        {
            self.until.pop();
            self.places.remove(&position);
        }
    }
}

/// Puts places into the order of the findings that relate to them.
pub(super) struct Placing<'s> {
    pub(super) relations: InOrder<'s>,
    pub(super) placed: Sorter,
}

impl Placing<'_> {
    /// Takes what was found in a block.
    pub(super) fn take(&mut self, found: &mut LocatedInBlock) -> anyhow::Result<()> {
        found.failed.take().map_or(Ok(()), Err)?;
        let mut bytes = Vec::new();
        for located in found.located.drain(..).filter(|located| located.want.what == What::Related) {
            let (position, place) = (located.want.position, located.place);
            bytes.clear();
            let numbers = [position.number(), place.line, place.column, place.offset, place.length];
            numbers.iter().for_each(|number| put(&mut bytes, *number));
            let placed = &mut self.placed;
            each_to(&mut self.relations, position, |at| placed.push(at, &bytes))?;
        }
        Ok(())
    }
}

/// Places in the order of the findings that relate to them.
pub(super) struct SortedPlaces<'s> {
    placed: InOrder<'s>,
    /// Where the findings at hand point.
    at: Option<Position>,
    /// What these relate to.
    here: Vec<(Position, Place)>,
}

impl<'s> SortedPlaces<'s> {
    pub(super) fn new(placed: InOrder<'s>) -> Self {
        Self { placed, at: None, here: Vec::new() }
    }

    fn get(&mut self, at: Position, position: Position) -> Result<Option<Place>, SpillError> {
        if self.at != Some(at) {
            self.at = Some(at);
            self.here.clear();
            let mut bytes = Vec::new();
            while let Some(key) = self.placed.key().filter(|key| *key <= at.number()) {
                self.placed.next(&mut bytes)?;
                if key == at.number() {
                    self.here.push(place(&bytes).ok_or_else(SpillError::damaged)?);
                }
            }
        }
        Ok(self.here.iter().find(|(known, _)| *known == position).map(|(_, place)| place.clone()))
    }
}

fn place(mut bytes: &[u8]) -> Option<(Position, Place)> {
    let bytes = &mut bytes;
    let position = Position::of_number(take(bytes)?);
    let (line, column, offset, length) = (take(bytes)?, take(bytes)?, take(bytes)?, take(bytes)?);
    let (source, record) = (position.source(), Some(position.record()));
    Some((position, Place { source, record, line, column, offset, length }))
}
