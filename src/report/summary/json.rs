//! A summary as one JSON object.

use super::input::SummaryReport;
use crate::report::catalog::figures::{FIGURES, Figure, FigureCells, FigureFacts};
use crate::report::json::{Object, document};

/// The summary as JSON. Figures that do not exist are `null`, ratios go from 0 to 1.
pub fn json(report: &SummaryReport<'_>) -> Vec<u8> {
    document(|object| {
        FIGURES.iter().for_each(|figure| write(object, figure, &report.total()));
        object.objects("groups", report.groups(), |object, (key, group)| {
            object.member("key", key);
            let figures = FIGURES.iter().filter(|figure| !figure.of_input);
            figures.for_each(|figure| write(object, figure, &group));
        });
    })
}

fn write(object: &mut Object<'_>, figure: &Figure, facts: &FigureFacts<'_>) {
    match figure.value.cells(facts) {
        FigureCells::One(cell) => object.member(figure.name, cell),
        FigureCells::Named(parts) => object.members(figure.name, parts),
    }
}
