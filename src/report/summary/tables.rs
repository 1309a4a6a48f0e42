//! A summary as tables for people, fitted to a terminal.

use super::input::SummaryReport;
use crate::calls::{Figures, GroupKey, GroupName, without_gaps};
use crate::report::catalog::figures::{FIGURES, Figure, FigureFacts, FigureValue, PARTS};
use crate::report::fitted_table::{FittedColumn, FittedTable};
use crate::report::ink::TextStyle;
use crate::report::quantity::percent;
use crate::report::text_table::TextTable;

/// Width of a bar that stands for all calls, and of one next to a group, in characters.
const BAR: usize = 24;
const GROUP_BAR: usize = 8;

/// Groups without calls that are shown at most between others.
const MOST_EMPTY: usize = 1000;

/// The summary as tables, and the headings that have no room.
pub fn tables(report: &SummaryReport<'_>, style: TextStyle) -> (Vec<u8>, Vec<String>) {
    let mut parts = Vec::new();
    if !report.groups_only {
        parts.extend([
            outcomes(&report.summary.total, style),
            key_figures(report, style),
            timing(report, style),
        ]);
    }
    let mut left_out = Vec::new();
    if !report.by.is_empty() {
        let table = groups(report, style);
        parts.push(table.lines.join("\n") + "\n");
        left_out = table.left_out;
    }
    (parts.join("\n").into_bytes(), left_out)
}

/// A table in a style.
fn table(headings: &[&str], style: TextStyle) -> TextTable {
    let mut table = TextTable::new(headings);
    table.rule_with(style.glyphs().line);
    table
}

/// Calls by outcome. Shares are of the concluded calls, so `incomplete` has none.
fn outcomes(figures: &Figures, style: TextStyle) -> String {
    let mut table = table(&["outcome", ">calls", ">share", ""], style);
    let mut outcomes: Vec<_> = figures.outcomes().collect();
    outcomes.sort_by_key(|(result, count)| (*result == "incomplete", std::cmp::Reverse(*count)));
    for (result, count) in outcomes {
        let share = if result == "incomplete" { None } else { figures.share(count) };
        let bar = share.map_or_else(String::new, |share| bar(share, BAR, style));
        table.row(&[result, &count.to_string(), &percent(share), &bar]);
    }
    table.row(&["all", &figures.calls.to_string(), "", ""]);
    table.render()
}

/// A bar for a share from 0 to 1 of that many characters, in eighths of one.
fn bar(share: f64, width: usize, style: TextStyle) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let eighths = (share * width as f64 * 8.0).round() as usize;
    if style.ascii {
        return "#".repeat((eighths / 8).max(1));
    }
    let bar = "█".repeat(eighths / 8) + EIGHTHS[eighths % 8];
    if bar.is_empty() { "▏".to_owned() } else { bar }
}

fn key_figures(report: &SummaryReport<'_>, style: TextStyle) -> String {
    let mut figures: Vec<&Figure> = FIGURES.iter().filter(|figure| figure.key.is_some()).collect();
    // Rates and durations, then counts.
    figures.sort_by_key(|figure| figure.value.counts());
    let mut table = table(&["figure", "value", ""], style);
    for figure in figures {
        let value = figure.value.shown(&report.total()).concat();
        table.row(&[figure.title, &value, figure.key.unwrap_or_default()]);
    }
    // The remarks break into lines.
    table.fit(style.width, 2);
    table.render()
}

fn timing(report: &SummaryReport<'_>, style: TextStyle) -> String {
    let parts = PARTS.iter().map(|(name, _)| format!(">{name}"));
    let headings: Vec<String> = std::iter::once("time".to_owned()).chain(parts).collect();
    let mut table = table(&Vec::from_iter(headings.iter().map(String::as_str)), style);
    for figure in FIGURES.iter().filter(|figure| matches!(figure.value, FigureValue::Distribution(_))) {
        let parts = figure.value.shown(&report.total());
        table.row(&Vec::from_iter(std::iter::once(figure.title).chain(parts.iter().map(String::as_str))));
    }
    table.render()
}

/// The groups: their keys, a bar, and their figures, as far as there is room.
fn groups(report: &SummaryReport<'_>, style: TextStyle) -> FittedTable {
    let none = Figures::default();
    let groups = shown_groups(report, report.of_none(&none));
    let mut columns: Vec<FittedColumn> = Vec::new();
    for (at, key) in report.by.iter().enumerate() {
        let part = |(name, _): &(GroupName, _)| {
            let part = name.parts().nth(at).unwrap_or_default();
            if part.is_empty() { "-" } else { part }.to_owned()
        };
        let cells = groups.iter().map(part).collect();
        // Words and times are not cut, only what people have named.
        let least = matches!(key, GroupKey::Caller | GroupKey::Callee).then_some(12);
        columns.push(FittedColumn { heading: key.name(), is_number: false, least, goes: None, cells });
    }
    for (at, figure) in FIGURES.iter().filter(|figure| figure.by_group).enumerate() {
        let value = |(_, facts): &(GroupName, FigureFacts<'_>)| figure.value.shown(facts).concat();
        let (heading, cells) = (figure.title.to_owned(), groups.iter().map(value).collect());
        // From the right; what is shown first always stays.
        let goes = if at == 0 { None } else { u8::try_from(at).ok() };
        columns.push(FittedColumn { heading, is_number: true, least: None, goes, cells });
        if at == 0 {
            columns.push(bars(&groups, style));
        }
    }
    FittedTable::new(columns, style)
}

/// A bar for each group: its calls, next to those of the largest group.
fn bars(groups: &[(GroupName, FigureFacts<'_>)], style: TextStyle) -> FittedColumn {
    let most = groups.iter().map(|(_, facts)| facts.figures.calls).max().unwrap_or(0);
    let of_group = |(_, facts): &(GroupName, FigureFacts<'_>)| match facts.figures.calls {
        0 => String::new(),
        calls => bar(calls as f64 / most as f64, GROUP_BAR, style),
    };
    let cells = groups.iter().map(of_group).collect();
    FittedColumn { heading: String::new(), is_number: false, least: None, goes: Some(3), cells }
}

/// The groups that are shown, with empty ones between those of one key of time.
fn shown_groups<'r>(report: &SummaryReport<'r>, none: FigureFacts<'r>) -> Vec<(GroupName, FigureFacts<'r>)> {
    let (groups, cut) = report.groups();
    let in_order = report.order.figure.is_none() && !report.order.descends && cut == 0;
    let owned = |groups: Vec<(&GroupName, FigureFacts<'r>)>| {
        groups.into_iter().map(|(name, facts)| (name.clone(), facts)).collect()
    };
    let [key] = report.by else { return owned(groups) };
    let all = in_order.then(|| gapless(*key, &groups, report)).flatten();
    let Some(all) = all else { return owned(groups) };
    let mut there = groups.into_iter().peekable();
    let mut shown = Vec::new();
    for name in all {
        while let Some((before, facts)) = there.next_if(|(next, _)| **next < name) {
            shown.push((before.clone(), facts));
        }
        let facts = there.next_if(|(next, _)| **next == name).map_or(none, |(_, facts)| facts);
        shown.push((name, facts));
    }
    shown.extend(there.map(|(name, facts)| (name.clone(), facts)));
    shown
}

fn gapless(
    key: GroupKey,
    groups: &[(&GroupName, FigureFacts<'_>)],
    report: &SummaryReport<'_>,
) -> Option<Vec<GroupName>> {
    let mut all = without_gaps(key, groups.iter().map(|(name, _)| *name), report.zone, MOST_EMPTY)?;
    all.sort();
    Some(all)
}
