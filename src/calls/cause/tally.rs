//! The causes of many calls, and where each is frequent.

use std::collections::BTreeMap;

use jiff::Timestamp as Instant;
use jiff::tz::TimeZone;

use serde::{Deserialize, Serialize};

use super::certainty::Certainty;
use super::verdict::Verdict;
use crate::calls::counts::{Platforms, add_each, add_platform, add_platforms, platforms_without};
use crate::calls::model::outcome::Outcome;
use crate::calls::model::participant::platform_of_role;
use crate::calls::model::timeline::Timeline;
use crate::calls::store::position::Position;
use crate::spec::{Cause, Role, Word};

/// How many ids of calls are kept for each cause.
const EXAMPLES: usize = 3;
/// Hours of a day.
const HOURS: usize = 24;
/// A platform or hour is named only with at least this many calls, and this many standard deviations above what is
/// expected of it by chance.
const LEAST_CALLS: u64 = 5;
const LEAST_DEVIATIONS: f64 = 3.0;

/// What is counted of the calls of one cause, or of all.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct CallCount {
    calls: u64,
    beside: u64,
    open: u64,
    /// By the platform of the caller, and of the callee; of a cause only that of the side which each call is about.
    platforms: [Platforms; 2],
    /// By the hour of the day of the start.
    hours: [u64; HOURS],
    /// The first calls in the input.
    examples: Vec<(Position, String)>,
}

/// The causes of many calls. Sums of parts are those of the whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Causes {
    all: CallCount,
    /// In the order of [`Cause`].
    of: Vec<CallCount>,
}

impl Default for Causes {
    fn default() -> Self {
        Self { all: CallCount::default(), of: vec![CallCount::default(); Cause::ALL.len()] }
    }
}

/// Where the calls of a cause are more than their share.
#[derive(Clone, Debug, PartialEq)]
pub struct Concentration<K> {
    /// The platform, or the hour of the day.
    pub at: K,
    /// Its share of the cause's calls, from 0 to 1.
    pub share: f64,
    /// Its share of all calls.
    pub share_of_all: f64,
}

/// The calls of one cause.
#[derive(Clone, Debug, PartialEq)]
pub struct CauseCounts {
    /// The cause.
    pub cause: Cause,
    /// Calls whose main cause it is.
    pub calls: u64,
    /// Their share of all calls, from 0 to 1.
    pub share: f64,
    /// How many of them could also have another cause.
    pub open: u64,
    /// Calls to which it contributes in addition to another main cause.
    pub beside: u64,
    /// Calls by the platform of the side that the cause is about.
    pub platforms: BTreeMap<String, u64>,
    /// Calls by the hour of the day of the start.
    pub hours: [u64; 24],
    /// The platform that has more of them than by chance.
    pub platform: Option<Concentration<String>>,
    /// The hour of the day that has more of them than by chance.
    pub hour: Option<Concentration<u8>>,
    /// Ids of the first such calls in the input.
    pub examples: Vec<String>,
}

/// The side that a verdict is about, whose platform matters: if a call was broken off, the side that reports it.
fn concerns(verdict: &Verdict) -> Role {
    match verdict.cause {
        Cause::Dropped | Cause::DroppedBeforeAnswer | Cause::Offline => {
            verdict.reported_by.unwrap_or(Role::Caller)
        }
        Cause::Declined | Cause::DeclinedByDevice | Cause::Ignored | Cause::NoAnswer | Cause::Crossed => {
            Role::Callee
        }
        Cause::Completed
        | Cause::EndedByServer
        | Cause::Busy
        | Cause::NeverRang
        | Cause::Unreached
        | Cause::CalleeSilent
        | Cause::GaveUp
        | Cause::GaveUpBeforeRing
        | Cause::NotPlaced
        | Cause::FailedAfterRing
        | Cause::MixedGenerations
        | Cause::SidesDisagree
        | Cause::OneSided
        | Cause::ClocksDiffer
        | Cause::DeliveryBroke
        | Cause::LogBegins
        | Cause::LogEnds
        | Cause::CannotTell => Role::Caller,
    }
}

impl Causes {
    /// Counts a call; hours are those of `zone`.
    pub fn add(&mut self, timeline: &Timeline<'_>, outcome: &Outcome, verdict: &Verdict, zone: &TimeZone) {
        let platforms = [Role::Caller, Role::Callee].map(|role| platform_of_role(timeline, role));
        let hour = outcome.start.and_then(|start| {
            let instant = Instant::from_second(i64::from(start)).ok()?;
            usize::try_from(instant.to_zoned(zone.clone()).hour()).ok()
        });
        let main = &mut self.of[verdict.cause as usize];
        main.open += u64::from(verdict.certainty == Certainty::CannotTell);
        let first = timeline.steps.first().map(|step| step.position);
        if let Some(first) = first {
            main.example(first, &timeline.call_id);
        }
        let side = concerns(verdict) as usize;
        add_platform(&mut main.platforms[side], platforms[side]);
        for (known, platform) in self.all.platforms.iter_mut().zip(platforms) {
            add_platform(known, platform);
        }
        for count in [&mut self.all, &mut self.of[verdict.cause as usize]] {
            count.calls += 1;
            if let Some(hour) = hour {
                count.hours[hour % HOURS] += 1;
            }
        }
        for cause in &verdict.contributing {
            let beside = &mut self.of[*cause as usize];
            beside.beside += 1;
            if let Some(first) = first.filter(|_| !cause.is_main()) {
                beside.example(first, &timeline.call_id);
            }
        }
    }

    /// Adds the causes of other calls.
    pub fn merge(&mut self, other: Self) {
        self.all.merge(other.all);
        for (known, more) in self.of.iter_mut().zip(other.of) {
            known.merge(more);
        }
    }

    /// How many calls there are.
    pub fn calls(&self) -> u64 {
        self.all.calls
    }

    /// Platforms from which several callers report, and never a callee.
    pub fn platforms_without_callees(&self) -> Vec<&str> {
        let [callers, callees] = &self.all.platforms;
        platforms_without(callers, callees)
    }

    /// The causes that occur, the most frequent first; those that only contribute come last.
    pub fn list(&self) -> Vec<CauseCounts> {
        let mut list: Vec<CauseCounts> = Cause::ALL
            .iter()
            .filter(|cause| self.of[**cause as usize].calls + self.of[**cause as usize].beside > 0)
            .map(|cause| self.counts(*cause))
            .collect();
        list.sort_by_key(|counts| (std::cmp::Reverse((counts.calls, counts.beside)), counts.cause));
        list
    }

    fn counts(&self, cause: Cause) -> CauseCounts {
        let of = &self.of[cause as usize];
        let mut platforms = Platforms::new();
        of.platforms.iter().for_each(|side| add_platforms(&mut platforms, side.clone()));
        let here = |counts: &Platforms| counts.values().sum::<u64>();
        // Each call is held against the platforms of all calls on the side that it is about.
        let share_of_all = |platform: &str| {
            let sides = of.platforms.iter().zip(&self.all.platforms);
            let expected: f64 = sides
                .map(|(own, all)| {
                    let base = all.get(platform).copied().unwrap_or(0) as f64 / here(all).max(1) as f64;
                    here(own) as f64 * base
                })
                .sum();
            expected / here(&platforms).max(1) as f64
        };
        let by_platform = platforms.iter().map(|(platform, calls)| {
            let share = share_of_all(platform);
            (platform.clone(), *calls, share)
        });
        let hours_of_all = self.all.hours.iter().sum::<u64>().max(1) as f64;
        let by_hour = (0..HOURS as u8).zip(of.hours).zip(self.all.hours);
        let by_hour = by_hour.map(|((hour, calls), base)| (hour, calls, base as f64 / hours_of_all));
        let platform = concentration(by_platform, here(&platforms));
        CauseCounts {
            cause,
            calls: of.calls,
            share: of.calls as f64 / self.all.calls.max(1) as f64,
            open: of.open,
            beside: of.beside,
            platforms,
            hours: of.hours,
            platform,
            hour: concentration(by_hour, of.hours.iter().sum()),
            examples: of.examples.iter().map(|(_, call_id)| call_id.clone()).collect(),
        }
    }
}

/// Of places with their calls of a cause, and their share of all calls: the one that is furthest beyond chance, if
/// any is.
pub(super) fn concentration<K>(
    places: impl Iterator<Item = (K, u64, f64)>,
    calls: u64,
) -> Option<Concentration<K>> {
    let calls = calls as f64;
    let mut best: Option<(f64, Concentration<K>)> = None;
    for (at, here, share_of_all) in places {
        let expected = calls * share_of_all;
        let spread = (expected * (1.0 - share_of_all)).sqrt();
        let beyond = (here as f64 - expected) / spread.max(f64::MIN_POSITIVE);
        let counts = here >= LEAST_CALLS && here as f64 > expected && beyond >= LEAST_DEVIATIONS;
        if counts && best.as_ref().is_none_or(|(most, _)| beyond > *most) {
            best = Some((beyond, Concentration { at, share: here as f64 / calls.max(1.0), share_of_all }));
        }
    }
    best.map(|(_, concentration)| concentration)
}

impl CallCount {
    fn example(&mut self, first: Position, call_id: &str) {
        if self.examples.len() == EXAMPLES && self.examples.last().is_some_and(|(last, _)| *last < first) {
            return;
        }
        self.examples.push((first, call_id.to_owned()));
        self.examples.sort_unstable();
        self.examples.truncate(EXAMPLES);
    }

    fn merge(&mut self, other: Self) {
        self.calls += other.calls;
        self.beside += other.beside;
        self.open += other.open;
        for (known, more) in self.platforms.iter_mut().zip(other.platforms) {
            add_platforms(known, more);
        }
        add_each(&mut self.hours, &other.hours);
        self.examples.extend(other.examples);
        self.examples.sort_unstable();
        self.examples.truncate(EXAMPLES);
    }
}
