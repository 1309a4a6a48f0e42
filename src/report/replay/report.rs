//! The outcome of a replay, for people.

use std::time::Duration;

use super::answer::{answer_text, code_text, failure_text};
use super::time::long;
use super::view::{LISTED, ReportView, rest};
use super::{comparison, percentiles};
use crate::live::http::RequestErrorKind;
use crate::live::replay::{Disturbance, ReplayTally, RunEnd};
use crate::report::{TextTable, counted};
use crate::spec::Word;

/// The report as tables.
pub fn text(view: &ReportView<'_>) -> String {
    let tally = &view.outcome.tally;
    let times = [("answered after", &tally.latency), ("sent late by", &tally.drift)];
    let mut parts = vec![counts(view), answers(view)];
    parts.extend(percentiles::table("time", times));
    parts.extend(troubled(view));
    parts.extend(view.comparison.map(comparison::text));
    parts.join("\n")
}

fn counts(view: &ReportView<'_>) -> String {
    let (tally, plan) = (&view.outcome.tally, view.plan.plan);
    let mut table = TextTable::new(&["callbacks", ">count", ""]);
    let mut row = |name: &str, count: u64, note: &str| table.row(&[name, &count.to_string(), note]);
    let deliveries = plan.deliveries() as u64;
    let sent = format!("of {deliveries}, in {}", long(view.outcome.took));
    row("sent", tally.sent, &sent);
    row("accepted", tally.accepted, &share(tally.accepted, tally.sent));
    row("refused", tally.refused, &share(tally.refused, tally.sent));
    row("failed", tally.failed, &share(tally.failed, tally.sent));
    if tally.unsettled() > 0 {
        row("unsettled", tally.unsettled(), "the run ended before the outcome was known");
    }
    if deliveries > tally.sent {
        row("not sent", deliveries - tally.sent, "the run ended first");
    }
    let dropped = plan.chaos.of(Disturbance::Drop);
    if dropped > 0 {
        row("dropped", dropped, "by chaos");
    }
    let resent = match tally.resent {
        0 => String::new(),
        resent => format!(", {resent} sent once more on a fresh connection"),
    };
    row("requests", tally.requests, &format!("{} of them retries{resent}", tally.retries()));
    if !tally.waited.is_zero() {
        table.row(&["waited", &long(tally.waited), "while nothing listened"]);
    }
    table.render()
}

fn share(part: u64, all: u64) -> String {
    if all == 0 { String::new() } else { format!("{:.1} %", part as f64 * 100.0 / all as f64) }
}

fn answers(view: &ReportView<'_>) -> String {
    let tally = &view.outcome.tally;
    let mut table = TextTable::new(&["answer", ">requests"]);
    for (status, count) in &tally.statuses {
        table.row(&[&format!("HTTP {status}"), &count.to_string()]);
    }
    for (code, count) in &tally.error_codes {
        table.row(&[&code_text(*code), &count.to_string()]);
    }
    for &failure in RequestErrorKind::ALL {
        let count = tally.failures_of(failure);
        if count > 0 {
            table.row(&[failure_text(failure), &count.to_string()]);
        }
    }
    table.render()
}

fn troubled(view: &ReportView<'_>) -> Option<String> {
    let calls = &view.outcome.tally.troubled;
    // If the backend was never reached, each call would say the same.
    if calls.is_empty() || view.outcome.end == RunEnd::Unreachable {
        return None;
    }
    let mut table = TextTable::new(&["call", ">refused", ">failed", "first", "answer"]);
    for call in calls.iter().take(LISTED) {
        let (source, record) = call.first;
        table.row(&[
            call.call_id.as_deref().unwrap_or("-"),
            &call.refused.to_string(),
            &call.failed.to_string(),
            &format!("{}, record {record}", view.plan.name(source)),
            &answer_text(None, call.status, call.error_code, call.failure),
        ]);
    }
    Some(table.render() + &rest(calls.len()))
}

/// The end of a progress bar: how fast the run is, after `begun`, and what went wrong.
pub fn progress(tally: &ReplayTally, begun: Duration) -> String {
    let mut text = format!(", {:.0} requests/s", tally.requests as f64 / begun.as_secs_f64().max(0.001));
    for (count, what) in [(tally.refused, "refused"), (tally.failed, "failed")] {
        if count > 0 {
            text.push_str(&format!(", {count} {what}"));
        }
    }
    text
}

/// What is worth saying in addition to the numbers.
pub fn notes(view: &ReportView<'_>) -> Vec<String> {
    let tally = &view.outcome.tally;
    let left_out = view.plan.left_out;
    let mut notes = Vec::new();
    let mut note = |count: u64, what: &str, rest: &str| {
        if count > 0 {
            notes.push(format!("{}{rest}", counted(count, what)));
        }
    };
    note(left_out.unrecognised, "record", " not sent: not a TUICallKit callback");
    note(left_out.damaged, "record", " not sent: damaged; `callkit-tool validate` says how");
    note(left_out.skipped, "range", " of the log not sent: outside any record");
    note(tally.encoded, "request", " with a query that a request line cannot hold: percent-encoded");
    note(tally.left_out_headers, "captured header", " not sent: not valid in a request");
    note(tally.withheld, "captured credential", " not sent; `--keep-credentials` sends them");
    let cut = " longer than 64 KiB, or in a coding that cannot be undone: any `ErrorCode` there was not read";
    note(tally.cut_answers, "answer", cut);
    if view.outcome.end == RunEnd::Stopped {
        notes.push("stopped; the report covers what was sent until then".to_owned());
    }
    if let Some(cause) = &tally.first_failure
        && view.outcome.end != RunEnd::Unreachable
    {
        notes.push(format!("the first request without an answer: {cause}"));
    }
    notes
}
