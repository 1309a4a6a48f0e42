//! The order of a call's callbacks: what comes after its end, before its start, or without a ring.

use super::hit::CallField;
use super::judge::{CallRule, Judge};
use crate::calls::{Happening, Position, SmallMap, Step, TextId};
use crate::spec::{Event, Family, Phase, RuleId, Timestamp, V4Command};

pub(super) const RULES: &[CallRule] = &[
    CallRule::new(|judge| judge.after_end()).only_if(|course| course.occurs.acts_late),
    CallRule::new(|judge| judge.accept_without_ring())
        .only_if(|course| course.input.rang && course.occurs.answers_without_ring),
    CallRule::new(|judge| judge.end_without_start())
        .only_if(|course| course.occurs.ends && !course.occurs.starts),
];

impl Judge<'_, '_> {
    /// Callbacks of a user later than the end of their part in the call.
    fn after_end(&mut self) {
        let timeline = self.timeline;
        let mut ends: SmallMap<TextId, (Timestamp, Position)> = SmallMap::default();
        for step in timeline.originals().filter(|step| step.ends()) {
            if let (Some(user), Some(time)) = (step.user.known(), step.time) {
                let end = ends.or_insert_with(user, || (time, step.position));
                if time > end.0 {
                    *end = (time, step.position);
                }
            }
        }
        for step in timeline.originals() {
            let acts = matches!(step.phase, Some(Phase::Start | Phase::Ring | Phase::Accept | Phase::Invite));
            let (Some(time), Some((end, ended))) = (step.time, ends.get(step.user)) else {
                continue;
            };
            if !acts || step.joins() || time <= *end {
                continue;
            }
            let user = self.text(step.user);
            let message = format!("`{user}` acts {} s after their part in the call ended", time - end);
            let acted = (step.position, format!("`{user}` acts here"));
            let ended = (*ended, format!("the part of `{user}` ends here"));
            if let Some(hit) = self.push_pair(RuleId::CallAfterEnd, message, acted, ended) {
                hit.field = Some(CallField::EventTime);
            }
        }
    }

    /// Callees that answer without ringing, in an input that has ringing.
    fn accept_without_ring(&mut self) {
        if !self.course.input.rang {
            return;
        }
        let timeline = self.timeline;
        let of = |event| {
            timeline
                .originals()
                .filter(move |step| step.happening == Happening::Event(Some(event)))
                .filter_map(|step| step.user.known().filter(|_| step.phase.is_some()))
        };
        // Whoever rings without a usable id may be any of them.
        let rings = |step: &Step| step.happening == Happening::Event(Some(Event::ReceiveCall));
        if timeline.originals().any(|step| rings(step) && step.user.known().is_none()) {
            return;
        }
        let mut rang: SmallMap<TextId, ()> = SmallMap::default();
        for user in of(Event::ReceiveCall) {
            rang.insert(user, ());
        }
        let mut seen = SmallMap::default();
        for user in of(Event::AcceptCall) {
            if !rang.contains(user) && seen.insert(user, ()) {
                let message = format!("`{}` answers, but never rang", self.text(user));
                self.push_at_last(RuleId::CallAcceptWithoutRing, message);
            }
        }
    }

    fn end_without_start(&mut self) {
        let started = |step: &Step| {
            step.happening == Happening::Event(Some(Event::StartCall))
                || step.command == Some(V4Command::StartCall)
        };
        let ends = |step: &Step| step.family == Family::Event && step.ends();
        let mut originals = self.timeline.originals();
        if originals.any(ends) && !self.timeline.originals().any(started) {
            self.push_at_last(RuleId::CallEndWithoutStart, "the call ends, but no callback starts it");
        }
    }
}
