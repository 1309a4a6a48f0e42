//! The log's files: a torn end, a second writer, finished files.

use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::client::{TARGET, post, start_call};
use super::receiver::{Receiver, arguments, beside, envelopes, new_log, until};
use crate::support::{TestResult, tool};

pub(crate) fn send(receiver: &Receiver, call_ids: impl IntoIterator<Item = String>) -> TestResult {
    let mut client = receiver.client()?;
    for call_id in call_ids {
        assert_eq!(client.ask(&post(TARGET, "", start_call(&call_id).as_bytes()))?.status, 200);
    }
    Ok(())
}

#[test]
fn a_torn_last_line_is_moved_out_of_the_way() -> TestResult {
    let (_folder, log) = new_log()?;
    let receiver = Receiver::start(&log, &[])?;
    send(&receiver, ["c1".to_owned()])?;
    receiver.stop()?;
    let whole = fs::read(&log)?;
    let torn = r#"{"received_at":"2026-01-31T23:5"#;
    fs::write(&log, [whole.as_slice(), torn.as_bytes()].concat())?;
    let receiver = Receiver::start(&log, &[])?;
    assert!(receiver.said().contains(&format!(
        "note: the last {} bytes of the log, from byte {}, were not a whole line; they are now in `",
        torn.len(),
        whole.len()
    )));
    send(&receiver, ["c2".to_owned()])?;
    receiver.stop()?;
    let lines = envelopes(&log)?;
    assert_eq!(lines.len(), 2);
    let moved = envelopes(&beside(&log, "torn"))?;
    assert_eq!((&moved[0]["offset"], &moved[0]["text"]), (&whole.len().into(), &torn.into()));
    Ok(())
}

#[test]
fn a_second_writer_is_refused() -> TestResult {
    let (folder, log) = new_log()?;
    let receiver = Receiver::start(&log, &[])?;
    let link = folder.path().join("link.log");
    std::os::unix::fs::symlink(&log, &link)?;
    for name in [&log, &link] {
        let ran = tool(arguments(name, &[])).ends_with(2)?;
        let expected = format!("error: cannot write `{}`: another process is writing it\n", name.display());
        assert_eq!(ran.errors(), expected);
    }
    send(&receiver, ["c1".to_owned()])?;
    receiver.stop()?;
    // Once it has ended, the next one may.
    Receiver::start(&log, &[])?.stop()?;
    Ok(())
}

#[test]
fn an_address_that_is_taken_is_said() -> TestResult {
    let (folder, log) = new_log()?;
    let receiver = Receiver::start(&log, &[])?;
    let address = receiver.address.to_string();
    let other = folder.path().join("other.log");
    let ran = tool(["capture", "--listen", &address, "-o"]).args([&other]).ends_with(2)?;
    assert_eq!(
        ran.errors(),
        format!(
            "error: cannot listen on {address}: address already in use; give another one with --listen; port 0 picks a free one\n"
        )
    );
    let left = fs::read_dir(folder.path())?.filter_map(Result::ok).map(|entry| entry.file_name());
    let left: Vec<_> = left.filter(|name| name.to_string_lossy().starts_with("other")).collect();
    assert!(left.is_empty(), "{left:?}");
    Ok(())
}

/// The finished files of a log, in order.
fn finished(log: &Path) -> TestResult<Vec<PathBuf>> {
    let folder = log.parent().ok_or("no folder")?;
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with("callbacks.log.2") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// The ids of the calls in a file, decompressed.
pub(crate) fn call_ids(path: &Path) -> TestResult<Vec<String>> {
    let bytes = fs::read(path)?;
    let mut text = String::new();
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("gz") => drop(flate2::read::GzDecoder::new(bytes.as_slice()).read_to_string(&mut text)?),
        Some("zst") => drop(zstd::Decoder::new(bytes.as_slice())?.read_to_string(&mut text)?),
        _ => text = String::from_utf8(bytes)?,
    }
    let id = |line: &str| -> TestResult<String> {
        let envelope: Value = serde_json::from_str(line)?;
        let body: Value = serde_json::from_str(envelope["body"].as_str().unwrap_or_default())?;
        Ok(body["CallId"].as_str().unwrap_or_default().to_owned())
    };
    text.lines().map(id).collect()
}

#[test]
fn files_are_finished_by_size_and_compressed_and_nothing_is_lost() -> TestResult {
    for (format, extension) in [("gzip", "gz"), ("zstd", "zst")] {
        let (_folder, log) = new_log()?;
        let arguments = ["--rotate-size", "10K", "--compress", format];
        let receiver = Receiver::start(&log, &arguments)?;
        let sent: BTreeSet<String> = (0..200).map(|number| format!("c{number}")).collect();
        send(&receiver, sent.iter().cloned())?;
        let is_packed = |file: &PathBuf| file.extension().is_some_and(|found| found == extension);
        until("all are compressed", || finished(&log).is_ok_and(|files| files.iter().all(is_packed)))?;
        receiver.stop()?;
        let files = finished(&log)?;
        assert!(files.len() > 5, "{files:?}");
        assert!(log.metadata()?.len() <= 10 << 10);
        let mut found = Vec::new();
        for file in files.iter().chain([&log]) {
            found.extend(call_ids(file)?);
        }
        assert_eq!(found.len(), sent.len(), "each once");
        assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), sent);
        let inputs = files.iter().chain([&log]);
        let validated = tool(["validate", "--exit-zero"]).args(inputs).ends_with(0)?;
        assert!(validated.errors().contains("checked 200 records (200 callbacks: 200 event)"), "{validated}");
    }
    Ok(())
}

#[test]
fn a_hang_up_begins_a_new_file() -> TestResult {
    let (_folder, log) = new_log()?;
    let receiver = Receiver::start(&log, &[])?;
    for round in 1..=3_usize {
        send(&receiver, [format!("c{round}")])?;
        receiver.signal("HUP")?;
        until("the file is finished", || finished(&log).is_ok_and(|files| files.len() == round))?;
    }
    // An empty file is not finished.
    receiver.signal("HUP")?;
    send(&receiver, ["c4".to_owned()])?;
    receiver.stop()?;
    let ids: Vec<_> = finished(&log)?.iter().map(|file| call_ids(file)).collect::<TestResult<_>>()?;
    assert_eq!(ids, [["c1"], ["c2"], ["c3"]]);
    assert_eq!(call_ids(&log)?, ["c4"]);
    Ok(())
}

#[test]
fn a_file_that_is_old_enough_is_finished() -> TestResult {
    let (_folder, log) = new_log()?;
    let receiver = Receiver::start(&log, &["--rotate-every", "300ms"])?;
    send(&receiver, ["c1".to_owned()])?;
    until("the file is finished", || finished(&log).is_ok_and(|files| files.len() == 1))?;
    assert_eq!(call_ids(&finished(&log)?[0])?, ["c1"]);
    send(&receiver, ["c2".to_owned()])?;
    receiver.stop()?;
    Ok(())
}

/// What was finished, but not compressed any more, before a crash.
#[test]
fn finished_files_that_a_crash_left_are_compressed() -> TestResult {
    let (_folder, log) = new_log()?;
    let left = beside(&log, "20260131T235959.000Z");
    fs::write(&left, "{\"body\":\"{}\"}\n")?;
    fs::write(beside(&log, "20260131T235959.000Z.gz.tmp"), "half")?;
    let receiver = Receiver::start(&log, &["--compress", "gzip"])?;
    until("it is compressed", || beside(&left, "gz").exists() && !left.exists())?;
    receiver.stop()?;
    let names = |folder: &Path| -> TestResult<BTreeSet<String>> {
        let names = fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
        names.collect()
    };
    let expected = ["callbacks.log", "callbacks.log.20260131T235959.000Z.gz", "callbacks.log.lock"];
    assert_eq!(names(log.parent().ok_or("no folder")?)?, expected.map(str::to_owned).into());
    Ok(())
}

#[test]
fn the_log_goes_on_where_it_was() -> TestResult {
    let (_folder, log) = new_log()?;
    for round in 0..3 {
        let receiver = Receiver::start(&log, &[])?;
        send(&receiver, [format!("c{round}")])?;
        receiver.stop()?;
    }
    assert_eq!(call_ids(&log)?, ["c0", "c1", "c2"]);
    Ok(())
}

#[test]
fn what_a_weaker_sync_can_lose_is_said() -> TestResult {
    for (sync, expected) in
        [("500ms", "in the last 500ms"), ("none", "whatever the system has not synced to disk")]
    {
        let (_folder, log) = new_log()?;
        let receiver = Receiver::start(&log, &["--sync", sync])?;
        send(&receiver, ["c1".to_owned()])?;
        let ended = receiver.stop()?;
        assert!(
            ended.said.contains(expected) && ended.said.contains("--sync always loses nothing"),
            "{}",
            ended.said
        );
        assert_eq!(call_ids(&log)?, ["c1"]);
    }
    Ok(())
}
