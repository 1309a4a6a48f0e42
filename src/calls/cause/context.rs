//! What a log as a whole says that matters for single calls.

use std::collections::{HashMap, HashSet};
use std::hash::BuildHasher;

use foldhash::quality::RandomState;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::base_rates::BaseRates;
use super::engagements::{Engagement, Engagements};
use crate::calls::counts::{Platforms, add_platform, add_platforms, platforms_without};
use crate::calls::model::outcome::{Outcome, Times};
use crate::calls::model::step::{Happening, Step};
use crate::calls::model::timeline::Timeline;
use crate::spec::{CallResult, Event, Family, Phase, Role, Timestamp};

/// What a log as a whole says that matters for single calls.
#[derive(Clone, Debug, Default)]
pub struct LogContext {
    /// When it was written, in Unix seconds: the least `EventTime`, but for those of clocks that are far off.
    pub oldest: Option<Timestamp>,
    /// The greatest such time.
    pub newest: Option<Timestamp>,
    /// True if any callback is a `receive_call`.
    pub rings: bool,
    /// True if any callback is a callee's.
    pub callees_report: bool,
    /// True if any callback is a v4 member change.
    pub members_change: bool,
    /// The users that do something in any call, and what the calls show together.
    pub active_users: ActiveUsers,
}

impl LogContext {
    pub(super) fn rates(&self) -> &BaseRates {
        &self.active_users.rates
    }
}

/// How the ids of users are hashed, under a key that an attacker cannot know, so that no ids can be chosen that are taken
/// for each other.
#[derive(Clone, Debug)]
enum UserHasher {
    /// Under a random key, within a process.
    Random(RandomState),
    /// Under a given key, so that processes agree.
    Keyed([u8; 16]),
}

impl Default for UserHasher {
    fn default() -> Self {
        Self::Random(RandomState::default())
    }
}

impl UserHasher {
    fn hash(&self, user: &str) -> u64 {
        match self {
            Self::Random(hasher) => hasher.hash_one(user),
            Self::Keyed(key) => {
                let digest = Sha256::new().chain_update(key).chain_update(user).finalize();
                digest.first_chunk().map_or(0, |first| u64::from_le_bytes(*first))
            }
        }
    }
}

/// The active users of a part of a log, as they go from one process to another: hashes in ascending order.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct UsersInPart {
    acting: Vec<u64>,
    /// Users, and in how many calls each was called and did nothing.
    passive: Vec<(u64, u32)>,
    platforms: [Platforms; 2],
    rates: BaseRates,
    wanted: Vec<u64>,
    engagements: Vec<Engagement>,
}

impl UsersInPart {
    /// Takes in those of another part.
    pub fn merge(&mut self, other: Self) {
        self.acting.extend(other.acting);
        self.acting.sort_unstable();
        self.acting.dedup();
        self.passive.extend(other.passive);
        self.passive.sort_unstable();
        self.passive.dedup_by(|(user, more), (known, calls)| {
            let same = user == known;
            *calls += if same { *more } else { 0 };
            same
        });
        for (known, more) in self.platforms.iter_mut().zip(other.platforms) {
            add_platforms(known, more);
        }
        self.rates.merge(&other.rates);
        self.wanted.extend(other.wanted);
        self.wanted.sort_unstable();
        self.wanted.dedup();
        self.engagements.extend(other.engagements);
        self.engagements.sort_unstable();
    }

    /// True if it has to be found out when some users were in calls.
    pub fn wants_engagements(&self) -> bool {
        !self.wanted.is_empty()
    }
}

/// The users that do something in any call of a log, their platforms, and what the calls show together. Those of parts of
/// a log are copies of one empty set, so that their hashes are the same.
#[derive(Clone, Debug, Default)]
pub struct ActiveUsers {
    hasher: UserHasher,
    /// Hashes of the users' ids: 8 bytes for a user, however long the id.
    acting: HashSet<u64>,
    /// Users who were called and did nothing, and in how many calls.
    passive: HashMap<u64, u32>,
    /// For caller and callee, how many calls have one on that platform.
    platforms: [Platforms; 2],
    rates: BaseRates,
    engagements: Engagements,
    idle_but_acting: f64,
}

impl ActiveUsers {
    /// An empty set whose parts are made by several processes, which have this key in common.
    pub fn keyed(key: [u8; 16]) -> Self {
        Self { hasher: UserHasher::Keyed(key), ..Self::default() }
    }

    /// What is in it, for another process.
    pub fn to_part(&self) -> UsersInPart {
        let mut acting: Vec<u64> = self.acting.iter().copied().collect();
        acting.sort_unstable();
        let mut passive: Vec<(u64, u32)> = self.passive.iter().map(|(user, calls)| (*user, *calls)).collect();
        passive.sort_unstable();
        let (wanted, engagements) = self.engagements.to_part();
        let (platforms, rates) = (self.platforms.clone(), self.rates.clone());
        UsersInPart { acting, passive, platforms, rates, wanted, engagements }
    }

    /// Takes in what another process found, under the same key.
    pub fn add_part(&mut self, part: UsersInPart) {
        self.acting.extend(part.acting);
        self.add_passive(part.passive);
        for (known, more) in self.platforms.iter_mut().zip(part.platforms) {
            add_platforms(known, more);
        }
        self.rates.merge(&part.rates);
        self.engagements.add_part(part.wanted, part.engagements);
    }

    fn add_passive(&mut self, more: impl IntoIterator<Item = (u64, u32)>) {
        more.into_iter().for_each(|(user, calls)| *self.passive.entry(user).or_default() += calls);
    }

    /// Takes in a call.
    pub fn add(&mut self, timeline: &Timeline<'_>) {
        let mut told = [false; 2];
        for step in timeline.originals() {
            if matches!(step.happening, Happening::Called | Happening::Nothing) {
                continue;
            }
            if let Some(user) = timeline.text(step.user) {
                self.acting.insert(self.hasher.hash(user));
            }
            if let (Some(role), Some(platform)) = (step.role, timeline.text(step.platform))
                && !std::mem::replace(&mut told[role as usize], true)
            {
                add_platform(&mut self.platforms[role as usize], Some(platform));
            }
        }
        self.rates.add(timeline);
        if timeline.steps.iter().any(|step| step.family == Family::V4) {
            self.add_called(timeline);
        }
        if timeline.originals().any(may_be_busy) {
            let callees = timeline.originals().filter(|step| step.role == Some(Role::Callee));
            for user in callees.filter_map(|step| timeline.text(step.user)) {
                self.engagements.want(self.hasher.hash(user));
            }
        }
    }

    /// Those who are called in a v4 call and do nothing.
    fn add_called(&mut self, timeline: &Timeline<'_>) {
        let acts = |step: &&Step| matches!(step.happening, Happening::Action(_) | Happening::Calling);
        let called = timeline.originals().filter(|step| step.happening == Happening::Called);
        let mut passive: Vec<_> = called.map(|step| step.user).collect();
        passive.sort_unstable();
        passive.dedup();
        let mut acting: Vec<_> = timeline.originals().filter(acts).map(|step| step.user).collect();
        acting.sort_unstable();
        passive.retain(|user| acting.binary_search(user).is_err());
        let hasher = &self.hasher;
        let users: Vec<_> = passive.iter().filter_map(|user| timeline.text(*user)).collect();
        let users: Vec<_> = users.into_iter().map(|user| (hasher.hash(user), 1)).collect();
        self.add_passive(users);
    }

    /// True if it has to be found out when some users were in calls, with [`ActiveUsers::add_engagements`] of each.
    pub fn wants_engagements(&self) -> bool {
        !self.engagements.wants_nobody()
    }

    /// The same users, without what was counted of them: what a part of the calls is added to by
    /// [`ActiveUsers::add_engagements`].
    pub fn for_engagements(&self) -> Self {
        let (hasher, engagements) = (self.hasher.clone(), self.engagements.clone());
        Self { hasher, engagements, ..Self::default() }
    }

    /// Takes in when users that are asked about were in a call.
    pub fn add_engagements(&mut self, timeline: &Timeline<'_>) {
        let mut users: Vec<_> = timeline.originals().filter(|step| takes_part(step)).collect();
        users.sort_unstable_by_key(|step| (step.user, step.time.unwrap_or(Timestamp::MAX)));
        users.dedup_by_key(|step| step.user);
        let mut ends = None;
        for step in users {
            let Some(user) = timeline.text(step.user).map(|user| self.hasher.hash(user)) else { continue };
            if !self.engagements.wants(user) {
                continue;
            }
            let ends = *ends.get_or_insert_with(|| Times::of(timeline.originals()).end);
            if let (Some(from), Some(to)) = (step.time, ends) {
                let call = self.hasher.hash(&timeline.call_id);
                self.engagements.add(Engagement { user, from, to, call });
            }
        }
    }

    /// Takes in another part of the log.
    pub fn merge(&mut self, other: Self) {
        self.acting.extend(other.acting);
        self.add_passive(other.passive);
        for (known, more) in self.platforms.iter_mut().zip(other.platforms) {
            add_platforms(known, more);
        }
        self.rates.merge(&other.rates);
        self.engagements.merge(other.engagements);
    }

    /// True if a user does something in any call.
    pub fn acts(&self, user: &str) -> bool {
        self.acting.contains(&self.hasher.hash(user))
    }

    /// Of callees who do nothing in a call, the share who act in others.
    pub(super) fn idle_but_acting(&self) -> f64 {
        self.idle_but_acting
    }

    /// The same, once all calls are in.
    pub(in crate::calls) fn settled(mut self) -> Self {
        let count = |acting: bool| -> f64 {
            let calls = self.passive.iter().filter(|(user, _)| !acting || self.acting.contains(user));
            calls.map(|(_, calls)| f64::from(*calls)).sum()
        };
        self.idle_but_acting = count(true) / count(false).max(1.0);
        self
    }

    /// In how many calls a user was called and did nothing.
    pub(super) fn passive_calls(&self, user: &str) -> u32 {
        self.passive.get(&self.hasher.hash(user)).copied().unwrap_or(0)
    }

    /// True if a callee of the call was in another call of the log when this one reached it.
    pub(super) fn engaged(&self, timeline: &Timeline<'_>, outcome: &Outcome, user: &str) -> bool {
        if self.engagements.wants_nobody() {
            return false;
        }
        let own = timeline.originals().filter(|step| timeline.text(step.user) == Some(user));
        let at = own.filter(|step| step.happening != Happening::Called).filter_map(|step| step.time).min();
        at.or(outcome.start).or(outcome.earliest).is_some_and(|at| {
            self.engagements.engaged(self.hasher.hash(user), self.hasher.hash(&timeline.call_id), at)
        })
    }

    /// Platforms that report as the other role in several calls, and never as this one.
    pub fn never_as(&self, role: Role) -> Vec<&str> {
        let [callers, callees] = &self.platforms;
        match role {
            Role::Caller => platforms_without(callees, callers),
            Role::Callee => platforms_without(callers, callees),
        }
    }
}

/// True for a step after which a callee may have been in another call.
fn may_be_busy(step: &Step) -> bool {
    step.result == Some(CallResult::CallBusy) || step.implied() == Some(CallResult::CallBusy)
}

/// True for a step with which a user's part in a call begins: from then on the line is busy.
fn takes_part(step: &Step) -> bool {
    matches!(step.phase, Some(Phase::Start | Phase::Accept))
        || matches!(step.as_event(), Some(Event::ReceiveCall | Event::CallAccepted))
}
