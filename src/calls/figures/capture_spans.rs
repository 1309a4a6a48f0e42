//! The spans of time that sources cover.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use crate::calls::model::step::Step;

/// By which time a callback lies within a span.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Measure {
    /// The time of capture; of a callback without one `EventTime`.
    Capture,
    /// `EventTime`.
    Event,
}

impl Measure {
    /// The time of a callback, in Unix milliseconds.
    pub(super) fn time(self, step: &Step) -> Option<i64> {
        let event = || step.time.map(|seconds| i64::from(seconds) * 1000 + i64::from(step.millis));
        match self {
            Self::Capture => step.capture.time().or_else(event),
            Self::Event => event(),
        }
    }
}

/// The span that a source covers, in Unix milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct CaptureSpan {
    /// True if any callback has a time of capture.
    has_captures: bool,
    /// Least and greatest time, by each measure.
    captured: Option<(i64, i64)>,
    events: Option<(i64, i64)>,
}

impl CaptureSpan {
    /// Takes in a callback.
    pub(super) fn add(&mut self, step: &Step) {
        self.has_captures |= step.capture.time().is_some();
        let at = |measure: Measure| measure.time(step).map(|time| (time, time));
        self.captured = joined(self.captured, at(Measure::Capture));
        self.events = joined(self.events, at(Measure::Event));
    }

    /// Takes in another part of the source.
    pub(super) fn merge(&mut self, other: Self) {
        self.has_captures |= other.has_captures;
        self.captured = joined(self.captured, other.captured);
        self.events = joined(self.events, other.events);
    }

    /// The span that two sources cover, by the time that both have; none if they are apart. If one of them has no times
    /// at all, everything lies within it.
    pub(super) fn common(self, other: Self) -> Option<(Measure, RangeInclusive<i64>)> {
        let is_captured = self.has_captures && other.has_captures;
        let measure = if is_captured { Measure::Capture } else { Measure::Event };
        let of = |span: Self| if is_captured { span.captured } else { span.events };
        let Some(((from, to), (other_from, other_to))) = of(self).zip(of(other)) else {
            return Some((measure, i64::MIN..=i64::MAX));
        };
        let span = from.max(other_from)..=to.min(other_to);
        (!span.is_empty()).then_some((measure, span))
    }
}

/// The span that holds both.
fn joined(one: Option<(i64, i64)>, other: Option<(i64, i64)>) -> Option<(i64, i64)> {
    match (one, other) {
        (Some((from, to)), Some((other_from, other_to))) => Some((from.min(other_from), to.max(other_to))),
        (one, other) => one.or(other),
    }
}
