//! `capture --acknowledge stored`: what is acknowledged reaches the backend, whoever is killed in between.
//!
//! `CALLKIT_DELIVERY_KILLS=50 cargo test --test live stored -- --nocapture` is the long test.

use std::collections::HashSet;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::time::Duration;

use super::client::{TARGET, post, start_call};
use super::load::{Load, Sent};
use super::receiver::{Receiver, beside, envelopes, new_log, until};
use crate::support::{TestResult, note, tool};

/// Kills where the environment names no number.
const KILLS: usize = 3;
const CLIENTS: usize = 4;

/// An address that was free a moment ago.
fn free_address() -> TestResult<SocketAddr> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?)
}

/// A backend that writes down what it accepts: another receiver.
fn backend(address: SocketAddr, log: &Path) -> TestResult<Receiver> {
    let address = address.to_string();
    let run = tool(["capture", "--listen", &address, "--no-progress", "-o"]).args([log]);
    Receiver::from_command(run.command())
}

/// The ids of the calls in a log.
fn ids(log: &Path) -> HashSet<String> {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let id = |line: &str| {
        let line: serde_json::Value = serde_json::from_str(line).ok()?;
        let body: serde_json::Value = serde_json::from_str(line["body"].as_str()?).ok()?;
        Some(body["CallId"].as_str()?.to_owned())
    };
    text.lines().filter_map(id).collect()
}

#[test]
fn killed_on_either_side_nothing_acknowledged_is_lost() -> TestResult {
    let kills = std::env::var("CALLKIT_DELIVERY_KILLS").ok().map(|kills| kills.parse()).transpose()?;
    let kills: usize = kills.unwrap_or(KILLS);
    let (_folder, log) = new_log()?;
    let (_other, backend_log) = new_log()?;
    let address = free_address()?;
    let url = format!("http://{address}");
    let arguments =
        ["--forward", &url, "--acknowledge", "stored", "--rotate-size", "64K", "--compress", "zstd"];
    let mut random = fastrand::Rng::with_seed(11);
    let mut pause = || std::thread::sleep(Duration::from_micros(random.u64(0..60_000)));
    let mut accepting = backend(address, &backend_log)?;
    let mut sent = Sent::default();
    for round in 0..kills {
        let receiver = Receiver::start(&log, &arguments)?;
        let load = Load::start(receiver.address, CLIENTS, &format!("r{round}"));
        until("some are acknowledged", || load.acknowledged() > 20)?;
        pause();
        if round % 2 == 0 {
            receiver.kill()?;
            sent.acknowledged.extend(load.stop().acknowledged);
        } else {
            accepting.kill()?;
            pause();
            accepting = backend(address, &backend_log)?;
            pause();
            sent.acknowledged.extend(load.stop().acknowledged);
            receiver.stop()?;
        }
    }
    let receiver = Receiver::start(&log, &arguments)?;
    until("everything is delivered", || {
        let there = ids(&backend_log);
        sent.acknowledged.iter().all(|id| there.contains(id))
    })?;
    receiver.stop()?;
    accepting.stop()?;
    let lines = envelopes(&backend_log)?.len();
    let repeated = lines - ids(&backend_log).len();
    note(format_args!(
        "{kills} kills: {} acknowledged, all delivered; {repeated} more than once",
        sent.acknowledged.len()
    ));
    Ok(())
}

#[test]
fn it_is_answered_at_once_and_delivered_when_the_backend_is_there() -> TestResult {
    let (_folder, log) = new_log()?;
    let (_other, backend_log) = new_log()?;
    let address = free_address()?;
    let url = format!("http://{address}");
    let receiver = Receiver::start(&log, &["--forward", &url, "--acknowledge", "stored"])?;
    receiver.wait_for("without --token, late deliveries")?;
    let answer = receiver.client()?.ask(&post(TARGET, "X-A: 1\r\n", start_call("c1").as_bytes()))?;
    assert_eq!((answer.status, answer.body.as_str()), (200, r#"{"ErrorCode":0,"ErrorMessage":"Success"}"#));
    until("it was tried", || beside(&log, "forward").metadata().is_ok_and(|it| it.len() > 0))?;
    let accepting = backend(address, &backend_log)?;
    until("it is delivered", || ids(&backend_log).contains("c1"))?;
    let ended = receiver.stop()?;
    accepting.stop()?;
    assert!(ended.said.contains("1 delivered"), "{}", ended.said);
    assert!(ended.said.contains("last failed: c1 caller_start_call: "), "{}", ended.said);
    let tries = envelopes(&beside(&log, "forward"))?;
    let last = tries.last().ok_or("no line")?;
    assert_eq!((&last["call_id"], &last["status"]), (&"c1".into(), &200.into()));
    assert_eq!(last["delivery"], tries.len());
    let delivered = &envelopes(&backend_log)?[0];
    assert_eq!((&delivered["url"], &delivered["headers"]["x-a"]), (&TARGET.into(), &"1".into()));
    assert_eq!(delivered["headers"]["x-forwarded-for"], "127.0.0.1");
    // Nothing is left to be delivered.
    let state: serde_json::Value = serde_json::from_slice(&std::fs::read(beside(&log, "delivered"))?)?;
    assert_eq!(
        (&state["offset"], &state["pending"]),
        (&log.metadata()?.len().into(), &serde_json::json!([]))
    );
    Ok(())
}

#[test]
fn late_deliveries_are_signed_again() -> TestResult {
    let (_folder, log) = new_log()?;
    let (_other, backend_log) = new_log()?;
    let address = free_address()?;
    let url = format!("http://{address}");
    let env = [("CALLKIT_TOKEN", "secret")];
    let token = ["--token", "env:CALLKIT_TOKEN"];
    let stored = [&["--forward", &url, "--acknowledge", "stored"], &token[..]].concat();
    // What an earlier run without a token has captured is an hour old.
    let first = Receiver::start(&log, &["--forward", &url, "--acknowledge", "stored"])?;
    let old = format!("{TARGET}&RequestTime=1704856873&Sign=0");
    assert_eq!(first.client()?.ask(&post(&old, "", start_call("c1").as_bytes()))?.status, 200);
    first.stop()?;
    let run = tool(["capture", "--listen", &address.to_string(), "-o"]).args([&backend_log]).args(token);
    let accepting = Receiver::from_command(run.env("CALLKIT_TOKEN", "secret").command())?;
    let receiver = Receiver::with_env(&log, &stored, &env)?;
    until("it is delivered", || ids(&backend_log).contains("c1"))?;
    receiver.stop()?;
    accepting.stop()?;
    Ok(())
}

#[test]
fn a_damaged_position_is_an_error_and_not_a_guess() -> TestResult {
    let (_folder, log) = new_log()?;
    std::fs::write(beside(&log, "delivered"), "{\"format\":1,\"synced_at\":")?;
    let more = ["--forward", "http://127.0.0.1:9", "--acknowledge", "stored"];
    let ran = tool(super::receiver::arguments(&log, &more)).ends_with(2)?;
    assert!(ran.errors().contains("it is damaged"), "{ran}");
    let ran = tool(super::receiver::arguments(&log, &["--acknowledge", "stored"])).ends_with(2)?;
    assert!(ran.errors().contains("needs a backend to deliver to"), "{ran}");
    Ok(())
}
