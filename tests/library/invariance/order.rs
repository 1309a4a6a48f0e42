//! A log that is split into files comes to the same calls; so does one whose lines are shuffled, but for what the
//! definition of a call leaves to the position.

use std::collections::BTreeMap;
use std::path::Path;

use crate::support::callback::Callback;
use crate::support::{TestResult, csv_rows, simulated, tool, words};

/// The lines of a JSON Lines log; the requests of an HTTP log.
fn records(log: &[u8], format: &str) -> Vec<Vec<u8>> {
    if format != "http" {
        return log.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    }
    let text = String::from_utf8_lossy(log);
    let starts: Vec<usize> = text.match_indices("POST /").map(|(at, _)| at).chain([text.len()]).collect();
    starts.windows(2).map(|pair| text[pair[0]..pair[1]].as_bytes().to_vec()).collect()
}

fn write_parts(folder: &Path, records: &[Vec<u8>], parts: usize) -> TestResult<Vec<String>> {
    let mut names = Vec::new();
    for (index, part) in records.chunks(records.len().div_ceil(parts)).enumerate() {
        names.push(format!("part-{index}"));
        std::fs::write(folder.join(&names[index]), part.concat())?;
    }
    Ok(names)
}

#[test]
fn several_files_come_to_the_same_calls() -> TestResult {
    for (family, format) in [("event", "bare"), ("status", "envelope"), ("v4", "envelope"), ("event", "http")]
    {
        let faults = "all,damage=0,reorder=20%";
        let log = simulated(&format!("--calls 200 --family {family} --format {format} --faults {faults}"))?;
        let records = records(&log, format);
        let folder = tempfile::tempdir()?;
        let whole = write_parts(folder.path(), &records, 1)?;
        for command in ["export", "export --table participants", "summarize --format json --by caller"] {
            let run = |names: &[String]| words(command).args(names).cwd(folder.path()).ends_with(0);
            let wanted = run(&whole)?;
            for parts in [2, 3, 7] {
                let names = write_parts(folder.path(), &records, parts)?;
                let found = run(&names)?;
                let (wanted, found) = (without_sources(&wanted.text()), without_sources(&found.text()));
                assert_eq!(wanted, found, "{command}: {family} {format} in {parts} files");
            }
            write_parts(folder.path(), &records, 1)?;
        }
    }
    Ok(())
}

/// A summary without its list of sources; any other text as it is.
fn without_sources(text: &str) -> String {
    let Some(begin) = text.find(",\"sources\":[") else { return text.to_owned() };
    let end = text[begin..].find("}]").map_or(text.len(), |at| begin + at + 2);
    format!("{}{}", &text[..begin], &text[end..])
}

/// Rows by call and user, without what a position decides; callees in order of their names.
fn settled(csv: &[u8], left_out: &[&str]) -> TestResult<BTreeMap<String, Vec<(String, String)>>> {
    let rows = csv_rows(csv)?;
    let mut settled = BTreeMap::new();
    for row in &rows[1..] {
        let mut cells: Vec<_> = rows[0].iter().cloned().zip(row.iter().cloned()).collect();
        let key: Vec<&str> = cells
            .iter()
            .filter(|(name, _)| ["call_id", "user_id"].contains(&name.as_str()))
            .map(|(_, cell)| cell.as_str())
            .collect();
        let key = key.join("/");
        cells.retain(|(name, _)| !left_out.contains(&name.as_str()));
        for (name, cell) in &mut cells {
            if name == "callees" {
                let mut callees: Vec<&str> = cell.split(';').collect();
                callees.sort_unstable();
                *cell = callees.join(";");
            }
        }
        assert!(settled.insert(key, cells).is_none(), "a row twice");
    }
    Ok(settled)
}

#[test]
fn shuffled_lines_come_to_the_same_calls() -> TestResult {
    for family in ["event", "status", "v4"] {
        let log = simulated(&format!("--calls 300 --family {family} --faults all,damage=0 --seed 11"))?;
        let mut records = records(&log, "envelope");
        let run =
            |command: &str, input: &[u8]| tool(command.split(' ')).args(["-"]).stdin(input).ends_with(0);
        let platforms = ["platform", "client_ip", "caller_platform"];
        let calls = settled(&run("export", &log)?.stdout, &platforms)?;
        let users = settled(&run("export --table participants", &log)?.stdout, &platforms)?;
        let figures = run("summarize --format json", &log)?.text();
        for seed in 0..4 {
            fastrand::Rng::with_seed(seed).shuffle(&mut records);
            let shuffled = records.concat();
            assert_eq!(calls, settled(&run("export", &shuffled)?.stdout, &platforms)?, "{family} {seed}");
            let found = settled(&run("export --table participants", &shuffled)?.stdout, &platforms)?;
            assert_eq!(users, found, "{family} {seed}");
            assert_eq!(figures, run("summarize --format json", &shuffled)?.text(), "{family} {seed}");
        }
    }
    Ok(())
}

#[test]
fn where_values_differ_the_first_in_the_input_counts() -> TestResult {
    let line = |user: &str, role: &str, event: &str, room: &str, kind: &str| {
        Callback::event(event).user(user).room(room).role(role).set("CallType", kind).line()
    };
    let one = line("u1", "caller", "start_call", "r-1", "single");
    let two = line("u2", "caller", "start_call", "r-2", "group");
    let columns = ["export", "-", "--columns", "caller,room_id,call_type"];
    let run = |log: String| tool(columns).stdin(log).ends_with(0);
    assert_eq!(run(format!("{one}{two}"))?.rows()?[1], ["u1", "r-1", "single"]);
    assert_eq!(run(format!("{two}{one}"))?.rows()?[1], ["u2", "r-2", "group"]);
    Ok(())
}
