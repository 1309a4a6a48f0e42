//! `could` against `judge`, on usual calls and on random ones.

use proptest::prelude::*;

use super::*;
use crate::calls::{CallTable, Position, Problems, TableBuilder, UsualCall, outcome};
use crate::decode::read;
use crate::spec::{Action, CallResult, Event, Role, RuleId, Word};

/// The calls of these bodies, one after another.
fn table(bodies: &[String]) -> CallTable {
    let builder = TableBuilder::new(1);
    for (number, body) in bodies.iter().enumerate() {
        if let Ok(callback) = read(body, None, None).callback {
            builder.add(&callback, Position::new(0, number as u64 + 1), Problems::default());
        }
    }
    builder.finish()
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

/// The facts of a call from its timeline.
fn course<'c>(timeline: &Timeline<'_>, outcome: &'c Outcome, rang: bool) -> Course<'c> {
    Course { outcome, occurs: Occurrences::of(timeline, outcome), input: InputFacts { rang } }
}

/// Shows every usual call, with its facts from its timeline.
fn each_usual(mut see: impl FnMut(&Timeline<'_>, &Course<'_>)) {
    for steps in USUAL {
        let body = |(role, event, result, time): &(&str, &str, &str, u32)| {
            format!(
                r#"{{"UserId":"{role}","RoomId":"r","TotalNum":2,"MediaType":"audio","CallType":"single","CallId":"c","Role":"{role}","Event":"{event}","CallResult":"{result}","EventTime":{}}}"#,
                1_704_856_800 + time
            )
        };
        let table = table(&steps.iter().map(body).collect::<Vec<_>>());
        let calls = table.in_input_order();
        assert_eq!(calls.len(), 1, "{steps:?}");
        let timeline = Timeline::of(&table, calls[0]);
        assert_eq!(timeline.steps.len(), steps.len());
        let usual = UsualCall::of(&table, calls[0]).map(|usual| usual.outcome);
        assert_eq!(usual, Some(outcome(&timeline)));
        see(&timeline, &course(&timeline, &outcome(&timeline), true));
    }
}

#[test]
fn fast_tests_let_usual_calls_pass() {
    each_usual(|_, course| {
        let fast = RULES.into_iter().flatten().filter(|rule| rule.is_fast());
        let judged: Vec<usize> =
            fast.enumerate().filter(|(_, rule)| rule.could(course)).map(|(at, _)| at).collect();
        assert!(judged.is_empty(), "rules {judged:?} on {course:?}");
    });
}

/// A rule without a fast test.
static SLOW: CallRule = CallRule::new(|judge| judge.push_at_last(RuleId::CallIncomplete, "found"));

#[test]
fn a_rule_without_a_fast_test_sees_every_call() {
    each_usual(|timeline, course| {
        let rules = RULES.into_iter().flatten().chain([&SLOW]);
        let hits = judge_by(rules, timeline, course, &RuleOptions::default());
        assert_eq!(hits.iter().map(|hit| hit.message.as_str()).collect::<Vec<_>>(), ["found"]);
    });
}

/// What is random of a callback: user, role, event or action, result, seconds since the call began, timestamps, and
/// which of the call's shared fields differ from the usual.
type Random = (usize, usize, usize, usize, u32, usize, usize);

const RESULTS: [&str; 8] = ["", "", "", "normal_end", "cancel", "reject", "not_answer", "interrupt"];

/// A body of the event or status family.
fn body((user, role, event, result, time, stamps, other): Random, kind: &str) -> String {
    let time = 1_704_856_800 + time;
    let stamps = match stamps {
        0 => format!(r#","StartCallTs":{},"AcceptTs":{},"EndTs":{time}"#, time - 5, time - 3),
        1 => format!(r#","StartCallTs":{time},"AcceptTs":0,"EndTs":{}"#, time - 1),
        _ => String::new(),
    };
    let event = match Event::ALL.get(event) {
        Some(event) => format!(r#","Event":"{}""#, event.as_str()),
        None => String::new(),
    };
    let room = if other == 0 { "s" } else { "r" };
    let total = [1, 3, 0, 2].get(other).unwrap_or(&2);
    format!(
        r#"{{"UserId":"u{user}","RoomId":"{room}","TotalNum":{total},"MediaType":"audio","CallType":"{kind}","CallId":"c","Role":"{}"{event},"CallResult":"{}","EventTime":{time}{stamps}}}"#,
        Role::ALL[role].as_str(),
        RESULTS[result],
    )
}

/// A v4 body: a start, a change of a member, or an end.
fn v4_body((user, role, action, result, time, stamps, _): Random, kind: &str) -> String {
    let kind = if kind == "single" { "SingleCall" } else { "MultiCall" };
    let seconds = 1_740_464_128 + time;
    let millis = u64::from(seconds) * 1000 + 807;
    match action {
        0 | 1 => format!(
            r#"{{"CallbackCommand":"Call.CallbackAfterStartCall","CallInfo":{{"CallId":"c","MediaType":"Audio","RoomId":"r","RoomIdType":1}},"UserList":[{{"User_Account":"u{user}","Status":"Calling"}},{{"User_Account":"u{role}","Status":"Waiting"}}],"EventTime":{millis}}}"#
        ),
        2 | 3 => format!(
            r#"{{"CallbackCommand":"Call.CallbackAfterEndCall","CallRecord":{{"CallId":"c","Caller_Account":"u{user}","MediaType":"Audio","CallType":"{kind}","StartTime":{},"EndTime":{seconds},"AcceptTime":{},"CallResult":"{}","CalleeList_Account":["u{role}"],"RoomId":"r","RoomIdType":1}},"EventTime":{millis}}}"#,
            seconds - 4,
            seconds - stamps as u32,
            CallResult::DOCUMENTED[result % 7].v4_str(),
        ),
        _ => format!(
            r#"{{"CallbackCommand":"Call.CallbackAfterMemberChanged","CallId":"c","UserList":[],"ChangedUserList":[{{"User_Account":"u{user}","ActionType":"{}"}}],"EventTime":{millis}}}"#,
            Action::V4_SPELLINGS[action % 13].0
        ),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6000))]
    #[test]
    fn a_usual_call_is_as_its_timeline_and_no_rule_finds_what_it_could_not(
        callbacks in prop::collection::vec(
            (0..3_usize, 0..2_usize, 0..19_usize, 0..8_usize, 0..12_u32, 0..8_usize, 0..40_usize), 1..8,
        ),
        own_role in any::<bool>(), rang in any::<bool>(), group in 0..4_usize, v4 in 0..6_usize, again in 0..16_usize,
    ) {
        let kind = if group == 0 { "group" } else { "single" };
        let mut bodies: Vec<String> = callbacks
            .iter()
            .map(|&(user, role, event, result, time, stamps, other)| {
                if v4 == 0 || (v4 == 1 && event < 6) {
                    return v4_body((user, role, event, result, time, stamps, other), kind);
                }
                // Users mostly keep to their role, and events to theirs, so that clean calls do occur.
                let role = if own_role { user.min(1) } else { role };
                let only = Event::ALL.get(event).and_then(|event| event.only_role());
                let role = only.filter(|_| own_role).map_or(role, |role| role as usize);
                let user = if own_role { role } else { user };
                body((user, role, event, result, time, stamps, other), kind)
            })
            .collect();
        // Duplicates whose result and timestamps are perhaps others.
        if let Some(&(user, role, event, result, time, stamps, other)) = callbacks.get(again)
            && !own_role
        {
            bodies.push(body((user, role, event, (result + 3) % 8, time, stamps / 4, other), kind));
        }
        let table = table(&bodies);
        for index in table.in_input_order() {
            let timeline = Timeline::of(&table, index);
            let outcome = outcome(&timeline);
            let course = course(&timeline, &outcome, rang);
            let usual = UsualCall::of(&table, index);
            let input = InputFacts { rang };
            let packed = usual.as_ref().map(|it| Course { outcome: &it.outcome, occurs: it.occurs, input });
            if let Some(packed) = &packed {
                prop_assert_eq!(packed.outcome, &outcome, "{:?}", bodies);
                prop_assert!(!timeline.has_duplicates, "{:?}", bodies);
            }
            for (number, rule) in RULES.into_iter().flatten().enumerate() {
                let always = CallRule::new(rule.judge);
                let hits = judge_by([&always].into_iter(), &timeline, &course, &RuleOptions::default());
                for course in packed.iter().chain([&course]) {
                    prop_assert!(hits.is_empty() || rule.could(course), "rule {} on {:?}", number, bodies);
                }
            }
        }
    }
}
