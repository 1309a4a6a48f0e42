//! The figures of a summary: of all calls, of a group of them, and of the whole input.
//!
//! A new figure is a row of [`FIGURES`]. Every format then has it; people see it among the key figures if it has a `key`,
//! and for each group if it is `by_group`.

use crate::calls::{ClassName, Distribution, Figures, Outcome, Totals, generation};
use crate::report::catalog::cell::Cell;
use crate::report::quantity::{by_level, percent, rfc3339, short_duration};
use crate::spec::{CallResult, Level, Timestamp};

/// Name of the figure that is of the input.
pub const INPUT: &str = "input";

/// What figures are computed from.
#[derive(Clone, Copy, Debug)]
pub struct FigureFacts<'f> {
    /// What was counted of the calls.
    pub figures: &'f Figures,
    /// What the whole input holds.
    pub totals: &'f Totals,
    /// True if only some calls were chosen.
    pub filtered: bool,
}

impl FigureFacts<'_> {
    /// Callbacks that name no call; none are counted if calls were chosen.
    pub fn ungrouped(&self) -> u64 {
        if self.filtered { 0 } else { self.totals.ungrouped }
    }

    fn share(&self, part: u64) -> Option<f64> {
        self.figures.share(part)
    }

    fn input(&self) -> NamedCounts {
        let Totals { bytes, records, blank_bytes, skipped_bytes, other_bytes, .. } = *self.totals;
        vec![
            ("bytes", bytes),
            ("records", records),
            ("blank_bytes", blank_bytes),
            ("skipped_bytes", skipped_bytes),
            ("other_bytes", other_bytes),
        ]
    }
}

/// A class of calls, and whether a call is in it.
type CallClass = (ClassName, fn(&Outcome) -> bool);

/// Names, and how many of each.
type NamedCounts = Vec<(&'static str, u64)>;

/// What a figure is computed from: what it counts, and how many there are.
pub type FigureTerm = (&'static str, fn(&FigureFacts<'_>) -> u64);

/// What a figure is, and how it is computed; `None` if it does not exist.
#[derive(Clone, Copy, Debug)]
pub enum FigureValue {
    /// A share, from 0 to 1.
    Ratio(fn(&FigureFacts<'_>) -> Option<f64>),
    /// A duration in seconds.
    Seconds(fn(&FigureFacts<'_>) -> Option<f64>),
    /// A duration in minutes.
    Minutes(fn(&FigureFacts<'_>) -> f64),
    /// Durations in whole seconds: their mean, percentiles and maximum.
    Distribution(fn(&FigureFacts<'_>) -> Option<Distribution>),
    /// How many calls at most, and when first.
    Peak(fn(&FigureFacts<'_>) -> (u64, Option<Timestamp>)),
    /// How many.
    Count(fn(&FigureFacts<'_>) -> u64),
    /// How many of each name.
    Counts(fn(&FigureFacts<'_>) -> NamedCounts),
    /// How many calls of each class.
    Classes(&'static [CallClass]),
    /// How many findings of each level.
    Levels(fn(&FigureFacts<'_>) -> [u64; 3]),
}

/// The value of a figure, for data formats.
#[derive(Clone, Debug, PartialEq)]
pub enum FigureCells {
    /// One value.
    One(Cell<'static>),
    /// Several, each with its name.
    Named(Vec<(&'static str, Cell<'static>)>),
}

/// A part of a distribution: its name and its value.
type DistributionPart = (&'static str, fn(&Distribution) -> f64);

/// The parts of a distribution; the mean is the only one that is not a whole number.
pub const PARTS: [DistributionPart; 6] = [
    ("mean", |it| it.mean),
    ("p50", |it| f64::from(it.p50)),
    ("p90", |it| f64::from(it.p90)),
    ("p95", |it| f64::from(it.p95)),
    ("p99", |it| f64::from(it.p99)),
    ("max", |it| f64::from(it.max)),
];

impl FigureValue {
    /// What kind of figure it is, in a word; data formats have one value for the first four, several for the rest.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Ratio(_) => "ratio",
            Self::Seconds(_) => "seconds",
            Self::Minutes(_) => "minutes",
            Self::Count(_) => "count",
            Self::Distribution(_) => "distribution",
            Self::Peak(_) => "peak",
            Self::Counts(_) | Self::Classes(_) | Self::Levels(_) => "counts",
        }
    }

    /// True for a number of calls, callbacks or findings, or several.
    pub fn counts(self) -> bool {
        matches!(self, Self::Peak(_) | Self::Count(_) | Self::Counts(_) | Self::Classes(_) | Self::Levels(_))
    }

    /// The value, for data formats.
    pub fn cells(self, facts: &FigureFacts<'_>) -> FigureCells {
        let counts = |counts: NamedCounts| {
            let cells = counts.into_iter().map(|(name, count)| (name, Cell::count(count)));
            FigureCells::Named(cells.collect())
        };
        match self {
            Self::Ratio(value) | Self::Seconds(value) => {
                FigureCells::One(value(facts).map(Cell::Number).into())
            }
            Self::Minutes(value) => FigureCells::One(Cell::Number(value(facts))),
            Self::Count(value) => FigureCells::One(Cell::count(value(facts))),
            Self::Distribution(value) => {
                let distribution = value(facts);
                let part =
                    |part: fn(&Distribution) -> f64| distribution.as_ref().map(part).map(Cell::Number).into();
                FigureCells::Named(PARTS.iter().map(|(name, value)| (*name, part(*value))).collect())
            }
            Self::Peak(value) => {
                let (calls, at) = value(facts);
                FigureCells::Named(vec![("calls", Cell::count(calls)), ("at", at.map(Cell::Time).into())])
            }
            Self::Counts(value) => counts(value(facts)),
            Self::Classes(classes) => counts(in_classes(classes, facts).collect()),
            Self::Levels(value) => {
                counts(Level::ALL.iter().map(|level| level.as_str()).zip(value(facts)).collect())
            }
        }
    }

    /// The value as a number, by which groups are sorted; none for a figure of several values, or one that does not exist.
    pub fn number(self, facts: &FigureFacts<'_>) -> Option<f64> {
        match self.cells(facts) {
            FigureCells::One(Cell::Number(number)) => Some(number),
            FigureCells::One(Cell::Integer(number)) => Some(number as f64),
            _ => None,
        }
    }

    /// True if it has one value.
    pub fn is_one(self) -> bool {
        matches!(self, Self::Ratio(_) | Self::Seconds(_) | Self::Minutes(_) | Self::Count(_))
    }

    /// The value, for people: a text for each of its parts.
    pub fn shown(self, facts: &FigureFacts<'_>) -> Vec<String> {
        let dash = || "-".to_owned();
        vec![match self {
            Self::Ratio(value) => percent(value(facts)),
            Self::Seconds(value) => value(facts).map_or_else(dash, short_duration),
            Self::Minutes(value) => format!("{:.1}", value(facts)),
            Self::Count(value) => value(facts).to_string(),
            Self::Peak(value) => match value(facts) {
                (calls, Some(at)) => format!("{calls} at {}", rfc3339(i64::from(at))),
                (_, None) => dash(),
            },
            Self::Levels(value) => by_level(value(facts)),
            Self::Counts(value) => listed(value(facts).into_iter()),
            Self::Classes(classes) => listed(in_classes(classes, facts).filter(|(_, calls)| *calls > 0)),
            Self::Distribution(value) => {
                let distribution = value(facts);
                let part = |part: fn(&Distribution) -> f64| {
                    distribution.as_ref().map(part).map_or_else(dash, short_duration)
                };
                return PARTS.iter().map(|(_, value)| part(*value)).collect();
            }
        }]
    }
}

/// How many calls each of these classes has.
fn in_classes(
    classes: &'static [CallClass],
    facts: &FigureFacts<'_>,
) -> impl Iterator<Item = (ClassName, u64)> {
    classes.iter().map(|(class, _)| (*class, facts.figures.in_class(class)))
}

/// Counts for people.
fn listed(counts: impl Iterator<Item = (&'static str, u64)>) -> String {
    let counts: Vec<String> = counts.map(|(name, count)| format!("{count} {name}")).collect();
    if counts.is_empty() { "none".to_owned() } else { counts.join(", ") }
}

/// The classes of a call that figures count.
pub fn classes(outcome: &Outcome) -> impl Iterator<Item = ClassName> + Clone {
    let classes = FIGURES.iter().filter_map(|figure| match figure.value {
        FigureValue::Classes(classes) => Some(classes),
        _ => None,
    });
    classes.flatten().filter(|(_, holds)| holds(outcome)).map(|(class, _)| *class)
}

/// One figure.
#[derive(Clone, Copy, Debug)]
pub struct Figure {
    /// Its name in data formats.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// What it is measured in; empty for a ratio.
    pub unit: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// The remark next to it among the key figures; none if it is not one of them.
    pub key: Option<&'static str>,
    /// True if people see it for each group.
    pub by_group: bool,
    /// True if it describes the whole input, so that groups do not have it.
    pub of_input: bool,
    /// What its value is computed from, the last being what the others are parts of; empty if that is the value itself.
    pub terms: &'static [FigureTerm],
    /// What it is, and how it is computed.
    pub value: FigureValue,
}

use FigureValue::{Classes, Count, Counts, Distribution as Spread, Levels, Minutes, Peak, Ratio, Seconds};

/// What rates are over.
const CONCLUDED: FigureTerm = ("concluded calls", |it| it.figures.concluded());

/// A figure whose title is its name, and which is in no table for people; `meaning` begins with the space of a comment.
const fn figure(name: &'static str, meaning: &'static str, value: FigureValue) -> Figure {
    let unit = match value {
        Ratio(_) => "",
        Seconds(_) | Spread(_) => "s",
        Minutes(_) => "min",
        _ => "calls",
    };
    let meaning = meaning.split_at(1).1;
    Figure {
        name,
        title: name,
        unit,
        meaning,
        key: None,
        by_group: false,
        of_input: false,
        terms: &[],
        value,
    }
}

/// Figures: for each its meaning as documentation, its name, its value, and the members that differ from the defaults.
macro_rules! figures {
    ($($(#[doc = $meaning:literal])+ $name:ident = $value:expr, { $($member:ident: $its:expr),* };)+) => {
        &[$(Figure { $($member: $its,)* ..figure(stringify!($name), concat!($($meaning),+), $value) }),+]
    };
}

/// All figures, in the order of data formats.
pub static FIGURES: &[Figure] = figures! {
    /// all calls
    calls = Count(|it| it.figures.calls), { by_group: true };
    /// calls without a result; no rate or duration counts them
    incomplete = Count(|it| it.figures.incomplete()), { by_group: true };
    /// calls with a result
    concluded = Count(|it| it.figures.concluded()), {};
    /// concluded calls that were answered
    answered = Count(|it| it.figures.answered), { by_group: true };
    /// answer-seizure ratio: answered / concluded
    asr = Ratio(|it| it.share(it.figures.answered)),
        { title: "ASR", key: Some("answered of concluded calls"), by_group: true,
          terms: &[("answered", |it| it.figures.answered), CONCLUDED] };
    /// network effectiveness ratio: 1 - (`failed` + unanswered `offline` and `interrupt`) / concluded
    ner = Ratio(|it| it.share(it.figures.concluded() - it.figures.failed)),
        { title: "NER", key: Some("calls that the network did not fail"), by_group: true,
          terms: &[
              ("`failed`", |it| it.figures.ended_as(CallResult::Failed)),
              ("unanswered `offline` and `interrupt`", |it| it.figures.failed - it.figures.ended_as(CallResult::Failed)),
              CONCLUDED,
          ] };
    /// `cancel` / concluded
    abandoned = Ratio(|it| it.share(it.figures.ended_as(CallResult::Cancel))),
        { key: Some("given up by the caller"), by_group: true,
          terms: &[("`cancel`", |it| it.figures.ended_as(CallResult::Cancel)), CONCLUDED] };
    /// calls for each result that occurs; text adds their share of the concluded calls
    outcomes = Counts(|it| it.figures.outcomes().collect()), {};
    /// calls whose callbacks are of the older families (event and status), of `v4`, of both (`mixed`)
    generations = Classes(&[
        ("older", |call| generation(call.families) == "older"),
        ("v4", |call| generation(call.families) == "v4"),
        ("mixed", |call| generation(call.families) == "mixed"),
    ]), { key: Some("`v4`: placed with `calls()`"), by_group: true };
    /// average call duration: the mean `talk_seconds` of answered calls that have one
    acd_seconds = Seconds(|it| it.figures.talk.distribution().map(|talk| talk.mean)),
        { title: "ACD", key: Some("mean talk time"), by_group: true,
          terms: &[("seconds of talk", |it| it.figures.talk.sum()), ("answered calls that have any", |it| it.figures.talk.count())] };
    /// `talk_seconds` of concluded calls
    talk_seconds = Spread(|it| it.figures.talk.distribution()),
        { title: "talk", terms: &[("calls with a talk time", |it| it.figures.talk.count())] };
    /// `ring_seconds` of answered calls
    time_to_answer_seconds = Spread(|it| it.figures.time_to_answer.distribution()),
        { title: "to answer",
          terms: &[("answered calls with a ring time", |it| it.figures.time_to_answer.count())] };
    /// `ring_seconds` of `cancel` calls
    time_to_abandon_seconds = Spread(|it| it.figures.time_to_abandon.distribution()),
        { title: "to abandon",
          terms: &[("`cancel` calls with a ring time", |it| it.figures.time_to_abandon.count())] };
    /// most concluded calls at once, from accept to end, and when that was first reached
    peak_concurrency = Peak(|it| it.figures.peak_concurrency()),
        { title: "peak concurrency", key: Some("most concluded calls at once") };
    /// the sum of `talk_seconds` / 60
    talk_minutes = Minutes(|it| it.figures.talk.sum() as f64 / 60.0),
        { title: "talk minutes", key: Some("total talk time"), by_group: true,
          terms: &[("seconds of talk", |it| it.figures.talk.sum())] };
    /// callbacks of the chosen calls, duplicates included; without a filter, ungrouped ones too
    callbacks = Count(|it| it.figures.callbacks), { unit: "callbacks", key: Some("duplicates included") };
    /// callbacks that say the same as an earlier one of their call
    duplicates = Count(|it| it.figures.duplicates), { unit: "callbacks", key: Some("redelivered") };
    /// callbacks without a call; 0 if calls are filtered
    ungrouped = Count(|it| it.ungrouped()), { unit: "callbacks", of_input: true };
    /// `error`, `warning`, `info`: findings of each level
    findings = Levels(|it| it.figures.findings),
        { unit: "findings", key: Some("`callkit-tool validate` lists them"), of_input: true };
    /// `bytes`, `records`, `blank_bytes`, `skipped_bytes`, `other_bytes` of the whole decompressed input, regardless of
    /// filters; `bytes` is the bytes of all records + those of the three others; in JSON also `sources`, what was read of
    /// each: `source`, `container`, `wrapper`, `records`, `callbacks`
    input = Counts(|it| it.input()), { unit: "", of_input: true };
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_have_names_of_their_own_and_say_what_they_mean() {
        for (index, figure) in FIGURES.iter().enumerate() {
            assert!(FIGURES[..index].iter().all(|other| other.name != figure.name), "{}", figure.name);
            assert!(!figure.meaning.is_empty() && !figure.meaning.ends_with('.'), "{}", figure.name);
        }
    }

    /// They are counted by their names alone.
    #[test]
    fn classes_of_calls_have_names_of_their_own() {
        let classes = FIGURES.iter().filter_map(|figure| match figure.value {
            FigureValue::Classes(classes) => Some(classes),
            _ => None,
        });
        let mut names: Vec<_> = classes.flatten().map(|(name, _)| name).collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count);
    }

    #[test]
    fn what_does_not_exist_has_no_value_and_is_a_dash_for_people() {
        let (figures, totals) = (Figures::default(), Totals::default());
        let facts = FigureFacts { figures: &figures, totals: &totals, filtered: false };
        for figure in FIGURES {
            let absent = match figure.value.cells(&facts) {
                FigureCells::One(cell) => cell == Cell::Absent,
                FigureCells::Named(parts) => parts.iter().any(|(_, cell)| *cell == Cell::Absent),
            };
            let dashes = figure.value.shown(&facts).iter().all(|text| text == "-");
            assert_eq!(absent, dashes, "{}", figure.name);
        }
    }
}
