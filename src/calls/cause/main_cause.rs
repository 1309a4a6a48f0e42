//! The table of main causes: the first row that fits a call decides.

use smallvec::smallvec;

use super::case::Case;
use super::certainty::Certainty::{CannotTell, Certain, Likely};
use super::decision::Main;
use super::sightings::{Ending, Sight};
use crate::calls::model::step::Step;
use crate::spec::{
    CROSSING_SECONDS, CallResult, Cause, DEVICE_SECONDS, DOUBTFUL_SECONDS, Event, Family, MOST_SKEW_SECONDS,
    Phase, RINGING_SECONDS, Role, TALKING_SECONDS, Word,
};

/// A condition and the cause that follows from it; none if the condition does not hold.
type MainRow = fn(&Case<'_, '_>) -> Option<Main>;

/// In this order; the last row fits every call. Rows on the result come after those on what contradicts it.
static TABLE: [MainRow; 14] = [
    crossed,
    not_placed,
    interrupted_on_one_side,
    sides_disagree,
    answered_and_yet_not,
    ended_by_server,
    completed,
    interrupted,
    cancelled,
    declined,
    busy,
    not_answered,
    without_end,
    nothing_known,
];

/// The main cause of a call.
pub(super) fn main_cause(case: &Case<'_, '_>) -> Main {
    let found = TABLE.iter().find_map(|row| row(case));
    found.unwrap_or_else(|| Main::new(Cause::CannotTell, CannotTell, &[]))
}

/// The caller's cancel and an answer, within two seconds of each other.
fn crossed(case: &Case<'_, '_>) -> Option<Main> {
    let cancel = case.sight(Role::Caller, Event::CancelCall).or_else(|| {
        let recorded = case.facts.recorded?;
        (recorded.result == CallResult::Cancel).then_some(recorded.sight)
    })?;
    let answer = case.facts.accepted?;
    let main = |certainty| Some(Main::new(Cause::Crossed, certainty, &[Some(cancel), Some(answer)]));
    let (Some(cancelled), Some(answered)) = (cancel.time, answer.time) else {
        return main(Likely).map(|main| main.or(Cause::SidesDisagree));
    };
    let apart = i64::from(cancelled) - i64::from(answered);
    let most = i64::from(CROSSING_SECONDS);
    if case.facts.has(Role::Caller, Event::CallAccepted) || case.facts.is_told_by(Family::V4) {
        // Both by one clock.
        return if apart.abs() <= most { main(Certain) } else { None };
    }
    // On the caller's clock the answer came earlier by the difference of the clocks, so the two events are that much
    // further apart.
    let (low, high) = (case.clocks.low, case.clocks.high);
    let nearest = match (low.map(|low| apart + low + 1), high.map(|high| apart + high - 1)) {
        (Some(least), Some(greatest)) if least <= greatest => 0_i64.clamp(least, greatest),
        (Some(least), _) if least > 0 => least,
        (_, Some(greatest)) if greatest < 0 => greatest,
        _ => 0,
    };
    // If a call continues for long after its answer, the caller knows of the answer and does not cancel.
    match apart.abs() {
        apart if apart <= most => main(if nearest.abs() <= most { Certain } else { Likely }),
        apart if nearest.abs() <= most && apart <= most + i64::from(MOST_SKEW_SECONDS) => main(Likely),
        _ => None,
    }
}

/// The two sides end differently, and one of them was interrupted.
fn interrupted_on_one_side(case: &Case<'_, '_>) -> Option<Main> {
    if case.is_group() {
        return None;
    }
    let ends = Role::ALL.iter().filter_map(|role| Some((*role, case.facts.ending(*role)?)));
    let (role, ending) = ends.min_by_key(|(_, ending)| match ending.result {
        CallResult::Offline => 0,
        CallResult::Interrupt => 1,
        _ => 2,
    })?;
    is_interruption(ending.result).then(|| broken_off(case, role, ending))
}

fn is_interruption(result: CallResult) -> bool {
    matches!(result, CallResult::Offline | CallResult::Interrupt)
}

/// The three causes of a call that was interrupted.
fn broken_off(case: &Case<'_, '_>, role: Role, ending: Ending) -> Main {
    let answered = case.outcome.answered;
    let own = if answered {
        let accept = match role {
            Role::Caller => Event::CallAccepted,
            Role::Callee => Event::AcceptCall,
        };
        // If the two clocks differ, their times must not be compared.
        case.sight(role, accept).or(case.facts.accepted.filter(|_| !case.clocks.differ()))
    } else {
        case.any(role, &[Event::StartCall, Event::ReceiveCall])
    };
    let since = own.and_then(|own| own.time);
    let seconds = ending.sight.time.zip(since).and_then(|(end, since)| end.checked_sub(since));
    let main = |cause| Main::new(cause, Certain, &[own, Some(ending.sight)]).after(seconds).reported_by(role);
    match (ending.result, answered) {
        (CallResult::Offline, _) => main(Cause::Offline),
        (_, true) => main(Cause::Dropped),
        // If the log has no answer, there may still have been one.
        (_, false) if case.may_lack_the_answer(role, seconds) => {
            main(Cause::DroppedBeforeAnswer).or(Cause::Dropped)
        }
        (_, false) => main(Cause::DroppedBeforeAnswer),
    }
}

/// Both sides of a call of two say how it ended, but differ.
fn sides_disagree(case: &Case<'_, '_>) -> Option<Main> {
    if case.is_group() {
        return None;
    }
    let callee = case.facts.ending(Role::Callee)?;
    let caller = case.facts.recorded.or(case.facts.ending(Role::Caller))?;
    let main = Main::new(Cause::SidesDisagree, Certain, &[Some(caller.sight), Some(callee.sight)]);
    (caller.result != callee.result).then(|| main.reported_by(Role::Caller))
}

/// Somebody answered, and the call ended as if nobody had.
fn answered_and_yet_not(case: &Case<'_, '_>) -> Option<Main> {
    let answer = case.facts.accepted?;
    let result = case.outcome.result?;
    if !result.means_unanswered() && result != CallResult::Failed {
        return None;
    }
    let ending = end(case)?;
    Some(Main::new(Cause::SidesDisagree, Likely, &[Some(answer), Some(ending.sight)]))
}

/// True for a call with this result.
fn came_to(case: &Case<'_, '_>, result: CallResult) -> Option<()> {
    (case.outcome.result == Some(result)).then_some(())
}

/// What names the call's result: the record, otherwise the caller, otherwise a callee.
fn end(case: &Case<'_, '_>) -> Option<Ending> {
    let facts = &case.facts;
    facts.recorded.or(facts.ending(Role::Caller)).or(facts.ending(Role::Callee))
}

/// The app's server ended a v4 call that was answered: nobody hangs up, and the record says where it comes from. Without a
/// URL it does not.
fn ended_by_server(case: &Case<'_, '_>) -> Option<Main> {
    let ends = |result: &CallResult| matches!(result, CallResult::NormalEnd | CallResult::Interrupt);
    let result = case.outcome.result.filter(ends)?;
    let record = case.facts.recorded?.sight;
    let hangs_up = |role| case.facts.ending(role).is_some_and(|it| it.result == CallResult::NormalEnd);
    if case.facts.accepted.is_none() && case.outcome.accept.is_none()
        || Role::ALL.iter().any(|role| hangs_up(*role))
    {
        return None;
    }
    let sights = [case.facts.accepted, Some(record)];
    match case.timeline.originals().find_map(Step::is_from_server) {
        Some(true) => {
            let talk = case.outcome.talk_seconds();
            Some(Main::new(Cause::EndedByServer, Certain, &sights).after(talk))
        }
        Some(false) => None,
        // If members' changes are not in the log at all, their absence says nothing.
        None if case.log.members_change && result == CallResult::NormalEnd => {
            completed(case).map(|main| main.or(Cause::EndedByServer))
        }
        None => None,
    }
}

fn completed(case: &Case<'_, '_>) -> Option<Main> {
    came_to(case, CallResult::NormalEnd)?;
    let (caller, callee) = (case.facts.ending(Role::Caller), case.facts.ending(Role::Callee));
    let sights = [case.facts.accepted, caller.map(|it| it.sight), callee.map(|it| it.sight)];
    let recorded = case.facts.recorded.map(|it| it.sight);
    let talk = if case.clocks.differ() {
        // By one device's clock.
        let of_caller = || case.span(Role::Caller, Event::CallAccepted, Event::CallEnd);
        of_caller().or_else(|| case.span(Role::Callee, Event::AcceptCall, Event::CallEnd))
    } else {
        case.outcome.talk_seconds()
    };
    let mut main = Main::new(Cause::Completed, Certain, &sights).after(talk);
    main.deciding.extend(recorded.map(|sight| sight.at));
    Some(main)
}

fn interrupted(case: &Case<'_, '_>) -> Option<Main> {
    let result = case.outcome.result.filter(|result| is_interruption(*result))?;
    let by =
        |role: Role| case.facts.ending(role).filter(|ending| ending.result == result).map(|it| (role, it));
    match by(Role::Caller).or(by(Role::Callee)) {
        Some((role, ending)) => Some(broken_off(case, role, ending)),
        None => {
            let ending = end(case)?;
            Some(Main { reported_by: None, ..broken_off(case, Role::Caller, Ending { result, ..ending }) })
        }
    }
}

/// A failed call could not be placed, whatever result it names, unless somebody answered it.
fn not_placed(case: &Case<'_, '_>) -> Option<Main> {
    let failed = case.sight(Role::Caller, Event::CallFailed)?;
    if case.facts.accepted.is_some() {
        return None;
    }
    let seconds = case.span(Role::Caller, Event::StartCall, Event::CallFailed);
    // A call that rings has been placed.
    let certainty = if case.facts.has(Role::Callee, Event::ReceiveCall) { Likely } else { Certain };
    Some(Main::new(Cause::NotPlaced, certainty, &[Some(failed)]).after(seconds).reported_by(Role::Caller))
}

fn cancelled(case: &Case<'_, '_>) -> Option<Main> {
    came_to(case, CallResult::Cancel)?;
    let own = case.span(Role::Caller, Event::StartCall, Event::CancelCall);
    let seconds = own.or(case.outcome.ring_seconds());
    let cancel = end(case).map(|it| it.sight);
    let rang = case.any(Role::Callee, &[Event::ReceiveCall, Event::CallCanceled]);
    let main = |cause, certainty| {
        let start = case.sight(Role::Caller, Event::StartCall);
        Some(Main::new(cause, certainty, &[start, rang, cancel]).after(seconds))
    };
    if case.callee_reports() {
        return main(Cause::GaveUp, Certain);
    }
    if !case.would_show_ringing() {
        // The log would not show ringing. After a while it does ring.
        let rang = seconds.is_some_and(|seconds| seconds > MOST_TRAVEL);
        let main = main(Cause::GaveUp, Likely);
        return if rang { main } else { main.map(|main| main.or(Cause::GaveUpBeforeRing)) };
    }
    main(Cause::GaveUpBeforeRing, Likely)
}

fn declined(case: &Case<'_, '_>) -> Option<Main> {
    came_to(case, CallResult::Reject)?;
    let ring = case.sight(Role::Callee, Event::ReceiveCall);
    let decline = case.sight(Role::Callee, Event::RejectCall);
    let told = case.sight(Role::Caller, Event::CallRejected);
    let sights = [ring, decline.or(told)];
    if case.is_group() {
        return Some(Main::new(Cause::Declined, Likely, &sights).after(case.outcome.ring_seconds()));
    }
    let by_callee = case.span(Role::Callee, Event::ReceiveCall, Event::RejectCall);
    if let Some(seconds) = by_callee {
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
        Some(seconds) if seconds > DEVICE_SECONDS + MOST_TRAVEL => main(Cause::Declined),
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
    let (device, person) = (DEVICE_SECONDS, DEVICE_SECONDS + MOST_TRAVEL);
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

/// Seconds that a callback's cause and effect may take over the network, there and back.
const MOST_TRAVEL: u32 = 2;

fn busy(case: &Case<'_, '_>) -> Option<Main> {
    came_to(case, CallResult::CallBusy)?;
    let told = case.sight(Role::Caller, Event::CallBusy);
    let ignored = case.sight(Role::Callee, Event::IgnoreCall);
    let ring = case.sight(Role::Callee, Event::ReceiveCall);
    let seconds = case.span(Role::Callee, Event::ReceiveCall, Event::IgnoreCall);
    Some(match (ignored, ring) {
        (Some(_), _) => Main::new(Cause::Ignored, Certain, &[ring, ignored, told]).after(seconds),
        (None, Some(_)) => Main::new(Cause::Ignored, Likely, &[ring, told]),
        (None, None) => {
            let start = case.sight(Role::Caller, Event::StartCall);
            let main = Main::new(Cause::Busy, Likely, &[start, told.or(end(case).map(|it| it.sight))]);
            // A busy line is reported at once; for an ignored call the caller is told the same, but later.
            let own = case.span(Role::Caller, Event::StartCall, Event::CallBusy);
            match own.or(case.outcome.ring_seconds()) {
                Some(seconds) if seconds <= MOST_TRAVEL => main,
                None if !case.facts.is_told_by(Family::Event) => main,
                _ => main.or(Cause::Ignored),
            }
        }
    })
}

fn not_answered(case: &Case<'_, '_>) -> Option<Main> {
    came_to(case, CallResult::NotAnswer)?;
    let missed = end(case).map(|it| it.sight);
    let start = case.sight(Role::Caller, Event::StartCall);
    let own = case.span(Role::Caller, Event::StartCall, Event::CallMissed);
    let seconds = own.or(case.outcome.ring_seconds());
    let main = |cause, certainty| Main::new(cause, certainty, &[start, missed]).after(seconds);
    if case.callee_reports() {
        let ring = case.any(Role::Callee, &[Event::ReceiveCall, Event::NotAnswerCall]);
        let mut main = main(Cause::NoAnswer, Certain);
        main.deciding.extend(ring.map(|sight| sight.at));
        return Some(main);
    }
    if case.facts.is_told_by(Family::V4) && !case.outcome.callees.is_empty() {
        if !case.log.members_change {
            return Some(main(Cause::NoAnswer, Likely).or(Cause::Unreached));
        }
        // The callees are named, so the rest of the log can be searched for them.
        let acts = |user| case.timeline.text(user).is_some_and(|user| case.log.active_users.acts(user));
        let any = case.outcome.callees.iter().any(|callee| acts(*callee));
        return Some(main(if any { Cause::Unreached } else { Cause::CalleeSilent }, Likely));
    }
    if case.would_show_ringing() {
        return Some(main(Cause::NeverRang, Likely));
    }
    if case.facts.is_told_by(Family::Event) && !case.log.callees_report {
        return Some(main(Cause::CalleeSilent, Likely));
    }
    Some(main(Cause::NoAnswer, Likely).or(Cause::NeverRang))
}

/// No ending: the log ends too early, or the end callbacks did not arrive.
fn without_end(case: &Case<'_, '_>) -> Option<Main> {
    let last = case.facts.latest?;
    let mut again = case.timeline.callbacks().filter(|step| step.original.is_some());
    let repeated = again.next_back();
    let main = |cause| {
        let mut main = Main::new(cause, Likely, &[]);
        main.deciding = smallvec![repeated.map_or(last, |step| step.position), last];
        Some(main)
    };
    let newest = case.timeline.originals().filter_map(|step| step.time).max();
    let unacknowledged = case.timeline.callbacks().any(|step| step.original.is_some() && step.time == newest);
    let most = match (case.outcome.answered, unacknowledged) {
        (true, false) => TALKING_SECONDS,
        (true, true) => DOUBTFUL_SECONDS,
        (false, _) => RINGING_SECONDS,
    };
    let left = case.before_end_of_log(case.facts.last);
    if left.is_some_and(|left| left <= most) {
        return main(Cause::LogEnds).map(|main| main.after(left));
    }
    if repeated.is_some() {
        return main(Cause::DeliveryBroke);
    }
    None
}

fn nothing_known(case: &Case<'_, '_>) -> Option<Main> {
    let mut main = Main::new(Cause::CannotTell, CannotTell, &[]);
    main.deciding.extend(case.facts.latest);
    Some(main)
}
