//! What is recorded of a request, and what it is answered with.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;

use serde_json::{Value, json};

use super::client::{TARGET, post, start_call};
use super::receiver::{Receiver, beside, envelopes, new_log, until};
use crate::support::{TestResult, tool};

const SUCCESS: &str = r#"{"ErrorCode":0,"ErrorMessage":"Success"}"#;
const V4_SUCCESS: &str = r#"{"ActionStatus":"OK","ErrorInfo":"","ErrorCode":0}"#;

#[test]
fn each_family_is_answered_as_the_vendor_expects() -> TestResult {
    let (_folder, log) = new_log()?;
    let receiver = Receiver::start(&log, &[])?;
    let mut client = receiver.client()?;
    let v4 = r#"{"CallbackCommand":"Call.CallbackAfterStartCall","CallInfo":{"CallId":"c2"},"EventTime":1704856873000}"#;
    let status =
        start_call("c3").replace(r#""Event":"start_call","CallResult":"""#, r#""CallResult":"cancel""#);
    let cases: [(&str, &str, &str); 6] = [
        (TARGET, &start_call("c1"), SUCCESS),
        ("/?SdkAppid=1&CallbackCommand=Call.CallbackAfterStartCall", v4, V4_SUCCESS),
        ("/?sdkappid=1&command=cancel", &status, SUCCESS),
        ("/", "no callback at all", SUCCESS),
        ("/", r#"{"CallbackCommand":"C2C.CallbackAfterSendMsg"}"#, SUCCESS),
        ("/", "", SUCCESS),
    ];
    for (target, body, expected) in cases {
        let answer = client.ask(&post(target, "", body.as_bytes()))?;
        assert_eq!((answer.status, answer.body.as_str()), (200, expected), "{target} {body}");
        assert_eq!(answer.header("content-type"), Some("application/json"));
    }
    drop(client);
    let ended = receiver.stop()?;
    assert!(ended.said.contains("6 recorded, 3 not callbacks |"), "{}", ended.said);
    let bodies: Vec<Value> = envelopes(&log)?.iter().map(|line| line["body"].clone()).collect();
    assert_eq!(bodies, cases.map(|(_, body, _)| Value::from(body)));
    Ok(())
}

#[test]
fn a_line_holds_the_request_to_the_byte() -> TestResult {
    let (_folder, log) = new_log()?;
    let receiver = Receiver::start(&log, &[])?;
    let mut client = receiver.client()?;
    let headers = "X-One: 1\r\nX-Two: a\r\nx-two: \"b\"\r\nX-Latin: \u{e9}\r\n";
    let body = "{ \"a\" : \"\\u0041\u{1f600}\",\r\n\t\"b\": \"\u{2028}\u{7f}\" }\n\n";
    client.ask(&post("/p%20q?a=%41&b=+&c", headers, body.as_bytes()))?;
    client.ask(&post("/", "", b"{\"a\":\"\xff\x00\"}"))?;
    // A chunked body is recorded without its chunks.
    let chunked = b"PUT /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n{\"a\"\r\n3\r\n:1}\r\n0\r\n\r\n";
    client.ask(chunked)?;
    drop(client);
    receiver.stop()?;
    let lines = envelopes(&log)?;
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[0]["method"], "POST");
    assert_eq!(lines[0]["url"], "/p%20q?a=%41&b=+&c");
    assert_eq!(lines[0]["body"], body);
    let length = body.len().to_string();
    let expected = json!({"host": "test", "x-one": "1", "x-two": ["a", "\"b\""], "x-latin": "\u{e9}", "content-length": length});
    assert_eq!(lines[0]["headers"], expected);
    assert!(
        lines[0]["received_at"].as_str().is_some_and(|time| time.len() == "2026-01-31T23:59:59.999Z".len())
    );
    assert_eq!((&lines[1]["body"], &lines[1]["body_base64"]), (&Value::Null, &"eyJhIjoi/wAifQ==".into()));
    assert_eq!((&lines[2]["method"], &lines[2]["body"]), (&"PUT".into(), &"{\"a\":1}".into()));
    Ok(())
}

#[test]
fn the_log_is_the_owners_alone() -> TestResult {
    let (_folder, log) = new_log()?;
    let receiver = Receiver::start(&log, &["--sdkappid", "7"])?;
    receiver.client()?.ask(&post(TARGET, "", b"{}"))?;
    receiver.stop()?;
    for file in [log.clone(), beside(&log, "refused"), beside(&log, "lock")] {
        assert_eq!(file.metadata()?.permissions().mode() & 0o777, 0o600, "{}", file.display());
    }
    Ok(())
}

/// What `simulate` wrote as envelopes, sent as requests, must come out of the log as the same callbacks.
#[test]
fn validate_gives_every_acknowledged_callback_once() -> TestResult {
    let (_folder, log) = new_log()?;
    let simulated = tool(["simulate", "--calls", "40", "--seed", "3"]).ends_with(0)?.json_lines()?;
    let receiver = Receiver::start(&log, &["--validate"])?;
    let mut client = receiver.client()?;
    for envelope in &simulated {
        let (url, body) =
            (envelope["url"].as_str().unwrap_or("/"), envelope["body"].as_str().unwrap_or_default());
        assert_eq!(client.ask(&post(url, "", body.as_bytes()))?.status, 200);
    }
    drop(client);
    let ended = receiver.stop()?;
    let validated = tool(["validate", "--format", "concise"]).args([&log]).ends_with(0)?;
    let checked = format!("checked {0} records ({0} callbacks: {0} event) in 1 input", simulated.len());
    assert!(validated.errors().starts_with(&checked), "{validated}");
    // What was said while they came in is what a look at the log says afterwards; the places of findings on calls lack
    // their columns.
    let rules = |text: &str| {
        let words = text.lines().filter_map(|line| Some(line.split(": ").nth(1)?.to_owned()));
        let mut counts = BTreeMap::new();
        words.for_each(|rule| *counts.entry(rule).or_insert(0) += 1);
        counts
    };
    assert_eq!(rules(&ended.stdout), rules(&validated.text()));
    let sent: Vec<&Value> = simulated.iter().map(|envelope| &envelope["body"]).collect();
    let lines = envelopes(&log)?;
    assert_eq!(sent, lines.iter().map(|line| &line["body"]).collect::<Vec<_>>());
    Ok(())
}

/// What `--print` shows is what `calls` lists afterwards, and a line for each callback.
#[test]
fn calls_and_callbacks_are_printed_while_they_come() -> TestResult {
    let (_folder, log) = new_log()?;
    let simulated = tool(["simulate", "--calls", "8", "--seed", "3"]).ends_with(0)?.json_lines()?;
    let receiver = Receiver::start(&log, &["--print=calls,callbacks"])?;
    let mut client = receiver.client()?;
    for envelope in &simulated {
        let (url, body) =
            (envelope["url"].as_str().unwrap_or("/"), envelope["body"].as_str().unwrap_or_default());
        assert_eq!(client.ask(&post(url, "", body.as_bytes()))?.status, 200);
    }
    drop(client);
    let shown = receiver.stop()?.stdout;
    let calls =
        tool(["calls", "--format", "csv", "--columns", "call_id,result"]).args([&log]).ends_with(0)?;
    for row in &calls.rows()?[1..] {
        let is_row =
            |line: &&str| line.contains(&row[0][..8]) && line.contains(&row[1]) && !line.contains("──▶");
        assert_eq!(shown.lines().filter(is_row).count(), 1, "{row:?}\n{shown}");
    }
    assert_eq!(shown.lines().filter(|line| line.contains("──▶")).count(), simulated.len(), "{shown}");
    Ok(())
}

#[test]
fn findings_are_printed_while_it_runs() -> TestResult {
    let (folder, log) = new_log()?;
    std::fs::write(&log, "{\"body\":\"{}\"}\n{\"body\":\"{}\"}\n")?;
    let out = folder.path().join("findings");
    let mut command = tool(super::receiver::arguments(&log, &["--validate"])).command();
    command.stdout(std::fs::File::create(&out)?);
    let mut child = command.spawn()?;
    let id = child.id();
    let mut stderr = std::io::BufReader::new(child.stderr.take().ok_or("no standard error")?);
    let mut line = String::new();
    // Behind the note on a log that others may read.
    while !line.starts_with("listening on ") {
        line.clear();
        if std::io::BufRead::read_line(&mut stderr, &mut line)? == 0 {
            return Err("it does not listen".into());
        }
    }
    let address = line.trim().rsplit('/').next().unwrap_or_default().parse()?;
    let body = start_call("c1").replace("alice", "");
    super::client::Client::connect(address)?.ask(&post(TARGET, "", body.as_bytes()))?;
    let read = || std::fs::read_to_string(&out).unwrap_or_default();
    until("the finding is printed", || read().contains("\n"))?;
    // The line is that of the file, which held two lines before.
    assert!(read().starts_with(&format!("{}:3:", log.display())), "{}", read());
    assert!(read().contains("error body/empty: "), "{}", read());
    super::receiver::signal(id, "TERM")?;
    assert_eq!(child.wait()?.code(), Some(0));
    Ok(())
}

/// Nobody reads the findings any more: they are left out, and nothing else changes.
#[test]
fn a_closed_standard_output_stops_no_capture() -> TestResult {
    let (_folder, log) = new_log()?;
    let mut receiver = Receiver::start(&log, &["--validate"])?;
    receiver.close_stdout();
    let mut client = receiver.client()?;
    for _ in 0..3 {
        assert_eq!(client.ask(&post(TARGET, "", b"{"))?.status, 200);
    }
    receiver.wait_for("note: findings can no longer be written")?;
    assert_eq!(client.ask(&post(TARGET, "", b"{"))?.status, 200);
    drop(client);
    let ended = receiver.stop()?;
    assert!(ended.said.contains("| 4 errors, "), "{}", ended.said);
    assert_eq!(envelopes(&log)?.len(), 4);
    Ok(())
}

#[test]
fn wrong_usage_is_said_before_anything_is_written() -> TestResult {
    let (folder, log) = new_log()?;
    let cases: [(&[&str], &str); 11] = [
        (&["--listen", "nowhere"], "`nowhere` is not an address to listen on"),
        (&["--forward", "ftp://x"], "the value of `--forward` is not a URL such as"),
        (&["--token", "env:NOT_SET"], "the environment has no variable of the name given with --token"),
        (&["--token", "no-such-file"], "the file given with --token cannot be read: no such file"),
        (&["--max-header", "4K"], "--max-header must be at least 8192 bytes"),
        (&["--max-body", "64M"], "--max-memory must hold at least twice"),
        (&["--sync", "sometimes"], "not `always`, `none`, or a length of time"),
        (&["--body-time", "5"], "not a length of time"),
        (&["--max-connections", "0"], "not a number from 1"),
        (&["--rotate-size", "0"], "not a usable size; give one such as 4096"),
        (&["--sdkappid", "x"], "not an SDKAppID, which is a number such as 1400000001"),
    ];
    for (arguments, expected) in cases {
        let ran = tool(["capture", "-o"]).args([&log]).args(arguments).ends_with(2)?;
        assert!(ran.errors().contains(expected), "{expected}\n{ran}");
    }
    assert_eq!(std::fs::read_dir(folder.path())?.count(), 0);
    let photo = folder.path().join("photo.gif");
    std::fs::write(&photo, "GIF89a")?;
    let ran = tool(["capture", "--listen", "127.0.0.1:0", "-o"]).args([&photo]).ends_with(2)?;
    assert!(ran.errors().contains("it is not a log of this tool"), "{ran}");
    assert_eq!(std::fs::read(&photo)?, b"GIF89a");
    let ran = tool(["capture", "--listen", "127.0.0.1:0", "-o", "/dev/null"]).ends_with(2)?;
    assert!(ran.errors().contains("cannot write `/dev/null`: it is not a regular file"), "{ran}");
    assert!(!std::path::Path::new("/dev/null.lock").exists());
    Ok(())
}
