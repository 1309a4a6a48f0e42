//! Ctrl-C: no request is begun any more, and the report is that of what was sent.

use std::process::{Child, Command};
use std::time::Duration;

use serde_json::Value;

use super::backend::{Backend, Reply, SUCCESS, envelope};
use crate::support::TestResult;

fn interrupt(child: &Child) -> TestResult {
    let status = Command::new("sh").args(["-c", &format!("kill -INT {}", child.id())]).status()?;
    assert!(status.success());
    Ok(())
}

/// Waits until so many requests have arrived.
fn until(backend: &Backend, requests: usize) -> TestResult {
    for _ in 0..1000 {
        if backend.received().len() >= requests {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    Err("they did not arrive within ten seconds".into())
}

#[test]
fn an_interrupt_ends_the_run_with_the_report_so_far() -> TestResult {
    let folder = tempfile::tempdir()?;
    // The second callback is due in an hour.
    let log = [envelope("2024-05-01T00:00:00Z", "c", "u"), envelope("2024-05-01T01:00:00Z", "c", "u")];
    std::fs::write(folder.path().join("log"), log.concat())?;
    let backend = Backend::new(|_, _| SUCCESS)?;
    let url = format!("http://{}/", backend.address);
    let run = crate::support::words("replay log --format json --report run --to").args([url]);
    let child = run.cwd(folder.path()).command().spawn()?;
    until(&backend, 1)?;
    interrupt(&child)?;
    let ended = child.wait_with_output()?;
    let errors = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(130), "{errors}");
    assert!(errors.contains("stopped"), "{errors}");
    let report: Value = serde_json::from_slice(&ended.stdout)?;
    assert_eq!(
        (&report["end"], &report["sent"], &report["not_sent"]),
        (&"stopped".into(), &1.into(), &1.into())
    );
    assert_eq!(std::fs::read_to_string(folder.path().join("run"))?.lines().count(), 1);
    assert_eq!(backend.received().len(), 1);
    Ok(())
}

#[test]
fn what_is_in_flight_is_not_waited_for_long() -> TestResult {
    let backend = Backend::new(|_, _| Reply::Nothing)?;
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join("log"), envelope("2024-05-01T00:00:00Z", "c", "u"))?;
    let url = format!("http://{}/", backend.address);
    let run = crate::support::words("replay log --format json --timeout 10m --report run --to").args([url]);
    let child = run.cwd(folder.path()).command().spawn()?;
    until(&backend, 1)?;
    interrupt(&child)?;
    let ended = child.wait_with_output()?;
    assert_eq!(ended.status.code(), Some(130));
    let report: Value = serde_json::from_slice(&ended.stdout)?;
    assert_eq!((&report["sent"], &report["unsettled"], &report["failed"]), (&1.into(), &1.into(), &0.into()));
    let line: Value = serde_json::from_str(&std::fs::read_to_string(folder.path().join("run"))?)?;
    assert_eq!(line["failure"], "stopped");
    Ok(())
}

#[test]
fn a_second_interrupt_ends_it_at_once_and_keeps_the_journal() -> TestResult {
    let backend = Backend::new(|_, _| Reply::Nothing)?;
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join("log"), envelope("2024-05-01T00:00:00Z", "c", "u"))?;
    let url = format!("http://{}/", backend.address);
    let run = crate::support::words("replay log --timeout 10m --report run --to").args([url]);
    let child = run.cwd(folder.path()).command().spawn()?;
    until(&backend, 1)?;
    interrupt(&child)?;
    std::thread::sleep(Duration::from_millis(200));
    interrupt(&child)?;
    assert_eq!(child.wait_with_output()?.status.code(), Some(130));
    let mut left: Vec<_> =
        std::fs::read_dir(folder.path())?.filter_map(Result::ok).map(|it| it.file_name()).collect();
    left.sort();
    assert_eq!(left, ["log", "run"]);
    Ok(())
}
