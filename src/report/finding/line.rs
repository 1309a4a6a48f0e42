//! One finding on one line: a short form for people and editors, and one for GitHub Actions.

use std::io::Write;

use anstyle::Style;

use super::style::FindingStyle;
use crate::report::escape;
use crate::report::ink::Ink;
use crate::spec::{Finding, Level, Place};

/// `source:line:column: level rule: message`
pub(super) fn concise<'s>(
    out: &mut Vec<u8>,
    style: FindingStyle,
    finding: &Finding,
    source: impl Fn(usize) -> &'s str,
) {
    let level = if style.color { Ink::of_level(finding.level).style().bold() } else { Style::new() };
    let place = &finding.place;
    // Writing to memory cannot fail.
    drop(writeln!(
        out,
        "{}:{}:{}: {level}{}{level:#} {}: {}",
        escape::terminal(source(place.source)),
        place.line,
        place.column,
        finding.level.as_str(),
        finding.rule.name(),
        escape::terminal(&finding.message),
    ));
}

/// `source:line:column`, not escaped.
pub(super) fn place_text<'s>(place: &Place, source: &impl Fn(usize) -> &'s str) -> String {
    format!("{}:{}:{}", source(place.source), place.line, place.column)
}

/// A workflow command, which becomes an annotation of the file.
pub(super) fn github<'s>(out: &mut Vec<u8>, finding: &Finding, source: impl Fn(usize) -> &'s str) {
    let command = match finding.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Info => "notice",
    };
    let place = &finding.place;
    let mut message = finding.message.clone();
    for (name, text) in [("note", &finding.note), ("help", &finding.help)] {
        if let Some(text) = text {
            message.push_str(&format!("\n{name}: {text}"));
        }
    }
    // Writing to memory cannot fail.
    drop(writeln!(
        out,
        "::{command} file={},line={},col={},title={}::{}",
        property(source(place.source)),
        place.line,
        place.column,
        property(finding.rule.name()),
        data(&message),
    ));
}

/// The message of a workflow command. Its own line ends are kept, all other unsafe characters escaped.
fn data(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(|line| percent(&escape::terminal(line))).collect();
    lines.join("%0A")
}

fn percent(text: &str) -> String {
    text.replace('%', "%25")
}

/// A property of a workflow command.
fn property(text: &str) -> String {
    percent(&escape::terminal(text)).replace(':', "%3A").replace(',', "%2C")
}
