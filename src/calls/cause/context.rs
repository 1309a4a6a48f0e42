//! What a log as a whole says that matters for single calls.

use std::collections::HashSet;
use std::hash::BuildHasher;

use foldhash::quality::RandomState;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::calls::counts::{Platforms, add_platform, add_platforms, platforms_without};
use crate::calls::model::step::Happening;
use crate::calls::model::timeline::Timeline;
use crate::spec::{Role, Timestamp};

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
    /// The users that do something in any call; empty if they are not needed.
    pub active_users: ActiveUsers,
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
    platforms: [Platforms; 2],
}

impl UsersInPart {
    /// Takes in those of another part.
    pub fn merge(&mut self, other: Self) {
        self.acting.extend(other.acting);
        self.acting.sort_unstable();
        self.acting.dedup();
        for (known, more) in self.platforms.iter_mut().zip(other.platforms) {
            add_platforms(known, more);
        }
    }
}

/// The users that do something in any call of a log, and their platforms. Those of parts of a log are copies of one
/// empty set, so that their hashes are the same.
#[derive(Clone, Debug, Default)]
pub struct ActiveUsers {
    hasher: UserHasher,
    /// Hashes of the users' ids: 8 bytes for a user, however long the id.
    acting: HashSet<u64>,
    /// For caller and callee, how many calls have one on that platform.
    platforms: [Platforms; 2],
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
        UsersInPart { acting, platforms: self.platforms.clone() }
    }

    /// Takes in what another process found, under the same key.
    pub fn add_part(&mut self, part: UsersInPart) {
        self.acting.extend(part.acting);
        for (known, more) in self.platforms.iter_mut().zip(part.platforms) {
            add_platforms(known, more);
        }
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
    }

    /// Takes in another part of the log.
    pub fn merge(&mut self, other: Self) {
        self.acting.extend(other.acting);
        for (known, more) in self.platforms.iter_mut().zip(other.platforms) {
            add_platforms(known, more);
        }
    }

    /// True if a user does something in any call.
    pub fn acts(&self, user: &str) -> bool {
        self.acting.contains(&self.hasher.hash(user))
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
