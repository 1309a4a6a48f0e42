//! `follow`: a log that is being written, in several containers, through rotation and truncation, until it is stopped.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command};
use std::sync::mpsc::{Receiver, channel};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{TestResult, tool, words};

/// How long anything may take before a test fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// A run that goes on until it is stopped.
struct Following {
    child: Child,
    lines: Receiver<String>,
    notes: Receiver<String>,
    seen: Vec<String>,
    noted: Vec<String>,
}

fn lines_of(stream: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let lines = BufReader::new(stream).lines().map_while(Result::ok);
        lines.for_each(|line| drop(sender.send(line)));
    });
    receiver
}

impl Following {
    fn start(folder: &Path, options: &str) -> TestResult<Self> {
        let run = words(&format!("follow log --format jsonl --settle 100ms {options}")).cwd(folder);
        let mut child = run.command().spawn()?;
        let (Some(out), Some(err)) = (child.stdout.take(), child.stderr.take()) else {
            return Err("the streams are not piped".into());
        };
        Ok(Self { child, lines: lines_of(out), notes: lines_of(err), seen: Vec::new(), noted: Vec::new() })
    }

    /// Waits for a note that has this part.
    fn wait_for_note(&mut self, part: &str) -> TestResult {
        while !self.noted.last().is_some_and(|note| note.contains(part)) {
            let note = self
                .notes
                .recv_timeout(PATIENCE)
                .map_err(|_| format!("no note on {part}: {:?}", self.noted))?;
            self.noted.push(note);
        }
        Ok(())
    }

    /// Waits until that many calls have been shown.
    fn wait_for_calls(&mut self, calls: usize) -> TestResult {
        let deadline = Instant::now() + PATIENCE;
        while last_rows(&self.seen).len() < calls {
            let left = deadline.saturating_duration_since(Instant::now());
            let line = self.lines.recv_timeout(left);
            self.seen.push(line.map_err(|_| {
                format!("{} of {calls} calls\n{:?}", last_rows(&self.seen).len(), self.noted)
            })?);
        }
        Ok(())
    }

    /// Stops it by a signal; all lines, and all notes.
    fn stop(mut self, signal: &str) -> TestResult<(Vec<String>, Vec<String>)> {
        // What was written last has been read by then.
        sleep(Duration::from_millis(300));
        Command::new("kill").args([signal, &self.child.id().to_string()]).status()?;
        let status = self.child.wait()?;
        self.seen.extend(self.lines.iter());
        self.noted.extend(self.notes.iter());
        assert!(status.success(), "{status}: {:?}", self.noted);
        Ok((self.seen, self.noted))
    }
}

/// The last row of each call, without what depends on the whole log.
fn last_rows(lines: &[String]) -> BTreeMap<String, Value> {
    let mut rows = BTreeMap::new();
    for line in lines {
        let Ok(Value::Object(mut row)) = serde_json::from_str(line) else { continue };
        if row.remove("type").is_some_and(|what| what != "call") {
            continue;
        }
        row.remove("cause");
        let id = row["call_id"].as_str().unwrap_or_default().to_owned();
        rows.insert(id, Value::Object(row));
    }
    rows
}

/// The rows of `calls` on a finished file.
fn finished(path: &Path) -> TestResult<BTreeMap<String, Value>> {
    let ran = tool(["calls", "--format", "jsonl"]).args([path]).ends_with(0)?;
    Ok(last_rows(&ran.text().lines().map(str::to_owned).collect::<Vec<_>>()))
}

fn simulated(options: &str) -> TestResult<Vec<u8>> {
    Ok(words(&format!("simulate --calls 12 {options}")).ends_with(0)?.stdout)
}

fn append(path: &Path, bytes: &[u8]) -> TestResult {
    Ok(OpenOptions::new().append(true).create(true).open(path)?.write_all(bytes)?)
}

#[test]
fn every_container_of_lines_is_followed_as_it_grows() -> TestResult {
    let formats = ["envelope", "bare", "docker", "cri", "text", "http"];
    let runs = formats.map(|format| {
        std::thread::spawn(move || {
            let run = || -> TestResult {
                let folder = TempDir::new()?;
                let (log, path) =
                    (simulated(&format!("--format {format} --seed 4"))?, folder.path().join("log"));
                let mut following = Following::start(folder.path(), "")?;
                following.wait_for_note("waiting for `log`, which does not exist yet")?;
                // Pieces end in the middle of lines.
                for piece in log.chunks(log.len() / 5 + 1) {
                    append(&path, piece)?;
                    sleep(Duration::from_millis(50));
                }
                let expected = finished(&path)?;
                assert_eq!(expected.len(), 12);
                following.wait_for_calls(12)?;
                let (seen, noted) = following.stop("-INT")?;
                assert_eq!(last_rows(&seen), expected, "{format}: {noted:?}");
                assert!(
                    noted.iter().any(|note| note.starts_with("seen: ") && note.contains(" of 12 calls: ")),
                    "{noted:?}"
                );
                Ok(())
            };
            run().map_err(|error| format!("{format}: {error}"))
        })
    });
    for run in runs {
        run.join().map_err(|_| "a container is not followed")??;
    }
    Ok(())
}

#[test]
fn rotation_and_truncation_lose_nothing() -> TestResult {
    let folder = TempDir::new()?;
    let path = folder.path().join("log");
    let log = simulated("--seed 5")?;
    let lines: Vec<&[u8]> = log.split_inclusive(|byte| *byte == b'\n').collect();
    let parts: Vec<Vec<u8>> = lines.chunks(lines.len() / 4 + 1).map(<[_]>::concat).collect();
    append(&path, &parts[0])?;
    let mut following = Following::start(folder.path(), "--from-start --callbacks")?;
    following.seen.push(following.lines.recv_timeout(PATIENCE)?);
    let mut old = OpenOptions::new().append(true).open(&path)?;
    fs::rename(&path, folder.path().join("log.1"))?;
    // Whoever writes has not noticed yet.
    old.write_all(&parts[1])?;
    sleep(Duration::from_millis(20));
    append(&path, &parts[2])?;
    following.wait_for_note("`log` is a new file")?;
    sleep(Duration::from_millis(400));
    File::options().write(true).open(&path)?.set_len(0)?;
    following.wait_for_note("`log` was truncated")?;
    append(&path, &parts[3])?;
    let whole = folder.path().join("whole");
    fs::write(&whole, &log)?;
    following.wait_for_calls(12)?;
    let (seen, _) = following.stop("-TERM")?;
    assert_eq!(last_rows(&seen), finished(&whole)?);
    Ok(())
}

#[test]
fn it_begins_at_the_end_after_the_last_whole_line() -> TestResult {
    let folder = TempDir::new()?;
    let path = folder.path().join("log");
    let (old, new) = (simulated("--seed 6")?, simulated("--seed 7")?);
    append(&path, &old)?;
    let (begun, rest) = new.split_at(100);
    append(&path, begun)?;
    let mut following = Following::start(folder.path(), "--callbacks --findings")?;
    following.wait_for_note("following `log` from its end")?;
    append(&path, rest)?;
    following.wait_for_calls(12)?;
    let (seen, _) = following.stop("-INT")?;
    let only_new = folder.path().join("new");
    fs::write(&only_new, &new)?;
    assert_eq!(last_rows(&seen), finished(&only_new)?);
    let callbacks: Vec<Value> = seen
        .iter()
        .filter_map(|line| serde_json::from_str(line).ok())
        .filter(|row: &Value| row["type"] == "callback")
        .collect();
    let count = new.iter().filter(|byte| **byte == b'\n').count();
    assert_eq!(callbacks.len(), count);
    // Lines are counted in the file.
    let before = old.iter().filter(|byte| **byte == b'\n').count() as u64;
    assert_eq!(callbacks[0]["line"].as_u64(), Some(before + 1));
    Ok(())
}

#[test]
fn standard_input_ends_with_what_was_seen() -> TestResult {
    let log = words("simulate --calls 60 --faults all --seed 8").ends_with(0)?.stdout;
    let ran = words("follow - --format jsonl").stdin(log.clone()).ends_with(0)?;
    let lines: Vec<String> = ran.text().lines().map(str::to_owned).collect();
    let calls = words("calls - --format jsonl").stdin(log.clone()).ends_with(0)?;
    let calls: Vec<String> = calls.text().lines().map(str::to_owned).collect();
    assert_eq!(last_rows(&lines), last_rows(&calls));
    assert_eq!(lines.len(), calls.len());
    let failed = words("follow - --failed --format jsonl").stdin(log.clone()).ends_with(0)?;
    let chosen = words("calls - --failed --format jsonl").stdin(log.clone()).ends_with(0)?;
    assert_eq!(failed.text().lines().count(), chosen.text().lines().count());
    let text = words("follow - --callbacks --findings --width 80").stdin(log.clone()).ends_with(0)?;
    let shown = text.text();
    assert_eq!(shown.lines().filter(|line| line.starts_with("start ")).count(), 1, "{shown}");
    assert!(shown.contains(" !") && shown.contains("start_call") && shown.contains("call/"), "{shown}");
    let rows = shown.lines().filter(|line| !line.starts_with("-:"));
    assert!(rows.clone().all(|line| line.chars().count() <= 80), "{shown}");
    assert!(text.errors().contains("seen: ") && text.errors().contains(" failed, ASR "), "{text}");
    Ok(())
}

#[test]
fn what_cannot_be_followed_is_said() -> TestResult {
    let folder = TempDir::new()?;
    fs::write(folder.path().join("log.gz"), b"\x1f\x8b\x08\0\0\0\0\0\0\x03")?;
    for (line, part) in [
        ("follow log.gz", "`log.gz` is compressed and has no lines to follow"),
        ("follow log.gz --from-start", "is compressed"),
        ("follow", "`follow` follows one log"),
        ("follow .", "cannot read `.`"),
        ("follow - --settle soon", "not a length of time"),
        ("follow - --format jsonl --ascii", "need `--format text`"),
        ("follow - --since 2024-05-02 --until 2024-05-01", "`--until` is before `--since`"),
    ] {
        let ran = words(line).cwd(folder.path()).ends_with(2)?;
        assert!(ran.errors().contains(part), "{line}\n{ran}");
    }
    Ok(())
}
