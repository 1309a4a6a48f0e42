//! What a call came to.

use std::collections::HashSet;

use super::texts::TextId;
use super::timeline::{Step, Timeline};
use crate::spec::{CallResult, CallType, MediaType, Phase, Role, Timestamp};

/// The outcome of a call. Times are Unix seconds, durations seconds; what is unknown is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// SDKAppID of the first callback that has a valid one; so are the next three.
    pub sdkappid: Option<u32>,
    /// One to one or group.
    pub call_type: Option<CallType>,
    /// Audio or video.
    pub media_type: Option<MediaType>,
    /// The room.
    pub room_id: Option<TextId>,
    /// The first user with role caller.
    pub caller: Option<TextId>,
    /// Users with role callee, by first appearance as one.
    pub callees: Vec<TextId>,
    /// Distinct users.
    pub participants: usize,
    /// The greatest `TotalNum`.
    pub total_num: Option<i64>,
    /// How it ended; none for an incomplete call.
    pub result: Option<CallResult>,
    /// True where someone answered.
    pub answered: bool,
    /// When it was started.
    pub start: Option<Timestamp>,
    /// When it was answered.
    pub accept: Option<Timestamp>,
    /// When it ended.
    pub end: Option<Timestamp>,
    /// The earliest time that any callback of the call has.
    pub earliest: Option<Timestamp>,
    /// Callbacks, duplicates included.
    pub callbacks: usize,
    /// Callbacks that were delivered again.
    pub duplicates: usize,
    /// Platform of the caller, as written.
    pub caller_platform: Option<TextId>,
}

impl Outcome {
    /// The result's word; `incomplete` where there is none.
    pub fn result_word(&self) -> &'static str {
        use crate::spec::Word;
        self.result.map_or("incomplete", CallResult::as_str)
    }

    /// From the start to the answer; for a call that was never answered, to its end.
    pub fn ring_seconds(&self) -> Option<u32> {
        match self.accept {
            Some(accept) => span(self.start, Some(accept)),
            None if self.answered || self.result.is_none() => None,
            None => span(self.start, self.end),
        }
    }

    /// From the answer to the end.
    pub fn talk_seconds(&self) -> Option<u32> {
        span(self.accept, self.end)
    }

    /// From the start to the end.
    pub fn total_seconds(&self) -> Option<u32> {
        span(self.start, self.end)
    }
}

/// Seconds between two times; none where one is unknown, or they run backwards.
fn span(from: Option<Timestamp>, to: Option<Timestamp>) -> Option<u32> {
    to?.checked_sub(from?)
}

/// When a call started, was answered and ended, in Unix seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Times {
    /// The least `StartCallTs`, else the least time of a start-phase event.
    pub start: Option<Timestamp>,
    /// The least `AcceptTs`, else the least time of an accept-phase event.
    pub accept: Option<Timestamp>,
    /// The greatest `EndTs`, else the greatest time of an end-phase event.
    pub end: Option<Timestamp>,
}

impl Times {
    /// As these steps give them.
    pub fn of<'s>(steps: impl Iterator<Item = &'s Step> + Clone) -> Self {
        let phase =
            |phase| steps.clone().filter(move |step| step.phase == Some(phase)).filter_map(|step| step.time);
        let start = steps.clone().filter_map(Step::start_call_ts).min();
        let accept = steps.clone().filter_map(Step::accept_ts).min();
        let end = steps.clone().filter_map(Step::end_ts).max();
        Self {
            start: start.or_else(|| phase(Phase::Start).min()),
            accept: accept.or_else(|| phase(Phase::Accept).min()),
            end: end.or_else(|| phase(Phase::End).max()),
        }
    }
}

/// Works out the outcome of a call.
pub fn outcome(timeline: &Timeline<'_>) -> Outcome {
    let steps = &timeline.steps;
    let call_type = steps.iter().find_map(Step::call_type);
    let Times { start, accept, end } = Times::of(steps.iter());
    let seen_accept = steps.iter().any(|step| step.phase == Some(Phase::Accept));
    let result = result(steps, call_type, seen_accept);
    let role_users =
        |role| steps.iter().filter(move |step| step.role == Some(role)).filter_map(|step| step.user.known());
    let caller = role_users(Role::Caller).next();
    let callbacks = timeline.callbacks().count();
    Outcome {
        sdkappid: steps.iter().find_map(Step::sdkappid),
        call_type,
        media_type: steps.iter().find_map(Step::media_type),
        room_id: steps.iter().find_map(Step::room_id),
        caller,
        callees: distinct(role_users(Role::Callee)),
        participants: distinct(users(steps)).len(),
        total_num: steps.iter().filter_map(Step::total_num).max(),
        result,
        answered: seen_accept || accept.is_some() || result == Some(CallResult::NormalEnd),
        start,
        accept,
        end,
        earliest: steps.iter().flat_map(times).min(),
        callbacks,
        duplicates: timeline.callbacks().filter(|step| step.original.is_some()).count(),
        caller_platform: caller.and_then(|caller| platform_of(steps, caller)),
    }
}

/// Users that take part in the call, in order of appearance, with repeats; not those that a v4 callback only lists.
pub(super) fn users(steps: &[Step]) -> impl Iterator<Item = TextId> {
    steps
        .iter()
        .filter(|step| step.happening != super::Happening::Nothing)
        .filter_map(|step| step.user.known())
}

/// Each id once, in order of first appearance.
pub(super) fn distinct(ids: impl Iterator<Item = TextId>) -> Vec<TextId> {
    const FEW: usize = 16;
    let mut seen: Vec<TextId> = Vec::new();
    let mut many: HashSet<TextId> = HashSet::new();
    for id in ids {
        let new = if seen.len() < FEW {
            !seen.contains(&id)
        } else {
            if many.is_empty() {
                many.extend(&seen);
            }
            many.insert(id)
        };
        if new {
            seen.push(id);
        }
    }
    seen
}

fn platform_of(steps: &[Step], user: TextId) -> Option<TextId> {
    steps.iter().filter(|step| step.user == user).find_map(|step| step.platform.known())
}

fn times(step: &Step) -> impl Iterator<Item = Timestamp> {
    [step.time, step.start_call_ts(), step.accept_ts(), step.end_ts()].into_iter().flatten()
}

/// The strongest of the results that the steps of one side offer.
fn strongest<'s>(
    steps: &'s [Step],
    side: fn(&Step) -> bool,
    offer: fn(&Step) -> Option<CallResult>,
) -> impl Iterator<Item = CallResult> + use<'s> {
    steps.iter().filter(move |step| side(step)).filter_map(offer)
}

/// The first of these that gives a result: a v4 call record; an explicit result of the caller, of a callee; what
/// the caller's end-phase events say by themselves, and the callees'. Of several the strongest.
fn result(steps: &[Step], call_type: Option<CallType>, seen_accept: bool) -> Option<CallResult> {
    // Someone declining does not end an answered call.
    let stands = |result: &CallResult| !(seen_accept && result.means_unanswered());
    strongest(steps, |_| true, Step::recorded)
        .min()
        .or_else(|| strongest(steps, Step::is_callers, Step::explicit).min())
        .or_else(|| strongest(steps, Step::is_callees, Step::explicit).min())
        .or_else(|| strongest(steps, Step::is_callers, Step::implied).filter(stands).min())
        .or_else(|| {
            if call_type == Some(CallType::Group) && !every_callee_ended(steps) {
                return None;
            }
            strongest(steps, Step::is_callees, Step::implied).filter(stands).min()
        })
}

/// True where every callee seen has an end-phase callback, in whatever role.
fn every_callee_ended(steps: &[Step]) -> bool {
    let ended: HashSet<TextId> = steps.iter().filter(|step| step.ends()).map(|step| step.user).collect();
    let mut callees = steps.iter().filter(|step| step.is_callees()).filter_map(|step| step.user.known());
    callees.all(|user| ended.contains(&user))
}
