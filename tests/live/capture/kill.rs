//! Killed at random moments under load, again and again on one log: nothing acknowledged is lost, nothing is there
//! twice, nothing is torn.
//!
//! `CALLKIT_KILLS=100 cargo test --test live kill -- --nocapture` is the long test: so many kills, and at least
//! 100,000 acknowledged callbacks.

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::time::Duration;

use super::load::{Load, Sent};
use super::receiver::{Receiver, envelopes, new_log, until};
use crate::support::{TestResult, note, tool};

/// Clients, and so requests that can be in flight at once.
const CLIENTS: usize = 8;
/// Kills where the environment names no number.
const KILLS: usize = 10;
/// Acknowledged callbacks that a long test must have.
const LONG: usize = 100_000;

#[test]
fn kill_under_load_loses_nothing() -> TestResult {
    let kills = std::env::var("CALLKIT_KILLS").ok().map(|kills| kills.parse()).transpose()?;
    let (rounds, least) = kills.map_or((KILLS, 0), |kills: usize| (kills, LONG));
    let (_folder, log) = new_log()?;
    let mut random = fastrand::Rng::with_seed(7);
    let (mut sent, mut torn, mut round) = (Sent::default(), 0, 0);
    while round < rounds || sent.acknowledged.len() < least {
        round += 1;
        let receiver = Receiver::start(&log, &[])?;
        torn += usize::from(receiver.said().contains("were not a whole line"));
        let load = Load::start(receiver.address, CLIENTS, &format!("r{round}"));
        until("some are acknowledged", || load.acknowledged() > 0)?;
        std::thread::sleep(Duration::from_micros(
            random.u64(0..if kills.is_some() { 200_000 } else { 50_000 }),
        ));
        receiver.kill()?;
        let more = load.stop();
        assert!(more.others.len() <= CLIENTS);
        sent.acknowledged.extend(more.acknowledged);
        sent.others.extend(more.others);
    }
    Receiver::start(&log, &[])?.stop()?;
    let recorded = check(&log, &sent)?;
    let beyond = recorded - sent.acknowledged.len();
    note(format_args!(
        "{round} kills: {} acknowledged, all in the log once; {beyond} of {} in flight are in it too; {torn} torn ends \
         were mended",
        sent.acknowledged.len(),
        sent.others.len()
    ));
    let validated = tool(["validate", "--allow", "all"]).args([&log]).ends_with(0)?;
    let expected = format!("checked {recorded} records ({recorded} callbacks: {recorded} event)");
    assert!(validated.errors().starts_with(&expected), "{validated}");
    Ok(())
}

/// Everything acknowledged is in the log once, and beyond it only what was in flight, at most once. Returns the number
/// of lines.
pub(crate) fn check(log: &Path, sent: &Sent) -> TestResult<usize> {
    let mut found: HashMap<String, usize> = HashMap::new();
    let lines = envelopes(log)?;
    for line in &lines {
        let body: serde_json::Value = serde_json::from_str(line["body"].as_str().unwrap_or_default())?;
        *found.entry(body["CallId"].as_str().unwrap_or_default().to_owned()).or_default() += 1;
    }
    let lost: Vec<_> = sent.acknowledged.iter().filter(|id| !found.contains_key(*id)).collect();
    assert!(lost.is_empty(), "lost: {lost:?}");
    let twice: Vec<_> = found.iter().filter(|(_, count)| **count > 1).collect();
    assert!(twice.is_empty(), "twice: {twice:?}");
    let known: HashSet<_> = sent.acknowledged.iter().chain(&sent.others).collect();
    let strange: Vec<_> = found.keys().filter(|id| !known.contains(id)).collect();
    assert!(strange.is_empty(), "never sent: {strange:?}");
    Ok(lines.len())
}
