//! The health check says whether lines reach the disk, and leaves no trace.

use std::fs;
use std::time::{Duration, Instant};

use super::client::{TARGET, post};
use super::disk::{Mounted, failing};
use super::order::terminate;
use super::receiver::{Receiver, arguments, beside, envelopes, new_log};
use crate::support::{TestResult, left_out, tool};

fn get(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n").into_bytes()
}

#[test]
fn a_health_check_is_answered_unsigned_and_not_recorded() -> TestResult {
    let (folder, log) = new_log()?;
    let receiver = Receiver::start(&log, &["--sdkappid", "7"])?;
    let mut client = receiver.client()?;
    for path in ["/-/health", "/-/health?probe=1"] {
        let answer = client.ask(&get(path))?;
        assert_eq!((answer.status, answer.body.as_str()), (200, r#"{"status":"ok"}"#), "{path}");
    }
    client.send(b"HEAD /-/health HTTP/1.1\r\nHost: x\r\n\r\n")?;
    assert_eq!(client.head()?.status, 200);
    // A callback is one wherever it is sent to, and other paths are not the health check.
    assert_eq!(client.ask(&post("/-/health", "", b"{}"))?.status, 403);
    assert_eq!(client.ask(&get("/-/health/"))?.status, 403);
    drop(client);
    let ended = receiver.stop()?;
    assert!(ended.said.contains("0 recorded, 2 refused |"), "{}", ended.said);
    assert_eq!((envelopes(&log)?.len(), envelopes(&beside(&log, "refused"))?.len()), (0, 2));
    let hidden = fs::read_dir(folder.path())?.filter_map(Result::ok).map(|entry| entry.file_name());
    assert!(hidden.into_iter().all(|name| !name.to_string_lossy().starts_with('.')), "nothing is left");
    Ok(())
}

#[test]
fn the_path_of_the_health_check_can_be_set() -> TestResult {
    let (_folder, log) = new_log()?;
    let receiver = Receiver::start(&log, &["--health-path", "/up"])?;
    let mut client = receiver.client()?;
    assert_eq!(client.ask(&get("/up"))?.body, r#"{"status":"ok"}"#);
    client.ask(&get("/-/health"))?;
    drop(client);
    receiver.stop()?;
    assert_eq!(envelopes(&log)?.len(), 1, "recorded as any other request");
    for wrong in ["up", "/a?b", ""] {
        let ran = tool(arguments(&log, &["--health-path", wrong])).ends_with(2)?;
        assert!(ran.errors().contains("not a path such as /-/health"), "{ran}");
    }
    Ok(())
}

/// On a full disk it says so, before and after a line has failed, and the log is as it was.
#[test]
fn the_health_check_follows_the_disk() -> TestResult {
    let mounted = match Mounted::mount(&["-t", "tmpfs", "-o", "size=128k", "tmpfs"])? {
        Ok(mounted) => mounted,
        Err(reason) => {
            left_out(reason);
            return Ok(());
        }
    };
    let (log, ballast) = (mounted.path().join("callbacks.log"), mounted.path().join("ballast"));
    let receiver = Receiver::start(&log, &[])?;
    let mut client = receiver.client()?;
    let mut status = |request: Vec<u8>| -> TestResult<u16> { Ok(client.ask(&request)?.status) };
    let callback = || post(TARGET, "", &[b'x'; 6000]);
    assert_eq!(status(callback())?, 200);
    assert_eq!(status(get("/-/health"))?, 200);
    let fill = || {
        (0..40).all(|_| {
            let file = fs::File::options().append(true).create(true).open(&ballast);
            file.and_then(|mut file| std::io::Write::write_all(&mut file, &[0; 4096])).is_ok()
        })
    };
    assert!(!fill(), "the disk has no end");
    std::thread::sleep(std::time::Duration::from_millis(1100));
    assert_eq!(status(get("/-/health"))?, 503, "nobody has sent anything since");
    assert_eq!(status(callback())?, 503);
    for _ in 0..2 {
        assert_eq!(status(get("/-/health"))?, 503);
    }
    let lines = fs::read(&log)?;
    fs::remove_file(&ballast)?;
    assert_eq!(status(get("/-/health"))?, 200, "although nothing was sent");
    assert_eq!(fs::read(&log)?, lines);
    assert_eq!(status(callback())?, 200);
    receiver.stop()?;
    assert_eq!(envelopes(&log)?.len(), 2);
    Ok(())
}

/// A disk that hangs neither fails nor returns, and the check does not wait for it.
#[test]
fn the_health_check_does_not_wait_for_a_disk_that_hangs() -> TestResult {
    let (_folder, log) = new_log()?;
    let Some(receiver) = failing(&log, "fdatasync:delay_enter=8000000:when=2")? else { return Ok(()) };
    assert_eq!(receiver.client()?.ask(&post(TARGET, "", b"{}"))?.status, 200);
    let mut waiting = receiver.client()?;
    waiting.send(&post(TARGET, "", b"{}"))?;
    std::thread::sleep(Duration::from_millis(300));
    let begun = Instant::now();
    assert_eq!(receiver.client()?.ask(&get("/-/health"))?.status, 503);
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    assert_eq!(waiting.answer()?.status, 200, "the disk is back");
    assert_eq!(receiver.client()?.ask(&get("/-/health"))?.status, 200);
    drop(waiting);
    terminate(&receiver)?;
    receiver.wait()?;
    assert_eq!(envelopes(&log)?.len(), 2);
    Ok(())
}
