//! Inputs and outputs that misbehave: the output among the inputs, streams that are closed, directories and pipes as
//! inputs, inputs that change while they are read.

use std::fs::{self, File};
use std::io::Write;
use std::process::{Command, Stdio};

use crate::support::{TestResult, left_out, simulated, tool, words};

/// What is written to a file that is read at the same time never ends; once it filled the disk.
#[test]
fn an_output_among_the_inputs_fed_on_itself() -> TestResult {
    let folder = tempfile::tempdir()?;
    fs::write(folder.path().join("a.jsonl"), "{bad\n".repeat(100_000))?;
    for (command, status) in [("validate --format json --all-findings .", 2), ("export --table records .", 2)]
    {
        let output = File::create(folder.path().join("out"))?;
        let run = words(command).cwd(folder.path());
        let ended = run.command().stdout(Stdio::from(output)).output()?;
        let errors = String::from_utf8_lossy(&ended.stderr);
        assert_eq!(ended.status.code(), Some(status), "{errors}");
        assert!(errors.contains("note: `./out` is the output and is not read"), "{errors}");
        let written = fs::read_to_string(folder.path().join("out"))?;
        assert!(written.lines().count() >= 100_000 && !written.contains("./out"));
    }
    let output = File::options().append(true).open(folder.path().join("out"))?;
    let named = words("export --table records out").cwd(folder.path());
    let ended = named.command().stdout(Stdio::from(output)).output()?;
    let errors = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(2), "{errors}");
    assert!(errors.contains("cannot read `out`: it is also the output"), "{errors}");
    Ok(())
}

#[test]
fn closed_streams_are_no_reason_to_panic() -> TestResult {
    let folder = tempfile::tempdir()?;
    fs::write(folder.path().join("log"), simulated("--calls 20 --faults all")?)?;
    let binary = env!("CARGO_BIN_EXE_callkit-tool");
    for command in [
        "validate log",
        "export log",
        "summarize log",
        "show --since 2015-01-01 log",
        "why --since 2015-01-01 log",
        "why --all log",
        #[cfg(feature = "live")]
        "replay --dry-run --to http://localhost:1/ log",
        "simulate --calls 3",
        "rules",
        "completions bash",
        "man",
        "export - -o out",
    ] {
        for closed in [">&-", "2>&-", "<&-", ">&- 2>&- <&-"] {
            let line = format!("exec '{binary}' {command} {closed}");
            let ended = Command::new("sh").args(["-c", &line]).current_dir(folder.path()).output()?;
            let errors = String::from_utf8_lossy(&ended.stderr);
            assert!(
                matches!(ended.status.code(), Some(0..=2)),
                "{command} {closed}: {:?} {errors}",
                ended.status
            );
            assert!(!errors.contains("panicked"), "{command} {closed}: {errors}");
        }
    }
    Ok(())
}

#[test]
fn a_directory_on_standard_input_is_named() -> TestResult {
    let folder = tempfile::tempdir()?;
    for command in [
        "validate",
        "export --table callbacks -",
        "summarize -",
        "show c -",
        "show --since 2015-01-01 -",
        "why c -",
        "why --all -",
        #[cfg(feature = "live")]
        "replay --dry-run --to http://localhost:1/ -",
    ] {
        let ended = words(command).command().stdin(Stdio::from(File::open(folder.path())?)).output()?;
        let errors = String::from_utf8_lossy(&ended.stderr);
        assert_eq!(ended.status.code(), Some(2), "{command}: {errors}");
        assert!(errors.contains("cannot read `-`: is a directory"), "{command}: {errors}");
    }
    Ok(())
}

#[test]
fn a_named_pipe_is_read_to_its_end_also_twice() -> TestResult {
    let folder = tempfile::tempdir()?;
    let log = simulated("--calls 200 --faults all")?;
    fs::write(folder.path().join("log"), &log)?;
    for command in [
        "validate --format json",
        "export",
        "export --table callbacks",
        "export --table records",
        "summarize --format json",
        "show --result cancel --format json",
        "why --result cancel --format json",
        "why --all --format json",
        #[cfg(feature = "live")]
        "replay --dry-run --to http://localhost:1/ --result cancel --format json",
    ] {
        let pipe = folder.path().join("pipe");
        Command::new("mkfifo").arg(&pipe).status()?;
        let child = tool(command.split(' ')).args(["pipe"]).cwd(folder.path()).command().spawn()?;
        fs::write(&pipe, &log)?;
        let ended = child.wait_with_output()?;
        fs::remove_file(&pipe)?;
        let wanted = tool(command.split(' ')).args(["log"]).cwd(folder.path()).run()?;
        let text =
            String::from_utf8_lossy(&ended.stdout).replace("\"pipe\"", "\"log\"").replace("pipe,", "log,");
        assert!(text == wanted.text(), "{command}");
        assert_eq!(ended.status.code(), wanted.status, "{command}");
    }
    Ok(())
}

/// The log is cut, grown or replaced between the first look and the second, or during one: never a panic, and never an
/// output that is not whole.
#[test]
fn inputs_that_change_while_they_are_read() -> TestResult {
    let folder = tempfile::tempdir()?;
    let log = simulated("--calls 1500 --faults all,damage=1%")?;
    let path = folder.path().join("log");
    type Change = fn(&std::path::Path, &[u8]) -> std::io::Result<()>;
    let changes: [Change; 4] = [
        |path, log| File::options().write(true).open(path)?.set_len(log.len() as u64 / 3),
        |path, _| File::options().write(true).open(path)?.set_len(0),
        |path, log| File::options().append(true).open(path)?.write_all(&log[..log.len() / 2]),
        |path, log| {
            let new = path.with_extension("new");
            fs::write(&new, &log[log.len() / 2..])?;
            fs::rename(new, path)
        },
    ];
    for (number, change) in changes.iter().enumerate() {
        for command in [
            "validate --format json",
            "validate",
            "export --table callbacks",
            "export --table records",
            "show --result normal_end --limit 20 --format json",
            "why --result normal_end --limit 20 --format json",
        ] {
            for pause in [0, 20] {
                fs::write(&path, &log)?;
                let child = tool(command.split(' '))
                    .args(["log", "--no-progress"])
                    .cwd(folder.path())
                    .command()
                    .spawn()?;
                std::thread::sleep(std::time::Duration::from_millis(pause));
                change(&path, &log)?;
                let ended = child.wait_with_output()?;
                let errors = String::from_utf8_lossy(&ended.stderr);
                let is_shorter = number < 2 && errors.contains("it has become shorter since it was opened");
                let is_expected = match ended.status.code() {
                    Some(2) => is_shorter,
                    status => matches!(status, Some(0 | 1)),
                };
                assert!(is_expected, "{command}, change {number}: {errors}");
                assert!(!errors.contains("panicked"), "{command}, change {number}: {errors}");
                assert!(
                    ended.stdout.is_empty() || ended.stdout.ends_with(b"\n"),
                    "{command}, change {number}"
                );
            }
        }
    }
    Ok(())
}

/// Commands that look at their input twice, and so keep a pipe.
const TWICE: &[&str] = &[
    "validate -",
    "export --table callbacks -",
    "show --result cancel -",
    "why --result cancel -",
    #[cfg(feature = "live")]
    "replay --dry-run --to http://localhost:1/ --result cancel -",
];

#[test]
fn a_pipe_that_cannot_be_kept_is_said() -> TestResult {
    let folder = tempfile::tempdir()?;
    let log = simulated("--calls 30")?;
    for command in TWICE {
        let run = words(command).cwd(folder.path()).stdin(log.clone()).env("TMPDIR", "/none/at/all");
        let ran = run.ends_with(2)?;
        let said =
            "cannot be saved to a temporary file in `/none/at/all`: no such file or directory; set `TMPDIR`";
        assert!(ran.errors().contains(said), "{ran}");
    }
    Ok(())
}

#[test]
fn an_output_and_a_folder_for_temporary_files_that_are_full_are_named() -> TestResult {
    let folder = tempfile::tempdir()?;
    let full = folder.path().join("full");
    fs::create_dir(&full)?;
    let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=64k", "none"]).arg(&full).output();
    if !mounted.is_ok_and(|ended| ended.status.success()) {
        left_out("mount is missing, or not allowed");
        return Ok(());
    }
    let tried = full_disk(folder.path(), &full);
    Command::new("umount").arg(&full).status()?;
    tried
}

fn full_disk(folder: &std::path::Path, full: &std::path::Path) -> TestResult {
    let log = simulated("--calls 400")?;
    fs::write(folder.join("log"), &log)?;
    for command in TWICE {
        let run = words(command).cwd(folder).stdin(log.clone()).env("TMPDIR", &full.to_string_lossy());
        let ran = run.ends_with(2)?;
        assert!(
            ran.errors().contains("`: no space left on device; set `TMPDIR` to use another directory"),
            "{ran}"
        );
    }
    for command in [
        "validate --format json --error body/unknown-field log",
        "export --table callbacks log",
        "show --since 2015-01-01 --limit 999 --format json log",
        "why --since 2015-01-01 --limit 999 --format json log",
        "simulate --calls 400",
    ] {
        fs::write(full.join("out"), "old")?;
        let ran = words(command).args(["-o", "full/out"]).cwd(folder).run()?;
        let out = fs::read_to_string(full.join("out"))?;
        // Few findings have room enough.
        let has_room = ran.status != Some(2) && command.starts_with("validate");
        assert!(has_room || ran.errors().contains("full/out`: no space left on device"), "{ran}");
        assert!(has_room || (ran.status == Some(2) && out == "old"), "{ran}");
        assert_eq!(fs::read_dir(full)?.count(), 1, "{command} leaves nothing else behind");
    }
    Ok(())
}

/// Of two outputs the one is named that could not be written.
#[test]
fn a_truth_that_cannot_be_written_is_named() -> TestResult {
    if !std::path::Path::new("/dev/full").exists() {
        return Ok(());
    }
    for calls in ["20", "5000"] {
        let folder = tempfile::tempdir()?;
        fs::write(folder.path().join("out"), "old")?;
        let run = words("simulate -o out --truth /dev/full --calls").args([calls]).cwd(folder.path());
        let ran = run.ends_with(2)?;
        assert!(ran.errors().contains("cannot write `/dev/full`: no space left on device"), "{ran}");
        assert_eq!(fs::read_to_string(folder.path().join("out"))?, "old");
    }
    Ok(())
}

/// A limit on the size of files fails the write, and does not end the process without a word.
#[cfg(unix)]
#[test]
fn a_file_that_may_not_grow_is_named() -> TestResult {
    let folder = tempfile::tempdir()?;
    fs::write(folder.path().join("log"), simulated("--calls 400")?)?;
    fs::write(folder.path().join("out"), "old")?;
    let script = "ulimit -f 8; exec \"$0\" export --table callbacks log -o out";
    let ended = Command::new("sh")
        .args(["-c", script, env!("CARGO_BIN_EXE_callkit-tool")])
        .current_dir(folder.path())
        .output()?;
    let said = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(2), "{said}");
    assert!(said.contains("out`: file too large"), "{said}");
    assert_eq!(fs::read_to_string(folder.path().join("out"))?, "old");
    assert_eq!(fs::read_dir(folder.path())?.count(), 2, "nothing is left behind");
    Ok(())
}
