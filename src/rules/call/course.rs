//! The course of a call: what comes after its end, before its start, without a ring, or backwards in time.

use super::{CallField, Judge};
use crate::calls::{Few, Happening, Position, Step, TextId, Times};
use crate::spec::{Action, Event, Family, Phase, RuleId, Timestamp, V4Command};

impl Judge<'_, '_> {
    /// Callbacks of a user later than the end of their part in the call.
    pub(super) fn after_end(&mut self) {
        let timeline = self.timeline;
        let mut ends: Few<TextId, (Timestamp, Position)> = Few::default();
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
            if !acts || joins(step) || time <= *end {
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

    pub(super) fn accept_without_ring(&mut self) {
        let timeline = self.timeline;
        let of = |event| {
            timeline
                .originals()
                .filter(move |step| step.happening == Happening::Event(Some(event)))
                .filter_map(|step| step.user.known().filter(|_| step.phase.is_some()))
        };
        let mut rang: Few<TextId, ()> = Few::default();
        for user in of(Event::ReceiveCall) {
            rang.insert(user, ());
        }
        let mut seen = Few::default();
        for user in of(Event::AcceptCall) {
            if !rang.contains(user) && seen.insert(user, ()) {
                let message = format!("`{}` answers, and it never rang there", self.text(user));
                let last = self.last();
                self.push(RuleId::CallAcceptWithoutRing, message, last, None);
            }
        }
    }

    pub(super) fn end_without_start(&mut self) {
        let started = |step: &Step| {
            step.happening == Happening::Event(Some(Event::StartCall))
                || step.command == Some(V4Command::StartCall)
        };
        let ends = |step: &Step| step.family == Family::Event && step.ends();
        let mut originals = self.timeline.originals();
        if originals.any(ends) && !self.timeline.originals().any(started) {
            let last = self.last();
            self.push(
                RuleId::CallEndWithoutStart,
                "the call ends, and no callback starts it".into(),
                last,
                None,
            );
        }
    }

    /// Times that run backwards, where they come from different callbacks.
    pub(super) fn negative_duration(&mut self) {
        let timeline = self.timeline;
        let times = Times::of(timeline.originals());
        let giver = |time: Option<Timestamp>, stamp: fn(&Step) -> Option<Timestamp>, phase: Phase| {
            let time = time?;
            let stamped = timeline.originals().any(|step| stamp(step).is_some());
            let gives = |step: &&Step| {
                if stamped {
                    stamp(step) == Some(time)
                } else {
                    step.phase == Some(phase) && step.time == Some(time)
                }
            };
            Some((time, timeline.originals().find(gives)?.position))
        };
        let start = giver(times.start, Step::start_call_ts, Phase::Start).map(|it| ("starts", it));
        let accept = giver(times.accept, Step::accept_ts, Phase::Accept).map(|it| ("is answered", it));
        let end = giver(times.end, Step::end_ts, Phase::End).map(|it| ("ends", it));
        for (first, second) in [(start, end), (start, accept), (accept, end)] {
            let (Some((before, (first, at))), Some((after, (second, other)))) = (first, second) else {
                continue;
            };
            if second < first && at != other {
                let message = format!("the call {after} {} s before it {before}", first - second);
                let one = (at, format!("it {before} by this callback"));
                let two = (other, format!("it {after} by this callback"));
                self.push_pair(RuleId::CallNegativeDuration, message, one, two);
                return;
            }
        }
    }
}

/// Joining is allowed again after the end.
fn joins(step: &Step) -> bool {
    matches!(
        step.happening,
        Happening::Event(Some(Event::JoinInGroupCall)) | Happening::Action(Some(Action::Join))
    )
}
