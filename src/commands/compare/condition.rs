//! Conditions on the difference of a figure, such as `asr<-2%`.
//!
//! Comes in: text of the command line, and compared figures. Goes out: whether a condition holds. Must not: print.

use crate::cli::Usage;
use crate::report::catalog::figures::FigureFacts;
use crate::report::compare::{
    CheckedCondition, ComparedFigure, FigureUnit, compared_figures, figure_names, figure_of_name,
};
use crate::suggest::did_you_mean;

/// Rounding of differences, which makes no condition hold.
const ROUNDING: f64 = 1e-9;

/// A condition.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Condition {
    text: String,
    /// The figure, by its name in data formats.
    figure: String,
    is_above: bool,
    is_equal_enough: bool,
    limit: f64,
    /// True if it is on the difference as a share of the first value.
    is_relative: bool,
}

/// Reads a condition: a figure, `<`, `>`, `<=` or `>=`, and a difference.
///
/// # Errors
/// Returns an error if it is none, with the nearest figure.
pub(super) fn parse_condition(text: &str) -> Result<Condition, Usage> {
    let Some(at) = text.find(['<', '>']) else {
        let form = "a condition is a figure, `<` or `>`, and a difference, as in asr<-2%";
        return Err(form.into());
    };
    let (name, rest) = text.split_at(at);
    let (name, is_above) = (name.trim(), rest.starts_with('>'));
    let figure = figure_of_name(name).ok_or_else(|| unknown(name))?;
    let rest = &rest[1..];
    let (limit, is_equal_enough) = rest.strip_prefix('=').map_or((rest, false), |rest| (rest, true));
    let (limit, is_relative) = limit_of(limit.trim(), name, unit_of(&figure))?;
    Ok(Condition { text: text.to_owned(), figure, is_above, is_equal_enough, limit, is_relative })
}

fn unknown(name: &str) -> Usage {
    let names = figure_names();
    if name.is_empty() {
        return "a condition begins with a figure, as in asr<-2%".into();
    }
    let short = names.iter().map(|name| name.strip_suffix("_seconds").unwrap_or(name));
    let help = did_you_mean(name, names.iter().map(String::as_str).chain(short));
    // A name of several values is not a mistake in spelling.
    let parts: Vec<&str> =
        names.iter().filter_map(|known| known.strip_prefix(name)?.strip_prefix('.')).collect();
    Usage::Wrong(match (help, parts.first()) {
        (_, Some(first)) => format!("`{name}` has several values; name one, as in `{name}.{first}`"),
        (Some(help), None) => format!("`{name}` is not a figure that can be compared; {help}"),
        (None, None) => {
            format!("`{name}` is not a figure that can be compared; `callkit-tool figures` lists them")
        }
    })
}

/// What a figure is measured in.
fn unit_of(figure: &str) -> FigureUnit {
    let (figures, totals) = Default::default();
    let none = FigureFacts { figures: &figures, totals: &totals, filtered: true };
    let all = compared_figures([&none, &none]);
    all.iter().find(|known| known.name == figure).map_or(FigureUnit::Count, |known| known.unit)
}

/// A difference, and whether it is one in shares of the first value.
fn limit_of(text: &str, name: &str, unit: FigureUnit) -> Result<(f64, bool), Usage> {
    let digits = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic() || letter == '%');
    let sign = &text[digits.len()..];
    let number = digits.trim().parse::<f64>().ok().filter(|number| number.is_finite());
    let Some(number) = number else {
        return Err(format!("`{text}` is not a difference, such as -2%, 5 or +10%").into());
    };
    match (unit, sign) {
        (FigureUnit::Ratio, "%") => Ok((number / 100.0, false)),
        (_, "%") => Ok((number / 100.0, true)),
        (_, "") | (FigureUnit::Seconds, "s") => Ok((number, false)),
        (FigureUnit::Seconds, "m") | (FigureUnit::Minutes, "h") => Ok((number * 60.0, false)),
        (FigureUnit::Minutes, "m") => Ok((number, false)),
        (FigureUnit::Ratio, _) => {
            Err(format!("`{name}` is a share; give its difference in points, as in {name}<-2%").into())
        }
        (FigureUnit::Seconds | FigureUnit::Minutes, _) => {
            Err(format!("`{sign}` is not a unit of `{name}`; give %, s or m, as in {name}>5s").into())
        }
        (FigureUnit::Count, _) => {
            Err(format!("`{sign}` is not a unit of `{name}`; give % or no unit, as in {name}>10%").into())
        }
    }
}

impl Condition {
    /// Checks it against compared figures.
    pub(super) fn check(&self, figures: &[ComparedFigure]) -> (CheckedCondition, bool) {
        let figure = figures.iter().find(|figure| figure.name == self.figure);
        let value =
            |figure: &ComparedFigure| if self.is_relative { figure.relative() } else { figure.difference() };
        let difference = figure.and_then(value);
        let holds = difference.is_some_and(|difference| {
            let beyond = if self.is_above { difference - self.limit } else { self.limit - difference };
            beyond > ROUNDING || (self.is_equal_enough && beyond > -ROUNDING)
        });
        (CheckedCondition { text: self.text.clone(), figure: self.figure.clone(), difference }, holds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(condition: &str, name: &str, values: [f64; 2]) -> bool {
        let figures = compared_figures_of(name, values);
        parse_condition(condition).is_ok_and(|condition| condition.check(&figures).1)
    }

    fn compared_figures_of(name: &str, values: [f64; 2]) -> Vec<ComparedFigure> {
        let (figures, totals) = Default::default();
        let none = FigureFacts { figures: &figures, totals: &totals, filtered: true };
        let mut all = compared_figures([&none, &none]);
        all.retain(|figure| figure.name == name);
        all.iter_mut().for_each(|figure| figure.values = values.map(Some));
        all
    }

    #[test]
    fn ratios_differ_in_points_and_counts_in_shares() {
        for (condition, name, values, expected) in [
            ("asr<-2%", "asr", [0.66, 0.63], true),
            // Rounding makes this a little more than 2 points.
            ("asr<-2%", "asr", [0.66, 0.64], false),
            ("asr<=-2%", "asr", [0.66, 0.64], true),
            ("ASR < -0.02", "asr", [0.66, 0.63], true),
            ("calls<-10%", "calls", [100.0, 89.0], true),
            ("calls<-10%", "calls", [100.0, 91.0], false),
            ("calls>5", "calls", [100.0, 106.0], true),
            ("calls>10%", "calls", [0.0, 1.0], true),
            ("acd<-5s", "acd_seconds", [60.0, 50.0], true),
            ("talk.p95>1m", "talk_seconds.p95", [60.0, 121.0], true),
            ("outcomes.failed>50%", "outcomes.failed", [2.0, 4.0], true),
        ] {
            assert_eq!(holds(condition, name, values), expected, "{condition} {values:?}");
        }
    }

    #[test]
    fn what_is_not_a_condition_is_said() {
        for (text, part) in [
            ("asr", "as in asr<-2%"),
            ("<5", "begins with a figure"),
            ("asrr<-2%", "did you mean `asr`?"),
            ("talk_secs.p95>5", "is not a figure"),
            ("outcomes>5", "name one, as in `outcomes."),
            ("outcomes.fialed>5", "did you mean `outcomes.failed`?"),
            ("asr<two", "`two` is not a difference"),
            ("asr<", "is not a difference"),
            ("asr<-2s", "in points, as in asr<-2%"),
            ("calls>5s", "`s` is not a unit of `calls`"),
            ("asr<-inf", "not a difference"),
        ] {
            let error = parse_condition(text).err().map(|error| error.to_string()).unwrap_or_default();
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}
