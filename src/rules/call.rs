//! `call/`: what the callbacks of one call say together. Duplicates take part in `call/duplicate` alone.

use std::collections::{HashMap, HashSet};

use super::hit::RuleOptions;
use crate::calls::{Happening, Outcome, Position, Step, TextId, Timeline};
use crate::spec::{
    Action, CallResult, CallType, Event, Family, Level, Phase, Role, RuleId, Timestamp, V4Command, Word,
};

/// A broken rule of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallHit {
    /// The rule.
    pub rule: RuleId,
    /// Its level.
    pub level: Level,
    /// What is wrong.
    pub message: String,
    /// The callback that it points at.
    pub at: Position,
    /// The field of that callback, as an RFC 6901 pointer into its body.
    pub pointer: Option<&'static str>,
    /// The earlier callback that it is held against, and what that one says.
    pub related: Option<(Position, String)>,
    /// What else is worth knowing.
    pub note: Option<&'static str>,
}

/// What the whole input says, beside the call.
#[derive(Clone, Copy, Debug, Default)]
pub struct InputFacts {
    /// True where any callback of the input is a `receive_call`.
    pub rang: bool,
}

/// Judges a call.
pub fn judge_call(
    timeline: &Timeline<'_>,
    outcome: &Outcome,
    facts: InputFacts,
    options: &RuleOptions,
) -> Vec<CallHit> {
    let mut judge = Judge { timeline, outcome, options, hits: Vec::new() };
    judge.duplicates();
    judge.field_conflicts();
    judge.callers_and_users();
    judge.after_end();
    if facts.rang {
        judge.accept_without_ring();
    }
    judge.end_without_start();
    judge.result_conflicts();
    judge.negative_duration();
    if outcome.result.is_none() {
        let last = judge.last();
        judge.push(RuleId::CallIncomplete, "the log does not say what the call came to".into(), last, None);
    }
    judge.hits
}

struct Judge<'j, 't> {
    timeline: &'j Timeline<'t>,
    outcome: &'j Outcome,
    options: &'j RuleOptions,
    hits: Vec<CallHit>,
}

impl<'t> Judge<'_, 't> {
    /// Adds a hit, unless its rule is off; returns it for more to be said.
    fn push(
        &mut self,
        rule: RuleId,
        message: String,
        at: Position,
        related: Option<(Position, String)>,
    ) -> Option<&mut CallHit> {
        let level = self.options.levels.level(rule, rule.rule().level)?;
        self.hits.push(CallHit { rule, level, message, at, pointer: None, related, note: None });
        self.hits.last_mut()
    }

    /// Adds a hit about two callbacks: at the later of them in the input, beside the earlier.
    fn push_pair(
        &mut self,
        rule: RuleId,
        message: String,
        (one, says): (Position, String),
        (other, says_other): (Position, String),
    ) -> Option<&mut CallHit> {
        let (at, earlier) = if one > other { (one, (other, says_other)) } else { (other, (one, says)) };
        self.push(rule, message, at, (at != earlier.0).then_some(earlier))
    }

    /// Position of the call's last callback.
    fn last(&self) -> Position {
        self.timeline.steps.last().map_or(Position::new(0, 0), |step| step.position)
    }

    fn text(&self, id: TextId) -> &'t str {
        self.timeline.text(id).unwrap_or_default()
    }

    fn duplicates(&mut self) {
        for step in self.timeline.callbacks() {
            if let Some(original) = step.original {
                let related = Some((original, "first delivered here".to_owned()));
                self.push(
                    RuleId::CallDuplicate,
                    "this callback was delivered again".into(),
                    step.position,
                    related,
                );
            }
        }
    }

    fn field_conflicts(&mut self) {
        let word = |text: &str| format!("`{text}`");
        self.field_conflict("sdkappid", Step::sdkappid, |_, id| id.to_string());
        self.field_conflict("RoomId", Step::room_id, |judge, id| word(judge.text(id)));
        self.field_conflict("CallType", Step::call_type, |_, kind| word(kind.as_str()));
        self.field_conflict("MediaType", Step::media_type, |_, kind| word(kind.as_str()));
    }

    /// Each value of a field that differs from the first, once.
    fn field_conflict<T: Copy + Eq + std::hash::Hash>(
        &mut self,
        name: &'static str,
        value: fn(&Step) -> Option<T>,
        show: impl Fn(&Self, T) -> String,
    ) {
        let timeline = self.timeline;
        let Some((first, first_at)) =
            timeline.steps.iter().find_map(|step| Some((value(step)?, step.position)))
        else {
            return;
        };
        let mut seen = HashSet::new();
        for step in timeline.originals() {
            let Some(other) = value(step).filter(|other| *other != first) else {
                continue;
            };
            if !seen.insert(other) {
                continue;
            }
            let message = format!("`{name}` is {}, and was {}", show(self, other), show(self, first));
            let related = Some((first_at, "the call's first value is here".to_owned()));
            let pointer = pointer(step, name);
            if let Some(hit) = self.push(RuleId::CallFieldConflict, message, step.position, related) {
                hit.pointer = pointer;
            }
        }
    }

    /// Too many callers, too many users, or more users than `TotalNum`.
    fn callers_and_users(&mut self) {
        let timeline = self.timeline;
        let mut first: HashMap<TextId, Position> = HashMap::new();
        let mut order: Vec<TextId> = Vec::new();
        let mut other_callers: Vec<(TextId, Position)> = Vec::new();
        let mut caller: Option<(TextId, Position)> = None;
        for step in timeline.originals().filter(|step| step.happening != Happening::Nothing) {
            let Some(user) = step.user.known() else {
                continue;
            };
            first.entry(user).or_insert_with(|| {
                order.push(user);
                step.position
            });
            if step.is_callers() {
                let (known, _) = *caller.get_or_insert((user, step.position));
                if known != user && !other_callers.iter().any(|(other, _)| *other == user) {
                    other_callers.push((user, step.position));
                }
            }
        }
        for (user, at) in &other_callers {
            let message = format!("`{}` is a second caller", self.text(*user));
            let related =
                caller.map(|(first, at)| (at, format!("the first caller is `{}`", self.text(first))));
            self.push(RuleId::CallTwoCallers, message, *at, related);
        }
        let mut named: HashSet<TextId> = other_callers.iter().map(|(user, _)| *user).collect();
        if self.outcome.call_type == Some(CallType::Single) {
            let surplus = order.iter().skip(2).filter(|user| !named.contains(*user));
            for user in surplus.copied().collect::<Vec<_>>() {
                let message = format!("`{}` is one user too many for a `single` call", self.text(user));
                let related = order
                    .get(1)
                    .map(|second| (first[second], format!("the second user is `{}`", self.text(*second))));
                self.push(RuleId::CallTooManyUsers, message, first[&user], related);
                named.insert(user);
            }
        }
        if named.is_empty() {
            self.total_num(first.len());
        }
    }

    fn total_num(&mut self, users: usize) {
        let sound = self.timeline.originals().filter(|step| !step.faulty.total_num);
        let Some(greatest) = sound.filter_map(Step::total_num).max() else {
            return;
        };
        if greatest < users as i64 {
            let message = format!("`TotalNum` is at most {greatest}, but {users} users take part");
            let last = self.last();
            self.push(RuleId::CallFieldConflict, message, last, None);
        }
    }

    /// Callbacks of a user later than the end of their part in the call.
    fn after_end(&mut self) {
        let timeline = self.timeline;
        let mut ends: HashMap<TextId, (Timestamp, Position)> = HashMap::new();
        for step in timeline.originals().filter(|step| step.ends()) {
            if let (Some(user), Some(time)) = (step.user.known(), step.time) {
                let end = ends.entry(user).or_insert((time, step.position));
                if time > end.0 {
                    *end = (time, step.position);
                }
            }
        }
        for step in timeline.originals() {
            let acts = matches!(step.phase, Some(Phase::Start | Phase::Ring | Phase::Accept | Phase::Invite));
            let (Some(time), Some((end, ended))) = (step.time, ends.get(&step.user)) else {
                continue;
            };
            if !acts || joins(step) || time <= *end {
                continue;
            }
            let user = self.text(step.user);
            let message = format!("`{user}` acts {} s after their part in the call ended", time - end);
            let acted = (step.position, format!("`{user}` acts here"));
            let ended = (*ended, format!("the part of `{user}` ends here"));
            if let Some(hit) = self.push_pair(RuleId::CallAfterEnd, message, acted, ended) {
                hit.pointer = Some("/EventTime");
            }
        }
    }

    fn accept_without_ring(&mut self) {
        let timeline = self.timeline;
        let of = |event| {
            timeline
                .originals()
                .filter(move |step| step.happening == Happening::Event(Some(event)))
                .filter_map(|step| step.user.known().filter(|_| step.phase.is_some()))
        };
        let rang: HashSet<TextId> = of(Event::ReceiveCall).collect();
        let mut seen = HashSet::new();
        for user in of(Event::AcceptCall) {
            if !rang.contains(&user) && seen.insert(user) {
                let message = format!("`{}` answers, and it never rang there", self.text(user));
                let last = self.last();
                self.push(RuleId::CallAcceptWithoutRing, message, last, None);
            }
        }
    }

    fn end_without_start(&mut self) {
        let started = |step: &Step| {
            step.happening == Happening::Event(Some(Event::StartCall))
                || step.command == Some(V4Command::StartCall)
        };
        let ends = |step: &Step| step.family == Family::Event && step.ends();
        let mut originals = self.timeline.originals();
        if originals.any(ends) && !self.timeline.originals().any(started) {
            let last = self.last();
            self.push(
                RuleId::CallEndWithoutStart,
                "the call ends, and no callback starts it".into(),
                last,
                None,
            );
        }
    }

    /// Different endings: of the two sides, of one user, or of a v4 record and its caller.
    fn result_conflicts(&mut self) {
        let timeline = self.timeline;
        if self.outcome.call_type == Some(CallType::Single) {
            let side = |is_side: fn(&Step) -> bool| {
                let of = |offer: fn(&Step) -> Option<CallResult>| {
                    strongest(timeline.originals().filter(|step| is_side(step)), offer)
                };
                of(Step::explicit).or_else(|| of(Step::implied))
            };
            if let (Some((callers, at)), Some((callees, other))) =
                (side(Step::is_callers), side(Step::is_callees))
                && callers != callees
            {
                let (callers, callees) = (callers.as_str(), callees.as_str());
                let message = format!("the caller's side ends as `{callers}`, the callee's as `{callees}`");
                let says = |role: Role, word: &str| format!("the {}'s side says `{word}`", role.as_str());
                let (one, two) = ((at, says(Role::Caller, callers)), (other, says(Role::Callee, callees)));
                self.push_pair(RuleId::CallResultConflict, message, one, two);
            }
        }
        let mut of_user: HashMap<TextId, Vec<(CallResult, Position)>> = HashMap::new();
        for step in timeline.originals() {
            let (Some(user), Some(result)) = (step.user.known(), step.explicit()) else {
                continue;
            };
            let seen = of_user.entry(user).or_default();
            if seen.iter().any(|(known, _)| *known == result) {
                continue;
            }
            seen.push((result, step.position));
            if let [(first, at), _, ..] = seen[..] {
                let (user, first, word) = (self.text(user), first.as_str(), result.as_str());
                let message = format!("two results of `{user}`: `{first}` and `{word}`");
                let related = Some((at, format!("`{first}` is here")));
                self.push(RuleId::CallResultConflict, message, step.position, related);
            }
        }
        self.record_conflict();
    }

    fn record_conflict(&mut self) {
        let timeline = self.timeline;
        let Some((recorded, at)) = strongest(timeline.originals(), Step::recorded) else {
            return;
        };
        let mut seen = HashSet::new();
        for step in timeline.originals().filter(|step| step.is_callers()) {
            let Some(result) = step.explicit().filter(|result| *result != recorded) else {
                continue;
            };
            if seen.insert(result) {
                let (record, caller) = (recorded.as_str(), result.as_str());
                let message = format!("the call record says `{record}`, the caller `{caller}`");
                let one = (at, format!("the record says `{record}`"));
                let other = (step.position, format!("the caller says `{caller}`"));
                self.push_pair(RuleId::CallResultConflict, message, one, other);
            }
        }
    }

    /// Times that run backwards, where they come from different callbacks.
    fn negative_duration(&mut self) {
        let (outcome, timeline) = (self.outcome, self.timeline);
        let giver = |time: Option<Timestamp>, stamp: fn(&Step) -> Option<Timestamp>, phase: Phase| {
            let time = time?;
            let stamped = timeline.originals().any(|step| stamp(step).is_some());
            let gives = |step: &&Step| {
                if stamped {
                    stamp(step) == Some(time)
                } else {
                    step.phase == Some(phase) && step.time == Some(time)
                }
            };
            Some((time, timeline.originals().find(gives)?.position))
        };
        let start = giver(outcome.start, Step::start_call_ts, Phase::Start).map(|it| ("starts", it));
        let accept = giver(outcome.accept, Step::accept_ts, Phase::Accept).map(|it| ("is answered", it));
        let end = giver(outcome.end, Step::end_ts, Phase::End).map(|it| ("ends", it));
        for (first, second) in [(start, end), (start, accept), (accept, end)] {
            let (Some((before, (first, at))), Some((after, (second, other)))) = (first, second) else {
                continue;
            };
            if second < first && at != other {
                let message = format!("the call {after} {} s before it {before}", first - second);
                let one = (at, format!("it {before} by this callback"));
                let two = (other, format!("it {after} by this callback"));
                self.push_pair(RuleId::CallNegativeDuration, message, one, two);
                return;
            }
        }
    }
}

/// The strongest result that some steps offer, with the first callback that does.
fn strongest<'s>(
    steps: impl Iterator<Item = &'s Step>,
    offer: fn(&Step) -> Option<CallResult>,
) -> Option<(CallResult, Position)> {
    steps.filter_map(|step| Some((offer(step)?, step.position))).min()
}

/// Joining is allowed again after the end.
fn joins(step: &Step) -> bool {
    matches!(
        step.happening,
        Happening::Event(Some(Event::JoinInGroupCall)) | Happening::Action(Some(Action::Join))
    )
}

/// Where a callback has a field that all callbacks of a call share; none for what the URL says.
fn pointer(step: &Step, name: &str) -> Option<&'static str> {
    let inside = match step.command {
        None => ["/RoomId", "/CallType", "/MediaType"],
        Some(V4Command::EndCall) => ["/CallRecord/RoomId", "/CallRecord/CallType", "/CallRecord/MediaType"],
        Some(_) => ["/CallInfo/RoomId", "/CallInfo/CallType", "/CallInfo/MediaType"],
    };
    match name {
        "RoomId" => Some(inside[0]),
        "CallType" => Some(inside[1]),
        "MediaType" => Some(inside[2]),
        _ => None,
    }
}
