//! The table of main causes: the first row that fits a call decides.

use smallvec::smallvec;

use super::base_rates::CallKind;
use super::case::Case;
use super::certainty::Certainty::{CannotTell, Certain, Likely};
use super::crossing::crossed;
use super::decision::Main;
use super::groups;
use super::sightings::Ending;
use super::unanswered::{busy, cancelled, declined, not_answered};
use crate::calls::model::step::Step;
use crate::calls::store::interner::TextId;
use crate::calls::store::small_map::SmallMap;
use crate::spec::{
    CallResult, Cause, DOUBTFUL_SECONDS, Event, Family, Phase, RINGING_SECONDS, Role, TALKING_SECONDS,
    Timestamp, Word,
};

/// A condition and the cause that follows from it; none if the condition does not hold.
type MainRow = fn(&Case<'_, '_>) -> Option<Main>;

/// In this order; the last row fits every call. Rows on the result come after those on what contradicts it.
static TABLE: [MainRow; 15] = [
    crossed,
    failed,
    interrupted_on_one_side,
    sides_disagree,
    answered_and_yet_not,
    ended_by_server,
    completed,
    interrupted,
    groups::unanswered,
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
    let main = found.unwrap_or_else(|| Main::new(Cause::CannotTell, CannotTell, &[]));
    doubted(case, contradicted(case, main)).weighed()
}

/// The cause for which a result stands by itself, if nobody answered.
fn of_result(result: CallResult) -> Cause {
    match result {
        CallResult::Cancel => Cause::GaveUp,
        CallResult::Reject => Cause::Declined,
        CallResult::CallBusy => Cause::Busy,
        _ => Cause::NoAnswer,
    }
}

/// The causes that stand for what the call's result says.
const PLAIN: [Cause; 8] = [
    Cause::Completed,
    Cause::GaveUp,
    Cause::GaveUpBeforeRing,
    Cause::Declined,
    Cause::DeclinedByDevice,
    Cause::Busy,
    Cause::Ignored,
    Cause::NoAnswer,
];

/// The same, if one side says two things of how it ended.
fn contradicted(case: &Case<'_, '_>, main: Main) -> Main {
    let Some(result) = case.outcome.result.filter(|_| PLAIN.contains(&main.cause)) else { return main };
    // Callees of a group call may differ, and each may come twice.
    let sides: &[Role] = if case.is_group() { &[Role::Caller] } else { Role::ALL };
    match sides.iter().find_map(|side| case.facts.contradicts(*side, result)) {
        Some(_) if result == CallResult::NormalEnd => main.or(Cause::SidesDisagree),
        Some(other) => main.or(of_result(other)),
        None => main,
    }
}

/// The same, if only one side of a call of two says how it ended: in this log, how often does the other one differ?
fn doubted(case: &Case<'_, '_>, main: Main) -> Main {
    let ends = [Role::Caller, Role::Callee].map(|role| case.facts.ending(role));
    let (role, ending) = match ends {
        [Some(ending), None] => (Role::Caller, ending),
        [None, Some(ending)] => (Role::Callee, ending),
        _ => return main,
    };
    let answers = matches!(ending.result, CallResult::NormalEnd | CallResult::Reject);
    let may_say_more = case.facts.seen[role.other() as usize] || answers || role == Role::Callee;
    let is_plain = PLAIN.contains(&main.cause);
    if case.is_group() || case.facts.recorded.is_some() || !may_say_more || !is_plain {
        return main;
    }
    let dropped = if case.outcome.answered { Cause::Dropped } else { Cause::DroppedBeforeAnswer };
    let [differs, interrupted] = case.log.rates().other_side(role, ending.result);
    main.unless(Cause::SidesDisagree, differs).unless(dropped, interrupted)
}

/// The two sides end differently, and one of them was interrupted.
fn interrupted_on_one_side(case: &Case<'_, '_>) -> Option<Main> {
    if case.is_group() {
        return caller_of_group_dropped(case);
    }
    let ends = Role::ALL.iter().filter_map(|role| Some((*role, case.facts.ending(*role)?)));
    let (role, ending) = ends.min_by_key(|(_, ending)| match ending.result {
        CallResult::Offline => 0,
        CallResult::Interrupt => 1,
        _ => 2,
    })?;
    ending.result.is_interruption().then(|| broken_off(case, role, ending))
}

/// A group call whose caller was interrupted is over if all others leave soon after.
fn caller_of_group_dropped(case: &Case<'_, '_>) -> Option<Main> {
    const SOON: u32 = 60;
    let ending = case.facts.ending(Role::Caller).filter(|ending| ending.result.is_interruption())?;
    let over = ending.sight.time.is_some_and(|at| case.facts.last <= at.saturating_add(SOON));
    (over && case.facts.recorded.is_none()).then(|| broken_off(case, Role::Caller, ending).at_most_likely())
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
        (_, false) => {
            let answer_lost = match case.facts.recorded {
                Some(_) => 0.0,
                None => case.log.rates().hidden(CallKind::DroppedSoon, CallKind::DroppedUnanswered, 2),
            };
            main(Cause::DroppedBeforeAnswer).unless(Cause::Dropped, answer_lost)
        }
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
    // What the record says is nobody's report.
    let is_recorded = case.facts.recorded.is_some();
    (caller.result != callee.result).then(|| if is_recorded { main } else { main.reported_by(Role::Caller) })
}

/// Somebody answered, and the call ended as if nobody had.
fn answered_and_yet_not(case: &Case<'_, '_>) -> Option<Main> {
    let answer = case.facts.accepted?;
    let result = case.outcome.result?;
    if !result.means_unanswered() && result != CallResult::Failed {
        return None;
    }
    let ending = case.end()?;
    Some(Main::new(Cause::SidesDisagree, Likely, &[Some(answer), Some(ending.sight)]))
}

/// The app's server ended a v4 call that was answered: nobody hangs up, and the record says where it comes from. Without a
/// URL it does not.
fn ended_by_server(case: &Case<'_, '_>) -> Option<Main> {
    let ends = |result: &CallResult| matches!(result, CallResult::NormalEnd | CallResult::Interrupt);
    let result = case.outcome.result.filter(ends)?;
    let record = case.facts.recorded?.sight;
    if case.facts.accepted.is_none() && case.outcome.accept.is_none() || somebody_ends(case) {
        return None;
    }
    let sights = [case.facts.accepted, Some(record)];
    match case.is_from_server() {
        Some(true) => {
            let talk = case.outcome.talk_seconds();
            let main = Main::new(Cause::EndedByServer, Certain, &sights).after(talk);
            Some(main.unless(Cause::Completed, case.log.rates().hidden_hang_up()))
        }
        Some(false) => None,
        // If members' changes are not in the log at all, their absence says nothing.
        None if case.log.members_change && result == CallResult::NormalEnd => {
            completed(case).map(|main| main.or(Cause::EndedByServer))
        }
        None if result == CallResult::NormalEnd => completed(case).map(Main::at_most_likely),
        None => interrupted(case).map(Main::at_most_likely),
    }
}

/// True if a v4 call ended because its members left: somebody hung up, and at most one was left in it.
fn somebody_ends(case: &Case<'_, '_>) -> bool {
    let hangs_up = |role| case.facts.ending(role).is_some_and(|it| it.result == CallResult::NormalEnd);
    if !Role::ALL.iter().any(|role| hangs_up(*role)) {
        return false;
    }
    if !case.is_group() {
        return true;
    }
    let mut last: SmallMap<TextId, (Option<Timestamp>, bool)> = SmallMap::default();
    let turns = |step: &&Step| matches!(step.phase, Some(Phase::Start | Phase::Accept | Phase::End));
    for step in case.timeline.originals().filter(turns) {
        let known = last.or_insert_with(step.user, || (None, false));
        // Of two at one moment, the one that ends comes last.
        *known = (*known).max((step.time, step.ends()));
    }
    last.iter().filter(|(_, (_, left))| !left).count() < 2
}

fn completed(case: &Case<'_, '_>) -> Option<Main> {
    case.came_to(CallResult::NormalEnd)?;
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
    // A record of v4 that has no answer contradicts itself.
    let is_told = !case.facts.is_told_by(Family::V4)
        || case.facts.accepted.or(recorded).is_none()
        || case.facts.accepted.is_some()
        || case.outcome.accept.is_some();
    let certainty = if is_told { Certain } else { Likely };
    let mut main = Main::new(Cause::Completed, certainty, &sights).after(talk);
    main.deciding.extend(recorded.map(|sight| sight.at));
    Some(main)
}

fn interrupted(case: &Case<'_, '_>) -> Option<Main> {
    let result = case.outcome.result.filter(|result| result.is_interruption())?;
    let by =
        |role: Role| case.facts.ending(role).filter(|ending| ending.result == result).map(|it| (role, it));
    match by(Role::Caller).or(by(Role::Callee)) {
        Some((role, ending)) => Some(broken_off(case, role, ending)),
        None => {
            let ending = case.end()?;
            Some(broken_off(case, Role::Caller, Ending { result, ..ending }).reported_by_nobody())
        }
    }
}

/// A failed call could not be placed, or failed after it rang, whatever result it names, unless somebody answered it.
fn failed(case: &Case<'_, '_>) -> Option<Main> {
    let failed = case.sight(Role::Caller, Event::CallFailed)?;
    if case.facts.accepted.is_some() {
        return None;
    }
    let seconds = case.span(Role::Caller, Event::StartCall, Event::CallFailed);
    let ring = case.any(Role::Callee, &[Event::ReceiveCall, Event::CallCanceled]);
    let main =
        |cause| Main::new(cause, Certain, &[ring, Some(failed)]).after(seconds).reported_by(Role::Caller);
    // A call that rings has been placed.
    if case.facts.seen[Role::Callee as usize] {
        return Some(main(Cause::FailedAfterRing));
    }
    let rang = case.log.rates().hidden_by_silence(CallKind::FailedRinging, CallKind::FailedUnseen);
    Some(main(Cause::NotPlaced).unless(Cause::FailedAfterRing, rang))
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
    if repeated.is_some() && !case.log.rates().is_doubled() {
        let by_chance = case.log.rates().copied_by_chance();
        return main(Cause::DeliveryBroke).map(|main| main.unless(Cause::CannotTell, by_chance));
    }
    None
}

fn nothing_known(case: &Case<'_, '_>) -> Option<Main> {
    let mut main = Main::new(Cause::CannotTell, CannotTell, &[]);
    main.deciding.extend(case.facts.latest);
    Some(main)
}
