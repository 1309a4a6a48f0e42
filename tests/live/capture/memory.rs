//! What a receiver holds in memory is bounded by `--max-memory`, and given back.
#![cfg(target_os = "linux")]

use std::fs;
use std::net::SocketAddr;

use super::client::{Client, TARGET, post, start_call};
use super::receiver::{Receiver, new_log, until};
use crate::support::{TestResult, note};

/// A figure of a process, in KiB.
fn figure(process: u32, name: &str) -> TestResult<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    Ok(line.ok_or("no such figure")?.trim().trim_end_matches(" kB").parse()?)
}

/// The bodies of a burst: a callback as large as may be, of a call of its own, bytes that are no text, and what takes most
/// room as a line.
fn bodies(number: usize) -> Vec<Vec<u8>> {
    let call = start_call(&format!("c{number}"));
    let padded = call.replace("\"r1\"", &format!("\"{}\"", "r".repeat((1 << 20) - call.len())));
    vec![padded.into_bytes(), vec![0xff; 1 << 20], vec![1; 1 << 20]]
}

fn burst(address: SocketAddr, number: usize) {
    for body in bodies(number) {
        // A client that is refused may find its connection closed while it still sends.
        let answer = Client::connect(address).and_then(|mut client| client.ask(&post(TARGET, "", &body)));
        drop(answer);
    }
}

#[test]
fn a_burst_of_large_bodies_stays_within_the_memory_that_is_allowed() -> TestResult {
    const ALLOWED: u64 = 64 << 10;
    const SLACK: u64 = 32 << 10;
    let (_folder, log) = new_log()?;
    let receiver = Receiver::start(&log, &["--max-memory", "64M"])?;
    assert_eq!(receiver.client()?.ask(&post(TARGET, "", b"{}"))?.status, 200);
    let idle = figure(receiver.id(), "VmRSS")?;
    let address = receiver.address;
    std::thread::scope(|scope| {
        for number in 0..64 {
            scope.spawn(move || burst(address, number));
        }
    });
    let peak = figure(receiver.id(), "VmHWM")?;
    note(format_args!("idle {idle} KiB, peak {peak} KiB"));
    assert!(peak <= idle + ALLOWED + SLACK, "idle {idle} KiB, peak {peak} KiB");
    until("memory is given back", || figure(receiver.id(), "VmRSS").is_ok_and(|now| now <= 2 * idle))?;
    receiver.stop()?;
    Ok(())
}
