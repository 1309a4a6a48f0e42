//! The cause of a simulated call, by its plant and by the callbacks of it that were really written.
//!
//! Comes in: a call, and its reports in the order in which the log has them. Goes out: the columns of the truth on
//! causes. Must not: share code with what works causes out.

use super::call::{CALLER, CastMember, News, SentCallback, SimulatedCall};
use super::causes::Plant;
use super::decided::{Decided, Stories};
use super::delivery::Cut;
use crate::spec::{CallResult, CallType, Cause, Event, Phase, Role, Word};

/// The columns, after those of the truth: the main cause; those that contribute; whether the log decides the main cause;
/// contributing causes that it does not decide; for a group call the cause of each callee's part.
pub(super) const COLUMNS: &str = ",cause,contributing,decided,undecided,parts";
/// Which of these says whether the log decides the main cause.
pub(super) const DECIDED: usize = 2;

/// What decides a call, and its cells.
pub(super) fn cells(
    call: &SimulatedCall,
    plant: &Plant,
    written: &[usize],
    cut: Cut,
    stories: &Stories,
    user: impl Fn(u32) -> String,
) -> (Decided, [String; 5]) {
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
    if evidence.is_mixed() {
        contributing.push(Cause::MixedGenerations);
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
    // A callee who leaves does not end a group call.
    let is_group = call.call_type == CallType::Group;
    let is_callees = |report: &SentCallback| matches!(report.news, News::Event(Role::Callee, ..));
    let ended = reports.iter().any(|report| report.ends() && !(is_group && is_callees(report)));
    let main = if cut.end && !ended { Cause::LogEnds } else { plant.main };
    let callee = call.cast.get(1).map_or(0, |member| member.person);
    let decided = match main {
        Cause::LogEnds => Decided::Yes,
        _ => stories.decide(plant, &reports, evidence.last_is_repeated(written), callee),
    };
    contributing.retain(|cause| *cause != main);
    let joined = |causes: &[Cause]| causes.iter().map(|cause| cause.as_str()).collect::<Vec<_>>().join(";");
    let (contributing, undecided) = (joined(&contributing), joined(&undecided));
    let parts = parts(call, plant, user);
    let is_decided = (decided == Decided::Yes).to_string();
    (decided, [main.as_str().to_owned(), contributing, is_decided, undecided, parts])
}

/// Who did what in a group call: `user=cause`, joined by `;`, of the callees who did something.
fn parts(call: &SimulatedCall, plant: &Plant, user: impl Fn(u32) -> String) -> String {
    if call.call_type != CallType::Group {
        return String::new();
    }
    let part = |(seat, member): (u8, &CastMember)| {
        let own = call.reports.iter().filter(|report| report.sender == seat);
        let mut event = own.filter_map(|report| match report.news {
            News::Event(_, event, _) if event.phase() == Phase::End => Some(event),
            _ => None,
        });
        let cause = match event.next_back()? {
            Event::CallEnd => Cause::Completed,
            Event::RejectCall if plant.main == Cause::DeclinedByDevice => Cause::DeclinedByDevice,
            Event::RejectCall => Cause::Declined,
            Event::NotAnswerCall => Cause::NoAnswer,
            Event::IgnoreCall => Cause::Ignored,
            Event::CallCanceled => Cause::GaveUp,
            _ => return None,
        };
        Some(format!("{}={}", user(member.person), cause.as_str()))
    };
    let callees = (0..).zip(&call.cast).skip(1);
    callees.filter_map(part).collect::<Vec<_>>().join(";")
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

    /// True if the latest of the callbacks that were written was repeated.
    fn last_is_repeated(&self, written: &[usize]) -> bool {
        let last = written.iter().max_by_key(|report| self.call.reports[**report].event_ms);
        last.is_some_and(|last| written.iter().filter(|report| *report == last).count() > 1)
    }

    fn is_v4(&self) -> bool {
        self.call.reports.iter().any(|report| matches!(report.news, News::Ended { .. }))
    }

    /// True if callbacks of both generations were written.
    fn is_mixed(&self) -> bool {
        let older = |report: &&&SentCallback| matches!(report.news, News::Event(..) | News::Status(..));
        let count = self.reports.iter().filter(older).count();
        count > 0 && count < self.reports.len()
    }

    /// Whether only one of two sides that acted is seen; none if the log does not decide it.
    fn one_sided(&self) -> Option<bool> {
        if self.is_v4() {
            return Some(false);
        }
        if self.call.call_type == CallType::Group {
            return Some(false);
        }
        if matches!(self.reports.first(), Some(SentCallback { news: News::Status(..), .. })) {
            return self.one_sided_status();
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

    /// The same of the status family, of which an interrupted call has one side.
    fn one_sided_status(&self) -> Option<bool> {
        let has = |caller: bool| self.reports.iter().any(|report| (report.sender == CALLER) == caller);
        let told_once =
            |report: &&SentCallback| matches!(report.news, News::Status(_, CallResult::Interrupt));
        match (has(true), has(false)) {
            (true, true) => Some(false),
            (false, _) => Some(!self.reports.iter().any(told_once)),
            // The callee acted, and only a normal end or a decline shows it.
            (true, false) => {
                let shows = |report: &&SentCallback| {
                    matches!(report.news, News::Status(_, CallResult::NormalEnd | CallResult::Reject))
                };
                if self.reports.iter().any(shows) { Some(true) } else { None }
            }
        }
    }

    /// Whether pairs of callbacks show that the clocks differ; none if they differ and no pair shows it.
    fn clocks_differ(&self) -> Option<bool> {
        let seconds = match &self.call.cast[..] {
            [caller, callee] => (callee.skew - caller.skew) / 1000,
            _ => 0,
        };
        let is_status = self.reports.iter().any(|report| matches!(report.news, News::Status(..)));
        if seconds == 0 || self.is_v4() || is_status {
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
