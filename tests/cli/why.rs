//! `why` on calls made by hand: each cause and its nearest neighbours, in the words of its table, and what comes out
//! in each format.

use crate::support::callback::{Callback, v4_changed, v4_end, v4_start};
use crate::support::{TestResult, tool, words};
use std::fmt::Write as _;

use serde_json::Value;

/// When the calls of these tests begin.
const START: i64 = 1_714_546_800;

/// A log of the event family: steps separated by `;`, each `role event seconds [result]`, seconds counted from the
/// start; `xN` behind a step delivers it N times. The call is `c`, the caller `alice`, the callee `bob`.
fn event_log(steps: &str) -> String {
    let mut log = String::new();
    for step in steps.split(';').map(str::trim).filter(|step| !step.is_empty()) {
        let words: Vec<&str> = step.split_whitespace().collect();
        let times =
            words.last().and_then(|word| word.strip_prefix('x')).map_or(1, |n| n.parse().unwrap_or(1));
        let user = if words[0] == "caller" { "alice" } else { "bob" };
        let seconds: i64 = words[2].parse().unwrap_or(0);
        let result = words.get(3).filter(|word| !word.starts_with('x')).copied().unwrap_or("");
        for _ in 0..times {
            let callback = Callback::event(words[1]).user(user).role(words[0]).result(result);
            log += &callback.at(START + seconds).line();
        }
    }
    log
}

/// Another call, much later, of two others: so that the log goes on, and callees report in it.
fn later() -> String {
    let steps = "caller start_call 90000; callee receive_call 90001; callee accept_call 90004; caller call_accepted \
                 90004; caller call_end 90020 normal_end; callee call_end 90020 normal_end";
    let others = event_log(steps).replace("\"c\"", "\"d\"");
    others.replace("alice", "carol").replace("bob", "dave")
}

/// And one much earlier.
fn earlier() -> String {
    later()
        .replace("\"d\"", "\"b\"")
        .replace(&(START + 90_000).to_string()[..6], &(START - 90_000).to_string()[..6])
}

fn verdict_in(log: &str) -> TestResult<Value> {
    let ran = words("why c - --format json").stdin(log.to_owned()).ends_with(0)?;
    Ok(ran.json_lines()?.remove(0))
}

/// Checks `cause`, `certainty` and contributing causes of call `c`, told as `cause certainty [contributing…]`.
fn check(steps: &str, expected: &str) -> TestResult {
    let verdict = verdict_in(&(earlier() + &event_log(steps) + &later()))?;
    let mut found = format!(
        "{} {}",
        verdict["cause"].as_str().unwrap_or(""),
        verdict["certainty"].as_str().unwrap_or("")
    );
    for contributing in verdict["contributing"].as_array().into_iter().flatten() {
        found = format!("{found} {}", contributing["cause"].as_str().unwrap_or(""));
    }
    assert_eq!(found, expected, "{steps}\n{verdict:#}");
    Ok(())
}

const RINGS: &str = "caller start_call 0; callee receive_call 1";
const TALKS: &str =
    "caller start_call 0; callee receive_call 1; callee accept_call 5; caller call_accepted 5";

#[test]
fn each_cause_and_its_neighbours() -> TestResult {
    let rows = [
        (
            format!("{TALKS}; caller call_end 60 normal_end; callee call_end 60 normal_end"),
            "completed certain",
        ),
        (format!("{TALKS}; caller call_end 60 normal_end"), "completed likely"),
        (format!("{RINGS}; callee reject_call 3 reject; caller call_rejected 3 reject"), "declined certain"),
        (
            format!("{RINGS}; callee reject_call 2 reject; caller call_rejected 2 reject"),
            "declined_by_device likely",
        ),
        // Ringing is not in the log: by the caller's clock one second more or less is travel.
        (
            "caller start_call 0; callee reject_call 2 reject; caller call_rejected 2 reject".to_owned(),
            "declined cannot_tell",
        ),
        (
            "caller start_call 0; callee reject_call 9 reject; caller call_rejected 9 reject".to_owned(),
            "declined likely",
        ),
        ("caller start_call 0; caller call_busy 1 call_busy".to_owned(), "busy likely"),
        // An ignored call says so too, but not at once.
        ("caller start_call 0; caller call_busy 3 call_busy".to_owned(), "busy cannot_tell"),
        ("caller start_call 0; caller call_busy 25 call_busy".to_owned(), "ignored likely"),
        (format!("{RINGS}; caller call_busy 6 call_busy"), "ignored likely"),
        // A person takes a while.
        (
            format!("{RINGS}; callee ignore_call 1 call_busy; caller call_busy 1 call_busy"),
            "ignored cannot_tell",
        ),
        (format!("{RINGS}; callee ignore_call 6 call_busy; caller call_busy 6 call_busy"), "ignored certain"),
        (
            format!("{RINGS}; callee not_answer_call 30 not_answer; caller call_missed 30 not_answer"),
            "no_answer certain",
        ),
        (format!("{RINGS}; caller call_missed 30 not_answer"), "no_answer likely"),
        ("caller start_call 0; caller call_missed 30 not_answer".to_owned(), "never_rang likely"),
        // An answer that crossed the cancel may have been lost.
        (format!("{RINGS}; caller cancel_call 9 cancel; callee call_canceled 9 cancel"), "gave_up likely"),
        ("caller start_call 0; caller cancel_call 2 cancel".to_owned(), "gave_up_before_ring likely"),
        ("caller start_call 0; caller call_failed 1".to_owned(), "not_placed certain"),
        (
            format!("{TALKS}; caller call_interrupted 60 interrupt; callee call_end 63 normal_end"),
            "dropped certain",
        ),
        (
            format!("{TALKS}; callee call_interrupted 60 interrupt; caller call_interrupted 63 interrupt"),
            "dropped certain",
        ),
        (format!("{RINGS}; callee call_interrupted 8 interrupt"), "dropped_before_answer likely"),
        (
            format!("{TALKS}; callee call_interrupted 60 offline; caller call_end 61 normal_end"),
            "offline certain",
        ),
        (
            format!(
                "{RINGS}; caller cancel_call 9 cancel; callee accept_call 10; callee call_canceled 11 cancel"
            ),
            "crossed certain",
        ),
        // Half a minute apart is no crossing.
        (
            format!(
                "{RINGS}; callee accept_call 9; caller cancel_call 40 cancel; callee call_end 41 normal_end"
            ),
            "sides_disagree certain",
        ),
        (
            format!("{RINGS}; caller call_missed 30 not_answer; callee reject_call 30 reject"),
            "sides_disagree certain",
        ),
        (
            "caller start_call 0; caller call_accepted 5; caller call_end 60 normal_end".to_owned(),
            "completed likely one_sided",
        ),
        (
            "callee receive_call 1; callee accept_call 5; callee call_end 60 normal_end".to_owned(),
            "completed likely one_sided",
        ),
        ("caller start_call 0; caller call_accepted 5".to_owned(), "cannot_tell cannot_tell one_sided"),
        // Answered, and yet ended as if it had not been.
        (format!("{TALKS}; caller cancel_call 65 cancel"), "sides_disagree likely"),
        (
            format!("{TALKS}; callee reject_call 65 reject; caller call_rejected 65 reject"),
            "sides_disagree likely",
        ),
        (format!("{TALKS}; caller call_failed 65"), "sides_disagree likely"),
        (format!("{RINGS}; caller call_failed 3 cancel"), "failed_after_ring certain"),
        // Nothing shows that it was not answered.
        ("caller call_interrupted 60 interrupt".to_owned(), "dropped_before_answer cannot_tell"),
        (
            "caller start_call 0; caller call_interrupted 3000 interrupt".to_owned(),
            "dropped_before_answer cannot_tell",
        ),
        // A time that is missing shows no crossing.
        (
            format!("{RINGS}; caller cancel_call 9 cancel; callee accept_call {}", -START),
            "crossed cannot_tell",
        ),
        (format!("{TALKS}; caller invite_user 9"), "cannot_tell cannot_tell"),
        (format!("{TALKS} x3"), "delivery_broke likely"),
        (
            format!("{TALKS}; caller call_end 60 normal_end x2; callee call_end 60 normal_end"),
            "completed certain delivery_broke",
        ),
    ];
    rows.iter().try_for_each(|(steps, expected)| check(steps, expected))
}

#[test]
fn clocks_are_bounded_by_pairs_and_never_more() -> TestResult {
    let ends = "caller call_end 60 normal_end; callee call_end 60 normal_end";
    let rows = [
        // Rings four seconds before it is placed.
        (
            "callee receive_call -4; callee accept_call 0; caller call_accepted 5",
            "behind that of `alice`'s by more than 3 s and less than 6 s",
        ),
        // Is told of the answer five seconds before it is given.
        (
            "callee receive_call 6; callee accept_call 10; caller call_accepted 5",
            "ahead of that of `alice`'s by more than 4 s and less than 7 s",
        ),
    ];
    for (steps, expected) in rows {
        let verdict = verdict_in(&(event_log(&format!("caller start_call 0; {steps}; {ends}")) + &later()))?;
        let text = verdict["contributing"][0]["text"].as_str().unwrap_or("").to_owned();
        assert_eq!(verdict["contributing"][0]["cause"], "clocks_differ", "{verdict:#}");
        assert!(text.ends_with(expected), "{text}");
    }
    // A clock that is set in the middle of the call contradicts itself, and is no difference of so much.
    let steps = "caller start_call 0; callee receive_call -9; callee accept_call 15; caller call_accepted 5";
    let verdict = verdict_in(&event_log(&format!("{steps}; {ends}")))?;
    assert_eq!(verdict["contributing"].as_array().map(Vec::len), Some(0), "{verdict:#}");
    // A second is travel and rounding.
    let verdict = verdict_in(&event_log(&format!("caller start_call 0; callee receive_call -1; {ends}")))?;
    assert_eq!(verdict["contributing"].as_array().map(Vec::len), Some(0), "{verdict:#}");
    Ok(())
}

#[test]
fn the_log_begins_or_ends_in_the_middle() -> TestResult {
    let ongoing = verdict_in(&(earlier() + &event_log(TALKS)))?;
    assert_eq!(ongoing["cause"], "log_ends", "{ongoing:#}");
    let rings = verdict_in(&(earlier() + &event_log(RINGS)))?;
    assert_eq!(rings["cause"], "log_ends", "{rings:#}");
    // One device whose clock is a year ahead does not make the log longer.
    let log = words("simulate --calls 150 --start 1714460400 --rate 8 --format bare").ends_with(0)?.text();
    let ahead = later().replace(&(START + 90_000).to_string()[..5], "17502");
    let ahead = verdict_in(&(log + &event_log(RINGS) + ahead.lines().next().unwrap_or_default()))?;
    assert_eq!(ahead["cause"], "log_ends", "{ahead:#}");
    let begun = event_log("caller call_end 20 normal_end; callee call_end 20 normal_end") + &later();
    let begun = verdict_in(&begun)?;
    assert_eq!(
        (&begun["cause"], &begun["contributing"][0]["cause"]),
        (&"completed".into(), &"log_begins".into())
    );
    Ok(())
}

/// A log of the status family: only how each side ended.
fn status_log(caller: &str, callee: &str) -> String {
    let line = |user: &str, role: &str, result: &str| match result {
        "" => String::new(),
        result => Callback::status(result).user(user).role(role).at(START + 40).line(),
    };
    line("alice", "caller", caller) + &line("bob", "callee", callee)
}

#[test]
fn the_status_family_tells_less() -> TestResult {
    let rows = [
        ("normal_end", "normal_end", "completed"),
        ("reject", "reject", "declined"),
        ("call_busy", "call_busy", "ignored"),
        ("call_busy", "", "busy"),
        ("cancel", "cancel", "gave_up"),
        ("not_answer", "not_answer", "no_answer"),
        ("not_answer", "", "no_answer"),
        ("cancel", "", "gave_up"),
        ("interrupt", "", "dropped_before_answer"),
        ("normal_end", "interrupt", "dropped"),
        ("normal_end", "cancel", "sides_disagree"),
    ];
    for (caller, callee, expected) in rows {
        let verdict = verdict_in(&status_log(caller, callee))?;
        assert_eq!(verdict["cause"], expected, "{caller} {callee} {verdict:#}");
    }
    Ok(())
}

/// A v4 member change.
fn changed(call: &str, user: &str, action: &str) -> String {
    v4_changed(call, user, user, action, (START + 9) * 1000) + "\n"
}

/// A v4 call to `bob` that nobody answers; behind it, if asked for, one of `bob`'s own.
fn v4_log(reports: bool) -> String {
    let start = |id: &str, caller: &str, callee: &str| v4_start(id, caller, callee, START * 1000) + "\n";
    let end = v4_end("c", "alice", &["bob"], "NotAnswer", [START, START + 30, (START + 30) * 1000]);
    let own = if reports { start("d", "bob", "carol") } else { String::new() };
    let others = start("e", "erin", "frank") + &changed("e", "frank", "Reject");
    start("c", "alice", "bob") + &end + "\n" + &own + &others
}

#[test]
fn a_named_callee_is_looked_for_in_the_whole_log() -> TestResult {
    assert_eq!(verdict_in(&v4_log(true))?["cause"], "unreached");
    assert_eq!(verdict_in(&v4_log(false))?["cause"], "callee_silent");
    // A record and a member change that contradict each other.
    assert_eq!(verdict_in(&(v4_log(false) + &changed("c", "bob", "Reject")))?["cause"], "sides_disagree");
    // Without any member change in the log, none is missed.
    let bare: String = v4_log(true)
        .lines()
        .filter(|line| !line.contains("Changed"))
        .map(|line| format!("{line}\n"))
        .collect();
    assert_eq!(verdict_in(&bare)?["certainty"], "cannot_tell");
    // Where no callee reports in several calls, callbacks are off.
    let missed = event_log("caller start_call 0; caller call_missed 30 not_answer");
    let one = verdict_in(&missed)?;
    assert_eq!((&one["cause"], &one["certainty"]), (&"callee_silent".into(), &"cannot_tell".into()));
    let others: String = (0..4).map(|call| missed.replace("\"c\"", &format!("\"c{call}\""))).collect();
    let several = verdict_in(&(missed + &others))?;
    assert_eq!((&several["cause"], &several["certainty"]), (&"callee_silent".into(), &"likely".into()));
    Ok(())
}

#[test]
fn a_group_call_has_a_verdict_for_each_callee() -> TestResult {
    let line = |user: &str, role: &str, event: &str, result: &str, seconds: i64| {
        let callback = Callback::event(event).user(user).role(role).result(result).at(START + seconds);
        callback.in_group(4).line()
    };
    let log = line("alice", "caller", "start_call", "", 0)
        + &line("bob", "callee", "receive_call", "", 1)
        + &line("carol", "callee", "receive_call", "", 1)
        + &line("dave", "callee", "receive_call", "", 1)
        + &line("erin", "callee", "receive_call", "", -8)
        + &line("carol", "callee", "reject_call", "", 9)
        + &line("bob", "callee", "accept_call", "", 5)
        + &line("alice", "caller", "call_accepted", "", 5)
        + &line("dave", "callee", "not_answer_call", "", 31)
        + &line("bob", "callee", "call_interrupted", "", 50)
        + &line("alice", "caller", "call_end", "normal_end", 60);
    let verdict = verdict_in(&(log + &later()))?;
    assert_eq!(
        (&verdict["cause"], &verdict["contributing"][0]["cause"]),
        (&"completed".into(), &"dropped".into())
    );
    let callees = verdict["callees"].as_array().cloned().unwrap_or_default();
    let found: Vec<String> = callees
        .iter()
        .map(|callee| {
            format!("{} {}", callee["user_id"].as_str().unwrap_or(""), callee["cause"].as_str().unwrap_or(""))
        })
        .collect();
    assert_eq!(found, ["bob dropped", "carol declined", "dave no_answer", "erin cannot_tell"]);
    let erin = callees[3]["verdict"].as_str().unwrap_or("");
    assert!(erin.contains("behind that of `alice`'s by more than 7 s"), "{erin}");
    Ok(())
}

/// What contributes to a group call in which a callee's part was broken off, before or after this callee's answer.
#[test]
fn only_an_answered_part_is_dropped() -> TestResult {
    let ends = "callee call_interrupted 8 interrupt; caller call_end 60 normal_end";
    for (steps, expected) in [("callee receive_call 1", None), ("callee accept_call 5", Some("dropped"))] {
        let log = event_log(&format!("caller start_call 0; {steps}; {ends}"));
        let verdict = verdict_in(&(log.replace("single", "group") + &later()))?;
        assert_eq!(verdict["contributing"][0]["cause"].as_str(), expected, "{verdict:#}");
    }
    Ok(())
}

#[test]
fn evidence_names_source_and_line() -> TestResult {
    let folder = tempfile::tempdir()?;
    let log = event_log(&format!("{RINGS}; callee reject_call 9 reject; caller call_rejected 9 reject"));
    std::fs::write(folder.path().join("a.log"), earlier())?;
    std::fs::write(folder.path().join("b.log"), log)?;
    let ran = words("why c a.log b.log --format json").cwd(folder.path()).ends_with(0)?;
    let verdict = ran.json_lines()?.remove(0);
    let places: Vec<String> = verdict["evidence"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|it| format!("{}:{}", it["source"].as_str().unwrap_or(""), it["line"]))
        .collect();
    assert_eq!(places, ["b.log:2", "b.log:3"], "{verdict:#}");
    Ok(())
}

/// Envelopes of one callback, captured at these seconds.
fn captured(seconds: &[f64]) -> String {
    let body = event_log("caller start_call 0");
    let line =
        |at: &f64| format!("{{\"received_at\":{:.3},\"body\":{}}}\n", START as f64 + at, body.trim_end());
    seconds.iter().map(line).collect()
}

#[test]
fn repeats_are_held_against_the_vendors_ladder() -> TestResult {
    let rows = [
        (&[0.0, 0.1, 1.1, 2.2, 4.2, 7.3, 12.3][..], "like the vendor's retries"),
        (&[0.0, 30.0][..], "unlike the vendor's"),
        (&[0.0, 0.1][..], "0 s apart, like the vendor's retries"),
        (&[0.0, 0.0][..], "0 s apart: perhaps the log holds it twice, which says nothing about the backend"),
        (&[0.0, 0.1, 1.1, 2.2, 4.2, 7.3, 12.3, 20.0, 30.0][..], "; the vendor sends at most 7"),
    ];
    for (seconds, expected) in rows {
        let verdict = verdict_in(&(captured(seconds) + &later()))?;
        let text = verdict["deliveries"].as_str().unwrap_or("").to_owned();
        assert!(text.contains(expected), "{text}");
        assert_eq!(text.contains("the vendor gives up"), seconds.len() == 7, "{text}");
        assert!(text.contains(&format!("redelivered, {} copies in total", seconds.len())), "{text}");
    }
    Ok(())
}

#[test]
fn ids_may_be_shortened_and_mistyped() -> TestResult {
    let log = |id: &str| event_log(RINGS).replace("\"c\"", &format!("{id:?}"));
    let both = log("call-one") + &log("call-two") + &log("call");
    for (id, found) in [("call-o", "call-one"), ("call-two", "call-two"), ("call", "call")] {
        let ran = tool(["why", id, "-", "--format", "json"]).stdin(both.clone()).ends_with(0)?;
        assert_eq!(ran.json_lines()?[0]["call_id"], found);
    }
    let ran = tool(["why", "call-", "-"]).stdin(both.clone()).ends_with(2)?;
    assert!(ran.errors().contains("2 call ids begin with `call-`: `call-one`, `call-two`"), "{ran}");
    let ran = tool(["why", "call-onf", "-"]).stdin(both.clone()).ends_with(2)?;
    assert!(ran.errors().contains("did you mean `call-one`?"), "{ran}");
    let ran = tool(["why", "-", "--call-id", "call-twp"]).stdin(both.clone()).ends_with(2)?;
    assert!(ran.errors().contains("did you mean `call-two`?"), "{ran}");
    let ran = tool(["why"]).stdin(both).ends_with(2)?;
    assert!(ran.errors().contains("no call is named"), "{ran}");
    Ok(())
}

#[test]
fn a_limit_says_what_it_leaves_out() -> TestResult {
    let ran = words("simulate --calls 40 --format bare").ends_with(0)?;
    let run = |format: &str| {
        tool(["why", "-", "--result", "normal_end", "--limit", "2", "--format", format])
            .stdin(ran.stdout.clone())
    };
    let json = run("json").ends_with(0)?;
    let lines = json.json_lines()?;
    assert_eq!(lines.len(), 3, "{json}");
    assert!(lines[2]["cut"].as_u64().is_some_and(|cut| cut > 10), "{json}");
    assert!(run("text").ends_with(0)?.errors().contains("more calls not shown"), "{json}");
    Ok(())
}

#[test]
fn causes_are_the_same_for_any_number_of_threads() -> TestResult {
    let log = words("simulate --calls 9000 --causes all --faults all --format envelope").ends_with(0)?.stdout;
    for format in ["text", "json", "markdown"] {
        let run = |threads: &str| {
            tool(["why", "--all", "-", "--format", format, "--threads", threads])
                .stdin(log.clone())
                .ends_with(0)
        };
        let one = run("1")?;
        assert_eq!(one.stdout, run("2")?.stdout);
        assert_eq!(one.stdout, run("8")?.stdout);
    }
    Ok(())
}

#[test]
fn a_platform_with_more_than_its_share_is_named() -> TestResult {
    let mut log = String::new();
    for call in 0..200 {
        let failed = call % 10 == 0;
        let platform = if failed { "Web" } else { "iOS" };
        let end = if failed { "call_failed" } else { "call_busy" };
        for (event, seconds) in [("start_call", 0), (end, 1)] {
            let body =
                event_log(&format!("caller {event} {seconds}")).replace("\"c\"", &format!("\"c{call}\""));
            let url = format!(
                "/?sdkappid=1400000001&command=caller_{event}&contenttype=json&clientip=1.1.1.1&optplatform={platform}"
            );
            let _ = writeln!(log, "{{\"url\":\"{url}\",\"body\":{}}}", body.trim_end());
        }
    }
    let causes = words("why --all - --format json").stdin(log).ends_with(0)?.json_lines()?.remove(0);
    let row = causes["causes"].as_array().into_iter().flatten().find(|row| row["cause"] == "not_placed");
    let row = row.ok_or("no such cause")?;
    assert_eq!((&row["calls"], &row["more_on"]["platform"]), (&20.into(), &"Web".into()), "{causes:#}");
    assert_eq!(row["platforms"]["Web"], 20);
    assert_eq!(row["examples"].as_array().map(Vec::len), Some(3));
    Ok(())
}

/// What the table `participants` says of how it ended for a callee, against the verdict on that callee.
#[test]
fn verdicts_on_callees_agree_with_the_table_of_participants() -> TestResult {
    let causes_of = |result: &str| -> &[&str] {
        match result {
            "normal_end" => &["completed"],
            "reject" => &["declined", "declined_by_device"],
            "not_answer" => &["no_answer"],
            "call_busy" => &["ignored"],
            "cancel" => &["gave_up"],
            "interrupt" => &["dropped", "dropped_before_answer"],
            "offline" => &["offline"],
            _ => &[],
        }
    };
    let faults = "repeats=5%,losses=5%,skew=20%,late=10%,reorder=10%";
    let log = words(&format!("simulate --calls 1500 --faults {faults} --seed 3")).ends_with(0)?.stdout;
    let mut results = std::collections::BTreeMap::new();
    let rows = tool(["export", "-", "--table", "participants"]).stdin(log.clone()).ends_with(0)?.rows()?;
    let column = |name: &str| rows[0].iter().position(|column| column == name).ok_or("no such column");
    let (call, user, result) = (column("call_id")?, column("user_id")?, column("result")?);
    for row in &rows[1..] {
        results.insert((row[call].clone(), row[user].clone()), row[result].clone());
    }
    let every = ["why", "-", "--since", "2015-01-01", "--limit", "9999", "--format", "json"];
    let verdicts = tool(every).stdin(log).ends_with(0)?.json_lines()?;
    let (mut checked, mut open) = (0, 0);
    for verdict in &verdicts {
        let call = verdict["call_id"].as_str().unwrap_or_default();
        for callee in verdict["callees"].as_array().into_iter().flatten() {
            let key = (call.to_owned(), callee["user_id"].as_str().unwrap_or_default().to_owned());
            let result = results.get(&key).ok_or("a callee that is no participant")?;
            let cause = callee["cause"].as_str().unwrap_or_default();
            if result.is_empty() {
                open += 1;
                assert_ne!(callee["certainty"], "certain", "{key:?} {callee:#}");
            } else {
                checked += 1;
                assert!(causes_of(result).contains(&cause), "{key:?} {result} {callee:#}");
            }
        }
    }
    assert!(checked > 500 && open > 5, "{checked} callees with an ending, {open} without");
    Ok(())
}
