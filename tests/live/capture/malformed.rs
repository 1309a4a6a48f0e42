//! What is not a whole request: what it is answered with, and what is counted, are what the documentation says.

use super::receiver::{Receiver, envelopes, new_log};
use crate::support::TestResult;

struct Case {
    sent: Vec<u8>,
    /// Says that nothing more is sent.
    finishes: bool,
    status: u16,
    counted: &'static str,
    note: &'static str,
}

#[test]
fn what_is_not_a_whole_request_is_answered_and_counted() -> TestResult {
    let preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0".to_vec();
    let many = |count: usize| {
        let headers: String = (1..count).map(|number| format!("X-{number}: 1\r\n")).collect();
        format!("POST / HTTP/1.1\r\nHost: x\r\n{headers}\r\n").into_bytes()
    };
    let breaks_off =
        "note: a request from 127.0.0.1 that ends within its header section was answered with 400";
    let http2 =
        "note: 127.0.0.1 sent HTTP/2, which was answered with 400: use HTTP/1.1, or a proxy that does";
    let malformed = "0 recorded, 1 malformed |";
    let cases = [
        Case {
            sent: b"POST / HTTP/1.1\r\nHost: x\r\n".to_vec(),
            finishes: true,
            status: 400,
            counted: malformed,
            note: breaks_off,
        },
        Case { sent: b"P".to_vec(), finishes: true, status: 400, counted: malformed, note: breaks_off },
        Case { sent: preface.clone(), finishes: false, status: 400, counted: malformed, note: http2 },
        Case { sent: preface, finishes: true, status: 400, counted: malformed, note: http2 },
        Case {
            sent: many(101),
            finishes: false,
            status: 431,
            counted: "0 recorded, 1 over limits |",
            note: "",
        },
        Case {
            sent: many(100),
            finishes: true,
            status: 200,
            counted: "1 recorded, 1 not callbacks |",
            note: "",
        },
    ];
    for (number, case) in cases.iter().enumerate() {
        let (_folder, log) = new_log()?;
        let receiver = Receiver::start(&log, &[])?;
        let mut client = receiver.client()?;
        client.send(&case.sent)?;
        if case.finishes {
            client.finish()?;
        }
        let answer = client.answer()?;
        assert_eq!(answer.status, case.status, "case {number}");
        assert!(answer.status == 200 || answer.body.is_empty(), "case {number}");
        drop(client);
        let ended = receiver.stop()?;
        assert!(
            ended.said.contains(case.counted) && ended.said.contains(case.note),
            "case {number}: {}",
            ended.said
        );
        assert_eq!(envelopes(&log)?.len(), usize::from(case.status == 200));
    }
    Ok(())
}

/// A connection without a byte on it is nothing: balancers open such all the time.
#[test]
fn a_connection_without_a_request_is_not_counted() -> TestResult {
    let (_folder, log) = new_log()?;
    let receiver = Receiver::start(&log, &[])?;
    let mut client = receiver.client()?;
    client.finish()?;
    assert!(client.is_closed());
    drop(receiver.client()?);
    let ended = receiver.stop()?;
    assert!(ended.said.contains("0 recorded |"), "{}", ended.said);
    Ok(())
}

/// A second half of a request on a connection that has served one is counted as well.
#[test]
fn half_a_request_after_a_whole_one_is_counted() -> TestResult {
    let (_folder, log) = new_log()?;
    let receiver = Receiver::start(&log, &[])?;
    let mut client = receiver.client()?;
    assert_eq!(client.ask(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}")?.status, 200);
    client.send(b"POST / HTTP/1.1\r\nHo")?;
    client.finish()?;
    assert_eq!(client.answer()?.status, 400);
    drop(client);
    let ended = receiver.stop()?;
    assert!(ended.said.contains("1 recorded, 1 not callbacks, 1 malformed |"), "{}", ended.said);
    Ok(())
}
