//! A summary as rows of `key, figure, value`, in CSV and Markdown, or as a row for each group. The key of the figures of
//! all calls is `all`.

use std::borrow::Cow;

use super::input::{SummaryReport, key_text};
use crate::report::catalog::cell::Cell;
use crate::report::catalog::figures::{FIGURES, FigureCells, FigureFacts};
use crate::report::escape;
use crate::report::quantity::TimeFormat;

/// Key of the figures of all calls.
const ALL: &str = "all";

/// The name of a value: that of its figure, and of its part if it has several.
type ValueName = (&'static str, Option<&'static str>);

fn text_of((figure, part): ValueName) -> Cow<'static, str> {
    part.map_or(Cow::Borrowed(figure), |part| Cow::Owned(format!("{figure}.{part}")))
}

/// The names and values of figures: of the whole input with `of_input`, otherwise of calls alone.
fn values(facts: &FigureFacts<'_>, of_input: bool) -> Vec<(ValueName, Cell<'static>)> {
    let mut values = Vec::new();
    for figure in FIGURES.iter().filter(|figure| of_input || !figure.of_input) {
        match figure.value.cells(facts) {
            FigureCells::One(cell) => values.push(((figure.name, None), cell)),
            FigureCells::Named(parts) => {
                values.extend(parts.into_iter().map(|(part, cell)| ((figure.name, Some(part)), cell)));
            }
        }
    }
    values
}

fn plain<'c>(cell: &'c Cell<'_>) -> Cow<'c, str> {
    cell.plain(TimeFormat::Rfc3339)
}

/// Key, figure and value of each row.
fn rows(report: &SummaryReport<'_>) -> Vec<[String; 3]> {
    let (groups, _) = report.groups();
    let total = (!report.groups_only).then(|| (ALL.to_owned(), report.total(), true));
    let groups = groups.into_iter().map(|(name, facts)| (key_text(name), facts, false));
    let keys = total.into_iter().chain(groups);
    let of_key = |(key, facts, of_input): (String, FigureFacts<'_>, bool)| {
        let row = move |(name, cell): (ValueName, Cell<'static>)| {
            [key.clone(), text_of(name).into_owned(), plain(&cell).into_owned()]
        };
        values(&facts, of_input).into_iter().map(row)
    };
    keys.flat_map(of_key).collect()
}

/// The summary as CSV with a row for each figure.
pub fn csv_long(report: &SummaryReport<'_>) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Writing to memory cannot fail.
    drop(writer.write_record(["key", "figure", "value"]));
    rows(report).iter().for_each(|row| drop(writer.write_record(row)));
    writer.into_inner().unwrap_or_default()
}

/// The groups as CSV with a row for each of them: a column for each key, then one for each figure. `outcomes` has a
/// column for each result that any group has.
pub fn csv_wide(report: &SummaryReport<'_>) -> Vec<u8> {
    let (groups, _) = report.groups();
    // The figures of all calls have every column that those of any group have.
    let columns: Vec<ValueName> = values(&report.total(), false).into_iter().map(|(name, _)| name).collect();
    let mut writer = csv::Writer::from_writer(Vec::new());
    let keys = report.by.iter().map(|key| Cow::Owned(key.name()));
    // Writing to memory cannot fail.
    drop(writer.write_record(keys.chain(columns.iter().map(|name| text_of(*name))).map(Cow::into_owned)));
    for (name, facts) in groups {
        name.parts().for_each(|part| drop(writer.write_field(part)));
        let mut given = values(&facts, false).into_iter().peekable();
        for column in &columns {
            let value = given.next_if(|(name, _)| name == column);
            // Only counts of what occurs are left out.
            match &value {
                Some((_, cell)) => drop(writer.write_field(&*plain(cell))),
                None => drop(writer.write_field("0")),
            }
        }
        drop(writer.write_record(None::<&[u8]>));
    }
    writer.into_inner().unwrap_or_default()
}

/// The summary as a Markdown table.
pub fn markdown(report: &SummaryReport<'_>) -> Vec<u8> {
    let mut text = String::from("| key | figure | value |\n| --- | --- | ---: |\n");
    for row in rows(report) {
        text.push_str(&escape::markdown_row(row));
    }
    text.into_bytes()
}
