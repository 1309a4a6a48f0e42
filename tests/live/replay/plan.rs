//! `--dry-run` says what would be done, and does none of it.

use super::backend::{Backend, envelope};
use crate::support::{TestResult, simulated, words};

#[test]
fn a_dry_run_sends_and_resolves_nothing() -> TestResult {
    let backend = Backend::accepting()?;
    backend.replay(envelope("2024-05-01T00:00:00Z", "c", "u")).args(["--dry-run"]).ends_with(0)?;
    assert!(backend.received().is_empty());
    // A name that cannot exist, and an address that may not be sent to.
    for url in ["http://no-such-host.invalid/", "http://192.0.2.1/"] {
        words("replay - --dry-run --to").args([url]).stdin("").ends_with(0)?;
    }
    Ok(())
}

#[test]
fn a_dry_run_says_what_a_run_will_need() -> TestResult {
    for (host, allowed, needs) in [
        ("192.0.2.1", "other", Some("`192.0.2.1` is not this machine")),
        ("[2001:db8::1]:80", "other", Some("--allow-host 2001:db8::1")),
        ("192.0.2.1", "192.0.2.1", None),
        ("[::1]", "other", None),
        ("no-such-host.invalid", "other", None),
    ] {
        let args = ["--to", &format!("http://{host}/"), "--allow-host", allowed];
        let ran = words("replay - --dry-run").args(args).stdin(envelope("2024-05-01T00:00:00Z", "c", "u"));
        let ran = ran.ends_with(0)?;
        assert_eq!(ran.errors().contains("cannot be carried out"), needs.is_some(), "{ran}");
        assert!(ran.errors().contains(needs.unwrap_or_default()), "{ran}");
    }
    Ok(())
}

#[test]
fn a_plan_names_rate_and_retries() -> TestResult {
    let log =
        (0..61).map(|call| envelope("2024-05-01T00:00:00Z", &call.to_string(), "u")).collect::<String>();
    let run = |more: &str| {
        words("replay - --dry-run --to http://127.0.0.1:9/").args(more.split_whitespace()).stdin(log.clone())
    };
    let text = run("--speed max --rate 10 --retry vendor").ends_with(0)?.text();
    assert!(text.contains("6.0 s   at most 10 requests a second, in order for each call"), "{text}");
    assert!(text.contains("vendor   after 0, 1, 1, 2, 3 and 5 s"), "{text}");
    let text = run("--speed 2x --rate 10/s").ends_with(0)?.text();
    assert!(text.contains("at 2x, of 0.0 s in the log; at most 10 requests a second"), "{text}");
    assert!(!text.contains("retries"), "{text}");
    let plan = &run("--speed max --rate 10 --retry vendor --format json").ends_with(0)?.json_lines()?[0];
    assert_eq!((&plan["speed"], &plan["retry"]), (&serde_json::Value::Null, &"vendor".into()));
    assert_eq!(plan["rate"].as_f64(), Some(10.0));
    let plan = &run("--format json").ends_with(0)?.json_lines()?[0];
    assert_eq!(
        (plan["speed"].as_f64(), plan["rate"].as_f64(), &plan["retry"]),
        (Some(1.0), None, &"never".into())
    );
    Ok(())
}

#[test]
fn a_plan_in_figures() -> TestResult {
    let log = [
        "{\"CallId\":\"a\",\"Event\":\"start_call\"}\n".to_owned(),
        envelope("2024-05-01T00:00:10Z", "a", "u"),
        envelope("2024-05-01T00:00:00Z", "a", "u"),
        envelope("2024-05-01T00:01:40Z", "b", "u"),
        "{\"CallId\":\"b\",\"Event\":\"start_call\",\"EventTime\":1714521700}\n".to_owned(),
        "{\"Event\":\"start_call\"}\n".to_owned(),
        "{rubbish\n".to_owned(),
    ];
    let run = |more: &str| {
        words("replay - --dry-run --to http://127.0.0.1:9/ --format json")
            .args(more.split_whitespace())
            .stdin(log.concat())
            .ends_with(0)
    };
    let plan = &run("--speed 10x")?.json_lines()?[0];
    assert_eq!(plan["callbacks"], 6);
    assert_eq!(plan["calls"], 2);
    assert_eq!(plan["ungrouped"], 1);
    assert_eq!(plan["times"], serde_json::json!({"received_at": 3, "event_time": 1, "none": 2}));
    assert_eq!(
        plan["out_of_order"], 1,
        "the first callback has no time of its own, and takes that of the next"
    );
    assert_eq!(plan["log_seconds"], 100.0);
    assert_eq!(plan["planned_seconds"], 10.0);
    assert_eq!(plan["longest_silence_seconds"], 90.0);
    assert_eq!(
        plan["first"],
        serde_json::json!({"source": "-", "record": 3, "time": "2024-05-01T00:00:00.000Z"})
    );
    assert_eq!(plan["last"]["record"], 6);
    assert_eq!(plan["left_out"]["damaged"], 1);
    assert_eq!(run("--speed max")?.json_lines()?[0]["planned_seconds"], 0.0);
    assert_eq!(run("--speed max --rate 0.5/s")?.json_lines()?[0]["planned_seconds"], 10.0);
    Ok(())
}

#[test]
fn a_plan_is_the_same_for_any_number_of_threads() -> TestResult {
    let log = simulated("--calls 3000 --faults all")?;
    let run = |threads: &str| {
        words("replay - --dry-run --chaos dup=5%,reorder=5%,drop=5%,delay=5%:1m --to http://localhost/ --threads")
            .args([threads])
            .stdin(log.clone())
            .ends_with(0)
    };
    assert_eq!(run("1")?.text(), run("7")?.text());
    Ok(())
}

#[test]
fn an_empty_log_is_an_empty_plan_and_an_empty_run() -> TestResult {
    let backend = Backend::accepting()?;
    let log = envelope("2024-05-01T00:00:00Z", "c", "u");
    for (log, more, cause) in [
        ("", "", "no callback was found"),
        ("{\"CallbackCommand\":\"State.StateChange\"}\n", "", "no callback was found"),
        (&log, "--call-id d", "no callback belongs to a chosen call"),
        (&log, "--chaos drop=100%", "chaos drops every callback"),
    ] {
        for format in ["--format text", "--format json", "--format text --dry-run", "--format json --dry-run"]
        {
            let run = backend.replay(log).args(more.split_whitespace()).args(format.split_whitespace());
            let ran = run.ends_with(0)?;
            assert!(ran.errors().contains(&format!("nothing to send: {cause}")), "{ran}");
        }
    }
    assert!(backend.received().is_empty());
    Ok(())
}

#[test]
fn of_a_log_that_cannot_be_read_there_are_no_figures() -> TestResult {
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join("out"), "old")?;
    for more in ["", "--dry-run", "--format json", "-o out"] {
        let run =
            words("replay no-such-file --speed max --to http://127.0.0.1:9/").args(more.split_whitespace());
        let ran = run.cwd(folder.path()).ends_with(2)?;
        assert!(ran.errors().contains("cannot read `no-such-file`") && ran.text().is_empty(), "{ran}");
    }
    assert_eq!(std::fs::read_to_string(folder.path().join("out"))?, "old");
    Ok(())
}

#[test]
fn what_was_captured_twice_is_sent_once() -> TestResult {
    let folder = tempfile::tempdir()?;
    let log: String =
        (0..10).map(|call| envelope(&format!("2024-05-01T00:00:0{call}Z"), &call.to_string(), "u")).collect();
    for name in ["a", "b"] {
        std::fs::write(folder.path().join(name), &log)?;
    }
    let ran = words("replay a b --dry-run --format json --to http://127.0.0.1:9/")
        .cwd(folder.path())
        .ends_with(0)?;
    let plan = &ran.json_lines()?[0];
    assert_eq!((&plan["callbacks"], &plan["left_out"]["captured_twice"]), (&10.into(), &10.into()), "{ran}");
    let ran =
        words("replay a b --dry-run --format json --call-id 3 --to http://127.0.0.1:9/").cwd(folder.path());
    let ran = ran.ends_with(0)?;
    let plan = &ran.json_lines()?[0];
    let left_out = &plan["left_out"];
    assert_eq!(
        (&plan["callbacks"], &left_out["captured_twice"], &left_out["filtered_out"]),
        (&1.into(), &1.into(), &18.into()),
        "{ran}"
    );
    Ok(())
}
