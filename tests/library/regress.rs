//! Inputs that this tool once got wrong, kept under `tests/regress/` and named for what they were: what comes of each,
//! and that every command gets through it.

use std::collections::BTreeSet;
use std::fs;

use crate::support::{TestResult, file_of_crate, tool, words};

/// For each file the calls found in it, and the rules that it breaks, without those on calls.
const EXPECTED: [(&str, &[&str], &[&str]); 11] = [
    ("header-that-names-a-request.http", &["c-1", "c-2"], &[]),
    ("header-that-quotes-a-glued-request.http", &["c-1", "c-2"], &[]),
    ("log-line-that-names-a-request.http", &["c-1"], &["http/request-line"]),
    ("mark-without-a-request.http", &["c-1", "c-2"], &["http/skipped"]),
    ("method-glued-to-word.http", &["c-1", "c-2"], &["http/skipped"]),
    ("request-behind-nul-block.http", &["c-1", "c-2"], &["input/encoding"]),
    ("request-glued-to-cut-body.http", &["c-2"], &["http/content-length", "json/syntax"]),
    ("request-glued-to-cut-chunk.http", &["c-2"], &["http/chunked"]),
    ("request-glued-to-cut-header.http", &["c-2"], &["http/skipped"]),
    ("request-glued-to-cut-request-line.http", &["c-2"], &["http/request-line"]),
    ("request-in-a-closed-body.http", &["c-1", "c-2"], &["json/syntax", "json/depth"]),
];

#[test]
fn each_file_comes_to_what_it_holds() -> TestResult {
    for (name, calls, rules) in EXPECTED {
        let input = fs::read(file_of_crate("tests/regress").join(name))?;
        let run = |line: &str| words(line).stdin(input.clone()).run();
        let table = run("export -")?;
        assert_eq!(table.column("call_id")?, calls, "{name}\n{table}");
        let findings = run("validate --format json --allow call -")?;
        assert_eq!(findings.rules()?, rules, "{name}\n{findings}");
    }
    Ok(())
}

#[test]
fn every_file_is_in_the_table() -> TestResult {
    let found = fs::read_dir(file_of_crate("tests/regress"))?
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect::<TestResult<BTreeSet<_>>>()?;
    let named: BTreeSet<_> = EXPECTED.iter().map(|(name, ..)| (*name).to_owned()).collect();
    assert_eq!(found, named);
    Ok(())
}

#[test]
fn every_command_gets_through_them() -> TestResult {
    let commands = [
        "validate",
        "validate --format concise",
        "validate --format github",
        "validate --statistics",
        "summarize",
        "summarize --format json --by caller",
        "export --table participants",
        "export --table callbacks --format jsonl",
        "export --table records",
    ];
    for command in commands {
        let ran = tool(command.split(' ')).args(["tests/regress"]).cwd(&file_of_crate("")).run()?;
        assert!(matches!(ran.status, Some(0 | 1)), "{ran}");
    }
    Ok(())
}
