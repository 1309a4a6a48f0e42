//! `why` claims what its evidence shows and no more: calls made by hand, each with what else would look the same.

use serde_json::{Value, json};

use crate::support::callback::{Callback, v4_changed, v4_end, v4_start};
use crate::support::{TestResult, words};

const START: i64 = 1_714_546_800;

/// A callback of the call `c`: `user role event seconds [result]`.
fn callback(text: &str) -> Callback {
    let words: Vec<&str> = text.split_whitespace().collect();
    let seconds: i64 = words[3].parse().unwrap_or(0);
    let result = words.get(4).copied().unwrap_or("");
    Callback::event(words[2]).user(words[0]).role(words[1]).result(result).at(START + seconds)
}

fn steps(text: &str) -> impl Iterator<Item = Callback> {
    text.split(';').map(str::trim).filter(|step| !step.is_empty()).map(callback)
}

/// A call of two.
fn single(text: &str) -> String {
    steps(text).map(|step| step.line()).collect()
}

/// A group call.
fn group(text: &str) -> String {
    steps(text).map(|step| step.in_group(3).line()).collect()
}

/// Calls of others, long before and after: callees report, and calls go well.
fn others() -> String {
    let call = |id: &str, at: i64| {
        let text = format!(
            "x caller start_call {at}; y callee receive_call {at}; y callee accept_call {}; x caller call_accepted {}; \
             x caller call_end {} normal_end; y callee call_end {} normal_end",
            at + 4,
            at + 4,
            at + 20,
            at + 20
        );
        single(&text).replace("\"c\"", &format!("{id:?}"))
    };
    call("before", -90_000) + &call("after", 90_000)
}

/// The verdict on the call `c`, and as `cause certainty [alternative]`.
fn verdict(log: &str) -> TestResult<(Value, String)> {
    let found = words("why c - --format json").stdin(log.to_owned()).ends_with(0)?.json_lines()?.remove(0);
    let text = |name: &str| found[name].as_str().unwrap_or("").to_owned();
    let summary = format!("{} {} {}", text("cause"), text("certainty"), text("alternative"));
    Ok((found, summary.trim_end().to_owned()))
}

fn check(log: &str, expected: &str) -> TestResult<Value> {
    let (found, summary) = verdict(&(log.to_owned() + &others()))?;
    assert_eq!(summary, expected, "{log}\n{found:#}");
    Ok(found)
}

const RINGS: &str = "a caller start_call 0; b callee receive_call 0; d callee receive_call 0";

#[test]
fn a_group_call_is_no_more_than_its_parts() -> TestResult {
    let by_device =
        format!("{RINGS}; b callee reject_call 1; d callee reject_call 0; a caller call_rejected 1");
    check(&group(&by_device), "declined_by_device likely")?;
    let by_one = format!("{RINGS}; b callee reject_call 1; d callee reject_call 7; a caller call_rejected 7");
    check(&group(&by_one), "declined likely")?;
    let by_both =
        format!("{RINGS}; b callee reject_call 9; d callee reject_call 7; a caller call_rejected 9");
    check(&group(&by_both), "declined certain")?;
    // Others may have been called of whom nothing is known.
    let of_four = group(&by_both).replace("\"TotalNum\":3", "\"TotalNum\":5");
    check(&of_four, "declined likely")?;
    let missed =
        format!("{RINGS}; b callee not_answer_call 30; d callee not_answer_call 30; a caller call_missed 30");
    check(&group(&missed), "no_answer certain")?;
    let ignored = format!("{RINGS}; b callee ignore_call 8; d callee ignore_call 9; a caller call_busy 9");
    check(&group(&ignored), "ignored certain")?;
    Ok(())
}

#[test]
fn who_gives_up_next_to_a_decline() -> TestResult {
    let one_waits =
        format!("{RINGS}; b callee reject_call 7; a caller cancel_call 12; d callee call_canceled 12");
    check(&group(&one_waits), "gave_up likely")?;
    let nobody_waits =
        format!("{RINGS}; b callee reject_call 7; d callee reject_call 8; a caller cancel_call 12");
    check(&group(&nobody_waits), "declined cannot_tell gave_up")?;
    // One side says both.
    let both = "a caller start_call 0; b callee receive_call 0; a caller call_rejected 9 reject; a caller cancel_call 9 cancel";
    check(&single(both), "gave_up cannot_tell declined")?;
    Ok(())
}

#[test]
fn a_crossing_shows_on_the_callees_own_clock() -> TestResult {
    for skew in [-300, -40, 0, 15, 86_400] {
        let text = format!(
            "a caller start_call 0; b callee receive_call {}; b callee accept_call {}; a caller cancel_call 9 cancel; \
             b callee call_canceled {} cancel",
            skew,
            10 + skew,
            11 + skew
        );
        check(&single(&text), "crossed certain")?;
        let without = text.replace("a caller cancel_call 9 cancel;", "");
        check(&single(&without), "crossed likely")?;
        // The callee's clock is known from the ringing alone.
        let untold = text.split("; b callee call_canceled").next().unwrap_or("");
        check(&single(untold), "crossed likely")?;
    }
    // Answered half a minute before.
    let late = "a caller start_call 0; b callee receive_call 100; b callee accept_call 105; a caller cancel_call 40 cancel; \
                b callee call_canceled 140 cancel";
    check(&single(late), "sides_disagree likely")?;
    Ok(())
}

#[test]
fn nothing_rings_that_no_callback_shows() -> TestResult {
    // No callee of the log reports.
    let cancelled = single("a caller start_call 0; a caller cancel_call 14 cancel");
    let (found, summary) = verdict(&cancelled)?;
    assert_eq!(summary, "gave_up cannot_tell gave_up_before_ring");
    assert!(!found["verdict"].as_str().unwrap_or("").contains("while it rang;"), "{found:#}");
    check(&cancelled, "gave_up_before_ring likely")?;
    let status = Callback::status("cancel").user("a").role("caller").at(START).line();
    check(&status, "gave_up cannot_tell gave_up_before_ring")?;
    Ok(())
}

#[test]
fn a_busy_line_and_an_ignored_call_look_alike() -> TestResult {
    let status =
        |role: &str, user: &str| Callback::status("call_busy").user(user).role(role).at(START).line();
    check(&status("caller", "a"), "busy cannot_tell ignored")?;
    check(&(status("caller", "a") + &status("callee", "b")), "ignored cannot_tell busy")?;
    let at_once = single(
        "a caller start_call 0; b callee receive_call 0; b callee ignore_call 0 call_busy; a caller call_busy 0 call_busy",
    );
    check(&at_once, "ignored cannot_tell busy")?;
    // The callee is in another call, as caller or as callee.
    for text in [
        "b caller start_call -60; e callee receive_call -60; e callee accept_call -50; b caller call_end 60 normal_end",
        "e caller start_call -60; b callee receive_call -60; b callee accept_call -50; e caller call_end 60 normal_end",
    ] {
        let other = single(text).replace("\"c\"", "\"other\"");
        check(&(other.clone() + &at_once), "busy likely")?;
        // After a while it is a person who ignores the call.
        let later = at_once.replace(
            &format!("\"ignore_call\",\"CallResult\":\"call_busy\",\"EventTime\":{START}"),
            &format!("\"ignore_call\",\"CallResult\":\"call_busy\",\"EventTime\":{}", START + 8),
        );
        check(&(other + &later), "ignored certain")?;
    }
    // It ended before.
    let over = single("b caller start_call -60; e callee accept_call -50; b caller call_end -9 normal_end");
    check(&(over.replace("\"c\"", "\"other\"") + &at_once), "ignored cannot_tell busy")?;
    Ok(())
}

/// The record of a v4 call of two.
fn record(result: &str, accept: i64) -> String {
    let end = v4_end("c", "a", &["b"], result, [START, START + 30, (START + 30) * 1000]);
    end.replace("\"AcceptTime\":0", &format!("\"AcceptTime\":{accept}")) + "\n"
}

fn change(user: &str, action: &str, seconds: i64) -> String {
    v4_changed("c", "a", user, action, (START + seconds) * 1000) + "\n"
}

fn v4_began() -> String {
    v4_start("c", "a", "b", START * 1000) + "\n"
}

#[test]
fn v4_has_no_ringing() -> TestResult {
    let began = v4_began();
    check(&(began.clone() + &record("Interrupt", 0)), "dropped_before_answer certain")?;
    check(&(began.clone() + &record("Interrupt", START + 9)), "dropped likely")?;
    let missed = check(
        &(began.clone() + &change("b", "NotAnswer", 30) + &record("NotAnswer", 0)),
        "no_answer likely",
    )?;
    let gave_up =
        check(&(began.clone() + &change("b", "Cancel_Invite", 30) + &record("Cancel", 0)), "gave_up likely")?;
    for found in [missed, gave_up] {
        let text = found["verdict"].as_str().unwrap_or("").replace("whether it rang", "");
        assert!(!text.contains("rang"), "{text}");
    }
    let disagree =
        check(&(began + &change("b", "Reject", 9) + &record("NotAnswer", 0)), "sides_disagree certain")?;
    let text = disagree["verdict"].as_str().unwrap_or("");
    assert!(text.contains("the server's record says `not_answer`, `b` says `reject`"), "{text}");
    Ok(())
}

#[test]
fn v4_logs_begin_in_the_middle_too() -> TestResult {
    let end = change("a", "HangUp", 30) + &record("NormalEnd", START + 9);
    let later = v4_start("d", "e", "f", (START + 900) * 1000) + "\n";
    let (found, _) = verdict(&(end.clone() + &later))?;
    assert_eq!(found["contributing"][0]["cause"], "log_begins", "{found:#}");
    let (found, _) = verdict(&(v4_began() + &end + &later))?;
    assert_eq!(found["contributing"], json!([]), "{found:#}");
    // The log was written long before.
    let before = v4_start("d", "e", "f", (START - 90_000) * 1000) + "\n";
    let (found, _) = verdict(&(before + &end))?;
    assert_eq!(found["contributing"], json!([]), "{found:#}");
    Ok(())
}

#[test]
fn a_silent_callee_is_drawn_from_several_calls() -> TestResult {
    let missed = |call: &str, at: i64| {
        let end = v4_end(call, "a", &["b"], "NotAnswer", [at, at + 30, (at + 30) * 1000]);
        v4_start(call, "a", "b", at * 1000) + "\n" + &end + "\n"
    };
    let changes = v4_changed("e", "f", "f", "HangUp", START * 1000) + "\n";
    let of = |calls: i64| -> String {
        (1..calls).map(|call| missed(&format!("c{call}"), START + call * 60)).collect()
    };
    for (calls, expected) in [(1, "callee_silent cannot_tell unreached"), (3, "callee_silent likely")] {
        let (found, summary) = verdict(&(missed("c", START) + &of(calls) + &changes))?;
        assert_eq!(summary, expected, "{found:#}");
    }
    // Nothing of members is in the log.
    assert_eq!(verdict(&(missed("c", START) + &of(3)))?.1, "no_answer cannot_tell unreached");
    Ok(())
}

#[test]
fn who_comes_back_took_part_twice() -> TestResult {
    let text = "a caller start_call 0; b callee receive_call 0; b callee accept_call 3; a caller call_accepted 3; \
                b callee call_end 60 normal_end; b callee join_in_group_call 100; b callee call_end 140 normal_end; \
                d callee receive_call 0; d callee accept_call 5; d callee call_end 150 normal_end; \
                a caller call_end 150 normal_end";
    let found = check(&group(text), "completed certain")?;
    let part = &found["callees"][0];
    assert_eq!((&part["cause"], &part["seconds"]), (&json!("completed"), &json!(97)), "{found:#}");
    let text = part["verdict"].as_str().unwrap_or("");
    assert_eq!(text, "took part 2 times, for 57 s and for 40 s, and ended normally");
    Ok(())
}

#[test]
fn a_log_that_holds_everything_twice_says_nothing_of_deliveries() -> TestResult {
    let open = single("a caller start_call 0; b callee receive_call 0");
    let whole = others() + &open;
    let doubled: String = whole.lines().map(|line| format!("{line}\n{line}\n")).collect();
    let (found, summary) = verdict(&doubled)?;
    assert_eq!((summary.as_str(), &found["contributing"]), ("cannot_tell cannot_tell", &json!([])));
    assert!(found["deliveries"].as_str().unwrap_or("").contains("a log that holds them twice"), "{found:#}");
    let redelivered = check(&(open.clone() + &open), "delivery_broke likely")?;
    assert!(redelivered["verdict"].as_str().unwrap_or("").contains("redelivered"));
    Ok(())
}

#[test]
fn generations_mix_in_a_call() -> TestResult {
    let hang_up = change("a", "HangUp", 30);
    let device = single("b callee receive_call 0; b callee accept_call 9; b callee call_end 30 normal_end");
    let v4 = v4_began() + &change("b", "Accept", 9) + &hang_up + &record("NormalEnd", START + 9);
    let found = check(&(v4.clone() + &device), "completed certain")?;
    assert_eq!(found["contributing"][0]["cause"], "mixed_generations", "{found:#}");
    let alone = check(&v4, "completed certain")?;
    assert_eq!(alone["contributing"], json!([]), "{alone:#}");
    Ok(())
}

#[test]
fn losses_of_a_log_bear_on_its_calls() -> TestResult {
    let gave_up = "a caller start_call 0; b callee receive_call 0; a caller cancel_call 9 cancel; b callee call_canceled 9 cancel";
    let crossed = gave_up.replace("a caller cancel", "b callee accept_call 9; a caller cancel");
    let call = |text: &str, number: usize| single(text).replace("\"c\"", &format!("\"n{number}\""));
    let many = |text: &str, count: usize, from: usize| -> String {
        (from..from + count).map(|number| call(text, number)).collect()
    };
    // Nothing is lost in a log of thousands of callbacks.
    let whole = many(gave_up, 2000, 0) + &many(&crossed, 2000, 5000);
    check(&(single(gave_up) + &whole), "gave_up certain")?;
    // A third of the answers may be lost where a third of other callbacks is, and calls cross as often as not.
    let lossy = gave_up.replacen("a caller start_call 0; ", "", 1);
    let lost = many(&lossy, 20, 10_000) + &many(gave_up, 20, 11_000) + &many(&crossed, 40, 12_000);
    check(&(single(gave_up) + &lost), "gave_up cannot_tell crossed")?;
    Ok(())
}
