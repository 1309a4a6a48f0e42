//! Runs of hours in which a cause has a larger share of the calls than in the rest of the log, tested.
//!
//! Comes in: hits and calls, hour by hour. Goes out: the run that is furthest beyond chance, and how many were tested.
//! Must not: know what is counted.

use crate::calls::chance::{deviations, ln_tail};

/// Hits of a run of hours, and calls before it, without which nothing is said.
pub(super) const LEAST_HITS: f64 = 5.0;
pub(super) const LEAST_BEFORE: f64 = 100.0;
/// Standard deviations that a run needs at least, above the rest of the log and above what comes before.
const LEAST_DEVIATIONS: f64 = 3.0;
/// Lengths of runs in hours: all up to a day, then some; and every run that lasts to the end of the log.
const EVERY_LENGTH: usize = 24;
const LONGER: [usize; 10] = [30, 36, 48, 72, 96, 120, 168, 336, 672, 1344];

/// Hits and calls of an hour.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Hour {
    pub(super) hits: f64,
    pub(super) calls: f64,
}

/// A run of hours.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Run {
    /// Its first hour, and the one after its last, as indexes.
    pub(super) from: usize,
    pub(super) to: usize,
    /// The logarithm of the chance of as many hits or more; less for what is less likely.
    pub(super) ln_chance: f64,
}

/// Sums over the hours before each.
struct Sums {
    hits: Vec<f64>,
    calls: Vec<f64>,
    /// Of the squares of hits over calls, and of the reciprocals of calls.
    squares: Vec<f64>,
    reciprocals: Vec<f64>,
}

impl Sums {
    fn new(hours: &[Hour]) -> Self {
        let sum = |value: &dyn Fn(&Hour) -> f64| {
            let mut all = 0.0;
            let rest = hours.iter().map(|hour| {
                all += value(hour);
                all
            });
            std::iter::once(0.0).chain(rest.collect::<Vec<_>>()).collect::<Vec<f64>>()
        };
        Self {
            hits: sum(&|hour| hour.hits),
            calls: sum(&|hour| hour.calls),
            squares: sum(&|hour| hour.hits * hour.hits / hour.calls.max(1.0)),
            reciprocals: sum(&|hour| 1.0 / hour.calls.max(1.0)),
        }
    }

    /// How much more the shares of hours differ than by chance, outside of a run and in it: 1 if no more. The first and the
    /// last hour of a run may lie in it only in part, so they say nothing.
    ///
    /// Pearson's statistic over what it exceeds in one of twenty logs or so, so that chance alone costs no power.
    fn dispersion(&self, from: usize, to: usize) -> f64 {
        let all = self.hits.len() - 1;
        let [whole, run, middle] =
            [(0, all), (from, to), (from + 1, (to - 1).max(from + 1))].map(|part| self.part(part));
        let outside = [0, 1, 2, 3, 4].map(|index| whole[index] - run[index]);
        let [statistic, degrees, variance] = [outside, middle]
            .map(pearson)
            .into_iter()
            .fold([0.0; 3], |sums, more| [sums[0] + more[0], sums[1] + more[1], sums[2] + more[2]]);
        (statistic / (degrees + 2.0 * variance.sqrt()).max(1.0)).max(1.0)
    }

    /// Hits, calls, squares, reciprocals and hours of a range of hours.
    fn part(&self, (from, to): (usize, usize)) -> [f64; 5] {
        let sum = |sums: &[f64]| sums[to] - sums[from];
        let [hits, calls] = [&self.hits, &self.calls].map(|sums| sum(sums));
        [hits, calls, sum(&self.squares), sum(&self.reciprocals), (to - from) as f64]
    }
}

/// Pearson's statistic of hours with the same share of hits, its degrees of freedom, and its variance; nothing of too few.
fn pearson([hits, calls, squares, reciprocals, hours]: [f64; 5]) -> [f64; 3] {
    let share = hits / calls;
    if hits < LEAST_HITS || hours < 2.0 || share >= 1.0 {
        return [0.0; 3];
    }
    let squares = squares - 2.0 * share * hits + share * share * calls;
    let degrees = hours - 1.0;
    [squares / (share * (1.0 - share)), degrees, 2.0 * degrees + reciprocals / share]
}

/// True if the share of hits, `[hits, calls]`, is beyond what is left to chance above another.
pub(super) fn is_above(part: [f64; 2], other: [f64; 2]) -> bool {
    deviations(part, other) >= LEAST_DEVIATIONS
}

/// The ends of the runs from an hour on that are tested.
pub(super) fn ends(from: usize, hours: usize) -> impl Iterator<Item = usize> {
    let lengths = (1..=EVERY_LENGTH).chain(LONGER).map(move |length| from + length);
    lengths.take_while(move |to| *to < hours).chain([hours])
}

/// How many runs of so long a log are tested.
pub(super) fn tests(hours: usize) -> usize {
    (0..hours).map(|from| ends(from, hours).count()).sum()
}

/// The run of hours that is least likely by chance, if any is unlikely. One from the first hour on has nothing before
/// it to be compared with, but it is a run as well.
pub(super) fn scan(hours: &[Hour]) -> Option<Run> {
    let sums = Sums::new(hours);
    let count = hours.len();
    let (all_hits, all_calls) = (sums.hits[count], sums.calls[count]);
    let mut best: Option<Run> = None;
    if all_hits < LEAST_HITS {
        return None;
    }
    for from in 0..count {
        let before = [sums.hits[from], sums.calls[from]];
        if from > 0 && before[1] < LEAST_BEFORE {
            continue;
        }
        for to in ends(from, count) {
            let (hits, calls) = (sums.hits[to] - sums.hits[from], sums.calls[to] - sums.calls[from]);
            let rest = [all_hits - hits, all_calls - calls];
            if hits < LEAST_HITS || rest[1] < LEAST_BEFORE {
                continue;
            }
            if !is_above([hits, calls], rest) || (from > 0 && !is_above([hits, calls], before)) {
                continue;
            }
            let rounded = [all_calls, all_hits, calls, hits].map(f64::round);
            let [calls, all, part, here] = rounded;
            let ln_chance = ln_tail(calls, all, part, here) / sums.dispersion(from, to);
            if best.is_none_or(|best| ln_chance < best.ln_chance) {
                best = Some(Run { from, to, ln_chance });
            }
        }
    }
    best
}
