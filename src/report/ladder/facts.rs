//! The facts of a call, in words.

use jiff::tz::TimeZone;

use super::moment::Moment;
use crate::calls::{Outcome, TextId, Verdict};
use crate::report::catalog::columns::calls::CallRow;
use crate::report::certainty;
use crate::report::quantity::{by_level, counted, duration};
use crate::spec::{CallType, Level, Timestamp, Word};

/// The facts of a call, each with its name.
pub(super) fn facts(
    call: &CallRow<'_, '_>,
    verdict: &Verdict,
    zone: &TimeZone,
) -> Vec<(&'static str, String)> {
    let CallRow { texts, outcome, problems, .. } = *call;
    let text = |id: TextId| texts.get(id).unwrap_or_default().to_owned();
    let none = || "none in this log".to_owned();
    let answered = if outcome.answered { "answered" } else { "not answered" };
    let platform = outcome.caller_platform.map_or(String::new(), |id| format!(" ({})", text(id)));
    let caller = outcome.caller.map_or_else(none, |id| text(id) + &platform);
    let callees: Vec<String> = outcome.callees.iter().map(|id| text(*id)).collect();
    let callees = if callees.is_empty() { none() } else { callees.join(", ") };
    let mut facts = vec![
        ("result", format!("{}, {answered}", outcome.result_word())),
        ("cause", cause(verdict)),
        ("caller", caller),
        (if outcome.callees.len() > 1 { "callees" } else { "callee" }, callees),
        ("call", kind(outcome)),
    ];
    facts.extend(outcome.room_id.map(|room| ("room", text(room))));
    facts.extend(outcome.sdkappid.map(|id| ("SDKAppID", id.to_string())));
    let at = |time: Timestamp| {
        let time = Moment { seconds: time, millis: 0 };
        let day = time.day(zone);
        let (date, offset) = day.split_once(' ').unwrap_or((&day, ""));
        format!("{date} {} {offset}", time.clock(zone))
    };
    let after = |seconds: Option<u32>, of: &str| {
        seconds.map_or(String::new(), |seconds| format!(", after {} of {of}", duration(f64::from(seconds))))
    };
    facts.push(("start", outcome.start.map_or_else(|| "unknown".to_owned(), at)));
    let ringing = after(outcome.ring_seconds(), "ringing");
    facts.extend(outcome.accept.map(|time| ("answer", at(time) + &ringing)));
    let spent = if outcome.accept.is_some() { after(outcome.talk_seconds(), "talk") } else { ringing };
    let total = match (outcome.accept, outcome.total_seconds()) {
        (Some(_), Some(total)) => format!(", {} in total", duration(f64::from(total))),
        _ => String::new(),
    };
    facts.push(("end", outcome.end.map_or_else(|| "unknown".to_owned(), |end| at(end) + &spent + &total)));
    let again = match outcome.duplicates {
        0 => String::new(),
        duplicates => format!(", {duplicates} of them redelivered"),
    };
    facts.push(("callbacks", format!("{}{again}", outcome.callbacks)));
    facts.push(("findings", by_level(Level::ALL.map(|level| u64::from(problems.of(level))))));
    facts
}

/// The cause, what else it may be, and how certain it is.
fn cause(verdict: &Verdict) -> String {
    let or = verdict.alternative.map_or(String::new(), |other| format!(", or {}", other.row().summary));
    format!("{}{or} ({})", verdict.cause.row().summary, certainty::word(verdict.certainty))
}

fn kind(outcome: &Outcome) -> String {
    let word = match outcome.call_type {
        Some(CallType::Single) => "one to one",
        Some(CallType::Group) => "group",
        None => "type unknown",
    };
    let media = outcome.media_type.map_or(String::new(), |media| format!(", {}", media.as_str()));
    let people = match (outcome.participants, outcome.total_num) {
        (seen, Some(total)) if usize::try_from(total) != Ok(seen) => {
            format!("{seen} of {total} participants seen")
        }
        (seen, _) => counted(seen as u64, "participant"),
    };
    format!("{word}{media}, {people}")
}
