//! `shard run` and one process give the same bytes.

use std::fs;
use std::path::Path;

use super::{COMMANDS, alone, assert_same, in_parts, simulated};
use crate::support::TestResult;

#[test]
fn samples_are_the_same_in_parts() -> TestResult {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let mut random = fastrand::Rng::with_seed(11);
    for command in COMMANDS {
        let cut = (random.usize(3000..200_000), random.usize(1..9));
        assert_same(&alone(command, &["."], &folder)?, &in_parts(command, cut, &["."], &folder)?);
    }
    Ok(())
}

#[test]
fn every_family_and_container_is_the_same_in_parts() -> TestResult {
    for (number, options) in [
        "--calls 40 --format bare --faults all",
        "--calls 40 --family v4 --format bare",
        "--calls 40 --family status --style sorted",
        "--calls 30 --format http",
        "--calls 30 --format docker --faults repeats=0.2",
        "--calls 20 --format gor",
        "--calls 20 --format csv",
        "--calls 20 --format har",
        "--calls 20 --format text",
    ]
    .into_iter()
    .enumerate()
    {
        let folder = simulated(options)?;
        for (index, command) in [
            "export",
            "export --table callbacks",
            "export --table records --format jsonl",
            "summarize --by cause --format json",
            "validate --format json",
        ]
        .into_iter()
        .enumerate()
        {
            let size = if (number + index) % 2 == 0 { 700 } else { 12_345 };
            let one = alone(command, &["a.log"], folder.path())?;
            assert_same(&one, &in_parts(command, (size, 3), &["a.log"], folder.path())?);
        }
    }
    Ok(())
}

/// What a split begins with is guessed. Where it is wrong, the split is read again.
#[test]
fn records_over_several_lines_are_read_again_from_their_beginning() -> TestResult {
    let folder = simulated("--calls 12")?;
    let path = folder.path().join("a.log");
    let mut pretty = String::new();
    for line in fs::read_to_string(&path)?.lines() {
        let value: serde_json::Value = serde_json::from_str(line)?;
        pretty.push_str(&serde_json::to_string_pretty(&value)?);
        pretty.push('\n');
    }
    fs::write(&path, pretty)?;
    for command in ["export", "export --table callbacks", "export --table records", "validate --format json"]
    {
        let one = alone(command, &["a.log"], folder.path())?;
        assert_same(&one, &in_parts(command, (2000, 3), &["a.log"], folder.path())?);
    }
    Ok(())
}

/// Whether a log was captured twice is decided by all of its calls.
#[test]
fn what_was_captured_twice_is_the_same_in_parts() -> TestResult {
    let folder = simulated("--calls 30")?;
    fs::copy(folder.path().join("a.log"), folder.path().join("b.log"))?;
    for command in [
        "export",
        "export --table callbacks",
        "export --table records",
        "validate --format json",
        "why --all --format json",
    ] {
        let names = ["a.log", "b.log"];
        let one = alone(command, &names, folder.path())?;
        assert_same(&one, &in_parts(command, (9000, 4), &names, folder.path())?);
    }
    Ok(())
}

/// Since when a cause is more frequent than before is decided by all of its calls.
#[test]
fn incidents_are_the_same_in_parts() -> TestResult {
    let incident = "--incident not_placed:iOS:40%:2024-05-01T09:20:00Z";
    let folder = simulated(&format!("--calls 3000 --rate 150 {incident}"))?;
    for command in ["why --all --format json", "why --all --format markdown", "why --all --width 80"] {
        let one = alone(command, &["a.log"], folder.path())?;
        assert!(
            one.text().contains("`not_placed` has been")
                || one.text().contains("\"share_before\"")
                || one.text().contains("not\\_placed\\` has been"),
            "{one}"
        );
        assert_same(&one, &in_parts(command, (200_000, 4), &["a.log"], folder.path())?);
    }
    Ok(())
}

/// Only the log of the day is read; a call over midnight is one call.
#[test]
fn a_state_stands_for_the_logs_of_earlier_days() -> TestResult {
    let folder = simulated("--calls 40 --rate 0.6")?;
    let log = fs::read_to_string(folder.path().join("a.log"))?;
    let lines: Vec<&str> = log.split_inclusive('\n').collect();
    let days = lines.chunks(lines.len().div_ceil(3));
    for (number, day) in days.enumerate() {
        fs::write(folder.path().join(format!("day-{number}.log")), day.concat())?;
    }
    for (number, command) in [
        "export",
        "export --table callbacks",
        "export --table records",
        "summarize --format json",
        "validate --format json",
        "why --all --format json",
    ]
    .into_iter()
    .enumerate()
    {
        let state = format!("{number}.state");
        let names = ["day-0.log", "day-1.log", "day-2.log"];
        for count in 1..=names.len() {
            let today = &names[count - 1..count];
            let options = format!("{command} --state {state}");
            let ran = in_parts(&options, (5000, 3), today, folder.path())?;
            assert_same(&alone(command, &names[..count], folder.path())?, &ran);
        }
    }
    let ids = alone("export --columns call_id", &["day-0.log"], folder.path())?.column("call_id")?;
    let first = ids.first().map(String::as_str).unwrap_or_default();
    // What is closed is gone with its callbacks and their places; the rest is as it was.
    for (number, command, today) in [
        (0, "export", "day-2.log"),
        (1, "export --table callbacks", "day-2.log"),
        (4, "validate --format json", "day-2.log"),
    ] {
        let size = |name: &str| fs::metadata(folder.path().join(name)).map(|it| it.len());
        let state = format!("{number}.state");
        let options = format!("{command} --state {state} --expire 20s");
        let before = size(&state)?;
        let ran = in_parts(&options, (5000, 3), &[today], folder.path())?;
        assert!(ran.errors().contains("closed: the state no longer has them"), "{ran}");
        assert!(size(&state)? < before, "{} of {before} bytes are left", size(&state)?);
        let left = fs::read(folder.path().join(&state))?;
        assert!(memchr::memmem::find(&left, first.as_bytes()).is_none(), "`{first}` is left");
        fs::write(folder.path().join("late.log"), lines[lines.len() - 1])?;
        let ran = in_parts(&options, (5000, 3), &["late.log"], folder.path())?;
        assert!(matches!(ran.status, Some(0 | 1)), "{ran}");
    }
    let other = in_parts("export --allow body --state 0.state", (5000, 3), &["day-2.log"], folder.path())?;
    assert!(other.errors().contains("was made with other options"), "{other}");
    Ok(())
}

/// What cannot be split is one split, whatever the size.
#[test]
fn compressed_logs_and_archives_are_read_as_a_whole() -> TestResult {
    let folder = simulated("--calls 30 --faults all")?;
    let log = fs::read(folder.path().join("a.log"))?;
    fs::write(folder.path().join("b.log.gz"), crate::support::codings::gzip(&log)?)?;
    let mut archive = tar::Builder::new(Vec::new());
    for (name, part) in [("one.log", &log[..log.len() / 2]), ("two.log", &log[log.len() / 2..])] {
        let mut head = tar::Header::new_ustar();
        head.set_size(part.len() as u64);
        head.set_mode(0o644);
        head.set_cksum();
        archive.append_data(&mut head, name, part)?;
    }
    fs::write(folder.path().join("c.tar"), archive.into_inner()?)?;
    for command in [
        "summarize --format json",
        "export --table callbacks",
        "export --table records",
        "validate --format json",
    ] {
        let names = ["c.tar", "a.log", "b.log.gz"];
        let one = alone(command, &names, folder.path())?;
        assert_same(&one, &in_parts(command, (4000, 2), &names, folder.path())?);
    }
    Ok(())
}
