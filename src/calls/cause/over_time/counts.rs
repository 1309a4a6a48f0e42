//! How many calls of each cause there are, minute by minute, by app and platform.
//!
//! Comes in: calls. Goes out: counts that add up over parts: the same for any order and any parts. Must not: test.
//!
//! Memory is bounded: a log with calls in more than [`MOST_STEPS`] different minutes is counted by five minutes, and so
//! on; one with more apps or platforms than [`MOST_NAMES`] is not divided by them. Both depend on nothing but the set of
//! all calls.

use std::collections::{BTreeSet, HashMap};

use foldhash::fast::RandomState;
use serde::{Deserialize, Serialize};

use crate::calls::cause::verdict::Verdict;
use crate::calls::model::outcome::Outcome;
use crate::calls::model::participant::platform_of_role;
use crate::calls::model::timeline::Timeline;
use crate::calls::store::position::Position;
use crate::spec::{Cause, Role, Timestamp};

/// Lengths of a step in minutes, each a multiple of the one before.
const STEPS: [u32; 7] = [1, 5, 15, 60, 360, 1440, 10_080];
/// Different steps that have calls.
const MOST_STEPS: usize = if cfg!(test) { 64 } else { 1 << 14 };
/// Different apps, and different platforms.
const MOST_NAMES: usize = 16;
/// Minutes of a block, unless a step is longer.
const BLOCK: u32 = 60;
const MINUTE: u32 = 60;

/// What matters of a call here.
#[derive(Clone, Copy, Debug)]
pub struct TimedCall<'c> {
    /// When it was started, in Unix seconds.
    pub time: Timestamp,
    /// Its app.
    pub sdkappid: Option<u32>,
    /// The platforms of the caller and of the callee.
    pub platforms: [Option<&'c str>; 2],
    /// The main cause.
    pub cause: Cause,
    /// The causes that contribute.
    pub contributing: &'c [Cause],
    /// Where its first callback is.
    pub position: Position,
    /// Its id.
    pub call_id: &'c str,
}

/// A call that shows a cause.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Example {
    pub(super) time: Timestamp,
    position: Position,
    pub(super) call_id: String,
}

/// What a block counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct BlockKey {
    /// 0 for unknown, and for all if there are too many.
    pub(super) app: u32,
    /// The platforms of the caller and of the callee, from 1; 0 for unknown, and for all if there are too many.
    pub(super) platforms: [u8; 2],
    /// A cause; none for the calls of all causes.
    pub(super) cause: Option<u8>,
    /// The time, in blocks.
    pub(super) block: u32,
}

/// The calls of an hour, or of a longer step.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct TimeBlock {
    /// Calls by the step of the block, in ascending order.
    pub(super) steps: Vec<(u8, u32)>,
    /// The first and the last call by time, of calls with a cause.
    ends: Option<Box<[Example; 2]>>,
}

/// How many calls of each cause there are over time. Sums of parts are those of the whole.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OverTime {
    /// The length of a step, as an index of [`STEPS`].
    length: usize,
    /// Steps that have calls.
    used: BTreeSet<u32>,
    /// Apps that are divided by; none if there are too many.
    apps: Option<BTreeSet<u32>>,
    /// Platforms as they were first seen; none if there are too many.
    platforms: Option<Vec<String>>,
    blocks: HashMap<BlockKey, TimeBlock, RandomState>,
    is_used: bool,
}

/// True for a cause of which more than before means that something is wrong: not for calls that went well, and not for
/// those that are cut by the edges of the log.
fn is_followed(cause: Cause) -> bool {
    !matches!(cause, Cause::Completed | Cause::LogBegins | Cause::LogEnds)
}

impl OverTime {
    /// Counts a call with its verdict; one that has no time counts nowhere.
    pub fn add(&mut self, timeline: &Timeline<'_>, outcome: &Outcome, verdict: &Verdict) {
        let time = outcome.start.or(outcome.earliest);
        if let (Some(time), Some(first)) = (time, timeline.steps.first()) {
            self.add_timed(&TimedCall {
                time,
                sdkappid: outcome.sdkappid,
                platforms: [Role::Caller, Role::Callee].map(|role| platform_of_role(timeline, role)),
                cause: verdict.cause,
                contributing: &verdict.contributing,
                position: first.position,
                call_id: &timeline.call_id,
            });
        }
    }

    /// Counts a call.
    pub fn add_timed(&mut self, call: &TimedCall<'_>) {
        self.begin();
        let app = self.app(call.sdkappid);
        let mut platforms = call.platforms.map(|name| name.map_or(0, |name| self.platform(name)));
        if self.platforms.is_none() {
            platforms = [0; 2];
        }
        let (block, step) = self.place(call.time);
        let key = BlockKey { app, platforms, cause: None, block };
        self.blocks.entry(key).or_default().count(step, 1);
        let causes = std::iter::once(call.cause).chain(call.contributing.iter().copied());
        for cause in causes.filter(|cause| is_followed(*cause)) {
            let counts = self.blocks.entry(BlockKey { cause: Some(cause as u8), ..key }).or_default();
            counts.count(step, 1);
            counts.show(call);
        }
        self.used.insert(call.time / MINUTE / self.minutes());
        self.bound();
    }

    fn begin(&mut self) {
        if !std::mem::replace(&mut self.is_used, true) {
            self.apps = Some(BTreeSet::new());
            self.platforms = Some(Vec::new());
        }
    }

    /// Adds the calls of another part.
    pub fn merge(&mut self, mut other: Self) {
        if !other.is_used {
            return;
        }
        self.begin();
        while self.length < other.length {
            self.lengthen();
        }
        while other.length < self.length {
            other.lengthen();
        }
        match other.apps.take() {
            Some(apps) => {
                for app in apps {
                    self.app(Some(app));
                }
            }
            None => self.merge_apps(),
        }
        let places: Vec<u8> = match other.platforms.take() {
            Some(names) => names.iter().map(|name| self.platform(name)).collect(),
            None => {
                self.merge_platforms();
                Vec::new()
            }
        };
        for (mut key, block) in other.blocks {
            if self.apps.is_none() {
                key.app = 0;
            }
            let place = |index: u8| places.get(usize::from(index).wrapping_sub(1)).copied().unwrap_or(0);
            key.platforms = if self.platforms.is_some() { key.platforms.map(place) } else { [0; 2] };
            self.blocks.entry(key).or_default().merge(block);
        }
        self.used.extend(other.used);
        self.bound();
    }

    /// The app of a key.
    fn app(&mut self, sdkappid: Option<u32>) -> u32 {
        let (Some(apps), Some(app)) = (&mut self.apps, sdkappid) else { return 0 };
        apps.insert(app);
        if apps.len() > MOST_NAMES {
            self.merge_apps();
            return 0;
        }
        app
    }

    fn merge_apps(&mut self) {
        self.apps = None;
        self.rekey(|key| BlockKey { app: 0, ..key });
    }

    /// The number of a platform, from 1; 0 if there are too many.
    fn platform(&mut self, name: &str) -> u8 {
        let Some(names) = &mut self.platforms else { return 0 };
        let index = names.iter().position(|known| known == name).unwrap_or(names.len());
        if index == MOST_NAMES {
            self.merge_platforms();
            return 0;
        }
        if index == names.len() {
            names.push(name.to_owned());
        }
        u8::try_from(index + 1).unwrap_or(0)
    }

    fn merge_platforms(&mut self) {
        self.platforms = None;
        self.rekey(|key| BlockKey { platforms: [0; 2], ..key });
    }

    /// Takes longer steps while too many have calls.
    fn bound(&mut self) {
        while self.used.len() > MOST_STEPS && self.length + 1 < STEPS.len() {
            self.lengthen();
        }
    }

    fn lengthen(&mut self) {
        let (old, new) = (self.minutes(), STEPS[self.length + 1]);
        self.length += 1;
        self.used = std::mem::take(&mut self.used).into_iter().map(|step| step * old / new).collect();
        for (key, mut block) in std::mem::take(&mut self.blocks) {
            let minute = key.block * old.max(BLOCK);
            let (number, _) = self.place(minute * MINUTE);
            for (step, count) in std::mem::take(&mut block.steps) {
                let (_, step) = self.place((minute + u32::from(step) * old) * MINUTE);
                block.count(step, count);
            }
            self.blocks.entry(BlockKey { block: number, ..key }).or_default().merge(block);
        }
    }

    fn rekey(&mut self, key_of: impl Fn(BlockKey) -> BlockKey) {
        for (key, block) in std::mem::take(&mut self.blocks) {
            self.blocks.entry(key_of(key)).or_default().merge(block);
        }
    }

    /// The block of a time, and its step in it.
    fn place(&self, time: Timestamp) -> (u32, u8) {
        let (minute, step) = (time / MINUTE, self.minutes());
        let block = step.max(BLOCK);
        (minute / block, u8::try_from(minute % block / step).unwrap_or(0))
    }

    /// Minutes of a step.
    pub(super) fn minutes(&self) -> u32 {
        STEPS[self.length]
    }

    /// Steps of a block.
    pub(super) fn steps_of_block(&self) -> u32 {
        self.minutes().max(BLOCK) / self.minutes()
    }

    /// The first second of a step.
    pub(super) fn second(&self, step: u32) -> i64 {
        i64::from(step) * i64::from(self.minutes() * MINUTE)
    }

    /// The name of a platform.
    pub(super) fn platform_name(&self, number: u8) -> Option<&str> {
        self.platforms.as_ref()?.get(usize::from(number).checked_sub(1)?).map(String::as_str)
    }

    /// The blocks, in no order.
    pub(super) fn blocks(&self) -> impl Iterator<Item = (&BlockKey, &TimeBlock)> {
        self.blocks.iter()
    }
}

impl TimeBlock {
    fn count(&mut self, step: u8, calls: u32) {
        // Calls come nearly in order of time.
        match self.steps.last_mut() {
            Some((last, count)) if *last == step => *count += calls,
            Some((last, _)) if *last > step => match self.steps.binary_search_by_key(&step, |(at, _)| *at) {
                Ok(index) => self.steps[index].1 += calls,
                Err(index) => self.steps.insert(index, (step, calls)),
            },
            _ => self.steps.push((step, calls)),
        }
    }

    /// Keeps a call if it is the first or the last.
    fn show(&mut self, call: &TimedCall<'_>) {
        let example =
            || Example { time: call.time, position: call.position, call_id: call.call_id.to_owned() };
        let Some(ends) = &mut self.ends else {
            self.ends = Some(Box::new([example(), example()]));
            return;
        };
        let is_before = |one: &Example| (call.time, call.position) < (one.time, one.position);
        if is_before(&ends[0]) {
            ends[0] = example();
        } else if !is_before(&ends[1]) {
            let last = &mut ends[1];
            (last.time, last.position) = (call.time, call.position);
            last.call_id.clear();
            last.call_id.push_str(call.call_id);
        }
    }

    /// The first and the last call.
    pub(super) fn examples(&self) -> impl Iterator<Item = &Example> {
        self.ends.iter().flat_map(|ends| ends.iter())
    }

    fn merge(&mut self, other: Self) {
        other.steps.into_iter().for_each(|(step, calls)| self.count(step, calls));
        match (&mut self.ends, other.ends) {
            (None, theirs) => self.ends = theirs,
            (Some(ours), Some(theirs)) => {
                let [first, last] = *theirs;
                if first < ours[0] {
                    ours[0] = first;
                }
                if last > ours[1] {
                    ours[1] = last;
                }
            }
            (Some(_), None) => {}
        }
    }
}
