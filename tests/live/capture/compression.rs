//! Finished files are compressed without holding anything up, and a kill in the middle of it leaves nothing that is read.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::files::call_ids;
use super::receiver::{Receiver, beside, new_log, until};
use crate::support::callback::Callback;
use crate::support::codings::gzip;
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
    let bytes = gzip(text)?;
    fs::write(path, &bytes)?;
    Ok(bytes.len() as u64)
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

/// A compressed file that holds more than the plain one, or something else, is the only one of its kind.
#[test]
fn a_compressed_file_that_is_no_copy_is_not_written_over() -> TestResult {
    for (text, is_kept) in [
        (line("c1") + &line("c2"), true),
        (line("other"), true),
        (line("c1")[..20].to_owned(), false),
        (String::new(), false),
    ] {
        let (_folder, log) = new_log()?;
        let (file, copy, _) = finished(&log);
        fs::write(&file, line("c1"))?;
        let length = compress(&copy, &text)?;
        // Damaged at its end, it is still more, or still something else.
        for cut in [0, 4] {
            File::options().write(true).open(&copy)?.set_len(length - cut)?;
            let before = fs::read(&copy)?;
            let later = beside(&log, "20260131T235959.001Z");
            fs::write(&later, line("c9"))?;
            let receiver = Receiver::start(&log, &["--compress", "gzip"])?;
            until("the later one is compressed", || !later.exists())?;
            let said = receiver.stop()?.said;
            fs::remove_file(beside(&later, "gz"))?;
            assert_eq!(
                said.contains("is not a copy of it that can be read; both stay as they are"),
                is_kept,
                "{said}"
            );
            if is_kept {
                assert_eq!((fs::read_to_string(&file)?, fs::read(&copy)?), (line("c1"), before));
            } else {
                assert_eq!((call_ids(&copy)?, file.exists()), (vec!["c1".to_owned()], false));
                break;
            }
        }
    }
    Ok(())
}

/// What a power cut left of a copy has nothing that the plain file lacks.
#[test]
fn a_part_of_a_copy_is_made_again() -> TestResult {
    let (_folder, log) = new_log()?;
    let (file, copy, _) = finished(&log);
    let length = compress(&copy, &line("c1"))?;
    let whole = fs::read(&copy)?;
    for part in [b"".as_slice(), &[0; 64], &whole[..5], &whole[..40], &whole[..length as usize - 1]] {
        fs::write(&file, line("c1"))?;
        fs::write(&copy, part)?;
        let receiver = Receiver::start(&log, &["--compress", "gzip"])?;
        until("it is compressed", || !file.exists())?;
        receiver.stop()?;
        assert_eq!(call_ids(&copy)?, ["c1"]);
    }
    Ok(())
}

/// Nobody can tell what is in a file that cannot be read to its end, so it stays, and that is said.
#[test]
fn a_compressed_file_that_cannot_be_read_is_not_written_over() -> TestResult {
    let mut wide = zstd::Encoder::new(Vec::new(), 1)?;
    wide.window_log(31)?;
    wide.include_contentsize(false)?;
    wide.write_all(line("c1").as_bytes())?;
    let wide = wide.finish()?;
    let mut flipped = gzip(line("c1") + &line("c2"))?;
    let middle = flipped.len() / 2;
    flipped[middle..].fill(0xff);
    for (format, extension, held) in [
        ("zstd", "zst", wide),
        ("zstd", "zst", b"no zstd".to_vec()),
        ("gzip", "gz", b"no gzip".to_vec()),
        ("gzip", "gz", flipped),
        ("gzip", "gz", [gzip(line("c1"))?, vec![0; 512]].concat()),
    ] {
        let (_folder, log) = new_log()?;
        let (file, _, _) = finished(&log);
        let copy = beside(&file, extension);
        fs::write(&file, line("c1"))?;
        fs::write(&copy, &held)?;
        let receiver = Receiver::start(&log, &["--compress", format])?;
        receiver.wait_for("is there and is not a copy of it that can be read; both stay as they are")?;
        receiver.stop()?;
        assert_eq!((fs::read_to_string(&file)?, fs::read(&copy)?), (line("c1"), held));
    }
    Ok(())
}

#[test]
#[cfg(unix)]
fn links_are_neither_compressed_nor_written_over() -> TestResult {
    use std::os::unix::fs::symlink;
    let (folder, log) = new_log()?;
    let (file, copy, _) = finished(&log);
    let victim = folder.path().join("victim");
    fs::write(&victim, line("c1"))?;
    let link = beside(&log, "20260131T235958.000Z");
    symlink(&victim, &link)?;
    fs::write(&file, line("c1"))?;
    symlink("nowhere", &copy)?;
    let later = beside(&log, "20260131T235959.001Z");
    fs::write(&later, line("c9"))?;
    let receiver = Receiver::start(&log, &["--compress", "gzip"])?;
    until("the later one is compressed", || !later.exists())?;
    receiver.stop()?;
    assert!(link.is_symlink() && copy.is_symlink() && !beside(&link, "gz").exists());
    assert_eq!((fs::read_to_string(&victim)?, fs::read_to_string(&file)?), (line("c1"), line("c1")));
    Ok(())
}
