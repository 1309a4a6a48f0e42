//! Causes as sentences about one call.

use crate::calls::{
    CalleeVerdict, Certainty, ClockBounds, LogContext, Outcome, Step, TextId, Timeline, Verdict,
};
use crate::report::quantity::duration;
use crate::spec::{CallResult, CallType, Cause, Family, REPORTING_CLIENTS, Role, Word};

/// The participants, as sentences name them.
#[derive(Debug)]
pub(super) struct ParticipantNames {
    /// The caller, or `the caller`.
    caller: String,
    /// The same, in the list of participants.
    calling: String,
    /// The only callee, or `the callee`.
    callee: String,
    /// How the callees are listed.
    callees: String,
    /// True if `callee` stands for several.
    several: bool,
}

impl ParticipantNames {
    pub(super) fn of(timeline: &Timeline<'_>, outcome: &Outcome) -> Self {
        const SHOWN: usize = 3;
        let callee = match outcome.callees[..] {
            [only] => user_or_role(timeline, Some(only), Role::Callee),
            [] => "the callee".to_owned(),
            _ => "the callees".to_owned(),
        };
        let named = outcome.callees.iter().take(SHOWN);
        let mut callees: Vec<String> =
            named.map(|callee| user_or_role(timeline, Some(*callee), Role::Callee)).collect();
        match outcome.callees.len() {
            0 => callees.push("a callee that the log does not name".to_owned()),
            count if count > SHOWN => callees.push(format!("{} more", count - SHOWN)),
            _ => {}
        }
        let caller = user_or_role(timeline, outcome.caller, Role::Caller);
        let calling = match outcome.caller {
            Some(_) => caller.clone(),
            None => "a caller that the log does not name".to_owned(),
        };
        Self { caller, calling, callee, callees: callees.join(", "), several: outcome.callees.len() > 1 }
    }

    /// The caller, as the list of participants has it.
    pub(super) fn calling(&self) -> &str {
        &self.calling
    }

    pub(super) fn callees(&self) -> &str {
        &self.callees
    }
}

/// Words verdicts on one call.
#[derive(Debug)]
pub(super) struct Voice<'v> {
    pub names: &'v ParticipantNames,
    pub timeline: &'v Timeline<'v>,
    pub outcome: &'v Outcome,
    pub log: &'v LogContext,
}

/// ` after 9 s`, or nothing.
fn after(seconds: Option<u32>) -> String {
    seconds.map(|seconds| format!(" after {}", duration(f64::from(seconds)))).unwrap_or_default()
}

/// ` for 9 s`, or nothing.
fn lasting(seconds: Option<u32>) -> String {
    seconds.map(|seconds| format!(" for {}", duration(f64::from(seconds)))).unwrap_or_default()
}

/// `2 times, for 57 s and for 40 s`.
fn one_after_another(stints: &[u32]) -> String {
    let each: Vec<String> = stints.iter().map(|seconds| duration(f64::from(*seconds))).collect();
    let (last, before) = each.split_last().map_or(("", &[][..]), |(last, before)| (last.as_str(), before));
    format!("{} times, for {} and for {last}", stints.len(), before.join(", for "))
}

impl Voice<'_> {
    /// The main verdict in one sentence, without a final period.
    pub(super) fn main(&self, verdict: &Verdict) -> String {
        let sentence = self.plain(verdict);
        match verdict.alternative {
            Some(other) => {
                format!("{sentence}; or {}: the callbacks fit both equally well", other.row().summary)
            }
            None => sentence,
        }
    }

    fn plain(&self, verdict: &Verdict) -> String {
        let ParticipantNames { caller, callee, several, .. } = self.names;
        let (after, lasting) = (after(verdict.seconds), lasting(verdict.seconds));
        let device = self.device();
        match verdict.cause {
            Cause::Completed => format!("answered, and ended normally{after}"),
            Cause::EndedByServer => format!("answered, and ended by the app's own server{after}"),
            Cause::Declined => format!("{callee} declined{after}"),
            Cause::DeclinedByDevice => format!("declined{after}: probably by {device}, not by a person"),
            Cause::Busy => "the line of the callee was busy".to_owned(),
            Cause::Ignored => {
                format!("{callee} ignored the call{after}; the caller was told that the line was busy")
            }
            Cause::NoAnswer if self.is_v4_alone() => format!("nobody answered{after}: v4 does not say whether it rang"),
            Cause::NoAnswer => format!("it rang{lasting}, and nobody answered"),
            Cause::NeverRang => format!(
                "nobody answered{after}, and nothing shows that it rang: the log has no callback from the callee, so \
                 the device was not reached, or its callbacks are off"
            ),
            Cause::Unreached => {
                let (was, who) = if *several { ("were", "at least one of them") } else { ("was", "this user") };
                format!(
                    "nobody answered{after}, and it never rang: {device} {was} not reached, though {who} reports \
                     elsewhere in the log"
                )
            }
            Cause::CalleeSilent => {
                let report = if *several { "report" } else { "reports" };
                format!(
                    "nobody answered{after}, and {callee} {report} nothing in the whole log: callbacks are off, or \
                     the client is too old to send them"
                )
            }
            Cause::GaveUp if self.callee_reports() => format!("{caller} gave up{after}, while it rang"),
            Cause::GaveUp => format!("{caller} gave up{after}"),
            Cause::GaveUpBeforeRing => format!("{caller} gave up{after}, before it rang"),
            Cause::NotPlaced => format!("the call could not be placed: it failed{after}"),
            Cause::FailedAfterRing => format!("it rang, and then the call failed for {caller}{after}"),
            Cause::MixedGenerations => verdict.cause.row().summary.to_owned(),
            Cause::Dropped => self.broken("broken off", "the answer", verdict),
            Cause::DroppedBeforeAnswer => self.broken("broken off before an answer", "it began", verdict),
            Cause::Offline => self.broken(&self.lost_heartbeat(verdict), "the answer", verdict),
            Cause::Crossed => format!("both at once: {caller} cancelled while {callee} answered"),
            Cause::SidesDisagree => self.disagreement(verdict),
            Cause::OneSided => self.one_sided(verdict.reported_by),
            Cause::ClocksDiffer => clocks(&verdict.clocks, callee, caller),
            Cause::DeliveryBroke => {
                "how it ended is unknown: callbacks of this call were redelivered, and those of its end are missing"
                    .to_owned()
            }
            Cause::LogBegins => "the log begins in the middle of the call".to_owned(),
            Cause::LogEnds => {
                let last = verdict.seconds.map(|seconds| duration(f64::from(seconds)));
                let last = last.map_or(String::new(), |last| format!(", {last} after its last callback"));
                format!("the log ends in the middle of the call{last}")
            }
            Cause::CannotTell => "how it ended is unknown: the log has no callback of the call's end".to_owned(),
        }
    }

    /// Who reports that the call was broken off, and what the other side says.
    fn broken(&self, what: &str, since: &str, verdict: &Verdict) -> String {
        let since = if self.outcome.answered { since } else { "it began" };
        let when = match verdict.seconds {
            Some(seconds) => format!("{what} {} after {since}", duration(f64::from(seconds))),
            None => what.to_owned(),
        };
        let Some(role) = verdict.reported_by else { return when };
        if self.comes_from_server() {
            return when;
        }
        let reporting = self.reporting(verdict, role);
        // For a group, a sentence for each callee follows.
        if self.outcome.call_type == Some(CallType::Group) || self.names.several {
            return format!("{when}, as {reporting} reports");
        }
        let other = match verdict.other_end {
            Some(CallResult::NormalEnd) => "the other side ended normally".to_owned(),
            Some(CallResult::Interrupt | CallResult::Offline) => "the other side reports the same".to_owned(),
            Some(result) => format!("the other side reports `{}`", result.as_str()),
            None => "the other side reports no end".to_owned(),
        };
        format!("{when}, as {reporting} reports; {other}")
    }

    /// The device of the callee, or those of several.
    fn device(&self) -> String {
        let devices = if self.names.several { "the devices" } else { "the device" };
        format!("{devices} of {}", self.names.callee)
    }

    /// True if a callee's device reports that it rang.
    fn callee_reports(&self) -> bool {
        let device = |step: &&Step| step.is_callees() && step.family != Family::V4;
        self.timeline.steps.iter().any(|step| device(&step))
    }

    /// True for a call of v4 of which no device reports.
    fn is_v4_alone(&self) -> bool {
        self.comes_from_server() && !self.callee_reports()
    }

    /// True for a call of v4: its callbacks come from the server, not from devices.
    fn comes_from_server(&self) -> bool {
        self.timeline.steps.iter().any(|step| step.family == Family::V4)
    }

    /// Whose heartbeat the server lost, if it says so itself.
    fn lost_heartbeat(&self, verdict: &Verdict) -> String {
        match verdict.reported_by.filter(|_| self.comes_from_server()) {
            Some(role) => format!("the server lost the heartbeat of {}", self.reporting(verdict, role)),
            None => "the server lost the heartbeat".to_owned(),
        }
    }

    /// The user whose callback reports how the call was broken off, otherwise the role, otherwise a side.
    fn reporting(&self, verdict: &Verdict, role: Role) -> String {
        let says = |step: &&Step| {
            verdict.deciding.contains(&step.position)
                && matches!(step.result, Some(CallResult::Interrupt | CallResult::Offline))
                && step.role.is_none_or(|known| known == role)
        };
        let step = self.timeline.steps.iter().rev().find(says);
        match step {
            Some(step) if step.role.is_none() && self.timeline.text(step.user).is_none() => {
                "one side".to_owned()
            }
            Some(step) => user_or_role(self.timeline, Some(step.user), role),
            None if role == Role::Caller => self.names.caller.clone(),
            None => self.names.callee.clone(),
        }
    }

    fn disagreement(&self, verdict: &Verdict) -> String {
        let own = self.outcome.result_word();
        match verdict.other_end {
            None if self.outcome.answered => {
                format!("it was answered, and yet ended as `{own}`: the callbacks contradict each other")
            }
            Some(other) => format!(
                "the two sides disagree: {} says `{own}`, {} says `{}`",
                if self.timeline.steps.iter().any(|step| step.recorded().is_some()) {
                    "the server's record"
                } else {
                    &self.names.caller
                },
                self.names.callee,
                other.as_str()
            ),
            None => "the two sides disagree".to_owned(),
        }
    }

    fn one_sided(&self, reporting: Option<Role>) -> String {
        let (reporting, silent) = match reporting {
            Some(Role::Callee) => (Role::Callee, Role::Caller),
            _ => (Role::Caller, Role::Callee),
        };
        let never = self.log.active_users.never_as(silent);
        let platforms = match &never[..] {
            [] => String::new(),
            some => format!("; in this log no {} reports from {}", silent.as_str(), some.join(", ")),
        };
        format!(
            "only the {}'s side reports: the {}'s callbacks are off or lost, or its client is older than those \
             that report ({REPORTING_CLIENTS}){platforms}",
            reporting.as_str(),
            silent.as_str()
        )
    }

    /// A contributing cause in one sentence.
    pub(super) fn contributing(&self, cause: Cause, verdict: &Verdict) -> String {
        match cause {
            Cause::ClocksDiffer => clocks(&verdict.clocks, &self.names.callee, &self.names.caller),
            Cause::OneSided => {
                let callers = self.timeline.steps.iter().any(crate::calls::Step::is_callers);
                self.one_sided(Some(if callers { Role::Caller } else { Role::Callee }))
            }
            Cause::LogBegins => "the log begins in the middle of the call: its start is missing".to_owned(),
            other => other.row().summary.to_owned(),
        }
    }

    /// How a group call ended for a callee.
    pub(super) fn of_callee(&self, callee: &CalleeVerdict) -> String {
        let user = &user_or_role(self.timeline, Some(callee.user), Role::Callee);
        let (after, lasting) = (after(callee.seconds), lasting(callee.seconds));
        let sentence = match callee.cause {
            Cause::Completed if callee.stints.len() > 1 => {
                format!("took part {}, and ended normally", one_after_another(&callee.stints))
            }
            Cause::Completed => format!("took part{lasting}, and ended normally"),
            Cause::Busy => "was in another call".to_owned(),
            Cause::Crossed => format!("answered while the caller cancelled{after}"),
            Cause::SidesDisagree => {
                "answered, and yet ended as if not: the callbacks contradict each other".to_owned()
            }
            Cause::Declined => format!("declined{after}"),
            Cause::DeclinedByDevice => format!("declined{after}: probably the device, not a person"),
            Cause::Ignored => format!("ignored it{after}"),
            Cause::NoAnswer => format!("did not answer{after}"),
            Cause::GaveUp => format!("the caller gave up{after}, before {user} answered"),
            Cause::Dropped => format!("was broken off{after}"),
            Cause::DroppedBeforeAnswer => format!("was broken off{after}, before an answer"),
            Cause::Offline => format!("the server lost the heartbeat{after}"),
            Cause::LogEnds => "the log ends before this part of the call does".to_owned(),
            Cause::Unreached => "did nothing in this call, though this user acts in others".to_owned(),
            Cause::CalleeSilent => "does nothing in the whole log".to_owned(),
            _ => "the callbacks do not say how it ended".to_owned(),
        };
        let sentence = match callee.certainty {
            Certainty::Likely if callee.cause == Cause::Completed => {
                "took part; the call ended normally, but this callee's own end is not in the log".to_owned()
            }
            Certainty::CannotTell if callee.cause != Cause::CannotTell => format!("probably {sentence}"),
            _ => sentence,
        };
        if callee.clocks.differ() {
            return format!("{sentence} ({})", clocks(&callee.clocks, user, &self.names.caller));
        }
        sentence
    }
}

/// By how much two clocks differ, so far as it is bounded.
fn clocks(bounds: &ClockBounds, callee: &str, caller: &str) -> String {
    let (words, low, high) = match (bounds.low, bounds.high) {
        (_, Some(high)) if high < 0 => ("behind", Some(-high), bounds.low.map(|low| -low)),
        (low, high) => ("ahead of", low, high),
    };
    let by = match (low, high) {
        (Some(low), Some(high)) => format!("by more than {low} s and less than {high} s"),
        (Some(low), None) => format!("by more than {low} s"),
        _ => "by an unknown amount".to_owned(),
    };
    format!("the clock of {callee}'s device is {words} that of {caller}'s {by}")
}

/// The user of a role, as sentences name it.
fn user_or_role(timeline: &Timeline<'_>, user: Option<TextId>, role: Role) -> String {
    match user.and_then(|user| timeline.text(user)) {
        Some(user) => format!("`{}`", shortened(user)),
        None => format!("the {}", role.as_str()),
    }
}

/// A name as sentences show it: in full if it is short, otherwise its beginning.
fn shortened(text: &str) -> String {
    const LONGEST: usize = 80;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
