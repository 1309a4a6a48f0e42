//! A JUnit report, for CI servers: each finding is a test, which fails if the finding fails the run.
//!
//! XML has no way to write most control characters; they are shown as escapes.

use std::io::Write;

use super::facts::ListFacts;
use super::line::place_text;
use super::style::FindingStyle;
use crate::report::escape;
use crate::spec::Finding;

/// The name of the only suite.
const SUITE: &str = "callkit-tool validate";

pub(super) fn head(style: FindingStyle, facts: &ListFacts) -> Vec<u8> {
    let (listed, cut) = (facts.all(), u64::from(facts.all_cut() > 0));
    let tests = (listed + cut).max(1);
    let failures = facts.failing(style) + u64::from(facts.cuts_failing(style));
    let counts = format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"0\"");
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"{SUITE}\" {counts}>\n\
         <testsuite name=\"{SUITE}\" {counts} skipped=\"0\">\n"
    );
    if listed + cut == 0 {
        text.push_str(&format!("<testcase classname=\"{SUITE}\" name=\"no findings\"/>\n"));
    }
    text.into_bytes()
}

pub(super) fn write<'s>(
    out: &mut Vec<u8>,
    style: FindingStyle,
    finding: &Finding,
    source: impl Fn(usize) -> &'s str,
) {
    let (place, level) = (&finding.place, finding.level.as_str());
    let xml = |text: &str| escape::xml(&escape::terminal(text)).into_owned();
    let (rule, message) = (finding.rule.name(), xml(&finding.message));
    let mut text = format!("{}: {level} {rule}: {message}", xml(&place_text(place, &source)));
    if let Some(call_id) = &finding.call_id {
        text.push_str(&format!("\nin call {}", xml(call_id)));
    }
    for (name, more) in [("note", &finding.note), ("help", &finding.help)] {
        if let Some(more) = more {
            text.push_str(&format!("\n{name}: {}", xml(more)));
        }
    }
    for related in &finding.related {
        text.push_str(&format!("\n{}: {}", xml(&place_text(&related.place, &source)), xml(&related.message)));
    }
    let outcome = match style.fails(finding.level) {
        true => format!("<failure type=\"{level}\" message=\"{message}\">{text}</failure>"),
        false => format!("<system-out>{text}</system-out>"),
    };
    // Writing to memory cannot fail.
    drop(writeln!(
        out,
        "<testcase classname=\"{}\" name=\"{rule} at {}:{}\">{outcome}</testcase>",
        xml(source(place.source)),
        place.line,
        place.column,
    ));
}

/// What a limit cut is a test, too, which fails if any of it does.
pub(super) fn foot(style: FindingStyle, facts: &ListFacts) -> Vec<u8> {
    let cut = facts.cut_text().map_or_else(String::new, |cut| {
        let failure = if facts.cuts_failing(style) {
            format!("<failure message=\"{cut}\">{cut} (--limit)</failure>")
        } else {
            String::new()
        };
        format!("<testcase classname=\"{SUITE}\" name=\"{cut}\">{failure}</testcase>\n")
    });
    format!("{cut}</testsuite>\n</testsuites>\n").into_bytes()
}
