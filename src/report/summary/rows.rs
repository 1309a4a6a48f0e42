//! A summary as rows of `key, figure, value`, in CSV and Markdown. The key of the figures of all calls is `all`.

use super::input::SummaryReport;
use crate::report::catalog::cell::Cell;
use crate::report::catalog::figures::{FIGURES, FigureCells};
use crate::report::escape;
use crate::report::quantity::TimeFormat;

/// Key of the figures of all calls.
const ALL: &str = "all";

/// Key, figure and value of each row.
fn rows(report: &SummaryReport<'_>) -> Vec<[String; 3]> {
    let mut rows = Vec::new();
    let keys = std::iter::once((ALL, report.total())).chain(report.groups());
    for (index, (key, facts)) in keys.enumerate() {
        for figure in FIGURES.iter().filter(|figure| index == 0 || !figure.of_input) {
            let mut add = |name: String, cell: &Cell<'_>| {
                rows.push([key.to_owned(), name, cell.plain(TimeFormat::Rfc3339).into_owned()]);
            };
            match figure.value.cells(&facts) {
                FigureCells::One(cell) => add(figure.name.to_owned(), &cell),
                FigureCells::Named(parts) => {
                    parts.iter().for_each(|(part, cell)| add(format!("{}.{part}", figure.name), cell));
                }
            }
        }
    }
    rows
}

/// The summary as CSV.
pub fn csv(report: &SummaryReport<'_>) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Writing to memory cannot fail.
    drop(writer.write_record(["key", "figure", "value"]));
    rows(report).iter().for_each(|row| drop(writer.write_record(row)));
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
