//! Incidents: from some time on, part of the calls on a platform have one cause.
//!
//! Comes in: what is asked for, and a call as it would be without. Goes out: the plant that takes the place of its story.
//! Must not: change other calls.

use fastrand::Rng;

use super::causes::{Plant, plants};
use super::chance::{Stream, derived, happens};
use crate::spec::{Cause, Family};

/// An incident to simulate.
#[derive(Clone, Debug, PartialEq)]
pub struct PlantedIncident {
    /// The cause.
    pub cause: Cause,
    /// The caller's platform.
    pub platform: String,
    /// When it begins, in Unix seconds.
    pub since: i64,
    /// When it has ended, in Unix seconds; none if it lasts.
    pub until: Option<i64>,
    /// The part of the calls on that platform in this time, from 0 to 1.
    pub share: f64,
}

impl PlantedIncident {
    fn hits(&self, platform: &str, opens: i64, rng: &mut Rng) -> bool {
        let seconds = opens.div_euclid(1000);
        let is_during = seconds >= self.since && self.until.is_none_or(|until| seconds < until);
        is_during && self.platform == platform && happens(rng, self.share)
    }
}

/// What the first incident that hits a call makes of it. The call opens at `opens` (Unix milliseconds) on that platform.
pub(super) fn plant(
    incidents: &[PlantedIncident],
    family: Family,
    platform: &str,
    opens: i64,
    (seed, call): (u64, u64),
) -> Option<&'static Plant> {
    if incidents.is_empty() {
        return None;
    }
    let mut rng = derived(seed, Stream::Incident, call);
    let incident = incidents.iter().find(|incident| incident.hits(platform, opens, &mut rng))?;
    let told = plants(&[incident.cause], family);
    (!told.is_empty()).then(|| told[rng.usize(..told.len())])
}
