//! Every command and format, on a log of such strings: what reaches a terminal is harmless.

use serde_json::Value;

use super::{harm, log, strings};
use crate::support::{TestResult, tool};

/// Commands whose standard output a terminal can show.
const SHOWN: [&[&str]; 14] = [
    &["validate"],
    &["validate", "--format", "concise"],
    &["validate", "--format", "github"],
    &["validate", "--format", "junit"],
    &["validate", "--statistics"],
    &["validate", "--color", "never", "--max-findings", "5"],
    &["summarize"],
    &["summarize", "--by", "caller"],
    &["summarize", "--by", "platform"],
    &["summarize", "--by", "caller", "--format", "markdown"],
    &["why", "--all"],
    &["why", "--all", "--format", "markdown"],
    &["why", "--since", "2015-01-01", "--limit", "9999"],
    &["why", "--since", "2015-01-01", "--limit", "9999", "--format", "markdown"],
];

/// Commands that write JSON.
const JSON: [&[&str]; 8] = [
    &["validate", "--format", "json"],
    &["summarize", "--by", "caller", "--format", "json"],
    &["export", "--format", "jsonl"],
    &["export", "--format", "jsonl", "--table", "participants"],
    &["export", "--format", "jsonl", "--table", "callbacks"],
    &["export", "--format", "jsonl", "--table", "records"],
    &["why", "--all", "--format", "json"],
    &["why", "--since", "2015-01-01", "--limit", "9999", "--format", "json"],
];

#[test]
fn nothing_that_a_terminal_acts_upon_is_shown() -> TestResult {
    let log = log(&strings()?);
    for args in SHOWN {
        let ran = tool(args).args(["-"]).stdin(log.clone()).run()?;
        assert!(ran.status != Some(2) && !ran.stdout.is_empty(), "{ran}");
        assert_eq!(harm(&ran.stdout), None, "{args:?}");
        assert_eq!(harm(&ran.stderr), None, "{args:?}");
    }
    Ok(())
}

#[test]
fn json_escapes_it_and_keeps_it() -> TestResult {
    let strings = strings()?;
    let log = log(&strings);
    for args in JSON {
        let ran = tool(args).args(["-"]).stdin(log.clone()).run()?;
        assert_eq!(harm(&ran.stdout), None, "{args:?}");
        assert_eq!(harm(&ran.stderr), None, "{args:?}");
        assert!(ran.json_lines()?.iter().all(Value::is_object), "{ran}");
    }
    let users = tool(["export", "--format", "jsonl", "--table", "participants", "-"]).stdin(log);
    let rows = users.ends_with(0)?.json_lines()?;
    for text in &strings {
        assert!(rows.iter().any(|row| row["user_id"] == text.as_str()), "the user {text:?}");
        assert!(rows.iter().any(|row| row["call_id"] == text.as_str()), "the call {text:?}");
    }
    Ok(())
}

#[test]
fn standard_error_is_harmless_beside_csv() -> TestResult {
    let log = log(&strings()?);
    for level in ["calls", "participants", "callbacks", "records"] {
        let ran = tool(["export", "--table", level, "-"]).stdin(log.clone()).ends_with(0)?;
        assert_eq!(harm(&ran.stderr), None, "{level}");
    }
    Ok(())
}

#[test]
fn bytes_of_any_value_are_shown_harmlessly() -> TestResult {
    let all: Vec<u8> = (0..=255).collect();
    let requests = ["POST /?", "GET / HTTP/1.1\r\n", "POST / HTTP/1.1\r\n", "POST / HTTP/1.1\r\n\r\n{\""];
    for before in requests.iter().map(|text| text.as_bytes()).chain([&b"{\"Event\":\""[..], b""]) {
        let input = [before, &all, b"\"}\r\n\r\n"].concat();
        for format in ["jsonl", "http"] {
            for args in SHOWN.iter().chain(&JSON) {
                let ran = tool(*args).args(["--input-format", format, "-"]).stdin(input.clone()).run()?;
                let streams = [&ran.stdout, &ran.stderr];
                assert!(streams.iter().all(|stream| harm(stream).is_none()), "{args:?} {format}\n{ran}");
            }
        }
    }
    Ok(())
}

#[test]
fn our_own_errors_show_arguments_harmlessly() -> TestResult {
    for text in super::OWN.iter().filter(|text| !text.contains('\0')) {
        let attempts: [&[&str]; 3] =
            [&["validate", "--allow", text], &["export", "--columns", text], &["rules", "--", text]];
        for args in attempts {
            let ran = tool(args).stdin("").ends_with(2)?;
            assert_eq!(harm(&ran.stderr), None, "{args:?}");
        }
    }
    Ok(())
}
