//! One call, laid out for the tables of causes.

use super::clocks::ClockBounds;
use super::context::LogContext;
use super::sightings::{Ending, Sight, Sightings};
use crate::calls::model::outcome::Outcome;
use crate::calls::model::step::Step;
use crate::calls::model::timeline::Timeline;
use crate::calls::store::interner::TextId;
use crate::spec::{CallResult, CallType, Event, Family, RINGING_SECONDS, Role, Timestamp};

/// One call, laid out for the tables of causes.
#[derive(Debug)]
pub(super) struct Case<'c, 't> {
    pub timeline: &'c Timeline<'t>,
    pub outcome: &'c Outcome,
    pub log: &'c LogContext,
    /// What all its callbacks say.
    pub facts: Sightings,
    /// How its devices' clocks differ; nothing for a group call.
    pub clocks: ClockBounds,
}

impl<'c, 't> Case<'c, 't> {
    pub(super) fn new(timeline: &'c Timeline<'t>, outcome: &'c Outcome, log: &'c LogContext) -> Self {
        let facts = Sightings::of(timeline);
        let mut case = Self { timeline, outcome, log, facts, clocks: ClockBounds::default() };
        if !case.is_group() {
            case.clocks = ClockBounds::of(timeline, &case.facts, &case.facts);
        }
        case
    }

    /// True for a call of more than two.
    pub(super) fn is_group(&self) -> bool {
        self.outcome.call_type == Some(CallType::Group) || self.outcome.callees.len() > 1
    }

    /// The first callback of a role with that event.
    pub(super) fn sight(&self, role: Role, event: Event) -> Option<Sight> {
        self.facts.sight(self.timeline, role, event)
    }

    /// The first of several events of the role that is there.
    pub(super) fn any(&self, role: Role, events: &[Event]) -> Option<Sight> {
        events.iter().find_map(|event| self.sight(role, *event))
    }

    /// Seconds from one event to another of the same role, which has one clock; none if they run backwards.
    pub(super) fn span(&self, role: Role, from: Event, to: Event) -> Option<u32> {
        self.sight(role, to)?.time?.checked_sub(self.sight(role, from)?.time?)
    }

    /// The call, if it has this result.
    pub(super) fn came_to(&self, result: CallResult) -> Option<()> {
        (self.outcome.result == Some(result)).then_some(())
    }

    /// What names the call's result: the record, otherwise the caller, otherwise a callee.
    pub(super) fn end(&self) -> Option<Ending> {
        self.facts.recorded.or(self.facts.ending(Role::Caller)).or(self.facts.ending(Role::Callee))
    }

    /// Of a v4 call, whether its record comes from the app's own server, if that is known.
    pub(super) fn is_from_server(&self) -> Option<bool> {
        self.timeline.originals().find_map(Step::is_from_server)
    }

    /// True if that callee was in another call of the log when this one reached it.
    pub(super) fn is_engaged(&self, callee: TextId) -> bool {
        let name = self.timeline.text(callee);
        name.is_some_and(|name| self.log.active_users.engaged(self.timeline, self.outcome, name))
    }

    /// True if both sides of a call of two say how it ended, or the server does.
    pub(super) fn is_told_in_full(&self) -> bool {
        let ends = |role| self.facts.ending(role).is_some();
        self.facts.recorded.is_some()
            || if self.is_group() { ends(Role::Caller) } else { ends(Role::Caller) && ends(Role::Callee) }
    }

    /// True if a call that was interrupted without an answer in the log may have had one: `seconds` after it began,
    /// as that role reports.
    pub(super) fn may_lack_the_answer(&self, role: Role, seconds: Option<u32>) -> bool {
        let began = match role {
            Role::Caller => Event::StartCall,
            Role::Callee => Event::ReceiveCall,
        };
        // The record of v4 has the time of the answer.
        if self.facts.recorded.is_some() {
            return false;
        }
        !self.facts.is_told_by(Family::Event)
            || !self.facts.has(role, began)
            || seconds.is_none_or(|seconds| seconds > RINGING_SECONDS)
    }

    /// True if ringing would be seen: callees report theirs in this log, and the call is of the family that has it.
    pub(super) fn would_show_ringing(&self) -> bool {
        self.facts.is_told_by(Family::Event) && self.log.rings
    }

    /// Seconds from a time to the end of the log.
    pub(super) fn before_end_of_log(&self, time: Timestamp) -> Option<u32> {
        Some(self.log.newest?.saturating_sub(time)).filter(|_| time != 0)
    }
}
