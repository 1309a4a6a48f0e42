//! A verdict on one call, put into words; what the formats write.

use std::collections::HashMap;

use super::deliveries::deliveries;
use super::sentence::{ParticipantNames, Voice};
use super::subject::Subject;
use crate::calls::{
    CalleeVerdict, Happening, Outcome, Position, Step, StepName, TextId, Timeline, Verdict, callee_verdicts,
};
use crate::report::command::quoted;
use crate::report::escape;
use crate::report::quantity::{duration, local_time};
use crate::spec::{CallResult, Cause, Timestamp, Word};

/// A callback that supports a verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The source.
    pub source: String,
    /// Its record, from 1.
    pub record: u64,
    /// Line on which the record begins, from 1; none if it was not found again.
    pub line: Option<u64>,
    /// When it happened, in Unix seconds.
    pub time: Option<Timestamp>,
    /// The same by the clock of the zone, as `13:10:01`.
    pub clock: Option<String>,
    /// Seconds from the call's start; negative if the clock of a device is behind.
    pub offset: Option<i64>,
    /// What it says.
    pub text: String,
}

/// How a group call ended for one callee.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalleeAccount {
    /// The callee.
    pub user: String,
    /// The verdict on the callee.
    pub verdict: CalleeVerdict,
    /// The same in one sentence.
    pub sentence: String,
    /// The callbacks that decide it.
    pub evidence: Vec<Evidence>,
}

/// A verdict on one call in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The call.
    pub call_id: String,
    /// Its facts in one line.
    pub facts: String,
    /// The verdict.
    pub verdict: Verdict,
    /// The same in one sentence.
    pub sentence: String,
    /// The callbacks that decide it.
    pub evidence: Vec<Evidence>,
    /// What repeated deliveries show, in one sentence.
    pub deliveries: Option<String>,
    /// What contributes, each in one sentence.
    pub contributing: Vec<(Cause, String)>,
    /// For a group call, how it ended for each callee.
    pub callees: Vec<CalleeAccount>,
    /// What to check next.
    pub next: String,
}

/// Puts a verdict into words.
pub fn account(subject: &Subject<'_, '_>, verdict: &Verdict) -> Account {
    let Subject { timeline, outcome, log, .. } = *subject;
    let names = ParticipantNames::of(timeline, outcome);
    let voice = Voice { names: &names, timeline, outcome, log };
    let deliveries = deliveries(subject, verdict);
    let contributing = verdict.contributing.iter().map(|cause| {
        let sentence = match (cause, &deliveries) {
            (Cause::DeliveryBroke, Some(sentence)) => sentence.clone(),
            (other, _) => voice.contributing(*other, verdict),
        };
        (*cause, sentence)
    });
    let contributing = contributing.collect();
    // One walk for all of them, since a call can have very many.
    let mut places: HashMap<Position, Vec<&Step>> = HashMap::new();
    for step in timeline.steps.iter().filter(|step| says_something(step)) {
        places.entry(step.position).or_default().push(step);
    }
    let evidence = |deciding: &[Position], of: Option<TextId>| -> Vec<Evidence> {
        let at = |at: &Position| places.get(at).into_iter().flatten();
        let steps = deciding.iter().flat_map(at).filter(|step| of.is_none_or(|user| step.user == user));
        steps.map(|step| evidence(subject, step)).collect()
    };
    let callees: Vec<CalleeAccount> = callee_verdicts(timeline, outcome, log)
        .into_iter()
        .map(|callee| CalleeAccount {
            user: timeline.text(callee.user).unwrap_or_default().to_owned(),
            sentence: voice.of_callee(&callee),
            evidence: evidence(&callee.deciding, Some(callee.user)),
            verdict: callee,
        })
        .collect();
    Account {
        call_id: timeline.call_id.clone().into_owned(),
        facts: facts(subject, &names),
        verdict: verdict.clone(),
        sentence: voice.main(verdict),
        evidence: evidence(&verdict.deciding, None),
        deliveries,
        contributing,
        callees,
        next: next(verdict, outcome, timeline),
    }
}

/// What to check next, with the call's own names if that helps.
fn next(verdict: &Verdict, outcome: &Outcome, timeline: &Timeline<'_>) -> String {
    /// A command in those texts, which needs a name.
    const COMMAND: &str = "`callkit-tool export --user CALLEE`";
    let text = verdict.cause.row().next;
    // A name that a terminal has to escape cannot be copied into a shell.
    let callee = outcome.callees.first().and_then(|callee| timeline.text(*callee));
    let callee = callee.filter(|callee| escape::terminal(callee) == *callee);
    match callee {
        Some(callee) => text.replace(COMMAND, &format!("`callkit-tool export --user={}`", quoted(callee))),
        None => text.replace(COMMAND, "the callee's other calls"),
    }
}

/// The call in one line: what it is, who takes part, when it was, and its outcome.
fn facts(subject: &Subject<'_, '_>, names: &ParticipantNames) -> String {
    let Subject { outcome, zone, .. } = *subject;
    let kind: Vec<&str> = [outcome.call_type.map(Word::as_str), outcome.media_type.map(Word::as_str)]
        .into_iter()
        .flatten()
        .collect();
    let mut parts = Vec::new();
    if !kind.is_empty() {
        parts.push(format!("{} call", kind.join(" ")));
    }
    parts.push(format!("{} → {}", names.calling(), names.callees()));
    if let Some(start) = outcome.start.or(outcome.earliest) {
        parts.push(local_time(i64::from(start), zone));
    }
    // Without an end, its duration is unknown.
    let lasted = outcome
        .result
        .and(outcome.total_seconds())
        .map(|seconds| format!(" after {}", duration(f64::from(seconds))));
    parts.push(format!("{}{}", outcome.result_word(), lasted.unwrap_or_default()));
    parts.join(", ")
}

/// What a callback says of one user.
fn evidence(subject: &Subject<'_, '_>, step: &Step) -> Evidence {
    let Subject { timeline, outcome, seen, sources, zone, .. } = *subject;
    let at = step.position;
    let clock = |time: Timestamp| {
        let instant = jiff::Timestamp::from_second(i64::from(time)).ok()?;
        Some(instant.to_zoned(zone.clone()).strftime("%H:%M:%S").to_string())
    };
    Evidence {
        source: sources.get(at.source()).cloned().unwrap_or_default(),
        record: at.record(),
        line: seen.callbacks.get(&at).map(|seen| seen.line),
        time: step.time,
        clock: step.time.and_then(clock),
        offset: step.time.zip(outcome.start).map(|(time, start)| i64::from(time) - i64::from(start)),
        text: said(timeline, step),
    }
}

/// True for a step that is more than a name in a list.
fn says_something(step: &Step) -> bool {
    step.head || matches!(step.happening, Happening::Action(_) | Happening::Calling)
}

/// What a callback says, as `caller alice (iOS): call_end normal_end`.
fn said(timeline: &Timeline<'_>, step: &Step) -> String {
    let who = match (step.role, timeline.text(step.user)) {
        (Some(role), Some(user)) => format!("{} `{user}`", role.as_str()),
        (Some(role), None) => role.as_str().to_owned(),
        (None, Some(user)) => format!("`{user}`"),
        (None, None) => "the server".to_owned(),
    };
    let device = timeline.text(step.platform).map(|platform| format!(" ({platform})")).unwrap_or_default();
    let what = match step.name() {
        StepName::CallRecord => "call record",
        StepName::MemberChanged => "change of members",
        StepName::UnknownEvent => "an unknown event",
        StepName::UnknownAction => "an unknown action",
        // A v4 callback that names nobody.
        _ if step.happening == Happening::Nothing => "start of the call",
        name => name.as_str(),
    };
    let result =
        step.result.map(|result| format!(", result {}", CallResult::as_str(result))).unwrap_or_default();
    let again = if step.original.is_some() { ", redelivered" } else { "" };
    format!("{who}{device}: {what}{result}{again}")
}
