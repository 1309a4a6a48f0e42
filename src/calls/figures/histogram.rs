//! Exact counts of durations.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// How often each whole number of seconds occurs. Grows with distinct values, not with calls.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Histogram {
    /// The values as they came, as long as they are few: a group of calls seldom has many.
    few: Vec<u32>,
    /// Counts of small numbers by number, as far as any occurs: nearly all durations are so short.
    small: Vec<u64>,
    large: BTreeMap<u32, u64>,
}

/// Equal if the same values occur as often, however they are kept.
impl PartialEq for Histogram {
    fn eq(&self, other: &Self) -> bool {
        self.counts().eq(other.counts())
    }
}

impl Eq for Histogram {}

/// A histogram with at most that many values keeps them as they came.
const FEW: usize = 64;

/// Numbers below this are small.
const SMALL: u32 = 3600;

/// Figures of a histogram, in seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Distribution {
    /// Arithmetic mean.
    pub mean: f64,
    /// Percentiles, nearest rank: the least value that at least that share of all values does not exceed.
    pub p50: u32,
    /// 90 %.
    pub p90: u32,
    /// 95 %.
    pub p95: u32,
    /// 99 %.
    pub p99: u32,
    /// The greatest value.
    pub max: u32,
}

impl Histogram {
    /// Adds one value, in seconds.
    pub fn add(&mut self, seconds: u32) {
        if self.are_few() {
            self.few.push(seconds);
            return;
        }
        self.count_few();
        self.add_many(seconds, 1);
    }

    /// True if one more value is still few.
    fn are_few(&self) -> bool {
        self.few.len() < FEW && self.small.is_empty() && self.large.is_empty()
    }

    /// Counts the values that were few.
    fn count_few(&mut self) {
        std::mem::take(&mut self.few).into_iter().for_each(|seconds| self.add_many(seconds, 1));
    }

    fn add_many(&mut self, seconds: u32, count: u64) {
        if seconds >= SMALL {
            *self.large.entry(seconds).or_default() += count;
            return;
        }
        let place = seconds as usize;
        if self.small.len() <= place {
            self.small.resize(place + 1, 0);
        }
        self.small[place] += count;
    }

    /// The values that occur and how often, in ascending order.
    fn counts(&self) -> impl Iterator<Item = (u32, u64)> {
        let mut few = self.few.clone();
        few.sort_unstable();
        let few: Vec<(u32, u64)> =
            few.chunk_by(|one, other| one == other).map(|it| (it[0], it.len() as u64)).collect();
        let small = (0..SMALL).zip(&self.small).map(|(seconds, count)| (seconds, *count));
        let large = self.large.iter().map(|(seconds, count)| (*seconds, *count));
        few.into_iter().chain(small).chain(large).filter(|(_, count)| *count > 0)
    }

    /// Adds all of another histogram.
    pub fn merge(&mut self, other: &Self) {
        other.few.iter().for_each(|seconds| self.add(*seconds));
        if !other.small.is_empty() || !other.large.is_empty() {
            self.count_few();
            let counted = Self { few: Vec::new(), ..other.clone() };
            counted.counts().for_each(|(seconds, count)| self.add_many(seconds, count));
        }
    }

    /// How many values there are.
    pub fn count(&self) -> u64 {
        self.counts().map(|(_, count)| count).sum()
    }

    /// The sum of all values, in seconds.
    pub fn sum(&self) -> u64 {
        self.counts().map(|(seconds, count)| u64::from(seconds) * count).sum()
    }

    /// The figures; none without values.
    pub fn distribution(&self) -> Option<Distribution> {
        let counts: Vec<(u32, u64)> = self.counts().collect();
        let (max, _) = *counts.last()?;
        let all: u64 = counts.iter().map(|(_, count)| count).sum();
        let sum: u64 = counts.iter().map(|(seconds, count)| u64::from(*seconds) * count).sum();
        let percentile = |percent: u64| {
            let (rank, mut seen) = ((all * percent).div_ceil(100).max(1), 0);
            let reached = counts.iter().find(|(_, count)| {
                seen += count;
                seen >= rank
            });
            reached.map_or(max, |(seconds, _)| *seconds)
        };
        let [p50, p90, p95, p99] = [50, 90, 95, 99].map(percentile);
        Some(Distribution { mean: sum as f64 / all as f64, p50, p90, p95, p99, max })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_those_of_the_sorted_values() {
        let values: Vec<u32> = (0..257).map(|number| (number * 7919) % 101 * 60).collect();
        let mut histogram = Histogram::default();
        values.iter().for_each(|value| histogram.add(*value));
        let mut sorted = values.clone();
        sorted.sort_unstable();
        let rank = |percent: f64| sorted[(percent / 100.0 * 257.0).ceil() as usize - 1];
        let figures = histogram.distribution().map(|it| (it.p50, it.p90, it.p95, it.p99, it.max));
        assert_eq!(figures, Some((rank(50.0), rank(90.0), rank(95.0), rank(99.0), sorted[256])));
    }

    #[test]
    fn parts_make_up_the_whole() {
        let values = [0, 1, 1, 59, SMALL - 1, SMALL, SMALL + 1, 86_400, 86_400, u32::MAX];
        let of = |values: &[u32]| {
            let mut histogram = Histogram::default();
            values.iter().for_each(|value| histogram.add(*value));
            histogram
        };
        let whole = of(&values);
        for cut in 0..=values.len() {
            let (mut one, two) = (of(&values[..cut]), of(&values[cut..]));
            one.merge(&two);
            assert_eq!(one, whole, "cut at {cut}");
        }
        let sum: u64 = values.iter().map(|value| u64::from(*value)).sum();
        assert_eq!((whole.count(), whole.sum()), (10, sum));
        assert_eq!(whole.distribution().map(|it| (it.mean, it.max)), Some((sum as f64 / 10.0, u32::MAX)));
        assert_eq!((Histogram::default().distribution(), Histogram::default().count()), (None, 0));
    }
}
