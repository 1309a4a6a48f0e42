//! Backends that refuse, break, garble, stall or are not there.

use std::net::TcpListener;

use super::backend::{Backend, Reply, SUCCESS, envelope};
use crate::support::codings::gzip;
use crate::support::{Ran, TestResult, words};

fn log(calls: usize) -> String {
    (0..calls).map(|call| envelope("2024-05-01T00:00:00Z", &format!("call-{call}"), "u")).collect()
}

fn report(ran: &Ran) -> TestResult<serde_json::Value> {
    Ok(ran.json_lines()?.into_iter().next().ok_or_else(|| format!("no report\n{ran}"))?)
}

/// What a backend does to the second of three callbacks, the exit status, what that callback comes to, and where the
/// report counts it.
#[test]
fn every_way_to_fail_is_counted_and_the_others_arrive() -> TestResult {
    type Case = (fn() -> Reply, i32, &'static str, &'static str);
    let cases: [Case; 12] = [
        (|| Reply::Says(500, ""), 1, "refused", "/statuses/500"),
        (|| Reply::Says(404, r#"{"ErrorCode":0}"#), 1, "refused", "/statuses/404"),
        (|| Reply::Says(200, r#"{"ErrorCode":70001}"#), 1, "refused", "/error_codes/70001"),
        (|| Reply::Says(200, r#"{"ErrorCode":"none"}"#), 1, "refused", "/error_codes/unusable"),
        (|| Reply::Raw(Vec::new()), 2, "failed", "/failures/broken"),
        (|| Reply::Raw(b"SSH-2.0-OpenSSH\r\n\r\n".to_vec()), 2, "failed", "/failures/broken"),
        (|| Reply::Raw(b"HTTP/1.1 200 OK\r\nContent-Le".to_vec()), 2, "failed", "/failures/broken"),
        (
            || Reply::Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"Err".to_vec()),
            2,
            "failed",
            "/failures/broken",
        ),
        (|| Reply::Nothing, 2, "failed", "/failures/timeout"),
        (|| Reply::Says(200, "[not an object"), 0, "accepted", "/statuses/200"),
        // An answer that ends with the connection, and one in chunks.
        (
            || Reply::Raw(b"HTTP/1.0 200 OK\r\n\r\n{\"ErrorCode\":0}".to_vec()),
            0,
            "accepted",
            "/error_codes/0",
        ),
        (
            || {
                Reply::Raw(b"HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"Err\r\na\r\norCode\":0}\r\n0\r\n\r\n".to_vec())
            },
            0,
            "accepted",
            "/error_codes/0",
        ),
    ];
    for (number, (reply, status, outcome, place)) in cases.into_iter().enumerate() {
        let backend =
            Backend::new(move |_, request| if request.call() == "call-1" { reply() } else { SUCCESS })?;
        let patience = if place.ends_with("timeout") { "1s" } else { "1m" };
        let ran =
            backend.replay(log(3)).args(["--format", "json", "--timeout", patience, "--concurrency", "1"]);
        let ran = ran.args(["--no-resend"]);
        let ran = ran.ends_with(status)?;
        let report = report(&ran)?;
        let wanted = if outcome == "accepted" { 3 } else { 1 };
        assert_eq!(report[outcome], wanted, "case {number}\n{ran}");
        assert_eq!(
            report.pointer(place).and_then(serde_json::Value::as_u64),
            Some(wanted),
            "case {number}\n{ran}"
        );
        assert_eq!(report["sent"], 3, "case {number}\n{ran}");
        assert_eq!(backend.received().len(), 3, "case {number}: nothing is sent twice");
        let troubled = report["troubled_calls"].as_array().map(Vec::len);
        assert_eq!(troubled, Some(usize::from(outcome != "accepted")), "case {number}\n{ran}");
    }
    Ok(())
}

#[test]
fn calls_with_refusals_are_named_and_a_limit_says_what_it_cut() -> TestResult {
    let backend = Backend::new(|_, _| Reply::Says(200, r#"{"ErrorCode":5}"#))?;
    let ran = backend.replay(log(23)).args(["--concurrency", "1"]).ends_with(1)?;
    assert!(ran.text().contains("call-19 ") && !ran.text().contains("call-20 "), "{ran}");
    assert!(ran.text().contains("and 3 more"), "{ran}");
    assert!(ran.text().contains("-, record 20"), "{ran}");
    let ran = backend.replay(log(23)).args(["--format", "json"]).ends_with(1)?;
    assert_eq!(report(&ran)?["troubled_calls"].as_array().map(Vec::len), Some(23));
    Ok(())
}

#[test]
fn a_backend_that_is_not_there_is_status_2_and_ends_the_run() -> TestResult {
    // A port that was free a moment ago.
    let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let run = |more: &[&str]| {
        let run = words("replay - --speed max --concurrency 4 --wait 300ms --format json --to")
            .args([format!("http://{address}/")]);
        run.args(more).stdin(log(100)).ends_with(2)
    };
    let ran = run(&[])?;
    assert!(ran.errors().contains("cannot be reached"), "{ran}");
    assert!(ran.errors().contains("connection refused"), "{ran}");
    let report = report(&ran)?;
    assert_eq!(report["end"], "unreachable");
    assert!(report["not_sent"].as_u64() >= Some(90), "{ran}");
    Ok(())
}

#[test]
fn a_backend_that_goes_away_costs_no_more_than_it_takes_to_see() -> TestResult {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    // Answers once and is gone.
    let server = std::thread::spawn(move || -> std::io::Result<()> {
        use std::io::{Read, Write};
        let (mut stream, _) = listener.accept()?;
        drop(listener);
        let mut request = [0; 4096];
        let _ = stream.read(&mut request)?;
        stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
    });
    let url = format!("http://{address}/");
    let run = words("replay - --speed max --concurrency 1 --wait 300ms --format json --to");
    let run = run.args([url]).stdin(log(5));
    let ran = run.ends_with(2)?;
    server.join().map_err(|_| "the server panicked")??;
    let report = report(&ran)?;
    assert_eq!((&report["accepted"], &report["failed"]), (&1.into(), &1.into()), "{ran}");
    assert_eq!((&report["failures"]["connect"], &report["not_sent"]), (&1.into(), &3.into()), "{ran}");
    assert_eq!(report["end"], "unreachable", "{ran}");
    Ok(())
}

#[test]
fn a_backend_that_closes_each_connection_gets_everything_once() -> TestResult {
    for close in ["Connection: close\r\n", ""] {
        let answer = format!("HTTP/1.1 200 OK\r\n{close}Content-Length: 15\r\n\r\n{{\"ErrorCode\":0}}");
        let backend = Backend::new(move |_, _| Reply::Raw(answer.clone().into_bytes()))?;
        // Without a word, a backend can close while the next request is on its way: that one is sent once more.
        let ran = backend.replay(log(40)).args(["--concurrency", "1", "--format", "json"]).ends_with(0)?;
        let report = report(&ran)?;
        let mut calls: Vec<String> = backend.received().iter().map(|it| it.call()).collect();
        let accepted = report["accepted"].as_u64();
        assert_eq!(accepted, Some(calls.len() as u64), "what arrived was answered\n{ran}");
        calls.dedup();
        assert_eq!(accepted, Some(calls.len() as u64), "nothing arrives twice\n{ran}");
    }
    Ok(())
}

#[test]
fn a_compressed_answer_is_read_before_it_is_judged() -> TestResult {
    let body = gzip(br#"{"ErrorCode":7}"#)?;
    let head = format!("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n", body.len());
    let answer = [head.as_bytes(), &body].concat();
    let backend = Backend::new(move |_, _| Reply::Raw(answer.clone()))?;
    let ran = backend.replay(log(1)).args(["--format", "json"]).ends_with(1)?;
    assert_eq!(report(&ran)?["error_codes"], serde_json::json!({"7": 1}), "{ran}");
    Ok(())
}

/// Broken off, unpacking to more than is looked at, in a coding that is not known; and one that is what it says.
#[test]
fn an_answer_that_cannot_be_decoded_is_said() -> TestResult {
    let whole = gzip(br#"{"ErrorCode":7}"#)?;
    for (coding, body, cut) in [
        ("gzip", whole[..whole.len() - 9].to_vec(), 1),
        ("gzip", gzip(vec![b' '; 1 << 20])?, 1),
        ("zstd", b"\x28\xb5\x2f\xfd".to_vec(), 1),
        ("zstd", Vec::new(), 0),
        ("gzip", gzip(b"ok")?, 0),
        ("identity", b"ok".to_vec(), 0),
    ] {
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        let answer = [head.as_bytes(), &body].concat();
        let backend = Backend::new(move |_, _| Reply::Raw(answer.clone()))?;
        let ran = backend.replay(log(1)).args(["--format", "json"]).ends_with(0)?;
        assert_eq!(report(&ran)?["cut_answers"], cut, "{coding}: {ran}");
        assert_eq!(ran.errors().contains("in a coding that cannot be undone"), cut == 1, "{ran}");
    }
    Ok(())
}

#[test]
fn an_endless_answer_is_cut() -> TestResult {
    let mut answer =
        b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n{\"ErrorCode\":0,\"x\":\"".to_vec();
    answer.resize(answer.len() + 300_000, b'x');
    let backend = Backend::new(move |_, _| Reply::Raw(answer.clone()))?;
    let ran = backend.replay(log(2)).args(["--format", "json"]).ends_with(0)?;
    let report = report(&ran)?;
    assert_eq!(report["cut_answers"], 2, "{ran}");
    assert_eq!(report["error_codes"], serde_json::json!({}), "{ran}");
    assert!(ran.errors().contains("2 answers longer than 64 KiB"), "{ran}");
    Ok(())
}

#[test]
fn an_input_that_cannot_be_read_is_status_2_and_the_rest_is_sent() -> TestResult {
    let backend = Backend::accepting()?;
    let ran = backend.replay(log(2)).args(["no-such-file"]).ends_with(2)?;
    assert!(ran.errors().contains("no-such-file"), "{ran}");
    assert_eq!(backend.received().len(), 2);
    Ok(())
}

#[test]
fn without_room_for_the_callbacks_nothing_is_sent() -> TestResult {
    let backend = Backend::accepting()?;
    let ran = backend.replay(log(2)).env("TMPDIR", "/no/such/folder").ends_with(2)?;
    assert!(ran.errors().contains("cannot keep the callbacks in a temporary file"), "{ran}");
    assert!(backend.received().is_empty());
    Ok(())
}
