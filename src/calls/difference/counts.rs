//! How many calls of a side have each cause, result, platform and so on.
//!
//! Comes in: calls. Goes out: counts that add up over parts: the same for any order and any parts. Must not: test.
//!
//! Calls of one user are alike, so that counts differ by more than if each call were drawn by itself. Users are therefore
//! dealt into groups, and everything is counted in each: how much the groups differ says how far that goes. A user is in
//! the same group on both sides.

use std::collections::BTreeMap;
use std::hash::BuildHasher;

use foldhash::quality::FixedState;

use crate::calls::figures::groups::{GroupFacts, GroupKey, group_names};
use crate::calls::store::position::Position;
use crate::spec::{Cause, Timestamp, Word};

/// By what calls are compared, in the order of reports.
pub const COMPARED: [GroupKey; 7] = [
    GroupKey::Cause,
    GroupKey::Result,
    GroupKey::Platform,
    GroupKey::CalleePlatform,
    GroupKey::MediaType,
    GroupKey::SdkAppId,
    GroupKey::HourOfDay,
];

/// Groups of users.
pub(super) const GROUPS: usize = 256;
/// Different values of a key, beyond which it is not compared: captured text can be anything.
const MOST_VALUES: usize = 64;
/// How many calls are kept as examples of each value.
const EXAMPLES: usize = 3;

/// Calls by group of users.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ByGroup(Box<[u32; GROUPS]>);

impl Default for ByGroup {
    fn default() -> Self {
        Self(Box::new([0; GROUPS]))
    }
}

impl ByGroup {
    /// Calls of all groups.
    pub(super) fn all(&self) -> u64 {
        self.each().map(|calls| calls as u64).sum()
    }

    /// Calls of each group.
    pub(super) fn each(&self) -> impl Iterator<Item = f64> {
        self.0.iter().map(|calls| f64::from(*calls))
    }

    pub(super) fn merge(&mut self, other: &Self) {
        self.0.iter_mut().zip(&*other.0).for_each(|(calls, more)| *calls = calls.saturating_add(*more));
    }
}

/// The calls that have a value.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct ValueCounts {
    pub(super) calls: ByGroup,
    /// The first of them in the input.
    examples: Vec<(Position, String)>,
}

impl ValueCounts {
    fn example(&mut self, position: Position, call_id: &str) {
        if self.examples.len() == EXAMPLES && self.examples.last().is_some_and(|(last, _)| *last < position) {
            return;
        }
        self.examples.push((position, call_id.to_owned()));
        self.examples.sort_unstable();
        self.examples.truncate(EXAMPLES);
    }

    fn merge(&mut self, other: Self) {
        self.calls.merge(&other.calls);
        self.examples.extend(other.examples);
        self.examples.sort_unstable();
        self.examples.truncate(EXAMPLES);
    }

    /// Their ids.
    pub(super) fn examples(&self) -> Vec<String> {
        self.examples.iter().map(|(_, call_id)| call_id.clone()).collect()
    }
}

/// The calls that have a value of a key at all, and those of each value.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct KeyCounts {
    pub(super) of: ByGroup,
    pub(super) values: BTreeMap<String, ValueCounts>,
    /// True if there are too many different values; then none is there.
    pub(super) has_too_many: bool,
}

impl KeyCounts {
    fn bound(&mut self) {
        self.has_too_many |= self.values.len() > MOST_VALUES;
        if self.has_too_many {
            self.values.clear();
        }
    }

    fn add(&mut self, group: usize, values: &[String], call: &SideCall<'_>) {
        self.of.0[group] += 1;
        if self.has_too_many {
            return;
        }
        for value in values {
            let counts = match self.values.get_mut(value) {
                Some(counts) => counts,
                None => self.values.entry(value.clone()).or_default(),
            };
            counts.calls.0[group] += 1;
            counts.example(call.position, call.call_id);
        }
        self.bound();
    }

    fn merge(&mut self, other: Self) {
        self.of.merge(&other.of);
        self.has_too_many |= other.has_too_many;
        for (value, counts) in other.values {
            self.values.entry(value).or_default().merge(counts);
        }
        self.bound();
    }
}

/// A call of a side.
#[derive(Clone, Copy, Debug)]
pub struct SideCall<'c> {
    /// The user whose calls are alike: its caller; without one, the call's id.
    pub user: &'c str,
    /// When it was started, in Unix seconds.
    pub start: Option<Timestamp>,
    /// Where its first callback is.
    pub position: Position,
    /// Its id.
    pub call_id: &'c str,
}

/// The calls of a side. Sums of parts are those of the whole.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SideCounts {
    /// From when to when there can be calls: the log, or the period of it. Calls may have been started before.
    pub span: Option<(Timestamp, Timestamp)>,
    /// Calls with a start.
    pub(super) started: u64,
    /// Calls that the beginning of the log cuts, and those that its end does.
    pub cut: [u64; 2],
    keys: [KeyCounts; COMPARED.len()],
}

impl SideCounts {
    /// Counts a call, by what is known of it.
    pub fn add_call(&mut self, call: &SideCall<'_>, facts: &GroupFacts<'_, '_>) {
        self.add(call, |key| {
            let names = group_names(&[key], facts);
            names.iter().flat_map(|name| name.parts().map(str::to_owned)).collect()
        });
    }

    /// Counts a call, of which `values` gives those of a key; an empty one is unknown.
    pub fn add(&mut self, call: &SideCall<'_>, values: impl Fn(GroupKey) -> Vec<String>) {
        let group = FixedState::with_seed(0).hash_one(call.user) as usize % GROUPS;
        self.started += u64::from(call.start.is_some());
        for (key, counts) in COMPARED.into_iter().zip(&mut self.keys) {
            let mut values = values(key);
            if key == GroupKey::Cause {
                let has = |cause: Cause| u64::from(values.iter().any(|value| value == cause.as_str()));
                self.cut[0] += has(Cause::LogBegins);
                self.cut[1] += has(Cause::LogEnds);
            }
            values.retain(|value| is_told(key, value));
            if !values.is_empty() {
                counts.add(group, &values, call);
            }
        }
    }

    /// The counts by a key of [`COMPARED`], by its index.
    pub(super) fn key(&self, index: usize) -> &KeyCounts {
        &self.keys[index]
    }

    /// Adds the calls of another part.
    pub fn merge(&mut self, other: Self) {
        self.span = match (self.span, other.span) {
            (Some((first, last)), Some((from, to))) => Some((first.min(from), last.max(to))),
            (one, two) => one.or(two),
        };
        self.started += other.started;
        self.cut.iter_mut().zip(other.cut).for_each(|(count, more)| *count += more);
        self.keys.iter_mut().zip(other.keys).for_each(|(counts, more)| counts.merge(more));
    }
}

/// True for a value that says something about calls: not for those that only say where the log begins and ends, and not
/// for one that is unknown.
fn is_told(key: GroupKey, value: &str) -> bool {
    let of_log = match key {
        GroupKey::Cause => [Cause::LogBegins, Cause::LogEnds].iter().any(|cause| cause.as_str() == value),
        GroupKey::Result => value == "incomplete",
        _ => false,
    };
    !value.is_empty() && !of_log
}
