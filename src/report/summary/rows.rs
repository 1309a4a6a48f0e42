//! A summary as rows of `key, figure, value`, in CSV and Markdown. The key of the figures of all calls is `all`.

use super::{Report, distributions, parts};
use crate::calls::Figures;
use crate::report::{escape, rfc3339};
use crate::spec::Level;

/// Key of the figures of all calls.
const ALL: &str = "all";

struct Row<'r> {
    key: &'r str,
    figure: String,
    value: String,
}

fn rows<'r>(report: &Report<'r>) -> Vec<Row<'r>> {
    let mut rows = Vec::new();
    add_figures(&mut rows, ALL, &report.summary.total);
    let totals = report.totals;
    let mut add = |figure: String, value: u64| rows.push(Row { key: ALL, figure, value: value.to_string() });
    add("ungrouped".to_owned(), report.ungrouped());
    for level in Level::ALL {
        add(format!("findings.{}", level.as_str()), report.summary.total.findings[level as usize]);
    }
    add("input.bytes".to_owned(), totals.bytes);
    add("input.records".to_owned(), totals.records);
    add("input.blank_bytes".to_owned(), totals.blank_bytes);
    add("input.skipped_bytes".to_owned(), totals.skipped_bytes);
    for (key, figures) in &report.summary.groups {
        add_figures(&mut rows, key, figures);
    }
    rows
}

fn add_figures<'r>(rows: &mut Vec<Row<'r>>, key: &'r str, figures: &Figures) {
    let mut add = |figure: String, value: String| rows.push(Row { key, figure, value });
    let number = |value: Option<f64>| value.map_or_else(String::new, |value| value.to_string());
    add("calls".to_owned(), figures.calls.to_string());
    add("incomplete".to_owned(), figures.incomplete().to_string());
    add("concluded".to_owned(), figures.concluded().to_string());
    add("answered".to_owned(), figures.answered.to_string());
    add("asr".to_owned(), number(figures.asr()));
    add("ner".to_owned(), number(figures.ner()));
    add("abandoned".to_owned(), number(figures.abandoned()));
    for (result, count) in figures.outcomes() {
        add(format!("outcomes.{result}"), count.to_string());
    }
    add("acd_seconds".to_owned(), number(figures.acd_seconds()));
    for (name, distribution) in distributions(figures) {
        for (part, value) in parts(distribution) {
            add(format!("{name}.{part}"), number(value));
        }
    }
    let (calls, at) = figures.peak_concurrency();
    add("peak_concurrency.calls".to_owned(), calls.to_string());
    add("peak_concurrency.at".to_owned(), at.map_or_else(String::new, |at| rfc3339(i64::from(at))));
    add("talk_minutes".to_owned(), number(Some(figures.talk_minutes())));
    add("callbacks".to_owned(), figures.callbacks.to_string());
    add("duplicates".to_owned(), figures.duplicates.to_string());
}

/// The summary as CSV.
pub fn csv(report: &Report<'_>) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Writing to memory cannot fail.
    drop(writer.write_record(["key", "figure", "value"]));
    for row in rows(report) {
        drop(writer.write_record([row.key, &row.figure, &row.value]));
    }
    writer.into_inner().unwrap_or_default()
}

/// The summary as a Markdown table.
pub fn markdown(report: &Report<'_>) -> Vec<u8> {
    let mut text = String::from("| key | figure | value |\n| --- | --- | ---: |\n");
    for row in rows(report) {
        let cells = [row.key, &row.figure, &row.value].map(escape::markdown);
        text.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
    text.into_bytes()
}
