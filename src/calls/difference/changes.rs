//! The values whose share of the calls changed by more than chance.
//!
//! Comes in: the counts of two sides. Goes out: [`Changes`]. Must not: print.

use std::collections::BTreeSet;

use jiff::tz::TimeZone;

use super::counts::{ByGroup, COMPARED, KeyCounts, SideCounts, ValueCounts};
use super::hours::comparable;
use super::test::{SideShare, ln_chance};
use crate::calls::figures::groups::GroupKey;

/// How often, at most, anything is reported although nothing has changed.
const LEVEL: f64 = 0.01;
/// Calls that have a value, on both sides together, without which it is not tested.
const LEAST_CALLS: u64 = 5;

/// A value whose share of the calls changed.
#[derive(Clone, Debug, PartialEq)]
pub struct ShareChange {
    /// What kind of value it is.
    pub key: GroupKey,
    /// The value.
    pub value: String,
    /// The calls of each side that have it.
    pub calls: [u64; 2],
    /// Of how many.
    pub of: [u64; 2],
    /// How likely it is by chance that anything so unlikely is among all that was tested (Holm's correction).
    pub p: f64,
    /// Ids of the first such calls of each side.
    pub examples: [Vec<String>; 2],
}

impl ShareChange {
    /// The share of a side, from 0 to 1.
    pub fn share(&self, side: usize) -> f64 {
        self.calls[side] as f64 / self.of[side].max(1) as f64
    }

    /// How much greater the share of the second side is.
    pub fn difference(&self) -> f64 {
        self.share(1) - self.share(0)
    }

    /// The side with more of them.
    pub fn side(&self) -> usize {
        usize::from(self.difference() > 0.0)
    }
}

/// What changed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Changes {
    /// The values whose share changed: by kind, the greatest change first.
    pub list: Vec<ShareChange>,
    /// How many were tested.
    pub tested: usize,
    /// Kinds with too many different values to be compared.
    pub left_out: Vec<GroupKey>,
    /// How many hours of the day both sides cover.
    pub hours: usize,
}

/// Says what changed from the first side to the second; hours are those of `zone`.
pub fn changes(sides: [&SideCounts; 2], zone: &TimeZone) -> Changes {
    let hours = comparable(sides, zone);
    let mut found = Changes { hours: hours.len(), ..Changes::default() };
    let mut tests: Vec<(f64, ShareChange)> = Vec::new();
    for (index, key) in COMPARED.into_iter().enumerate() {
        let counts = sides.map(|side| side.key(index));
        if counts.iter().any(|counts| counts.has_too_many) {
            found.left_out.push(key);
            continue;
        }
        tests.extend(tests_of(key, counts, &hours));
    }
    found.tested = tests.len();
    tests.sort_by(|(one, _), (two, _)| one.total_cmp(two));
    let mut least = 0.0_f64;
    for (done, (ln_chance, mut change)) in tests.into_iter().enumerate() {
        least = least.max(ln_chance.exp() * (found.tested - done) as f64).min(1.0);
        if least > LEVEL {
            break;
        }
        change.p = least;
        found.list.push(change);
    }
    let place = |key: GroupKey| COMPARED.iter().position(|other| *other == key);
    found.list.sort_by(|one, two| {
        let greatest = two.difference().abs().total_cmp(&one.difference().abs());
        place(one.key).cmp(&place(two.key)).then(greatest).then_with(|| one.value.cmp(&two.value))
    });
    found
}

/// The tests by one key, each with the logarithm of its chance.
fn tests_of(key: GroupKey, counts: [&KeyCounts; 2], hours: &[String]) -> Vec<(f64, ShareChange)> {
    let mut values: BTreeSet<&String> = counts.iter().flat_map(|counts| counts.values.keys()).collect();
    let mut of = counts.map(|counts| counts.of.clone());
    if key == GroupKey::HourOfDay {
        values.retain(|value| hours.contains(value));
        of = counts.map(|counts| {
            let mut of = ByGroup::default();
            let there = values.iter().filter_map(|value| counts.values.get(*value));
            there.for_each(|counts| of.merge(&counts.calls));
            of
        });
    }
    let none = ValueCounts::default();
    let here = |value: &String| counts.map(|counts| counts.values.get(value).unwrap_or(&none));
    let all = |value: &String| here(value).iter().map(|counts| counts.calls.all()).sum::<u64>();
    // Of two, the one says what the other does.
    if values.len() == 2 && !key.is_of_several() {
        let more = values.iter().max_by_key(|value| all(value)).copied();
        values.retain(|value| Some(*value) != more);
    }
    let calls = [of[0].all(), of[1].all()];
    if calls.contains(&0) {
        return Vec::new();
    }
    let test = |value: &String| {
        let here = here(value);
        let shares = [0, 1].map(|side| SideShare { hits: &here[side].calls, of: &of[side] });
        let change = ShareChange {
            key,
            value: value.clone(),
            calls: here.map(|counts| counts.calls.all()),
            of: calls,
            p: 1.0,
            examples: here.map(ValueCounts::examples),
        };
        (ln_chance(shares), change)
    };
    values.into_iter().filter(|value| all(value) >= LEAST_CALLS).map(test).collect()
}
