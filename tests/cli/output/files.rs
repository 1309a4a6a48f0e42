//! `-o`: a file has either all of the output, or what it had before.

use std::fs;
use std::path::Path;

use crate::support::{TestResult, file_of_crate, tool, words};

fn sample() -> String {
    file_of_crate("samples/vendor-event.http").to_string_lossy().into_owned()
}

fn names(folder: &Path) -> TestResult<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

const COMMANDS: [&str; 6] = [
    "validate --exit-zero --format json",
    "validate --exit-zero",
    "summarize --format json",
    "summarize",
    "export",
    "export --table records",
];

#[test]
fn a_file_gets_what_standard_output_would_get() -> TestResult {
    for command in COMMANDS {
        let folder = tempfile::tempdir()?;
        let shown = words(command).args([sample()]).ends_with(0)?;
        for _ in 0..2 {
            let run = words(command).args([sample(), "-o".to_owned(), "out".to_owned()]);
            let written = run.cwd(folder.path()).ends_with(0)?;
            assert!(written.stdout.is_empty(), "{written}");
            assert_eq!(fs::read(folder.path().join("out"))?, shown.stdout, "{command}");
        }
        assert_eq!(names(folder.path())?, ["out"], "{command} leaves nothing else behind");
    }
    Ok(())
}

#[test]
fn a_failed_run_leaves_the_old_file() -> TestResult {
    let failing = [
        "export --columns nonsense",
        "export --table records --user u",
        "export --since nonsense",
        "validate --allow nonsense",
        "summarize --format nonsense",
        "simulate --rate 0",
    ];
    for command in failing {
        let folder = tempfile::tempdir()?;
        fs::write(folder.path().join("out"), "old")?;
        let input = if command.starts_with("simulate") { None } else { Some(sample()) };
        let run = words(command).args(["-o", "out"]).args(input).cwd(folder.path());
        run.ends_with(2)?;
        assert_eq!(fs::read_to_string(folder.path().join("out"))?, "old", "{command}");
        assert_eq!(names(folder.path())?, ["out"], "{command} leaves nothing else behind");
    }
    Ok(())
}

#[test]
fn a_run_that_could_read_nothing_leaves_the_old_file() -> TestResult {
    for command in ["export", "summarize --format json", "validate --format json"] {
        let folder = tempfile::tempdir()?;
        fs::write(folder.path().join("out"), "old")?;
        words(command).args(["no-such-file", "-o", "out"]).cwd(folder.path()).ends_with(2)?;
        assert_eq!(fs::read_to_string(folder.path().join("out"))?, "old", "{command}");
        assert_eq!(names(folder.path())?, ["out"], "{command} leaves nothing else behind");
    }
    Ok(())
}

#[test]
fn an_output_that_cannot_be_written_is_named() -> TestResult {
    let folder = tempfile::tempdir()?;
    for output in ["none/out", "."] {
        let ran = tool(["export", "-o", output, &sample()]).cwd(folder.path()).ends_with(2)?;
        assert!(ran.errors().starts_with("error: cannot write"), "{ran}");
        assert!(output != "none/out" || ran.errors().contains("none/out"), "{ran}");
    }
    assert!(names(folder.path())?.is_empty());
    Ok(())
}

#[test]
fn findings_do_not_keep_a_report_from_being_written() -> TestResult {
    let folder = tempfile::tempdir()?;
    tool(["validate", "-o", "out", &sample()]).cwd(folder.path()).ends_with(1)?;
    assert!(fs::read_to_string(folder.path().join("out"))?.contains("http/content-length"));
    Ok(())
}

#[test]
fn a_log_and_its_truth_are_both_written() -> TestResult {
    let folder = tempfile::tempdir()?;
    let run = words("simulate --calls 20 --seed 3 -o log --truth calls.csv").cwd(folder.path());
    assert!(run.ends_with(0)?.stdout.is_empty());
    assert_eq!(
        fs::read(folder.path().join("log"))?,
        words("simulate --calls 20 --seed 3").ends_with(0)?.stdout
    );
    assert_eq!(names(folder.path())?, ["calls.csv", "log"]);
    Ok(())
}

#[cfg(unix)]
#[test]
fn a_link_is_followed_and_permissions_are_kept() -> TestResult {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("file");
    fs::write(&file, "old")?;
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600))?;
    symlink("file", folder.path().join("link"))?;
    tool(["export", "-o", "link", &sample()]).cwd(folder.path()).ends_with(0)?;
    assert!(folder.path().join("link").is_symlink());
    assert!(fs::read_to_string(&file)?.starts_with("call_id,"));
    assert_eq!(fs::metadata(&file)?.permissions().mode() & 0o777, 0o600);
    Ok(())
}

#[cfg(unix)]
#[test]
fn an_interrupt_leaves_no_half_written_file() -> TestResult {
    use std::io::Write;
    use std::process::{Command, Stdio};
    use std::time::{Duration, Instant};
    for signal in ["-INT", "-TERM"] {
        let folder = tempfile::tempdir()?;
        fs::write(folder.path().join("out"), "old")?;
        let mut command = words("export - -o out").cwd(folder.path()).command();
        let mut child = command.stdin(Stdio::piped()).spawn()?;
        let mut pipe = child.stdin.take().ok_or("no pipe")?;
        pipe.write_all(b"{}\n")?;
        let begin = Instant::now();
        while names(folder.path())?.len() < 2 {
            assert!(begin.elapsed() < Duration::from_secs(20), "the output was never begun");
            std::thread::sleep(Duration::from_millis(10));
        }
        Command::new("kill").args([signal, &child.id().to_string()]).status()?;
        let status = child.wait()?;
        drop(pipe);
        assert_eq!(status.code(), Some(130), "{signal}");
        assert_eq!(fs::read_to_string(folder.path().join("out"))?, "old", "{signal}");
        assert_eq!(names(folder.path())?, ["out"], "{signal} leaves nothing else behind");
    }
    Ok(())
}
