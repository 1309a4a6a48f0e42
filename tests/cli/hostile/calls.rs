//! One call after another whose every text is a hostile string: drawn, judged, counted and replayed in every format.

use serde_json::Value;

use super::{callback, harm, log, strings};
use crate::support::{TestResult, tool, words};

/// Chooses every call of a log.
const ALL: [&str; 4] = ["--since", "2015-01-01", "--limit", "9999"];

/// A call for each string, which every participant, room and platform of it is called; each comes to an end.
fn calls() -> TestResult<String> {
    let mut log = String::new();
    for (index, text) in strings()?.iter().enumerate() {
        let call = format!("{text}{index}");
        for (second, event) in (0..).zip(["start_call", "call_rejected", "call_end", text]) {
            log += &callback(text, text, &call, event, second);
        }
        log += &callback(&format!("{text}2"), text, &call, "receive_call", 1).replace("caller\"", "callee\"");
    }
    Ok(log)
}

#[test]
fn drawn_calls_hold_nothing_that_a_terminal_acts_upon() -> TestResult {
    let log = calls()?;
    for command in ["show", "why"] {
        for format in ["text", "json", "mermaid", "svg", "markdown"] {
            // A picture shows one call, and a verdict is not drawn.
            if format == "svg" || (command, format) == ("why", "mermaid") {
                continue;
            }
            let ran = tool([command, "--format", format]).args(ALL).stdin(log.clone()).ends_with(0)?;
            assert!(!ran.stdout.is_empty(), "{ran}");
            assert_eq!(harm(&ran.stdout), None, "{command} {format}");
            assert_eq!(harm(&ran.stderr), None, "{command} {format}");
            if format == "json" {
                assert!(ran.json_lines()?.iter().all(Value::is_object), "{ran}");
            }
            if format == "markdown" {
                assert_eq!(raw_html(&ran.text()), None, "{command}");
            }
        }
    }
    Ok(())
}

/// A tag outside of a fenced block that no backslash keeps from being one.
fn raw_html(document: &str) -> Option<String> {
    let mut fenced = false;
    for line in document.lines() {
        if line.starts_with("```") {
            fenced = !fenced;
        }
        let begins = |(at, _): &(usize, &str)| {
            let backslashes = line[..*at].bytes().rev().take_while(|byte| *byte == b'\\').count();
            let tag =
                line[at + 1..].starts_with(|letter: char| letter.is_alphabetic() || "/!?".contains(letter));
            backslashes % 2 == 0 && tag && !line[*at..].starts_with("<br>")
        };
        if !fenced && line.match_indices('<').any(|found| begins(&found)) {
            return Some(line.to_owned());
        }
    }
    None
}

#[test]
fn pictures_of_calls_are_well_formed_and_run_nothing() -> TestResult {
    let strings = strings()?;
    // Each picture is a run of its own, so only every few strings of the corpora have one.
    for (index, text) in strings.iter().enumerate().filter(|(index, _)| index % 8 == 0 || *index < 22) {
        let log = callback(text, text, text, "start_call", index as u32);
        let ran = tool(["show", "--since", "2015-01-01", "--format", "svg"]).stdin(log).ends_with(0)?;
        assert_eq!(harm(&ran.stdout), None, "{text:?}");
        let svg = ran.text();
        let document = roxmltree::Document::parse(&svg).map_err(|error| format!("{text:?}: {error}"))?;
        for node in document.descendants().filter(roxmltree::Node::is_element) {
            assert!(
                !matches!(node.tag_name().name(), "script" | "foreignObject" | "a" | "image"),
                "{text:?}"
            );
            let acts = |name: &str| name.starts_with("on") || name == "href";
            assert!(!node.attributes().any(|attribute| acts(attribute.name())), "{text:?}");
        }
    }
    Ok(())
}

#[test]
fn every_key_of_a_summary_is_harmless() -> TestResult {
    let log = log(&strings()?);
    let keys = [
        "result",
        "call_type",
        "media_type",
        "sdkappid",
        "platform",
        "callee_platform",
        "caller",
        "callee",
        "hour",
        "cause",
    ];
    for key in keys {
        for format in ["table", "json", "csv", "csv-long", "markdown"] {
            let ran = tool(["summarize", "--by", key, "--format", format, "-"]);
            let ran = ran.stdin(log.clone()).ends_with(0)?;
            assert_eq!(harm(&ran.stderr), None, "{key} {format}");
            // CSV holds text as it came, and has to hold together.
            if format.starts_with("csv") {
                let rows = ran.rows()?;
                assert!(rows.iter().all(|row| row.len() == rows[0].len()), "{key}\n{ran}");
                continue;
            }
            assert_eq!(harm(&ran.stdout), None, "{key} {format}");
        }
    }
    Ok(())
}

#[test]
fn plans_of_replays_are_harmless() -> TestResult {
    let log = calls()?;
    for format in ["text", "json"] {
        let run = words("replay - --dry-run --to http://localhost:1/ --format").args([format]);
        let ran = run.stdin(log.clone()).ends_with(0)?;
        assert_eq!(harm(&ran.stdout), None, "{format}");
        assert_eq!(harm(&ran.stderr), None, "{format}");
    }
    Ok(())
}

#[test]
fn calls_that_are_not_there_are_named_harmlessly() -> TestResult {
    let log = callback("u", "r", "c", "start_call", 0);
    let strings = strings()?;
    let usable = |text: &&String| !text.contains('\0') && !text.starts_with('-') && text.as_str() != "c";
    for text in strings.iter().filter(usable).step_by(3) {
        for command in ["show", "why"] {
            let ran = tool([command, text, "-"]).stdin(log.clone()).run()?;
            assert!(ran.status == Some(2) || "c".starts_with(text.as_str()), "{text:?}\n{ran}");
            assert_eq!(harm(&ran.stderr), None, "{command} {text:?}");
            assert_eq!(harm(&ran.stdout), None, "{command} {text:?}");
        }
    }
    Ok(())
}

#[test]
fn each_row_of_json_lines_is_one_line() -> TestResult {
    let log = log(&strings()?);
    for level in ["calls", "participants", "callbacks", "records"] {
        let lines = tool(["export", "--table", level, "--format", "jsonl", "-"]).stdin(log.clone());
        let table = tool(["export", "--table", level, "-"]).stdin(log.clone());
        let (lines, rows) = (lines.ends_with(0)?, table.ends_with(0)?.rows()?);
        let count = lines.stdout.iter().filter(|byte| **byte == b'\n').count();
        assert_eq!((count, lines.json_lines()?.len()), (rows.len() - 1, rows.len() - 1), "{level}");
    }
    Ok(())
}
