//! A log that several gateways captured, each with losses of its own, comes to the calls of the log, however the captures
//! are shuffled, split into files, and ordered.

use std::path::Path;

use proptest::prelude::*;
use serde_json::Value;

use crate::support::{TestResult, simulated, words};

/// What no position decides.
const COLUMNS: &str = "call_id,sdkappid,participants,total_num,result,answered,start_time,accept_time,end_time,\
    ring_seconds,talk_seconds,total_seconds,callbacks,duplicates,problems";

/// The rows of the calls, in order of their ids.
fn calls(folder: &Path, files: &[String], options: &str) -> TestResult<Vec<String>> {
    let command = words("export --columns").args([COLUMNS]).args(options.split_whitespace());
    let ran = command.args(files).cwd(folder).ends_with(0)?;
    let mut rows: Vec<String> = ran.text().lines().map(str::to_owned).collect();
    rows.sort();
    Ok(rows)
}

/// How a gateway writes what it captures.
#[derive(Clone, Copy, Debug)]
enum Style {
    /// As it is.
    Same,
    /// The body alone.
    Bare,
    /// With its own name.
    Named(&'static str),
}

fn written(line: &str, style: Style) -> TestResult<String> {
    let mut envelope: Value = serde_json::from_str(line)?;
    Ok(match style {
        Style::Same => line.to_owned(),
        Style::Bare => format!("{}\n", envelope["body"].as_str().unwrap_or_default()),
        Style::Named(name) => {
            envelope["host"] = Value::from(name);
            format!("{envelope}\n")
        }
    })
}

/// Checks one way of capturing a log.
fn check(log: &[String], seed: u64, styles: &[Style], parts: usize, options: &str) -> TestResult {
    let folder = tempfile::tempdir()?;
    let rng = &mut fastrand::Rng::with_seed(seed);
    let write = |name: &str, lines: &[String]| std::fs::write(folder.path().join(name), lines.concat());
    write("log", log)?;
    let wanted = calls(folder.path(), &["log".to_owned()], "")?;
    // What was redelivered is lost by nobody, since it would not be known how often it came.
    let body = |line: &str| line.find("\"body\"").map(|at| line[at..].to_owned());
    let mut bodies: Vec<_> = log.iter().map(|line| body(line)).collect();
    bodies.sort();
    let is_single = |line: &str| {
        let body = body(line);
        bodies.partition_point(|known| *known <= body) - bodies.partition_point(|known| *known < body) == 1
    };
    // Where files are cut at different places, a loss there could not be told from the cut.
    let losses = if parts == 1 { 120 } else { usize::MAX };
    let losers: Vec<usize> = log.iter().map(|_| rng.usize(0..losses)).collect();
    let (mut files, mut one_log) = (Vec::new(), Vec::new());
    for (number, style) in styles.iter().enumerate() {
        let mut lines = Vec::new();
        for (line, loser) in log.iter().zip(&losers) {
            if *loser != number || !is_single(line) {
                lines.push(written(line, *style)?);
            }
        }
        if matches!(style, Style::Named(_)) {
            one_log.append(&mut lines);
            continue;
        }
        if parts == 1 {
            rng.shuffle(&mut lines);
        }
        for (part, lines) in lines.chunks(lines.len().div_ceil(parts) + 2 * number).enumerate() {
            files.push(format!("{number}-{part}"));
            write(&format!("{number}-{part}"), lines)?;
        }
    }
    if !one_log.is_empty() {
        rng.shuffle(&mut one_log);
        files.push("one".to_owned());
        write("one", &one_log)?;
    }
    rng.shuffle(&mut files);
    assert_eq!(
        calls(folder.path(), &files, options)?,
        wanted,
        "{styles:?} in {parts} parts, {options}, {seed}"
    );
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn several_captures_come_to_the_calls_of_the_log(
        seed in any::<u64>(),
        way in 0..4_usize,
        parts in 1..3_usize,
        options in prop::sample::select(vec!["", "--threads 1", "--threads 3", "--max-memory 1M"]),
    ) {
        let log = simulated("--calls 120 --rate 20 --format envelope --faults repeats=5%,losses=2% --seed 9");
        let log = String::from_utf8(log.unwrap_or_default()).unwrap_or_default();
        let log: Vec<String> = log.split_inclusive('\n').map(str::to_owned).collect();
        let styles: &[Style] = match way {
            0 => &[Style::Same, Style::Same],
            1 => &[Style::Same, Style::Bare],
            2 => &[Style::Same, Style::Same, Style::Bare],
            _ => &[Style::Named("gw-a"), Style::Named("gw-b")],
        };
        // Bodies alone have no times of capture, by which they could be cut where the others are.
        let parts = if way == 0 { parts } else { 1 };
        let checked = check(&log, seed, styles, parts, options);
        prop_assert!(checked.is_ok(), "{}", checked.err().map_or_else(String::new, |error| error.to_string()));
    }
}
