//! Every call of the operating system that a run depends on made to fail, one at a time, by `strace`; and runs that are
//! ended at random moments. The output is the old one or the new one, whole.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::support::{TestResult, can_trace, simulated, words};

const COMMANDS: &[&str] = &[
    "export log -o out",
    "validate --format json log -o out",
    "summarize log -o out",
    "simulate --calls 50 -o out",
    "show --since 2015-01-01 --limit 3 log -o out",
    "why --all log -o out",
    #[cfg(feature = "live")]
    "replay --dry-run --to http://localhost:1/ log -o out",
];

/// What is made to fail, and what is said of it.
const FAULTS: [(&str, &[&str], &str); 6] = [
    ("write:error=ENOSPC", &[], "out`: no space left on device"),
    ("fsync:error=EIO", &[], "out`: input/output error"),
    ("rename,renameat,renameat2:error=EACCES", &[], "out`: permission denied"),
    ("openat:error=EMFILE", &["-P", "log"], "cannot read `log`: too many open files"),
    ("read:error=EIO", &["-P", "log"], "cannot read `log`: input/output error"),
    ("openat:error=EROFS", &["-P", "."], "out`: read-only file system"),
];

/// Runs a command in a folder with the `number`th such call failing; none where there are not so many.
fn with_fault(
    folder: &Path,
    command: &str,
    (fault, paths, _): (&str, &[&str], &str),
    number: usize,
) -> TestResult<Option<(Option<i32>, String)>> {
    let trace = folder.join("trace");
    let calls = fault.split(':').next().unwrap_or_default();
    let mut strace = Command::new("strace");
    strace.args([
        "-f",
        "-qq",
        "-e",
        &format!("trace={calls}"),
        "-e",
        &format!("inject={fault}:when={number}"),
    ]);
    strace.args(paths).arg("-o").arg(&trace).arg(env!("CARGO_BIN_EXE_callkit-tool")).args(command.split(' '));
    let ended = strace.current_dir(folder).output()?;
    let traced = fs::read_to_string(&trace).unwrap_or_default();
    fs::remove_file(&trace).ok();
    let errors = String::from_utf8_lossy(&ended.stderr).into_owned();
    Ok(traced.contains("(INJECTED)").then_some((ended.status.code(), errors)))
}

fn names(folder: &Path) -> TestResult<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

#[test]
fn every_fault_is_named_and_leaves_the_old_output() -> TestResult {
    if !can_trace() {
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    let log = simulated("--calls 50 --faults all")?;
    for command in COMMANDS {
        for fault in FAULTS {
            // The last commands write as the first do, so that once is enough.
            for number in
                1..=if ["show", "why", "replay"].iter().any(|name| command.starts_with(name)) { 1 } else { 3 }
            {
                fs::write(folder.path().join("log"), &log)?;
                fs::write(folder.path().join("out"), "old")?;
                let Some((status, errors)) = with_fault(folder.path(), command, fault, number)? else {
                    break;
                };
                let about = format!("{command}, {} {number}: {status:?} {errors}", fault.0);
                let out = fs::read_to_string(folder.path().join("out"))?;
                assert!(!errors.contains("panicked"), "{about}");
                assert_eq!(names(folder.path())?, ["log", "out"], "{about}");
                // What is said on standard error may get lost; the output is then whole.
                if out == "old" {
                    assert_eq!(status, Some(2), "{about}");
                    let is_spool = command.starts_with("replay")
                        && errors.contains("in a temporary file: no space left on device");
                    assert!(is_spool || errors.contains(fault.2), "{about}");
                } else {
                    assert!(matches!(status, Some(0 | 1)) && out.ends_with('\n'), "{about}");
                }
            }
        }
    }
    Ok(())
}

/// Moments at which runs are ended; `CALLKIT_MOMENTS` asks for more.
fn moments() -> u64 {
    std::env::var("CALLKIT_MOMENTS").ok().and_then(|moments| moments.parse().ok()).unwrap_or(16)
}

#[test]
fn a_run_that_is_ended_at_any_moment_leaves_the_old_file_or_the_new_one() -> TestResult {
    let folder = tempfile::tempdir()?;
    fs::write(folder.path().join("log"), simulated("--calls 1000")?)?;
    let run = || words("export log -o out").cwd(folder.path());
    run().ends_with(0)?;
    let new = fs::read(folder.path().join("out"))?;
    let begin = std::time::Instant::now();
    run().ends_with(0)?;
    let whole = begin.elapsed();
    let mut rng = fastrand::Rng::with_seed(7);
    for (signal, status) in [("-INT", Some(130)), ("-KILL", None)] {
        for _ in 0..moments() {
            fs::write(folder.path().join("out"), "old")?;
            let mut child = run().command().stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
            std::thread::sleep(Duration::from_micros(rng.u64(..=whole.as_micros() as u64)));
            Command::new("kill").args([signal, &child.id().to_string()]).stderr(Stdio::null()).status()?;
            let ended = child.wait()?;
            let out = fs::read(folder.path().join("out"))?;
            assert!(out == b"old" || out == new, "{signal}: {} bytes", out.len());
            // Before its first line runs, and behind its last, nothing but the signal itself can answer.
            assert!(ended.code() == status || ended.code() == Some(0) || ended.code().is_none(), "{ended:?}");
            for name in names(folder.path())?.iter().filter(|name| !matches!(name.as_str(), "log" | "out")) {
                let left = name.starts_with(".callkit-tool-") && name.ends_with(".tmp");
                assert!(left && signal == "-KILL", "{signal} leaves {name}");
                fs::remove_file(folder.path().join(name))?;
            }
        }
    }
    Ok(())
}
