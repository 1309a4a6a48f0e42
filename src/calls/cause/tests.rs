//! What the tables lean on, for bodies that are written out.

use super::context::ActiveUsers;
use super::missing::missing;
use super::tally::concentration;
use crate::calls::{CallTable, Happening, Position, Problems, TableBuilder, Timeline, outcome};
use crate::decode::read;
use crate::spec::{Event, Role};

/// A body of the event family: of call, user, role, event and result.
fn body([call, user, role, event, result]: [&str; 5]) -> String {
    format!(
        r#"{{"UserId":"{user}","RoomId":"r","TotalNum":2,"MediaType":"audio","CallType":"single","CallId":"{call}","Role":"{role}","Event":"{event}","CallResult":"{result}","EventTime":1704856885}}"#
    )
}

/// A table of such bodies, each from the device of that platform.
fn table<'b>(bodies: impl IntoIterator<Item = (String, Option<&'b str>)>) -> CallTable {
    let builder = TableBuilder::new(1);
    for (number, (body, platform)) in bodies.into_iter().enumerate() {
        let read = read(&body, None, None);
        let Ok(mut callback) = read.callback else { unreachable!("{body}") };
        callback.platform = platform.map(Into::into);
        assert!(builder.add(&callback, Position::new(0, number as u64), Problems::default()));
    }
    builder.finish()
}

/// These users and those of the calls of a table.
fn and_those_of(from: &ActiveUsers, table: &CallTable) -> ActiveUsers {
    let mut users = from.clone();
    table.indexes().for_each(|index| users.add(&Timeline::of(table, index)));
    users
}

#[test]
fn a_place_is_named_three_deviations_beyond_chance() {
    // Of 100 calls 10 are expected, give or take 3.
    let one = |here| concentration([("here", here, 0.1)].into_iter(), 100);
    assert_eq!(one(18), None);
    let found = one(19).map(|found| (found.at, found.share, found.share_of_all));
    assert_eq!(found, Some(("here", 0.19, 0.1)));
    assert_eq!(one(2), None, "fewer than expected");
    let few = concentration([("here", 4, 0.01)].into_iter(), 5);
    assert_eq!(few, None, "few calls say nothing");
}

#[test]
fn the_place_furthest_beyond_chance_is_named_and_the_first_of_equals() {
    let named = |places: [(&'static str, u64); 3]| {
        let places = places.into_iter().map(|(name, here)| (name, here, 0.1));
        concentration(places, 100).map(|found| found.at)
    };
    assert_eq!(named([("a", 20), ("b", 30), ("c", 25)]), Some("b"));
    assert_eq!(named([("a", 30), ("b", 20), ("c", 25)]), Some("a"));
    assert_eq!(named([("a", 20), ("b", 25), ("c", 25)]), Some("b"));
    assert_eq!(named([("a", 1), ("b", 2), ("c", 3)]), None);
}

#[test]
fn a_platform_that_is_never_of_a_role_is_told_by_calls_not_by_callbacks() {
    let calls = |from: usize, to: usize| {
        table((from..to).flat_map(|number| {
            let id = format!("c{number}");
            let caller = body([&id, "a", "caller", "start_call", ""]);
            let callee = body([&id, "b", "callee", "receive_call", ""]);
            let [more, again] =
                ["accept_call", "call_end"].map(|event| body([&id, "b", "callee", event, ""]));
            let android = Some("Android");
            [(caller, Some("iOS")), (callee, android), (more, android), (again, android)]
        }))
    };
    let empty = ActiveUsers::default();
    let four = and_those_of(&empty, &calls(0, 4));
    assert_eq!((four.never_as(Role::Callee), four.never_as(Role::Caller)), (vec![], vec![]));
    let mut five = four.clone();
    five.merge(and_those_of(&empty, &calls(4, 5)));
    assert_eq!((five.never_as(Role::Callee), five.never_as(Role::Caller)), (vec!["iOS"], vec!["Android"]));
    assert!(five.acts("a") && five.acts("b") && !five.acts("c"));
    let both = table([(body(["d", "c", "callee", "receive_call", ""]), Some("iOS"))]);
    five.merge(and_those_of(&empty, &both));
    assert_eq!(five.never_as(Role::Callee), Vec::<&str>::new(), "one callee is enough");
    assert!(five.acts("c"));
}

#[test]
fn a_call_of_two_misses_what_its_sides_should_report() {
    let whole = [
        ["c", "a", "caller", "start_call", ""],
        ["c", "b", "callee", "receive_call", ""],
        ["c", "b", "callee", "accept_call", ""],
        ["c", "a", "caller", "call_accepted", ""],
        ["c", "a", "caller", "call_end", "normal_end"],
        ["c", "b", "callee", "call_end", "normal_end"],
    ];
    let missed = |bodies: Vec<String>| {
        let table = table(bodies.into_iter().map(|body| (body, None)));
        let found = table.indexes().map(|index| {
            let timeline = Timeline::of(&table, index);
            missing(&timeline, &outcome(&timeline))
        });
        found.collect::<Vec<_>>()
    };
    assert_eq!(missed(whole.map(body).to_vec()), [[]]);
    let without = |left_out: usize| {
        let rest = whole.iter().enumerate().filter(|(number, _)| *number != left_out);
        missed(rest.map(|(_, said)| body(*said)).collect())
    };
    assert_eq!(without(0), [[(Role::Caller, Event::StartCall)]]);
    assert_eq!(without(1), [[(Role::Callee, Event::ReceiveCall)]]);
    assert_eq!(without(3), [[(Role::Caller, Event::CallAccepted)]]);
    assert_eq!(without(5), [[(Role::Callee, Event::CallEnd)]]);
    // A silent side misses nothing, and it is not known what a group call should have.
    let callers = whole.iter().filter(|[_, _, role, ..]| *role == "caller");
    assert_eq!(missed(callers.map(|said| body(*said)).collect()), [[]]);
    let group = whole[1..].iter().map(|said| body(*said).replace("single", "group"));
    assert_eq!(missed(group.collect()), [[]]);
}

#[test]
fn the_caller_of_a_v4_call_is_that_in_every_member_change() {
    let start = r#"{"CallbackCommand":"Call.CallbackAfterStartCall","CallInfo":{"CallId":"c","MediaType":"Audio","RoomId":"r","RoomIdType":1},"UserList":[{"User_Account":"a","Status":"Calling"},{"User_Account":"b","Status":"Waiting"}],"EventTime":1740464128807}"#;
    let change = |user: &str| {
        format!(
            r#"{{"CallbackCommand":"Call.CallbackAfterMemberChanged","CallId":"c","UserList":[],"ChangedUserList":[{{"User_Account":"{user}","ActionType":"Hangup"}}],"EventTime":1740464129807}}"#
        )
    };
    let table = table([(start.to_owned(), None), (change("a"), None), (change("b"), None)]);
    let index = table.in_input_order()[0];
    let timeline = Timeline::of(&table, index);
    let acted = timeline.steps.iter().filter(|step| matches!(step.happening, Happening::Action(_)));
    let roles: Vec<_> = acted.map(|step| (timeline.text(step.user), step.role)).collect();
    assert_eq!(roles, [(Some("a"), Some(Role::Caller)), (Some("b"), Some(Role::Callee))]);
}
