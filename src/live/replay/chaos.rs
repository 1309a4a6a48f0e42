//! What a bad day does to deliveries: which callback is dropped, doubled, swapped or delayed.
//!
//! A callback's fate follows from the seed and from where it stands in the input, and from nothing else: filters,
//! speed and concurrency do not change it.

use std::fmt;
use std::time::Duration;

use fastrand::Rng;

/// How often each thing happens, as a share from 0 to 1 of the callbacks.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Chaos {
    /// Delivered twice.
    pub dup: f64,
    /// Delivered behind the next one of its call.
    pub reorder: f64,
    /// Never delivered.
    pub drop: f64,
    /// Delivered late.
    pub delay: f64,
    /// How late, in the time of the log.
    pub late_by: Duration,
}

/// A setting's name and its share.
type Row = (&'static str, fn(&mut Chaos) -> &mut f64);

static TABLE: [Row; 4] = [
    ("dup", |chaos| &mut chaos.dup),
    ("reorder", |chaos| &mut chaos.reorder),
    ("drop", |chaos| &mut chaos.drop),
    ("delay", |chaos| &mut chaos.delay),
];

impl Chaos {
    /// Reads `dup=5%,reorder=2%,drop=1%,delay=1%:30s`, any part of it. `time` reads the length of a delay.
    ///
    /// # Errors
    /// In words, for the first entry that cannot be used.
    pub fn parse(text: &str, time: impl Fn(&str) -> Result<Duration, String>) -> Result<Self, String> {
        let mut chaos = Self::default();
        let mut given = Vec::new();
        for entry in text.split(',').map(str::trim) {
            let (name, value) = entry.split_once('=').unwrap_or((entry, ""));
            let name = name.trim();
            let Some((_, field)) = TABLE.iter().find(|(known, _)| *known == name) else {
                let names = TABLE.map(|(name, _)| name).join("`, `");
                return Err(format!("there is no `{name}`; known are `{names}`"));
            };
            if given.contains(&name) {
                return Err(format!("`{name}` is given twice"));
            }
            given.push(name);
            let share = match (name, value.split_once(':')) {
                ("delay", Some((share, late_by))) => {
                    chaos.late_by = time(late_by.trim())?;
                    share
                }
                ("delay", None) => {
                    return Err("`delay` needs a share and a time, as in `delay=1%:30s`".into());
                }
                _ => value,
            };
            *field(&mut chaos) = parse_share(share)
                .ok_or_else(|| format!("`{name}` needs a share from 0% to 100%, as in `{name}=5%`"))?;
        }
        Ok(chaos)
    }

    /// What becomes of a callback.
    pub(super) fn fate(&self, seed: u64, source: u32, record: u64) -> Fate {
        let mut rng = Rng::with_seed(mix(mix(seed ^ mix(u64::from(source))) ^ record));
        // Each is drawn whatever the others say, so that one share does not change what another one hits.
        let [drop, dup, reorder, delay] =
            [self.drop, self.dup, self.reorder, self.delay].map(|share| rng.f64() < share);
        Fate { drop, dup, reorder, delay }
    }
}

fn parse_share(text: &str) -> Option<f64> {
    let text = text.trim();
    let share = match text.strip_suffix('%') {
        Some(percent) => percent.trim().parse::<f64>().ok()? / 100.0,
        None => text.parse().ok()?,
    };
    (0.0..=1.0).contains(&share).then_some(share)
}

/// SplitMix64's step: neighbouring numbers give unrelated ones.
fn mix(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

/// What is to become of a callback.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Fate {
    pub(super) drop: bool,
    pub(super) dup: bool,
    pub(super) reorder: bool,
    pub(super) delay: bool,
}

/// What was done to a delivery.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks(u8);

impl Marks {
    /// It was never made.
    pub const DROP: Self = Self(1);
    /// It is the second of two.
    pub const DUP: Self = Self(2);
    /// It was put behind the next one of its call.
    pub const REORDER: Self = Self(4);
    /// It was made late.
    pub const DELAY: Self = Self(8);

    const NAMES: [(Self, &'static str); 4] =
        [(Self::DROP, "drop"), (Self::DUP, "dup"), (Self::REORDER, "reorder"), (Self::DELAY, "delay")];

    /// Both.
    pub(super) fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// True where it holds all of the other.
    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The words for what was done.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Self::NAMES.into_iter().filter(move |(mark, _)| self.has(*mark)).map(|(_, name)| name)
    }
}

/// How often something was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChaosCounts {
    /// Never delivered.
    pub drop: u64,
    /// Delivered twice.
    pub dup: u64,
    /// Delivered behind the next one.
    pub reorder: u64,
    /// Delivered late.
    pub delay: u64,
}

impl ChaosCounts {
    /// Counts a delivery.
    pub(super) fn add(&mut self, marks: Marks) {
        self.drop += u64::from(marks.has(Marks::DROP));
        self.dup += u64::from(marks.has(Marks::DUP));
        self.reorder += u64::from(marks.has(Marks::REORDER));
        self.delay += u64::from(marks.has(Marks::DELAY));
    }

    /// The counts by name.
    pub fn named(&self) -> [(&'static str, u64); 4] {
        [("dup", self.dup), ("reorder", self.reorder), ("drop", self.drop), ("delay", self.delay)]
    }
}

impl fmt::Display for ChaosCounts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = self.named().into_iter().filter(|(_, count)| *count > 0);
        let parts: Vec<String> = named.map(|(name, count)| format!("{count} {name}")).collect();
        formatter.write_str(&parts.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(text: &str) -> Result<Duration, String> {
        text.trim_end_matches('s').parse().map(Duration::from_secs).map_err(|_| "no time".to_owned())
    }

    #[test]
    fn settings() {
        let chaos = Chaos::parse("dup=5%, reorder=0.02,drop=1%,delay=1%:30s", seconds);
        let late_by = Duration::from_secs(30);
        assert_eq!(chaos, Ok(Chaos { dup: 0.05, reorder: 0.02, drop: 0.01, delay: 0.01, late_by }));
        for wrong in [
            "",
            "dup",
            "dup=",
            "dup=101%",
            "dup=NaN",
            "double=1%",
            "delay=1%",
            "delay=1%:x",
            "dup=1%,",
            "dup=1%, dup=1%",
        ] {
            assert!(Chaos::parse(wrong, seconds).is_err(), "{wrong}");
        }
    }

    #[test]
    fn fates_follow_the_shares_and_leave_each_other_alone() {
        let chaos = Chaos { dup: 0.5, drop: 0.1, ..Chaos::default() };
        let fates: Vec<Fate> = (1..=10_000).map(|record| chaos.fate(7, 0, record)).collect();
        let dups = fates.iter().filter(|fate| fate.dup).count();
        let drops = fates.iter().filter(|fate| fate.drop).count();
        assert!((4800..5200).contains(&dups) && (900..1100).contains(&drops), "{dups} {drops}");
        let without = Chaos { drop: 0.0, ..chaos };
        let same =
            (1..=10_000).all(|record| without.fate(7, 0, record).dup == fates[record as usize - 1].dup);
        assert!(same);
        assert!((1..100).any(|record| chaos.fate(7, 0, record) != chaos.fate(8, 0, record)));
        assert!((1..100).any(|record| chaos.fate(7, 0, record) != chaos.fate(7, 1, record)));
    }
}
