//! When users are engaged in calls, for those of whom a cause asks it.
//!
//! Comes in: the calls of a log, in any order, under the hashes of their users. Goes out: whether a user was in another
//! call at some moment. Must not: know ids, or what follows from it.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use crate::spec::Timestamp;

/// A user's part in a call. The order is that of users.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Engagement {
    /// Hash of the user's id.
    pub user: u64,
    /// From then on, in Unix seconds.
    pub from: Timestamp,
    /// Until then.
    pub to: Timestamp,
    /// Hash of the call's id.
    pub call: u64,
}

/// The parts in calls of the users that are asked about. Those of parts of a log add up.
#[derive(Clone, Debug, Default)]
pub(super) struct Engagements {
    /// Hashes of the users that are asked about.
    wanted: HashSet<u64>,
    /// Sorted once all are there.
    list: Vec<Engagement>,
}

impl Engagements {
    /// Asks about a user.
    pub(super) fn want(&mut self, user: u64) {
        self.wanted.insert(user);
    }

    /// True if a user is asked about.
    pub(super) fn wants(&self, user: u64) -> bool {
        self.wanted.contains(&user)
    }

    /// True if nobody is asked about.
    pub(super) fn wants_nobody(&self) -> bool {
        self.wanted.is_empty()
    }

    /// Takes in a part in a call.
    pub(super) fn add(&mut self, engagement: Engagement) {
        self.list.push(engagement);
    }

    /// Takes in those of another part of the log.
    pub(super) fn merge(&mut self, other: Self) {
        self.wanted.extend(other.wanted);
        self.list.extend(other.list);
        self.sort();
    }

    fn sort(&mut self) {
        self.list.sort_unstable();
        self.list.dedup();
    }

    /// As they go from one process to another: who is asked about, and the parts.
    pub(super) fn to_part(&self) -> (Vec<u64>, Vec<Engagement>) {
        let mut wanted: Vec<u64> = self.wanted.iter().copied().collect();
        wanted.sort_unstable();
        let mut list = self.list.clone();
        list.sort_unstable();
        (wanted, list)
    }

    /// Takes in what another process found.
    pub(super) fn add_part(&mut self, wanted: Vec<u64>, list: Vec<Engagement>) {
        self.wanted.extend(wanted);
        self.list.extend(list);
        self.sort();
    }

    /// True if the user was in another call than that one at that moment.
    pub(super) fn engaged(&self, user: u64, call: u64, at: Timestamp) -> bool {
        let first = self.list.partition_point(|engagement| engagement.user < user);
        let own = self.list[first..].iter().take_while(|engagement| engagement.user == user);
        let mut until = own.take_while(|engagement| engagement.from <= at);
        until.any(|engagement| engagement.call != call && at <= engagement.to)
    }
}
