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
    /// The likeliest other cause, and the share of such calls that have it in truth, if the log tells.
    rival: Option<(Cause, f64)>,
}

/// The greatest share of wrong verdicts among those that are certain, and among those that are likely.
const CERTAIN: f64 = 1.0 / 10_000.0;
const LIKELY: f64 = 0.15;

impl Main {
    /// A cause, and the callbacks that decide it.
    pub(super) fn new(cause: Cause, certainty: Certainty, sights: &[Option<Sight>]) -> Self {
        let deciding = sights.iter().flatten().map(|sight| sight.at).collect();
        Self { cause, certainty, alternative: None, seconds: None, reported_by: None, deciding, rival: None }
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

    /// The same, if something else could have left the same.
    pub(super) fn at_most_likely(self) -> Self {
        Self { certainty: self.certainty.max(Certainty::Likely), ..self }
    }

    /// The same, if no side reports it.
    pub(super) fn reported_by_nobody(self) -> Self {
        Self { reported_by: None, ..self }
    }

    /// The same, unless it is one of the calls that have another cause in truth: that share of them.
    pub(super) fn unless(self, other: Cause, share: f64) -> Self {
        let is_likelier = self.rival.is_none_or(|(_, known)| share > known) && other != self.cause;
        Self { rival: if is_likelier { Some((other, share)) } else { self.rival }, ..self }
    }

    /// The same, as sure as the share of other causes allows.
    pub(super) fn weighed(self) -> Self {
        let Some((other, share)) = self.rival.filter(|_| self.certainty != Certainty::CannotTell) else {
            return self;
        };
        match share {
            share if other == Cause::CannotTell && share > LIKELY => {
                Self { certainty: Certainty::CannotTell, ..self }
            }
            _ if other == Cause::CannotTell => self,
            share if share > LIKELY => self.or(other),
            share if share > CERTAIN => self.at_most_likely(),
            _ => self,
        }
    }
}
