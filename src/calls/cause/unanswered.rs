//! The rows of the table of main causes on calls that nobody answered.
//!
//! Comes in: a call. Goes out: the cause that its result and what else is there allow; nothing if its result is another.
//! Must not: look at what contradicts the result, which earlier rows do.

use super::base_rates::CallKind;
use super::case::Case;
use super::certainty::Certainty::{Certain, Likely};
use super::decision::Main;
use super::sightings::Sight;
use crate::calls::store::interner::TextId;
use crate::spec::{CallResult, Cause, DEVICE_SECONDS, Event, Family, MOST_TRAVEL_SECONDS, Phase, Role};

/// Calls that it takes to say of a log, or of a user, that nothing is ever reported.
const SEVERAL: u64 = 5;
const SEVERAL_OF_USER: u32 = 3;

/// The caller gave up.
pub(super) fn cancelled(case: &Case<'_, '_>) -> Option<Main> {
    case.came_to(CallResult::Cancel)?;
    let own = case.span(Role::Caller, Event::StartCall, Event::CancelCall);
    let seconds = own.or(case.outcome.ring_seconds());
    let cancel = case.end().map(|it| it.sight);
    let rang = case.any(Role::Callee, &[Event::ReceiveCall, Event::CallCanceled]);
    let start = case.sight(Role::Caller, Event::StartCall);
    let main = |cause, certainty| Main::new(cause, certainty, &[start, rang, cancel]).after(seconds);
    let rates = case.log.rates();
    if case.facts.is_told_by(Family::V4) {
        // v4 has no ringing. After a while it does ring.
        let main = main(Cause::GaveUp, Likely);
        let rang = seconds.is_some_and(|seconds| seconds > MOST_TRAVEL_SECONDS);
        let by_server = case.is_from_server() == Some(true);
        return Some(match (by_server, rang) {
            (true, _) => main.or(Cause::EndedByServer),
            (_, true) => main,
            _ => main.or(Cause::GaveUpBeforeRing),
        });
    }
    if case.facts.seen[Role::Callee as usize] {
        // If the callee's answer was lost, the two crossed each other.
        let crossed = rates.hidden(CallKind::Crossed, CallKind::CancelledRinging, 1);
        return Some(main(Cause::GaveUp, Certain).unless(Cause::Crossed, crossed));
    }
    if !case.would_show_ringing() {
        return Some(main(Cause::GaveUp, Likely).or(Cause::GaveUpBeforeRing));
    }
    let rang = rates.hidden_by_silence(CallKind::CancelledRinging, CallKind::CancelledUnseen);
    Some(main(Cause::GaveUpBeforeRing, Likely).unless(Cause::GaveUp, rang))
}

/// The callee, or its device, declined.
pub(super) fn declined(case: &Case<'_, '_>) -> Option<Main> {
    case.came_to(CallResult::Reject)?;
    let ring = case.sight(Role::Callee, Event::ReceiveCall);
    let decline = case.sight(Role::Callee, Event::RejectCall);
    let told = case.sight(Role::Caller, Event::CallRejected);
    let sights = [ring, decline.or(told)];
    let by_callee = case.span(Role::Callee, Event::ReceiveCall, Event::RejectCall);
    if let Some(seconds) = by_callee.filter(|_| !case.is_group()) {
        let device = seconds <= DEVICE_SECONDS;
        let (cause, certainty) =
            if device { (Cause::DeclinedByDevice, Likely) } else { (Cause::Declined, Certain) };
        return Some(Main::new(cause, certainty, &sights).after(Some(seconds)));
    }
    if case.facts.is_told_by(Family::V4) {
        return Some(declined_by_server(case, &sights));
    }
    // By the caller's clock a decline also takes as long as the network, there and back.
    let start = case.sight(Role::Caller, Event::StartCall);
    let by_caller = case.span(Role::Caller, Event::StartCall, Event::CallRejected);
    let main = |cause| Main::new(cause, Likely, &[start, told.or(decline)]).after(by_caller);
    Some(match by_caller.or(case.outcome.ring_seconds()) {
        Some(seconds) if seconds > DEVICE_SECONDS + MOST_TRAVEL_SECONDS => main(Cause::Declined),
        Some(seconds) if seconds < DEVICE_SECONDS => main(Cause::DeclinedByDevice),
        _ => main(Cause::Declined).or(Cause::DeclinedByDevice),
    })
}

/// v4 has no ringing; its record has whole seconds of the server's clock, member changes milliseconds of devices'.
fn declined_by_server(case: &Case<'_, '_>, sights: &[Option<Sight>]) -> Main {
    const SECOND: i64 = 1000;
    let time = |phase: Phase| {
        let mut steps = case.timeline.originals().filter(|step| step.phase == Some(phase));
        steps.find_map(|step| Some(i64::from(step.time?) * SECOND + i64::from(step.millis)))
    };
    let seconds = case.outcome.ring_seconds();
    let main = |cause, certainty| Main::new(cause, certainty, sights).after(seconds);
    // The invitation travels to the callee, and the decline back.
    let (device, person) = (DEVICE_SECONDS, DEVICE_SECONDS + MOST_TRAVEL_SECONDS);
    match seconds {
        Some(seconds) if seconds <= device => main(Cause::DeclinedByDevice, Likely),
        Some(seconds) if seconds >= person => main(Cause::Declined, Likely),
        Some(seconds) => {
            let apart = time(Phase::Start).zip(time(Phase::End)).map(|(start, end)| end - start);
            let least = i64::from(seconds) * SECOND;
            match apart {
                Some(apart) if (least..least + SECOND).contains(&apart) => main(Cause::Declined, Likely),
                _ => main(Cause::Declined, Likely).or(Cause::DeclinedByDevice),
            }
        }
        None => main(Cause::Declined, Likely).or(Cause::DeclinedByDevice),
    }
}

/// The line was busy, or the callee ignored the call: the caller is told the same.
pub(super) fn busy(case: &Case<'_, '_>) -> Option<Main> {
    case.came_to(CallResult::CallBusy)?;
    let told = case.sight(Role::Caller, Event::CallBusy);
    let ignored = case.sight(Role::Callee, Event::IgnoreCall);
    let ring = case.sight(Role::Callee, Event::ReceiveCall);
    let start = case.sight(Role::Caller, Event::StartCall);
    let told_or_end = told.or(case.end().map(|it| it.sight));
    let is_engaged = case.outcome.callees.iter().any(|callee| case.is_engaged(*callee));
    let by_callee = case.span(Role::Callee, Event::ReceiveCall, Event::IgnoreCall);
    // By the caller's clock; the record of v4 has the server's.
    let by_caller =
        case.span(Role::Caller, Event::StartCall, Event::CallBusy).or(case.outcome.ring_seconds());
    let events = case.facts.is_told_by(Family::Event);
    let is_ignored = |certainty| Main::new(Cause::Ignored, certainty, &[ring, ignored, told]);
    Some(match (by_callee, by_caller) {
        // A person takes a while, a device that is in another call does not.
        (Some(seconds), _) if seconds > DEVICE_SECONDS => is_ignored(Certain).after(by_callee),
        (_, seconds) if is_engaged => {
            let main = Main::new(Cause::Busy, Likely, &[start, ring, ignored.or(told_or_end)]);
            let at_once = seconds.is_none_or(|seconds| seconds <= DEVICE_SECONDS + MOST_TRAVEL_SECONDS);
            if at_once { main } else { main.or(Cause::Ignored) }
        }
        (Some(0), _) => is_ignored(Likely).after(by_callee).or(Cause::Busy),
        (Some(_), _) => is_ignored(Likely).after(by_callee),
        (None, Some(seconds)) if events && seconds > DEVICE_SECONDS + MOST_TRAVEL_SECONDS => {
            Main::new(Cause::Ignored, Likely, &[ring.or(start), ignored, told_or_end])
        }
        // A busy line is reported at once.
        (None, Some(seconds)) if seconds <= MOST_TRAVEL_SECONDS && ignored.is_none() => {
            Main::new(Cause::Busy, Likely, &[start, ring, told_or_end])
        }
        _ if ignored.is_some() => is_ignored(Likely).or(Cause::Busy),
        _ if ring.is_some() && events => is_ignored(Likely).or(Cause::Busy),
        _ => Main::new(Cause::Busy, Likely, &[start, told_or_end]).or(Cause::Ignored),
    })
}

/// Nobody answered.
pub(super) fn not_answered(case: &Case<'_, '_>) -> Option<Main> {
    case.came_to(CallResult::NotAnswer)?;
    let missed = case.end().map(|it| it.sight);
    let start = case.sight(Role::Caller, Event::StartCall);
    let own = case.span(Role::Caller, Event::StartCall, Event::CallMissed);
    let seconds = own.or(case.outcome.ring_seconds());
    let main = |cause, certainty| Main::new(cause, certainty, &[start, missed]).after(seconds);
    let rates = case.log.rates();
    if case.facts.is_told_by(Family::V4) {
        return Some(not_answered_in_v4(case, main));
    }
    if case.facts.seen[Role::Callee as usize] {
        let ring = case.any(Role::Callee, &[Event::ReceiveCall, Event::NotAnswerCall]);
        let mut main = main(Cause::NoAnswer, Certain);
        main.deciding.extend(ring.map(|sight| sight.at));
        return Some(main);
    }
    if case.would_show_ringing() {
        let rang = rates.hidden_by_silence(CallKind::MissedRinging, CallKind::MissedUnseen);
        return Some(main(Cause::NeverRang, Likely).unless(Cause::NoAnswer, rang));
    }
    if case.facts.is_told_by(Family::Event) && !case.log.callees_report {
        let silent = main(Cause::CalleeSilent, Likely);
        let is_drawn_from_several = rates.without_callee() >= SEVERAL;
        return Some(if is_drawn_from_several { silent } else { silent.or(Cause::NeverRang) });
    }
    Some(main(Cause::NoAnswer, Likely).or(Cause::NeverRang))
}

/// v4 has no ringing, but names the callees, so that the rest of the log can be searched for them.
fn not_answered_in_v4(
    case: &Case<'_, '_>,
    main: impl Fn(Cause, super::certainty::Certainty) -> Main,
) -> Main {
    if case.facts.seen[Role::Callee as usize] {
        let mut main = main(Cause::NoAnswer, Likely);
        main.deciding.extend(case.sight(Role::Callee, Event::NotAnswerCall).map(|sight| sight.at));
        return main;
    }
    if case.outcome.callees.is_empty() || !case.log.members_change {
        return main(Cause::NoAnswer, Likely).or(Cause::Unreached);
    }
    let (cause, is_sure) = of_unseen(case, &case.outcome.callees);
    let main = main(cause, Likely);
    match cause {
        Cause::Unreached => {
            let missed = case.log.rates().hidden_miss(case.log.active_users.idle_but_acting());
            main.unless(Cause::NoAnswer, missed)
        }
        _ if is_sure => main,
        _ => main.or(Cause::Unreached),
    }
}

/// What the rest of the log says about callees of v4 who do nothing in a call: whether one of them acts elsewhere, or
/// nobody ever does, and whether that is drawn from enough calls.
pub(super) fn of_unseen(case: &Case<'_, '_>, callees: &[TextId]) -> (Cause, bool) {
    let users = &case.log.active_users;
    let mut names = callees.iter().filter_map(|user| case.timeline.text(*user));
    if names.clone().any(|user| users.acts(user)) {
        return (Cause::Unreached, true);
    }
    (Cause::CalleeSilent, names.all(|user| users.passive_calls(user) >= SEVERAL_OF_USER))
}
