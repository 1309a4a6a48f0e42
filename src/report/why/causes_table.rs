//! The causes of many calls, drawn from the catalog of their columns, in each format.

use crate::calls::{CauseCounts, Causes};
use crate::report::catalog::causes::{CAUSE_COLUMNS, ShownCause};
use crate::report::escape;
use crate::report::ink::Ink;
use crate::report::json::{Object, list};
use crate::report::measure::{width, wrap};
use crate::report::text_table::TextTable;
use crate::spec::{Cause, REPORTING_CLIENTS, Word};

/// Version of the JSON format.
const VERSION: u32 = 1;

/// A column on a terminal: its heading and its cells.
struct TextColumn {
    shown: &'static ShownCause,
    cells: Vec<String>,
}

impl TextColumn {
    fn width(&self) -> usize {
        let cells = self.cells.iter().map(|cell| width(&escape::terminal(cell)));
        cells.chain([width(self.shown.heading)]).max().unwrap_or(0)
    }
}

/// The columns of a terminal, with a row of all calls at the end.
fn text_columns(causes: &Causes, list: &[CauseCounts]) -> Vec<TextColumn> {
    let columns = CAUSE_COLUMNS.iter().filter_map(|column| {
        let shown = column.shown.as_ref()?;
        let text = shown.text?;
        let all = match column.name {
            "cause" => "all".to_owned(),
            "calls" => causes.calls().to_string(),
            _ => String::new(),
        };
        Some(TextColumn { shown, cells: list.iter().map(text).chain([all]).collect() })
    });
    columns.collect()
}

/// Takes out the columns that there is no room for; returns their headings.
fn take_out(columns: &mut Vec<TextColumn>, most: usize) -> Vec<&'static str> {
    /// Blanks around each cell, and the line between two.
    const AROUND: usize = 3;
    let mut order: Vec<u8> =
        columns.iter().map(|column| column.shown.goes).filter(|goes| *goes > 0).collect();
    order.sort_unstable();
    let all: Vec<&'static ShownCause> = columns.iter().map(|column| column.shown).collect();
    for goes in order {
        // The last one has no line after it.
        if columns.iter().map(|column| column.width() + AROUND).sum::<usize>() <= most + 1 {
            break;
        }
        columns.retain(|column| column.shown.goes != goes);
    }
    let left = |shown: &&ShownCause| columns.iter().all(|column| column.shown.heading != shown.heading);
    all.into_iter().filter(left).map(|shown| shown.heading).collect()
}

/// A table for people, at most so many columns wide, with what each cause means; with `color` the headings are bold.
pub fn causes_text(causes: &Causes, width: usize, color: bool) -> String {
    let list = causes.list();
    if list.is_empty() {
        return "no calls\n".to_owned();
    }
    let mut columns = text_columns(causes, &list);
    let left_out = take_out(&mut columns, width);
    let sign = |shown: &ShownCause| if shown.is_number { ">" } else { "" };
    let headings: Vec<String> =
        columns.iter().map(|column| format!("{}{}", sign(column.shown), column.shown.heading)).collect();
    let mut table = TextTable::new(&Vec::from_iter(headings.iter().map(String::as_str)));
    for row in 0..=list.len() {
        table.row(&Vec::from_iter(columns.iter().map(|column| column.cells[row].as_str())));
    }
    let mut meanings = TextTable::new(&["cause", "meaning"]);
    list.iter().for_each(|counts| meanings.row(&[counts.cause.as_str(), counts.cause.row().summary]));
    let mut text = String::new();
    for (number, table) in [&mut table, &mut meanings].into_iter().enumerate() {
        if number > 0 {
            text.push('\n');
        }
        // The causes of the one break if need be, the meanings of the other.
        table.fit(width, number);
        text.push_str(&with_bold_headings(&table.render(), color));
    }
    let mut notes = notes(causes, &list);
    if !left_out.is_empty() {
        let headings: Vec<String> = left_out.iter().map(|heading| format!("`{heading}`")).collect();
        notes.push(format!("no room for {}; `--width` makes some, JSON has all", headings.join(", ")));
    }
    if !notes.is_empty() {
        text.push('\n');
    }
    for note in notes {
        let note = format!("note: {}", escape::terminal(&note));
        wrap(&note, width).iter().for_each(|line| text.push_str(&format!("{line}\n")));
    }
    text
}

/// The first line of a table in bold.
fn with_bold_headings(table: &str, color: bool) -> String {
    match table.split_once('\n') {
        Some((headings, rows)) => format!("{}\n{rows}", Ink::Strong.paint(headings, color)),
        None => table.to_owned(),
    }
}

fn notes(causes: &Causes, list: &[CauseCounts]) -> Vec<String> {
    let mut notes = Vec::new();
    let silent = [Cause::OneSided, Cause::NeverRang, Cause::CalleeSilent, Cause::GaveUpBeforeRing];
    let platforms = causes.platforms_without_callees();
    if list.iter().any(|counts| silent.contains(&counts.cause)) && !platforms.is_empty() {
        notes.push(format!(
            "callers report from {}, and no callee does: clients older than {REPORTING_CLIENTS} report nothing",
            platforms.join(", ")
        ));
    }
    notes
}

/// One JSON object, ended by a line feed.
pub fn causes_json(causes: &Causes) -> Vec<u8> {
    let mut out = Vec::new();
    let mut object = Object::new(&mut out);
    object.number("version", Some(VERSION));
    object.number("calls", Some(causes.calls()));
    list(object.key("causes"), &causes.list(), |out, counts| {
        let mut object = Object::new(out);
        CAUSE_COLUMNS.iter().for_each(|column| (column.json)(object.key(column.name), counts));
        object.end();
    });
    object.end();
    out.push(b'\n');
    out
}

/// A Markdown table.
pub fn causes_markdown(causes: &Causes) -> String {
    let list = causes.list();
    if list.is_empty() {
        return "No calls.\n".to_owned();
    }
    let columns: Vec<&ShownCause> = CAUSE_COLUMNS.iter().filter_map(|column| column.shown.as_ref()).collect();
    let row = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let mut text = row(columns.iter().map(|column| column.heading.to_owned()).collect());
    let rule = |column: &&ShownCause| if column.is_number { "---:" } else { "---" }.to_owned();
    text.push_str(&row(columns.iter().map(rule).collect()));
    for counts in &list {
        let cells = columns.iter().map(|column| escape::markdown(&(column.markdown)(counts)));
        text.push_str(&row(cells.collect()));
    }
    notes(causes, &list).iter().for_each(|note| text.push_str(&format!("\n{}\n", escape::markdown(note))));
    text
}
