//! Copies that were captured twice, and those that were redelivered.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::support::callback::Callback;
use crate::support::{Ran, TestResult, words};

/// The first second of the logs.
const START: i64 = 1_718_150_400;

/// Callbacks of one call, a second apart, each of another user in turn.
fn bodies(count: usize) -> Vec<Callback> {
    let body = |index: usize| {
        let (user, role) = [("nina", "caller"), ("omar", "callee")][index % 2];
        let event = ["start_call", "receive_call"][index % 2];
        Callback::event(event)
            .call(&format!("k-{}", index / 2))
            .user(user)
            .role(role)
            .at(START + index as i64)
    };
    (0..count).map(body).collect()
}

/// A line with a body that was captured some milliseconds after it happened, and further members.
fn captured(body: &Callback, index: usize, delay: i64, more: Value) -> String {
    let time = (START + index as i64) * 1000 + delay;
    let mut line = json!({"received_at": time, "body": body.to_string()});
    for (name, value) in more.as_object().into_iter().flatten() {
        line[name] = value.clone();
    }
    format!("{line}\n")
}

/// The callbacks whose index is chosen, as one gateway captures them.
fn capture(bodies: &[Callback], delay: i64, chooses: impl Fn(usize) -> bool) -> String {
    let chosen = bodies.iter().enumerate().filter(|(index, _)| chooses(*index));
    chosen.map(|(index, body)| captured(body, index, delay, json!({}))).collect()
}

fn findings(ran: &Ran) -> TestResult<Vec<Value>> {
    let all = ran.json_lines()?.into_iter();
    Ok(all.filter(|finding| finding["rule"] == "input/captured-twice").collect())
}

/// The findings on captures, and callbacks and duplicates as every table counts them.
fn counts(folder: &Path, files: &[(&str, String)]) -> TestResult<(Vec<Value>, [u64; 2])> {
    for (name, text) in files {
        fs::write(folder.join(name), text)?;
    }
    let names: Vec<&str> = files.iter().map(|(name, _)| *name).collect();
    let run = |line: &str| words(line).args(&names).cwd(folder).ends_with(0);
    let found = findings(&run("validate --exit-zero --format json")?)?;
    let figures = run("summarize --format json")?.json_lines()?;
    let count = |name: &str| figures[0][name].as_u64().unwrap_or(u64::MAX);
    let counted = [count("callbacks"), count("duplicates")];
    let sum = |column: Vec<String>| column.iter().filter_map(|cell| cell.parse::<u64>().ok()).sum::<u64>();
    let calls = run("export")?;
    assert_eq!([sum(calls.column("callbacks")?), sum(calls.column("duplicates")?)], counted, "{calls}");
    let rows = run("export --table callbacks")?;
    assert_eq!(rows.column("call_id")?.len() as u64, counted[0], "{rows}");
    let duplicates = rows.column("duplicate")?.iter().filter(|cell| *cell == "true").count();
    assert_eq!(duplicates as u64, counted[1], "{rows}");
    let records = run("export --table records")?;
    let lines: usize = files.iter().map(|(_, text)| text.lines().count()).sum();
    assert_eq!(records.column("kind")?.len(), lines, "{records}");
    Ok((found, counted))
}

#[test]
fn two_captures_count_once_from_95_of_100_on() -> TestResult {
    let folder = tempfile::tempdir()?;
    let bodies = bodies(100);
    for (missing, is_twice) in [(0, true), (5, true), (6, false)] {
        let a = capture(&bodies, 100, |_| true);
        // Both cover the same span, so nothing at its ends is left out.
        let b = capture(&bodies, 100, |index| !(10..10 + missing).contains(&index));
        let shared = 100 - missing as u64;
        let (found, counted) = counts(folder.path(), &[("a", a.clone()), ("b", b.clone())])?;
        assert_eq!(found.len(), usize::from(is_twice), "{missing}: {found:?}");
        assert_eq!(counted, if is_twice { [100, 0] } else { [100 + shared, shared] }, "{missing}");
        let (again, counted_again) = counts(folder.path(), &[("b", b), ("a", a)])?;
        assert_eq!((again.len(), counted_again), (found.len(), counted), "the other way round");
        if let [finding] = &found[..] {
            assert_eq!((&finding["level"], &finding["source"]), (&json!("warning"), &json!("b")));
            assert!(finding["message"].as_str().is_some_and(|text| text.contains("`a`")), "{finding}");
        }
    }
    Ok(())
}

#[test]
fn only_the_span_that_both_cover_is_compared() -> TestResult {
    let folder = tempfile::tempdir()?;
    let bodies = bodies(60);
    let a = capture(&bodies, 100, |index| index < 40);
    let b = capture(&bodies, 137, |index| index >= 20);
    let (found, counted) = counts(folder.path(), &[("a", a.clone()), ("b", b)])?;
    assert_eq!((found.len(), counted), (1, [60, 0]), "{found:?}");
    // Two gateways that share the load, and one that was restarted.
    let other = capture(&bodies, 100, |index| index >= 40);
    assert_eq!(counts(folder.path(), &[("a", a), ("b", other)])?.1, [60, 0]);
    let shared =
        [capture(&bodies, 100, |it| it % 2 == 0), capture(&bodies, 100, |it| it % 2 == 1 || it % 10 == 0)];
    let [a, b] = shared;
    let (found, counted) = counts(folder.path(), &[("a", a), ("b", b)])?;
    assert_eq!((found.len(), counted), (0, [66, 6]));
    Ok(())
}

#[test]
fn fewer_than_three_callbacks_say_nothing() -> TestResult {
    let folder = tempfile::tempdir()?;
    for (count, is_twice) in [(2, false), (3, true)] {
        let lines = capture(&bodies(count), 100, |_| true);
        let (found, counted) = counts(folder.path(), &[("a", lines.clone()), ("b", lines.clone())])?;
        let different = count as u64;
        let wanted = if is_twice { [different, 0] } else { [2 * different, different] };
        assert_eq!((found.len(), counted), (usize::from(is_twice), wanted), "{count}");
        let (found, counted) = counts(folder.path(), &[("one", lines.repeat(2))])?;
        assert_eq!((found.len(), counted), (usize::from(is_twice), wanted), "{count} in one");
    }
    Ok(())
}

#[test]
fn a_file_that_is_named_twice_is_not_two_captures() -> TestResult {
    let folder = tempfile::tempdir()?;
    fs::write(folder.path().join("a"), capture(&bodies(10), 100, |_| true))?;
    let ran = words("validate --format json a a").cwd(folder.path()).ends_with(0)?;
    assert!(findings(&ran)?.is_empty() && ran.errors().contains("`a` is given twice"), "{ran}");
    Ok(())
}

/// A log whose every callback comes twice, the second time so much later, from the capturers given.
fn twice(delay: i64, members: [Value; 2]) -> String {
    let [first, second] = members;
    let lines = bodies(20).into_iter().enumerate().map(|(index, body)| {
        captured(&body, index, 100, first.clone()) + &captured(&body, index, 100 + delay, second.clone())
    });
    lines.collect()
}

#[test]
fn copies_in_one_log_are_captures_by_capturer_or_time() -> TestResult {
    let folder = tempfile::tempdir()?;
    for name in ["host", "pod", "container", "stream", "node"] {
        let log = twice(12, [json!({name: "a"}), json!({name: "b"})]);
        let (found, counted) = counts(folder.path(), &[("log", log.clone())])?;
        assert_eq!((found.len(), counted), (1, [20, 0]), "{name}");
        // A pipe cannot be read again.
        let ran = words("validate --format json -").stdin(log).ends_with(0)?;
        assert_eq!(findings(&ran)?.len(), 1, "{ran}");
    }
    for (delay, members) in [
        (12, [json!({}), json!({})]),
        (12, [json!({"host": "a"}), json!({"host": "a"})]),
        (12, [json!({"zone": "a"}), json!({"zone": "b"})]),
        // The vendor's ladder, on which the second delivery may reach another host.
        (1000, [json!({}), json!({})]),
        (1000, [json!({"host": "a"}), json!({"host": "b"})]),
    ] {
        let (found, counted) = counts(folder.path(), &[("log", twice(delay, members.clone()))])?;
        assert_eq!((found.len(), counted), (0, [40, 20]), "{delay} {members:?}");
    }
    let ran = words("summarize -").stdin(twice(12, [json!({}), json!({})])).ends_with(0)?;
    assert!(
        ran.errors().contains("exactly twice: either each was redelivered, or two places logged"),
        "{ran}"
    );
    Ok(())
}

#[test]
fn what_was_redelivered_is_still_a_duplicate() -> TestResult {
    let folder = tempfile::tempdir()?;
    let bodies = bodies(20);
    // One callback came three times at the one gateway, and twice at the other.
    let again = |times: usize, delay: i64| -> String {
        (0..times).map(|time| captured(&bodies[3], 3, delay + 1000 * time as i64, json!({}))).collect()
    };
    let a = capture(&bodies, 100, |index| index != 3) + &again(3, 100);
    let b = capture(&bodies, 137, |index| index != 3) + &again(2, 137);
    let (found, counted) = counts(folder.path(), &[("a", a.clone()), ("b", b)])?;
    assert_eq!((found.len(), counted), (1, [22, 2]));
    // A collector that writes every line twice.
    let doubled: String = a.lines().map(|line| format!("{line}\n").repeat(2)).collect();
    let (found, counted) = counts(folder.path(), &[("one", doubled)])?;
    assert_eq!((found.len(), counted), (1, [22, 2]));
    Ok(())
}

#[test]
fn what_only_one_capture_says_is_kept() -> TestResult {
    let folder = tempfile::tempdir()?;
    let bodies = bodies(10);
    let bare: String = bodies.iter().map(Callback::line).collect();
    let query = "sdkappid=14&command=caller_start_call&contenttype=json&clientip=192.0.2.1&optplatform=iOS";
    let url = json!({"url": format!("/?{query}")});
    let full: String =
        bodies.iter().enumerate().map(|(index, body)| captured(body, index, 100, url.clone())).collect();
    let (found, counted) = counts(folder.path(), &[("a", bare), ("b", full)])?;
    assert_eq!((found.len(), counted), (1, [10, 0]));
    let ran = words("export a b").cwd(folder.path()).ends_with(0)?;
    assert!(ran.column("sdkappid")?.iter().all(|id| id == "14"), "{ran}");
    // The second capture alone has findings on the command, on every second record.
    assert!(ran.errors().contains("captured twice"), "{ran}");
    Ok(())
}
