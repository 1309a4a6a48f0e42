//! By how much the clocks of two devices differ, as far as pairs of events can bound it.

use super::sightings::Sightings;
use crate::calls::model::timeline::Timeline;
use crate::spec::{Event, Family, Role};

/// How far the callee's clock is ahead of the caller's: more than `low` and less than `high` seconds. Times have
/// whole seconds, so bounds are never more precise than that.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClockBounds {
    /// More than this, in seconds; none if nothing bounds it from below.
    pub low: Option<i64>,
    /// Less than this, in seconds.
    pub high: Option<i64>,
}

/// What the caller does, and what follows from it at the callee.
static THERE: [(Event, Event); 2] =
    [(Event::StartCall, Event::ReceiveCall), (Event::CancelCall, Event::CallCanceled)];

/// What the callee does, and what follows from it at the caller.
static BACK: [(Event, Event); 3] = [
    (Event::AcceptCall, Event::CallAccepted),
    (Event::RejectCall, Event::CallRejected),
    (Event::IgnoreCall, Event::CallBusy),
];

impl ClockBounds {
    /// Of a caller and a callee, by their events. The times of v4 are not those of devices.
    pub(super) fn of(timeline: &Timeline<'_>, caller: &Sightings, callee: &Sightings) -> Self {
        if caller.is_told_by(Family::V4) || callee.is_told_by(Family::V4) {
            return Self::default();
        }
        // The callee's time less the caller's, of one pair.
        let ahead = |of_caller: Event, of_callee: Event| {
            let here = caller.sight(timeline, Role::Caller, of_caller)?.time?;
            let there = callee.sight(timeline, Role::Callee, of_callee)?.time?;
            Some(i64::from(there) - i64::from(here))
        };
        let bounds = Self {
            low: BACK.iter().filter_map(|(cause, effect)| ahead(*effect, *cause)).max().map(|it| it - 1),
            high: THERE.iter().filter_map(|(cause, effect)| ahead(*cause, *effect)).min().map(|it| it + 1),
        };
        // Pairs that contradict each other, for example if a clock was set during the call, give no bounds.
        let contradict = bounds.low.zip(bounds.high).is_some_and(|(low, high)| low >= high);
        if contradict { Self::default() } else { bounds }
    }

    /// True if the clocks differ by a second or more for sure.
    pub fn differ(&self) -> bool {
        self.high.is_some_and(|high| high <= -1) || self.low.is_some_and(|low| low >= 1)
    }
}
