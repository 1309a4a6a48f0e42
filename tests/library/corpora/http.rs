//! The HTTP requests: where four other parsers agree, so does this one.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use callkit_tool::framing::Format;

use super::{Part, corpus, read, same_for_any_cut};
use crate::support::{TestResult, csv_rows, tool};

/// Requests that are read otherwise than the other parsers do, and why.
const DEVIATIONS: [(&str, &str); 13] = [
    ("llhttp/invalid-021-only-lfs-present.http", "bare LF is all that is wrong, which is fine in a capture"),
    ("llhttp/invalid-022-only-lfs-present-lenient.http", "the same"),
    (
        "gunicorn/valid-pp_02.http",
        "the line of the proxy protocol, which the others refuse, is a skipped range with an error of its own; the \
         request without one is a later one, and sound",
    ),
    ("gunicorn/valid-pp_01.http", "the same"),
    ("gunicorn/valid-pp_04.http", "the same"),
    ("gunicorn/valid-pp_05.http", "the same"),
    (
        "gunicorn/invalid-invalid_field_value_01.http",
        "the first request is skipped with an error; the later one is sound",
    ),
    (
        "llhttp/invalid-023-spaces-before-headers.http",
        "the request in the body of the first is sound, and carries no body",
    ),
    ("llhttp/invalid-024-spaces-before-headers-lenient.http", "the same"),
    (
        "llhttp/lenient-version-001-invalid-http-version-lenient.http",
        "a GET carries no callback, whatever its version",
    ),
    ("llhttp/uri-007-disallow-utf-8-in-uri-path-in-strict-mode.http", "nor is its target judged"),
    ("gunicorn/invalid-rfc9112_target_relative_01.http", "the same"),
    ("gunicorn/valid-027.http", "the same"),
];

/// The columns with the answers of four parsers at their strictest.
const OTHERS: [&str; 4] = ["node_strict", "h11", "gunicorn", "hyper"];

struct Case {
    name: String,
    consensus: String,
    method: String,
    body_len: String,
    digest: String,
    /// How many of the four accept it.
    accepting: usize,
    bytes: Vec<u8>,
}

fn cases(folder: &Path) -> TestResult<Vec<Case>> {
    let rows = csv_rows(&fs::read(folder.join("manifest.csv"))?)?;
    let mut cases = Vec::new();
    for row in &rows[1..] {
        let cells: HashMap<&str, &str> =
            rows[0].iter().map(String::as_str).zip(row.iter().map(String::as_str)).collect();
        let own = |name: &str| cells.get(name).copied().unwrap_or_default().to_owned();
        let bytes = fs::read(folder.join(cells["file"]))?;
        cases.push(Case {
            name: own("file"),
            consensus: own("consensus"),
            method: own("method"),
            body_len: own("body_len"),
            digest: own("body_sha256_12"),
            accepting: OTHERS.iter().filter(|other| own(other).starts_with("ok:")).count(),
            bytes,
        });
    }
    assert_eq!(cases.len(), 303, "the requests of the corpus");
    Ok(cases)
}

fn framing_error(part: &Part) -> bool {
    part.errors.iter().any(|rule| rule.starts_with("http/"))
}

fn judge(case: &Case, ledger: &[HashMap<String, String>], wrong: &mut Vec<String>) {
    let parts = same_for_any_cut(&case.bytes, Format::Http, &case.name);
    let mut say = |text: String| {
        let input = case.bytes.escape_ascii().to_string();
        wrong.push(format!("{} ({}): {text}\n    {input}", case.name, case.consensus));
    };
    let records: Vec<&Part> = parts.iter().filter(|part| part.skip.is_none()).collect();
    match case.consensus.as_str() {
        "accept" => {
            let Some(row) = ledger.iter().find(|row| row["kind"] == "http") else {
                return say("no record".to_owned());
            };
            let found = [&row["method"], &row["body_bytes"], &row["body_sha256"]];
            let wanted = [&case.method, &case.body_len, &case.digest];
            if found != wanted {
                say(format!("found {found:?}, wanted {wanted:?}"));
            }
        }
        "reject" | "no-accept" | "incomplete" => {
            let silent: Vec<_> = records.iter().filter(|part| !framing_error(part)).collect();
            if silent.is_empty() {
                return;
            }
            say(format!("without an error: {silent:?}"));
        }
        // Nobody's reading is right here, but one that nobody shares must not go without a word.
        _ => {
            let silent = records.iter().any(|part| !framing_error(part));
            if silent && case.accepting < 2 {
                say("read without an error, as at most one of the others does".to_owned());
            }
        }
    }
}

#[test]
fn requests_are_read_as_other_parsers_read_them() -> TestResult {
    let Some(folder) = corpus("http") else { return Ok(()) };
    let mut wrong = Vec::new();
    for case in cases(&folder)? {
        let run = tool(["export", "--table", "records", "--allow-empty", "--input-format", "http", "-"]);
        let rows = run.stdin(case.bytes.clone()).ends_with(0)?.rows()?;
        let named = |row: &Vec<String>| rows[0].iter().cloned().zip(row.iter().cloned()).collect();
        let ledger: Vec<HashMap<String, String>> = rows[1..].iter().map(named).collect();
        let before = wrong.len();
        judge(&case, &ledger, &mut wrong);
        let deviates = DEVIATIONS.iter().any(|(name, _)| *name == case.name);
        if deviates && wrong.len() == before {
            wrong.push(format!("{}: deviates no longer", case.name));
        } else if deviates {
            wrong.truncate(before);
        }
    }
    assert!(wrong.is_empty(), "{} requests\n{}", wrong.len(), wrong.join("\n"));
    Ok(())
}

#[test]
fn every_byte_is_in_a_record_or_accounted_for() -> TestResult {
    let Some(folder) = corpus("http") else { return Ok(()) };
    for case in cases(&folder)? {
        // What is passed over as blank: `input/encoding` says so of zeros.
        let is_blank = |byte: &u8| byte.is_ascii_whitespace() || *byte == 0;
        let mut at = 0;
        for part in read(&case.bytes, Format::Http, []) {
            let between = &case.bytes[at as usize..part.start as usize];
            assert!(between.iter().all(is_blank), "{}: a gap at {at}", case.name);
            at = part.end;
        }
        assert!(case.bytes[at as usize..].iter().all(is_blank), "{}: the end", case.name);
    }
    Ok(())
}
