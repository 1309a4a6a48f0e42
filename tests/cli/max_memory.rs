//! `--max-memory`: what has no room in memory waits in temporary files, and the output stays the same to the byte.

use std::fs;
use std::process::Command;

use crate::support::{TestResult, can_trace, file_of_crate, simulated, tool, words};

/// Every kind of work that is done with calls.
const COMMANDS: [&str; 20] = [
    "validate",
    "validate --format json",
    "validate --format concise --max-findings 7",
    "validate --statistics",
    "summarize",
    "summarize --by caller --format json",
    "summarize --by cause --format csv",
    "summarize --result cancel --by hour --format markdown",
    "export",
    "export --format jsonl --result reject",
    "export --columns call_id,cause,result",
    "export --table participants",
    "export --table callbacks",
    "export --table callbacks --result not_answer",
    "export --table records",
    "why --all",
    "why --result not_answer --limit 3 --format json",
    "show --result cancel --limit 4 --format json",
    "show --result normal_end --limit 2",
    "replay --dry-run --to http://127.0.0.1:9 --result cancel",
];

/// A log with every fault, larger than the least bounds below, with repeats far from what they repeat.
fn log(folder: &std::path::Path) -> TestResult<String> {
    let simulated = simulated("--calls 220 --seed 7 --faults all")?;
    let v4 = fs::read(file_of_crate("samples/vendor-v4.http"))?;
    let paths = [("a.jsonl", &simulated[..]), ("b.http", &v4[..]), ("c.jsonl", &simulated[..])];
    for (name, bytes) in paths {
        fs::write(folder.join(name), bytes)?;
    }
    Ok(folder.display().to_string())
}

#[test]
fn the_output_is_the_same_to_the_byte() -> TestResult {
    let folder = tempfile::tempdir()?;
    let log = log(folder.path())?;
    for command in COMMANDS {
        let run = |more: &str| tool(command.split(' ')).args([log.as_str()]).args(more.split(' ')).run();
        let expected = run("--threads 1")?;
        assert!(!expected.stdout.is_empty(), "{command}: nothing to compare");
        for bound in ["--max-memory 1K --threads 2", "--max-memory 100K --threads 1", "--max-memory 1G"] {
            let bounded = run(bound)?;
            let same = bounded.stdout == expected.stdout && bounded.stderr == expected.stderr;
            assert!(same, "{command} {bound}: another output\n{bounded}");
            assert_eq!(bounded.status, expected.status, "{command} {bound}");
        }
    }
    Ok(())
}

/// The hint on an id that nobody has comes from all calls, wherever they are.
#[test]
fn a_call_is_found_outside_of_memory() -> TestResult {
    let folder = tempfile::tempdir()?;
    let log = log(folder.path())?;
    let table = tool(["export", "--columns", "call_id", &log]).run()?.stdout;
    let table = String::from_utf8(table)?;
    let id = table.lines().nth(100).ok_or("a hundred calls")?;
    let mistyped = id.replace(&id[4..5], "_");
    for name in [id, &id[..20], &mistyped, "there is none like that"] {
        for command in ["show", "why"] {
            let expected = tool([command, name, &log]).run()?;
            let bounded = tool([command, name, &log, "--max-memory", "1K"]).run()?;
            assert_eq!(
                (bounded.stdout, bounded.stderr, bounded.status),
                (expected.stdout, expected.stderr, expected.status),
                "{command} {name}"
            );
        }
    }
    Ok(())
}

#[test]
fn where_there_is_no_room_either_that_is_said_and_the_old_output_stays() -> TestResult {
    let folder = tempfile::tempdir()?;
    let log = log(folder.path())?;
    let elsewhere = tempfile::tempdir()?;
    let output = elsewhere.path().join("out.csv");
    let commands =
        ["validate", "summarize", "export", "export --table callbacks", "why --all", "show --result cancel"];
    for command in commands {
        fs::write(&output, "old")?;
        let run = tool(command.split(' '))
            .args([log.as_str(), "--max-memory", "1K", "-o", &output.display().to_string()])
            .env("TMPDIR", "/nowhere/at/all");
        let ran = run.run()?;
        let said = String::from_utf8_lossy(&ran.stderr).into_owned();
        assert_eq!(ran.status, Some(2), "{command}: {said}");
        assert!(said.contains("`/nowhere/at/all`") && said.contains("TMPDIR"), "{command}: {said}");
        assert_eq!(fs::read_to_string(&output)?, "old", "{command}");
    }
    Ok(())
}

/// Every write and every move in a temporary file made to fail, one at a time: the old output or the new one, whole.
#[test]
fn every_fault_of_a_temporary_file_is_said() -> TestResult {
    if !can_trace() {
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    fs::write(folder.path().join("log"), simulated("--calls 40 --faults all")?)?;
    let mut failed = 0;
    for command in ["export --table callbacks", "validate"] {
        let arguments = format!("{command} log -o out --max-memory 1K --threads 1");
        words(&arguments).cwd(folder.path()).run()?;
        let expected = fs::read(folder.path().join("out"))?;
        for (call, error) in [("write", "ENOSPC"), ("lseek", "EIO"), ("read", "EIO")] {
            for number in (1..8).chain((8..400).step_by(37)) {
                fs::write(folder.path().join("out"), "old")?;
                let inject = format!("inject={call}:error={error}:when={number}");
                let mut strace = Command::new("strace");
                strace.args(["-f", "-qq", "-o", "/dev/null", "-e", &format!("trace={call}"), "-e", &inject]);
                strace.arg(env!("CARGO_BIN_EXE_callkit-tool")).args(arguments.split(' '));
                let ended = strace.current_dir(folder.path()).output()?;
                let said = String::from_utf8_lossy(&ended.stderr);
                let out = fs::read(folder.path().join("out"))?;
                let about = format!("{arguments}, {inject}: {:?} {said}", ended.status.code());
                assert!(!said.contains("panicked"), "{about}");
                assert!(out == expected || out == b"old", "{about}: something between");
                if said.contains("temporary file in `") {
                    failed += 1;
                    assert_eq!((ended.status.code(), &out[..]), (Some(2), &b"old"[..]), "{about}");
                }
            }
        }
    }
    assert!(failed > 20, "{failed} faults of temporary files");
    Ok(())
}
