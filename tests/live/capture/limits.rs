//! Clients that want too much: each is refused, told so, and leaves nothing behind.

use std::fs;
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::client::{Client, TARGET, post, start_call};
use super::receiver::{Receiver, envelopes, new_log, until};
use crate::support::TestResult;

/// A receiver, a client that sends these bytes, and the status that it is answered with.
fn refused(more: &[&str], bytes: &[u8], expected: u16, message: &str) -> TestResult {
    let said = said_of(more, bytes, expected, message)?;
    assert!(said.contains("1 recorded, 1 over limits |"), "{said}");
    Ok(())
}

/// The same, and what the receiver has said.
fn said_of(more: &[&str], bytes: &[u8], expected: u16, message: &str) -> TestResult<String> {
    let (_folder, log) = new_log()?;
    let receiver = Receiver::start(&log, more)?;
    let mut client = receiver.client()?;
    client.send(bytes)?;
    let answer = client.answer()?;
    assert_eq!((answer.status, answer.body.as_str()), (expected, message));
    assert!(client.is_closed(), "no second request is read from a client that was refused");
    // Others are served as before.
    assert_eq!(receiver.client()?.ask(&post(TARGET, "", b"{}"))?.status, 200);
    let ended = receiver.stop()?;
    assert_eq!(envelopes(&log)?.len(), 1);
    Ok(ended.said)
}

#[test]
fn a_header_section_that_is_too_long() -> TestResult {
    let header = format!("GET / HTTP/1.1\r\nX-Long: {}\r\n\r\n", "a".repeat(20_000));
    refused(&[], header.as_bytes(), 431, "")
}

#[test]
fn a_header_section_that_takes_too_long() -> TestResult {
    let message = r#"{"ErrorCode":408,"ErrorMessage":"the header section takes too long"}"#;
    refused(&["--header-time", "100ms"], b"POST / HTTP/1.1\r\nX-Slow: ", 408, message)
}

#[test]
fn a_body_that_takes_too_long() -> TestResult {
    let request = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{";
    refused(
        &["--body-time", "100ms"],
        request,
        408,
        r#"{"ErrorCode":408,"ErrorMessage":"the body takes too long"}"#,
    )
}

/// The time of a body begins with its header section, and not with the connection.
#[test]
fn a_request_that_takes_too_long_as_a_whole() -> TestResult {
    let (_folder, log) = new_log()?;
    let receiver = Receiver::start(&log, &["--body-time", "2s"])?;
    let (mut slow, mut late) = (receiver.client()?, receiver.client()?);
    let head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n";
    slow.send(&head[..20])?;
    sleep(Duration::from_millis(2100));
    late.send(head)?;
    slow.send(&head[20..])?;
    let sent = Instant::now();
    assert_eq!(slow.answer()?.status, 408);
    assert!(sent.elapsed() < Duration::from_millis(1500), "{:?}", sent.elapsed());
    assert_eq!(late.ask(b"{}")?.status, 200);
    receiver.stop()?;
    Ok(())
}

#[test]
fn a_body_that_is_too_long() -> TestResult {
    let message = r#"{"ErrorCode":413,"ErrorMessage":"the body is longer than 1000 bytes"}"#;
    let limit = ["--max-body", "1000"];
    refused(&limit, &post("/", "", &[b'x'; 1001]), 413, message)?;
    // Announced, and never sent.
    refused(&limit, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n", 413, message)?;
    let chunked = [
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nFFF\r\n".as_slice(),
        &[b'x'; 4095],
    ];
    refused(&limit, &chunked.concat(), 413, message)
}

#[test]
fn bodies_that_together_are_too_much() -> TestResult {
    let (_folder, log) = new_log()?;
    let receiver = Receiver::start(&log, &["--max-body", "100K", "--max-memory", "200K"])?;
    let body = [b'x'; 90_000];
    let unfinished = post("/", "", &body);
    let mut slow: Vec<Client> = Vec::new();
    for _ in 0..2 {
        let mut client = receiver.client()?;
        client.send(&unfinished[..unfinished.len() - 1])?;
        slow.push(client);
    }
    let message = r#"{"ErrorCode":503,"ErrorMessage":"too many bodies at once"}"#;
    until("the bodies take up the memory", || {
        let answer = receiver.client().and_then(|mut client| client.ask(&post("/", "", &body)));
        answer.is_ok_and(|answer| {
            answer.status == 503 && answer.body == message && answer.header("retry-after") == Some("1")
        })
    })?;
    drop(slow);
    until("the memory is free again", || {
        let answer = receiver.client().and_then(|mut client| client.ask(&post("/", "", &body)));
        answer.is_ok_and(|answer| answer.status == 200)
    })?;
    receiver.stop()?;
    Ok(())
}

#[test]
fn requests_that_are_malformed() -> TestResult {
    for (malformed, cause) in [
        (b"garbage\r\n\r\n".as_slice(), "invalid "),
        (b"POST / HTTP/1.1\r\nno colon\r\n\r\n", "invalid HTTP header parsed"),
        (b"POST /\xff HTTP/1.1\r\n\r\n", "invalid URI"),
        (b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n", "invalid content-length parsed"),
        (
            b"POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
            "invalid content-length parsed",
        ),
        (b"\0\x01\x02\r\n\r\n", "invalid "),
    ] {
        let said = said_of(&[], malformed, 400, "")?;
        let note = format!("note: a malformed request from 127.0.0.1 was answered with 400: {cause}");
        assert!(said.contains(&note) && said.contains("1 recorded, 1 malformed |"), "{said}");
    }
    let said = said_of(&[], b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400, "")?;
    assert!(said.contains("note: 127.0.0.1 sent TLS") && said.contains("1 malformed |"), "{said}");
    let broken = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n";
    let said = said_of(&[], broken, 400, r#"{"ErrorCode":400,"ErrorMessage":"the body breaks off"}"#)?;
    assert!(said.contains("note: the body of a request from 127.0.0.1 is incomplete"), "{said}");
    assert!(said.contains("1 recorded, 1 malformed |"), "{said}");
    Ok(())
}

/// Whoever has not sent a whole request when the receiver stops does not hold it up for as long as the limits allow.
#[test]
fn clients_that_are_stuck_do_not_hold_up_the_end() -> TestResult {
    let (_folder, log) = new_log()?;
    let receiver = Receiver::start(&log, &["--header-time", "1h", "--body-time", "1h"])?;
    let (mut header, mut body) = (receiver.client()?, receiver.client()?);
    header.send(b"POST / HTTP/1.1\r\nX-Slow: ")?;
    body.send(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{")?;
    assert_eq!(receiver.client()?.ask(&post(TARGET, "", b"{}"))?.status, 200);
    receiver.stop()?;
    assert_eq!(body.answer()?.status, 408);
    Ok(())
}

#[test]
fn a_client_that_goes_away_within_its_body() -> TestResult {
    let (_folder, log) = new_log()?;
    let receiver = Receiver::start(&log, &[])?;
    let mut client = receiver.client()?;
    client.send(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{")?;
    drop(client);
    // One that only ends its sending side has sent all it has to send, and still gets its answer.
    let mut client = receiver.client()?;
    client.send(&post(TARGET, "", start_call("c1").as_bytes()))?;
    client.finish()?;
    assert_eq!(client.answer()?.status, 200);
    receiver.stop()?;
    assert_eq!(envelopes(&log)?.len(), 1);
    Ok(())
}

/// The head of a request whose body is waited for.
const HEAD: &[u8] = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n";

#[test]
fn connections_that_are_too_many() -> TestResult {
    let (_folder, log) = new_log()?;
    let receiver = Receiver::start(&log, &["--max-connections", "2"])?;
    let (mut one, mut two) = (receiver.client()?, receiver.client()?);
    for client in [&mut one, &mut two] {
        client.send(HEAD)?;
        assert_eq!(client.head()?.status, 100, "none of them is idle");
    }
    let answer = receiver.client()?.answer()?;
    let message = r#"{"ErrorCode":503,"ErrorMessage":"too many connections"}"#;
    assert_eq!((answer.status, answer.body.as_str()), (503, message));
    drop(one);
    until("there is room again", || {
        let answer = receiver.client().and_then(|mut client| client.ask(&post(TARGET, "", b"{}")));
        answer.is_ok_and(|answer| answer.status == 200)
    })?;
    assert_eq!(two.ask(b"{}")?.status, 200);
    let ended = receiver.stop()?;
    assert!(ended.said.contains(" connections turned away"), "{}", ended.said);
    Ok(())
}

/// As many connections as there are places, from one peer, none of which sends anything: others are still served.
#[test]
fn idle_connections_keep_nobody_out() -> TestResult {
    let (_folder, log) = new_log()?;
    let receiver = Receiver::start(&log, &["--max-connections", "8", "--header-time", "60s"])?;
    let mut idle = Vec::new();
    for _ in 0..8 {
        idle.push(receiver.client()?);
    }
    let mut recorded = 0;
    while recorded < 8 {
        until("a request is served", || {
            let answer = receiver.client().and_then(|mut client| client.ask(&post(TARGET, "", b"{}")));
            answer.is_ok_and(|answer| answer.status == 200)
        })?;
        recorded += 1;
    }
    assert!(idle[0].is_closed(), "it had been idle longest");
    receiver.stop()?;
    assert_eq!(envelopes(&log)?.len(), recorded);
    Ok(())
}

/// As many bodies as one peer has places, none of which ever ends, and all through one proxy: others are still served.
#[test]
fn bodies_that_trickle_keep_nobody_out() -> TestResult {
    let (_folder, log) = new_log()?;
    let receiver = Receiver::start(&log, &["--max-connections", "4", "--body-time", "60s"])?;
    let mut slow = Vec::new();
    for _ in 0..3 {
        let mut client = receiver.client()?;
        client.send(HEAD)?;
        // Waited for before the next one begins: the order in which they began decides who makes way.
        assert_eq!(client.head()?.status, 100);
        slow.push(client);
    }
    until("a request is served", || {
        let answer = receiver.client().and_then(|mut client| client.ask(&post(TARGET, "", b"{}")));
        answer.is_ok_and(|answer| answer.status == 200)
    })?;
    assert_eq!(slow[0].answer()?.status, 408, "it had been sending longest");
    assert_eq!(slow[1].ask(b"{}")?.status, 200);
    receiver.stop()?;
    Ok(())
}

#[test]
fn an_idle_connection_is_closed() -> TestResult {
    let (_folder, log) = new_log()?;
    let receiver = Receiver::start(&log, &["--header-time", "100ms"])?;
    let (mut new, mut used) = (receiver.client()?, receiver.client()?);
    assert_eq!(used.ask(&post(TARGET, "", b"{}"))?.status, 200);
    assert!(new.is_closed() && used.is_closed(), "without a word");
    receiver.stop()?;
    Ok(())
}

/// Open descriptors and resident memory, in KiB.
fn held(process: u32) -> TestResult<(usize, u64)> {
    let descriptors = fs::read_dir(format!("/proc/{process}/fd"))?.count();
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
    Ok((descriptors, resident.trim().trim_end_matches(" kB").parse()?))
}

/// Every kind of trouble at once, over and over: descriptors are back where they were, and memory has stayed within
/// what the limits allow.
#[test]
#[cfg(target_os = "linux")]
fn troublesome_clients_leave_nothing_behind() -> TestResult {
    let (_folder, log) = new_log()?;
    let limits = ["--max-memory", "8M", "--max-body", "1M", "--header-time", "200ms", "--body-time", "200ms"];
    let receiver = Receiver::start(&log, &limits)?;
    receiver.client()?.ask(&post(TARGET, "", b"{}"))?;
    until("the first connection is gone", || {
        held(receiver.id()).is_ok_and(|(descriptors, _)| descriptors > 0)
    })?;
    let (descriptors, memory) = held(receiver.id())?;
    let large = post("/", "", &[b'\x01'; 1_000_000]);
    let unfinished = &large[..large.len() - 1];
    let kinds: [&[u8]; 6] = [
        b"",
        b"POST / HTTP/1.1\r\nX-Slow: ",
        b"garbage\r\n\r\n",
        unfinished,
        &large,
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n{",
    ];
    for _ in 0..2 {
        let mut clients = Vec::new();
        for number in 0..120 {
            let mut client = receiver.client()?;
            // A refused client may find its connection closed while it still sends.
            drop(client.send(kinds[number % kinds.len()]));
            clients.push(client);
        }
        let (_, grown) = held(receiver.id())?;
        assert!(grown < memory + 64 * 1024, "from {memory} to {grown} KiB");
    }
    until("the descriptors are closed", || held(receiver.id()).is_ok_and(|(now, _)| now <= descriptors))?;
    let (_, after) = held(receiver.id())?;
    assert!(after < memory + 64 * 1024, "from {memory} to {after} KiB");
    assert_eq!(receiver.client()?.ask(&post(TARGET, "", b"{}"))?.status, 200);
    receiver.stop()?;
    envelopes(&log)?;
    Ok(())
}
