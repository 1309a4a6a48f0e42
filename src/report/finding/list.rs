//! What stands before and after the entries of a list of findings.

use super::facts::ListFacts;
use super::style::{FindingFormat, FindingStyle};
use super::{junit, sarif};
use crate::report::quantity::counted;

/// What the list begins with; the facts matter if it [begins with counts](FindingFormat::begins_with_counts).
pub fn list_head(style: FindingStyle, facts: &ListFacts) -> Vec<u8> {
    match style.format {
        FindingFormat::Sarif => sarif::head(),
        FindingFormat::Junit => junit::head(style, facts),
        _ => Vec::new(),
    }
}

/// What the list ends with: how much was left out, in its format.
pub fn list_foot(style: FindingStyle, facts: &ListFacts) -> Vec<u8> {
    let mut text = String::new();
    match (style.format, facts.cut_text()) {
        (FindingFormat::Sarif, _) => return sarif::foot(facts),
        (FindingFormat::Junit, _) => return junit::foot(style, facts),
        (_, None) => {}
        (FindingFormat::Json, Some(_)) => text = format!("{{\"cut\":{}}}\n", facts.all_cut()),
        (FindingFormat::Github, Some(what)) => text = format!("::notice title=callkit-tool::{what}\n"),
        (FindingFormat::Full | FindingFormat::Concise, Some(what)) => text = format!("{what} (--limit)\n"),
    }
    if facts.counted > 0 {
        let what = counted(facts.counted, "finding");
        text.push_str(&format!("{what} at level `info` are only counted; `--min-level info` lists them\n"));
    }
    text.into_bytes()
}
