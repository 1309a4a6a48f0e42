//! Logs that a receiver can begin with, and those that it cannot.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::Command;

use super::client::{TARGET, post};
use super::files::{call_ids, send};
use super::receiver::{Receiver, arguments, beside, envelopes, new_log};
use crate::support::{TestResult, tool};

#[test]
fn standard_output_is_no_log() -> TestResult {
    let ran = tool(["capture", "-o", "-"]).ends_with(2)?;
    assert!(ran.errors().starts_with("error: -o needs a file: a log must be synced to disk"), "{ran}");
    Ok(())
}

#[test]
fn a_link_to_a_log_that_is_not_there_is_followed() -> TestResult {
    let (folder, log) = new_log()?;
    let link = folder.path().join("link.log");
    symlink("callbacks.log", &link)?;
    let receiver = Receiver::start(&link, &[])?;
    send(&receiver, ["c1".to_owned()])?;
    receiver.stop()?;
    assert_eq!(call_ids(&log)?, ["c1"]);
    assert!(beside(&log, "lock").is_file() && link.is_symlink());
    Ok(())
}

/// A link in the place of a file that goes with a log could lead to any file of whoever runs this.
#[test]
fn links_in_the_place_of_companions_are_not_followed() -> TestResult {
    for (name, more) in [
        ("torn", &[][..]),
        ("lock", &[]),
        ("refused", &["--sdkappid", "7"]),
        ("forward", &["--forward", "http://127.0.0.1:9"]),
    ] {
        let (folder, log) = new_log()?;
        let victim = folder.path().join("victim");
        fs::write(&victim, "{\"received_at\":1}\n")?;
        fs::write(&log, "{\"received_at\":\"2026-01-31T23:5")?;
        symlink("victim", beside(&log, name))?;
        let ran = tool(arguments(&log, more)).ends_with(2)?;
        assert!(ran.errors().contains("cannot write `"), "{ran}");
        assert!(ran.errors().contains(&format!(".{name}` is a link, and links are not followed")), "{ran}");
        assert_eq!(fs::read_to_string(&victim)?, "{\"received_at\":1}\n", "{name}");
    }
    // A temporary file is a new one.
    let (folder, log) = new_log()?;
    let victim = folder.path().join("victim");
    fs::write(&victim, "kept")?;
    fs::write(beside(&log, "20260131T235959.000Z"), "{\"received_at\":1}\n")?;
    for hidden in
        [".callbacks.log.20260131T235959.000Z.gz.tmp", ".callbacks.log.next", ".callbacks.log.probe"]
    {
        symlink("victim", folder.path().join(hidden))?;
    }
    let receiver = Receiver::start(&log, &["--compress", "gzip"])?;
    super::receiver::until("it is compressed", || beside(&log, "20260131T235959.000Z.gz").is_file())?;
    send(&receiver, ["c1".to_owned()])?;
    receiver.signal("HUP")?;
    super::receiver::until("the file is finished", || log.metadata().is_ok_and(|it| it.len() == 0))?;
    assert_eq!(receiver.client()?.ask(b"GET /-/health HTTP/1.1\r\nHost: x\r\n\r\n")?.status, 200);
    receiver.stop()?;
    assert_eq!(fs::read_to_string(&victim)?, "kept");
    Ok(())
}

/// Nobody may ever write to a pipe, or read from it.
#[test]
fn pipes_in_the_place_of_companions_are_not_waited_for() -> TestResult {
    for name in ["torn", "lock", "refused", "forward"] {
        let (_folder, log) = new_log()?;
        fs::write(&log, "{\"received_at\":\"2026-01-31T23:5")?;
        assert!(Command::new("mkfifo").arg(beside(&log, name)).status()?.success());
        let more = ["--sdkappid", "7", "--forward", "http://127.0.0.1:9"];
        let ran = tool(arguments(&log, &more)).ends_with(2)?;
        assert!(ran.errors().contains(&format!(".{name}` is not a regular file")), "{ran}");
    }
    Ok(())
}

#[test]
fn a_file_of_somebody_else_is_left_alone() -> TestResult {
    for foreign in ["{\"hello\":1}", "{}\n{\"hello\":1}", "GIF89a"] {
        let (_folder, log) = new_log()?;
        fs::write(&log, foreign)?;
        let ran = tool(arguments(&log, &[])).ends_with(2)?;
        assert!(ran.errors().contains("it is not a log of this tool"), "{ran}");
        assert_eq!(fs::read_to_string(&log)?, foreign);
        assert!(!beside(&log, "torn").exists());
    }
    Ok(())
}

/// A power cut can leave a log of zeros alone, and nobody can tell it from somebody else's file of zeros but by its lock.
#[test]
fn a_file_of_zeros_is_a_log_only_next_to_its_lock() -> TestResult {
    for length in [1, 4, 100_000] {
        let (folder, log) = new_log()?;
        fs::write(&log, vec![0; length])?;
        let ran = tool(arguments(&log, &[])).ends_with(2)?;
        assert!(
            ran.errors().contains("it is not a log of this tool: it holds nothing but zero bytes"),
            "{ran}"
        );
        assert_eq!((fs::read(&log)?, fs::read_dir(folder.path())?.count()), (vec![0; length], 1));
        fs::write(beside(&log, "lock"), "")?;
        let receiver = Receiver::start(&log, &[])?;
        send(&receiver, ["c1".to_owned()])?;
        receiver.stop()?;
        assert_eq!(call_ids(&log)?, ["c1"]);
        let torn = envelopes(&beside(&log, "torn"))?;
        assert_eq!((&torn[0]["length"], &torn[0]["text"]), (&length.into(), &"".into()));
    }
    Ok(())
}

#[test]
fn a_log_that_others_can_read_is_said() -> TestResult {
    for (mode, is_said) in [(0o644, true), (0o600, false)] {
        let (_folder, log) = new_log()?;
        fs::write(&log, "")?;
        fs::set_permissions(&log, fs::Permissions::from_mode(mode))?;
        let ended = Receiver::start(&log, &[])?.stop()?;
        let note = format!(
            "note: `{}` already existed, and users other than its owner can access it",
            log.display()
        );
        assert_eq!(ended.said.contains(&note), is_said, "{}", ended.said);
    }
    Ok(())
}

/// A limit on the size of files is as a full disk: 503, no half line, no death, and a new file helps.
#[test]
fn a_limit_on_the_size_of_files_is_as_a_full_disk() -> TestResult {
    let (_folder, log) = new_log()?;
    let mut command = Command::new("sh");
    // 512 or 1024 bytes each, as the shell has it.
    command.args(["-c", "ulimit -f 2; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_callkit-tool")]);
    command.args(arguments(&log, &[]));
    let receiver = Receiver::from_command(command)?;
    let mut client = receiver.client()?;
    let mut ask = || -> TestResult<u16> { Ok(client.ask(&post(TARGET, "", b"{}"))?.status) };
    let mut recorded = 0;
    while ask()? == 200 {
        recorded += 1;
        assert!(recorded < 100, "no limit was reached");
    }
    assert!(recorded > 0);
    assert_eq!(ask()?, 503);
    assert_eq!(envelopes(&log)?.len(), recorded);
    receiver.signal("HUP")?;
    super::receiver::until("there is a new file", || ask().is_ok_and(|status| status == 200))?;
    let ended = receiver.stop()?;
    assert!(ended.said.contains("the log: cannot write: file too large"), "{}", ended.said);
    Ok(())
}

/// `copytruncate`, and a write that fails after it: no line that was acknowledged since is lost, here or at the next start,
/// and the file holds no zeros.
#[test]
fn a_truncated_log_loses_no_line_that_came_later() -> TestResult {
    let (_folder, log) = new_log()?;
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -f 4; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_callkit-tool")]);
    command.args(arguments(&log, &[]));
    let receiver = Receiver::from_command(command)?;
    let mut client = receiver.client()?;
    let mut ask = || -> TestResult<u16> { Ok(client.ask(&post(TARGET, "", b"{}"))?.status) };
    for _ in 0..3 {
        assert_eq!(ask()?, 200);
    }
    std::fs::File::options().write(true).open(&log)?.set_len(0)?;
    let mut recorded = 0;
    while ask()? == 200 {
        recorded += 1;
        assert!(recorded < 100, "no limit was reached");
    }
    assert!(!std::fs::read(&log)?.contains(&0));
    assert_eq!(envelopes(&log)?.len(), recorded);
    let ended = receiver.stop()?;
    assert!(ended.said.contains("was truncated by another program, which removed"), "{}", ended.said);
    Receiver::start(&log, &[])?.stop()?;
    assert_eq!(envelopes(&log)?.len(), recorded);
    Ok(())
}
