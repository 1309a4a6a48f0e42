//! What the table of main causes says of one call.
//!
//! Comes in: a cause, and what decides it. Goes out: [`Main`]. Must not: decide.

use smallvec::SmallVec;

use super::certainty::Certainty;
use super::sightings::Sight;
use crate::calls::store::position::Position;
use crate::spec::{Cause, Role};

/// What decides a call.
#[derive(Clone, Debug)]
pub(super) struct Main {
    pub cause: Cause,
    pub certainty: Certainty,
    /// What else it may be.
    pub alternative: Option<Cause>,
    pub seconds: Option<u32>,
    pub reported_by: Option<Role>,
    pub deciding: SmallVec<[Position; 4]>,
}

impl Main {
    /// A cause, and the callbacks that decide it.
    pub(super) fn new(cause: Cause, certainty: Certainty, sights: &[Option<Sight>]) -> Self {
        let deciding = sights.iter().flatten().map(|sight| sight.at).collect();
        Self { cause, certainty, alternative: None, seconds: None, reported_by: None, deciding }
    }

    /// The same, if it may as well be another.
    pub(super) fn or(self, alternative: Cause) -> Self {
        Self { alternative: Some(alternative), certainty: Certainty::CannotTell, ..self }
    }

    /// The same, after that many seconds.
    pub(super) fn after(self, seconds: Option<u32>) -> Self {
        Self { seconds, ..self }
    }

    /// The same, as that role reports.
    pub(super) fn reported_by(self, role: Role) -> Self {
        Self { reported_by: Some(role), ..self }
    }
}
