//! What the sources of an input are, in words: how their records are kept, and what their callbacks are wrapped in.
//!
//! Comes in: what was counted in sources. Goes out: names. Must not: guess at what was not counted.

use std::collections::BTreeSet;

use super::quantity::counted;
use crate::calls::{SourceFacts, Totals};
use crate::spec::{Family, Word};

/// What logs are called whose callbacks stand in texts at a pointer that begins so.
const WRAPPERS: [(&str, &str); 7] = [
    ("/log", "Docker json-file lines"),
    ("/MESSAGE", "journald JSON"),
    ("/textPayload", "Google Cloud Logging"),
    ("/jsonPayload", "Google Cloud Logging"),
    ("/logEvents/", "CloudWatch log events"),
    ("/@message", "CloudWatch Logs Insights"),
    ("/message/data", "Pub/Sub messages"),
];

/// How the records of a source are kept, by the names of `--input-format`.
pub(super) fn container(facts: &SourceFacts) -> &'static str {
    if facts.requests * 2 > facts.records {
        "http"
    } else if facts.rows * 2 > facts.records {
        "table"
    } else {
        "jsonl"
    }
}

/// The texts that most callbacks of a source were taken from; none if most stand for themselves.
pub(super) fn wrapper(facts: &SourceFacts) -> impl Iterator<Item = &str> {
    let most = facts.wrappers.most_common().filter(|(_, count)| count * 2 > facts.callbacks());
    most.into_iter().flat_map(|(texts, _)| texts.split(' '))
}

/// What a source is, for people.
fn kind(facts: &SourceFacts) -> &'static str {
    let first = wrapper(facts).next().unwrap_or_default();
    let known = WRAPPERS.iter().find(|(pointer, _)| first.starts_with(pointer) && !first.is_empty());
    match (container(facts), known) {
        ("http", _) => "raw HTTP",
        ("table", _) => "table",
        (_, Some((_, name))) => name,
        _ if facts.text_lines.count > 0 => "JSON among text",
        _ => "JSON",
    }
}

/// What the sources of an input are, in brackets; nothing without records.
pub(super) fn kinds(totals: &Totals) -> String {
    let kinds: BTreeSet<&str> = totals.sources.values().filter(|facts| facts.records > 0).map(kind).collect();
    if kinds.is_empty() {
        return String::new();
    }
    format!(" ({})", kinds.into_iter().collect::<Vec<_>>().join(", "))
}

/// The number of callbacks, and how many are of each family.
pub(super) fn callbacks(totals: &Totals) -> String {
    let all = counted(totals.callbacks, "callback");
    let families: Vec<String> = Family::ALL
        .iter()
        .map(|family| (family, totals.families[*family as usize]))
        .filter(|(_, count)| *count > 0)
        .map(|(family, count)| format!("{count} {}", family.as_str()))
        .collect();
    if families.is_empty() { all } else { format!("{all}: {}", families.join(", ")) }
}
