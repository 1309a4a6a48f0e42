//! The records of a few calls, as the input has them: what a call's compact timeline leaves out.

use std::collections::{BTreeSet, HashMap};

use super::block::Block;
use super::passes::RecordVisitor;
use super::place::{Ruler, finding, folds};
use super::read::{CallSet, RecordView};
use crate::calls::Position;
use crate::spec::{Finding, Folds, Place};

/// A callback, as it stands in the input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallbackRecord {
    /// Line of the source on which its record begins, from 1.
    pub line: u64,
    /// When it was captured, in Unix milliseconds.
    pub received_at: Option<i64>,
    /// The findings on its record that are listed.
    pub findings: Vec<Finding>,
    /// The others.
    pub folds: Folds<Place>,
}

/// The records of a few calls.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallRecords {
    /// The calls' ids.
    pub call_ids: BTreeSet<String>,
    /// The callbacks, by their position.
    pub callbacks: HashMap<Position, CallbackRecord>,
}

impl CallRecords {
    /// Takes in others.
    pub fn append(&mut self, other: &mut Self) {
        self.call_ids.append(&mut other.call_ids);
        self.callbacks.extend(other.callbacks.drain());
    }
}

/// Takes the records of the calls in the set.
impl RecordVisitor for CallSet {
    type Output = CallRecords;

    fn visit(&self, records: &mut CallRecords, _: &Block, view: RecordView<'_>) {
        let RecordView::Record { place, record, checked, .. } = view else { return };
        let Some(callback) = record.callback() else { return };
        let Some(call_id) = callback.call_id.as_deref().filter(|call_id| self.contains(call_id)) else {
            return;
        };
        let mut rulers = [Ruler::new(place), Ruler::new(place)];
        let hits = checked.hits.into_iter();
        let findings = hits.map(|hit| finding(hit, &mut rulers, record)).collect();
        let folds = folds(&checked.folds, &mut rulers[0]);
        records.call_ids.insert(call_id.to_owned());
        let (line, received_at) = (place.line, callback.received_at);
        records.callbacks.insert(place.position, CallbackRecord { line, received_at, findings, folds });
    }
}
