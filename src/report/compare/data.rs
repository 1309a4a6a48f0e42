//! A comparison as JSON, CSV and Markdown.

use super::figures::ComparedFigure;
use super::input::{CompareReport, ComparedSide};
use crate::calls::ShareChange;
use crate::report::catalog::cell::joined;
use crate::report::escape::markdown_row;
use crate::report::json::{Object, document};
use crate::report::quantity::percent;

/// Version of the JSON format.
const VERSION: u32 = 1;

/// The comparison as one JSON object.
pub fn compare_json(report: &CompareReport<'_>) -> Vec<u8> {
    let [a, b] = &report.sides;
    document(|object| {
        object.member("version", VERSION);
        object.object("a", |object| side(object, a));
        object.object("b", |object| side(object, b));
        object.objects("figures", report.figures(), |object, figure| {
            object.member("figure", figure.name.as_str());
            object.member("a", figure.values[0]);
            object.member("b", figure.values[1]);
            object.member("difference", figure.difference());
        });
        object.member("tested", report.changes.tested);
        object.list("not_compared", report.changes.left_out.iter().map(|key| key.name()));
        object.objects("changes", &report.changes.list, |object, it| change(object, it, report));
        object.objects("conditions", report.conditions, |object, (condition, holds)| {
            object.member("condition", condition.text.as_str());
            object.member("figure", condition.figure.as_str());
            object.member("difference", condition.difference.filter(|difference| difference.is_finite()));
            object.member("holds", *holds);
        });
    })
}

fn side(object: &mut Object<'_>, side: &ComparedSide<'_>) {
    object.member("name", side.name);
    object.member("calls", side.facts.figures.calls);
    object.member("incomplete", side.facts.figures.incomplete());
    object.member("log_begins", side.cut[0]);
    object.member("log_ends", side.cut[1]);
}

fn change(object: &mut Object<'_>, change: &ShareChange, report: &CompareReport<'_>) {
    object.member("by", change.key.name());
    object.member("value", change.value.as_str());
    for (side, name) in ["a", "b"].into_iter().enumerate() {
        object.object(name, |object| {
            object.member("calls", change.calls[side]);
            object.member("of", change.of[side]);
            object.member("share", change.share(side));
            object.list("examples", &change.examples[side]);
        });
    }
    object.member("difference", change.difference());
    object.member("p", change.p);
    object.member("next", report.next(change));
}

/// The headings of the tables of figures and changes in one.
const HEADINGS: [&str; 8] = ["kind", "name", "value", "a", "b", "difference", "p", "examples"];

/// The comparison as CSV: a row for each figure, then one for each change.
pub fn compare_csv(report: &CompareReport<'_>) -> Vec<u8> {
    let text = |number: Option<f64>| number.map_or_else(String::new, |number| number.to_string());
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Writing to memory cannot fail.
    drop(writer.write_record(HEADINGS));
    for figure in report.figures() {
        let [a, b] = figure.values.map(text);
        let difference = text(figure.difference());
        drop(writer.write_record(["figure", &figure.name, "", &a, &b, &difference, "", ""]));
    }
    for change in &report.changes.list {
        let numbers = [change.share(0), change.share(1), change.difference(), change.p];
        let [a, b, difference, p] = numbers.map(|number| number.to_string());
        let examples = joined(change.examples[change.side()].iter().map(String::as_str));
        let by = change.key.name();
        drop(writer.write_record(["change", &by, &change.value, &a, &b, &difference, &p, &examples]));
    }
    writer.into_inner().unwrap_or_default()
}

/// The comparison as Markdown tables.
pub fn compare_markdown(report: &CompareReport<'_>) -> String {
    let [a, b] = &report.sides;
    let mut text = format!("A: {}\nB: {}\n\n", escaped(a.name), escaped(b.name));
    text.push_str("| figure | A | B | difference |\n| --- | ---: | ---: | ---: |\n");
    for figure in report.figures().iter().filter(|figure| figure.in_text) {
        let cells = [
            figure.title.clone(),
            figure.shown(0),
            figure.shown(1),
            ComparedFigure::shown_difference(figure),
        ];
        text.push_str(&markdown_row(cells));
    }
    if report.changes.list.is_empty() {
        text.push_str("\nNothing changed by more than chance.\n");
        return text;
    }
    text.push_str("\nChanged by more than chance, as shares of calls:\n\n");
    text.push_str("| by | value | A | B | difference | p | examples |\n");
    text.push_str("| --- | --- | ---: | ---: | ---: | ---: | --- |\n");
    for change in &report.changes.list {
        text.push_str(&markdown_row([
            change.key.name(),
            change.value.clone(),
            percent(Some(change.share(0))),
            percent(Some(change.share(1))),
            super::figures::points(change.difference()),
            format!("{:.1e}", change.p),
            change.examples[change.side()].join(", "),
        ]));
    }
    text
}

fn escaped(name: &str) -> String {
    crate::report::escape::markdown(name)
}
