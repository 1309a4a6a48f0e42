//! While nothing listens, a replay waits instead of giving its callbacks up one by one.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Stdio};

use serde_json::Value;

use super::backend::{Backend, SUCCESS, envelope};
use crate::support::{TestResult, words};

fn log(calls: usize) -> String {
    (0..calls).map(|call| envelope("2024-05-01T00:00:00Z", &format!("call-{call}"), "u")).collect()
}

/// A replay to that address, once it has said that it waits.
fn waiting(address: SocketAddr, more: &str) -> TestResult<(Child, BufReader<std::process::ChildStderr>)> {
    let run = words("replay - --speed max --format json --to").args([format!("http://{address}/")]);
    let mut child = run.args(more.split_whitespace()).command().stdin(Stdio::piped()).spawn()?;
    child.stdin.take().ok_or("no standard input")?.write_all(log(20).as_bytes())?;
    let mut stderr = BufReader::new(child.stderr.take().ok_or("no standard error")?);
    let mut line = String::new();
    while !line.contains("nothing can be sent") {
        line.clear();
        if stderr.read_line(&mut line)? == 0 {
            return Err("it does not wait".into());
        }
    }
    assert!(line.contains("connection refused; waiting for up to 20s"), "{line}");
    Ok((child, stderr))
}

/// Its end: the status, the report, and what else it said.
fn end(mut child: Child, mut stderr: impl Read) -> TestResult<(Option<i32>, Value, String)> {
    let (mut said, mut report) = (String::new(), String::new());
    stderr.read_to_string(&mut said)?;
    child.stdout.take().ok_or("no standard output")?.read_to_string(&mut report)?;
    Ok((child.wait()?.code(), serde_json::from_str(&report)?, said))
}

#[test]
fn a_backend_that_comes_later_gets_everything() -> TestResult {
    // A port that was free a moment ago.
    let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let (child, stderr) = waiting(address, "--wait 20s")?;
    let backend = Backend::on(TcpListener::bind(address)?, |_, _| SUCCESS)?;
    let (status, report, said) = end(child, stderr)?;
    assert_eq!(
        (status, &report["accepted"], &report["requests"]),
        (Some(0), &20.into(), &20.into()),
        "{report}"
    );
    assert!(report["waited_seconds"].as_f64().is_some_and(|waited| waited > 0.0), "{report}");
    assert!(said.contains("the backend is there again after "), "{said}");
    assert_eq!(backend.received().len(), 20);
    Ok(())
}

#[test]
fn a_backend_that_is_restarted_costs_no_callback() -> TestResult {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    // Answers once and is gone.
    let first = std::thread::spawn(move || -> std::io::Result<()> {
        let (stream, _) = listener.accept()?;
        drop(listener);
        super::backend::read_request(&mut BufReader::new(&stream))?;
        let mut stream = &stream;
        stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
    });
    let (child, stderr) = waiting(address, "--wait 20s --concurrency 1")?;
    first.join().map_err(|_| "the first backend panicked")??;
    let backend = Backend::on(TcpListener::bind(address)?, |_, _| SUCCESS)?;
    let (status, report, said) = end(child, stderr)?;
    assert_eq!((status, &report["accepted"]), (Some(0), &20.into()), "{report}\n{said}");
    assert_eq!(backend.received().len(), 19);
    Ok(())
}

#[test]
#[cfg(unix)]
fn a_replay_that_waits_can_be_stopped() -> TestResult {
    let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let (child, stderr) = waiting(address, "--wait 20s")?;
    crate::capture::receiver::signal(child.id(), "INT")?;
    let (status, report, _) = end(child, stderr)?;
    assert_eq!(
        (status, &report["end"], &report["accepted"]),
        (Some(130), &"stopped".into(), &0.into()),
        "{report}"
    );
    Ok(())
}

#[test]
fn without_waiting_what_cannot_be_sent_has_failed() -> TestResult {
    let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    for zero in ["0", "0s"] {
        let run = words("replay - --speed max --format json --to").args([format!("http://{address}/")]);
        let ran = run.args(["--wait", zero]).stdin(log(2)).ends_with(2)?;
        assert_eq!(ran.json_lines()?[0]["failed"], 2, "{ran}");
        assert!(!ran.errors().contains("waiting"), "{ran}");
    }
    Ok(())
}
