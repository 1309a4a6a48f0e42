//! `--max-memory` on the steps: a bound, and the same bytes. `.ci/long shard_memory` measures a log of gigabytes.

use std::fs::File;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use super::{COMMANDS, alone, assert_same, in_parts, simulated};
use crate::support::{Run, TestResult, words};

/// With next to no memory everything goes to temporary files.
#[test]
fn a_bound_changes_no_byte() -> TestResult {
    let folder = simulated("--calls 60 --faults all")?;
    for command in COMMANDS {
        let bounded = format!("{command} --max-memory 1K");
        let one = alone(command, &["a.log"], folder.path())?;
        assert_same(&one, &in_parts(&bounded, (30_000, 3), &["a.log"], folder.path())?);
    }
    Ok(())
}

/// The most memory that a run has taken up, in KiB, as seen while it runs.
fn peak(run: &Run, output: &Path) -> TestResult<u64> {
    let mut process = run.command().stdin(Stdio::null()).stdout(File::create(output)?).spawn()?;
    let status = format!("/proc/{}/status", process.id());
    let mut peak = 0;
    while process.try_wait()?.is_none() {
        let told = std::fs::read_to_string(&status).unwrap_or_default();
        let figure = told.lines().find_map(|line| line.strip_prefix("VmHWM:")?.strip_suffix("kB"));
        peak = figure.and_then(|figure| figure.trim().parse().ok()).unwrap_or(peak);
        std::thread::sleep(Duration::from_millis(2));
    }
    assert!(process.wait()?.code().is_some_and(|code| code < 2), "{:?}", run.command());
    Ok(peak)
}

/// What frames carry grows with the log, and is not kept in memory.
#[test]
fn steps_stay_within_their_bound() -> TestResult {
    const BOUND: u64 = 24 << 10;
    let folder = simulated("--calls 8000 --faults repeats=0.1")?;
    for command in ["export --table callbacks", "validate --format json"] {
        let run = |line: &str| words(line).cwd(folder.path());
        let at = |name: &str| folder.path().join(name);
        let plan = run(&format!("shard plan a.log -- {command}")).ends_with(0)?.text();
        let map =
            words("shard map --parts 1 --max-memory 2M --split").args([plan.trim_end()]).cwd(folder.path());
        let facts = run("shard facts frames --max-memory 2M -o facts");
        let reduce = run(&format!("shard reduce --facts facts {command} frames --max-memory 2M"));
        let finish = run(&format!("shard finish --facts facts {command} partial --max-memory 2M"));
        for (step, run, output) in [
            ("map", map, "frames"),
            ("facts", facts, "nothing"),
            ("reduce", reduce, "partial"),
            ("finish", finish, "output"),
        ] {
            let peak = peak(&run, &at(output))?;
            assert!(peak <= BOUND, "`{command}`: {peak} KiB in `{step}`");
        }
        assert!(
            alone(command, &["a.log"], folder.path())?.stdout == std::fs::read(at("output"))?,
            "{command}"
        );
    }
    Ok(())
}
