//! Who takes part in a call: one lane each.

use std::collections::HashMap;

use crate::calls::{Outcome, Participant, TextId, Timeline, participants};

/// A participant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lane<'t> {
    /// The user; none for callbacks that name no user.
    pub user: Option<&'t str>,
    /// `caller`, `callee`, `both`, or empty if it is unknown.
    pub role: &'static str,
    /// Platform, as written.
    pub platform: Option<&'t str>,
    /// Callbacks, duplicates included.
    pub callbacks: usize,
}

impl Lane<'_> {
    /// Its name.
    pub fn name(&self) -> &str {
        self.user.unwrap_or("(no user)")
    }

    /// Role and platform.
    pub fn kind(&self) -> String {
        let role = if self.role.is_empty() { "no role" } else { self.role };
        self.platform.map_or_else(|| role.to_owned(), |platform| format!("{role}, {platform}"))
    }
}

/// The lanes of a call, and where each user's is.
#[derive(Debug, Default)]
pub(super) struct Lanes<'t> {
    pub(super) list: Vec<Lane<'t>>,
    of_user: HashMap<TextId, usize>,
}

impl<'t> Lanes<'t> {
    /// The caller first, then callees and others by first appearance, then callbacks that name no user who takes part.
    pub(super) fn of(timeline: &Timeline<'t>, outcome: &Outcome) -> Self {
        let mut lanes = Self::default();
        let people = participants(timeline);
        let of_user: HashMap<TextId, &Participant> = people.iter().map(|it| (it.user, it)).collect();
        let first = outcome.caller.into_iter().chain(outcome.callees.iter().copied());
        for user in first.chain(people.iter().map(|person| person.user)) {
            if let Some(person) = of_user.get(&user) {
                lanes.add(timeline, user, Some(person));
            }
        }
        lanes
    }

    /// True for a user that takes part.
    pub(super) fn has(&self, user: TextId) -> bool {
        self.of_user.contains_key(&user)
    }

    fn add(&mut self, timeline: &Timeline<'t>, user: TextId, person: Option<&Participant>) -> usize {
        let next = self.list.len();
        let lane = *self.of_user.entry(user).or_insert(next);
        if lane == next {
            self.list.push(Lane {
                user: timeline.text(user),
                role: person.map_or("", Participant::role_word),
                platform: person.and_then(|person| person.platform).and_then(|id| timeline.text(id)),
                callbacks: person.map_or(0, |person| person.callbacks),
            });
        }
        lane
    }

    /// The lane of a user; callbacks that name no user share a lane of their own.
    pub(super) fn of_step(&mut self, timeline: &Timeline<'t>, user: TextId) -> usize {
        let lane = self.add(timeline, user, None);
        if user == TextId::NONE {
            self.list[lane].callbacks += 1;
        }
        lane
    }
}
