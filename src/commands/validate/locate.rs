//! Findings on calls → findings with places, by another pass over the input.

use std::collections::HashMap;
use std::ops::ControlFlow;

use anyhow::Context;

use crate::calls::Position;
use crate::engine::{Locate, Located, Memory, Snippet, Want, What, call_finding};
use crate::rules::CallHit;
use crate::session::Inputs;
use crate::spec::{Finding, Place, Related};
use crate::spill::{InOrder, Marker, Marks, Sorted, Sorter, SpillError};

/// Findings on calls, without places yet.
#[derive(Debug)]
pub(super) struct CallFindings {
    /// By the position that they point at.
    hits: Sorter,
    /// What is to be found of which callback.
    wants: Marker,
    memory: Memory,
}

impl CallFindings {
    /// None yet.
    pub(super) fn new(memory: Memory) -> Self {
        let most = memory.of_sorting();
        Self { hits: Sorter::new(most), wants: Marker::new(most), memory }
    }

    /// Adds those on one call.
    ///
    /// # Errors
    /// Returns an error if what does not fit in memory cannot be kept.
    pub(super) fn add(&mut self, call_id: &str, hits: &[CallHit]) -> Result<(), SpillError> {
        let mut bytes = Vec::new();
        for hit in hits {
            bytes.clear();
            hit.pack(call_id, &mut bytes);
            self.add_hit(hit, &bytes)?;
        }
        Ok(())
    }

    /// Adds one that was packed.
    ///
    /// # Errors
    /// Returns an error if it is none, or cannot be kept.
    pub(super) fn add_packed(&mut self, bytes: &[u8]) -> anyhow::Result<()> {
        let (hit, _) = CallHit::unpack(bytes).context("a finding on a call is damaged")?;
        Ok(self.add_hit(&hit, bytes)?)
    }

    fn add_hit(&mut self, hit: &CallHit, packed: &[u8]) -> Result<(), SpillError> {
        self.hits.push(hit.at.number(), packed)?;
        self.wants.add(hit.at.number(), What::Field(hit.field).number())?;
        match &hit.related {
            Some((related, _)) => self.wants.add(related.number(), What::Related.number()),
            None => Ok(()),
        }
    }

    /// All of them, packed, by the number of the position that they point at; and what is wanted of which callback.
    ///
    /// # Errors
    /// If what does not fit in memory cannot be kept.
    pub(super) fn finish(self) -> Result<(Sorted, Marks<1>), SpillError> {
        Ok((self.hits.finish()?, self.wants.finish()?))
    }
}

/// Finds the places of findings, and gives them to `report` in the order of these.
///
/// # Errors
/// Returns an error if what does not fit in memory cannot be kept, and the first error of `report`.
pub(super) fn find_places(
    inputs: &mut Inputs,
    findings: CallFindings,
    mut report: impl FnMut(Finding, Option<Snippet>) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let memory = findings.memory;
    let (hits, wants) = findings.finish()?;
    if wants.is_empty() {
        return Ok(());
    }
    let mut placing = Placing::of(&hits, memory)?;
    inputs.run(&Locate { wants: &wants }, |found| {
        found.failed.take().map_or(Ok(()), Err)?;
        let ready = placing.take(std::mem::take(&mut found.located))?;
        ready.into_iter().try_for_each(|(finding, snippet)| report(finding, Some(snippet)))?;
        Ok(ControlFlow::Continue(()))
    })?;
    // Only an input that has changed between the two passes leaves any.
    let Placing { pending, lost, .. } = placing;
    let lost = lost.finish()?;
    for mut left in [PendingHits { hits: lost.read()?, bytes: Vec::new() }, pending] {
        while let Some((hit, call_id)) = left.next(Position::of_number(u64::MAX))? {
            report(unplaced(hit, call_id), None)?;
        }
    }
    Ok(())
}

/// Brings findings and places together.
pub(super) struct Placing<'s> {
    pending: PendingHits<'s>,
    related: RelatedPlaces,
    /// Findings whose callback was not met again.
    lost: Sorter,
}

impl<'s> Placing<'s> {
    /// Of findings, in the order of the callbacks that they point at.
    ///
    /// # Errors
    /// If what does not fit in memory cannot be read back.
    pub(super) fn of(hits: &'s Sorted, memory: Memory) -> Result<Self, SpillError> {
        Ok(Self {
            pending: PendingHits { hits: hits.read()?, bytes: Vec::new() },
            related: RelatedPlaces(Marks::new(memory.of_sorting())),
            lost: Sorter::new(memory.of_sorting()),
        })
    }

    /// Takes what was found in a block, or in a record, and gives the findings that point into it, in their order.
    ///
    /// # Errors
    /// As for [`Placing::of`].
    pub(super) fn take(&mut self, found: Vec<Located>) -> Result<Vec<(Finding, Snippet)>, SpillError> {
        let mut ready = Vec::new();
        let Some(last) = found.last().map(|located| located.want.position) else {
            return Ok(ready);
        };
        let mut here: HashMap<Want, Located> = HashMap::new();
        for located in found {
            match located.want.what {
                What::Field(_) => drop(here.insert(located.want, located)),
                What::Related => self.related.add(located.want.position, &located.place)?,
            }
        }
        while let Some((hit, call_id)) = self.pending.next(last)? {
            match here.get(&Want { position: hit.at, what: What::Field(hit.field) }) {
                Some(located) => {
                    ready.push((self.related.finding(hit, call_id, located)?, located.snippet.clone()));
                }
                None => self.lost.push(hit.at.number(), &self.pending.bytes)?,
            }
        }
        ready.sort_by(|(one, _), (other, _)| order(one).cmp(&order(other)));
        Ok(ready)
    }

    /// Ends it; true if every finding has its place.
    ///
    /// # Errors
    /// As for [`Placing::of`].
    pub(super) fn finish(self) -> Result<bool, SpillError> {
        Ok(self.pending.hits.key().is_none() && self.lost.finish()?.read()?.key().is_none())
    }
}

/// Findings that wait for their callback.
struct PendingHits<'s> {
    hits: InOrder<'s>,
    /// The last one, packed.
    bytes: Vec<u8>,
}

impl PendingHits<'_> {
    /// The next one that points at that position or before it, with the id of its call.
    fn next(&mut self, last: Position) -> Result<Option<(CallHit, String)>, SpillError> {
        if self.hits.key().is_none_or(|at| at > last.number()) {
            return Ok(None);
        }
        self.hits.next(&mut self.bytes)?;
        CallHit::unpack(&self.bytes).map(Some).ok_or_else(SpillError::damaged)
    }
}

/// The places of callbacks that findings on later ones relate to: line, column, offset and length of each.
struct RelatedPlaces(Marks<32>);

impl RelatedPlaces {
    /// Adds a place; they come in order.
    fn add(&mut self, position: Position, place: &Place) -> Result<(), SpillError> {
        let mut bytes = [0; 32];
        let numbers = [place.line, place.column, place.offset, place.length];
        for (bytes, number) in bytes.chunks_exact_mut(8).zip(numbers) {
            bytes.copy_from_slice(&number.to_le_bytes());
        }
        self.0.add(position.number(), bytes)
    }

    fn get(&mut self, position: Position) -> Result<Option<Place>, SpillError> {
        let place = |bytes: [u8; 32]| {
            let mut numbers = [0; 4];
            for (number, bytes) in numbers.iter_mut().zip(bytes.chunks_exact(8)) {
                *number = bytes.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
            }
            let [line, column, offset, length] = numbers;
            Place { source: position.source(), record: Some(position.record()), line, column, offset, length }
        };
        Ok(self.0.get(position.number())?.map(place))
    }

    fn finding(&mut self, hit: CallHit, call_id: String, located: &Located) -> Result<Finding, SpillError> {
        let pointer = hit.field.filter(|_| located.has_field).map(|field| field.pointer().to_owned());
        let mut related = Vec::new();
        if let Some((position, message)) = &hit.related
            && let Some(place) = self.get(*position)?
        {
            related.push(Related { message: message.to_string(), place });
        }
        Ok(Finding { pointer, related, ..call_finding(hit, call_id, located.place.clone()) })
    }
}

/// A finding whose callback was not met again: of its place only source and record are known.
fn unplaced(hit: CallHit, call_id: String) -> Finding {
    let (source, record) = (hit.at.source(), hit.at.record());
    let place = Place { source, record: Some(record), line: 1, column: 1, offset: 0, length: 0 };
    let note = Some(format!("the input has changed since; this was record {record}"));
    Finding { note, ..call_finding(hit, call_id, place) }
}

/// The order of findings on calls.
fn order(finding: &Finding) -> (usize, u64, crate::spec::Level, &'static str, Option<&str>) {
    let place = &finding.place;
    (place.source, place.offset, finding.level, finding.rule.name(), finding.pointer.as_deref())
}
