//! Which calls are wanted.
//!
//! Comes in: what a call is known for, the cheapest facts first. Goes out: whether it is wanted. Must not: read a call's
//! callbacks, or work out its cause, unless a condition needs them.

mod failed;
mod range;

pub use failed::is_failed;
pub use range::SecondsRange;

use super::cause::{Certainty, Verdict};
use super::model::outcome::{Outcome, users};
use super::model::participant::participants;
use super::model::timeline::Timeline;
use super::store::interner::{Interner, TextId};
use crate::spec::{CallType, Cause, Family, MediaType, Timestamp};

/// A choice of calls. Several values of one condition are or-ed, the conditions are and-ed; an empty filter chooses all
/// calls.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// From this time on, in Unix seconds.
    pub since: Option<i64>,
    /// Before this time, in Unix seconds.
    pub until: Option<i64>,
    /// With one of these ids.
    pub call_ids: Vec<String>,
    /// With one of these participants.
    pub users: Vec<String>,
    /// Of one of these callers.
    pub callers: Vec<String>,
    /// With one of these among the callees.
    pub callees: Vec<String>,
    /// With one of these results; `incomplete` for none.
    pub results: Vec<String>,
    /// Failed, as [`is_failed`] says.
    pub failed: bool,
    /// With one of these main causes.
    pub causes: Vec<Cause>,
    /// With a verdict that is so certain.
    pub certainties: Vec<Certainty>,
    /// The caller is on one of these platforms, in whatever case.
    pub platforms: Vec<String>,
    /// Any callee is.
    pub callee_platforms: Vec<String>,
    /// Of one of these media.
    pub media_types: Vec<MediaType>,
    /// Of one of these kinds.
    pub call_types: Vec<CallType>,
    /// With a callback of one of these families.
    pub families: Vec<Family>,
    /// Of one of these SDKAppIDs.
    pub apps: Vec<u32>,
    /// With a callback that was redelivered.
    pub redelivered: bool,
    /// With a finding that [`RuleOptions`](crate::rules::RuleOptions) has sought.
    pub with_finding: bool,
    /// With such a `ring_seconds`.
    pub ring: SecondsRange,
    /// With such a `talk_seconds`.
    pub talk: SecondsRange,
    /// With such a `total_seconds`.
    pub total: SecondsRange,
}

/// True if nothing is asked for, or if any of what is asked for is there.
fn any_of<T: PartialEq>(wanted: &[T], given: impl IntoIterator<Item = T>) -> bool {
    wanted.is_empty() || given.into_iter().any(|it| wanted.contains(&it))
}

/// The same for texts.
fn any_text<'t>(wanted: &[String], texts: impl IntoIterator<Item = &'t str>) -> bool {
    wanted.is_empty() || texts.into_iter().any(|text| wanted.iter().any(|want| want == text))
}

/// The same for platforms, which people write in any case.
fn any_platform<'t>(wanted: &[String], texts: impl IntoIterator<Item = &'t str>) -> bool {
    let is_one = |text: &str| wanted.iter().any(|want| want.eq_ignore_ascii_case(text));
    wanted.is_empty() || texts.into_iter().any(is_one)
}

impl Filter {
    /// True if it chooses all calls.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether it may choose a call, by its id and outcome, whose texts are in `texts`.
    pub fn chooses_outcome(&self, call_id: &str, texts: &Interner, outcome: &Outcome) -> bool {
        let named = |id: Option<TextId>| id.and_then(|id| texts.get(id));
        any_text(&self.call_ids, [call_id])
            && any_text(&self.results, [outcome.result_word()])
            && self.chooses_time(outcome.start.or(outcome.earliest))
            && any_text(&self.callers, named(outcome.caller))
            && any_text(&self.callees, outcome.callees.iter().filter_map(|id| texts.get(*id)))
            && any_platform(&self.platforms, named(outcome.caller_platform))
            && any_of(&self.media_types, outcome.media_type)
            && any_of(&self.call_types, outcome.call_type)
            && any_of(&self.families, outcome.families.iter())
            && any_of(&self.apps, outcome.sdkappid)
            && (!self.redelivered || outcome.duplicates > 0)
            && self.ring.holds(outcome.ring_seconds())
            && self.talk.holds(outcome.talk_seconds())
            && self.total.holds(outcome.total_seconds())
    }

    /// True if a condition is on the callbacks of a call.
    pub fn needs_timeline(&self) -> bool {
        self.failed || !self.users.is_empty() || !self.callee_platforms.is_empty()
    }

    /// Whether it may choose a call, by its callbacks.
    pub fn chooses_timeline(&self, timeline: &Timeline<'_>, outcome: &Outcome) -> bool {
        (!self.failed || is_failed(timeline, outcome))
            && (self.users.is_empty()
                || any_text(&self.users, users(&timeline.steps).filter_map(|user| timeline.text(user))))
            && (self.callee_platforms.is_empty() || self.chooses_callee(timeline))
    }

    fn chooses_callee(&self, timeline: &Timeline<'_>) -> bool {
        let users = participants(timeline);
        let callees = users.iter().filter(|user| user.callee);
        any_platform(&self.callee_platforms, callees.filter_map(|it| timeline.text(it.platform?)))
    }

    /// True if a condition is on the cause of a call.
    pub fn needs_cause(&self) -> bool {
        !self.causes.is_empty() || !self.certainties.is_empty()
    }

    /// Whether it may choose a call, by its cause.
    pub fn chooses_verdict(&self, verdict: &Verdict) -> bool {
        any_of(&self.causes, [verdict.cause]) && any_of(&self.certainties, [verdict.certainty])
    }

    fn chooses_time(&self, time: Option<Timestamp>) -> bool {
        if self.since.is_none() && self.until.is_none() {
            return true;
        }
        time.is_some_and(|time| {
            let time = i64::from(time);
            self.since.is_none_or(|since| time >= since) && self.until.is_none_or(|until| time < until)
        })
    }
}
