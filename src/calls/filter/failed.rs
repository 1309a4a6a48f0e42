//! Which calls failed: somebody wanted to talk, and something other than the people kept them from it.

use crate::calls::model::outcome::Outcome;
use crate::calls::model::step::{Happening, Step};
use crate::calls::model::timeline::Timeline;
use crate::spec::{CallResult, Event, Phase};

/// True for `failed`, `offline` and `interrupt`; for `call_busy` if no callee reports that they ignored the call, and for
/// `not_answer` if no callee reports that it rang, which v4 and the status family never do. An incomplete call is not
/// known to have failed.
pub fn is_failed(timeline: &Timeline<'_>, outcome: &Outcome) -> bool {
    let callees = || timeline.steps.iter().filter(|step| step.is_callees());
    let rings = |step: &Step| step.phase == Some(Phase::Ring);
    let ignores = |step: &Step| step.happening == Happening::Event(Some(Event::IgnoreCall));
    match outcome.result {
        Some(CallResult::Failed | CallResult::Offline | CallResult::Interrupt) => true,
        Some(CallResult::CallBusy) => !callees().any(ignores),
        Some(CallResult::NotAnswer) => !callees().any(rings),
        Some(CallResult::NormalEnd | CallResult::Cancel | CallResult::Reject) | None => false,
    }
}
