//! How many calls are in progress at once.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::iter::Peekable;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::calls::store::packing::{put, take};
use crate::spec::Timestamp;

/// Seconds of a day.
const DAY: Timestamp = 86_400;

/// The fewest changes that are packed at once.
const LEAST: usize = 8192;

/// In which second the number changes, and by how much.
type Change = (Timestamp, i64);

/// When the number of calls in progress changes, in about two or three bytes for each second in which it does.
#[derive(Clone, Debug, Default)]
pub(in crate::calls) struct Concurrency {
    /// What came lately, in no order.
    fresh: Vec<(Timestamp, i32)>,
    /// Everything else, by the number of the day: for each second in which the number changes, how many seconds it is
    /// after the last one of the day, and the change, packed.
    days: BTreeMap<Timestamp, Box<[u8]>>,
    /// Bytes of all days.
    bytes: usize,
}

impl PartialEq for Concurrency {
    fn eq(&self, other: &Self) -> bool {
        let (mut one, mut other) = (self.clone(), other.clone());
        one.pack();
        other.pack();
        one.days == other.days
    }
}

impl Eq for Concurrency {}

/// As its days, packed.
impl Serialize for Concurrency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut packed = self.clone();
        packed.pack();
        packed.days.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Concurrency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let days = BTreeMap::<Timestamp, Box<[u8]>>::deserialize(deserializer)?;
        let bytes = days.values().map(|day| day.len()).sum();
        Ok(Self { fresh: Vec::new(), days, bytes })
    }
}

impl Concurrency {
    /// Adds a call that is in progress from one second to a later one.
    pub(in crate::calls) fn add(&mut self, from: Timestamp, to: Timestamp) {
        self.fresh.extend([(from, 1), (to, -1)]);
        self.pack_if_many();
    }

    /// Adds the calls of another.
    pub(in crate::calls) fn merge(&mut self, other: &Self) {
        self.fresh.extend_from_slice(&other.fresh);
        for (day, bytes) in &other.days {
            self.join(*day, Unpacked::new(*day, bytes));
        }
        self.pack_if_many();
    }

    /// The most calls in progress at once, and when first.
    pub(in crate::calls) fn peak(&self) -> (u64, Option<Timestamp>) {
        let mut fresh = self.fresh.clone();
        fresh.sort_unstable();
        let packed = self.days.iter().flat_map(|(day, bytes)| Unpacked::new(*day, bytes));
        let (mut now, mut most, mut at) = (0, 0, None);
        // Calls that end in a second make room for those that begin in it.
        for (second, change) in merged(packed, sums(&fresh)) {
            now += change;
            if now > most {
                (most, at) = (now, Some(second));
            }
        }
        (most.unsigned_abs(), at)
    }

    /// Unpacked changes may take up as much memory as the packed ones, so packing costs no more than adding.
    fn pack_if_many(&mut self) {
        if self.fresh.len() >= LEAST && self.fresh.len() * size_of::<(Timestamp, i32)>() >= self.bytes {
            self.pack();
        }
    }

    fn pack(&mut self) {
        let mut fresh = std::mem::take(&mut self.fresh);
        fresh.sort_unstable();
        for of_day in fresh.chunk_by(|(one, _), (other, _)| one / DAY == other / DAY) {
            if let Some((second, _)) = of_day.first() {
                self.join(second / DAY, sums(of_day));
            }
        }
    }

    /// Adds changes of one day, in order.
    fn join(&mut self, day: Timestamp, changes: impl Iterator<Item = Change>) {
        let known = self.days.remove(&day).unwrap_or_default();
        let (mut bytes, mut last) = (Vec::new(), day * DAY);
        for (second, change) in merged(Unpacked::new(day, &known), changes) {
            put(&mut bytes, u64::from(second - last));
            put(&mut bytes, ((change << 1) ^ (change >> 63)).cast_unsigned());
            last = second;
        }
        self.bytes = self.bytes + bytes.len() - known.len();
        self.days.insert(day, bytes.into_boxed_slice());
    }
}

/// The changes of a day.
struct Unpacked<'b> {
    last: Timestamp,
    bytes: &'b [u8],
}

impl<'b> Unpacked<'b> {
    fn new(day: Timestamp, bytes: &'b [u8]) -> Self {
        Self { last: day * DAY, bytes }
    }
}

impl Iterator for Unpacked<'_> {
    type Item = Change;

    fn next(&mut self) -> Option<Change> {
        self.last += take(&mut self.bytes)? as Timestamp;
        let change = take(&mut self.bytes)?;
        Some((self.last, (change >> 1).cast_signed() ^ (change & 1).wrapping_neg().cast_signed()))
    }
}

/// The sums of sorted changes in each second.
fn sums(changes: &[(Timestamp, i32)]) -> impl Iterator<Item = Change> {
    changes.chunk_by(|(one, _), (other, _)| one == other).filter_map(|second| {
        let (time, _) = second.first()?;
        Some((*time, second.iter().map(|(_, change)| i64::from(*change)).sum()))
    })
}

/// Two lists of changes as one, without seconds in which nothing changes.
fn merged(
    one: impl Iterator<Item = Change>,
    other: impl Iterator<Item = Change>,
) -> impl Iterator<Item = Change> {
    let (mut one, mut other) = (one.peekable(), other.peekable());
    let next = move || next_of(&mut one, &mut other);
    std::iter::from_fn(next).filter(|(_, change)| *change != 0)
}

fn next_of(
    one: &mut Peekable<impl Iterator<Item = Change>>,
    other: &mut Peekable<impl Iterator<Item = Change>>,
) -> Option<Change> {
    let order = match (one.peek(), other.peek()) {
        (Some((one, _)), Some((other, _))) => one.cmp(other),
        (Some(_), None) => Ordering::Less,
        (None, _) => Ordering::Greater,
    };
    match order {
        Ordering::Less => one.next(),
        Ordering::Greater => other.next(),
        Ordering::Equal => {
            let ((second, change), (_, more)) = (one.next()?, other.next()?);
            Some((second, change + more))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Second by second.
    fn slowly(calls: &[(Timestamp, Timestamp)]) -> (u64, Option<Timestamp>) {
        let seconds = calls.iter().map(|(from, _)| *from);
        let at = |second: Timestamp| {
            calls.iter().filter(|(from, to)| *from <= second && second < *to).count() as u64
        };
        let most = seconds.clone().map(at).max().unwrap_or(0);
        (most, seconds.filter(|second| at(*second) == most).min())
    }

    proptest! {
        #[test]
        fn the_peak_is_that_of_a_count_by_the_second(
            calls in prop::collection::vec((1_700_000_000..1_700_200_000_u32, 1..100_000_u32), 0..60),
            far in prop::collection::vec((1_420_070_400..4_000_000_000_u32, 1..60_u32), 0..20),
            packed in 0..80_usize,
        ) {
            let calls: Vec<_> = calls.into_iter().chain(far).map(|(from, length)| (from, from + length)).collect();
            let (mut one, mut other) = (Concurrency::default(), Concurrency::default());
            for (number, (from, to)) in calls.iter().enumerate() {
                let half = if number % 3 == 0 { &mut other } else { &mut one };
                half.add(*from, *to);
                if number == packed {
                    half.pack();
                }
            }
            let expected = slowly(&calls);
            let mut merged = one.clone();
            merged.merge(&other);
            prop_assert_eq!(merged.peak(), expected);
            let mut all = Concurrency::default();
            calls.iter().for_each(|(from, to)| all.add(*from, *to));
            prop_assert_eq!(&all, &merged);
            all.pack();
            prop_assert_eq!((all.peak(), all.fresh.len()), (expected, 0));
        }
    }

    #[test]
    fn many_changes_take_up_few_bytes() {
        let mut calls = Concurrency::default();
        for number in 0..300_000_u32 {
            let from = 1_700_000_000 + number.wrapping_mul(2_654_435_761) % 2_000_000;
            calls.add(from, from + 1 + number % 300);
        }
        let bytes = calls.bytes + calls.fresh.capacity() * 8;
        assert!(bytes < 300_000 * 8, "{bytes} bytes for 600,000 changes");
    }
}
