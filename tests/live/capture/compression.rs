//! Finished files are compressed without holding anything up, and a kill in the middle of it leaves nothing that is read.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::files::call_ids;
use super::receiver::{Receiver, beside, new_log, until};
use crate::support::callback::Callback;
use crate::support::{TestResult, tool};

/// Bytes that take seconds to compress, and no room on disk.
const LARGE: u64 = 8 << 30;

/// A finished file of a log; the names of its copy, and of that before it is complete.
fn finished(log: &Path) -> (PathBuf, PathBuf, PathBuf) {
    let file = beside(log, "20260131T235959.000Z");
    let copy = beside(&file, "gz");
    let hidden = log.with_file_name(".callbacks.log.20260131T235959.000Z.gz.tmp");
    (file, copy, hidden)
}

/// A line that `capture` would write.
fn line(call_id: &str) -> String {
    let body = Callback::event("start_call").user("alice").room("r1").call(call_id).to_string();
    let line =
        serde_json::json!({"received_at": "2026-01-31T23:59:58.000Z", "url": "/?sdkappid=1", "body": body});
    format!("{line}\n")
}

fn compress(path: &Path, text: &str) -> TestResult<u64> {
    let mut encoder = flate2::write::GzEncoder::new(File::create(path)?, flate2::Compression::default());
    encoder.write_all(text.as_bytes())?;
    Ok(encoder.finish()?.metadata()?.len())
}

#[test]
fn the_end_does_not_wait_for_compression_and_the_next_start_takes_it_up() -> TestResult {
    let (_folder, log) = new_log()?;
    let (file, copy, hidden) = finished(&log);
    File::create(&file)?.set_len(LARGE)?;
    let receiver = Receiver::start(&log, &["--compress", "gzip"])?;
    until("compression has begun", || hidden.exists())?;
    let begun = Instant::now();
    receiver.stop()?;
    assert!(begun.elapsed() < Duration::from_secs(3), "it took {:?}", begun.elapsed());
    assert!(file.exists() && !copy.exists() && !hidden.exists());
    fs::write(&file, line("c1"))?;
    let receiver = Receiver::start(&log, &["--compress", "gzip"])?;
    until("it is compressed", || copy.exists() && !file.exists())?;
    receiver.stop()?;
    assert_eq!(call_ids(&copy)?, ["c1"]);
    Ok(())
}

#[test]
fn what_a_kill_leaves_of_compression_is_hidden_and_removed() -> TestResult {
    let (folder, log) = new_log()?;
    let (file, copy, hidden) = finished(&log);
    File::create(&file)?.set_len(LARGE)?;
    let receiver = Receiver::start(&log, &["--compress", "gzip"])?;
    until("compression has begun", || hidden.metadata().is_ok_and(|it| it.len() > 0))?;
    receiver.kill()?;
    assert!(hidden.exists() && !copy.exists(), "it was killed in the middle");
    fs::write(&file, line("c1"))?;
    fs::write(&hidden, line("c1"))?;
    let records = tool(["export", "--table", "callbacks"]).args([folder.path()]).ends_with(0)?;
    assert_eq!(records.column("call_id")?, ["c1"], "once");
    // Also without compression.
    let receiver = Receiver::start(&log, &[])?;
    until("it is removed", || !hidden.exists())?;
    receiver.stop()?;
    assert_eq!(call_ids(&file)?, ["c1"]);
    Ok(())
}

#[test]
fn a_plain_file_next_to_its_complete_copy_is_removed_at_the_start() -> TestResult {
    for more in [&["--compress", "zstd"][..], &[]] {
        let (_folder, log) = new_log()?;
        let (file, copy, _) = finished(&log);
        fs::write(&file, line("c1"))?;
        compress(&copy, &line("c1"))?;
        let receiver = Receiver::start(&log, more)?;
        until("it is removed", || !file.exists())?;
        receiver.stop()?;
        assert_eq!(call_ids(&copy)?, ["c1"]);
    }
    Ok(())
}

/// Nothing is removed for a copy that lacks something, or holds something else.
#[test]
fn a_plain_file_next_to_another_file_stays() -> TestResult {
    let other = line("other");
    for (text, cut) in [(line("c1"), 4), (other, 0), (line("c1") + &line("c2"), 0), (String::new(), 0)] {
        let (_folder, log) = new_log()?;
        let (file, copy, _) = finished(&log);
        fs::write(&file, line("c1"))?;
        let length = compress(&copy, &text)?;
        File::options().write(true).open(&copy)?.set_len(length - cut)?;
        // A second one, so that it shows when the first has been dealt with.
        let later = beside(&log, "20260131T235959.001Z");
        fs::write(&later, line("c9"))?;
        compress(&beside(&later, "gz"), &line("c9"))?;
        let receiver = Receiver::start(&log, &[])?;
        until("the later one is removed", || !later.exists())?;
        receiver.stop()?;
        assert_eq!(call_ids(&file)?, ["c1"]);
    }
    Ok(())
}
