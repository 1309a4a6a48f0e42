//! Tables of such strings: CSV reads back as the very strings, a spreadsheet runs no cell, Markdown keeps its columns.

use std::collections::HashSet;

use super::{FIELDS, callback, log, strings};
use crate::support::{TestResult, tool};

#[test]
fn csv_reads_back_as_the_very_strings() -> TestResult {
    let strings = strings()?;
    let mut log = String::new();
    for (index, text) in strings.iter().enumerate() {
        log += &callback(text, text, &format!("c-{index}"), "start_call", 0);
    }
    let calls = tool(["export", "--columns", "call_id,caller,room_id,caller_platform", "-"]);
    let rows = calls.stdin(log.clone()).ends_with(0)?.rows()?;
    assert_eq!(rows.len(), strings.len() + 1);
    for (row, text) in rows[1..].iter().zip(&strings) {
        assert_eq!(row[1..], [text.clone(), text.clone(), text.clone()], "{}", row[0]);
    }
    let columns = "call_id,user_id,platform,client_ip";
    let users = tool(["export", "--table", "participants", "--columns", columns, "-"]);
    let rows = users.stdin(log).ends_with(0)?.rows()?;
    for (row, text) in rows[1..].iter().zip(&strings) {
        assert_eq!(row[1..], [text.clone(), text.clone(), text.clone()], "{}", row[0]);
    }
    Ok(())
}

#[test]
fn lists_in_a_cell_come_apart_as_they_went_in() -> TestResult {
    let users = [r"a;b", r"c\", r"\;d", "e"];
    let callee = |user: &&str| {
        callback(user, "r", "c", "receive_call", 0)
            .replace("\"caller\"", "\"callee\"")
            .replace("single", "group")
    };
    let log: String = users.iter().map(callee).collect();
    let cell = &tool(["export", "-"]).stdin(log).ends_with(0)?.column("callees")?[0];
    let (mut found, mut escaped) = (vec![String::new()], false);
    for letter in cell.chars() {
        match letter {
            _ if escaped => escaped = false,
            '\\' => {
                escaped = true;
                continue;
            }
            ';' => {
                found.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(last) = found.last_mut() {
            last.push(letter);
        }
    }
    assert_eq!(found, users, "{cell}");
    Ok(())
}

#[test]
fn no_spreadsheet_runs_a_cell() -> TestResult {
    let log = log(&strings()?);
    for level in ["calls", "participants", "callbacks", "records"] {
        let ran = tool(["export", "--spreadsheet", "--table", level, "-"]).stdin(log.clone()).ends_with(0)?;
        assert!(ran.stdout.starts_with(b"\xef\xbb\xbf"), "a byte order mark comes first");
        let rows = ran.rows()?;
        for (column, cell) in rows.iter().flat_map(|row| rows[0].iter().zip(row)) {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{level}, {column}: {cell:?}");
        }
        assert!(!ran.errors().contains("formulas"), "nothing is left to be said\n{ran}");
    }
    Ok(())
}

#[test]
fn without_a_spreadsheet_in_mind_cells_stay_as_they_are() -> TestResult {
    let log = callback("=1+1", "-1", "@x", "start_call", 0);
    let ran = tool(["export", "--columns", "call_id,caller,room_id", "-"]).stdin(log).ends_with(0)?;
    assert_eq!(ran.rows()?[1], ["@x", "=1+1", "-1"]);
    assert!(ran.errors().contains("--spreadsheet"), "the way out is named\n{ran}");
    Ok(())
}

#[test]
fn numbers_below_zero_are_no_formulas() -> TestResult {
    let log = callback("u", "r", "c", "start_call", 0).replace("\"TotalNum\":2", "\"TotalNum\":-5");
    for level in ["calls", "callbacks"] {
        let ran = tool(["export", "--spreadsheet", "--table", level, "-"]).stdin(log.clone()).ends_with(0)?;
        let cell = &ran.column("total_num")?[0];
        assert!(!cell.starts_with('\''), "{cell}");
    }
    Ok(())
}

/// Cells of a row of a Markdown table: a bar that stands behind no backslash ends one.
fn cells(row: &str) -> usize {
    let (mut bars, mut escaped) = (0_usize, false);
    for letter in row.chars() {
        bars += usize::from(letter == '|' && !escaped);
        escaped = letter == '\\' && !escaped;
    }
    bars.saturating_sub(1)
}

#[test]
fn markdown_keeps_its_columns() -> TestResult {
    let log = log(&strings()?);
    for key in ["caller", "platform"] {
        let run = tool(["summarize", "--format", "markdown", "--by", key, "-"]);
        let ran = run.stdin(log.clone()).ends_with(0)?;
        let text = ran.text();
        let counts: HashSet<usize> = text.lines().map(cells).collect();
        assert_eq!(counts, HashSet::from([3]), "{key}\n{ran}");
        assert!(text.lines().all(|line| line.starts_with("| ") && line.ends_with('|')), "{ran}");
        let unescaped = text.match_indices('<').find(|(at, _)| !text[..*at].ends_with('\\'));
        assert!(unescaped.is_none(), "HTML is text: {unescaped:?}\n{ran}");
    }
    Ok(())
}

#[test]
fn the_fields_that_are_tested_are_in_the_log() -> TestResult {
    let log = log(&strings()?);
    for field in FIELDS {
        assert!(log.contains(&format!("\"{field}\"")), "{field}");
    }
    Ok(())
}
