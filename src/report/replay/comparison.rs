//! A replay compared with an earlier one.

use super::answer::answer_text;
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
    let latencies = [("before", &comparison.latency_before), ("now", &comparison.latency_now)];
    let mut parts = vec![table.render()];
    parts.extend(percentiles::table("answered after", latencies));
    parts.extend(changes(comparison));
    parts.join("\n")
}

fn changes(comparison: &Comparison) -> Option<String> {
    if comparison.changes.is_empty() {
        return None;
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
    Some(table.render() + &rest(comparison.changes.len()))
}

fn state_text(state: &DeliveryState) -> String {
    answer_text(Some(state.outcome()), state.status, state.error_code, None)
}

/// What changed, as members of an object.
pub(super) fn members(object: &mut Object<'_>, comparison: &Comparison) {
    object.member("both", comparison.both);
    object.member("only_before", comparison.only_before);
    object.member("only_now", comparison.only_now);
    object.objects("outcomes", &comparison.outcomes, |object, ((before, now), deliveries)| {
        object.member("before", before);
        object.member("now", now);
        object.member("deliveries", deliveries);
    });
    percentiles::member(object, "latency_ms_before", &comparison.latency_before);
    percentiles::member(object, "latency_ms_now", &comparison.latency_now);
    object.objects("changes", &comparison.changes, |object, change| {
        object.member("source", &change.source);
        object.member("record", change.record);
        object.member("copy", change.copy);
        object.member("call_id", change.call_id.as_deref());
        for (key, known) in [("before", &change.before), ("now", &change.now)] {
            object.object(key, |state| {
                state.member("outcome", known.outcome());
                state.member("status", known.status);
                state.member("error_code", known.error_code);
            });
        }
    });
}
