//! The rules, listed and explained.

use crate::report::measure::wrap;
use crate::report::text_table::TextTable;
use crate::spec::{RULES, RuleId};

/// All rules, or those of one family, one a line.
pub fn list_rules(family: Option<&str>) -> String {
    let mut table = TextTable::new(&["rule", "level", "reports"]);
    for rule in RULES.iter().filter(|rule| family.is_none_or(|family| rule.family() == family)) {
        table.row(&[rule.name, rule.level.as_str(), rule.summary]);
    }
    table.render()
}

/// One rule: what, why, an input that triggers it and one that does not, and what to do.
pub fn explain_rule(rule: RuleId) -> String {
    let row = rule.rule();
    let text = &row.explanation;
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

/// Width of running text, in columns.
const WIDTH: usize = 96;

/// Running text, broken into lines between words.
fn wrapped(text: &str) -> String {
    wrap(&text.split_whitespace().collect::<Vec<_>>().join(" "), WIDTH).join("\n")
}
