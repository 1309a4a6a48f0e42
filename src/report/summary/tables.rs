//! A summary as tables for people.

use super::input::SummaryReport;
use crate::calls::Figures;
use crate::report::catalog::figures::{FIGURES, Figure, FigureValue, PARTS};
use crate::report::quantity::{counted, percent};
use crate::report::text_table::TextTable;

/// Width of a bar that stands for all calls, in characters.
const BAR: usize = 24;

/// The summary as tables, followed by notes.
pub fn tables(report: &SummaryReport<'_>) -> Vec<u8> {
    let mut parts = vec![outcomes(&report.summary.total), key_figures(report), timing(report)];
    parts.extend(report.by.map(|by| groups(report, by)));
    let notes: String = notes(report).iter().map(|note| format!("note: {note}\n")).collect();
    parts.extend(Some(notes).filter(|notes| !notes.is_empty()));
    parts.join("\n").into_bytes()
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

fn key_figures(report: &SummaryReport<'_>) -> String {
    let mut figures: Vec<&Figure> = FIGURES.iter().filter(|figure| figure.key.is_some()).collect();
    // Rates and durations, then counts.
    figures.sort_by_key(|figure| figure.value.counts());
    let mut table = TextTable::new(&["figure", "value", ""]);
    for figure in figures {
        let value = figure.value.shown(&report.total()).concat();
        table.row(&[figure.title, &value, figure.key.unwrap_or_default()]);
    }
    table.render()
}

/// A table with these headings; all columns but the first hold numbers.
fn of_numbers<'h>(first: &'h str, others: impl Iterator<Item = &'h str>) -> TextTable {
    let headings: Vec<String> =
        std::iter::once(first.to_owned()).chain(others.map(|heading| format!(">{heading}"))).collect();
    TextTable::new(&headings.iter().map(String::as_str).collect::<Vec<_>>())
}

fn timing(report: &SummaryReport<'_>) -> String {
    let mut table = of_numbers("time", PARTS.iter().map(|(name, _)| *name));
    for figure in FIGURES.iter().filter(|figure| matches!(figure.value, FigureValue::Distribution(_))) {
        let parts = figure.value.shown(&report.total());
        table.row(&Vec::from_iter(std::iter::once(figure.title).chain(parts.iter().map(String::as_str))));
    }
    table.render()
}

fn groups(report: &SummaryReport<'_>, by: &str) -> String {
    let figures: Vec<&Figure> = FIGURES.iter().filter(|figure| figure.by_group).collect();
    let mut table = of_numbers(by, figures.iter().map(|figure| figure.title));
    for (key, facts) in report.groups() {
        let key = if key.is_empty() { "-" } else { key };
        let values: Vec<String> = figures.iter().map(|figure| figure.value.shown(&facts).concat()).collect();
        table.row(&Vec::from_iter(std::iter::once(key).chain(values.iter().map(String::as_str))));
    }
    table.render()
}

/// A command that is missing means something only in a log with at least this many callbacks of its family.
const TELLING: u64 = 100;

/// What is worth knowing in addition to the figures.
fn notes(report: &SummaryReport<'_>) -> Vec<String> {
    let figures = &report.summary.total;
    let mut notes = Vec::new();
    if figures.calls == 0 {
        let what = if report.filtered { "no call matches the filter" } else { "the input has no calls" };
        notes.push(what.to_owned());
    }
    if figures.incomplete() > 0 {
        notes.push(format!(
            "{} of {} incomplete: the log does not say how they ended; no rate counts them",
            figures.incomplete(),
            counted(figures.calls, "call"),
        ));
    }
    if figures.duplicates > 0 {
        notes.push(format!(
            "{} of {} redelivered: your server did not acknowledge them in time",
            figures.duplicates,
            counted(figures.callbacks, "callback"),
        ));
    }
    if figures.duplicates > 0 && figures.unpaired == 0 {
        let both = "every callback is there exactly twice: either each was redelivered, or two places logged \
                    the same requests";
        notes.push(both.to_owned());
    }
    if report.total().ungrouped() > 0 {
        notes.push(format!(
            "{} without a call: no figure about calls counts them",
            counted(report.total().ungrouped(), "callback")
        ));
    }
    if report.totals.skipped_bytes > 0 {
        let (skipped, bytes) = (report.totals.skipped_bytes, report.totals.bytes);
        notes.push(format!("{skipped} of {} of the input could not be read", counted(bytes, "byte")));
    }
    let unseen = report.totals.unseen_commands(TELLING);
    if !unseen.is_empty() {
        let switched_off = "not in the input, so perhaps switched off in the callback configuration:";
        notes.push(format!("{switched_off}\n  {}", unseen.join("\n  ")));
    }
    notes
}
