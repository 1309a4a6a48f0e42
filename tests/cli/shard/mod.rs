//! Runs in parts: the same bytes as one process, or an error.

mod damage;
mod inputs;
#[cfg(target_os = "linux")]
mod memory;
mod protocol;
mod whole;

use std::fs;
use std::path::Path;

use crate::support::{Ran, TestResult, tool, words};

/// Commands that can be done in parts, with options that matter for how they are.
const COMMANDS: [&str; 17] = [
    "calls --width 80",
    "calls --sort -talk --limit 7 --format json --columns +room_id",
    "calls --format csv --failed",
    "export",
    "export --table participants --format jsonl",
    "export --columns call_id,cause,certainty --since 2024-05-01 --error body",
    "export --table callbacks",
    "export --table callbacks --format jsonl --time-format epoch --result normal_end",
    "export --table records",
    "export --table records --columns offset,bytes,kind,record,source,errors --spreadsheet",
    "summarize --format json",
    "summarize --by cause",
    "why --all --format json",
    "why --all --width 80",
    "validate --format json",
    "validate --format concise --max-findings 7 --allow body/unknown-field",
    "validate --statistics",
];

/// What a command prints and how it ends, by one process; every path is relative to `folder`.
fn alone(command: &str, names: &[&str], folder: &Path) -> TestResult<Ran> {
    words(command).args(names).cwd(folder).run()
}

/// The same in parts, by processes on this machine.
fn in_parts(command: &str, (size, parts): (usize, usize), names: &[&str], folder: &Path) -> TestResult<Ran> {
    let run = words(&format!("shard run --workers 2 --parts {parts} --split-size {size} {command}"));
    run.args(names).cwd(folder).run()
}

/// Insists on the same output, notes and status.
fn assert_same(one: &Ran, other: &Ran) {
    assert!(one.stdout == other.stdout, "the output differs\n{one}\n{other}");
    assert_eq!((one.status, one.errors()), (other.status, other.errors()), "{one}\n{other}");
}

/// The steps, each in a file of a folder.
struct Steps<'f> {
    folder: &'f Path,
    framing: &'static str,
    parts: usize,
}

impl Steps<'_> {
    /// Plans, reads every split, and spreads the frames over the parts as an engine would; returns the frames of each
    /// part, and at the end those of the facts. Lines of text, so that a test can do with them what it likes.
    fn map(&self, names: &[&str], size: usize, command: &str) -> TestResult<Vec<Vec<String>>> {
        let plan = words(&format!("shard plan --split-size {size}"))
            .args(names)
            .args(["--"])
            .args(command.split(' '));
        let plan = plan.cwd(self.folder).ends_with(0)?.text();
        let mut lanes = vec![Vec::new(); self.parts + 1];
        for split in plan.lines() {
            let map = tool(["shard", "map", "--parts", &self.parts.to_string(), "--split", split]);
            for line in map.cwd(self.folder).ends_with(0)?.text().lines() {
                let part = line.split('\t').next().unwrap_or_default();
                lanes[part.parse().unwrap_or(self.parts)].push(line.to_owned());
            }
        }
        Ok(lanes)
    }

    fn write(&self, name: &str, lines: &[String]) -> TestResult {
        Ok(fs::write(self.folder.join(name), lines.concat_lines())?)
    }

    /// The facts of all frames.
    fn facts(&self, lanes: &[Vec<String>]) -> TestResult<Ran> {
        let mut names = Vec::new();
        for (number, lines) in lanes.iter().enumerate() {
            let name = format!("lane-{number}");
            self.write(&name, lines)?;
            names.push(name);
        }
        let ran = words("shard facts -o log.facts").args(names).cwd(self.folder);
        ran.run()
    }

    /// What a command makes of a part.
    fn reduce(&self, command: &str, part: usize) -> TestResult<Ran> {
        let run = words(&format!("shard reduce --facts log.facts --framing {} {command}", self.framing));
        run.args(["-o", &format!("result-{part}"), &format!("lane-{part}")]).cwd(self.folder).run()
    }

    /// What the command prints.
    fn finish(&self, command: &str) -> TestResult<Ran> {
        let names = (0..self.parts).map(|part| format!("result-{part}"));
        words(&format!("shard finish {command} --facts log.facts")).args(names).cwd(self.folder).run()
    }
}

trait Lines {
    fn concat_lines(&self) -> String;
}

impl Lines for [String] {
    fn concat_lines(&self) -> String {
        self.iter().map(|line| format!("{line}\n")).collect()
    }
}

/// A folder with a log that `simulate` writes.
fn simulated(options: &str) -> TestResult<tempfile::TempDir> {
    let folder = tempfile::tempdir()?;
    let log = words(&format!("simulate --seed 17 {options}")).ends_with(0)?;
    fs::write(folder.path().join("a.log"), log.stdout)?;
    Ok(folder)
}
