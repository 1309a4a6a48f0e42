//! A reader of standard error or standard output that has stopped reading holds nothing up.

use std::io::{PipeReader, PipeWriter, Write, pipe};
use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use super::client::{Client, TARGET, post};
use super::receiver::{PATIENCE, envelopes, new_log, signal, until};
use crate::support::{TestResult, tool};

/// A pipe that takes nothing more. The reader keeps it open.
fn full_pipe() -> TestResult<(PipeReader, PipeWriter)> {
    let (reader, writer) = pipe()?;
    let mut filling = writer.try_clone()?;
    let (sender, filled) = std::sync::mpsc::channel();
    std::thread::spawn(move || while filling.write(&[b' '; 512]).is_ok() && sender.send(()).is_ok() {});
    while filled.recv_timeout(Duration::from_millis(300)).is_ok() {}
    Ok((reader, writer))
}

fn wait(child: &mut Child) -> TestResult<Option<i32>> {
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        if let Some(status) = child.try_wait()? {
            return Ok(status.code());
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    child.kill()?;
    child.wait()?;
    Err("it does not end".into())
}

#[test]
fn sigterm_ends_it_although_nobody_reads_what_it_says() -> TestResult {
    for stuck in ["stderr", "stdout"] {
        let (_folder, log) = new_log()?;
        // A port that was free a moment ago.
        let address: SocketAddr = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let (_reader, full) = full_pipe()?;
        let mut command =
            tool(["capture", "--validate", "--listen", &address.to_string(), "-o"]).args([&log]).command();
        command.stdin(Stdio::null()).stderr(Stdio::null()).stdout(Stdio::null());
        if stuck == "stderr" {
            command.stderr(full)
        } else {
            command.stdout(full)
        };
        let mut child = command.spawn()?;
        until("it listens", || Client::connect(address).is_ok())?;
        let mut client = Client::connect(address)?;
        for _ in 0..3 {
            assert_eq!(client.ask(&post(TARGET, "", b"{"))?.status, 200, "{stuck}");
        }
        signal(child.id(), "TERM")?;
        assert_eq!(wait(&mut child)?, Some(0), "{stuck}");
        assert_eq!(envelopes(&log)?.len(), 3);
    }
    Ok(())
}
