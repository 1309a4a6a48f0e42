//! Standard output that closes early or is full.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;
use std::process::Stdio;

use crate::support::{TestResult, file_of_crate, simulated, words};

/// Commands with more to say than a pipe holds, given a log.
const LONG: [&str; 11] = [
    "validate --format json --allow call --error body/unknown-field",
    "validate --format concise",
    "export",
    "export --table callbacks",
    "export --table participants --format jsonl",
    "export --table records",
    "summarize --by caller --format csv",
    "show --since 2015-01-01 --limit 999 --format json",
    "show --since 2015-01-01 --limit 999",
    "why --since 2015-01-01 --limit 999",
    "why --all",
];

/// A log that has findings enough.
fn log(folder: &Path) -> TestResult {
    let log = simulated("--calls 3000 --faults all --format envelope")?;
    let text = String::from_utf8_lossy(&log)
        .replace("\"method\"", "\"whatever\"")
        .replace("{\\\"UserId\\\"", "{\\\"More\\\":1,\\\"UserId\\\"");
    Ok(fs::write(folder.join("log"), text)?)
}

#[test]
fn a_closed_pipe_is_quiet_and_no_error() -> TestResult {
    let folder = tempfile::tempdir()?;
    log(folder.path())?;
    let without_input = ["simulate --calls 5000", "man", "completions zsh", "rules"];
    let commands = LONG.iter().map(|command| format!("{command} log"));
    for command in commands.chain(without_input.map(str::to_owned)) {
        for read_before in [0, 1000] {
            let mut child = words(&command).cwd(folder.path()).command().spawn()?;
            let mut stdout = child.stdout.take().ok_or("no pipe")?;
            stdout.read_exact(&mut vec![0; read_before])?;
            drop(stdout);
            let ended = child.wait_with_output()?;
            let errors = String::from_utf8_lossy(&ended.stderr);
            assert_eq!(ended.status.code(), Some(0), "{command}: {errors}");
            assert!(!errors.contains("error:") && !errors.contains("panicked"), "{command}: {errors}");
        }
    }
    Ok(())
}

#[test]
fn a_full_device_is_status_2_and_named() -> TestResult {
    if !Path::new("/dev/full").exists() {
        return Ok(());
    }
    let sample = file_of_crate("samples/vendor-event.http");
    let sample = sample.to_string_lossy();
    let mut commands: Vec<String> = [
        "validate",
        "validate --statistics",
        "summarize",
        "export",
        "export --table records",
        "show --since 2015-01-01",
        "show --since 2015-01-01 --format svg",
        "why --since 2015-01-01",
        "why --all",
        #[cfg(feature = "live")]
        "replay --dry-run --to http://localhost:1/",
    ]
    .iter()
    .map(|command| format!("{command} {sample}"))
    .collect();
    commands.extend(
        ["simulate --calls 10", "rules", "rules body/type", "man", "completions bash"].map(str::to_owned),
    );
    for command in commands {
        let full = File::options().write(true).open("/dev/full")?;
        let ended = words(&command).command().stdout(Stdio::from(full)).output()?;
        let errors = String::from_utf8_lossy(&ended.stderr);
        assert_eq!(ended.status.code(), Some(2), "{command}: {errors}");
        assert!(errors.contains("cannot write standard output"), "{command}: {errors}");
        if command.contains("http") || command.contains("simulate") {
            let ran = words(&command).args(["-o", "/dev/full"]).ends_with(2)?;
            assert!(ran.errors().contains("cannot write `/dev/full`"), "{ran}");
        }
    }
    Ok(())
}

#[test]
fn data_alone_goes_to_standard_output() -> TestResult {
    let sample = file_of_crate("samples/vendor-v4.http");
    let ran = words("validate --format json --max-findings 1").args([sample.as_os_str()]).ends_with(1)?;
    assert_eq!(ran.json_lines()?.len(), 2, "a finding, and how many were cut\n{ran}");
    let ran = words("validate --format json no-such-file").args([sample.as_os_str()]).ends_with(2)?;
    assert!(!ran.json_lines()?.is_empty(), "{ran}");
    let ran = words("export no-such-file").args([sample.as_os_str()]).ends_with(2)?;
    assert_eq!(ran.rows()?.len(), 2, "{ran}");
    Ok(())
}
