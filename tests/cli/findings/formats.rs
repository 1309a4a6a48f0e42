//! SARIF and JUnit: valid by their schemas, whatever stands in a log, and with all findings that JSON lists.

use std::fs;
use std::path::Path;
use std::process::Command;

use roxmltree::Document;
use serde_json::Value;

use crate::hostile::{log, strings};
use crate::support::{Ran, TestResult, file_of_crate, left_out, words};

/// Reads the SARIF logs that are named, and fails unless the schema allows each.
const CHECK_SARIF: &str = r#"
import json, sys
from jsonschema import Draft7Validator
validator = Draft7Validator(json.load(open(sys.argv[1])), format_checker=Draft7Validator.FORMAT_CHECKER)
for name in sys.argv[2:]:
    with open(name, encoding="utf-8") as file:
        for error in validator.iter_errors(json.load(file)):
            sys.exit(f"{name}: {error.json_path}: {error.message}")
"#;

/// Fails unless a program that checks files by a schema is content; leaves it out if there is no such program.
fn check(command: &mut Command, program: &str) -> TestResult {
    let ended = match command.output() {
        Ok(ended) => ended,
        Err(error) => {
            left_out(format_args!("{program}: {error}"));
            return Ok(());
        }
    };
    let said = String::from_utf8_lossy(&ended.stderr);
    if said.contains("No module named") {
        left_out(format_args!("{program}: {said}"));
        return Ok(());
    }
    assert!(ended.status.success(), "{program}: {said}");
    Ok(())
}

fn check_sarif(path: &Path) -> TestResult {
    let schema = file_of_crate("tests/schemas/sarif-schema-2.1.0.json");
    check(Command::new("python3").args(["-c", CHECK_SARIF]).arg(schema).arg(path), "jsonschema of Python")
}

fn check_junit(path: &Path) -> TestResult {
    let schema = file_of_crate("tests/schemas/junit-10.xsd");
    check(Command::new("xmllint").args(["--noout", "--schema"]).arg(schema).arg(path), "xmllint")
}

/// A run over `log`, whose output is checked by its schema.
fn checked(options: &str, log: &Path) -> TestResult<Ran> {
    let ran = words(&format!("validate {options}")).args([log]).run()?;
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("report");
    fs::write(&path, &ran.stdout)?;
    if options.contains("sarif") {
        check_sarif(&path)?
    } else {
        check_junit(&path)?
    }
    Ok(ran)
}

/// What a list says of each finding in every format: rule, level, line and column; of what is folded only the rule.
type Row = (String, String, u64, u64);

fn of_json(ran: &Ran) -> TestResult<Vec<Row>> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let number = |value: &Value| value.as_u64().unwrap_or_default();
    let row = |line: &Value| match &line["folded"] {
        Value::Null => {
            (text(&line["rule"]), text(&line["level"]), number(&line["line"]), number(&line["column"]))
        }
        folded => (text(&folded["rule"]), text(&folded["level"]), number(&folded["last"]["line"]), 1),
    };
    Ok(ran.json_lines()?.iter().map(row).collect())
}

fn of_sarif(ran: &Ran) -> TestResult<Vec<Row>> {
    let log: Value = serde_json::from_slice(&ran.stdout)?;
    let run = &log["runs"][0];
    let mut rows = Vec::new();
    for result in run["results"].as_array().ok_or("no results")? {
        let rule = result["ruleId"].as_str().ok_or("no rule")?;
        let index = result["ruleIndex"].as_u64().ok_or("no index")? as usize;
        assert_eq!(run["tool"]["driver"]["rules"][index]["id"], rule, "the index leads to the rule");
        let region = &result["locations"][0]["physicalLocation"]["region"];
        let level = result["level"].as_str().ok_or("no level")?.replace("note", "info");
        let number = |name: &str| region[name].as_u64().unwrap_or_default();
        rows.push((rule.to_owned(), level, number("startLine"), number("startColumn")));
    }
    Ok(rows)
}

fn of_junit(ran: &Ran, strict: bool) -> TestResult<Vec<Row>> {
    let text = ran.text();
    let document = Document::parse(&text)?;
    let suite = document.descendants().find(|node| node.has_tag_name("testsuite")).ok_or("no suite")?;
    let mut rows = Vec::new();
    let mut failures = 0;
    for test in suite.children().filter(|node| node.has_tag_name("testcase")) {
        let content = test.first_element_child().ok_or("a test says what it is about")?;
        let (rule, place) = test.attribute("name").and_then(|it| it.split_once(" at ")).ok_or("no place")?;
        let (line, column) = place.split_once(':').ok_or("no column")?;
        let said = content.text().ok_or("no text")?;
        let level =
            ["error", "warning", "info"].into_iter().find(|it| said.contains(&format!(": {it} {rule}: ")));
        let level = level.ok_or("no level")?;
        let fails = level == "error" || (strict && level == "warning");
        assert_eq!(content.has_tag_name("failure"), fails, "{said}");
        failures += u64::from(fails);
        rows.push((rule.to_owned(), level.to_owned(), line.parse()?, column.parse()?));
    }
    assert_eq!(suite.attribute("tests"), Some(rows.len().to_string().as_str()));
    assert_eq!(suite.attribute("failures"), Some(failures.to_string().as_str()));
    assert_eq!(ran.status == Some(1), failures > 0, "a failing test is a failing run\n{ran}");
    Ok(rows)
}

/// Each format lists what JSON lists; SARIF and JUnit do so by their schemas.
fn compare(log: &Path) -> TestResult {
    let json = words("validate --format json").args([log]).run()?;
    let expected = of_json(&json)?;
    assert!(!expected.is_empty(), "{json}");
    // What is folded is listed at its last place, whose column JSON leaves out.
    let rough = |rows: Vec<Row>| -> Vec<_> {
        rows.into_iter().map(|(rule, level, line, _)| (rule, level, line)).collect()
    };
    let sarif = checked("--format sarif", log)?;
    assert_eq!(rough(of_sarif(&sarif)?), rough(expected.clone()));
    let junit = checked("--format junit", log)?;
    assert_eq!(rough(of_junit(&junit, false)?), rough(expected.clone()));
    let strict = checked("--format junit --strict", log)?;
    assert_eq!(rough(of_junit(&strict, true)?), rough(expected));
    for ran in [sarif, junit] {
        assert_eq!((ran.status, ran.errors()), (json.status, json.errors()));
    }
    Ok(())
}

#[test]
fn samples_are_listed_alike_in_every_format() -> TestResult {
    for sample in ["damaged.http", "trouble.jsonl", "day.jsonl", "vendor-event.http"] {
        compare(&file_of_crate("samples").join(sample))?;
    }
    Ok(())
}

#[test]
fn hostile_text_leaves_the_formats_whole() -> TestResult {
    let folder = tempfile::tempdir()?;
    let name = "a%b c\u{1}&<\"'>\u{fffe}{0}](x) ]]>.log";
    let mut strings = strings()?;
    let own = [
        "]]></failure>",
        "<!--",
        "&#0;",
        "\u{fffe}\u{ffff}",
        "{0} {1}",
        "[x](https://example.com)",
        "\u{b}\u{c}",
    ];
    strings.extend(own.map(str::to_owned));
    fs::write(folder.path().join(name), log(&strings))?;
    let path = folder.path().join(name);
    compare(&path)?;

    let sarif: Value = serde_json::from_slice(&checked("--format sarif", &path)?.stdout)?;
    let results = sarif["runs"][0]["results"].as_array().ok_or("no results")?;
    for result in results {
        let text = result["message"]["text"].as_str().ok_or("no text")?;
        let rest = text.replace("{{", "").replace("}}", "");
        assert!(!rest.contains(['{', '}']) && !text.contains("]("), "a placeholder or a link: {text}");
        let uri = &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
        let uri = uri.as_str().and_then(|it| it.strip_prefix("file://")).ok_or("no file")?;
        assert!(uri.bytes().all(|it| it.is_ascii_alphanumeric() || b"/._~%-".contains(&it)), "{uri}");
        let name = percent_encoding::percent_decode_str(uri).decode_utf8()?;
        assert_eq!(name, path.to_string_lossy());
    }
    Ok(())
}

#[test]
fn a_clean_log_is_a_report_without_findings() -> TestResult {
    let sample = file_of_crate("samples/envelope.jsonl");
    let sarif = checked("--format sarif --allow all", &sample)?;
    let log: Value = serde_json::from_slice(&sarif.stdout)?;
    assert_eq!(log["runs"][0]["results"], serde_json::json!([]));
    assert_eq!(log["runs"][0]["invocations"][0]["executionSuccessful"], true);
    let junit = checked("--format junit --allow all", &sample)?.text();
    assert!(
        junit.contains(r#"tests="1" failures="0""#) && junit.contains(r#"name="no findings""#),
        "{junit}"
    );
    Ok(())
}

/// A report of which a part is missing must not look like a good one.
#[test]
fn what_a_limit_cuts_is_said_and_fails() -> TestResult {
    let sample = file_of_crate("samples/damaged.http");
    let sarif = checked("--format sarif --limit 3", &sample)?;
    let log: Value = serde_json::from_slice(&sarif.stdout)?;
    let run = &log["runs"][0];
    assert_eq!(
        (run["results"].as_array().map(Vec::len), run["properties"]["cut"].as_u64()),
        (Some(3), Some(9))
    );
    let note = &run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"];
    assert_eq!(note, "9 more findings not listed");
    for (limit, tests, failures) in [(0, 1, 1), (3, 4, 4), (99, 12, 10)] {
        let junit = checked(&format!("--format junit --limit {limit}"), &sample)?.text();
        let counts = format!(r#"tests="{tests}" failures="{failures}""#);
        assert!(junit.contains(&counts), "{limit}\n{junit}");
    }
    Ok(())
}

#[test]
fn an_input_that_cannot_be_read_is_said_in_the_report() -> TestResult {
    let sample = file_of_crate("samples/trouble.jsonl");
    let ran = words("validate --format sarif no-such.log").args([&sample]).ends_with(2)?;
    let log: Value = serde_json::from_slice(&ran.stdout)?;
    assert_eq!(log["runs"][0]["invocations"][0]["executionSuccessful"], false);
    Ok(())
}

#[test]
fn they_are_the_same_for_any_threads_and_in_parts() -> TestResult {
    let folder = tempfile::tempdir()?;
    fs::write(folder.path().join("a.log"), crate::support::simulated("--calls 400 --faults all --seed 3")?)?;
    for options in
        ["--format sarif", "--format junit", "--format junit --limit 7", "--format sarif --min-level error"]
    {
        let alone = words(&format!("validate --threads 1 {options} a.log")).cwd(folder.path()).run()?;
        let threads = words(&format!("validate --threads 7 {options} a.log")).cwd(folder.path()).run()?;
        let parts = format!("shard run --parts 3 --split-size 50000 validate {options} a.log");
        let parts = words(&parts).cwd(folder.path()).run()?;
        for other in [threads, parts] {
            assert!(alone.stdout == other.stdout, "{alone}\n{other}");
            assert_eq!((alone.status, alone.errors()), (other.status, other.errors()), "{other}");
        }
    }
    Ok(())
}

#[test]
fn counts_need_a_format_that_has_them() -> TestResult {
    for format in ["sarif", "junit"] {
        let sample = file_of_crate("samples/trouble.jsonl");
        let ran = words("validate --statistics --format").args([format]).args([&sample]).ends_with(2)?;
        assert_eq!(ran.errors(), "error: `--statistics` needs `--format text` or `json`\n");
        assert!(ran.stdout.is_empty(), "{ran}");
    }
    Ok(())
}
