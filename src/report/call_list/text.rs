//! A list of calls for people.

use jiff::Timestamp as Instant;
use jiff::tz::TimeZone;

use super::cell::{ListCell, ListedCall};
use super::heading;
use super::short_ids::ShortIds;
use crate::report::catalog::Table;
use crate::report::fitted_table::{FittedColumn, FittedTable};
use crate::report::ink::{Ink, TextStyle};
use crate::report::measure::clip;
use crate::report::quantity::short_duration;
use crate::spec::Timestamp;

/// How a list is drawn.
#[derive(Clone, Copy, Debug)]
pub struct ListStyle<'s> {
    /// Width, signs and colours.
    pub text: TextStyle,
    /// The zone of times.
    pub zone: &'s TimeZone,
    /// The beginnings of ids.
    pub short: &'s ShortIds,
}

/// Lines above the first call.
const HEAD: usize = 2;
/// The least width of a column of texts.
const LEAST: usize = 12;

/// Draws a list of calls, whose cells are those of `columns`. Returns it with the headings that have no room.
pub fn call_list_text(
    calls: &[ListedCall],
    columns: &[usize],
    style: ListStyle<'_>,
) -> (String, Vec<String>) {
    let table = FittedTable::new(fitted(calls, columns, style, false), style.text);
    (paint(&table.lines, calls, style.text), table.left_out)
}

/// Draws calls that come one after another, below others whose columns are as wide: with the headings only if they are
/// the first. Returns them with the headings that have no room.
pub fn call_rows_text(
    calls: &[ListedCall],
    columns: &[usize],
    style: ListStyle<'_>,
    are_first: bool,
) -> (String, Vec<String>) {
    let mut fitted = fitted(calls, columns, style, true);
    for column in &mut fitted {
        let usual = steady_width(&column.heading, is_narrow(style));
        if column.least.is_some() {
            column.cells.iter_mut().for_each(|cell| *cell = clip(cell, usual, style.text.glyphs().cut));
        }
        column.is_number |= NUMBERS.contains(&column.heading.as_str());
        // A row that is as wide as others will be.
        column.cells.push("x".repeat(usual));
    }
    let mut table = FittedTable::new(fitted, style.text);
    table.lines.pop();
    let text = paint(&table.lines, calls, style.text);
    let rows = if are_first { 0 } else { text.match_indices('\n').nth(HEAD - 1).map_or(0, |(at, _)| at + 1) };
    (text[rows..].to_owned(), table.left_out)
}

/// Headings of numbers.
const NUMBERS: [&str; 4] = ["ring", "talk", "callbacks", "findings"];

/// True if it has no room for days.
fn is_narrow(style: ListStyle<'_>) -> bool {
    /// Columns that most of a row takes up.
    const ROOM: usize = 100;
    style.text.width < ROOM
}

/// How wide a column is whose rows come one after another.
fn steady_width(heading: &str, is_narrow: bool) -> usize {
    match heading {
        "start" if is_narrow => "06:13:11".len(),
        "start" => "05-01 06:13:11".len(),
        "call" => 8,
        "outcome" => "not_answer !".len(),
        "cause" => "dropped_before_answer".len(),
        "ring" | "talk" => "12m34s".len(),
        _ if heading.starts_with("caller ") => {
            if is_narrow {
                20
            } else {
                26
            }
        }
        _ => heading.len().max(LEAST / 2),
    }
}

/// The columns of a list; with `are_steady`, times do not depend on the other rows.
fn fitted(
    calls: &[ListedCall],
    columns: &[usize],
    style: ListStyle<'_>,
    are_steady: bool,
) -> Vec<FittedColumn> {
    let column_named = |name| Table::Calls.column(name);
    let [id, caller, callees] = ["call_id", "caller", "callees"].map(column_named);
    let result = column_named("result");
    // Colour alone says nothing to many.
    let has_result = columns.iter().any(|column| Some(*column) == result);
    let mut fitted = if has_result { Vec::new() } else { vec![mark(calls)] };
    let mut at = 0;
    while let Some(column) = columns.get(at).copied() {
        let cells = || calls.iter().map(move |call| &call.cells[at]);
        if Some(column) == caller && columns.get(at + 1).copied() == callees {
            fitted.push(people(calls, at, style.text));
            at += 2;
            continue;
        }
        let clock = match are_steady {
            true => {
                TimeColumn { zone: style.zone, day: is_narrow(style).then(String::new), is_one_year: true }
            }
            false => TimeColumn::of(cells(), style.zone),
        };
        let mut drawn = of_column(column, columns.len() - at, cells(), &clock);
        if Some(column) == id {
            drawn.cells = cells().map(|cell| short(cell, style.short)).collect();
            (drawn.least, drawn.goes) = (None, None);
        }
        if Some(column) == column_named("cause") {
            let open = calls.iter().map(|call| if call.is_open { "?" } else { "" });
            drawn.cells.iter_mut().zip(open).for_each(|(cell, open)| cell.push_str(open));
        }
        if Some(column) == result {
            let marks = calls.iter().map(|call| if call.failed { " !" } else { "" });
            drawn.cells.iter_mut().zip(marks).for_each(|(cell, mark)| cell.push_str(mark));
        }
        fitted.push(drawn);
        at += 1;
    }
    fitted
}

/// A sign before calls that failed.
fn mark(calls: &[ListedCall]) -> FittedColumn {
    let sign = |call: &ListedCall| if call.failed { "!" } else { "" }.to_owned();
    let cells = calls.iter().map(sign).collect();
    FittedColumn { heading: String::new(), is_number: false, least: None, goes: None, cells }
}

fn short(cell: &ListCell, short: &ShortIds) -> String {
    match cell {
        ListCell::Text(id) => short.short(id).to_owned(),
        _ => String::new(),
    }
}

/// Who calls whom: the caller's cells, and those of the callees after them.
fn people(calls: &[ListedCall], at: usize, style: TextStyle) -> FittedColumn {
    let arrow = if style.ascii { "->" } else { "→" };
    let name = |cell: &ListCell| match cell {
        ListCell::Text(name) => name.clone(),
        ListCell::List(names) => names.join(", "),
        _ => "-".to_owned(),
    };
    let cells =
        calls.iter().map(|call| format!("{} {arrow} {}", name(&call.cells[at]), name(&call.cells[at + 1])));
    FittedColumn {
        heading: format!("caller {arrow} callees"),
        is_number: false,
        least: Some(LEAST * 3 / 2),
        goes: None,
        cells: cells.collect(),
    }
}

/// Any other column; `from_last` says how far it is from the last one.
fn of_column<'c>(
    column: usize,
    from_last: usize,
    cells: impl Iterator<Item = &'c ListCell>,
    clock: &TimeColumn<'_>,
) -> FittedColumn {
    let (mut drawn, mut is_number) = (Vec::new(), false);
    for cell in cells {
        is_number |= cell.is_number();
        drawn.push(match cell {
            ListCell::Time(time) => clock.shown(*time),
            ListCell::Seconds(seconds) => short_duration(f64::from(*seconds)),
            ListCell::List(texts) => texts.join(", "),
            other => other.in_full(clock.zone),
        });
    }
    let name = Table::Calls.columns()[column].name;
    // Words are not cut, only what people have named.
    let is_cut = ["caller", "callees", "room_id"].contains(&name);
    let stays = ["start_time", "result"].contains(&name);
    let title = match clock.day.as_deref() {
        Some("") => heading(column).to_owned(),
        Some(day) if name == "start_time" => day.to_owned(),
        Some(day) => format!("{} {day}", heading(column)),
        None => heading(column).to_owned(),
    };
    FittedColumn {
        heading: title,
        is_number,
        least: is_cut.then_some(LEAST),
        // The last one is the first to go.
        goes: (!stays).then(|| u8::MAX - u8::try_from(from_last).unwrap_or(u8::MAX - 1)),
        cells: drawn,
    }
}

/// How the times of a column are shown: without what they share.
struct TimeColumn<'z> {
    zone: &'z TimeZone,
    /// The day that all share.
    day: Option<String>,
    /// Whether all are of one year.
    is_one_year: bool,
}

impl<'z> TimeColumn<'z> {
    fn of<'c>(cells: impl Iterator<Item = &'c ListCell>, zone: &'z TimeZone) -> Self {
        let mut days = std::collections::BTreeSet::new();
        for cell in cells {
            if let ListCell::Time(time) = cell {
                days.insert(civil(*time, zone, "%Y-%m-%d"));
            }
        }
        let is_one_year = days.first().map(|day| day.get(..4)) == days.last().map(|day| day.get(..4));
        let day = if days.len() == 1 { days.pop_first() } else { None };
        Self { zone, day, is_one_year }
    }

    fn shown(&self, time: Timestamp) -> String {
        let format = match (&self.day, self.is_one_year) {
            (Some(_), _) => "%H:%M:%S",
            (None, true) => "%m-%d %H:%M:%S",
            (None, false) => "%Y-%m-%d %H:%M:%S",
        };
        civil(time, self.zone, format)
    }
}

pub(super) fn civil(time: Timestamp, zone: &TimeZone, format: &str) -> String {
    Instant::from_second(i64::from(time))
        .map_or_else(|_| time.to_string(), |it| it.to_zoned(zone.clone()).strftime(format).to_string())
}

/// The lines, with bold headings, and calls that failed in red.
fn paint(lines: &[String], calls: &[ListedCall], style: TextStyle) -> String {
    let mut text = String::new();
    for (at, line) in lines.iter().enumerate() {
        let ink = match at.checked_sub(HEAD).and_then(|at| calls.get(at)) {
            _ if at == 0 => Ink::Strong,
            Some(call) if call.failed => Ink::Error,
            _ => Ink::Plain,
        };
        text.push_str(&ink.paint(line, style.color));
        text.push('\n');
    }
    text
}
