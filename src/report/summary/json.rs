//! A summary as one JSON object.

use super::input::SummaryReport;
use crate::report::catalog::figures::{FIGURES, Figure, FigureCells, FigureFacts};
use crate::report::json::{Object, list};
use crate::report::quantity::TimeFormat;

/// The summary as JSON. Figures that do not exist are `null`, ratios go from 0 to 1.
pub fn json(report: &SummaryReport<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    let mut object = Object::new(&mut out);
    FIGURES.iter().for_each(|figure| write(&mut object, figure, &report.total()));
    list(object.key("groups"), report.groups(), |out, (key, group)| {
        let mut object = Object::new(out);
        object.text("key", key);
        let figures = FIGURES.iter().filter(|figure| !figure.of_input);
        figures.for_each(|figure| write(&mut object, figure, &group));
        object.end();
    });
    object.end();
    out.push(b'\n');
    out
}

fn write(object: &mut Object<'_>, figure: &Figure, facts: &FigureFacts<'_>) {
    match figure.value.cells(facts) {
        FigureCells::One(cell) => cell.json(object.key(figure.name), TimeFormat::Rfc3339),
        FigureCells::Named(parts) => {
            let mut object = object.object(figure.name);
            for (name, cell) in parts {
                cell.json(object.key(name), TimeFormat::Rfc3339);
            }
            object.end();
        }
    }
}
