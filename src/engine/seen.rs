//! The records of a few watched calls, as the input has them: what a call's compact timeline leaves out.

use std::collections::{BTreeSet, HashMap};

use super::place::{Ruler, finding};
use super::read::{RecordView, Watch};
use crate::calls::Position;
use crate::spec::Finding;

/// A callback of a watched call, as it stands in the input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenCallback {
    /// Line of the source on which its record begins, from 1.
    pub line: u64,
    /// When it was captured, in Unix milliseconds.
    pub received_at: Option<i64>,
    /// The findings on its record.
    pub findings: Vec<Finding>,
}

/// The callbacks of watched calls.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// The calls' ids.
    pub call_ids: BTreeSet<String>,
    /// The callbacks, by where they stand.
    pub callbacks: HashMap<Position, SeenCallback>,
}

impl Seen {
    /// Takes a piece of a block in, if it is a record of a watched call.
    pub fn look(&mut self, view: RecordView<'_>, watch: &Watch) {
        let (RecordView::Record { place, checked, .. } | RecordView::More { place, checked }) = view else {
            return;
        };
        let Some(callback) = checked.callback else { return };
        let Some(call_id) = callback.call_id.as_deref().filter(|call_id| watch.sees(call_id)) else { return };
        let mut rulers = [Ruler::new(place), Ruler::new(place)];
        let hits = checked.hits.into_iter();
        let findings = hits.map(|hit| finding(hit, &mut rulers, Some(call_id)));
        self.call_ids.insert(call_id.to_owned());
        let new = SeenCallback { line: place.line, received_at: callback.received_at, findings: Vec::new() };
        self.callbacks.entry(place.position).or_insert(new).findings.extend(findings);
    }

    /// Takes in what others have seen.
    pub fn append(&mut self, other: &mut Self) {
        self.call_ids.append(&mut other.call_ids);
        self.callbacks.extend(other.callbacks.drain());
    }
}
