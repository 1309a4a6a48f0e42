//! Outages of a backend: text, CSV, JSON.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::deliveries::{FoundOutage, OutageEvidence, OutageVerdict};
use crate::report::json::{Object, document};
use crate::report::measure::wrap;
use crate::report::quantity::{counted, rfc3339_millis};
use crate::report::text_table::TextTable;
use crate::spec::Word;

/// The version of the JSON format.
const VERSION: u32 = 1;

/// What is reported.
#[derive(Clone, Copy, Debug)]
pub struct OutageReport<'o> {
    /// What can be said.
    pub verdict: OutageVerdict,
    /// From what.
    pub evidence: OutageEvidence,
    /// Callbacks, and those with a time of delivery.
    pub callbacks: u64,
    /// Those of them with a time at which they were delivered.
    pub timed: u64,
    /// True if answers were given.
    pub has_answers: bool,
    /// The outages, in order.
    pub outages: &'o [FoundOutage],
    /// The zone of times for people.
    pub zone: &'o TimeZone,
}

impl OutageReport<'_> {
    /// Why nothing can be told, if nothing can.
    pub fn why(&self) -> Option<&'static str> {
        (self.verdict == OutageVerdict::CannotTell).then_some(match (self.callbacks, self.timed) {
            (0, _) => "there are no callbacks",
            (_, 0) => {
                "no callback has a time of capture, so nobody can see when it was delivered; log the time of each \
                 request"
            }
            _ => {
                "no callback was redelivered, and the answers of the backend were not recorded: in front of the \
                 backend that means that there was no outage, but a receiver that answers by itself sees none, and a \
                 backend that cannot be reached logs none; name `LOG.forward` as well, if there is one"
            }
        })
    }
}

/// The outages for people; sentences are at most `width` columns wide.
pub fn outages_text(report: &OutageReport<'_>, width: usize) -> String {
    let sentence = |text: &str| wrap(text, width).join("\n") + "\n";
    if let Some(why) = report.why() {
        return sentence(&format!("cannot tell: {why}"));
    }
    let from = match report.evidence {
        OutageEvidence::Answers => "what the backend answered",
        OutageEvidence::Redeliveries | OutageEvidence::Nothing => "redelivered callbacks",
    };
    let callbacks = counted(report.callbacks, "callback");
    if report.outages.is_empty() {
        return sentence(&format!("no outage in {callbacks}, by {from}"));
    }
    let mut table = TextTable::new(&["begin", "end", "seconds", "callbacks", "calls", "given up"]);
    for outage in report.outages {
        table.row(&[
            &moment(outage.begin, report.zone),
            &outage.end.map_or_else(|| "not seen".to_owned(), |end| moment(end, report.zone)),
            &outage.end.map_or_else(String::new, |end| seconds(end - outage.begin)),
            &outage.callbacks.to_string(),
            &outage.call_ids.len().to_string(),
            &outage.given_up.to_string(),
        ]);
    }
    let outages = counted(report.outages.len() as u64, "outage");
    format!("{}\n{}", table.render(), sentence(&format!("{outages} in {callbacks}, by {from}")))
}

/// A time for people, to the millisecond.
fn moment(millis: i64, zone: &TimeZone) -> String {
    let at = Timestamp::from_millisecond(millis).unwrap_or(Timestamp::UNIX_EPOCH);
    at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M:%S%.3f %Z").to_string()
}

fn seconds(millis: i64) -> String {
    format!("{:.3}", millis as f64 / 1000.0)
}

/// The outages as a table for programs.
pub fn outages_csv(report: &OutageReport<'_>) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let head = [
        "begin",
        "end",
        "accepted_before",
        "first_failed",
        "last_failed",
        "accepted_after",
        "callbacks",
        "calls",
        "given_up",
    ];
    // Writing to memory cannot fail.
    drop(writer.write_record(head));
    for outage in report.outages {
        let time = |millis: Option<i64>| millis.map_or_else(String::new, rfc3339_millis);
        drop(writer.write_record([
            time(Some(outage.begin)),
            time(outage.end),
            time(outage.accepted_before),
            time(Some(outage.first_failed)),
            time(Some(outage.last_failed)),
            time(outage.accepted_after),
            outage.callbacks.to_string(),
            outage.call_ids.len().to_string(),
            outage.given_up.to_string(),
        ]));
    }
    writer.into_inner().unwrap_or_default()
}

/// The outages as one JSON object.
pub fn outages_json(report: &OutageReport<'_>) -> Vec<u8> {
    document(|out| {
        out.member("version", VERSION);
        out.member("verdict", report.verdict.as_str());
        out.member("why", report.why());
        out.member("evidence", report.evidence.as_str());
        out.member("callbacks", report.callbacks);
        out.objects("outages", report.outages, one);
    })
}

fn one(out: &mut Object<'_>, outage: &FoundOutage) {
    out.member("begin", rfc3339_millis(outage.begin));
    out.member("end", outage.end.map(rfc3339_millis));
    out.member("accepted_before", outage.accepted_before.map(rfc3339_millis));
    out.member("first_failed", rfc3339_millis(outage.first_failed));
    out.member("last_failed", rfc3339_millis(outage.last_failed));
    out.member("accepted_after", outage.accepted_after.map(rfc3339_millis));
    out.member("callbacks", outage.callbacks);
    out.member("given_up", outage.given_up);
    out.list("calls", outage.call_ids.iter().map(String::as_str));
}
