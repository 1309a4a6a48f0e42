//! Figures explained: what each means, and with the calls of a log, what it is computed from.
//!
//! Comes in: figures of the catalog, and what was counted. Goes out: text or JSON. Must not: compute a figure.

use super::catalog::figures::{Figure, FigureCells, FigureFacts, FigureTerm, FigureValue, PARTS};
use super::json::document;
use super::measure::wrap;
use super::text_table::TextTable;

/// All figures, a line each, in a width.
pub fn list_figures(figures: &[Figure], width: usize) -> String {
    let mut table = TextTable::new(&["figure", "kind", "meaning"]);
    for figure in figures {
        table.row(&[figure.title, figure.value.kind(), figure.meaning]);
    }
    table.fit(width, 2);
    table.render()
}

/// Each figure with its meaning, and what was counted for it, if anything was.
pub fn explain_figures(figures: &[&Figure], facts: Option<&FigureFacts<'_>>, width: usize) -> String {
    let mut texts = Vec::new();
    for figure in figures {
        let title = if figure.title == figure.name { String::new() } else { format!("{}, ", figure.title) };
        let text = format!("{title}`{}` ({}): {}", figure.name, figure.value.kind(), figure.meaning);
        let mut lines = wrap(&text, width);
        if let Some(facts) = facts {
            let counted = wrap(&counted(figure, facts), width.saturating_sub(2));
            lines.extend(counted.iter().map(|line| format!("  {line}")));
        }
        texts.push(lines.join("\n") + "\n");
    }
    texts.join(if facts.is_some() { "\n" } else { "" })
}

/// What a figure is computed from, and its value: `answered 812 of 1000 concluded calls = 81.2 %`.
fn counted(figure: &Figure, facts: &FigureFacts<'_>) -> String {
    let shown = figure.value.shown(facts);
    let value = match figure.value {
        FigureValue::Distribution(_) => {
            let parts = PARTS.iter().zip(&shown).map(|((name, _), value)| format!("{name} {value}"));
            parts.collect::<Vec<_>>().join(", ")
        }
        _ => shown.concat(),
    };
    let term = |(name, count): &FigureTerm| (*name, count(facts));
    let Some((whole, parts)) = figure.terms.split_last() else {
        return format!("{} = {value}", figure.title);
    };
    let (name, count) = term(whole);
    if let ([part], FigureValue::Seconds(_)) = (parts, figure.value) {
        let (what, sum) = term(part);
        return format!("{sum} {what} / {count} {name} = {value}");
    }
    let parts: Vec<String> = parts.iter().map(term).map(|(name, count)| format!("{name} {count}")).collect();
    match parts.len() {
        0 => format!("{count} {name}: {value}"),
        1 => format!("{} of {count} {name} = {value}", parts.concat()),
        _ => format!("all of {count} {name} but {} = {value}", parts.join(" and ")),
    }
}

/// The same as one JSON object.
pub fn figures_json(figures: &[&Figure], facts: Option<&FigureFacts<'_>>) -> Vec<u8> {
    document(|object| {
        object.member("version", 1_u64);
        object.objects("figures", figures, |object, figure| {
            object.member("name", figure.name);
            object.member("title", figure.title);
            object.member("kind", figure.value.kind());
            object.member("unit", figure.unit);
            object.member("meaning", figure.meaning);
            let Some(facts) = facts else { return };
            object.objects("terms", figure.terms, |object, (name, count)| {
                object.member("name", *name);
                object.member("count", count(facts));
            });
            match figure.value.cells(facts) {
                FigureCells::One(cell) => object.member("value", cell),
                FigureCells::Named(parts) => object.members("value", parts),
            }
        });
    })
}
