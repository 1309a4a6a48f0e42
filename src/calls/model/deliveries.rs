//! The deliveries of the callbacks of a call.
//!
//! Comes in: the timeline of a call whose times of capture were kept, and what the backend answered. Goes out: for each
//! different callback its deliveries. Must not: judge.

use super::copies::AlikeCallbacks;
use super::step::{Happening, Step};
use super::timeline::Timeline;
use crate::calls::store::position::Position;
use crate::deliveries::{Answers, DeliveryTrace, MadeDelivery};
use crate::spec::{CallbackCommand, Family};

/// A callback, and its deliveries.
#[derive(Clone, Debug)]
pub struct CallbackDeliveries {
    /// Where its first copy is in the input.
    pub position: Position,
    /// Its family.
    pub family: Family,
    /// Its command, by what it says.
    pub command: Option<CallbackCommand>,
    /// How many copies are in the input.
    pub copies: usize,
    /// When the first and the last copy were captured, in Unix milliseconds.
    pub captured: Option<(i64, i64)>,
    /// How many answers of the backend were found for it.
    pub answers: usize,
    /// The deliveries.
    pub trace: DeliveryTrace,
}

/// The deliveries of the callbacks of a call, in the order of their first copies.
pub fn deliveries(timeline: &Timeline<'_>, answers: &Answers) -> Vec<CallbackDeliveries> {
    let steps = &timeline.steps;
    let alike = AlikeCallbacks::of(steps);
    let mut found: Vec<CallbackDeliveries> = alike
        .groups()
        .filter_map(|copies| {
            let heads: Vec<&Step> = copies.iter().map(|copy| &steps[copy.start]).collect();
            of_copies(&heads, &timeline.call_id, answers)
        })
        .collect();
    found.sort_by_key(|callback| callback.position);
    found
}

fn of_copies(copies: &[&Step], call_id: &str, answers: &Answers) -> Option<CallbackDeliveries> {
    let first = copies.iter().min_by_key(|step| step.position)?;
    let command = command_of(first);
    let times = || copies.iter().filter_map(|step| step.capture.time());
    let (mut made, mut answered) = (Vec::with_capacity(copies.len()), 0);
    for step in copies {
        let at = step.capture.time();
        let name = command.map(CallbackCommand::as_str);
        let own = at.map(|at| answers.of(at, call_id, name)).unwrap_or_default();
        if own.is_empty() {
            made.push(MadeDelivery::captured(at));
        }
        answered += own.len();
        made.extend(own);
    }
    Some(CallbackDeliveries {
        position: first.position,
        family: first.family,
        command,
        copies: copies.len(),
        captured: times().min().zip(times().max()),
        answers: answered,
        trace: DeliveryTrace::new(made),
    })
}

/// The command that a callback has, by what it says.
fn command_of(step: &Step) -> Option<CallbackCommand> {
    match (step.family, step.happening) {
        (Family::V4, _) => step.command.map(CallbackCommand::V4),
        (_, Happening::Event(event)) => CallbackCommand::for_event(step.role, event?),
        (_, Happening::Status) => step.result.map(CallbackCommand::Status),
        _ => None,
    }
}

/// The time of the last capture among the callbacks of a call, in Unix milliseconds.
pub fn last_capture(timeline: &Timeline<'_>) -> Option<i64> {
    timeline.steps.iter().filter_map(|step| step.capture.time()).max()
}
