//! Values that other readers take in different ways: what the README says of each is what the tool does.

use std::fs;

use crate::support::callback::Callback;
use crate::support::{TestResult, file_of_crate, tool};

/// The columns of `export --level callbacks` for its members.
const COLUMNS: &str =
    "user_id,room_id,total_num,media_type,call_type,call_id,role,event,call_result,event_time";

/// A callback in which that member is written in that way.
fn callback(name: &str, written: Option<&str>) -> String {
    let sound = Callback::event("start_call");
    let member = |(key, value): &(String, String)| match written {
        Some(written) if key.eq_ignore_ascii_case(name) => written.to_owned(),
        _ => format!("\"{key}\":{value}"),
    };
    format!("{{{}}}", sound.members().iter().map(member).collect::<Vec<_>>().join(","))
}

/// The line that the first cell of a row stands for, and the member it is about.
fn line(written: &str) -> (String, Option<usize>) {
    let whole = callback("", None);
    if written.contains('…') {
        let quoted = if written.starts_with('"') { whole.replace('"', "\\\"") } else { whole };
        return (written.replace("{…}", &quoted), None);
    }
    let key = written.split('"').nth(1).unwrap_or_default().replace("\\u0055", "U");
    let sound = Callback::event("start_call");
    let index = sound.members().iter().position(|(name, _)| name.eq_ignore_ascii_case(&key));
    (callback(&key, Some(written)), index)
}

/// The text of a cell in code.
fn code(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

#[test]
fn odd_values_come_to_what_the_readme_says() -> TestResult {
    let readme = fs::read_to_string(file_of_crate("README.md"))?;
    let section = readme.split("### Odd values").nth(1).and_then(|rest| rest.split("\n#").next());
    let rows: Vec<Vec<&str>> = section
        .ok_or("no section on odd values")?
        .lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect();
    assert_eq!(rows.len(), 30, "the rows of the table");
    for row in rows {
        let (log, index) = line(code(row[0])[0]);
        let run = |args: &[&str]| tool(args).args(["--input-format", "jsonl", "-"]).stdin(log.clone()).run();
        let mut rules = run(&["validate", "--format", "json", "--allow", "call"])?.rules()?;
        rules.dedup();
        assert_eq!(rules, code(row[1]), "{log}");
        let rows = run(&["export", "--level", "callbacks", "--time-format", "epoch", "--columns", COLUMNS])?
            .rows()?;
        let cell = rows.get(1).zip(index).map_or("", |(row, index)| &row[index]);
        assert_eq!(cell, code(row[2]).first().copied().unwrap_or_default(), "{log}");
    }
    Ok(())
}
