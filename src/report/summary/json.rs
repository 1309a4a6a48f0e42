//! A summary as one JSON object.

use super::input::{SummaryReport, key_text};
use crate::calls::SourceFacts;
use crate::report::catalog::figures::{FIGURES, Figure, FigureCells, FigureFacts, INPUT};
use crate::report::containers::{container, wrapper};
use crate::report::json::{Object, document};

/// The summary as JSON. Figures that do not exist are `null`, ratios go from 0 to 1.
pub fn json(report: &SummaryReport<'_>) -> Vec<u8> {
    let (groups, cut) = report.groups();
    document(|object| {
        if !report.groups_only {
            FIGURES.iter().for_each(|figure| write(object, figure, &report.total(), report));
        }
        object.objects("groups", groups, |object, (name, group)| {
            object.member("key", key_text(name));
            if report.by.len() > 1 {
                object.object("keys", |object| {
                    let parts = report.by.iter().zip(name.parts());
                    parts.for_each(|(key, part)| object.member(&key.name(), part));
                });
            }
            let figures = FIGURES.iter().filter(|figure| !figure.of_input);
            figures.for_each(|figure| write(object, figure, &group, report));
        });
        if cut > 0 {
            object.member("groups_cut", cut);
        }
    })
}

fn write(object: &mut Object<'_>, figure: &Figure, facts: &FigureFacts<'_>, report: &SummaryReport<'_>) {
    match figure.value.cells(facts) {
        FigureCells::One(cell) => object.member(figure.name, cell),
        FigureCells::Named(parts) if figure.name == INPUT => object.object(INPUT, |object| {
            parts.into_iter().for_each(|(name, cell)| object.member(name, cell));
            object.objects("sources", &report.totals.sources, |object, (index, facts)| {
                source(object, report.names.get(*index).map_or("", String::as_str), facts);
            });
        }),
        FigureCells::Named(parts) => object.members(figure.name, parts),
    }
}

/// What was read of one source.
fn source(object: &mut Object<'_>, name: &str, facts: &SourceFacts) {
    object.member("source", name);
    object.member("container", container(facts));
    object.list("wrapper", wrapper(facts));
    object.member("records", facts.records);
    object.member("callbacks", facts.callbacks());
}
