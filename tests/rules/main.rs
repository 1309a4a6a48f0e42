//! Every rule, run through the real binary: the example of its explanation has the finding and the neighbour has
//! not, and so for tables of further neighbours, written from the page that lists the rules and not from the code.

#[path = "../support/mod.rs"]
mod support;

mod bodies;
mod body;
mod call;
mod callback;
mod http;
mod json;
mod url;

use callkit_tool::spec::{Example, RULES, explanation};
use support::{Ran, TestResult, tool};

/// An input, and whether a rule has something to say of it.
pub(crate) struct Row {
    rule: &'static str,
    fires: bool,
    input: Vec<u8>,
    args: &'static [&'static str],
}

/// A row whose rule has a finding.
pub(crate) fn fires(rule: &'static str, input: impl Into<Vec<u8>>) -> Row {
    Row { rule, fires: true, input: input.into(), args: &[] }
}

/// A row whose rule has none.
pub(crate) fn silent(rule: &'static str, input: impl Into<Vec<u8>>) -> Row {
    Row { fires: false, ..fires(rule, input) }
}

impl Row {
    /// The same with arguments.
    pub(crate) fn with(self, args: &'static [&'static str]) -> Self {
        Self { args, ..self }
    }
}

fn validate(input: &[u8], args: &[&str]) -> TestResult<Ran> {
    let ran = tool(["validate", "--format", "json", "-"]).args(args).stdin(input).run()?;
    assert!(matches!(ran.status, Some(0 | 1)), "{ran}");
    Ok(ran)
}

/// Runs a table, and says of all rows that went wrong.
fn check(rows: Vec<Row>) -> TestResult {
    let mut wrong = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let ran = validate(&row.input, row.args)?;
        if ran.rules()?.iter().any(|rule| rule == row.rule) != row.fires {
            let (rule, input) = (row.rule, String::from_utf8_lossy(&row.input));
            let should = if row.fires { "should fire" } else { "should be silent" };
            wrong.push(format!("row {index}: {rule} {should}\n{input}\n{ran}"));
        }
    }
    assert!(wrong.is_empty(), "{} rows\n{}", wrong.len(), wrong.join("\n"));
    Ok(())
}

#[test]
fn every_explanation_shows_its_rule() -> TestResult {
    let mut rows = Vec::new();
    for rule in &RULES {
        let text = explanation(rule.id);
        for (example, wanted) in [(text.fires, true), (text.silent, false)] {
            let input = match example {
                Example::JsonLines(text) | Example::Http(text) => text.as_bytes().to_vec(),
                Example::Bytes(bytes) => bytes.to_vec(),
            };
            rows.push(Row { rule: rule.name, fires: wanted, input, args: text.args });
        }
    }
    check(rows)
}

#[test]
fn bodies_themselves_are_clean() -> TestResult {
    let clean = [
        bodies::START.json(),
        bodies::END.json(),
        bodies::STATUS.json(),
        bodies::v4_start(),
        bodies::v4_changed("Accept"),
        bodies::v4_end(),
    ];
    for body in clean {
        let rules = validate(body.as_bytes(), &[])?.rules()?;
        let faults: Vec<_> = rules.iter().filter(|rule| !rule.starts_with("call/")).collect();
        assert!(faults.is_empty(), "{faults:?}\n{body}");
    }
    Ok(())
}

#[test]
fn url() -> TestResult {
    check(url::rows())
}

#[test]
fn http() -> TestResult {
    check(http::rows())
}

#[test]
fn json() -> TestResult {
    check(json::rows())
}

#[test]
fn body() -> TestResult {
    check(body::rows())
}

#[test]
fn body_of_v4() -> TestResult {
    check(body::v4_rows())
}

#[test]
fn callback_words() -> TestResult {
    check(callback::word_rows())
}

#[test]
fn callback_times() -> TestResult {
    check(callback::time_rows())
}

#[test]
fn call() -> TestResult {
    check(call::rows())
}

#[test]
fn levels_that_depend_on_the_field() -> TestResult {
    let level = |input: String, rule: &str| -> TestResult<String> {
        let lines = validate(input.as_bytes(), &[])?.json_lines()?;
        let finding = lines.iter().find(|finding| finding["rule"] == rule);
        Ok(finding.map_or("none", |finding| finding["level"].as_str().unwrap_or_default()).to_owned())
    };
    assert_eq!(level(bodies::START.without("UserId"), "body/missing-field")?, "error");
    assert_eq!(level(bodies::START.without("MediaType"), "body/missing-field")?, "warning");
    assert_eq!(level(bodies::START.without("EventTime"), "body/missing-field")?, "warning");
    let url = |query: &str| bodies::at(query, &bodies::START.json());
    assert_eq!(level(url("command=caller_start_call"), "url/missing-parameter")?, "error");
    let only_needed = "sdkappid=1&command=caller_start_call";
    assert_eq!(level(url(only_needed), "url/missing-parameter")?, "warning");
    let number = bodies::v4_start().replace(r#""u1""#, "144115212830834855");
    assert_eq!(level(number, "body/type")?, "warning");
    let number = bodies::START.with(&[("UserId", "144115212830834855")]);
    assert_eq!(level(number, "body/type")?, "error");
    Ok(())
}

#[test]
fn one_fault_gives_one_finding() -> TestResult {
    let start = bodies::START;
    let single = [
        bodies::at(bodies::QUERY, "{"),
        bodies::at(&format!("{}&command=caller_call_end", bodies::QUERY), &start.json()),
        start.with(&[("CallType", r#""duo""#), ("TotalNum", "3")]),
        start.with(&[("Event", r#""receive_call""#)]),
        start.with(&[("CallResult", r#""done""#)]),
        start.with(&[("StartCallTs", "5")]),
        bodies::END.with(&[("AcceptTs", r#""1704856876""#)]),
        start.with(&[("UserId", "null")]),
    ];
    for input in single {
        let rules = validate(input.as_bytes(), &["--allow", "call"])?.rules()?;
        assert_eq!(rules.len(), 1, "{rules:?}\n{input}");
    }
    Ok(())
}
