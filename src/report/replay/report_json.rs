//! The outcome of a replay, as one JSON object.

use super::time::milliseconds;
use super::view::ReportView;
use super::{comparison, percentiles, plan};
use crate::live::http::RequestErrorKind;
use crate::report::json::document;
use crate::spec::Word;

/// The report as JSON. Figures that do not exist are `null`.
pub fn report_json(view: &ReportView<'_>) -> Vec<u8> {
    let tally = &view.outcome.tally;
    document(|object| {
        object.member("end", view.outcome.end.as_str());
        object.member("seconds", milliseconds(view.outcome.took) / 1000.0);
        object.member("sent", tally.sent);
        object.member("accepted", tally.accepted);
        object.member("refused", tally.refused);
        object.member("failed", tally.failed);
        object.member("unsettled", tally.unsettled());
        object.member("not_sent", view.plan.plan.deliveries() as u64 - tally.sent);
        object.member("requests", tally.requests);
        object.member("retries", tally.retries());
        object.member("resent", tally.resent);
        object.member("waited_seconds", milliseconds(tally.waited) / 1000.0);
        object.members("statuses", tally.statuses.iter().map(|(status, count)| (status.to_string(), count)));
        object
            .members("error_codes", tally.error_codes.iter().map(|(code, count)| (code.to_string(), count)));
        let failures = RequestErrorKind::ALL.iter().map(|kind| (kind.as_str(), tally.failures_of(*kind)));
        object.members("failures", failures);
        object.member("first_failure", tally.first_failure.as_deref());
        object.member("encoded_queries", tally.encoded);
        object.member("left_out_headers", tally.left_out_headers);
        object.member("withheld_credentials", tally.withheld);
        object.member("cut_answers", tally.cut_answers);
        percentiles::member(object, "latency_ms", &tally.latency);
        percentiles::member(object, "drift_ms", &tally.drift);
        object.objects("troubled_calls", &tally.troubled, |object, call| {
            object.member("call_id", call.call_id.as_deref());
            object.member("refused", call.refused);
            object.member("failed", call.failed);
            object.member("source", view.plan.name(call.first.0));
            object.member("record", call.first.1);
            object.member("status", call.status);
            object.member("error_code", call.error_code);
            object.member("failure", call.failure.map(RequestErrorKind::as_str));
        });
        if let Some(comparison) = view.comparison {
            object.object("comparison", |it| comparison::members(it, comparison));
        }
        object.object("plan", |it| plan::members(it, &view.plan));
    })
}
