//! How long a user took part in a call, who may leave and come back.
//!
//! Comes in: the steps of one user. Goes out: the parts, one after another. Must not: judge.

use smallvec::SmallVec;

use crate::calls::model::outcome::span;
use crate::calls::model::step::Step;
use crate::spec::{Phase, Timestamp};

/// The parts that a user took in a call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Stints {
    /// How long those were that have an end, in seconds; none if that is unknown.
    pub ended: SmallVec<[Option<u32>; 2]>,
    /// True if the user came back, and the end of that is not in the log.
    pub is_open: bool,
}

impl Stints {
    /// The parts in order of time.
    pub(super) fn of<'s>(steps: impl Iterator<Item = &'s Step>) -> Self {
        let turns = |step: &&Step| matches!(step.phase, Some(Phase::Accept | Phase::End));
        let mut steps: Vec<&Step> = steps.filter(|step| step.original.is_none()).filter(turns).collect();
        // Of those at one moment, who leaves comes back.
        steps.sort_by_key(|step| (step.time.unwrap_or(Timestamp::MAX), !step.ends()));
        let mut stints = Self::default();
        let mut joined: Option<Option<Timestamp>> = None;
        for step in steps {
            match step.ends() {
                true => {
                    if let Some(from) = joined.take() {
                        stints.ended.push(span(from, step.time));
                    }
                }
                false => joined = joined.or(Some(step.time)),
            }
        }
        stints.is_open = joined.is_some();
        stints
    }

    /// All of them together, in seconds; none if that is unknown.
    pub(super) fn seconds(&self) -> Option<u32> {
        let ended: Option<Vec<u32>> = self.ended.iter().copied().collect();
        ended.filter(|ended| !ended.is_empty()).map(|ended| ended.iter().sum())
    }
}
