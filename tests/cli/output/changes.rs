//! Files that change between two passes over them. A named pipe after the file holds the tool up: when the test can open
//! it, the file has been read once.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output};

use crate::support::{TestResult, simulated, tool, words};

/// Commands that read their input twice.
const TWICE: [&str; 4] = [
    "export --table callbacks",
    "validate --format json",
    "show --result normal_end --limit 20 --format json",
    "why --result normal_end --limit 20 --format json",
];

/// Runs a command over `log`, changes it before it is read again, and gives what came of it.
fn changed(
    folder: &Path,
    command: &str,
    inputs: &[&str],
    change: impl FnOnce() -> std::io::Result<()>,
) -> TestResult<Output> {
    let pipe = folder.join("pipe");
    Command::new("mkfifo").arg(&pipe).status()?;
    let run = words(command).args(inputs).args(["pipe"]).cwd(folder).command().spawn()?;
    let writer = File::options().write(true).open(&pipe)?;
    change()?;
    drop(writer);
    let ended = run.wait_with_output()?;
    fs::remove_file(pipe)?;
    Ok(ended)
}

#[test]
fn a_file_stays_the_one_that_was_opened() -> TestResult {
    let folder = tempfile::tempdir()?;
    let (path, other) = (folder.path().join("log"), folder.path().join("other"));
    let log = simulated("--calls 60 --seed 1 --faults losses=5%")?;
    for command in TWICE {
        fs::write(&path, &log)?;
        let wanted = changed(folder.path(), command, &["log"], || Ok(()))?;
        let renamed = changed(folder.path(), command, &["log"], || fs::rename(&path, &other))?;
        assert_eq!((wanted.status, &wanted.stdout), (renamed.status, &renamed.stdout), "{command}");
        for text in [&b"{\"CallId\":\"other\"}\n"[..], b""] {
            fs::write(&path, &log)?;
            let replaced = changed(folder.path(), command, &["log"], || {
                fs::rename(&path, &other)?;
                fs::write(&path, text)
            })?;
            assert_eq!((wanted.status, &wanted.stdout), (replaced.status, &replaced.stdout), "{command}");
        }
        fs::write(&path, &log)?;
        let grown = changed(folder.path(), command, &["log"], || {
            File::options().append(true).open(&path)?.write_all(&log)
        })?;
        assert_eq!((wanted.status, &wanted.stdout), (grown.status, &grown.stdout), "{command}");
    }
    Ok(())
}

#[test]
fn a_file_that_was_empty_stays_empty() -> TestResult {
    let folder = tempfile::tempdir()?;
    let (path, log) = (folder.path().join("empty"), simulated("--calls 20")?);
    fs::write(folder.path().join("log"), &log)?;
    for command in TWICE {
        fs::write(&path, "")?;
        let wanted = changed(folder.path(), command, &["log", "empty"], || Ok(()))?;
        let grown = changed(folder.path(), command, &["log", "empty"], || fs::write(&path, &log))?;
        assert_eq!((wanted.status, &wanted.stdout), (grown.status, &grown.stdout), "{command}");
    }
    Ok(())
}

#[test]
fn a_file_that_holds_less_or_other_bytes_is_an_error() -> TestResult {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("log");
    let (log, other) =
        (simulated("--calls 300 --seed 1 --faults losses=5%")?, simulated("--calls 900 --seed 2")?);
    type Change = fn(&Path, &[u8]) -> std::io::Result<()>;
    let changes: [(&str, Change); 4] = [
        ("become shorter since it was opened", |path, _| {
            File::options().write(true).open(path)?.set_len(5000)
        }),
        ("become shorter since it was opened", |path, _| File::create(path).map(drop)),
        ("changed since it was first read", |path, other| fs::write(path, other)),
        // As long as it was, and begun as it did.
        ("changed since it was first read", |path, _| {
            let mut text = fs::read(path)?;
            let last = text.len() - 40;
            text[last] ^= 1;
            fs::write(path, text)
        }),
    ];
    for (said, change) in changes {
        for command in &TWICE[..2] {
            fs::write(&path, &log)?;
            let ended = changed(folder.path(), command, &["log"], || change(&path, &other))?;
            let errors = String::from_utf8_lossy(&ended.stderr);
            assert_eq!(ended.status.code(), Some(2), "{command}: {errors}");
            let said = format!("error: cannot read `log`: it has {said}");
            assert_eq!(errors.matches(&said).count(), 1, "{command}: {errors}");
        }
    }
    Ok(())
}

#[test]
fn more_files_than_may_be_open_stay_what_they_were() -> TestResult {
    let folder = tempfile::tempdir()?;
    let logs = folder.path().join("logs");
    fs::create_dir(&logs)?;
    let log = simulated("--calls 2")?;
    for number in 0..300 {
        fs::write(logs.join(format!("{number:03}")), &log)?;
    }
    let run = |files: &str| -> TestResult<Output> {
        let (pipe, last) = (folder.path().join("pipe"), logs.join("299"));
        fs::write(&last, &log)?;
        Command::new("mkfifo").arg(&pipe).status()?;
        let tool = tool(["export", "--table", "callbacks", "logs", "pipe"]).cwd(folder.path()).command();
        let mut shell = Command::new("sh");
        shell.args(["-c", &format!("ulimit -n {files}; exec \"$@\""), "sh"]);
        let shell = shell.arg(tool.get_program()).args(tool.get_args()).current_dir(folder.path());
        let run = shell.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn()?;
        let writer = File::options().write(true).open(&pipe)?;
        fs::remove_file(&last)?;
        fs::write(&last, b"{}\n")?;
        drop(writer);
        let ended = run.wait_with_output()?;
        fs::remove_file(pipe)?;
        Ok(ended)
    };
    let all = run("1000")?;
    assert_eq!(all.status.code(), Some(0), "{}", String::from_utf8_lossy(&all.stderr));
    let few = run("100")?;
    let errors = String::from_utf8_lossy(&few.stderr);
    assert_eq!(few.status.code(), Some(2), "{errors}");
    assert!(errors.contains("cannot read `logs/299`: it has become shorter"), "{errors}");
    Ok(())
}
