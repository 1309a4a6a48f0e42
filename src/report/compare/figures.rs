//! The figures of two sides next to each other, a number for each.

use crate::calls::{Figures, Totals};
use crate::report::catalog::cell::Cell;
use crate::report::catalog::figures::{FIGURES, Figure, FigureCells, FigureFacts, FigureValue};
use crate::report::quantity::{percent, short_duration};
use crate::spec::{CallResult, Word};

/// What a figure is measured in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FigureUnit {
    /// A share, from 0 to 1; differences are in points of percent.
    Ratio,
    /// Seconds.
    Seconds,
    /// Minutes.
    Minutes,
    /// A number of calls or callbacks.
    Count,
}

/// A figure of two sides.
#[derive(Clone, Debug, PartialEq)]
pub struct ComparedFigure {
    /// Its name in data formats, with a dot before that of its part, as in `talk_seconds.p95`.
    pub name: String,
    /// Its name for people.
    pub title: String,
    /// What it is measured in.
    pub unit: FigureUnit,
    /// Its value on each side; none if it does not exist.
    pub values: [Option<f64>; 2],
    /// True if people see it without asking for it.
    pub(super) in_text: bool,
}

impl ComparedFigure {
    /// How much greater it is on the second side.
    pub fn difference(&self) -> Option<f64> {
        let [a, b] = self.values;
        Some(b? - a?)
    }

    /// The same as a share of the first side's value; none if that is 0.
    pub fn relative(&self) -> Option<f64> {
        let [a, b] = self.values;
        match (a?, b?) {
            (0.0, 0.0) => Some(0.0),
            (0.0, b) => Some(f64::INFINITY.copysign(b)),
            (a, b) => Some((b - a) / a.abs()),
        }
    }

    /// The value of a side, for people.
    pub fn shown(&self, side: usize) -> String {
        let Some(value) = self.values[side] else { return "-".to_owned() };
        match self.unit {
            FigureUnit::Ratio => percent(Some(value)),
            FigureUnit::Seconds => short_duration(value),
            FigureUnit::Minutes => format!("{value:.1}"),
            FigureUnit::Count => value.to_string(),
        }
    }

    /// The difference, for people: in points, in time, or as a share.
    pub fn shown_difference(&self) -> String {
        let Some(difference) = self.difference() else { return "-".to_owned() };
        let sign = if difference < 0.0 { "-" } else { "+" };
        match self.unit {
            _ if difference == 0.0 => "0".to_owned(),
            FigureUnit::Ratio => points(difference),
            FigureUnit::Seconds => format!("{sign}{}", short_duration(difference.abs())),
            FigureUnit::Minutes | FigureUnit::Count => match self.relative() {
                Some(share) if share.is_finite() => format!("{:+.1} %", share * 100.0),
                _ => format!("{difference:+}"),
            },
        }
    }
}

/// A difference of two shares, for people.
pub(super) fn points(difference: f64) -> String {
    format!("{:+.1} points", difference * 100.0)
}

/// The parts of figures that people see without asking.
const SHOWN_PARTS: [&str; 2] = ["p50", "p95"];

/// All figures of calls that are numbers, on both sides.
pub fn compared_figures(sides: [&FigureFacts<'_>; 2]) -> Vec<ComparedFigure> {
    let of_calls = FIGURES.iter().filter(|figure| !figure.of_input);
    of_calls.flat_map(|figure| numbers_of(figure, sides)).collect()
}

/// The names of all of them.
pub fn figure_names() -> Vec<String> {
    let (figures, totals) = (Figures::default(), Totals::default());
    let none = FigureFacts { figures: &figures, totals: &totals, filtered: true };
    compared_figures([&none, &none]).into_iter().map(|figure| figure.name).collect()
}

/// The name in data formats of a figure that people name, by that or by its title: `acd`, `talk.p95`.
pub fn figure_of_name(name: &str) -> Option<String> {
    let name = name.to_lowercase();
    let long = |name: &str| {
        let is_it = |figure: &&Figure| figure.title.to_lowercase().replace(' ', "_") == name;
        FIGURES.iter().find(is_it).map_or_else(|| name.to_owned(), |figure| figure.name.to_owned())
    };
    let long = match name.split_once('.') {
        Some((figure, part)) => format!("{}.{part}", long(figure)),
        None => long(&name),
    };
    figure_names().into_iter().find(|known| *known == long)
}

fn unit(figure: &Figure) -> FigureUnit {
    match figure.value {
        FigureValue::Ratio(_) => FigureUnit::Ratio,
        FigureValue::Seconds(_) | FigureValue::Distribution(_) => FigureUnit::Seconds,
        FigureValue::Minutes(_) => FigureUnit::Minutes,
        FigureValue::Peak(_)
        | FigureValue::Count(_)
        | FigureValue::Counts(_)
        | FigureValue::Classes(_)
        | FigureValue::Levels(_) => FigureUnit::Count,
    }
}

fn number(cell: &Cell<'_>) -> Option<f64> {
    match cell {
        Cell::Number(number) => Some(*number),
        Cell::Integer(number) => Some(*number as f64),
        _ => None,
    }
}

/// The numbers of one figure.
fn numbers_of(figure: &Figure, sides: [&FigureFacts<'_>; 2]) -> Vec<ComparedFigure> {
    let unit = unit(figure);
    let parts = match sides.map(|facts| figure.value.cells(facts)) {
        [FigureCells::One(a), FigureCells::One(b)] => {
            return vec![ComparedFigure {
                name: figure.name.to_owned(),
                title: figure.title.to_owned(),
                unit,
                values: [number(&a), number(&b)],
                in_text: figure.by_group || figure.key.is_some(),
            }];
        }
        [FigureCells::Named(a), FigureCells::Named(b)] => [a, b],
        _ => return Vec::new(),
    };
    // Counts of results leave out those that do not occur.
    let counts_results = matches!(figure.value, FigureValue::Counts(_));
    let words = CallResult::ALL.iter().map(|result| result.as_str()).chain(["incomplete"]);
    let names: Vec<&str> = match counts_results {
        true => words.collect(),
        false => parts[0].iter().map(|(name, _)| *name).collect(),
    };
    let in_text =
        |name: &str| matches!(figure.value, FigureValue::Distribution(_)) && SHOWN_PARTS.contains(&name);
    let of_name = |name: &str| {
        let values = [0, 1].map(|side| {
            let cell = parts[side].iter().find(|(other, _)| *other == name).map(|(_, cell)| number(cell));
            cell.unwrap_or(counts_results.then_some(0.0))
        });
        let (title, in_text) = (format!("{} {name}", figure.title), in_text(name));
        ComparedFigure { name: format!("{}.{name}", figure.name), title, unit, values, in_text }
    };
    // The time of the peak is not a number.
    let is_number = |name: &&str| !(matches!(figure.value, FigureValue::Peak(_)) && *name == "at");
    names.into_iter().filter(is_number).map(of_name).collect()
}
