//! A comparison for people, fitted to a terminal.

use super::figures::{ComparedFigure, points};
use super::input::{CompareReport, kind};
use crate::calls::ShareChange;
use crate::report::fitted_table::{FittedColumn, FittedTable};
use crate::report::ink::{Ink, TextStyle};
use crate::report::measure::wrap;
use crate::report::quantity::percent;

/// The least width of a value from the log.
const LEAST: usize = 12;

/// The comparison as tables, and the headings that have no room.
pub fn compare_text(report: &CompareReport<'_>, style: TextStyle) -> (String, Vec<String>) {
    let mut text = String::new();
    for (letter, side) in ["A", "B"].into_iter().zip(&report.sides) {
        text.push_str(&format!("{letter}: {}\n", style.shown(side.name)));
    }
    let figures = figures(report, style);
    text.push_str(&format!("\n{}", painted(&figures, style)));
    let list = &report.changes.list;
    if list.is_empty() {
        let tested = report.changes.tested;
        text.push_str(&format!("\nnothing changed by more than chance; {tested} shares of calls compared\n"));
        return (text, figures.left_out);
    }
    let changes = changes(report, style);
    text.push_str(&format!(
        "\nchanged by more than chance, as shares of calls:\n{}",
        painted(&changes, style)
    ));
    text.push_str("\ncheck next:\n");
    for change in list {
        if let Some(command) = report.next(change) {
            let line = format!("{} {}: `{}`", kind(change.key), change.value, command);
            wrap(&style.shown(&line), style.width)
                .iter()
                .for_each(|line| text.push_str(&format!("{line}\n")));
        }
    }
    let mut left_out = figures.left_out;
    left_out.extend(changes.left_out);
    (text, left_out)
}

fn painted(table: &FittedTable, style: TextStyle) -> String {
    let ink = |at| if at == 0 { Ink::Strong } else { Ink::Plain };
    let lines = table.lines.iter().enumerate();
    lines.map(|(at, line)| ink(at).paint(line, style.color) + "\n").collect()
}

fn column(heading: &str, is_number: bool, cells: Vec<String>) -> FittedColumn {
    FittedColumn { heading: heading.to_owned(), is_number, least: None, goes: None, cells }
}

fn figures(report: &CompareReport<'_>, style: TextStyle) -> FittedTable {
    let figures: Vec<ComparedFigure> = report.figures().into_iter().filter(|figure| figure.in_text).collect();
    let cells = |cell: &dyn Fn(&ComparedFigure) -> String| figures.iter().map(cell).collect::<Vec<_>>();
    let columns = vec![
        column("figure", false, cells(&|figure| figure.title.clone())),
        column("A", true, cells(&|figure| figure.shown(0))),
        column("B", true, cells(&|figure| figure.shown(1))),
        column("difference", true, cells(&ComparedFigure::shown_difference)),
    ];
    FittedTable::new(columns, style)
}

fn changes(report: &CompareReport<'_>, style: TextStyle) -> FittedTable {
    let list = &report.changes.list;
    let cells = |cell: &dyn Fn(&ShareChange) -> String| list.iter().map(cell).collect::<Vec<_>>();
    let columns = vec![
        column("by", false, cells(&|change| kind(change.key))),
        FittedColumn { least: Some(LEAST), ..column("value", false, cells(&|change| change.value.clone())) },
        column("A", true, cells(&|change| percent(Some(change.share(0))))),
        column("B", true, cells(&|change| percent(Some(change.share(1))))),
        column("difference", true, cells(&|change| points(change.difference()))),
        FittedColumn {
            goes: Some(1),
            ..column("for example", false, cells(&|change| example(report, change, style)))
        },
    ];
    FittedTable::new(columns, style)
}

/// As many ids as have room next to the rest of the row.
fn example(report: &CompareReport<'_>, change: &ShareChange, style: TextStyle) -> String {
    let ids = report.short_examples(change);
    let count = if style.width >= 100 { ids.len() } else { 1 };
    let letter = ["A", "B"][change.side()];
    format!("{letter}: {}", ids.into_iter().take(count).collect::<Vec<_>>().join(", "))
}
