//! The simulation as a whole.

use std::collections::HashMap;
use std::io;

use sha2::{Digest, Sha256};

use super::*;
use crate::spec::{Family, Word};

fn options(family: Family, format: LogFormat, faults: FaultShares) -> SimulateOptions {
    SimulateOptions { calls: 400, family, format, faults, ..SimulateOptions::default() }
}

fn run(options: &SimulateOptions) -> io::Result<(Vec<u8>, String, SimulateCounts)> {
    let (mut log, mut truth) = (Vec::new(), Vec::new());
    let counts = simulate(options, &mut log, Some(&mut truth))?;
    let truth = String::from_utf8(truth).map_err(io::Error::other)?;
    Ok((log, truth, counts))
}

/// The columns of the truth that a test looks at, by call.
fn rows(truth: &str) -> HashMap<String, HashMap<String, String>> {
    let mut reader = csv::Reader::from_reader(truth.as_bytes());
    let rows = reader.deserialize::<HashMap<String, String>>();
    let rows = rows.filter_map(Result::ok);
    rows.map(|row| (row["call_id"].clone(), row)).collect()
}

#[test]
fn the_same_options_give_the_same_bytes() -> io::Result<()> {
    let mut digests = Vec::new();
    for family in Family::ALL {
        let options = options(*family, LogFormat::Http, FaultShares::ALL);
        let (log, truth, _) = run(&options)?;
        let digest = Sha256::new().chain_update(log).chain_update(truth).finalize();
        let hex: String = digest[..8].iter().map(|byte| format!("{byte:02x}")).collect();
        digests.push(hex);
    }
    assert_eq!(digests, ["71ee3d05e08cd0bc", "7aeb4f0cd7496bab", "7bfab5cc22906b91"]);
    Ok(())
}

#[test]
fn counts_say_what_was_written() -> io::Result<()> {
    for family in Family::ALL {
        for format in [LogFormat::Bare, LogFormat::Envelope, LogFormat::Http] {
            let (log, truth, counts) = run(&options(*family, format, FaultShares::default()))?;
            let needle: &[u8] = match format {
                LogFormat::Http => b"POST /",
                _ => b"}\n",
            };
            let found = memchr::memmem::find_iter(&log, needle).count() as u64;
            assert_eq!((counts.callbacks, counts.bytes), (found, log.len() as u64));
            assert_eq!(truth.lines().count() as u64, counts.calls + 1);
            assert_eq!((counts.calls, counts.unseen_calls, counts.repeats), (400, 0, 0));
        }
    }
    Ok(())
}

#[test]
fn styles_say_the_same_in_other_words() -> io::Result<()> {
    for family in Family::ALL {
        let styled = |style| {
            let options = options(*family, LogFormat::Bare, FaultShares::default());
            run(&SimulateOptions { style, ..options }).map(|(log, truth, _)| (log, truth))
        };
        let compact = styled(BodyStyle::Compact)?;
        for style in [BodyStyle::Spaced, BodyStyle::Sorted] {
            let (log, truth) = styled(style)?;
            assert_eq!(truth, compact.1);
            assert_eq!(log.is_ascii(), style == BodyStyle::Sorted);
            let lines = |log: &[u8]| -> Result<Vec<serde_json::Value>, _> {
                serde_json::Deserializer::from_slice(log).into_iter().collect()
            };
            assert_eq!(lines(&log)?, lines(&compact.0)?);
        }
    }
    Ok(())
}

#[test]
fn lines_are_json_in_order_of_arrival() -> io::Result<()> {
    for family in Family::ALL {
        let (log, _, _) = run(&options(*family, LogFormat::Envelope, FaultShares::default()))?;
        let mut last = String::new();
        for line in log.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            let envelope: HashMap<String, serde_json::Value> = serde_json::from_slice(line)?;
            let received = envelope["received_at"].as_str().unwrap_or_default().to_owned();
            assert!(received >= last);
            last = received;
            let body = envelope["body"].as_str().unwrap_or_default();
            serde_json::from_str::<serde_json::Value>(body)?;
        }
    }
    Ok(())
}

#[test]
fn truth_follows_losses_and_leaves_damaged_calls_out() -> io::Result<()> {
    let clean = run(&options(Family::Event, LogFormat::Bare, FaultShares::default()))?;
    let faults = FaultShares::parse("losses=20%,repeats=20%,damage=5%").map_err(io::Error::other)?;
    let (_, truth, counts) = run(&options(Family::Event, LogFormat::Bare, faults))?;
    let (clean, faulty) = (rows(&clean.1), rows(&truth));
    let seen = counts.calls - counts.unseen_calls - counts.undetermined_calls;
    assert_eq!(faulty.len() as u64, seen);
    assert!(counts.undetermined_calls > 0 && counts.losses > 0);
    assert!(faulty.values().any(|row| row["result"] == "incomplete"));
    assert!(faulty.values().any(|row| row["duplicates"] != "0"));
    for (id, row) in &faulty {
        let number = |row: &HashMap<String, String>, name: &str| row[name].parse().unwrap_or(0);
        let distinct = number(row, "callbacks") - number(row, "duplicates");
        assert!(distinct <= number(&clean[id], "callbacks"));
    }
    Ok(())
}

#[test]
fn options_that_make_no_sense_are_refused() {
    let kind = |options: SimulateOptions| run(&options).err().map(|error| error.kind());
    let refused = Some(io::ErrorKind::InvalidInput);
    assert_eq!(kind(SimulateOptions { rate: 0.0, ..SimulateOptions::default() }), refused);
    assert_eq!(kind(SimulateOptions { start: 0, ..SimulateOptions::default() }), refused);
    assert_eq!(kind(SimulateOptions { rate: 1e-9, ..SimulateOptions::default() }), refused);
}
