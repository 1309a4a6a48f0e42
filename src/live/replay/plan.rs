//! The plan: which callback is delivered when, and after which other.

use std::collections::HashMap;
use std::time::Duration;

use super::chaos::{Chaos, ChaosCounts, ChaosMarks, Disturbance};
use super::pauses::Pauses;

/// How fast the time of the log passes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Speed {
    /// This many times as fast as it did.
    Times(f64),
    /// Everything is due at once.
    Max,
}

/// When what is delivered.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tempo {
    /// How fast time passes.
    pub speed: Speed,
    /// The longest silence of the log that is kept, in milliseconds.
    pub max_gap: Option<i64>,
    /// How often the log is sent.
    pub passes: u16,
}

impl From<Speed> for Tempo {
    fn from(speed: Speed) -> Self {
        Self { speed, max_gap: None, passes: 1 }
    }
}

/// A callback that is to be sent. Times are Unix milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlannedCallback {
    /// The source, from 0.
    pub source: u32,
    /// The record, from 1.
    pub record: u64,
    /// What keeps it in order: its call, or itself if it names none.
    pub(super) lane: u32,
    /// When it was captured, otherwise when it happened.
    pub time: i64,
    /// Where its message stands in the spool, and how long that is.
    pub(super) at: u64,
    pub(super) length: u64,
}

/// One delivery of a callback. The time is that of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Delivery {
    /// The callback, by its place among the entries.
    pub(super) entry: u32,
    /// 1, or 2 for the second of two.
    pub(super) copy: u8,
    /// What chaos did to it.
    pub(super) marks: ChaosMarks,
    /// Which time the log is sent, from 1.
    pub(super) pass: u16,
    time: i64,
}

/// A callback as it is found in the log.
#[derive(Clone, Debug)]
pub struct CapturedCallback {
    /// The source, from 0.
    pub source: u32,
    /// The record, from 1.
    pub record: u64,
    /// The call, if it names one.
    pub call_id: Option<String>,
    /// When it was captured, in Unix milliseconds.
    pub received_at: Option<i64>,
    /// When it happened, in Unix milliseconds.
    pub event_time: Option<i64>,
    /// Where its message stands in the spool.
    pub at: u64,
    /// How long its message is, in bytes.
    pub length: u64,
}

/// Facts about a plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlanFacts {
    /// Callbacks.
    pub callbacks: u64,
    /// Calls that they belong to.
    pub calls: u64,
    /// Callbacks that name no call.
    pub ungrouped: u64,
    /// Callbacks placed by the time of their capture.
    pub by_received_at: u64,
    /// Callbacks placed by the time at which they happened, for lack of the other.
    pub by_event_time: u64,
    /// Callbacks with neither, which are placed with the one before them in the log.
    pub without_time: u64,
    /// Callbacks whose time is before that of the one before them in the log, of the same call.
    pub backwards: u64,
    /// The first such callback: source and record.
    pub first_backwards: Option<(u32, u64)>,
    /// The longest time between one callback and the next, in milliseconds, and the one before it.
    pub longest_gap: Option<(u64, u32, u64)>,
}

/// What is not sent from a log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Records that are whole, and no callbacks.
    pub unrecognised: u64,
    /// Requests that the receiver refused.
    pub refused: u64,
    /// Records that cannot be read.
    pub damaged: u64,
    /// Ranges that belong to no record.
    pub skipped: u64,
    /// Callbacks of calls that are not wanted.
    pub unwanted: u64,
    /// Callbacks that were captured twice, for which another one is sent.
    pub captured_twice: u64,
    /// Callbacks that were accepted before, or of which that is not known, if only those that failed are sent.
    pub not_failed: u64,
}

impl LeftOut {
    /// Adds other counts.
    pub fn merge(&mut self, other: &Self) {
        self.unrecognised += other.unrecognised;
        self.refused += other.refused;
        self.damaged += other.damaged;
        self.skipped += other.skipped;
        self.unwanted += other.unwanted;
        self.captured_twice += other.captured_twice;
        self.not_failed += other.not_failed;
    }
}

/// Takes callbacks in the order of the log, and plans them.
#[derive(Debug, Default)]
pub struct Planner {
    entries: Vec<PlannedCallback>,
    lanes: HashMap<Box<str>, u32>,
    /// The time of each lane's last callback.
    last: Vec<i64>,
    /// Entries from this one on wait for the first time that is known.
    timeless: usize,
    latest: Option<i64>,
    facts: PlanFacts,
}

impl Planner {
    /// Takes a callback.
    pub fn add(&mut self, found: &CapturedCallback) {
        let facts = &mut self.facts;
        facts.callbacks += 1;
        let counter = match (found.received_at, found.event_time) {
            (Some(_), _) => &mut facts.by_received_at,
            (None, Some(_)) => &mut facts.by_event_time,
            (None, None) => &mut facts.without_time,
        };
        *counter += 1;
        let known = found.received_at.or(found.event_time);
        if let (Some(time), None) = (known, self.latest) {
            self.entries[self.timeless..].iter_mut().for_each(|entry| entry.time = time);
            self.last.iter_mut().for_each(|last| *last = time);
        }
        self.latest = known.or(self.latest);
        let time = self.latest.unwrap_or_default();
        let lane = self.lane(found.call_id.as_deref());
        let last = &mut self.last[lane as usize];
        if *last > time {
            self.facts.backwards += 1;
            self.facts.first_backwards.get_or_insert((found.source, found.record));
        }
        *last = time;
        let CapturedCallback { source, record, at, length, .. } = *found;
        self.entries.push(PlannedCallback { source, record, lane, time, at, length });
    }

    fn lane(&mut self, call_id: Option<&str>) -> u32 {
        let next = self.last.len() as u32;
        let lane = match call_id {
            None => {
                self.facts.ungrouped += 1;
                next
            }
            Some(call_id) => match self.lanes.get(call_id) {
                Some(lane) => return *lane,
                None => {
                    self.facts.calls += 1;
                    self.lanes.insert(call_id.into(), next);
                    next
                }
            },
        };
        self.last.push(i64::MIN);
        lane
    }

    /// The plan: sorted by time, what has the same time in the order of the log; then chaos is applied.
    pub fn finish(self, tempo: Tempo, chaos: Option<(&Chaos, u64)>) -> Plan {
        let Self { mut entries, mut facts, .. } = self;
        entries.sort_by_key(|entry| entry.time);
        let gap =
            |pair: &[PlannedCallback]| (pair[1].time.abs_diff(pair[0].time), pair[0].source, pair[0].record);
        facts.longest_gap =
            entries.windows(2).map(gap).reduce(|one, next| if next.0 > one.0 { next } else { one });
        let pauses = tempo.max_gap.map_or_else(Pauses::default, |longest| {
            Pauses::new(entries.iter().map(|entry| entry.time), longest)
        });
        let mut plan = Plan {
            pauses,
            entries,
            deliveries: Vec::new(),
            dropped: Vec::new(),
            facts,
            chaos: ChaosCounts::default(),
            chaos_impossible: ChaosCounts::default(),
            speed: tempo.speed,
        };
        plan.deliver(chaos);
        plan.repeat(tempo.passes);
        plan
    }
}

/// What is delivered, in the order in which it is due.
#[derive(Debug)]
pub struct Plan {
    pub(super) entries: Vec<PlannedCallback>,
    pub(super) deliveries: Vec<Delivery>,
    /// Silences that are cut.
    pauses: Pauses,
    /// Callbacks that chaos drops.
    pub(super) dropped: Vec<u32>,
    /// Facts about it.
    pub facts: PlanFacts,
    /// What chaos does.
    pub chaos: ChaosCounts,
    /// What it was to do and cannot: to a callback that is dropped, or that has no next one of its call to be swapped
    /// with.
    pub chaos_impossible: ChaosCounts,
    /// How fast time passes.
    pub speed: Speed,
}

impl Plan {
    /// The first and the last callback by time.
    pub fn ends(&self) -> Option<(&PlannedCallback, &PlannedCallback)> {
        self.entries.first().zip(self.entries.last())
    }

    /// How many deliveries there are.
    pub fn deliveries(&self) -> usize {
        self.deliveries.len()
    }

    /// How long it takes at this speed, if the backend keeps up.
    pub fn length(&self) -> Duration {
        self.deliveries.last().map_or(Duration::ZERO, |last| self.due(last))
    }

    /// When a delivery is due, from the start of the run.
    pub(super) fn due(&self, delivery: &Delivery) -> Duration {
        // Chaos moves no other delivery, also if it hits the first.
        let first = self.entries.first().map_or(0, |entry| entry.time);
        let played = delivery.time - self.pauses.cut_before(delivery.time);
        let passed = i64::from(delivery.pass - 1) * self.pass_length();
        Duration::from_millis(match self.speed {
            Speed::Max => 0,
            Speed::Times(times) => {
                ((played.abs_diff(first)).saturating_add_signed(passed) as f64 / times) as u64
            }
        })
    }

    /// How long one pass takes at the speed of the log, in milliseconds, with a second before the next one.
    fn pass_length(&self) -> i64 {
        let Some((first, last)) = self.ends() else { return 0 };
        last.time - self.pauses.cut_before(last.time) - first.time + 1000
    }

    /// Delivers everything that often, one pass after another.
    fn repeat(&mut self, passes: u16) {
        let once = self.deliveries.clone();
        for pass in 2..=passes {
            self.deliveries.extend(once.iter().map(|delivery| Delivery { pass, ..*delivery }));
        }
    }

    fn deliver(&mut self, chaos: Option<(&Chaos, u64)>) {
        let delivery = |(entry, callback): (u32, &PlannedCallback)| Delivery {
            entry,
            copy: 1,
            marks: ChaosMarks::default(),
            pass: 1,
            time: callback.time,
        };
        self.deliveries = (0..).zip(&self.entries).map(delivery).collect();
        if let Some((chaos, seed)) = chaos {
            let mut calm = std::mem::take(&mut self.deliveries);
            // The sort is stable, so each lane stays in order.
            calm.sort_by_key(|delivery| self.lane_of(delivery));
            let (mut upset, mut dropped) = (Vec::with_capacity(calm.len()), Vec::new());
            for lane in calm.chunk_by(|one, next| self.lane_of(one) == self.lane_of(next)) {
                self.upset(lane, chaos, seed, &mut upset, &mut dropped);
            }
            dropped.sort_unstable();
            self.dropped = dropped;
            upset.sort_by_key(|(rank, delivery)| (delivery.time, *rank));
            self.deliveries = upset.into_iter().map(|(_, delivery)| delivery).collect();
        }
        // A second delivery shares the fate of the first, which is counted once.
        let counted = |delivery: &Delivery| {
            if delivery.copy == 1 { delivery.marks } else { ChaosMarks::only(Disturbance::Dup) }
        };
        let all = self.deliveries.iter().map(counted);
        all.chain(self.dropped.iter().map(|_| ChaosMarks::only(Disturbance::Drop)))
            .for_each(|marks| self.chaos.add(marks));
        if let Some((chaos, seed)) = chaos {
            let mut drawn = ChaosCounts::default();
            let fates = self.entries.iter().map(|entry| chaos.fate(seed, entry.source, entry.record));
            fates.for_each(|fate| drawn.add(fate));
            self.chaos_impossible = self.chaos.short_of(&drawn);
        }
    }

    fn lane_of(&self, delivery: &Delivery) -> u32 {
        self.entries[delivery.entry as usize].lane
    }

    /// Applies chaos to the deliveries of one call, each with a rank that breaks ties between those of the same time.
    fn upset(
        &self,
        lane: &[Delivery],
        chaos: &Chaos,
        seed: u64,
        out: &mut Vec<(u32, Delivery)>,
        dropped: &mut Vec<u32>,
    ) {
        let fate = |slot: &Delivery| {
            let entry = &self.entries[slot.entry as usize];
            chaos.fate(seed, entry.source, entry.record)
        };
        let mut kept = Vec::with_capacity(lane.len());
        for slot in lane {
            match fate(slot) {
                it if it.has(Disturbance::Drop) => dropped.push(slot.entry),
                it if it.has(Disturbance::Delay) => {
                    let time = slot.time.saturating_add(chaos.late_by.as_millis() as i64);
                    kept.push(Delivery { time, marks: ChaosMarks::only(Disturbance::Delay), ..*slot });
                }
                _ => kept.push(*slot),
            }
        }
        kept.sort_by_key(|slot| slot.time);
        let mut index = 0;
        while index + 1 < kept.len() {
            if fate(&kept[index]).has(Disturbance::Reorder) {
                // Each takes the other's time.
                let [one, next] = [kept[index], kept[index + 1]];
                kept[index] = Delivery { time: one.time, ..next };
                kept[index + 1] =
                    Delivery { time: next.time, marks: one.marks.with(Disturbance::Reorder), ..one };
                index += 1;
            }
            index += 1;
        }
        let mut rank = 0;
        for slot in kept {
            // Ranks only rise within a call, so that sorting by time and rank keeps its order.
            rank = slot.entry.max(rank);
            out.push((rank, slot));
            if fate(&slot).has(Disturbance::Dup) {
                let marks = slot.marks.with(Disturbance::Dup);
                out.push((rank, Delivery { copy: 2, marks, ..slot }));
            }
        }
    }
}
