//! The rules, listed and explained.

use crate::report::measure::wrap;
use crate::report::text_table::TextTable;
use crate::spec::{RULES, RuleId};

/// All rules, or those of one family, at most `width` columns wide.
pub fn list_rules(family: Option<&str>, width: usize) -> String {
    let mut table = TextTable::new(&["rule", "level", "reports"]);
    for rule in RULES.iter().filter(|rule| family.is_none_or(|family| rule.family() == family)) {
        table.row(&[rule.name, rule.level.as_str(), rule.summary]);
    }
    table.fit(width, 2);
    table.render()
}

/// One rule: what, why, an input that triggers it and one that does not, and what to do. Text is at most `width` columns
/// wide, inputs are as they are.
pub fn explain_rule(rule: RuleId, width: usize) -> String {
    let row = rule.rule();
    let text = &row.explanation;
    let wrapped = |text: &str| wrapped(text, width.min(WIDTH + INDENT) - INDENT);
    let mut out = format!("{} ({})\n\n", row.name, row.level.as_str());
    let mut part = |title: &str, body: &str| {
        out.push_str(&format!("{title}\n{}\n\n", indented(body)));
    };
    part("What it checks", &wrapped(text.what()));
    part("Why it matters", &format!("{}\n{}", wrapped(text.why()), text.page));
    let arguments =
        if text.args.is_empty() { String::new() } else { format!(" (with {})", text.args.join(" ")) };
    part(&format!("An input that triggers it{arguments}"), &example(&text.fires()));
    part("An input that does not", &example(text.silent));
    part("What to do", &wrapped(text.advice()));
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

/// An input as it is, or with escapes if it is not text.
fn example(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap_or_else(|_| bytes.escape_ascii().to_string())
}

fn indented(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| format!("  {line}").trim_end().to_owned()).collect();
    lines.join("\n")
}

/// Most columns of running text, and those before it.
const WIDTH: usize = 96;
const INDENT: usize = 2;

/// Running text, broken into lines between words.
fn wrapped(text: &str, width: usize) -> String {
    wrap(&text.split_whitespace().collect::<Vec<_>>().join(" "), width).join("\n")
}
