//! What is changed on the way: signatures, parameters, headers; and which calls are sent at all.

use std::time::{SystemTime, UNIX_EPOCH};

use sha2::{Digest, Sha256};

use super::backend::{Backend, envelope};
use crate::support::{TestResult, simulated, words};

const LINE: &str = r#"{"url":"/?SdkAppid=1&RequestTime=5&x=%41&Sign=old","headers":{"X-A":["1","2"],"Content-Type":"text/json"},"body":{"CallId":"c","Event":"start_call"}}"#;

fn assert_signed(backend: &Backend, token: &str) -> TestResult {
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    for request in backend.received() {
        let time = request.needs("RequestTime")?;
        assert!(now.abs_diff(time.parse()?) <= 60, "{time}");
        let sign = Sha256::digest(format!("{token}{time}"));
        let sign: String = sign.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(request.needs("Sign")?, sign);
    }
    Ok(())
}

#[test]
fn requests_are_signed_anew() -> TestResult {
    let backend = Backend::accepting()?;
    let log = format!("{LINE}\n{}", envelope("2024-05-01T00:00:00Z", "d", "u"));
    let ran = backend.replay(log).args(["--token", "env:TOKEN"]).env("TOKEN", "s3cret").ends_with(0)?;
    assert_signed(&backend, "s3cret")?;
    assert!(!ran.text().contains("s3cret") && !ran.errors().contains("s3cret"), "the token is shown");
    let received = backend.received();
    let query = received.iter().find(|it| it.call() == "c").ok_or("not sent")?.query();
    let names: Vec<_> = query.split('&').filter_map(|pair| pair.split('=').next()).collect();
    assert_eq!(names, ["SdkAppid", "RequestTime", "x", "Sign"], "{query}");
    assert!(query.contains("x=%41"), "{query}");
    Ok(())
}

#[test]
fn the_token_can_stand_in_a_file_and_is_never_shown() -> TestResult {
    let backend = Backend::accepting()?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("token");
    std::fs::write(&file, "other\n")?;
    backend.replay(LINE).args(["--token".as_ref(), file.as_os_str()]).ends_with(0)?;
    assert_signed(&backend, "other")?;
    for wrong in ["env:NO_SUCH_NAME", "the-token-itself", "env:EMPTY"] {
        let ran = backend.replay(LINE).args(["--token", wrong]).env("EMPTY", " ").ends_with(2)?;
        assert!(ran.errors().contains("--token") && !ran.errors().contains("itself"), "{ran}");
    }
    assert_eq!(backend.received().len(), 1);
    Ok(())
}

#[test]
fn parameters_and_headers_are_set() -> TestResult {
    let backend = Backend::accepting()?;
    let set =
        ["--set", "sdkappid=1400000009", "--set", "new=a b", "--header", "X-A: 3", "--header", "Host: h"];
    backend.replay(LINE).args(set).args(["--header", "Content-Type: application/json"]).ends_with(0)?;
    let received = &backend.received()[0];
    assert_eq!(received.query(), "SdkAppid=1400000009&RequestTime=5&x=%41&Sign=old&new=a%20b");
    assert_eq!(received.header("x-a"), ["3"]);
    assert_eq!(received.header("host"), ["h"]);
    assert_eq!(received.header("content-type"), ["application/json"]);
    for wrong in [["--set", "sdkappid"], ["--header", "X-A"], ["--header", "Content-Length: 1"]] {
        backend.replay(LINE).args(wrong).ends_with(2)?;
    }
    assert_eq!(backend.received().len(), 1);
    Ok(())
}

#[test]
fn filters_choose_the_calls_that_export_chooses() -> TestResult {
    let log = simulated("--calls 300 --seed 9")?;
    let caller = words("export - --columns caller").stdin(log.clone()).ends_with(0)?.column("caller")?;
    for filter in [
        vec!["--user", caller[3].as_str()],
        vec!["--result", "normal_end"],
        vec!["--since", "2024-05-01T00:05:00Z", "--until", "2024-05-01T00:30:00Z"],
        vec!["--since", "-90m"],
    ] {
        let backend = Backend::accepting()?;
        let exported = words("export - --table callbacks --columns call_id").args(&filter).stdin(log.clone());
        let mut wanted = exported.ends_with(0)?.column("call_id")?;
        let ran = backend.replay(log.clone()).args(&filter).args(["--format", "json"]).ends_with(0)?;
        let mut sent: Vec<String> = backend.received().iter().map(|it| it.call()).collect();
        sent.sort();
        wanted.sort();
        assert!(!wanted.is_empty(), "{filter:?}");
        assert_eq!(sent, wanted, "{filter:?}");
        let plan = &ran.json_lines()?[0]["plan"];
        let all = log.iter().filter(|byte| **byte == b'\n').count() as u64;
        assert_eq!(plan["left_out"]["filtered_out"].as_u64(), Some(all - sent.len() as u64), "{ran}");
    }
    Ok(())
}

#[test]
fn one_call_by_its_id() -> TestResult {
    let backend = Backend::accepting()?;
    let log = ["a", "b", "a"].map(|call| envelope("2024-05-01T00:00:00Z", call, "u")).concat()
        + "{\"UserId\":\"u\",\"Event\":\"start_call\"}\n";
    backend.replay(log).args(["--call-id", "a"]).ends_with(0)?;
    assert_eq!(backend.received().iter().map(|it| it.call()).collect::<Vec<_>>(), ["a", "a"]);
    Ok(())
}
