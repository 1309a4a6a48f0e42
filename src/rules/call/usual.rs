//! Calls that break no rule, told in one pass.
//!
//! [`is_clean`] may say no of a call that is sound, which is then judged in full; it must never say yes of one that
//! any rule of this family finds something on.

use super::InputFacts;
use crate::calls::{Happening, Outcome, Step, TextId, Timeline};
use crate::spec::{CallResult, CallType, Event, Family, Phase, Role, Timestamp};

/// True for a call of one caller and at most one callee, told by callbacks of the event and status family, on which
/// there is no finding.
pub(super) fn is_clean(timeline: &Timeline<'_>, outcome: &Outcome, facts: InputFacts) -> bool {
    if timeline.has_duplicates || !timeline.is_alike || outcome.call_type != Some(CallType::Single) {
        return false;
    }
    let mut course = Course::default();
    timeline.steps.iter().all(|step| course.takes(step)) && course.is_sound(outcome, facts)
}

/// What a call's callbacks say, as far as it shows that nothing is wrong.
#[derive(Default)]
struct Course {
    /// The caller, and the callee.
    users: [Option<TextId>; 2],
    /// How the call ended for the caller, and for the callee.
    results: [Option<CallResult>; 2],
    started: bool,
    rang: bool,
    accepted: bool,
    ended: bool,
    /// The last time at which a user acted, and the first at which a part in the call ended.
    last_act: Timestamp,
    first_end: Option<Timestamp>,
}

impl Course {
    /// Takes a callback; false where it needs a closer look.
    fn takes(&mut self, step: &Step) -> bool {
        let (Some(user), Some(role)) = (step.user.known(), step.role) else {
            return false;
        };
        let side = usize::from(role == Role::Callee);
        if *self.users[side].get_or_insert(user) != user || step.faulty.total_num {
            return false;
        }
        let (Happening::Event(_) | Happening::Status, Some(phase)) = (step.happening, step.phase) else {
            return false;
        };
        self.started |= step.happening == Happening::Event(Some(Event::StartCall));
        self.rang |= phase == Phase::Ring;
        self.accepted |= step.happening == Happening::Event(Some(Event::AcceptCall));
        if phase != Phase::End {
            self.last_act = self.last_act.max(step.time.unwrap_or(0));
            return true;
        }
        self.ended |= step.family == Family::Event;
        self.first_end = self.first_end.into_iter().chain(step.time).min();
        // What is explicit counts before what an event stands for, so that both have to be one.
        [step.explicit(), step.implied()]
            .into_iter()
            .flatten()
            .all(|result| *self.results[side].get_or_insert(result) == result)
    }

    fn is_sound(&self, outcome: &Outcome, facts: InputFacts) -> bool {
        let [caller, callee] = self.users;
        let agree = match self.results {
            [Some(callers), Some(callees)] => callers == callees,
            _ => true,
        };
        let users = i64::from(caller.is_some()) + i64::from(callee.is_some());
        let in_order = |first: Option<Timestamp>, second: Option<Timestamp>| {
            first.zip(second).is_none_or(|(first, second)| first <= second)
        };
        agree
            && outcome.result.is_some()
            && caller != callee
            && outcome.total_num.is_none_or(|total| total >= users)
            && (self.rang || !self.accepted || !facts.rang)
            && (self.started || !self.ended)
            && self.first_end.is_none_or(|end| self.last_act <= end)
            && in_order(outcome.start, outcome.accept)
            && in_order(outcome.accept, outcome.end)
            && in_order(outcome.start, outcome.end)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::calls::{Position, Problems, TableBuilder, outcome};
    use crate::decode::read;
    use crate::rules::RuleOptions;
    use crate::rules::call::judge_fully;
    use crate::spec::Word;

    /// What is random of a callback: user, role, event, result, and seconds since the call began.
    type Random = (usize, usize, usize, usize, u32, usize);

    fn body((user, role, event, result, time, stamps): Random) -> String {
        let time = 1_704_856_800 + time;
        let results = ["", "", "", "normal_end", "cancel", "reject", "not_answer", "interrupt"];
        let stamps = match stamps {
            0 => format!(r#","StartCallTs":{},"AcceptTs":{},"EndTs":{time}"#, time - 5, time - 3),
            1 => format!(r#","StartCallTs":{time},"AcceptTs":0,"EndTs":{}"#, time - 1),
            _ => String::new(),
        };
        let event = match Event::ALL.get(event) {
            Some(event) => format!(r#","Event":"{}""#, event.as_str()),
            None => String::new(),
        };
        format!(
            r#"{{"UserId":"u{user}","RoomId":"r","TotalNum":2,"MediaType":"audio","CallType":"single","CallId":"c","Role":"{}"{event},"CallResult":"{}","EventTime":{time}{stamps}}}"#,
            Role::ALL[role].as_str(),
            results[result],
        )
    }

    /// Calls as nearly all are: role, event, result, and seconds since the call began.
    const USUAL: [&[(&str, &str, &str, u32)]; 5] = [
        &[
            ("caller", "start_call", "", 0),
            ("callee", "receive_call", "", 1),
            ("callee", "accept_call", "", 5),
            ("caller", "call_accepted", "", 5),
            ("caller", "call_end", "normal_end", 60),
            ("callee", "call_end", "normal_end", 60),
        ],
        &[
            ("caller", "start_call", "", 0),
            ("callee", "receive_call", "", 1),
            ("callee", "reject_call", "reject", 9),
            ("caller", "call_rejected", "reject", 9),
        ],
        &[
            ("caller", "start_call", "", 0),
            ("callee", "receive_call", "", 1),
            ("caller", "cancel_call", "cancel", 9),
            ("callee", "call_canceled", "cancel", 9),
        ],
        &[
            ("caller", "start_call", "", 0),
            ("callee", "receive_call", "", 1),
            ("callee", "not_answer_call", "not_answer", 30),
            ("caller", "call_missed", "not_answer", 30),
        ],
        &[("caller", "start_call", "", 0), ("caller", "call_busy", "call_busy", 1)],
    ];

    #[test]
    fn usual_calls_are_told_to_be_clean() {
        for steps in USUAL {
            let builder = TableBuilder::new(1);
            for (number, (role, event, result, time)) in steps.iter().enumerate() {
                let body = format!(
                    r#"{{"UserId":"{role}","RoomId":"r","TotalNum":2,"MediaType":"audio","CallType":"single","CallId":"c","Role":"{role}","Event":"{event}","CallResult":"{result}","EventTime":{}}}"#,
                    1_704_856_800 + time
                );
                if let Ok(callback) = read(&body, None, None).callback {
                    builder.add(&callback, Position::new(0, number as u64 + 1), Problems::default());
                }
            }
            let table = builder.finish();
            let calls = table.in_input_order();
            assert_eq!(calls.len(), 1, "{steps:?}");
            let timeline = Timeline::of(&table, calls[0]);
            assert_eq!(timeline.steps.len(), steps.len());
            assert!(is_clean(&timeline, &outcome(&timeline), InputFacts { rang: true }), "{steps:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]
        #[test]
        fn a_clean_call_has_no_finding(
            callbacks in prop::collection::vec(
                (0..3_usize, 0..2_usize, 0..19_usize, 0..8_usize, 0..12_u32, 0..8_usize), 1..7,
            ),
            own_role in any::<bool>(), rang in any::<bool>(),
        ) {
            let builder = TableBuilder::new(1);
            let bodies: Vec<String> = callbacks
                .into_iter()
                .map(|(user, role, event, result, time, stamps)| {
                    // Users mostly keep to their role, and events to theirs, so that clean calls do occur.
                    let role = if own_role { user.min(1) } else { role };
                    let only = Event::ALL.get(event).and_then(|event| event.only_role());
                    let role = only.filter(|_| own_role).map_or(role, |role| role as usize);
                    let user = if own_role { role } else { user };
                    body((user, role, event, result, time, stamps))
                })
                .collect();
            for (number, body) in bodies.iter().enumerate() {
                if let Ok(callback) = read(body, None, None).callback {
                    builder.add(&callback, Position::new(0, number as u64 + 1), Problems::default());
                }
            }
            let table = builder.finish();
            for index in table.in_input_order() {
                let timeline = Timeline::of(&table, index);
                let outcome = outcome(&timeline);
                let facts = InputFacts { rang };
                if is_clean(&timeline, &outcome, facts) {
                    let hits = judge_fully(&timeline, &outcome, facts, &RuleOptions::default());
                    prop_assert_eq!(hits, [], "{:?}", bodies);
                }
            }
        }
    }
}
