//! A receiver that runs out of descriptors goes on.
#![cfg(target_os = "linux")]

use std::fs;
use std::process::Command;

use super::client::{TARGET, post};
use super::files::{call_ids, send};
use super::receiver::{Receiver, arguments, envelopes, new_log, until};
use crate::support::TestResult;

/// A receiver that a shell starts after it has set limits.
fn limited(limits: &str, arguments: &[&std::ffi::OsStr]) -> TestResult<Receiver> {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("{limits}; exec \"$0\" \"$@\""), env!("CARGO_BIN_EXE_callkit-tool")]);
    command.args(arguments);
    Receiver::from_command(command)
}

/// The soft and the hard limit on open files.
fn limits(process: u32) -> TestResult<(String, String)> {
    let text = fs::read_to_string(format!("/proc/{process}/limits"))?;
    let line = text.lines().find(|line| line.starts_with("Max open files")).ok_or("no limit")?;
    let mut words = line.split_whitespace().skip(3).map(str::to_owned);
    Ok((words.next().unwrap_or_default(), words.next().unwrap_or_default()))
}

fn set_soft_limit(process: u32, limit: &str) -> TestResult {
    let status = Command::new("prlimit")
        .args(["--pid", &process.to_string(), &format!("--nofile={limit}:")])
        .status()?;
    if status.success() { Ok(()) } else { Err(format!("prlimit: {status}").into()) }
}

#[test]
fn the_limit_on_open_files_is_raised() -> TestResult {
    let (_folder, log) = new_log()?;
    let receiver = limited("ulimit -Sn 64", &arguments(&log, &[]))?;
    let (soft, hard) = limits(receiver.id())?;
    assert!(soft == hard && soft != "64", "{soft} of {hard}");
    receiver.stop()?;
    Ok(())
}

/// Too few descriptors for the connections that are allowed: it says so, and neither connections nor a rotation end it.
#[test]
fn more_connections_than_descriptors_end_nothing() -> TestResult {
    let (_folder, log) = new_log()?;
    let receiver = limited("ulimit -n 60", &arguments(&log, &["--rotate-size", "2K"]))?;
    let note = "note: the limit on open files leaves room for 28 of 512 connections; `ulimit -n` raises it";
    assert!(receiver.said().contains(note), "{}", receiver.said());
    let mut clients = Vec::new();
    for _ in 0..100 {
        let mut client = receiver.client()?;
        drop(client.send(b"POST / HTTP/1.1\r\nX-Slow: "));
        clients.push(client);
    }
    drop(clients);
    until("there is room again", || {
        let answer = receiver.client().and_then(|mut client| client.ask(&post(TARGET, "", b"{}")));
        answer.is_ok_and(|answer| answer.status == 200)
    })?;
    send(&receiver, (0..40).map(|number| format!("c{number}")))?;
    let ended = receiver.stop()?;
    assert!(!ended.said.contains("no new file can be begun"), "{}", ended.said);
    assert!(envelopes(&log)?.len() < 40, "it has been rotated");
    Ok(())
}

#[test]
fn a_rotation_without_a_descriptor_is_tried_again() -> TestResult {
    let (_folder, log) = new_log()?;
    let receiver = Receiver::start(&log, &[])?;
    let mut client = receiver.client()?;
    assert_eq!(client.ask(&post(TARGET, "", b"{}"))?.status, 200);
    let (_, hard) = limits(receiver.id())?;
    set_soft_limit(receiver.id(), "8")?;
    receiver.signal("HUP")?;
    let cause = receiver.wait_for("note: no new file can be begun, so `")?;
    assert!(cause.ends_with("too many open files"), "{cause}");
    assert_eq!(client.ask(&post(TARGET, "", b"{}"))?.status, 200);
    assert_eq!(envelopes(&log)?.len(), 2, "in the same file");
    set_soft_limit(receiver.id(), &hard)?;
    until("the file is finished", || log.metadata().is_ok_and(|metadata| metadata.len() == 0))?;
    drop(client);
    send(&receiver, ["c3".to_owned()])?;
    receiver.stop()?;
    assert_eq!(call_ids(&log)?, ["c3"]);
    Ok(())
}
