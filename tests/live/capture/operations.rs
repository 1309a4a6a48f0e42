//! What those who run a receiver need: counts, room on the disk, scripted answers, notes for programs.

use std::os::unix::net::UnixDatagram;

use serde_json::Value;

use super::client::{Client, TARGET, post, start_call};
use super::receiver::{PATIENCE, Receiver, arguments, new_log, until};
use crate::support::{TestResult, tool};

fn callback(receiver: &Receiver, call: &str) -> TestResult<u16> {
    Ok(receiver.client()?.ask(&post(TARGET, "", start_call(call).as_bytes()))?.status)
}

#[test]
fn counts_are_there_for_prometheus() -> TestResult {
    let (_folder, log) = new_log()?;
    let receiver = Receiver::start(&log, &[])?;
    callback(&receiver, "c1")?;
    let answer = receiver.client()?.ask(b"GET /-/metrics HTTP/1.1\r\nHost: x\r\n\r\n")?;
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (200, Some("text/plain; version=0.0.4; charset=utf-8"))
    );
    assert!(answer.body.contains("callkit_capture_total{outcome=\"recorded\"} 1\n"), "{}", answer.body);
    receiver.stop()?;
    Ok(())
}

#[test]
fn finished_files_are_bounded() -> TestResult {
    let (folder, log) = new_log()?;
    let receiver = Receiver::start(&log, &["--rotate-size", "1K", "--keep", "2"])?;
    for number in 0..10 {
        assert_eq!(callback(&receiver, &format!("c{number}"))?, 200);
    }
    let files = || {
        let names = std::fs::read_dir(folder.path()).into_iter().flatten().filter_map(Result::ok);
        names.filter(|entry| entry.file_name().to_string_lossy().starts_with("callbacks.log.2")).count()
    };
    until("two are left", || files() == 2)?;
    let ended = receiver.stop()?;
    assert!(!ended.said.contains("nothing bounds the size"), "{}", ended.said);
    Ok(())
}

#[test]
fn a_disk_that_is_nearly_full_takes_no_requests() -> TestResult {
    let (_folder, log) = new_log()?;
    let run = tool(["capture", "--listen", "127.0.0.1:0", "--min-free", "1000000G", "-o"]).args([&log]);
    let receiver = Receiver::from_command(run.command())?;
    assert_eq!(callback(&receiver, "c1")?, 503);
    let health = receiver.client()?.ask(b"GET /-/health HTTP/1.1\r\nHost: x\r\n\r\n")?;
    assert_eq!(health.status, 503);
    let ended = receiver.stop()?;
    assert!(ended.said.contains("bytes are free on the disk"), "{}", ended.said);
    assert_eq!(log.metadata()?.len(), 0);
    Ok(())
}

#[test]
fn a_script_plays_a_backend() -> TestResult {
    let (_folder, log) = new_log()?;
    let receiver = Receiver::start(&log, &["--respond", "ErrorCode=7 100%, status 202 100%"])?;
    let answer = receiver.client()?.ask(&post(TARGET, "", start_call("c1").as_bytes()))?;
    assert_eq!((answer.status, answer.body.as_str()), (202, r#"{"ErrorCode":7,"ErrorMessage":"scripted"}"#));
    receiver.stop()?;
    let ran = tool(arguments(&log, &["--respond", "often"])).ends_with(2)?;
    assert!(ran.errors().contains("not a list such as"), "{ran}");
    Ok(())
}

#[test]
fn several_addresses_and_notes_as_json() -> TestResult {
    let (_folder, log) = new_log()?;
    let more = ["--listen", "127.0.0.2:0", "--log-format", "json"];
    let mut command = tool(arguments(&log, &more)).command();
    command.env_remove("NOTIFY_SOCKET");
    let receiver = Receiver::from_json(command)?;
    let lines = || -> Vec<Value> {
        receiver.said().lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
    };
    let text = |line: &Value| line["text"].as_str().unwrap_or_default().to_owned();
    let listening: Vec<String> =
        lines().iter().filter(|line| line["kind"] == "listening").map(text).collect();
    assert_eq!(listening.len(), 2, "{listening:?}");
    for line in &listening {
        let address = line.trim_start_matches("listening on http://").parse()?;
        let answer = Client::connect(address)?.ask(&post(TARGET, "", start_call("c1").as_bytes()))?;
        assert_eq!(answer.status, 200);
    }
    let ended = receiver.stop()?;
    assert!(ended.said.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()), "{}", ended.said);
    Ok(())
}

#[test]
fn the_service_manager_is_told() -> TestResult {
    let (folder, log) = new_log()?;
    let path = folder.path().join("notify");
    let socket = UnixDatagram::bind(&path)?;
    socket.set_read_timeout(Some(PATIENCE))?;
    let receiver = Receiver::with_env(&log, &[], &[("NOTIFY_SOCKET", &path.display().to_string())])?;
    let mut buffer = [0; 64];
    let read = socket.recv(&mut buffer)?;
    assert_eq!(&buffer[..read], b"READY=1");
    receiver.stop()?;
    let read = socket.recv(&mut buffer)?;
    assert_eq!(&buffer[..read], b"STOPPING=1");
    Ok(())
}
