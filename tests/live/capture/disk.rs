//! Disks that are full, and disks that fail.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::client::{TARGET, post, start_call};
use super::files::{call_ids, send};
use super::kill::check;
use super::load::{Load, Sent};
use super::order::traced;
use super::receiver::{Receiver, envelopes, new_log, until};
use crate::support::{TestResult, can_trace, left_out};

/// A mounted file system, which goes away with it.
pub(crate) struct Mounted(TempDir);

impl Mounted {
    /// Mounts something; why not, where that is not allowed.
    pub(crate) fn mount(arguments: &[&str]) -> TestResult<Result<Self, String>> {
        let folder = tempfile::tempdir()?;
        let output = match Command::new("mount").args(arguments).arg(folder.path()).output() {
            Ok(output) => output,
            Err(error) => return Ok(Err(format!("mount: {error}"))),
        };
        if !output.status.success() {
            return Ok(Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
        }
        Ok(Ok(Self(folder)))
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        drop(Command::new("umount").arg("-l").arg(self.0.path()).status());
    }
}

/// A full disk refuses, loses nothing, and is used again once there is room.
#[test]
fn a_full_disk_refuses_until_there_is_room() -> TestResult {
    let mounted = match Mounted::mount(&["-t", "tmpfs", "-o", "size=128k", "tmpfs"])? {
        Ok(mounted) => mounted,
        Err(reason) => {
            left_out(reason);
            return Ok(());
        }
    };
    let (log, ballast) = (mounted.path().join("callbacks.log"), mounted.path().join("ballast"));
    fs::write(&ballast, vec![0; 64 << 10])?;
    let receiver = Receiver::start(&log, &[])?;
    let mut client = receiver.client()?;
    let mut sent = Sent::default();
    let mut send = |number: usize| -> TestResult<u16> {
        let call_id = format!("c{number}");
        let answer = client.ask(&post(TARGET, "", start_call(&call_id).as_bytes()))?;
        match answer.status {
            200 => sent.acknowledged.push(call_id),
            503 => assert_eq!(answer.body, r#"{"ErrorCode":503,"ErrorMessage":"not recorded"}"#),
            other => return Err(format!("answered with {other}").into()),
        }
        Ok(answer.status)
    };
    let before = (0..1000).take_while(|number| send(*number).is_ok_and(|status| status == 200)).count();
    assert!((10..999).contains(&before), "{before} lines until the disk was full");
    assert_eq!(send(2000)?, 503, "as long as it is full");
    fs::remove_file(&ballast)?;
    assert_eq!(send(3000)?, 200, "there is room again");
    let ended = receiver.stop()?;
    assert!(ended.said.contains("the log: cannot write: no space left on device"), "{}", ended.said);
    assert!(ended.said.contains("2 not written |"), "{}", ended.said);
    assert_eq!(check(&log, &sent)?, sent.acknowledged.len());
    Ok(())
}

/// `capture` whose system calls fail, or take long, when they are told to; none if that cannot be done.
pub(crate) fn failing(log: &Path, injection: &str) -> TestResult<Option<Receiver>> {
    if !can_trace() {
        return Ok(None);
    }
    let call = injection.split(':').next().unwrap_or_default();
    let options = ["-o", "/dev/null", "-e", &format!("trace={call}"), "-e", &format!("inject={injection}")];
    traced(log, &options).map(Some)
}

/// A sync that fails ends the log: everyone who waits is refused, also later ones, and the status says so. What was
/// acknowledged before is there.
#[test]
fn a_failed_sync_is_never_taken_for_success() -> TestResult {
    let (_folder, log) = new_log()?;
    let Some(receiver) = failing(&log, "fdatasync:error=EIO:when=5")? else { return Ok(()) };
    let load = Load::start(receiver.address, 4, "c");
    let ended = receiver.wait()?;
    let sent = load.stop();
    assert_eq!(ended.status, Some(2), "{}", ended.said);
    assert!(ended.said.contains(
        "can no longer be written: cannot sync: input/output error; everything acknowledged is in it"
    ));
    let recorded = check(&log, &sent)?;
    assert_eq!(recorded, sent.acknowledged.len(), "what was refused has been cut off again");
    assert!(!sent.acknowledged.is_empty() && !sent.others.is_empty());
    Receiver::start(&log, &[])?.stop()?;
    Ok(())
}

/// No inode is left for the next file: the current one goes on, and is finished once there is one.
#[test]
fn without_an_inode_for_the_next_file_the_current_one_goes_on() -> TestResult {
    let mounted = match Mounted::mount(&["-t", "tmpfs", "-o", "nr_inodes=5", "tmpfs"])? {
        Ok(mounted) => mounted,
        Err(reason) => {
            left_out(reason);
            return Ok(());
        }
    };
    let log = mounted.path().join("callbacks.log");
    let receiver = Receiver::start(&log, &[])?;
    let ballast = |number: usize| mounted.path().join(format!("ballast-{number}"));
    let taken = (0..9).take_while(|number| fs::write(ballast(*number), "").is_ok()).count();
    assert!(taken < 9, "inodes are not limited");
    send(&receiver, ["c1".to_owned()])?;
    receiver.signal("HUP")?;
    receiver.wait_for("note: no new file can be begun, so `")?;
    send(&receiver, ["c2".to_owned()])?;
    assert_eq!(call_ids(&log)?, ["c1", "c2"]);
    (0..taken).try_for_each(|number| fs::remove_file(ballast(number)))?;
    until("the file is finished", || log.metadata().is_ok_and(|metadata| metadata.len() == 0))?;
    send(&receiver, ["c3".to_owned()])?;
    receiver.stop()?;
    assert_eq!(call_ids(&log)?, ["c3"]);
    Ok(())
}

#[test]
fn a_file_that_cannot_be_finished_goes_on() -> TestResult {
    let (_folder, log) = new_log()?;
    let Some(receiver) = failing(&log, "rename:error=EIO")? else { return Ok(()) };
    let mut client = receiver.client()?;
    assert_eq!(client.ask(&post(TARGET, "", b"{}"))?.status, 200);
    // strace passes no signals on, so its child is the one to tell.
    let id = fs::read_to_string(format!("/proc/{0}/task/{0}/children", receiver.id()))?;
    super::receiver::signal(id.trim().parse()?, "HUP")?;
    let cause = receiver.wait_for("note: no new file can be begun, so `")?;
    assert!(cause.ends_with("is continued for now: input/output error"), "{cause}");
    assert_eq!(client.ask(&post(TARGET, "", b"{}"))?.status, 200);
    drop(client);
    super::order::terminate(&receiver)?;
    assert_eq!(receiver.wait()?.status, Some(0));
    assert_eq!(envelopes(&log)?.len(), 2);
    Ok(())
}

/// A log whose folder is gone cannot be begun.
#[test]
fn a_folder_that_is_not_there_is_said() -> TestResult {
    let log = PathBuf::from("/no/such/folder/callbacks.log");
    let ran = crate::support::tool(["capture", "-o"]).args([&log]).ends_with(2)?;
    let expected = "error: cannot write `/no/such/folder/callbacks.log`: no such file or directory\n";
    assert_eq!(ran.errors(), expected);
    Ok(())
}
