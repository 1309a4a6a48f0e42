//! Values that JSON readers treat differently: what the documentation says of each is what the tool does.

use std::fs;

use crate::support::callback::Callback;
use crate::support::{TestResult, file_of_crate, tool};

/// The columns of `export --table callbacks` for its members.
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
fn odd_values_do_what_the_documentation_says() -> TestResult {
    let page = fs::read_to_string(file_of_crate("docs/internals/odd-values.md"))?;
    let rows: Vec<Vec<&str>> = page
        .lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect();
    let mut count = 0;
    for row in rows {
        for written in code(row[0]) {
            let (log, index) = line(written);
            let run =
                |args: &[&str]| tool(args).args(["--input-format", "jsonl", "-"]).stdin(log.clone()).run();
            let mut rules =
                run(&["validate", "--format", "json", "--allow", "call", "--allow", "input/not-a-log"])?
                    .rules()?;
            rules.dedup();
            assert_eq!(rules, code(row[1]), "{log}");
            let rows =
                run(&["export", "--table", "callbacks", "--time-format", "epoch", "--columns", COLUMNS])?
                    .rows()?;
            let cell = rows.get(1).zip(index).map_or("", |(row, index)| &row[index]);
            assert_eq!(cell, code(row[2]).first().copied().unwrap_or_default(), "{log}");
            count += 1;
        }
    }
    assert_eq!(count, 30, "the values of the table");
    Ok(())
}
