//! Findings on calls → findings with places, by a second look at the input.

use std::collections::HashMap;

use super::inputs::Inputs;
use super::related::{KeptPlaces, Placing, RelatedPlaces, SortedPlaces};
use crate::calls::Position;
use crate::decode::Scratch;
use crate::engine::{Block, Located, Locator, Memory, Snippet, Want, What};
use crate::rules::CallHit;
use crate::spec::{Finding, Place, Related};
use crate::spill::{InOrder, Marker, Sorter, SpillError};

/// Findings on calls, without places yet.
#[derive(Debug)]
pub(super) struct CallFindings {
    /// By the position that they point at.
    hits: Sorter,
    /// What is to be found of which callback.
    wants: Marker,
    /// For each callback that findings relate to, the positions that they point at.
    relations: Sorter,
    /// Those whose callback was not met again.
    lost: Sorter,
    memory: Memory,
}

impl CallFindings {
    /// None yet.
    pub(super) fn new(memory: Memory) -> Self {
        let most = memory.of_sorting();
        let sorter = || Sorter::new(most);
        Self { hits: sorter(), wants: Marker::new(most), relations: sorter(), lost: sorter(), memory }
    }

    /// Adds those on one call.
    ///
    /// # Errors
    /// Where what memory has no room for cannot be kept.
    pub(super) fn add(&mut self, call_id: &str, hits: &[CallHit]) -> Result<(), SpillError> {
        let mut bytes = Vec::new();
        for hit in hits {
            bytes.clear();
            hit.pack(call_id, &mut bytes);
            let at = hit.at.number();
            self.hits.push(at, &bytes)?;
            self.wants.add(at, What::Field(hit.field).number())?;
            if let Some((related, _)) = &hit.related {
                self.wants.add(related.number(), What::Related.number())?;
                self.relations.push(related.number(), &at.to_le_bytes())?;
            }
        }
        Ok(())
    }
}

/// Finds the places of findings, and gives them to `report` in the order of these.
pub(super) fn find_places(
    inputs: &mut Inputs<'_>,
    findings: CallFindings,
    mut report: impl FnMut(Finding, Option<Snippet>) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let CallFindings { hits, wants, relations, mut lost, memory } = findings;
    let wants = wants.finish()?;
    if wants.is_empty() {
        return Ok(());
    }
    let (hits, relations) = (hits.finish()?, relations.finish()?);
    let mut waiting = Waiting { hits: hits.read()?, bytes: Vec::new() };
    let locator = Locator::new(&wants);
    let find = |scratch: &mut Scratch, block: &Block, found: &mut LocatedInBlock| match locator
        .block(block, scratch)
    {
        Ok(located) => found.located = located,
        Err(error) => found.failed = Some(error),
    };
    // So many that memory has no room for their places: these are found by a look of their own.
    let placed = if relations.is_in_file() {
        let mut placing = Placing { relations: relations.read()?, placed: Sorter::new(memory.of_sorting()) };
        inputs.run(Scratch::default, find, |found| placing.take(found))?;
        Some(placing.placed.finish()?)
    } else {
        None
    };
    let mut related = match &placed {
        Some(placed) => RelatedPlaces::Sorted(SortedPlaces::new(placed.read()?)),
        None => RelatedPlaces::Kept(KeptPlaces::new(relations.read()?)),
    };
    inputs.run(Scratch::default, find, |found| {
        found.failed.take().map_or(Ok(()), Err)?;
        let Some(last) = found.located.last().map(|located| located.want.position) else {
            return Ok(());
        };
        let mut here: HashMap<Want, Located> = HashMap::new();
        for located in found.located.drain(..) {
            match located.want.what {
                What::Field(_) => drop(here.insert(located.want, located)),
                What::Related => related.keep(located.want.position, located.place)?,
            }
        }
        let mut ready = Vec::new();
        while let Some((hit, call_id)) = waiting.next(last)? {
            match here.get(&Want { position: hit.at, what: What::Field(hit.field) }) {
                Some(located) => {
                    let other = match &hit.related {
                        Some((position, _)) => related.get(hit.at, *position)?,
                        None => None,
                    };
                    ready.push((finding(hit, call_id, located, other), located.snippet.clone()));
                }
                None => lost.push(hit.at.number(), &waiting.bytes)?,
            }
        }
        related.forget(last);
        ready.sort_by(|(one, _), (other, _)| order(one).cmp(&order(other)));
        ready.into_iter().try_for_each(|(finding, snippet)| report(finding, Some(snippet)))
    })?;
    // Only an input that has changed between the two looks leaves any.
    let lost = lost.finish()?;
    for mut left in [Waiting { hits: lost.read()?, bytes: Vec::new() }, waiting] {
        while let Some((hit, call_id)) = left.next(Position::of_number(u64::MAX))? {
            report(unplaced(hit, call_id), None)?;
        }
    }
    Ok(())
}

/// What was found in one block.
#[derive(Debug, Default)]
pub(super) struct LocatedInBlock {
    pub(super) located: Vec<Located>,
    pub(super) failed: Option<SpillError>,
}

/// Findings that wait for their callback.
struct Waiting<'s> {
    hits: InOrder<'s>,
    /// The last one, packed.
    bytes: Vec<u8>,
}

impl Waiting<'_> {
    /// The next one that points at that position or before it, with the id of its call.
    fn next(&mut self, last: Position) -> Result<Option<(CallHit, String)>, SpillError> {
        if self.hits.key().is_none_or(|at| at > last.number()) {
            return Ok(None);
        }
        self.hits.next(&mut self.bytes)?;
        CallHit::unpack(&self.bytes).map(Some).ok_or_else(SpillError::damaged)
    }
}

/// A finding whose callback was not met again: of its place only source and record are known.
fn unplaced(hit: CallHit, call_id: String) -> Finding {
    let (source, record) = (hit.at.source(), Some(hit.at.record()));
    Finding {
        rule: hit.rule,
        level: hit.level,
        message: hit.message,
        place: Place { source, record, line: 1, column: 1, offset: 0, length: 0 },
        pointer: None,
        call_id: Some(call_id),
        note: Some(format!("the input has changed since; this was record {}", hit.at.record())),
        help: None,
        related: Vec::new(),
    }
}

/// The order of findings on calls.
fn order(finding: &Finding) -> (usize, u64, crate::spec::Level, &'static str, Option<&str>) {
    let place = &finding.place;
    (place.source, place.offset, finding.level, finding.rule.name(), finding.pointer.as_deref())
}

fn finding(hit: CallHit, call_id: String, located: &Located, related: Option<Place>) -> Finding {
    let pointer = hit.field.filter(|_| located.has_field).map(|field| field.pointer().to_owned());
    let related =
        hit.related.zip(related).map(|((_, message), place)| Related { message: message.to_string(), place });
    Finding {
        rule: hit.rule,
        level: hit.level,
        message: hit.message,
        place: located.place.clone(),
        pointer,
        call_id: Some(call_id),
        note: None,
        help: None,
        related: related.into_iter().collect(),
    }
}
