//! Inputs that are missing, unreadable, changed, oddly named, or come as a stream.

use std::fs;
use std::os::unix::ffi::OsStrExt;

use super::{alone, assert_same, in_parts, simulated};
use crate::support::{Ran, TestResult, tool, words};

/// The rest is printed, what is wrong is said, and the status is 2.
#[test]
fn inputs_that_cannot_be_read_leave_the_rest() -> TestResult {
    let folder = simulated("--calls 30 --faults all")?;
    fs::create_dir(folder.path().join("nothing"))?;
    // A file that can be opened, and never read.
    let unreadable = "/proc/self/mem";
    for command in [
        "export",
        "export --table callbacks",
        "export --table records",
        "summarize --format json",
        "validate --format json",
        "validate --statistics",
        "why --all",
    ] {
        for names in [
            &["missing.log", "a.log", "nothing"][..],
            &["a.log", unreadable],
            &[unreadable, "a.log", "missing.log"],
            &["missing.log", "missing.log"],
            &[unreadable],
        ] {
            let one = alone(command, names, folder.path())?;
            assert_eq!(one.status, Some(2), "{one}");
            assert_same(&one, &in_parts(command, (4000, 3), names, folder.path())?);
        }
        let names = ["a.log", "missing.log", "-o", "out"];
        fs::write(folder.path().join("out"), "before")?;
        let one = alone(command, &names, folder.path())?;
        assert_same(&one, &in_parts(command, (4000, 3), &names, folder.path())?);
        assert_eq!(fs::read(folder.path().join("out"))?, b"before");
    }
    Ok(())
}

/// Elsewhere such an input fails the step that meets it, unless that is asked to go on.
#[test]
fn a_step_that_cannot_read_fails_unless_it_keeps_going() -> TestResult {
    let plan = words("shard plan /proc/self/mem").ends_with(0)?.text();
    let map = |more: &[&str]| -> TestResult<Ran> {
        tool(["shard", "map", "--split", plan.trim_end()]).args(more).run()
    };
    let ran = map(&[])?;
    assert_eq!(ran.status, Some(2), "{ran}");
    assert!(ran.errors().contains("cannot read `/proc/self/mem`"), "{ran}");
    assert_eq!(map(&["--keep-going"])?.status, Some(0));
    words("shard plan /proc/self/mem missing.log").ends_with(2)?;
    Ok(())
}

#[test]
fn names_that_are_not_utf_8_are_names() -> TestResult {
    let folder = simulated("--calls 20")?;
    let [one, other] = [&b"\xff\\a.log"[..], b"\xfe.log"].map(std::ffi::OsStr::from_bytes);
    fs::rename(folder.path().join("a.log"), folder.path().join(one))?;
    fs::copy(folder.path().join(one), folder.path().join(other))?;
    // What an escaped name looks like is another name.
    fs::write(folder.path().join(format!("{}xfe.log", char::from(92))), "{}\n")?;
    for command in ["export --table callbacks", "validate --format json", "summarize --format json"] {
        for names in [&[one, other][..], &[other, other], &[std::ffi::OsStr::new(".")]] {
            let expected = words(command).args(names).cwd(folder.path()).run()?;
            let run = words(&format!("shard run --workers 2 --parts 2 --split-size 4000 {command}"));
            assert_same(&expected, &run.args(names).cwd(folder.path()).run()?);
        }
    }
    let plan = words("shard plan").args([one]).cwd(folder.path()).ends_with(0)?.text();
    assert!(plan.contains(r#""source":"\\xff\\\\a.log","escaped":true"#), "{plan}");
    Ok(())
}

/// The size stays, and so do the pieces by which a file is recognized.
#[test]
fn a_log_that_changes_in_its_middle_is_an_error() -> TestResult {
    let folder = simulated("--calls 400")?;
    let path = folder.path().join("a.log");
    let plan = words("shard plan a.log").cwd(folder.path()).ends_with(0)?.text();
    let map =
        |more: &[&str]| tool(["shard", "map", "--split", plan.trim_end()]).args(more).cwd(folder.path());
    map(&[]).ends_with(0)?;
    let (mut log, before) = (fs::read(&path)?, fs::metadata(&path)?.modified()?);
    let middle = log.len() / 2 - log.len() / 60;
    log[middle] ^= 1;
    fs::write(&path, &log)?;
    fs::File::options()
        .write(true)
        .open(&path)?
        .set_modified(before + std::time::Duration::from_nanos(1000))?;
    let ran = map(&[]).ends_with(2)?;
    assert!(ran.errors().contains("`a.log` was modified after its plan was made"), "{ran}");
    // Another file is known by its pieces alone.
    fs::copy(&path, folder.path().join("b.log"))?;
    map(&["b.log"]).ends_with(0)?;
    log[0] ^= 1;
    fs::write(folder.path().join("b.log"), &log)?;
    let ran = map(&["b.log"]).ends_with(2)?;
    assert!(ran.errors().contains("`b.log` is not the file that was planned"), "{ran}");
    Ok(())
}

/// Nothing of what comes on standard input is kept in a file.
#[test]
fn a_stream_is_read_as_it_comes() -> TestResult {
    let folder = simulated("--calls 300 --format http")?;
    let log = fs::read(folder.path().join("a.log"))?;
    let size = log.len() / 3;
    let plan =
        words(&format!("shard plan --split-size {size} a.log")).cwd(folder.path()).ends_with(0)?.text();
    let whole = words("shard plan a.log").cwd(folder.path()).ends_with(0)?.text();
    let nowhere = folder.path().join("nowhere").display().to_string();
    for split in plan.lines().chain(whole.lines()) {
        let value: serde_json::Value = serde_json::from_str(split)?;
        let start = value["start"].as_u64().unwrap_or_default() as usize;
        let map = ["shard", "map", "--split", split];
        let expected = tool(map).cwd(folder.path()).ends_with(0)?;
        let stream = tool(map).args(["-"]).env("TMPDIR", &nowhere).stdin(&log[start..]).ends_with(0)?;
        let without_offset = |ran: &Ran| -> Vec<String> {
            let text = ran.text();
            text.lines().filter(|line| !line.starts_with("facts")).map(str::to_owned).collect()
        };
        assert_eq!(without_offset(&expected).len(), without_offset(&stream).len());
    }
    let more = [&log[..], b"\n"].concat();
    let ran = tool(["shard", "map", "--split", whole.trim_end(), "-"]).stdin(more).ends_with(2)?;
    assert!(ran.errors().contains("standard input has"), "{ran}");
    Ok(())
}
