//! Findings, in each of their formats.

mod facts;
mod full;
pub(super) mod json;
mod junit;
mod line;
mod list;
mod sarif;
mod style;

pub use facts::ListFacts;
pub use list::{list_foot, list_head};
pub use style::{FindingFormat, FindingStyle};

use crate::engine::Snippet;
use crate::report::quantity::counted;
use crate::spec::{Finding, Folded, Place};

/// Appends a finding. `source` gives the name of a source.
pub fn write<'s>(
    out: &mut Vec<u8>,
    style: FindingStyle,
    finding: &Finding,
    snippet: Option<&Snippet>,
    source: impl Fn(usize) -> &'s str,
) {
    match style.format {
        FindingFormat::Full => full::write(out, style, finding, snippet, source),
        FindingFormat::Concise => line::concise(out, style, finding, source),
        FindingFormat::Github => line::github(out, finding, source),
        FindingFormat::Json => json::write(out, finding, source),
        FindingFormat::Sarif => sarif::write(out, finding, 1, &finding.wrapper, source),
        FindingFormat::Junit => junit::write(out, style, finding, source),
    }
}

/// Appends findings of a record, or of a source, that are counted instead of listed. `source` gives the name of a source.
pub fn write_folded<'s>(
    out: &mut Vec<u8>,
    style: FindingStyle,
    folded: &Folded<Place>,
    scope: FoldScope<'_>,
    source: impl Fn(usize) -> &'s str,
) {
    let Folded { rule, level, last, .. } = folded;
    let (text, wrapper) = match scope {
        FoldScope::Record => (folded_text(folded, &source), [].as_slice()),
        FoldScope::Source(wrapper) => (folded_source_text(folded, wrapper, &source), wrapper),
    };
    let finding = Finding::new(*rule, *level, text, last.clone());
    match style.format {
        FindingFormat::Full => full::write_title(out, style, &finding),
        FindingFormat::Json => json::write_folded(out, folded, wrapper, source),
        FindingFormat::Sarif => sarif::write(out, &finding, folded.count, wrapper, source),
        FindingFormat::Concise | FindingFormat::Github | FindingFormat::Junit => {
            write(out, style, &finding, None, source);
        }
    }
}

/// What findings that are counted are of.
#[derive(Clone, Copy, Debug)]
pub enum FoldScope<'w> {
    /// One record.
    Record,
    /// Records of one source, in which the body was taken from the texts at these pointers.
    Source(&'w [String]),
}

fn folded_source_text<'s>(
    folded: &Folded<Place>,
    wrapper: &[String],
    source: impl Fn(usize) -> &'s str,
) -> String {
    let (rule, last) = (folded.rule.name(), &folded.last);
    let count = match folded.count {
        1 => format!("1 more finding of `{rule}`"),
        count => format!("{count} more findings of `{rule}`"),
    };
    let within = if wrapper.is_empty() { String::new() } else { format!(" within `{}`", wrapper.join(" ")) };
    let place = format!("{}:{}:{}", source(last.source), last.line, last.column);
    format!("{count}{within} in this input, the last at {place}; `--all-findings` lists them")
}

/// The message about findings that are counted instead of listed.
pub fn folded_text<'s>(folded: &Folded<Place>, source: impl Fn(usize) -> &'s str) -> String {
    let (what, last) = (counted(folded.count, "more finding"), &folded.last);
    format!("{what} in this record, the last at {}:{}:{}", source(last.source), last.line, last.column)
}
