//! The report of requests is written as they happen, and kept whatever becomes of the run.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::backend::{Backend, Reply, SUCCESS, envelope};
use crate::support::{TestResult, words};

fn log(calls: usize) -> String {
    (0..calls).map(|call| envelope("2024-05-01T00:00:00Z", &format!("call-{call}"), "u")).collect()
}

fn lines(file: &Path) -> TestResult<Vec<Value>> {
    let text = std::fs::read_to_string(file)?;
    assert!(text.is_empty() || text.ends_with('\n'), "half a line: {text}");
    Ok(text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?)
}

#[test]
fn a_killed_run_leaves_what_has_happened() -> TestResult {
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join("log"), log(5))?;
    let backend = Backend::new(|number, _| if number < 2 { SUCCESS } else { Reply::Nothing })?;
    let url = format!("http://{}/", backend.address);
    let run =
        words("replay log --speed max --concurrency 1 --report run --to").args([url]).cwd(folder.path());
    let mut child = run.command().spawn()?;
    let report = folder.path().join("run");
    let begun = Instant::now();
    let is_written = || std::fs::read_to_string(&report).is_ok_and(|text| text.lines().count() == 2);
    while !is_written() && begun.elapsed() < Duration::from_secs(30) {
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill()?;
    child.wait()?;
    let records: Vec<_> = lines(&report)?.iter().map(|line| line["record"].clone()).collect();
    assert_eq!(records, [1, 2]);
    Ok(())
}

#[test]
fn half_a_line_at_the_end_of_a_journal_is_passed_over() -> TestResult {
    let folder = tempfile::tempdir()?;
    let report = folder.path().join("run");
    let backend = Backend::accepting()?;
    let args = ["--format", "json", "--concurrency", "1"];
    backend.replay(log(3)).args(args).args(["--report".as_ref(), report.as_os_str()]).ends_with(0)?;
    let text = std::fs::read_to_string(&report)?;
    std::fs::write(&report, &text[..text.len() - 20])?;
    let ran =
        backend.replay(log(3)).args(args).args(["--compare".as_ref(), report.as_os_str()]).ends_with(0)?;
    let comparison = &ran.json_lines()?[0]["comparison"];
    assert_eq!((&comparison["both"], &comparison["only_now"]), (&2.into(), &1.into()), "{ran}");
    Ok(())
}

#[test]
fn a_run_that_sends_nothing_leaves_an_earlier_journal_alone() -> TestResult {
    let folder = tempfile::tempdir()?;
    let report = folder.path().join("run");
    std::fs::write(&report, "earlier\n")?;
    let url = format!("http://{}/", Backend::accepting()?.address);
    for (more, said) in [("no-such-log", "no-such-log"), ("--set x no-such-log", "--set")] {
        let run = words("replay --speed max --report run --to").args([&url]).args(more.split(' '));
        let ran = run.cwd(folder.path()).ends_with(2)?;
        assert!(ran.errors().contains(said), "{ran}");
        assert_eq!(std::fs::read_to_string(&report)?, "earlier\n");
    }
    Ok(())
}

#[test]
#[cfg(unix)]
fn a_full_disk_ends_no_run_and_leaves_no_half_line() -> TestResult {
    use crate::capture::disk::Mounted;
    let mounted = match Mounted::mount(&["-t", "tmpfs", "-o", "size=4k", "tmpfs"])? {
        Ok(mounted) => mounted,
        Err(reason) => {
            crate::support::left_out(reason);
            return Ok(());
        }
    };
    let report = mounted.path().join("run");
    let backend = Backend::accepting()?;
    let ran = backend.replay(log(60)).args(["--report".as_ref(), report.as_os_str()]).ends_with(2)?;
    assert_eq!(backend.received().len(), 60);
    let written = lines(&report)?.len();
    assert!((1..60).contains(&written), "{written}");
    let errors = ran.errors();
    assert!(errors.contains("no space left on device; the run goes on"), "{ran}");
    assert!(
        errors.contains(&format!("lacks {} of 60 requests: no space left on device", 60 - written)),
        "{ran}"
    );
    assert!(ran.text().contains("accepted"), "{ran}");
    Ok(())
}

/// A backend that closes a connection just when the next request is sent on it has not refused that request.
#[test]
fn a_reused_connection_that_ends_is_no_failure_of_the_callback() -> TestResult {
    let folder = tempfile::tempdir()?;
    let report = folder.path().join("run");
    let run = |more: &[&str], status: i32| {
        let backend = Backend::new(|number, _| if number == 1 { Reply::Raw(Vec::new()) } else { SUCCESS })?;
        let run = backend.replay(log(3)).args(["--concurrency", "1", "--format", "json", "--report"]);
        let ran = run.args([&report]).args(more).ends_with(status)?;
        Ok::<_, Box<dyn std::error::Error>>((ran.json_lines()?.remove(0), backend.received().len()))
    };
    let (ran, received) = run(&[], 0)?;
    assert_eq!(
        (&ran["accepted"], &ran["requests"], &ran["resent"], received),
        (&3.into(), &3.into(), &1.into(), 4)
    );
    let resent: Vec<_> = lines(&report)?.iter().map(|line| line["resent"].clone()).collect();
    assert_eq!(resent, [false, true, false]);
    let (ran, received) = run(&["--no-resend"], 2)?;
    assert_eq!((&ran["failed"], &ran["resent"], received), (&1.into(), &0.into(), 3));
    Ok(())
}

/// Once a byte of an answer has come, or on a connection that is new, the backend may have acted on the request.
#[test]
fn what_a_backend_has_begun_to_answer_is_not_sent_again() -> TestResult {
    for (begun, failing) in [(&b"H"[..], 1), (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{", 1), (b"", 0)]
    {
        let reply = move |number: usize| if number == failing { Reply::Raw(begun.to_vec()) } else { SUCCESS };
        let backend = Backend::new(move |number, _| reply(number))?;
        let ran = backend.replay(log(3)).args(["--concurrency", "1", "--format", "json"]).ends_with(2)?;
        let report = ran.json_lines()?.remove(0);
        assert_eq!((&report["failed"], &report["resent"]), (&1.into(), &0.into()), "{ran}");
        assert_eq!(backend.received().len(), 3);
    }
    Ok(())
}
