//! `callback/`: what one callback says, against itself and its URL.

use super::hit::{Hit, Hits};
use super::record::Place;
use crate::decode::{Callback, Url};
use crate::spec::{
    CallResult, CallType, CallbackCommand, Event, Family, Parameter, Phase, Role, RuleId, Timestamp, Word,
};

/// Longest plausible distance of `EventTime` from the callback's other times, in seconds.
pub(super) const DAY: u32 = 86_400;

/// Judges a callback.
pub(super) fn judge(place: &Place<'_>, url: Option<&Url<'_>>, callback: &Callback<'_>, hits: &mut Hits<'_>) {
    judge_role_event(place, callback, hits);
    judge_command(place, url, callback, hits);
    judge_result(place, callback, hits);
    judge_stamps(place, callback, hits);
    judge_time_order(place, callback, hits);
    judge_event_time(place, callback, hits);
}

/// Pointer of a field, which v4 has in another place and under another name.
fn pointer(callback: &Callback<'_>, field: &str) -> String {
    let v4 = match field {
        "StartCallTs" => "/CallRecord/StartTime",
        "AcceptTs" => "/CallRecord/AcceptTime",
        "EndTs" => "/CallRecord/EndTime",
        "CallResult" => "/CallRecord/CallResult",
        _ => "",
    };
    if callback.family == Family::V4 && !v4.is_empty() { v4.to_owned() } else { format!("/{field}") }
}

/// A hit at a field of the body.
fn at(place: &Place<'_>, callback: &Callback<'_>, field: &str, rule: RuleId, message: String) -> Hit {
    let pointer = pointer(callback, field);
    let hit = Hit::new(rule, message, place.of(&pointer));
    // A value taken from the URL has no place in the body.
    if crate::decode::locate(place.text, &pointer).is_some() { hit.pointer(pointer) } else { hit }
}

fn judge_role_event(place: &Place<'_>, callback: &Callback<'_>, hits: &mut Hits<'_>) {
    let Some(event) = callback.event else { return };
    let word = event.as_str();
    if let Some(role) = callback.role
        && !event.belongs_to(role)
    {
        let role = role.as_str();
        let message = format!("`{word}` is no event of a {role}");
        let other = event.only_role().map_or("", Role::as_str);
        let in_body = crate::decode::locate(place.text, "/Event").is_some();
        let field = if in_body { "Event" } else { "Role" };
        let hit = at(place, callback, field, RuleId::CallbackRoleEvent, message);
        hits.push(
            hit.note(format!("it is one of the {other}; the callback starts, answers and ends nothing")),
        );
    }
    if event.has_bare_command() && callback.call_type == Some(CallType::Single) {
        let message = format!("`{word}` in a `single` call");
        hits.push(at(place, callback, "Event", RuleId::CallbackEventType, message));
    }
}

fn judge_command(place: &Place<'_>, url: Option<&Url<'_>>, callback: &Callback<'_>, hits: &mut Hits<'_>) {
    let Some(given) = callback.url_command else {
        return;
    };
    let expected = match callback.family {
        Family::Event => callback.event.and_then(|event| CallbackCommand::for_event(callback.role, event)),
        // `offline` comes from other interfaces and has no command.
        Family::Status => {
            callback.call_result.filter(|result| *result != CallResult::Offline).map(CallbackCommand::Status)
        }
        Family::V4 => callback.command,
    };
    let Some(expected) = expected else { return };
    let normal_end =
        given == CallbackCommand::CallEnd && expected == CallbackCommand::Status(CallResult::NormalEnd);
    if given == expected || normal_end {
        return;
    }
    let message =
        format!("the URL's command is `{}`, the body calls for `{}`", given.as_str(), expected.as_str());
    let span = url
        .and_then(|url| Some(url.map.span(place.record, &url.get(Parameter::Command)?.span)))
        .unwrap_or(0..0);
    hits.push(Hit::new(RuleId::CallbackCommand, message, span));
}

fn judge_result(place: &Place<'_>, callback: &Callback<'_>, hits: &mut Hits<'_>) {
    let Some(result) = callback.call_result else {
        return;
    };
    let word = result.as_str();
    let hit = |rule, message| at(place, callback, "CallResult", rule, message);
    if callback.family == Family::Event && !callback.faulty.event {
        if callback.phase() != Some(Phase::End) {
            let event = callback.event.map_or("the event", Event::as_str);
            let message = format!("`CallResult` is `{word}`, and `{event}` ends nothing");
            hits.push(hit(RuleId::CallbackResultNotEnd, message).note("the result is not used"));
        } else if let Some(event) = callback.event
            && !agree(event, result)
        {
            let ending = event.ends_as().map_or("", CallResult::as_str);
            let message = format!("`CallResult` is `{word}`, but `{}` means `{ending}`", event.as_str());
            hits.push(hit(RuleId::CallbackResultEvent, message));
        }
    }
    if callback.call_type == Some(CallType::Group) && result != CallResult::NormalEnd {
        let message = format!("a group call with the result `{word}`");
        hits.push(hit(RuleId::CallbackResultGroup, message).note("group calls only know `normal_end`"));
    }
}

/// True where an end-phase event and a result name the same ending.
pub(super) fn agree(event: Event, result: CallResult) -> bool {
    match event {
        // The vendor has no result of its own for a call that could not be placed.
        Event::CallFailed => true,
        Event::CallInterrupted if result == CallResult::Offline => true,
        _ => event.ends_as() == Some(result),
    }
}

/// The three timestamps of a normal end, by name.
fn stamps(callback: &Callback<'_>) -> [(&'static str, Option<Timestamp>); 3] {
    [("StartCallTs", callback.start_call_ts), ("AcceptTs", callback.accept_ts), ("EndTs", callback.end_ts)]
}

/// Timestamps where none belong, and none where they do.
fn judge_stamps(place: &Place<'_>, callback: &Callback<'_>, hits: &mut Hits<'_>) {
    let stamps = stamps(callback);
    let normal_end = callback.call_result == Some(CallResult::NormalEnd);
    let unsure = callback.faulty.event || callback.faulty.call_result || callback.family == Family::V4;
    let ends_normally = normal_end || callback.event == Some(Event::CallEnd);
    if let Some((name, _)) = stamps.iter().find(|(_, time)| time.is_some())
        && !ends_normally
        && !unsure
    {
        let message = format!("`{name}` on a callback that is no normal end");
        hits.push(at(place, callback, name, RuleId::CallbackEarlyTimestamps, message));
    }
    if normal_end {
        let mut given = stamps.iter().zip(callback.faulty_stamps);
        if let Some(((name, _), _)) = given.find(|((_, time), is_faulty)| time.is_none() && !is_faulty) {
            let message = format!("a normal end without `{name}`");
            let hit = at(place, callback, name, RuleId::CallbackMissingTimestamps, message);
            hits.push(hit.pointer(pointer(callback, name)));
        }
    }
}

fn judge_time_order(place: &Place<'_>, callback: &Callback<'_>, hits: &mut Hits<'_>) {
    let known = stamps(callback).into_iter().filter_map(|(name, time)| Some((name, time?)));
    let mut latest: Option<(&str, Timestamp)> = None;
    for (name, time) in known {
        if let Some((earlier, before)) = latest
            && time < before
        {
            let message = format!("`{name}` lies {} s before `{earlier}`", before - time);
            let other = place.of(&pointer(callback, earlier));
            let hit = at(place, callback, name, RuleId::CallbackTimeOrder, message);
            hits.push(hit.related(format!("`{earlier}` is here"), other));
            return;
        }
        latest = Some((name, time));
    }
}

fn judge_event_time(place: &Place<'_>, callback: &Callback<'_>, hits: &mut Hits<'_>) {
    let Some(time) = callback.event_time else {
        return;
    };
    let known = stamps(callback).into_iter().filter_map(|(name, time)| Some((name, time?)));
    let far = |(_, other): (&str, Timestamp)| time.abs_diff(other) > DAY;
    let mut all = known.clone();
    let message = match callback.start_call_ts {
        Some(start) if time < start => {
            format!("`EventTime` lies {} s before `StartCallTs`", start - time)
        }
        _ => match all.next() {
            Some((name, other)) if known.clone().all(far) => {
                format!("`EventTime` lies {} s from `{name}`", time.abs_diff(other))
            }
            _ => return,
        },
    };
    hits.push(at(place, callback, "EventTime", RuleId::CallbackEventTime, message));
}
