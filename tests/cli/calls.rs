//! `calls`: the rows that `export` has, sorted, limited and fitted to a terminal.

use std::cmp::Ordering;
use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;
use unicode_width::UnicodeWidthStr;

use crate::support::{TestResult, tool};

/// A folder with a log of every fault, and one of ids that begin alike.
fn logs() -> TestResult<TempDir> {
    let folder = TempDir::new()?;
    let simulated = tool(["simulate", "--calls", "300", "--faults", "all", "--seed", "5"]).ends_with(0)?;
    fs::write(folder.path().join("log"), simulated.stdout)?;
    Ok(folder)
}

fn run(folder: &Path, args: &[&str]) -> TestResult<crate::support::Ran> {
    tool(args).args(["log"]).cwd(folder).ends_with(0)
}

fn rows(folder: &Path, args: &[&str]) -> TestResult<Vec<Value>> {
    run(folder, args)?.json_lines()
}

/// Values as a person would sort them: numbers by size, texts by letter.
fn compare(one: &Value, other: &Value) -> Ordering {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one.as_i64().cmp(&other.as_i64()),
        (Value::Array(one), Value::Array(other)) => {
            let texts = |list: &[Value]| -> Vec<String> { list.iter().map(Value::to_string).collect() };
            texts(one).cmp(&texts(other))
        }
        _ => one.to_string().cmp(&other.to_string()),
    }
}

fn is_absent(value: &Value) -> bool {
    value.is_null() || value.as_array().is_some_and(Vec::is_empty)
}

#[test]
fn lists_are_sorted_by_any_column() -> TestResult {
    let folder = logs()?;
    let all =
        rows(folder.path(), &["export", "--format", "jsonl", "--columns", "all", "--time-format", "epoch"])?;
    let columns: Vec<String> = all[0].as_object().ok_or("no object")?.keys().cloned().collect();
    assert!(columns.len() > 20);
    for column in &columns {
        for descends in [false, true] {
            let mut expected = all.clone();
            // Stable, so that equal ones stay in the order of the input.
            expected.sort_by(|one, other| {
                let (one, other) = (&one[column], &other[column]);
                let order = if descends { compare(other, one) } else { compare(one, other) };
                is_absent(one).cmp(&is_absent(other)).then(order)
            });
            let key = format!("{}{column}", if descends { "-" } else { "" });
            let args =
                ["calls", "--format", "jsonl", "--columns", "all", "--time-format", "epoch", "--sort", &key];
            assert_eq!(rows(folder.path(), &args)?, expected, "{key}");
            let limited = [&args[..], &["--limit", "7", "--threads", "2"]].concat();
            let mut cut = rows(folder.path(), &limited)?;
            let last = cut.pop().ok_or("no line")?;
            assert_eq!(cut, expected[..7], "{key}");
            assert_eq!(last["cut"], expected.len() - 7, "{last}");
        }
    }
    Ok(())
}

#[test]
fn every_data_format_has_the_rows_of_export() -> TestResult {
    let folder = logs()?;
    let columns =
        "start_time,call_id,caller,callees,result,cause,ring_seconds,talk_seconds,callbacks,problems";
    let exported = |format| run(folder.path(), &["export", "--columns", columns, "--format", format]);
    for format in ["csv", "jsonl"] {
        for more in
            [&["--threads", "1"][..], &["--threads", "2"], &["--max-memory", "1M"], &["--limit", "300"]]
        {
            let listed = run(folder.path(), &[&["calls", "--format", format], more].concat())?;
            assert_eq!(listed.text(), exported(format)?.text(), "{format} {more:?}");
        }
    }
    let json: Value = serde_json::from_slice(&run(folder.path(), &["calls", "--format", "json"])?.stdout)?;
    assert_eq!(json["calls"].as_array(), Some(&exported("jsonl")?.json_lines()?));
    assert_eq!((&json["version"], &json["cut"]), (&1.into(), &0.into()));
    let markdown = run(folder.path(), &["calls", "--format", "markdown", "--limit", "3"])?.text();
    assert_eq!(markdown.lines().filter(|line| line.starts_with("| ")).count(), 5, "{markdown}");
    assert!(markdown.ends_with("\n297 more calls left out.\n"), "{markdown}");
    Ok(())
}

/// Whatever is in the log, no line is wider than the terminal, and what has no room is said.
#[test]
fn text_fits_and_says_what_it_leaves_out() -> TestResult {
    let folder = logs()?;
    for width in [40, 60, 80, 120, 200] {
        for columns in ["+sdkappid", "all", "call_id,room_id"] {
            let width = width.to_string();
            let listed = run(folder.path(), &["calls", "--width", &width, "--columns", columns])?;
            let most: usize = width.parse()?;
            let text = listed.text();
            let headings = text.lines().next().unwrap_or_default().to_owned();
            assert_eq!(text.lines().count(), 302);
            for line in text.lines() {
                // Of times, ids and people, which always stay, 40 columns do not hold everything.
                assert!(line.width() <= most || most == 40, "{} columns\n{line}", line.width());
            }
            let is_shown = |heading: &str| headings.split("  ").any(|it| it.trim() == heading);
            let note = listed.errors();
            if columns == "all" {
                for heading in ["participants", "families", "contributing", "total"] {
                    assert_ne!(
                        is_shown(heading),
                        note.contains(&format!("`{heading}`")),
                        "{heading}\n{note}"
                    );
                }
            }
        }
    }
    let ascii = run(folder.path(), &["calls", "--ascii"])?;
    assert!(ascii.text().is_ascii(), "{ascii}");
    Ok(())
}

/// The beginnings of ids name one call each, and as short as that allows.
#[test]
fn a_listed_call_is_named_by_what_the_list_shows() -> TestResult {
    let folder = TempDir::new()?;
    let line = |id: &str| {
        format!(
            "{{\"UserId\":\"a\",\"RoomId\":\"1\",\"TotalNum\":2,\"MediaType\":\"audio\",\"CallType\":\"single\",\
             \"CallId\":\"{id}\",\"Role\":\"caller\",\"Event\":\"start_call\",\"CallResult\":\"\",\
             \"EventTime\":1714546800}}\n"
        )
    };
    let ids = ["call-2024-0001", "call-2024-0002", "call-2024-0002-b", "other-and-long", "x"];
    fs::write(folder.path().join("log"), ids.map(line).concat())?;
    let listed = run(folder.path(), &["calls", "--columns", "call_id"])?.text();
    let shown: Vec<&str> = listed.lines().skip(2).map(str::trim).collect();
    assert_eq!(shown[..], ["call-2024-0001", "call-2024-0002", "call-2024-0002-", "other-an", "x"]);
    // What is not listed counts, too; and `show` finds what the list shows.
    let one = run(folder.path(), &["calls", "--columns", "call_id", "--call-id", ids[2]])?.text();
    assert!(one.ends_with("call-2024-0002-\n"), "{one}");
    for short in ["call-2024-0001", "call-2024-0002-", "other-an", "x"] {
        tool(["show", short, "log"]).cwd(folder.path()).ends_with(0)?;
    }
    Ok(())
}

#[test]
fn calls_that_failed_are_marked_whatever_the_columns() -> TestResult {
    let folder = logs()?;
    let failed = run(folder.path(), &["export", "--failed", "--columns", "call_id"])?.column("call_id")?;
    assert!(!failed.is_empty());
    for columns in ["call_id,result", "call_id,talk"] {
        let listed = run(folder.path(), &["calls", "--columns", columns])?.text();
        let marked: Vec<&str> = listed.lines().filter(|line| line.split(' ').any(|it| it == "!")).collect();
        assert_eq!(marked.len(), failed.len(), "{columns}");
        for (line, id) in marked.iter().zip(&failed) {
            assert!(line.contains(&id[..8]), "{line} {id}");
        }
    }
    let painted = run(folder.path(), &["calls", "--color", "always", "--failed"])?.text();
    assert_eq!(painted.matches("\u{1b}[31m").count(), failed.len(), "{painted:?}");
    Ok(())
}

#[test]
fn columns_are_named_added_and_taken_away() -> TestResult {
    let folder = logs()?;
    let head = |columns: &str| -> TestResult<String> {
        let args = ["calls", "--format", "csv", "--limit", "0", "--columns", columns];
        Ok(run(folder.path(), &args)?.text().trim().to_owned())
    };
    let usual = "start_time,call_id,caller,callees,result,cause,ring_seconds,talk_seconds,callbacks,problems";
    assert_eq!(head("+call_id")?, usual);
    assert_eq!(
        head("+room_id,-cause,-callbacks")?,
        usual.replace("cause,", "").replace("callbacks,", "") + ",room_id"
    );
    assert_eq!(head("platform, ring")?, "caller_platform,ring_seconds");
    assert_eq!(head("call_id,+app,-call_id")?, "sdkappid");
    assert!(head("all,-room_id")?.split(',').all(|column| column != "room_id"));
    for (columns, said) in [
        ("ring,ring_seconds", "the column `ring_seconds` is given twice"),
        ("call_id,-call_id", "`--columns` leaves no column"),
        ("+causee", "did you mean `cause`?"),
    ] {
        let ran = tool(["calls", "log", "--columns", columns]).cwd(folder.path()).ends_with(2)?;
        assert!(ran.errors().contains(said), "{ran}");
    }
    let ran = tool(["calls", "log", "--sort", "-ringg"]).cwd(folder.path()).ends_with(2)?;
    assert!(ran.errors().contains("this table has no column `ringg`"), "{ran}");
    let exported = run(folder.path(), &["export", "--columns", "+cause,-room_id,-problems"])?.text();
    assert!(exported.starts_with("call_id,sdkappid,call_type,media_type,caller,"), "{exported}");
    assert!(exported.lines().next().is_some_and(|head| head.ends_with(",duplicates,caller_platform,cause")));
    Ok(())
}
