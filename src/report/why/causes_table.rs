//! The causes of many calls, drawn from the catalog of their columns, in each format.

use crate::calls::{CauseCounts, Causes};
use crate::report::catalog::causes::{CAUSE_COLUMNS, CauseColumn, CauseValue};
use crate::report::escape;
use crate::report::ink::Ink;
use crate::report::json::{Object, list, string};
use crate::report::measure::{width, wrap};
use crate::report::text_table::TextTable;
use crate::spec::{Cause, REPORTING_CLIENTS, Word};

/// Version of the JSON format.
const VERSION: u32 = 1;

/// A column on a terminal, and its cells.
type TextColumn = (&'static CauseColumn, Vec<String>);

fn on_terminal() -> impl Iterator<Item = &'static CauseColumn> {
    CAUSE_COLUMNS.iter().filter(|column| !matches!(column.value, CauseValue::Meaning(_)))
}

/// The columns of a terminal, with a row of all calls at the end.
fn text_columns(causes: &Causes, list: &[CauseCounts]) -> Vec<TextColumn> {
    let columns = on_terminal().map(|column| {
        let all = match column.heading {
            "cause" => "all".to_owned(),
            "calls" => causes.calls().to_string(),
            _ => String::new(),
        };
        (column, list.iter().map(|counts| column.value.text(counts)).chain([all]).collect())
    });
    columns.collect()
}

/// Takes out the columns that there is no room for; the counts stay.
fn take_out(columns: &mut Vec<TextColumn>, most: usize) {
    /// Blanks around each cell, and the line between two.
    const AROUND: usize = 3;
    let room = |(column, cells): &TextColumn| {
        let cells = cells.iter().map(|cell| width(&escape::terminal(cell)));
        cells.chain([width(column.heading)]).max().unwrap_or(0) + AROUND
    };
    // The last one has no line after it.
    while columns.iter().map(room).sum::<usize>() > most + 1 {
        let Some(first) = columns.iter().filter_map(|(column, _)| column.goes).min() else { break };
        columns.retain(|(column, _)| column.goes != Some(first));
    }
}

/// A table for people, at most so many columns wide, with what each cause means; with `color` the headings are bold.
pub fn causes_text(causes: &Causes, width: usize, color: bool) -> String {
    let list = causes.list();
    if list.is_empty() {
        return "no calls\n".to_owned();
    }
    let mut columns = text_columns(causes, &list);
    take_out(&mut columns, width);
    let sign = |column: &CauseColumn| if column.value.is_number() { ">" } else { "" };
    let headings: Vec<String> =
        columns.iter().map(|(column, _)| format!("{}{}", sign(column), column.heading)).collect();
    let mut table = TextTable::new(&Vec::from_iter(headings.iter().map(String::as_str)));
    for row in 0..=list.len() {
        table.row(&Vec::from_iter(columns.iter().map(|(_, cells)| cells[row].as_str())));
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
    let is_left_out =
        |column: &&CauseColumn| columns.iter().all(|(shown, _)| shown.heading != column.heading);
    let left_out = on_terminal().filter(is_left_out).map(|column| format!("`{}`", column.heading));
    let left_out: Vec<String> = left_out.collect();
    if !left_out.is_empty() {
        notes.push(format!("no room for {}; `--width` makes some, JSON has all", left_out.join(", ")));
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
    list(object.key("causes"), &causes.list(), cause_json);
    object.end();
    out.push(b'\n');
    out
}

fn cause_json(out: &mut Vec<u8>, counts: &CauseCounts) {
    let mut object = Object::new(out);
    object.text("cause", counts.cause.as_str());
    object.text("meaning", counts.cause.row().summary);
    object.number("calls", Some(counts.calls));
    object.number("share", Some(counts.share));
    object.number("cannot_tell", Some(counts.open));
    object.number("besides", Some(counts.beside));
    let mut platforms = object.object("platforms");
    for (platform, calls) in &counts.platforms {
        platforms.number(platform, Some(*calls));
    }
    platforms.end();
    list(object.key("hours"), &counts.hours, |out, calls| {
        out.extend_from_slice(calls.to_string().as_bytes())
    });
    let shares = |mut object: Object<'_>, share: f64, share_of_all: f64| {
        object.number("share", Some(share));
        object.number("share_of_all", Some(share_of_all));
        object.end();
    };
    match &counts.platform {
        Some(it) => {
            let mut more = object.object("more_on");
            more.text("platform", &it.at);
            shares(more, it.share, it.share_of_all);
        }
        None => object.number("more_on", None::<u64>),
    }
    match &counts.hour {
        Some(it) => {
            let mut more = object.object("more_at");
            more.number("hour", Some(it.at));
            shares(more, it.share, it.share_of_all);
        }
        None => object.number("more_at", None::<u64>),
    }
    list(object.key("examples"), &counts.examples, |out, example| string(out, example));
    object.end();
}

/// A Markdown table.
pub fn causes_markdown(causes: &Causes) -> String {
    let list = causes.list();
    if list.is_empty() {
        return "No calls.\n".to_owned();
    }
    let row = |cell: &dyn Fn(&CauseColumn) -> String| {
        format!("| {} |\n", CAUSE_COLUMNS.iter().map(cell).collect::<Vec<_>>().join(" | "))
    };
    let rule = |column: &CauseColumn| if column.value.is_number() { "---:" } else { "---" }.to_owned();
    let mut text = row(&|column| column.heading.to_owned()) + &row(&rule);
    for counts in &list {
        text.push_str(&row(&|column| escape::markdown(&column.value.in_full(counts))));
    }
    notes(causes, &list).iter().for_each(|note| text.push_str(&format!("\n{}\n", escape::markdown(note))));
    text
}
