//! No answer leaves before the `fdatasync` that covers its line has returned, as the system calls show.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::load::Load;
use super::receiver::{Receiver, arguments, new_log, signal, until};
use crate::support::{TestResult, can_trace, note};

/// `capture` under strace with these options.
pub(crate) fn traced(log: &Path, options: &[&str]) -> TestResult<Receiver> {
    let mut command = Command::new("strace");
    command.args(["-f", "-qq"]).args(options).arg(env!("CARGO_BIN_EXE_callkit-tool"));
    command.args(arguments(log, &[]));
    Receiver::from_command(command)
}

/// The process that strace, whose id is given, has started.
fn child_of(parent: u32) -> TestResult<u32> {
    let children = fs::read_to_string(format!("/proc/{parent}/task/{parent}/children"))?;
    Ok(children.split_whitespace().next().ok_or("strace has no child")?.parse()?)
}

/// Ends a traced receiver.
pub(crate) fn terminate(receiver: &Receiver) -> TestResult {
    signal(child_of(receiver.id())?, "TERM")
}

#[test]
fn no_answer_before_its_sync() -> TestResult {
    if !can_trace() {
        return Ok(());
    }
    let (folder, log) = new_log()?;
    let trace = folder.path().join("trace");
    let to_trace = trace.to_str().unwrap_or_default();
    let calls = "trace=write,writev,sendto,sendmsg,fdatasync,fsync";
    let receiver = traced(&log, &["-o", to_trace, "-s", "65536", "-e", calls])?;
    let load = Load::start(receiver.address, 8, "c");
    until("enough is acknowledged", || load.acknowledged() >= 400)?;
    let sent = load.stop();
    terminate(&receiver)?;
    let ended = receiver.wait()?;
    assert_eq!(ended.status, Some(0), "{}", ended.said);
    let (answers, syncs) = follow(&fs::read_to_string(&trace)?)?;
    assert_eq!(answers, sent.acknowledged.len(), "every answer was seen");
    note(format_args!("{answers} answers, {syncs} syncs, no answer before its sync"));
    assert!(syncs > 1 && syncs < answers, "several lines share a sync");
    Ok(())
}

/// Follows a trace: there are never more answers than lines that a finished sync covers. Returns the numbers of answers
/// and of syncs.
fn follow(trace: &str) -> TestResult<(usize, usize)> {
    // Lines of the log that were written, those that a sync that is under way covers, and those on disk.
    let (mut written, mut covered, mut on_disk) = (0, 0, 0);
    let (mut answers, mut syncs) = (0, 0);
    for line in trace.lines() {
        if line.contains("write(") && line.contains(r#"{\"received_at\":"#) {
            written += line.matches(r#"{\"received_at\":"#).count();
        } else if line.contains("fdatasync(") {
            covered = written;
        } else if line.contains("HTTP/1.1 200") {
            answers += line.matches("HTTP/1.1 200").count();
            assert!(answers <= on_disk, "{answers} answers, {on_disk} lines on disk: {line}");
        }
        if line.contains("fdatasync") && line.ends_with("= 0") {
            (on_disk, syncs) = (covered, syncs + 1);
        }
    }
    assert!(written > 0 && on_disk == written, "{written} lines written, {on_disk} on disk");
    Ok((answers, syncs))
}
