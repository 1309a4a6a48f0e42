//! `callback/` and `body/total-num`: what one callback says, against itself and its URL.
//!
//! Comes in: the values of a callback, read on either path. Goes out: [`Breach`]es, without words or allocation, which
//! `wording` turns into findings. Each rule is here once: the fast path asks whether there is any breach, the full
//! path which.

use std::ops::ControlFlow;

use crate::decode::CallbackFacts;
use crate::spec::{CallResult, CallType, CallbackCommand, Event, Family, Phase, Role, Timestamp};

/// Longest plausible distance of `EventTime` from the callback's other times, in seconds.
pub(super) const DAY: u32 = 86_400;

/// One of the three timestamps of a call, by its index in [`Field::STAMPS`](crate::spec::Field::STAMPS).
pub(super) type Stamp = usize;

/// A broken rule, with the values that break it. Spans of time are in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Breach {
    TotalNum(i64),
    RoleEvent(Role, Event),
    EventType(Event),
    Command { given: CallbackCommand, expected: CallbackCommand },
    ResultNotEnd(CallResult),
    ResultEvent(CallResult, Event),
    ResultGroup(CallResult),
    EarlyTimestamps(Stamp),
    MissingTimestamps(Stamp),
    TimeOrder { earlier: Stamp, later: Stamp, seconds: u32 },
    EventTimeBeforeStart(u32),
    EventTimeFar(Stamp, u32),
}

/// Judges a callback by each rule; `found` may stop it.
pub(super) fn breaches<F: CallbackFacts>(
    facts: &F,
    mut found: impl FnMut(Breach) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let mut judge = |breach: Option<Breach>| breach.map_or(ControlFlow::Continue(()), &mut found);
    judge(total_num(facts))?;
    judge(role_event(facts))?;
    judge(event_type(facts))?;
    judge(command(facts))?;
    judge(result_event(facts))?;
    judge(result_group(facts))?;
    judge(early_timestamps(facts))?;
    judge(missing_timestamps(facts))?;
    judge(time_order(facts))?;
    judge(event_time(facts))
}

fn total_num(facts: &impl CallbackFacts) -> Option<Breach> {
    facts.total_num().filter(|_| facts.faulty().total_num).map(Breach::TotalNum)
}

fn role_event(facts: &impl CallbackFacts) -> Option<Breach> {
    let (event, role) = (facts.event()?, facts.role()?);
    (!event.belongs_to(role)).then_some(Breach::RoleEvent(role, event))
}

fn event_type(facts: &impl CallbackFacts) -> Option<Breach> {
    let event = facts.event()?;
    let single = facts.call_type() == Some(CallType::Single);
    (single && event.has_bare_command()).then_some(Breach::EventType(event))
}

/// The command that a callback calls for.
pub(super) fn expected_command(facts: &impl CallbackFacts) -> Option<CallbackCommand> {
    match facts.family() {
        Family::Event => CallbackCommand::for_event(facts.role(), facts.event()?),
        // `offline` comes from other interfaces and has no command.
        Family::Status => {
            facts.call_result().filter(|result| *result != CallResult::Offline).map(CallbackCommand::Status)
        }
        Family::V4 => facts.v4_command().map(CallbackCommand::V4),
    }
}

fn command(facts: &impl CallbackFacts) -> Option<Breach> {
    let expected = expected_command(facts)?;
    let given = facts.url_command_beside(expected)?;
    let is_end = given == CallbackCommand::CallEnd;
    let accepted = is_end && expected == CallbackCommand::Status(CallResult::NormalEnd);
    (!accepted).then_some(Breach::Command { given, expected })
}

fn result_event(facts: &impl CallbackFacts) -> Option<Breach> {
    let result = facts.call_result()?;
    if facts.family() != Family::Event || facts.faulty().event {
        return None;
    }
    if facts.phase() != Some(Phase::End) {
        return Some(Breach::ResultNotEnd(result));
    }
    let event = facts.event()?;
    (!agree(event, result)).then_some(Breach::ResultEvent(result, event))
}

/// True if an end-phase event and a result name the same ending.
fn agree(event: Event, result: CallResult) -> bool {
    match event {
        // The vendor has no result of its own for a call that could not be placed.
        Event::CallFailed => true,
        Event::CallInterrupted if result == CallResult::Offline => true,
        _ => event.ends_as() == Some(result),
    }
}

fn result_group(facts: &impl CallbackFacts) -> Option<Breach> {
    let result = facts.call_result()?;
    let group = facts.call_type() == Some(CallType::Group);
    (group && result != CallResult::NormalEnd).then_some(Breach::ResultGroup(result))
}

/// A timestamp that should not be there.
fn early_timestamps(facts: &impl CallbackFacts) -> Option<Breach> {
    let stamp = facts.stamps().iter().position(Option::is_some)?;
    let faulty = facts.faulty();
    let unsure = faulty.event || faulty.call_result || facts.family() == Family::V4;
    let ends = is_normal_end(facts) || facts.event() == Some(Event::CallEnd);
    (!ends && !unsure).then_some(Breach::EarlyTimestamps(stamp))
}

fn is_normal_end(facts: &impl CallbackFacts) -> bool {
    facts.call_result() == Some(CallResult::NormalEnd)
}

/// A missing timestamp.
fn missing_timestamps(facts: &impl CallbackFacts) -> Option<Breach> {
    if !is_normal_end(facts) {
        return None;
    }
    let mut stamps = facts.stamps().into_iter().zip(facts.faulty_stamps());
    stamps.position(|(time, faulty)| time.is_none() && !faulty).map(Breach::MissingTimestamps)
}

/// The timestamps that are known.
fn known_stamps(facts: &impl CallbackFacts) -> impl Iterator<Item = (Stamp, Timestamp)> {
    facts.stamps().into_iter().enumerate().filter_map(|(stamp, time)| Some((stamp, time?)))
}

fn time_order(facts: &impl CallbackFacts) -> Option<Breach> {
    let mut stamps = known_stamps(facts);
    let mut last = stamps.next()?;
    for (later, time) in stamps {
        let (earlier, before) = last;
        if time < before {
            return Some(Breach::TimeOrder { earlier, later, seconds: before - time });
        }
        last = (later, time);
    }
    None
}

fn event_time(facts: &impl CallbackFacts) -> Option<Breach> {
    let time = facts.event_time()?;
    if let Some(start) = facts.stamps()[0].filter(|start| time < *start) {
        return Some(Breach::EventTimeBeforeStart(start - time));
    }
    let (stamp, other) = known_stamps(facts).next()?;
    let far = |(_, other): (Stamp, Timestamp)| time.abs_diff(other) > DAY;
    known_stamps(facts).all(far).then_some(Breach::EventTimeFar(stamp, time.abs_diff(other)))
}
