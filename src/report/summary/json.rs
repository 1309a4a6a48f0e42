//! A summary as one JSON object.

use super::{Report, distributions, parts};
use crate::calls::Figures;
use crate::report::json::Object;
use crate::report::rfc3339;
use crate::spec::Level;

/// The summary as JSON. Figures that do not exist are `null`, ratios go from 0 to 1.
pub fn json(report: &Report<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    let mut object = Object::new(&mut out);
    figures(&mut object, &report.summary.total);
    object.number("ungrouped", Some(report.ungrouped()));
    let mut findings = object.object("findings");
    for level in Level::ALL {
        findings.number(level.as_str(), Some(report.summary.total.findings[level as usize]));
    }
    findings.end();
    let mut input = object.object("input");
    input.number("bytes", Some(report.totals.bytes));
    input.number("records", Some(report.totals.records));
    input.number("blank_bytes", Some(report.totals.blank_bytes));
    input.number("skipped_bytes", Some(report.totals.skipped_bytes));
    input.end();
    let list = object.key("groups");
    list.push(b'[');
    for (index, (key, group)) in report.summary.groups.iter().enumerate() {
        if index > 0 {
            list.push(b',');
        }
        let mut object = Object::new(list);
        object.text("key", key);
        figures(&mut object, group);
        object.end();
    }
    list.push(b']');
    object.end();
    out.push(b'\n');
    out
}

/// The figures from `calls` to `duplicates`.
fn figures(object: &mut Object<'_>, figures: &Figures) {
    object.number("calls", Some(figures.calls));
    object.number("incomplete", Some(figures.incomplete()));
    object.number("concluded", Some(figures.concluded()));
    object.number("answered", Some(figures.answered));
    object.number("asr", figures.asr());
    object.number("ner", figures.ner());
    object.number("abandoned", figures.abandoned());
    let mut outcomes = object.object("outcomes");
    for (result, count) in figures.outcomes() {
        outcomes.number(result, Some(count));
    }
    outcomes.end();
    object.number("acd_seconds", figures.acd_seconds());
    for (name, distribution) in distributions(figures) {
        let mut spread = object.object(name);
        for (part, value) in parts(distribution) {
            spread.number(part, value);
        }
        spread.end();
    }
    let (calls, at) = figures.peak_concurrency();
    let mut peak = object.object("peak_concurrency");
    peak.number("calls", Some(calls));
    match at {
        Some(at) => peak.text("at", &rfc3339(i64::from(at))),
        None => peak.number("at", None::<u64>),
    }
    peak.end();
    object.number("talk_minutes", Some(figures.talk_minutes()));
    object.number("callbacks", Some(figures.callbacks));
    object.number("duplicates", Some(figures.duplicates));
}
