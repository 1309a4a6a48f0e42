//! The causes of many calls, drawn from the catalog of their columns, in each format.

use crate::calls::{CauseCounts, Causes, Concentration};
use crate::report::catalog::causes::{CAUSE_COLUMNS, CauseColumn, CauseValue};
use crate::report::escape;
use crate::report::ink::Ink;
use crate::report::json::{Json, Object, document};
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

/// Leaves out columns until the rest fits; the counts stay.
fn take_out(columns: &mut Vec<TextColumn>, most: usize) {
    /// Spaces around each cell, and the line between two.
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

/// A table for people, at most `width` columns wide, with what each cause means; with `color` the headings are bold.
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
    // The causes of the one break if need be, the meanings of the other.
    table.fit(width, 0);
    meanings.fit(width, 1);
    let tables = [table, meanings].map(|table| with_bold_headings(&table.render(), color));
    let mut text = tables.join("\n");
    let mut notes = notes(causes, &list);
    let is_left_out =
        |column: &&CauseColumn| columns.iter().all(|(shown, _)| shown.heading != column.heading);
    let left_out = on_terminal().filter(is_left_out).map(|column| format!("`{}`", column.heading));
    let left_out: Vec<String> = left_out.collect();
    if !left_out.is_empty() {
        notes.push(format!("no room for {}; use a larger `--width`, or JSON", left_out.join(", ")));
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
            "callers report from {}, but no callee does: clients older than {REPORTING_CLIENTS} report nothing",
            platforms.join(", ")
        ));
    }
    notes
}

/// One JSON object, ended by a line feed.
pub fn causes_json(causes: &Causes) -> Vec<u8> {
    document(|object| {
        object.member("version", VERSION);
        object.member("calls", causes.calls());
        object.objects("causes", &causes.list(), cause_json);
    })
}

fn cause_json(object: &mut Object<'_>, counts: &CauseCounts) {
    object.member("cause", counts.cause.as_str());
    object.member("meaning", counts.cause.row().summary);
    object.member("calls", counts.calls);
    object.member("share", counts.share);
    object.member("cannot_tell", counts.open);
    object.member("besides", counts.beside);
    object.members("platforms", &counts.platforms);
    object.list("hours", counts.hours);
    more_json(object, "more_on", "platform", counts.platform.as_ref());
    more_json(object, "more_at", "hour", counts.hour.as_ref());
    object.list("examples", &counts.examples);
}

/// A platform or an hour that has more of a cause than by chance.
fn more_json<K: Json>(object: &mut Object<'_>, key: &str, kind: &str, more: Option<&Concentration<K>>) {
    match more {
        None => object.member(key, None::<u64>),
        Some(more) => object.object(key, |object| {
            object.member(kind, &more.at);
            object.member("share", more.share);
            object.member("share_of_all", more.share_of_all);
        }),
    }
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
