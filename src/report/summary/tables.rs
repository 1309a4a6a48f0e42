//! A summary as tables for people.

use super::{Report, distributions};
use crate::calls::Figures;
use crate::report::{TextTable, counted, duration, percent, rfc3339};
use crate::spec::Level;

/// Width of a bar that stands for all calls, in characters.
const BAR: usize = 24;

/// The summary as tables, and what is worth knowing beside them.
pub fn tables(report: &Report<'_>) -> Vec<u8> {
    let figures = &report.summary.total;
    let mut text = outcomes(figures);
    text.push('\n');
    text.push_str(&key_figures(report));
    text.push('\n');
    text.push_str(&timing(figures));
    if let Some(by) = report.by {
        text.push('\n');
        text.push_str(&groups(report, by));
    }
    let notes = notes(report);
    if !notes.is_empty() {
        text.push('\n');
        notes.iter().for_each(|note| text.push_str(&format!("note: {note}\n")));
    }
    text.into_bytes()
}

/// Calls by outcome. Shares are of the concluded calls, so `incomplete` has none.
fn outcomes(figures: &Figures) -> String {
    let mut table = TextTable::new(&["outcome", ">calls", ">share", ""]);
    let mut outcomes: Vec<_> = figures.outcomes().collect();
    outcomes.sort_by_key(|(result, count)| (*result == "incomplete", std::cmp::Reverse(*count)));
    for (result, count) in outcomes {
        let share = if result == "incomplete" { None } else { figures.share(count) };
        let bar = share.map_or_else(String::new, bar);
        table.row(&[result, &count.to_string(), &percent(share), &bar]);
    }
    table.row(&["all", &figures.calls.to_string(), "", ""]);
    table.render()
}

/// A bar for a share from 0 to 1, in eighths of a character.
fn bar(share: f64) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let eighths = (share * BAR as f64 * 8.0).round() as usize;
    let bar = "█".repeat(eighths / 8) + EIGHTHS[eighths % 8];
    if bar.is_empty() { "▏".to_owned() } else { bar }
}

fn key_figures(report: &Report<'_>) -> String {
    let figures = &report.summary.total;
    let (peak, at) = figures.peak_concurrency();
    let peak = match at {
        Some(at) => format!("{peak} at {}", rfc3339(i64::from(at))),
        None => "-".to_owned(),
    };
    let minutes = format!("{:.1}", figures.talk_minutes());
    let found = &figures.findings;
    let findings = Level::ALL.iter().map(|level| match level {
        Level::Info => format!("{} info", found[*level as usize]),
        level => counted(found[*level as usize], level.as_str()),
    });
    let findings: Vec<String> = findings.collect();
    let rows: [(&str, String, &str); 9] = [
        ("ASR", percent(figures.asr()), "answered of concluded calls"),
        ("NER", percent(figures.ner()), "calls that the network did not fail"),
        ("abandoned", percent(figures.abandoned()), "given up by the caller"),
        ("ACD", figures.acd_seconds().map_or_else(dash, duration), "mean time talked"),
        ("talk minutes", minutes, "time talked in all"),
        ("peak concurrency", peak, "most concluded calls at once"),
        ("callbacks", figures.callbacks.to_string(), "duplicates included"),
        ("duplicates", figures.duplicates.to_string(), "delivered again"),
        ("findings", findings.join(", "), "`callkit-tool validate` lists them"),
    ];
    let mut table = TextTable::new(&["figure", "value", ""]);
    for (name, value, meaning) in rows {
        table.row(&[name, &value, meaning]);
    }
    table.render()
}

fn timing(figures: &Figures) -> String {
    let mut table = TextTable::new(&["time", ">mean", ">p50", ">p90", ">p95", ">p99", ">max"]);
    let names = ["talk", "to answer", "to abandon"];
    for (name, (_, distribution)) in names.into_iter().zip(distributions(figures)) {
        let parts = super::parts(distribution).map(|(_, value)| value.map_or_else(dash, duration));
        let mut row = vec![name];
        row.extend(parts.iter().map(String::as_str));
        table.row(&row);
    }
    table.render()
}

fn groups(report: &Report<'_>, by: &str) -> String {
    let mut table = TextTable::new(&[
        by,
        ">calls",
        ">incomplete",
        ">answered",
        ">ASR",
        ">NER",
        ">abandoned",
        ">ACD",
        ">talk minutes",
    ]);
    for (key, figures) in &report.summary.groups {
        table.row(&[
            if key.is_empty() { "-" } else { key },
            &figures.calls.to_string(),
            &figures.incomplete().to_string(),
            &figures.answered.to_string(),
            &percent(figures.asr()),
            &percent(figures.ner()),
            &percent(figures.abandoned()),
            &figures.acd_seconds().map_or_else(dash, duration),
            &format!("{:.1}", figures.talk_minutes()),
        ]);
    }
    table.render()
}

/// Callbacks of a family that a log has to hold before a command that is missing among them says anything.
const TELLING: u64 = 100;

/// What is worth knowing beside the figures.
fn notes(report: &Report<'_>) -> Vec<String> {
    let figures = &report.summary.total;
    let mut notes = Vec::new();
    if figures.calls == 0 {
        let what = if report.filtered { "no call matches the filter" } else { "the input holds no calls" };
        notes.push(what.to_owned());
    }
    if figures.incomplete() > 0 {
        notes.push(format!(
            "{} of {} incomplete: the log does not say what became of them; they count in no rate",
            figures.incomplete(),
            counted(figures.calls, "call"),
        ));
    }
    if figures.duplicates > 0 {
        notes.push(format!(
            "{} of {} delivered again: the server that receives them did not acknowledge them in time",
            figures.duplicates,
            counted(figures.callbacks, "callback"),
        ));
    }
    if report.ungrouped() > 0 {
        notes.push(format!(
            "{} without a call, which count in no figure of calls",
            counted(report.ungrouped(), "callback")
        ));
    }
    if report.totals.skipped_bytes > 0 {
        let (skipped, bytes) = (report.totals.skipped_bytes, report.totals.bytes);
        notes.push(format!("{skipped} of {} of the input could not be read", counted(bytes, "byte")));
    }
    let unseen = report.totals.unseen_commands(TELLING);
    if !unseen.is_empty() {
        let switched_off = "never in the input, so perhaps switched off in the callback configuration:";
        notes.push(format!("{switched_off}\n  {}", unseen.join("\n  ")));
    }
    notes
}

fn dash() -> String {
    "-".to_owned()
}
