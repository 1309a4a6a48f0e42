//! Requests that are passed on to a backend.

use serde_json::Value;

use super::backend::Backend;
use super::client::{TARGET, post, start_call};
use super::receiver::{Receiver, beside, envelopes, new_log};
use crate::support::{TestResult, tool};

/// A receiver in front of a backend, one request, and what has become of it.
fn passed(backend: &str, more: &[&str]) -> TestResult<(super::client::Answer, Value, String)> {
    let (_folder, log) = new_log()?;
    let receiver = Receiver::start(&log, &[&["--forward", backend], more].concat())?;
    let mut client = receiver.client()?;
    let headers = "X-Two: 1\r\nX-Two: 2\r\nConnection: X-Own\r\nX-Own: 1\r\n";
    let answer = client.ask(&post(TARGET, headers, start_call("c1").as_bytes()))?;
    drop(client);
    let ended = receiver.stop()?;
    assert_eq!(envelopes(&log)?.len(), 1, "recorded whatever the backend does");
    let mut entries = envelopes(&beside(&log, "forward"))?;
    assert_eq!(entries.len(), 1);
    Ok((answer, entries.remove(0), ended.said))
}

#[test]
fn the_backends_answer_is_given() -> TestResult {
    let backend = Backend::start(
        "HTTP/1.1 201 Created\r\nX-Backend: yes\r\nConnection: close\r\nContent-Length: 16\r\n\r\n{\"ErrorCode\": 0}",
    )?;
    let (answer, entry, said) = passed(&format!("http://{}/hooks?k=v", backend.address), &[])?;
    assert_eq!((answer.status, answer.body.as_str()), (201, "{\"ErrorCode\": 0}"));
    assert_eq!(answer.header("x-backend"), Some("yes"));
    let request = backend.request()?;
    let target = TARGET.replace("/callkit?", "/hooks/callkit?k=v&");
    assert!(request.starts_with(&format!("POST {target} HTTP/1.1\r\n")), "{request}");
    assert!(request.ends_with(&format!("\r\n\r\n{}", start_call("c1"))), "{request}");
    assert!(request.contains(&format!("host: {}\r\n", backend.address)), "{request}");
    assert!(request.contains("x-two: 1\r\nx-two: 2\r\n") && !request.contains("x-own"), "{request}");
    assert_eq!((&entry["status"], &entry["url"], &entry["offset"]), (&201.into(), &TARGET.into(), &0.into()));
    let known = (&entry["call_id"], &entry["command"], &entry["record"], &entry["delivery"]);
    assert_eq!(known, (&"c1".into(), &"caller_start_call".into(), &1.into(), &1.into()));
    assert!(entry["latency_ms"].is_f64() && entry["received_at"].is_string() && entry["error"].is_null());
    assert!(!said.contains("failed at the backend"), "{said}");
    Ok(())
}

#[test]
fn a_backends_failure_is_passed_back() -> TestResult {
    let backend = Backend::start("HTTP/1.1 500 Oops\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno")?;
    let (answer, entry, said) = passed(&format!("http://{}", backend.address), &[])?;
    assert_eq!((answer.status, answer.body.as_str()), (500, "no"));
    assert_eq!(entry["status"], 500);
    assert!(said.contains("1 failed at the backend"), "{said}");
    assert!(said.contains("last failed: c1 caller_start_call: 500"), "{said}");
    Ok(())
}

/// The vendor sends a callback again for an `ErrorCode` other than 0 too, whatever the status is.
#[test]
fn a_backends_error_code_counts_as_its_failure() -> TestResult {
    let backend = Backend::start(
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 16\r\n\r\n{\"ErrorCode\": 7}",
    )?;
    let (answer, entry, said) = passed(&format!("http://{}", backend.address), &[])?;
    assert_eq!((answer.status, answer.body.as_str()), (200, "{\"ErrorCode\": 7}"));
    assert_eq!((&entry["status"], &entry["error_code"]), (&200.into(), &7.into()));
    assert!(said.contains("1 failed at the backend"), "{said}");
    Ok(())
}

#[test]
fn a_backend_that_is_not_there_is_a_bad_gateway() -> TestResult {
    // A port that was free a moment ago, and that nobody else is given at once.
    let address = std::net::TcpListener::bind(("127.0.0.1", 0))?.local_addr()?;
    let (answer, entry, said) = passed(&format!("http://{address}"), &[])?;
    assert_eq!(answer.status, 502);
    assert_eq!(answer.body, r#"{"ErrorCode":502,"ErrorMessage":"the backend gives no answer"}"#);
    assert!(entry["error"].as_str().is_some_and(|error| error.ends_with("connection refused")), "{entry}");
    assert!(said.contains("note: the backend: "), "{said}");
    Ok(())
}

#[test]
fn a_backend_that_does_not_answer_is_a_gateway_timeout() -> TestResult {
    let backend = Backend::start("")?;
    let (answer, entry, _) = passed(&format!("http://{}", backend.address), &["--forward-time", "100ms"])?;
    assert_eq!((answer.status, &entry["status"]), (504, &504.into()));
    assert_eq!(entry["error"], "no answer within 100ms");
    Ok(())
}

#[test]
fn a_backend_that_says_too_much_or_breaks_off_is_a_bad_gateway() -> TestResult {
    for answer in [
        "HTTP/1.1 200 OK\r\nContent-Length: 2000000\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\nConnection: close\r\n\r\n{",
        "nonsense\r\n\r\n",
    ] {
        let backend = Backend::start(answer)?;
        let (given, entry, _) = passed(&format!("http://{}", backend.address), &[])?;
        assert_eq!((given.status, &entry["status"]), (502, &502.into()), "{answer}");
    }
    Ok(())
}

#[test]
fn what_is_refused_never_reaches_the_backend() -> TestResult {
    let (_folder, log) = new_log()?;
    let backend = Backend::start("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")?;
    let url = format!("http://{}", backend.address);
    let receiver = Receiver::start(&log, &["--forward", &url, "--sdkappid", "7"])?;
    assert_eq!(receiver.client()?.ask(&post(TARGET, "", b"{}"))?.status, 403);
    receiver.stop()?;
    assert!(backend.is_unasked());
    Ok(())
}

/// The request on its way is finished when the receiver is told to end, and only then it ends.
#[test]
fn a_request_in_flight_is_finished_before_the_end() -> TestResult {
    let (_folder, log) = new_log()?;
    let backend = Backend::start("")?;
    let url = format!("http://{}", backend.address);
    let receiver = Receiver::start(&log, &["--forward", &url, "--forward-time", "500ms"])?;
    let (mut client, mut idle) = (receiver.client()?, receiver.client()?);
    client.send(&post(TARGET, "", start_call("c1").as_bytes()))?;
    backend.request()?;
    receiver.signal("TERM")?;
    assert!(idle.is_closed(), "a connection without a request is closed at once");
    assert_eq!(client.answer()?.status, 504, "the answer that the backend's silence calls for");
    let ended = receiver.wait()?;
    assert_eq!(ended.status, Some(0), "{}", ended.said);
    assert_eq!(envelopes(&log)?.len(), 1);
    Ok(())
}

#[test]
fn a_second_signal_does_not_wait() -> TestResult {
    let (_folder, log) = new_log()?;
    let backend = Backend::start("")?;
    let url = format!("http://{}", backend.address);
    let receiver = Receiver::start(&log, &["--forward", &url, "--forward-time", "1h"])?;
    let (mut client, mut idle) = (receiver.client()?, receiver.client()?);
    client.send(&post(TARGET, "", start_call("c1").as_bytes()))?;
    backend.request()?;
    receiver.signal("TERM")?;
    assert!(idle.is_closed(), "the first signal has been heeded");
    receiver.signal("TERM")?;
    let ended = receiver.wait()?;
    assert_eq!(ended.status, Some(2), "{}", ended.said);
    let note = "note: 1 connection cut off; what was not answered will be sent again";
    assert!(ended.said.contains(note), "{}", ended.said);
    assert!(client.is_closed());
    assert_eq!(envelopes(&log)?.len(), 1);
    Ok(())
}

#[test]
fn a_backend_that_cannot_be_is_refused_without_repeating_it() -> TestResult {
    for (url, cause) in [
        ("http://u:SECRET@h/", "a URL with a user or password, which is not supported; leave them out"),
        ("http://127.0.0.1:99999/SECRET", "a URL whose port is not a number from 1 to 65535"),
        ("SECRET", "not a URL such as http://127.0.0.1:8080/callkit"),
        (
            "http://h/#SECRET",
            "a URL with a fragment, which is never sent; leave out the `#` and what follows",
        ),
    ] {
        let (_folder, log) = new_log()?;
        let ran = crate::support::tool(super::receiver::arguments(&log, &["--forward", url])).ends_with(2)?;
        assert_eq!(ran.errors(), format!("error: the value of `--forward` is {cause}\n"));
    }
    Ok(())
}

/// An `ErrorCode` that is no integer is no success, as for `replay`. The answer must be one that can be read.
#[test]
fn an_error_code_in_quotes_is_a_failure_and_nothing_comes_compressed() -> TestResult {
    let backend = Backend::start(
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 17\r\n\r\n{\"ErrorCode\":\"7\"}",
    )?;
    let (_folder, log) = new_log()?;
    let receiver = Receiver::start(&log, &["--forward", &format!("http://{}", backend.address)])?;
    let request = post(TARGET, "Accept-Encoding: gzip\r\n", start_call("c1").as_bytes());
    assert_eq!(receiver.client()?.ask(&request)?.body, "{\"ErrorCode\":\"7\"}");
    assert!(!backend.request()?.contains("accept-encoding"));
    let ended = receiver.stop()?;
    assert!(ended.said.contains("1 failed at the backend"), "{}", ended.said);
    let text = std::fs::read_to_string(beside(&log, "forward"))?;
    assert!(
        text.starts_with("{\"received_at\":\"") && text.contains("\"error_code\":\"no integer\""),
        "{text}"
    );
    Ok(())
}

#[test]
fn the_length_that_a_head_is_answered_with_is_kept() -> TestResult {
    let backend = Backend::start("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1234\r\n\r\n")?;
    let (_folder, log) = new_log()?;
    let url = format!("http://{}", backend.address);
    let receiver = Receiver::start(&log, &["--forward", &url, "--forward-all"])?;
    let mut client = receiver.client()?;
    client.send(b"HEAD /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")?;
    let answer = client.head()?;
    assert_eq!((answer.status, answer.header("content-length")), (200, Some("1234")));
    assert!(client.is_closed());
    receiver.stop()?;
    Ok(())
}

/// The vendor sends the same body again: the second delivery of a callback, and the next record of the log.
#[test]
fn redeliveries_are_counted() -> TestResult {
    let (_folder, log) = new_log()?;
    std::fs::write(&log, "{\"received_at\":\"2024-06-12T00:00:00.000Z\",\"body\":\"{}\"}\n")?;
    let backend = Backend::start("HTTP/1.1 500 Oops\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno")?;
    let receiver = Receiver::start(&log, &["--forward", &format!("http://{}", backend.address)])?;
    for call in ["c1", "c1", "c2", "c1"] {
        let target = format!("{TARGET}&RequestTime=1");
        receiver.client()?.ask(&post(&target, "", start_call(call).as_bytes()))?;
    }
    receiver.stop()?;
    let entries = envelopes(&beside(&log, "forward"))?;
    let known: Vec<_> = entries.iter().map(|it| (it["record"].as_u64(), it["delivery"].as_u64())).collect();
    assert_eq!(
        known,
        [(2, 1), (3, 2), (4, 1), (5, 3)].map(|(record, delivery)| (Some(record), Some(delivery)))
    );
    let table = tool(["export", "--table", "deliveries", "--columns", "call_id,deliveries,delivery_status"])
        .args([&log, &beside(&log, "forward")])
        .ends_with(0)?;
    assert_eq!(table.text(), "call_id,deliveries,delivery_status\nc1,3,refused\nc2,1,refused\n", "{table}");
    Ok(())
}
