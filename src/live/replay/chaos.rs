//! The faults that `--chaos` injects: which callback is dropped, duplicated, swapped or delayed.
//!
//! The faults of a callback depend on the seed and on its position in the input, and on nothing else:
//! filters, speed and concurrency do not change it. Of each run of records that a share makes one of, one is hit, so that
//! the share comes out for short logs as well.

use std::fmt;
use std::time::Duration;

use crate::random::derived;
use crate::shares::{ShareError, entries, parse_entry};
use crate::spec::{Word, words};

words! {
    /// Something that can be done to a delivery.
    Disturbance {
        /// Made twice.
        Dup = "dup",
        /// Made after the next one of its call.
        Reorder = "reorder",
        /// Never made.
        Drop = "drop",
        /// Made late.
        Delay = "delay",
    }
}

/// What shares are parts of.
const WHOLE: u128 = 1_000_000_000;

/// The error on a delay without its share or its time.
const NO_DELAY: &str = "`delay` needs a share and a time, as in `delay=1%:30s`";

/// How often each disturbance happens.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Chaos {
    /// Shares of the callbacks from 0 to 1, in the order of [`Disturbance::ALL`].
    shares: [f64; Disturbance::ALL.len()],
    /// How late a late delivery is, in the time of the log.
    pub(super) late_by: Duration,
}

impl Chaos {
    /// Reads `dup=5%,reorder=2%,drop=1%,delay=1%:30s`, any part of it. `time` reads the length of a delay.
    ///
    /// # Errors
    /// Returns an error for the first entry that cannot be used.
    pub fn parse(text: &str, time: impl Fn(&str) -> Result<Duration, String>) -> Result<Self, String> {
        let names: Vec<&str> = Disturbance::ALL.iter().map(|it| it.as_str()).collect();
        let mut chaos = Self::default();
        let mut given = ChaosMarks::default();
        for entry in entries(text) {
            let delayed = entry.split_once(':').filter(|(entry, _)| entry.trim_start().starts_with("delay"));
            let (entry, late_by) = delayed.map_or((entry, None), |(entry, time)| (entry, Some(time)));
            let (index, share) = parse_entry(entry, &names).map_err(|error| match &error {
                ShareError::Unknown(name) => {
                    format!("unknown chaos `{name}`; known are `{}`", names.join("`, `"))
                }
                ShareError::Share(name) if name == Disturbance::Delay.as_str() => NO_DELAY.to_owned(),
                ShareError::Share(_) => error.to_string(),
            })?;
            let disturbance = Disturbance::ALL[index];
            if given.has(disturbance) {
                return Err(format!("`{}` is given twice", disturbance.as_str()));
            }
            given = given.with(disturbance);
            chaos.shares[index] = share;
            if disturbance == Disturbance::Delay {
                let late_by = late_by.ok_or(NO_DELAY)?;
                chaos.late_by = time(late_by.trim())?;
            }
        }
        Ok(chaos)
    }

    /// The faults of a callback.
    pub(super) fn fate(&self, seed: u64, source: u32, record: u64) -> ChaosMarks {
        // Each is drawn whatever the others say, so that one share does not change what another one hits.
        Disturbance::ALL.iter().fold(ChaosMarks::default(), |marks, disturbance| {
            let is_hit = self.hits(*disturbance, seed, source, record);
            if is_hit { marks.with(*disturbance) } else { marks }
        })
    }

    /// True if that hits the record, counted from 1. Records are cut into runs that the share makes one of; in each run
    /// one is hit.
    fn hits(&self, disturbance: Disturbance, seed: u64, source: u32, record: u64) -> bool {
        let share = (self.shares[disturbance as usize] * WHOLE as f64).round() as u128;
        if share == 0 {
            return false;
        }
        let index = u128::from(record.saturating_sub(1));
        let run = index * share / WHOLE;
        let begin = |run: u128| (run * WHOLE).div_ceil(share);
        let length = (begin(run + 1) - begin(run)) as u64;
        let stream = u64::from(source) * Disturbance::ALL.len() as u64 + disturbance as u64;
        let chosen = derived(seed, stream, run as u64).u64(..length);
        index - begin(run) == u128::from(chosen)
    }
}

/// What is done to a delivery.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChaosMarks(u8);

impl ChaosMarks {
    /// That alone.
    pub fn only(disturbance: Disturbance) -> Self {
        Self(1 << disturbance as u8)
    }

    /// That as well.
    pub(super) fn with(self, disturbance: Disturbance) -> Self {
        Self(self.0 | Self::only(disturbance).0)
    }

    /// True if that is done.
    pub(super) fn has(self, disturbance: Disturbance) -> bool {
        self.0 & Self::only(disturbance).0 != 0
    }

    /// The words for what is done.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Disturbance::ALL.iter().filter(move |it| self.has(**it)).map(|it| it.as_str())
    }
}

/// How often each disturbance was planned, in the order of [`Disturbance::ALL`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChaosCounts([u64; Disturbance::ALL.len()]);

impl ChaosCounts {
    /// Counts a delivery.
    pub(super) fn add(&mut self, marks: ChaosMarks) {
        for (count, disturbance) in self.0.iter_mut().zip(Disturbance::ALL) {
            *count += u64::from(marks.has(*disturbance));
        }
    }

    /// By how much these counts are below others.
    pub(super) fn short_of(&self, others: &Self) -> Self {
        let mut short = *others;
        short.0.iter_mut().zip(self.0).for_each(|(count, own)| *count = count.saturating_sub(own));
        short
    }

    /// How often that was planned.
    pub fn of(&self, disturbance: Disturbance) -> u64 {
        self.0[disturbance as usize]
    }

    /// The counts by name.
    pub fn named(&self) -> impl Iterator<Item = (&'static str, u64)> {
        Disturbance::ALL.iter().map(|disturbance| (disturbance.as_str(), self.of(*disturbance)))
    }
}

impl fmt::Display for ChaosCounts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = self.named().filter(|(_, count)| *count > 0);
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
        assert_eq!(chaos, Ok(Chaos { shares: [0.05, 0.02, 0.01, 0.01], late_by: Duration::from_secs(30) }));
        let error = |text| Chaos::parse(text, seconds).err().unwrap_or_default();
        for wrong in ["delay", "delay=1%", "delay=200%:1s"] {
            assert_eq!(error(wrong), NO_DELAY, "{wrong}");
        }
        assert_eq!(error("dup=1%:3s"), "`dup` needs a share from 0% to 100%, as in `dup=5%`");
        for wrong in
            ["", "dup", "dup=101%", "double=1%", "delay=1%:x", "delay:1s", "dup=1%,", "dup=1%, dup=1%"]
        {
            assert!(!error(wrong).is_empty(), "{wrong}");
        }
    }

    #[test]
    fn fates_follow_the_shares_and_leave_each_other_alone() -> Result<(), String> {
        let chaos = Chaos::parse("dup=50%,drop=10%", seconds)?;
        let fates: Vec<ChaosMarks> = (1..=10_000).map(|record| chaos.fate(7, 0, record)).collect();
        let count = |disturbance| fates.iter().filter(|fate| fate.has(disturbance)).count();
        let (dups, drops) = (count(Disturbance::Dup), count(Disturbance::Drop));
        assert_eq!((dups, drops), (5000, 1000));
        let without = Chaos::parse("dup=50%", seconds)?;
        let is_dup = |fate: ChaosMarks| fate.has(Disturbance::Dup);
        let of = |record: u64| is_dup(fates[record as usize - 1]);
        assert!((1..=10_000).all(|record| is_dup(without.fate(7, 0, record)) == of(record)));
        assert!((1..100).any(|record| chaos.fate(7, 0, record) != chaos.fate(8, 0, record)));
        assert!((1..100).any(|record| chaos.fate(7, 0, record) != chaos.fate(7, 1, record)));
        Ok(())
    }
}
