//! Every rule, run through the real binary: the example of its explanation has the finding and the neighbour has
//! not, and so for tables of further neighbours, written from the page that lists the rules and not from the code.

mod bodies;
mod body;
mod call;
mod callback;
mod http;
mod json;
mod url;

use std::fmt::Write as _;

use crate::support::{Ran, TestResult, file_of_crate, tool};
use callkit_tool::spec::RULES;
use serde_json::Value;

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
    // An input without a callback is one that nothing could be done with.
    let is_log = !ran.rules()?.iter().any(|rule| rule == "input/not-a-log");
    assert!(matches!(ran.status, Some(0 | 1)) || (ran.status == Some(2) && !is_log), "{ran}");
    Ok(ran)
}

/// A finding in one line, with all that is told of it.
fn told(finding: &Value) -> String {
    let text = |key: &str| finding[key].as_str().unwrap_or_default();
    let place = |it: &Value| format!("{}:{}", it["line"], it["column"]);
    let mut told = format!("{} {} at {}", text("level"), text("rule"), place(finding));
    // Writing to memory cannot fail.
    let _ = write!(told, ", {} bytes from {}", finding["length"], finding["offset"]);
    for (key, value) in finding.as_object().into_iter().flatten() {
        if let ("pointer" | "call_id" | "note" | "help" | "message", Some(text)) =
            (key.as_str(), value.as_str())
        {
            let _ = write!(told, "\n    {key}: {text}");
        }
    }
    for related in finding["related"].as_array().into_iter().flatten() {
        let message = related["message"].as_str().unwrap_or_default();
        let _ = write!(told, "\n    beside {}: {message}", place(related));
    }
    told + "\n"
}

/// Holds what a table found, row by row, against the file of that name; with `CALLKIT_BLESS` it is written.
fn hold_against(name: &str, found: &str) -> TestResult {
    let file = file_of_crate(&format!("tests/cli/rules/found/{name}.txt"));
    if std::env::var_os("CALLKIT_BLESS").is_some() {
        return Ok(std::fs::write(file, found)?);
    }
    let wanted = std::fs::read_to_string(file)?;
    let differs = wanted.lines().zip(found.lines()).position(|(wanted, found)| wanted != found);
    let at = differs.unwrap_or(wanted.lines().count().min(found.lines().count()));
    let part = |text: &str| text.lines().skip(at.saturating_sub(4)).take(9).collect::<Vec<_>>().join("\n");
    assert!(
        wanted == found,
        "{name}, line {}\n- wanted\n{}\n- found\n{}",
        at + 1,
        part(&wanted),
        part(found)
    );
    Ok(())
}

/// Runs a table, and says of all rows that went wrong; every finding of it is held against the file of that name.
fn check(name: &str, rows: Vec<Row>) -> TestResult {
    let (mut wrong, mut found) = (Vec::new(), String::new());
    for (index, row) in rows.iter().enumerate() {
        let ran = validate(&row.input, row.args)?;
        let _ = writeln!(found, "# {} {}", row.rule, if row.fires { "fires" } else { "is silent" });
        // That the call of such a log is incomplete is of interest only to rules on calls.
        let on_call = |rule: &str| rule.starts_with("call/");
        let findings = ran.json_lines()?;
        // So is that its only record is no callback.
        let is_worth = |rule: &str| rule == row.rule || rule != "input/not-a-log";
        let worth = |it: &&Value| {
            let rule = it["rule"].as_str().unwrap_or_default();
            (on_call(row.rule) || !on_call(rule)) && is_worth(rule)
        };
        findings.iter().filter(worth).for_each(|finding| found += &told(finding));
        if ran.rules()?.iter().any(|rule| rule == row.rule) != row.fires {
            let (rule, input) = (row.rule, String::from_utf8_lossy(&row.input));
            let should = if row.fires { "should fire" } else { "should be silent" };
            wrong.push(format!("row {index}: {rule} {should}\n{input}\n{ran}"));
        }
    }
    assert!(wrong.is_empty(), "{} rows\n{}", wrong.len(), wrong.join("\n"));
    hold_against(name, &found)
}

#[test]
fn every_explanation_shows_its_rule() -> TestResult {
    let mut rows = Vec::new();
    for rule in &RULES {
        let text = &rule.explanation;
        for (input, wanted) in [(text.fires(), true), (text.silent.to_vec(), false)] {
            rows.push(Row { rule: rule.name, fires: wanted, input, args: text.args });
        }
    }
    check("explanations", rows)
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
    check("url", url::rows())
}

#[test]
fn http() -> TestResult {
    check("http", http::rows())
}

#[test]
fn json() -> TestResult {
    check("json", json::rows())
}

#[test]
fn body() -> TestResult {
    check("body", body::rows())
}

#[test]
fn body_of_v4() -> TestResult {
    check("body-of-v4", body::v4_rows())
}

#[test]
fn callback_words() -> TestResult {
    check("callback-words", callback::word_rows())
}

#[test]
fn callback_times() -> TestResult {
    check("callback-times", callback::time_rows())
}

#[test]
fn call() -> TestResult {
    check("call", call::rows())
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
    assert_eq!(level(number, "body/type")?, "warning");
    let number = bodies::START.with(&[("UserId", "1441152.5")]);
    assert_eq!(level(number, "body/type")?, "error");
    Ok(())
}

#[test]
fn one_fault_gives_one_finding() -> TestResult {
    let start = &bodies::START;
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
        let rules =
            validate(input.as_bytes(), &["--allow", "call", "--allow", "input/not-a-log", "--allow-empty"])?
                .rules()?;
        assert_eq!(rules.len(), 1, "{rules:?}\n{input}");
    }
    Ok(())
}
