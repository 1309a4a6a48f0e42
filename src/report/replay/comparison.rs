//! A replay against an earlier one.

use super::line::{error_code, text_or_null};
use super::report::code_text;
use super::report_json::spread;
use super::time::short;
use crate::live::replay::{Comparison, Seen};
use crate::report::TextTable;
use crate::report::json::Object;

/// Changes that are listed; JSON has them all.
const MOST_CHANGES: usize = 20;

/// What changed, as tables.
pub(super) fn text(comparison: &Comparison) -> String {
    let mut table = TextTable::new(&["before", "now", ">deliveries"]);
    for ((before, now), count) in &comparison.outcomes {
        table.row(&[before, now, &count.to_string()]);
    }
    for (before, now, count) in [("-", "new", comparison.only_now), ("gone", "-", comparison.only_before)] {
        if count > 0 {
            table.row(&[before, now, &count.to_string()]);
        }
    }
    let mut text = table.render();
    text.push_str(&latencies(comparison));
    text.push_str(&changes(comparison));
    text
}

/// How long the answers took then and now; nothing where neither is known.
fn latencies(comparison: &Comparison) -> String {
    let latencies = [("before", &comparison.latency_before), ("now", &comparison.latency_now)];
    let known = latencies.into_iter().filter_map(|(name, latency)| Some((name, latency.figures()?)));
    let mut table = TextTable::new(&["answered after", ">p50", ">p90", ">p99", ">p99.9", ">max"]);
    let mut any = false;
    for (name, figures) in known {
        let micros = [figures.p50, figures.p90, figures.p99, figures.p999, figures.max].map(short);
        table.row(&[name, &micros[0], &micros[1], &micros[2], &micros[3], &micros[4]]);
        any = true;
    }
    if any { format!("\n{}", table.render()) } else { String::new() }
}

fn changes(comparison: &Comparison) -> String {
    if comparison.changes.is_empty() {
        return String::new();
    }
    let mut table = TextTable::new(&["changed", "call", "before", "now"]);
    for change in comparison.changes.iter().take(MOST_CHANGES) {
        let copy = if change.copy > 1 { " again" } else { "" };
        table.row(&[
            &format!("{}, record {}{copy}", change.source, change.record),
            change.call_id.as_deref().unwrap_or("-"),
            &seen(&change.before),
            &seen(&change.now),
        ]);
    }
    let mut text = format!("\n{}", table.render());
    if comparison.changes.len() > MOST_CHANGES {
        let more = comparison.changes.len() - MOST_CHANGES;
        text.push_str(&format!(" and {more} more; `--format json` lists all\n"));
    }
    text
}

fn seen(seen: &Seen) -> String {
    let status = seen.status.map(|status| format!("HTTP {status}"));
    let parts = [Some(seen.outcome().to_owned()), status, seen.error_code.map(code_text)];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// What changed, as a JSON member.
pub(super) fn members(object: &mut Object<'_>, comparison: &Comparison) {
    let mut inner = object.object("comparison");
    inner.number("both", Some(comparison.both));
    inner.number("only_before", Some(comparison.only_before));
    inner.number("only_now", Some(comparison.only_now));
    let list = inner.key("outcomes");
    list.push(b'[');
    for (index, ((before, now), count)) in comparison.outcomes.iter().enumerate() {
        if index > 0 {
            list.push(b',');
        }
        let mut object = Object::new(list);
        object.text("before", before);
        object.text("now", now);
        object.number("deliveries", Some(count));
        object.end();
    }
    list.push(b']');
    spread(&mut inner, "latency_ms_before", &comparison.latency_before);
    spread(&mut inner, "latency_ms_now", &comparison.latency_now);
    let list = inner.key("changes");
    list.push(b'[');
    for (index, change) in comparison.changes.iter().enumerate() {
        if index > 0 {
            list.push(b',');
        }
        let mut object = Object::new(list);
        object.text("source", &change.source);
        object.number("record", Some(change.record));
        object.number("copy", Some(change.copy));
        text_or_null(&mut object, "call_id", change.call_id.as_deref());
        for (key, seen) in [("before", &change.before), ("now", &change.now)] {
            let mut state = object.object(key);
            state.text("outcome", seen.outcome());
            state.number("status", seen.status);
            error_code(&mut state, "error_code", seen.error_code);
            state.end();
        }
        object.end();
    }
    list.push(b']');
    inner.end();
}
