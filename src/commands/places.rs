//! Findings on calls → findings with places, by a second look at the input.

use std::collections::{HashMap, HashSet};

use super::inputs::Inputs;
use crate::decode::Scratch;
use crate::engine::{Block, Located, Locator, Snippet, Want};
use crate::rules::CallHit;
use crate::spec::{Finding, Place, Related};

/// Findings on calls, without places yet.
#[derive(Debug, Default)]
pub(super) struct CallFindings {
    list: Vec<CallHit>,
    /// The ids of the calls that they are on.
    call_ids: Vec<String>,
}

impl CallFindings {
    /// Adds those on one call.
    pub(super) fn extend(&mut self, call_id: &str, hits: Vec<CallHit>) {
        if !hits.is_empty() {
            self.append(Self { list: hits, call_ids: vec![call_id.to_owned()] });
        }
    }

    /// Adds others.
    pub(super) fn append(&mut self, mut other: Self) {
        if self.list.is_empty() {
            *self = other;
            return;
        }
        let before = self.call_ids.len() as u32;
        other.list.iter_mut().for_each(|hit| hit.call += before);
        self.list.append(&mut other.list);
        self.call_ids.append(&mut other.call_ids);
    }
}

/// Finds the places of findings, and gives them to `report` in the order of these.
pub(super) fn find_places(
    inputs: &mut Inputs<'_>,
    findings: CallFindings,
    mut report: impl FnMut(Finding, Option<Snippet>) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let CallFindings { mut list, call_ids } = findings;
    let call_id = |hit: &CallHit| call_ids.get(hit.call as usize).cloned().unwrap_or_default();
    if list.is_empty() {
        return Ok(());
    }
    let main = |hit: &CallHit| Want { position: hit.at, pointer: hit.pointer };
    let related =
        |hit: &CallHit| hit.related.as_ref().map(|(position, _)| Want { position: *position, pointer: None });
    let mut wants: Vec<Want> =
        list.iter().flat_map(|hit| std::iter::once(main(hit)).chain(related(hit))).collect();
    wants.sort_unstable();
    wants.dedup();
    let targets: HashSet<Want> = list.iter().filter_map(related).collect();
    list.sort_by_key(|hit| hit.at);
    let mut waiting = list.into_iter().peekable();
    // Of callbacks that no later finding relates to, the place is dropped with their block.
    let mut places: HashMap<Want, Place> = HashMap::new();
    let mut lost = Vec::new();
    let locator = Locator::new(&wants);
    let find = |scratch: &mut Scratch, block: &Block, found: &mut Vec<Located>| {
        *found = locator.block(block, scratch);
    };
    inputs.run(Scratch::default, find, |found| {
        let Some(last) = found.last().map(|located| located.want.position) else {
            return Ok(());
        };
        let found: HashMap<Want, Located> = found.drain(..).map(|located| (located.want, located)).collect();
        let kept = found.values().filter(|located| targets.contains(&located.want));
        places.extend(kept.map(|located| (located.want, located.place.clone())));
        let mut ready = Vec::new();
        while let Some(hit) = waiting.next_if(|hit| hit.at <= last) {
            match found.get(&main(&hit)) {
                Some(located) => {
                    let other = related(&hit).and_then(|want| places.get(&want)).cloned();
                    let call_id = call_id(&hit);
                    ready.push((finding(hit, call_id, located, other), located.snippet.clone()));
                }
                None => lost.push(hit),
            }
        }
        ready.sort_by(|(one, _), (other, _)| order(one).cmp(&order(other)));
        ready.into_iter().try_for_each(|(finding, snippet)| report(finding, Some(snippet)))
    })?;
    // Only an input that has changed between the two looks leaves any.
    lost.into_iter().chain(waiting).try_for_each(|hit| {
        let call_id = call_id(&hit);
        report(unplaced(hit, call_id), None)
    })
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
    let pointer = hit.pointer.filter(|_| located.has_field).map(str::to_owned);
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
