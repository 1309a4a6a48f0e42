//! What became of a replay, as one JSON object.

use super::answer::{error_code, text_or_null};
use super::time::milliseconds;
use super::view::ReportView;
use super::{comparison, percentiles, plan};
use crate::live::http::RequestErrorKind;
use crate::report::json::Object;

/// The report as JSON. Figures that do not exist are `null`.
pub fn report_json(view: &ReportView<'_>) -> Vec<u8> {
    let tally = &view.outcome.tally;
    let mut out = Vec::new();
    let mut object = Object::new(&mut out);
    object.text("end", view.outcome.end.as_str());
    object.number("seconds", Some(milliseconds(view.outcome.took) / 1000.0));
    for (name, count) in [
        ("sent", tally.sent),
        ("accepted", tally.accepted),
        ("refused", tally.refused),
        ("failed", tally.failed),
        ("unsettled", tally.unsettled()),
        ("not_sent", view.plan.plan.deliveries() as u64 - tally.sent),
        ("requests", tally.requests),
        ("retries", tally.retries()),
    ] {
        object.number(name, Some(count));
    }
    let mut statuses = object.object("statuses");
    for (status, count) in &tally.statuses {
        statuses.number(&status.to_string(), Some(count));
    }
    statuses.end();
    let mut codes = object.object("error_codes");
    for (code, count) in &tally.error_codes {
        codes.number(&code.to_string(), Some(count));
    }
    codes.end();
    let mut failures = object.object("failures");
    for failure in RequestErrorKind::ALL {
        failures.number(failure.as_str(), Some(tally.failures_of(failure)));
    }
    failures.end();
    text_or_null(&mut object, "first_failure", tally.first_failure.as_deref());
    object.number("encoded_queries", Some(tally.encoded));
    object.number("left_out_headers", Some(tally.left_out_headers));
    object.number("cut_answers", Some(tally.cut_answers));
    percentiles::member(&mut object, "latency_ms", &tally.latency);
    percentiles::member(&mut object, "drift_ms", &tally.drift);
    troubled(&mut object, view);
    if let Some(comparison) = view.comparison {
        comparison::members(&mut object, comparison);
    }
    let mut plan = object.object("plan");
    plan::members(&mut plan, &view.plan);
    plan.end();
    object.end();
    out.push(b'\n');
    out
}

fn troubled(object: &mut Object<'_>, view: &ReportView<'_>) {
    let list = object.key("troubled_calls");
    list.push(b'[');
    for (index, call) in view.outcome.tally.troubled.iter().enumerate() {
        if index > 0 {
            list.push(b',');
        }
        let mut object = Object::new(list);
        text_or_null(&mut object, "call_id", call.call_id.as_deref());
        object.number("refused", Some(call.refused));
        object.number("failed", Some(call.failed));
        object.text("source", view.plan.name(call.first.0));
        object.number("record", Some(call.first.1));
        object.number("status", call.status);
        error_code(&mut object, "error_code", call.error_code);
        text_or_null(&mut object, "failure", call.failure.map(RequestErrorKind::as_str));
        object.end();
    }
    list.push(b']');
}
