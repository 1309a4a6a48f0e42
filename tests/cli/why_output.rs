//! What `why` and `show` write: what nobody can tell is said to be open, nothing is blamed on the wrong side, and
//! everything fits its place.

use std::fmt::Write as _;

use crate::support::callback::{Callback, v4_changed, v4_end, v4_start};
use crate::support::{TestResult, tool, words};
use serde_json::Value;

/// When the calls of these tests begin.
const START: i64 = 1_714_546_800;

/// A callback of the event family.
fn event(call: &str, user: &str, role: &str, event: &str, result: &str, seconds: i64) -> String {
    let callback = Callback::event(event).call(call).user(user).role(role).result(result);
    callback.at(START + seconds).to_string()
}

/// A call of `alice` to `bob`: steps `role event seconds [result]`, separated by `;`.
fn call(id: &str, steps: &str) -> String {
    let mut log = String::new();
    for step in steps.split(';') {
        let words: Vec<&str> = step.split_whitespace().collect();
        let user = if words[0] == "caller" { "alice" } else { "bob" };
        let (seconds, result) = (words[2].parse().unwrap_or(0), words.get(3).copied().unwrap_or(""));
        log += &(event(id, user, words[0], words[1], result, seconds) + "\n");
    }
    log
}

/// A decline of which nobody can tell whether a person or a device did it.
const OPEN: &str = "caller start_call 0; callee reject_call 2 reject; caller call_rejected 2 reject";

/// A call of a day later.
fn later() -> String {
    call("z", "caller start_call 90000; callee receive_call 90001; callee reject_call 90009 reject")
}

fn why(log: &str, arguments: &str) -> TestResult<String> {
    Ok(words(&format!("why {arguments}")).stdin(log.to_owned()).ends_with(0)?.text())
}

fn json(log: &str) -> TestResult<Value> {
    let ran = words("why c - --format json").stdin(log.to_owned()).ends_with(0)?;
    Ok(ran.json_lines()?.remove(0))
}

#[test]
fn what_nobody_can_tell_is_open_everywhere() -> TestResult {
    let log = call("c", OPEN) + &later();
    let text = why(&log, "--all -")?;
    assert!(text.contains("open") && !text.contains("nobody can tell"), "{text}");
    let row = text.lines().find(|line| line.starts_with(" declined")).unwrap_or("").to_owned();
    assert_eq!(row.split_whitespace().take(5).collect::<Vec<_>>(), ["declined", "2", "100.0", "%", "1"]);
    let markdown = why(&log, "--all - --format markdown")?;
    assert!(markdown.contains("| calls | share | open | besides |"), "{markdown}");
    let shown = words("show c -").stdin(log.clone()).ends_with(0)?.text();
    assert!(shown.contains("the callee declined, or "), "{shown}");
    let exported = words("export - --columns call_id,cause,alternative").stdin(log).ends_with(0)?.text();
    assert!(exported.contains("c,declined,declined_by_device"), "{exported}");
    assert!(exported.contains("z,declined,\n") || exported.contains("z,declined,\r\n"), "{exported}");
    Ok(())
}

#[test]
fn drops_are_put_down_to_the_platform_that_reports_them() -> TestResult {
    let mut log = String::new();
    for number in 0..200 {
        let (drops, id) = (number % 4 == 0, format!("c{number}"));
        let mut put = |user: &str, role: &str, name: &str, result: &str, seconds: i64| {
            let platform = if role == "callee" && drops { "Web" } else { "iOS" };
            let url = format!(
                "/?sdkappid=1400000001&command={role}_{name}&contenttype=json&clientip=1.1.1.1&optplatform={platform}"
            );
            let _ = writeln!(
                log,
                "{{\"url\":\"{url}\",\"body\":{}}}",
                event(&id, user, role, name, result, seconds)
            );
        };
        put("alice", "caller", "start_call", "", 0);
        put("bob", "callee", "receive_call", "", 1);
        put("bob", "callee", "accept_call", "", 5);
        put("alice", "caller", "call_accepted", "", 5);
        let (end, result) =
            if drops { ("call_interrupted", "interrupt") } else { ("call_end", "normal_end") };
        put("bob", "callee", end, result, 60);
        put("alice", "caller", "call_end", "normal_end", 61);
    }
    let causes = words("why --all - --format json").stdin(log).ends_with(0)?.json_lines()?.remove(0);
    let row = causes["causes"].as_array().into_iter().flatten().find(|row| row["cause"] == "dropped");
    let row = row.ok_or("no such cause")?;
    assert_eq!(
        (&row["calls"], &row["platforms"]["Web"], &row["more_on"]["platform"]),
        (&50.into(), &50.into(), &"Web".into()),
        "{row:#}"
    );
    assert_eq!(row["more_on"]["share_of_all"], 0.25);
    Ok(())
}

#[test]
fn a_limit_is_said_in_markdown_and_refused_with_all() -> TestResult {
    let log = call("c", OPEN) + &later();
    let text = why(&log, "- --user bob --limit 1 --format markdown")?;
    assert!(text.ends_with("\n1 more call left out.\n"), "{text}");
    let none = words("why - --user bob --limit 0").stdin(log.clone()).ends_with(0)?;
    assert!(none.errors().contains("2 more calls") && !none.errors().contains("no call"), "{none}");
    let refused = words("why --all --limit 3 -").stdin(log).ends_with(2)?;
    assert!(refused.errors().contains("cannot be used with"), "{refused}");
    Ok(())
}

#[test]
fn text_fits_its_width_and_colours_headings_only() -> TestResult {
    let log = words("simulate --calls 300 --causes all --format envelope").ends_with(0)?.stdout;
    for width in [40, 60, 80, 100] {
        let run = format!("why --all - --width {width}");
        let text = words(&run).stdin(log.clone()).ends_with(0)?.text();
        let widest = text.lines().map(|line| line.chars().count()).max().unwrap_or(0);
        assert!(widest <= width, "{widest} of {width}\n{text}");
        assert!(text.contains("calls") && text.contains("open") && text.contains("besides"), "{text}");
    }
    let narrow = words("why --all - --width 50").stdin(call("c", OPEN) + &later()).ends_with(0)?;
    assert!(
        narrow.errors().contains("note: no room for") && narrow.text().contains("for example"),
        "{narrow}"
    );
    let wide = call("c", OPEN).replace("bob", &"韩".repeat(60));
    let text = why(&wide, "c - --width 60")?;
    // Every one of these takes up two columns.
    assert!(text.lines().all(|line| line.chars().filter(|letter| *letter == '韩').count() <= 24), "{text}");
    let colored = why(&call("c", OPEN), "c - --color always")?;
    assert!(
        colored.contains("\u{1b}[1mverdict\u{1b}[0m") && !colored.contains("\u{1b}[1m\u{1b}[0m"),
        "{colored}"
    );
    assert!(why(&call("c", OPEN), "--all - --color always")?.starts_with("\u{1b}[1m cause"));
    Ok(())
}

#[test]
fn sentences_say_what_is_known() -> TestResult {
    let rings = "caller start_call 0; callee receive_call 1; callee accept_call 5; caller call_accepted 5";
    let text = why(&(call("c", &format!("{rings}; caller invite_user 61")) + &later()), "c -")?;
    assert!(text.contains("verdict     cannot_tell: how it ended is unknown"), "{text}");
    assert!(!text.contains("incomplete after"), "{text}");
    assert!(text.contains("+1:01  caller `alice`"), "{text}");
    // Without a start there is the time of day.
    let text = why(&(call("c", "callee call_end 7 normal_end") + &later()), "c -")?;
    assert!(text.contains(":00:07  callee `bob`") && !text.contains("  ?  "), "{text}");
    Ok(())
}

#[test]
fn who_reports_a_break_is_named_as_far_as_it_is_known() -> TestResult {
    let talks = "caller start_call 0; callee receive_call 1; callee accept_call 5; caller call_accepted 5";
    let broken = call("c", &format!("{talks}; callee call_interrupted 60 interrupt")) + &later();
    let rows = [
        (broken.clone(), "as `bob` reports; the other side reports no end"),
        // In a group call there is no other side.
        (broken.replace("\"single\"", "\"group\""), "as `bob` reports"),
    ];
    for (log, expected) in rows {
        let verdict = json(&log)?;
        assert!(verdict["verdict"].as_str().is_some_and(|text| text.ends_with(expected)), "{verdict:#}");
    }
    // In v4 the server reports.
    let lost = v4_changed("c", "alice", "bob", "Offline", (START + 20) * 1000);
    let verdict = json(&(unanswered("bob", "Offline", false) + &lost + "\n"))?;
    let text = verdict["verdict"].as_str().unwrap_or("");
    assert!(text.starts_with("the server lost the heartbeat of `bob`"), "{verdict:#}");
    assert!(!text.contains("reports"), "{text}");
    Ok(())
}

#[test]
fn json_has_what_the_sentences_say() -> TestResult {
    let steps = "caller start_call 0; callee receive_call -4; callee accept_call 0; caller call_accepted 5; \
                 caller call_interrupted 60 interrupt; callee call_end 63 normal_end";
    let verdict = json(&(call("c", steps) + &later()))?;
    assert_eq!(verdict["reported_by"], "caller", "{verdict:#}");
    assert_eq!(verdict["other_end"], "normal_end");
    assert_eq!(
        (&verdict["clocks"]["more_than"], &verdict["clocks"]["less_than"]),
        (&(-6).into(), &(-3).into())
    );
    // A main cause does not contribute too.
    let steps = "caller start_call 0; caller start_call 0; callee receive_call 1";
    let verdict = json(&(call("c", steps) + &later()))?;
    assert_eq!(
        (&verdict["cause"], &verdict["contributing"]),
        (&"delivery_broke".into(), &Value::Array(Vec::new()))
    );
    assert!(
        verdict["deliveries"].as_str().is_some_and(|text| text.contains("2 copies in total")),
        "{verdict:#}"
    );
    Ok(())
}

/// Envelopes of one callback, captured at these milliseconds; of another one once.
fn captured(millis: &[i64], rest: &str) -> String {
    let line = |at: &i64, body: &str| {
        let at = START * 1000 + at;
        format!("{{\"received_at\":{}.{:03},\"body\":{}}}\n", at / 1000, at % 1000, body.trim_end())
    };
    let body = event("c", "alice", "caller", "start_call", "", 0);
    let copies: String = millis.iter().map(|at| line(at, &body)).collect();
    copies + &call("c", rest).lines().map(|body| line(&9000, body)).collect::<String>()
}

#[test]
fn the_backend_is_only_blamed_for_what_the_vendor_repeats() -> TestResult {
    let blame = "did not acknowledge it";
    let rows: [(&[i64], &str, bool); 6] = [
        (&[0, 100, 1100, 2200, 4200, 7300, 12300], "like the vendor's retries", true),
        (&[0, 1000, 2000, 3000, 4000], "unlike the vendor's", false),
        (&[0, 30_000], "unlike the vendor's", false),
        (&[0, 0, 0], "holds them twice", false),
        (&[0, 0], "vendor's first retry", false),
        (&[0, 100, 1100, 2100, 4100, 7100, 12100, 12200, 12300], "the vendor sends at most 7", false),
    ];
    for (millis, expected, blames) in rows {
        let verdict = json(&(captured(millis, "callee receive_call 1") + &later()))?;
        let text = verdict["deliveries"].as_str().unwrap_or("").replace("holds it twice", "holds them twice");
        assert!(text.contains(expected), "{millis:?} {text}");
        assert_eq!(text.contains(blame), blames, "{millis:?} {text}");
        assert_eq!(text.contains("the vendor gives up"), millis.len() == 7, "{millis:?} {text}");
        assert!(text.contains("every callback of the call's end"), "{text}");
    }
    // What stands in the log before is not lost.
    let twice = call(
        "c",
        "caller call_end 20 normal_end; caller call_end 20 normal_end; callee call_end 20 normal_end",
    );
    let verdict = json(&(twice + &later()))?;
    let text = verdict["deliveries"].as_str().unwrap_or("");
    assert!(text.contains("which looks like") && !text.contains("missing"), "{verdict:#}");
    Ok(())
}

/// A group call of so many callees, the first of which answers.
fn group(callees: usize) -> String {
    let mut log = event("c", "alice", "caller", "start_call", "", 0) + "\n";
    for number in 0..callees {
        log += &(event("c", &format!("u{number}"), "callee", "receive_call", "", 1) + "\n");
    }
    log += &(event("c", "u0", "callee", "reject_call", "reject", 9) + "\n");
    log.replace("\"single\"", "\"group\"") + &later()
}

#[test]
fn callees_of_a_group_have_evidence_and_are_not_all_shown() -> TestResult {
    let log = group(30);
    let verdict = json(&log)?;
    let first = &verdict["callees"][0];
    assert_eq!(
        (&first["cause"], &first["certainty"], &first["seconds"]),
        (&"declined".into(), &"certain".into(), &8.into())
    );
    let lines: Vec<i64> =
        first["evidence"].as_array().into_iter().flatten().filter_map(|it| it["line"].as_i64()).collect();
    assert_eq!(lines, [2, 32], "{first:#}");
    assert_eq!(verdict["callees"].as_array().map(Vec::len), Some(30));
    let text = why(&log, "c -")?;
    assert!(text.contains("[-:2, -:32]") || text.contains(":32]"), "{text}");
    assert!(text.contains("(cannot tell)") && !text.contains("`u20`  "), "{text}");
    for format in ["text", "markdown"] {
        let text = why(&log, &format!("c - --format {format}"))?;
        assert!(text.contains("10 more callees not shown"), "{text}");
    }
    Ok(())
}

#[test]
fn a_picture_has_its_limits() -> TestResult {
    let refused = words("show c - --format svg").stdin(group(2100)).ends_with(2)?;
    assert!(refused.errors().contains("too large for a picture: 2101 participants"), "{refused}");
    words("show c - --format svg").stdin(group(30)).ends_with(0)?;
    Ok(())
}

/// A v4 call that a callee does not answer; behind it, if asked for, one of that callee's own.
fn unanswered(callee: &str, result: &str, acts: bool) -> String {
    let start = |id: &str, caller: &str, callee: &str| v4_start(id, caller, callee, START * 1000) + "\n";
    let end = v4_end("c", "alice", &[callee], result, [START, START + 30, (START + 30) * 1000]);
    let own = if acts { start("d", callee, "carol") } else { String::new() };
    // A log that has member changes, so that one which is missing says something.
    let other = v4_changed("e", "frank", "frank", "Reject", START * 1000);
    start("c", "alice", callee) + &end + "\n" + &own + &start("e", "erin", "frank") + &other + "\n"
}

#[test]
fn hints_can_be_given_to_a_shell() -> TestResult {
    let rows = [
        ("bob", "`callkit-tool export --user=bob`"),
        ("-rf", "`callkit-tool export --user=-rf`"),
        ("b o", "`callkit-tool export --user='b o'`"),
        ("b\\u001bo", "the callee's other calls"),
    ];
    for (callee, expected) in rows {
        let verdict = json(&unanswered(callee, "CallBusy", false))?;
        let next = verdict["next"].as_str().unwrap_or("");
        assert!(next.contains(expected), "{next}");
    }
    let unreached = json(&unanswered("bob", "NotAnswer", true))?;
    let sentence = unreached["verdict"].as_str().unwrap_or("");
    assert!(
        sentence.starts_with("nobody answered after 30 s, and it never rang: the device of `bob` was not"),
        "{sentence}"
    );
    Ok(())
}

#[test]
fn the_beginning_of_an_id_is_enough_for_the_option_too() -> TestResult {
    let log = call("call-one", OPEN) + &call("call-two", OPEN) + &call("call", OPEN);
    for command in ["show", "why"] {
        for (id, found) in [("call-o", "call-one"), ("call", "call")] {
            let ran =
                tool([command, "-", "--call-id", id, "--format", "json"]).stdin(log.clone()).ends_with(0)?;
            let ids: Vec<_> = ran.json_lines()?.iter().map(|it| it["call_id"].clone()).collect();
            assert_eq!(ids, [found]);
        }
        let ran = tool([command, "-", "--call-id", "call-"]).stdin(log.clone()).ends_with(2)?;
        assert!(ran.errors().contains("2 call ids begin with `call-`"), "{ran}");
    }
    // Other commands take ids as they are.
    let ran = words("export - --call-id call-o --columns call_id").stdin(log).ends_with(0)?;
    assert!(!ran.text().contains("call-one"), "{ran}");
    Ok(())
}

#[test]
fn no_calls_and_no_folder_are_said() -> TestResult {
    assert_eq!(why("", "--all -")?, "no calls\n");
    assert_eq!(why("", "--all - --format markdown")?, "No calls.\n");
    let ran = words("why --all - -o missing-folder/x").stdin("").ends_with(2)?;
    assert!(ran.errors().contains("no such file or directory"), "{ran}");
    Ok(())
}
