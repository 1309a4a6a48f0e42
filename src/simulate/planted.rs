//! The cause of a simulated call, by its plant and by the callbacks of it that were really written.
//!
//! Comes in: a call, and its reports in the order in which the log has them. Goes out: the columns of the truth on
//! causes. Must not: share code with what works causes out.

use super::call::{CALLER, News, SentCallback, SimulatedCall};
use super::causes::Plant;
use super::delivery::Cut;
use crate::spec::{Cause, Event, Role, Word};

/// The columns, after those of the truth: the main cause; those that contribute; whether the callbacks that were
/// written decide the main cause; contributing causes that they do not decide.
pub(super) const COLUMNS: &str = ",cause,contributing,decided,undecided";

/// The cells of a call.
pub(super) fn cells(call: &SimulatedCall, plant: &Plant, written: &[usize], cut: Cut) -> [String; 4] {
    let reports: Vec<&SentCallback> = written.iter().map(|index| &call.reports[*index]).collect();
    let evidence = CauseEvidence { call, reports: &reports };
    let (mut contributing, mut undecided) = (Vec::new(), Vec::new());
    let judged = [(Cause::OneSided, evidence.one_sided()), (Cause::ClocksDiffer, evidence.clocks_differ())];
    for (cause, contributes) in judged {
        match contributes {
            Some(true) => contributing.push(cause),
            Some(false) => {}
            None => undecided.push(cause),
        }
    }
    let mut distinct = written.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    if distinct.len() < written.len() {
        contributing.push(Cause::DeliveryBroke);
    }
    if cut.start && !evidence.has(Role::Caller, Event::StartCall) {
        contributing.push(Cause::LogBegins);
    }
    let ended = reports.iter().any(|report| report.ends());
    let main = if cut.end && !ended { Cause::LogEnds } else { plant.main };
    let decided = match main {
        Cause::LogEnds => true,
        Cause::DeliveryBroke => evidence.last_is_repeated(written),
        _ if evidence.is_v4() => evidence.is_whole(written),
        _ => plant.proofs.iter().any(|proof| proof.iter().all(|(role, event)| evidence.has(*role, *event))),
    };
    contributing.retain(|cause| *cause != main);
    let joined = |causes: &[Cause]| causes.iter().map(|cause| cause.as_str()).collect::<Vec<_>>().join(";");
    [main.as_str().to_owned(), joined(&contributing), decided.to_string(), joined(&undecided)]
}

struct CauseEvidence<'e> {
    call: &'e SimulatedCall,
    reports: &'e [&'e SentCallback],
}

/// A caller's event and what follows from it at the callee.
const THERE: [(Event, Event); 2] =
    [(Event::StartCall, Event::ReceiveCall), (Event::CancelCall, Event::CallCanceled)];
/// A callee's event and what follows from it at the caller.
const BACK: [(Event, Event); 3] = [
    (Event::AcceptCall, Event::CallAccepted),
    (Event::RejectCall, Event::CallRejected),
    (Event::IgnoreCall, Event::CallBusy),
];

impl CauseEvidence<'_> {
    fn has(&self, role: Role, event: Event) -> bool {
        self.reports.iter().any(|report| is(report, role, event))
    }

    /// True if every callback of the call was written.
    fn is_whole(&self, written: &[usize]) -> bool {
        (0..self.call.reports.len()).all(|report| written.contains(&report))
    }

    /// True if the latest of the callbacks that were written was repeated.
    fn last_is_repeated(&self, written: &[usize]) -> bool {
        let last = written.iter().max_by_key(|report| self.call.reports[**report].event_ms);
        last.is_some_and(|last| written.iter().filter(|report| *report == last).count() > 1)
    }

    fn is_v4(&self) -> bool {
        self.call.reports.iter().any(|report| matches!(report.news, News::Ended { .. }))
    }

    /// Whether only one of two sides that acted is seen; none if the log does not decide it.
    fn one_sided(&self) -> Option<bool> {
        if self.is_v4() {
            return Some(false);
        }
        let caller = self.reports.iter().any(|report| report.sender == CALLER);
        let callee = self.reports.iter().any(|report| report.sender != CALLER);
        if caller && callee {
            return Some(false);
        }
        if callee {
            return Some(true);
        }
        let acts = [Event::CallAccepted, Event::CallRejected, Event::CallEnd];
        let shows = acts.iter().any(|event| self.has(Role::Caller, *event));
        let silent = self.call.reports.iter().any(|report| report.sender != CALLER);
        // The callee acted, and no callback of the caller shows it.
        if silent && !shows { None } else { Some(shows) }
    }

    /// Whether pairs of callbacks show that the clocks differ; none if they differ and no pair shows it.
    fn clocks_differ(&self) -> Option<bool> {
        let seconds = match &self.call.cast[..] {
            [caller, callee] => (callee.skew - caller.skew) / 1000,
            _ => 0,
        };
        if seconds == 0 || self.is_v4() {
            return Some(false);
        }
        // The pairs that bound the difference on the side to which it goes.
        let pairs: Vec<(Event, Event)> = if seconds < 0 {
            THERE.to_vec()
        } else {
            BACK.iter().map(|(callee, caller)| (*caller, *callee)).collect()
        };
        let shown = pairs
            .iter()
            .any(|(caller, callee)| self.has(Role::Caller, *caller) && self.has(Role::Callee, *callee));
        // A second or two can be lost in the travel of a callback and in rounding.
        (shown && seconds.abs() > 2).then_some(true)
    }
}

fn is(report: &SentCallback, role: Role, event: Event) -> bool {
    matches!(&report.news, News::Event(of, what, _) if (*of, *what) == (role, event))
}
