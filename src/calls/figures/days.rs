//! When a log was written, by the times of its callbacks, without those of devices whose clock is far off.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::spec::Timestamp;

/// Seconds of a day.
const DAY: Timestamp = 86_400;

/// At most one callback in this number is assumed to have a time that is far off.
const ONE_IN: u64 = 100;

/// The callbacks of one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Day {
    callbacks: u64,
    first: Timestamp,
    last: Timestamp,
}

/// The times of callbacks, day by day; in memory for each day, not for each callback.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(in crate::calls) struct Days {
    /// By the number of the day.
    days: BTreeMap<Timestamp, Day>,
    /// The day of the latest callback, which most likely is that of the next one.
    current: Option<(Timestamp, Day)>,
}

impl PartialEq for Days {
    fn eq(&self, other: &Self) -> bool {
        self.whole() == other.whole()
    }
}

impl Eq for Days {}

fn join(days: &mut BTreeMap<Timestamp, Day>, number: Timestamp, more: Day) {
    let day = days.entry(number).or_insert(Day { callbacks: 0, ..more });
    day.callbacks += more.callbacks;
    day.first = day.first.min(more.first);
    day.last = day.last.max(more.last);
}

impl Days {
    /// Counts a callback of that time.
    #[inline]
    pub(in crate::calls) fn add(&mut self, time: Timestamp) {
        let number = time / DAY;
        match &mut self.current {
            Some((current, day)) if *current == number => {
                day.callbacks += 1;
                day.first = day.first.min(time);
                day.last = day.last.max(time);
            }
            _ => self.turn(number, time),
        }
    }

    #[cold]
    fn turn(&mut self, number: Timestamp, time: Timestamp) {
        let new = (number, Day { callbacks: 1, first: time, last: time });
        if let Some((number, day)) = self.current.replace(new) {
            join(&mut self.days, number, day);
        }
    }

    fn whole(&self) -> BTreeMap<Timestamp, Day> {
        let mut days = self.days.clone();
        if let Some((number, day)) = self.current {
            join(&mut days, number, day);
        }
        days
    }

    /// Adds the times of another part of the log.
    pub(in crate::calls) fn merge(&mut self, other: &Self) {
        for (number, day) in other.whole() {
            join(&mut self.days, number, day);
        }
    }

    /// The least and the greatest time. Days that contain few callbacks and lie at either end, a day or more without
    /// any apart from the others, are left out: clocks that are far off, and not the time of the log.
    pub(in crate::calls) fn span(&self) -> Option<(Timestamp, Timestamp)> {
        let days: Vec<(Timestamp, Day)> = self.whole().into_iter().collect();
        let all: u64 = days.iter().map(|(_, day)| day.callbacks).sum();
        let few = (all / ONE_IN).max(1);
        let is_apart = |one: usize, other: usize| days[other].0 - days[one].0 > 1;
        let (mut from, mut to) = (0, days.len().checked_sub(1)?);
        let mut left = few.min(all.saturating_sub(1));
        while to > from && days[to].1.callbacks <= left && is_apart(to - 1, to) {
            left -= days[to].1.callbacks;
            to -= 1;
        }
        let mut left = few.min(all.saturating_sub(1));
        while from < to && days[from].1.callbacks <= left && is_apart(from, from + 1) {
            left -= days[from].1.callbacks;
            from += 1;
        }
        Some((days[from].1.first, days[to].1.last))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(times: impl IntoIterator<Item = Timestamp>) -> Days {
        let mut days = Days::default();
        times.into_iter().for_each(|time| days.add(time));
        days
    }

    #[test]
    fn clocks_that_are_far_off_do_not_stretch_the_log() {
        const BEGIN: Timestamp = 1_714_546_800;
        let log = || (0..300).map(|minute| BEGIN + minute * 60);
        let (first, last) = (BEGIN, BEGIN + 299 * 60);
        assert_eq!(days(log()).span(), Some((first, last)));
        let off = [BEGIN - 400 * DAY, BEGIN + 400 * DAY];
        assert_eq!(days(log().chain(off)).span(), Some((first, last)));
        // The next day is not a wrong clock, however few callbacks it has.
        assert_eq!(days(log().chain([BEGIN + DAY])).span(), Some((first, BEGIN + DAY)));
        // Neither is a tenth of the log.
        let many = (0..30).map(|minute| BEGIN + 9 * DAY + minute);
        assert_eq!(days(log().chain(many)).span(), Some((first, BEGIN + 9 * DAY + 29)));
        assert_eq!(days([5 * DAY]).span(), Some((5 * DAY, 5 * DAY)));
        assert_eq!(days([]).span(), None);
        let mut parts = days(log().take(100));
        parts.merge(&days(log().skip(100)));
        assert_eq!(parts, days(log()));
        assert_ne!(parts, days(log().take(299)));
    }

    #[test]
    fn only_so_many_times_are_left_out_at_either_end() {
        const BEGIN: Timestamp = 10_000 * DAY;
        let log = |count: u32| (0..count).map(|second| BEGIN + second);
        let far = |days: &[u32]| days.iter().map(|day| BEGIN + day * DAY).collect::<Vec<_>>();
        // One in this number may be wrong, on different days or on one.
        let few = 1000 / ONE_IN as u32;
        let all: Vec<u32> = (0..few).map(|index| 10 + 2 * index).collect();
        let span = |off: Vec<Timestamp>| days(log(1000).chain(off)).span();
        assert_eq!(span(far(&all)), Some((BEGIN, BEGIN + 999)));
        let more: Vec<u32> = (0..=few).map(|index| 10 + 2 * index).collect();
        assert_eq!(span(far(&more)), Some((BEGIN, BEGIN + 10 * DAY)));
        let before: Vec<Timestamp> = all.iter().map(|day| BEGIN - day * DAY).collect();
        assert_eq!(span(before.clone()), Some((BEGIN, BEGIN + 999)));
        assert_eq!(span([before, far(&all)].concat()), Some((BEGIN, BEGIN + 999)));
        let before: Vec<Timestamp> = more.iter().map(|day| BEGIN - day * DAY).collect();
        assert_eq!(span(before), Some((BEGIN - 10 * DAY, BEGIN + 999)));
        // A log of two times has no clock that is off more than the other.
        assert_eq!(days([BEGIN, BEGIN + 9 * DAY]).span(), Some((BEGIN, BEGIN)));
    }
}
