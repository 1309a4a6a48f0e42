//! Inputs and outputs that misbehave: the output among the inputs, streams that are closed, directories and pipes as
//! inputs, inputs that change while they are read.

use std::fs::{self, File};
use std::io::Write;
use std::process::{Command, Stdio};

use crate::support::{TestResult, simulated, tool, words};

/// What is written to a file that is read at the same time never ends; once it filled the disk.
#[test]
fn an_output_among_the_inputs_fed_on_itself() -> TestResult {
    let folder = tempfile::tempdir()?;
    fs::write(folder.path().join("a.jsonl"), "bad\n".repeat(100_000))?;
    for (command, status) in [("validate --format json .", 1), ("export --level records .", 0)] {
        let output = File::create(folder.path().join("out"))?;
        let run = words(command).cwd(folder.path());
        let ended = run.command().stdout(Stdio::from(output)).output()?;
        let errors = String::from_utf8_lossy(&ended.stderr);
        assert_eq!(ended.status.code(), Some(status), "{errors}");
        assert!(errors.contains("note: `./out` is the output, and not read"), "{errors}");
        let written = fs::read_to_string(folder.path().join("out"))?;
        assert!(written.lines().count() >= 100_000 && !written.contains("./out"));
    }
    let output = File::options().append(true).open(folder.path().join("out"))?;
    let named = words("export --level records out").cwd(folder.path());
    let ended = named.command().stdout(Stdio::from(output)).output()?;
    let errors = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(2), "{errors}");
    assert!(errors.contains("cannot read `out`: it is the output as well"), "{errors}");
    Ok(())
}

#[test]
fn closed_streams_are_no_reason_to_panic() -> TestResult {
    let folder = tempfile::tempdir()?;
    fs::write(folder.path().join("log"), simulated("--calls 20 --faults all")?)?;
    let binary = env!("CARGO_BIN_EXE_callkit-tool");
    for command in
        ["validate log", "export log", "summarize log", "simulate --calls 3", "rules", "export - -o out"]
    {
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
    for command in ["validate", "export --level callbacks -", "summarize -"] {
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
    for command in ["validate --format json", "export", "export --level callbacks", "export --level records"]
    {
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
        for command in
            ["validate --format json", "validate", "export --level callbacks", "export --level records"]
        {
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
                assert!(matches!(ended.status.code(), Some(0 | 1)), "{command}, change {number}: {errors}");
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
