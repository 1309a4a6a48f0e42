//! When a backend took no callbacks.
//!
//! Comes in: the deliveries of every callback. Goes out: intervals, or why nothing can be told. What is gathered can be
//! merged in any order.
//!
//! An outage is a time in which first deliveries are not accepted, without [`CALM`] accepted ones in a row. It counts if
//! at least `least` callbacks more were not accepted than were: a redelivery now and then is not enough. It began
//! between the last delivery that was accepted and the first one that was not, and ended between the last one that was not
//! and the first one that was accepted again, of any callback; the middle of each is what is said.

use super::acceptance::Acceptance;
use super::trace::DeliveryTrace;
use crate::spec::{Word, words};

/// First deliveries in a row that are accepted, and end an outage.
const CALM: u32 = 5;

/// Milliseconds without any delivery in which nobody can say that an outage lasts: `capture` tries every 5 minutes.
const SILENCE: i64 = 11 * 60_000;

/// How many callbacks a delivery without an answer counts for that `capture` made by itself: it holds the others back.
const HELD_BACK: i64 = 3;

/// Milliseconds after its capture from which on a callback was held back.
const LATE: i64 = 5000;

words! {
    /// What outages are read from.
    OutageEvidence {
        /// What the backend answered.
        Answers = "answers",
        /// Copies of callbacks along the ladder of redeliveries.
        Redeliveries = "redeliveries",
        /// There is nothing to read them from.
        Nothing = "nothing",
    }
}

words! {
    /// What can be said of outages.
    OutageVerdict {
        /// There were some.
        Found = "found",
        /// There was none that the evidence shows.
        None = "none",
        /// The evidence does not say.
        CannotTell = "cannot_tell",
    }
}

/// A time in which the backend did not accept callbacks; times are in Unix milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundOutage {
    /// When it began, in the middle of what is known.
    pub begin: i64,
    /// When it ended, likewise; none if the evidence ends before.
    pub end: Option<i64>,
    /// The first delivery that was not accepted.
    pub first_failed: i64,
    /// The first one that was accepted again.
    pub accepted_after: Option<i64>,
    /// The last one that was accepted before.
    pub accepted_before: Option<i64>,
    /// The last one that was not accepted before the end.
    pub last_failed: i64,
    /// Callbacks that were not accepted at once.
    pub callbacks: u64,
    /// Those of them that the vendor has given up.
    pub given_up: u64,
    /// The calls of these callbacks, sorted, each once.
    pub call_ids: Vec<String>,
}

/// A callback whose first delivery was not accepted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct FailedCallback {
    first: i64,
    call_id: String,
    /// All deliveries on the ladder, and whether they were accepted.
    verdicts: Vec<(i64, Option<bool>)>,
    weight: i64,
    /// True if the vendor has made its last delivery.
    is_last: bool,
    /// True if that was not accepted for certain.
    is_given_up: bool,
}

/// A callback that was held back.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct HeldCallback {
    captured: i64,
    call_id: String,
}

/// Gathers deliveries, and finds the outages in them.
#[derive(Clone, Debug, Default)]
pub struct OutageFinder {
    accepted: Vec<i64>,
    failed: Vec<FailedCallback>,
    held: Vec<HeldCallback>,
    /// Callbacks, and those whose time of capture is known.
    callbacks: u64,
    timed: u64,
    /// Callbacks whose answer is known, and those that were redelivered along the ladder.
    answered: u64,
    redelivered: u64,
}

impl OutageFinder {
    /// Adds the deliveries of a callback of that call, which was first captured at `captured`; `log_end` is the time of
    /// the last capture in the log.
    pub fn add(&mut self, call_id: &str, captured: Option<i64>, trace: &DeliveryTrace, log_end: Option<i64>) {
        self.callbacks += 1;
        self.answered += u64::from(trace.last_answer().is_some());
        self.redelivered += u64::from(trace.is_redelivered());
        let verdicts = trace.verdicts(log_end);
        let Some((first, accepted)) = verdicts.first().copied() else { return };
        self.timed += 1;
        let is_stored = trace.made().first().is_some_and(|made| made.is_stored);
        if is_stored && let Some(captured) = captured.filter(|captured| first - captured > LATE) {
            self.held.push(HeldCallback { captured, call_id: call_id.to_owned() });
        }
        match accepted {
            Some(true) => self.accepted.push(first),
            None => {}
            Some(false) => {
                let has_no_answer =
                    trace.made().first().is_some_and(|made| made.acceptance == Some(Acceptance::Failed));
                self.failed.push(FailedCallback {
                    first,
                    call_id: call_id.to_owned(),
                    verdicts,
                    weight: if is_stored && has_no_answer { HELD_BACK } else { 1 },
                    is_last: trace.is_given_up(log_end, |_| true) == Some(true),
                    is_given_up: trace.is_given_up(log_end, |_| false) == Some(true),
                });
            }
        }
    }

    /// Adds what another one has gathered.
    pub fn merge(&mut self, mut other: Self) {
        self.accepted.append(&mut other.accepted);
        self.failed.append(&mut other.failed);
        self.held.append(&mut other.held);
        self.callbacks += other.callbacks;
        self.timed += other.timed;
        self.answered += other.answered;
        self.redelivered += other.redelivered;
    }

    /// How many callbacks there are.
    pub fn callbacks(&self) -> u64 {
        self.callbacks
    }

    /// How many of them have a time at which they were delivered.
    pub fn timed(&self) -> u64 {
        self.timed
    }

    /// What there is to read outages from.
    pub fn evidence(&self) -> OutageEvidence {
        match (self.answered, self.redelivered, self.timed) {
            (1.., ..) => OutageEvidence::Answers,
            (0, 1.., 1..) => OutageEvidence::Redeliveries,
            _ => OutageEvidence::Nothing,
        }
    }

    /// What can be said, and the outages; `least` is how many callbacks one takes.
    pub fn find(mut self, least: u32) -> (OutageVerdict, Vec<FoundOutage>) {
        if self.evidence() == OutageEvidence::Nothing {
            return (OutageVerdict::CannotTell, Vec::new());
        }
        self.accepted.sort_unstable();
        self.failed.sort_unstable();
        self.held.sort_unstable();
        let mut succeeded: Vec<i64> = self.accepted.clone();
        let later = self.failed.iter().flat_map(|it| it.verdicts.iter());
        succeeded.extend(later.filter(|(_, accepted)| *accepted == Some(true)).map(|(at, _)| *at));
        succeeded.sort_unstable();
        let clusters = self.clusters(i64::from(least));
        let outages: Vec<FoundOutage> =
            clusters.into_iter().map(|cluster| self.outage(cluster, &succeeded)).collect();
        let verdict = if outages.is_empty() { OutageVerdict::None } else { OutageVerdict::Found };
        (verdict, outages)
    }

    /// Runs of callbacks that were not accepted at first, as ranges of `failed`.
    fn clusters(&self, least: i64) -> Vec<std::ops::Range<usize>> {
        let (mut found, mut at) = (Vec::new(), 0);
        while at < self.failed.len() {
            let (begin, mut score, mut last) = (at, self.failed[at].weight, self.failed[at].first);
            at += 1;
            while let Some(next) = self.failed.get(at) {
                let between = self.accepted_between(last, next.first);
                if between >= u64::from(CALM) || self.is_silent(last, next.first) {
                    break;
                }
                score += next.weight - i64::try_from(between).unwrap_or(0);
                last = next.first;
                at += 1;
            }
            if score >= least {
                found.push(begin..at);
            }
        }
        found
    }

    /// First deliveries that were accepted between two times.
    fn accepted_between(&self, from: i64, to: i64) -> u64 {
        let before = |time: i64| self.accepted.partition_point(|at| *at <= time);
        before(to).saturating_sub(before(from)) as u64
    }

    fn is_silent(&self, from: i64, to: i64) -> bool {
        to - from > SILENCE && self.accepted_between(from, to) == 0
    }

    fn outage(&self, cluster: std::ops::Range<usize>, succeeded: &[i64]) -> FoundOutage {
        let failed = &self.failed[cluster];
        let (begin, last) =
            failed.first().zip(failed.last()).map_or((0, 0), |(one, two)| (one.first, two.first));
        let end = succeeded.get(succeeded.partition_point(|at| *at <= last)).copied();
        let is_down_at = |at: i64| end.is_none_or(|end| at < end);
        let before = succeeded[..succeeded.partition_point(|at| *at < begin)].last().copied();
        let attempts = failed.iter().flat_map(|it| it.verdicts.iter());
        let failures = attempts.filter(|(at, accepted)| *accepted != Some(true) && is_down_at(*at));
        let is_lost = |it: &&FailedCallback| {
            it.is_given_up || (it.is_last && it.verdicts.last().is_some_and(|(at, _)| is_down_at(*at)))
        };
        let held = self.held.iter().filter(|it| it.captured >= begin && is_down_at(it.captured));
        let mut call_ids: Vec<String> =
            failed.iter().map(|it| &it.call_id).chain(held.clone().map(|it| &it.call_id)).cloned().collect();
        call_ids.sort_unstable();
        call_ids.dedup();
        let last_failed = failures.map(|(at, _)| *at).max().unwrap_or(last);
        FoundOutage {
            begin: before.map_or(begin, |before| begin - (begin - before) / 2),
            end: end.map(|end| end - (end - last_failed) / 2),
            first_failed: begin,
            accepted_after: end,
            accepted_before: before,
            last_failed,
            callbacks: (failed.len() + held.count()) as u64,
            given_up: failed.iter().filter(is_lost).count() as u64,
            call_ids,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deliveries::trace::MadeDelivery;
    use crate::spec::RETRY_SECONDS;

    /// A callback a second from 0 to `to`, of which those between `down` are redelivered until it is over.
    fn day(to: i64, down: std::ops::Range<i64>, mut more: impl FnMut(i64) -> bool) -> OutageFinder {
        let mut finder = OutageFinder::default();
        for second in 0..to {
            let mut at = second * 1000;
            let mut made = vec![MadeDelivery::captured(Some(at))];
            let repeats = more(second);
            for wait in RETRY_SECONDS {
                if !(down.contains(&(at / 1000)) || (repeats && made.len() == 1)) {
                    break;
                }
                at += i64::from(wait) * 1000 + 20;
                made.push(MadeDelivery::captured(Some(at)));
            }
            let id = format!("c{}", second / 4);
            finder.add(&id, Some(second * 1000), &DeliveryTrace::new(made), Some(to * 1000 + 60_000));
        }
        finder
    }

    #[test]
    fn an_outage_is_found_with_its_ends_and_what_was_given_up() {
        let (verdict, found) = day(1000, 400..460, |second| second % 40 == 0).find(8);
        assert_eq!((verdict, found.len()), (OutageVerdict::Found, 1));
        let outage = &found[0];
        assert_eq!((outage.begin, outage.first_failed), (399_500, 400_000), "{outage:?}");
        assert_eq!(outage.accepted_after, Some(460_000), "{outage:?}");
        assert!(outage.end.is_some_and(|end| (459_000..460_000).contains(&end)), "{outage:?}");
        assert_eq!((outage.callbacks, outage.call_ids.len()), (60, 15));
        assert!((46..=49).contains(&outage.given_up), "all but the last 12 s: {outage:?}");
        assert_eq!(outage.accepted_before, Some(399_000));
    }

    #[test]
    fn redeliveries_now_and_then_are_not_an_outage() {
        let (verdict, found) = day(20_000, 0..0, |second| second % 20 < 2).find(8);
        assert_eq!((verdict, found), (OutageVerdict::None, Vec::new()));
    }

    #[test]
    fn without_redeliveries_and_answers_nothing_can_be_told() {
        assert_eq!(day(1000, 0..0, |_| false).find(8).0, OutageVerdict::CannotTell);
        assert_eq!(OutageFinder::default().find(8).0, OutageVerdict::CannotTell);
    }
}
