//! A replay against an earlier one.

use super::answer::{answer_text, error_code, text_or_null};
use super::percentiles;
use super::view::{LISTED, rest};
use crate::live::replay::{Comparison, DeliveryState};
use crate::report::TextTable;
use crate::report::json::Object;

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
    let latencies = [("before", &comparison.latency_before), ("now", &comparison.latency_now)];
    text.push_str(&percentiles::table("answered after", latencies));
    text.push_str(&changes(comparison));
    text
}

fn changes(comparison: &Comparison) -> String {
    if comparison.changes.is_empty() {
        return String::new();
    }
    let mut table = TextTable::new(&["changed", "call", "before", "now"]);
    for change in comparison.changes.iter().take(LISTED) {
        let copy = if change.copy > 1 { " again" } else { "" };
        table.row(&[
            &format!("{}, record {}{copy}", change.source, change.record),
            change.call_id.as_deref().unwrap_or("-"),
            &state_text(&change.before),
            &state_text(&change.now),
        ]);
    }
    format!("\n{}{}", table.render(), rest(comparison.changes.len()))
}

fn state_text(state: &DeliveryState) -> String {
    answer_text(Some(state.outcome()), state.status, state.error_code, None)
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
    percentiles::member(&mut inner, "latency_ms_before", &comparison.latency_before);
    percentiles::member(&mut inner, "latency_ms_now", &comparison.latency_now);
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
        for (key, known) in [("before", &change.before), ("now", &change.now)] {
            let mut state = object.object(key);
            state.text("outcome", known.outcome());
            state.number("status", known.status);
            error_code(&mut state, "error_code", known.error_code);
            state.end();
        }
        object.end();
    }
    list.push(b']');
    inner.end();
}
