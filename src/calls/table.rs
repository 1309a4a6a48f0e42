//! The table of calls, filled callback by callback and merged with others.

use std::borrow::Cow;

use super::pool::{NONE, Pool};
use super::position::Position;
use super::texts::{TextId, Texts};
use crate::decode::{Callback, Faulty, Part};
use crate::spec::{CallResult, CallType, Event, Family, Level, MediaType, Role, Timestamp, V4Command};

/// Findings on records, counted by level.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Problems {
    /// By level, in the order of [`Level::ALL`].
    pub counts: [u32; 3],
}

impl Problems {
    /// Counts one finding.
    pub fn add(&mut self, level: Level) {
        self.counts[level as usize] += 1;
    }

    /// Adds all of another count.
    pub fn merge(&mut self, other: Self) {
        for (count, more) in self.counts.iter_mut().zip(other.counts) {
            *count += more;
        }
    }

    /// Findings of that level.
    pub fn of(&self, level: Level) -> u32 {
        self.counts[level as usize]
    }

    /// Errors and warnings.
    pub fn grave(&self) -> u32 {
        self.of(Level::Error) + self.of(Level::Warning)
    }
}

/// What one callback says of one user. A v4 callback that names several users is several entries in a row, of
/// which the first is its head.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub position: Position,
    next: u32,
    /// `EventTime` in Unix seconds, 0 for none.
    pub time: Timestamp,
    actor: u32,
    facts: u32,
    stamps: u32,
    pub millis: u16,
    pub family: Family,
    pub role: Option<Role>,
    pub event: Option<Event>,
    pub result: Option<CallResult>,
    pub command: Option<V4Command>,
    pub part: Option<Part>,
    pub faulty: Faulty,
    pub head: bool,
}

/// A user, and what the URL says of their device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Actor {
    pub user: TextId,
    pub platform: TextId,
    pub client_ip: TextId,
}

/// What a callback says of its call as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Facts {
    pub sdkappid: Option<u32>,
    pub room_id: TextId,
    pub total_num: Option<i64>,
    pub media_type: Option<MediaType>,
    pub call_type: Option<CallType>,
}

/// `StartCallTs`, `AcceptTs` and `EndTs`, in Unix seconds, 0 for none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Stamps {
    pub start: Timestamp,
    pub accept: Timestamp,
    pub end: Timestamp,
}

/// A link of a chain that belongs to one call.
#[derive(Clone, Copy, Debug)]
struct Link<T> {
    item: T,
    next: u32,
}

/// How far a chain is searched for an equal item before another one is added, so that a call whose every
/// callback differs costs no more than its length.
const SEARCH: usize = 8;

/// The index of an equal item near the head of the chain, else of a new head.
fn share<T: Copy + PartialEq>(pool: &mut Pool<Link<T>>, head: &mut u32, item: T) -> u32 {
    let mut index = *head;
    for _ in 0..SEARCH {
        if index == NONE {
            break;
        }
        let link = pool.get(index);
        if link.item == item {
            return index;
        }
        index = link.next;
    }
    *head = pool.push(Link { item, next: *head });
    *head
}

/// A call: chains of its entries and of what they share.
#[derive(Clone, Copy, Debug)]
struct Call {
    first: u32,
    last: u32,
    actors: u32,
    facts: u32,
    stamps: u32,
    problems: Problems,
}

const EMPTY: Call = Call {
    first: NONE,
    last: NONE,
    actors: NONE,
    facts: NONE,
    stamps: NONE,
    problems: Problems { counts: [0; 3] },
};

/// Names a call of one table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CallIndex(u32);

/// Calls by their id, with what their callbacks say.
#[derive(Debug, Default)]
pub struct CallTable {
    ids: Texts,
    calls: Pool<Call>,
    entries: Pool<Entry>,
    actors: Pool<Link<Actor>>,
    facts: Pool<Link<Facts>>,
    stamps: Pool<Link<Stamps>>,
    texts: Texts,
}

impl CallTable {
    /// Adds a callback, with the findings on its record. Returns false, and keeps nothing, where the callback
    /// names no call.
    pub fn add(&mut self, callback: &Callback<'_>, position: Position, problems: Problems) -> bool {
        let Some(call_id) = &callback.call_id else {
            return false;
        };
        let index = self.call(call_id);
        let facts = Facts {
            sdkappid: callback.sdkappid,
            room_id: self.text(callback.room_id.as_ref()),
            total_num: callback.total_num,
            media_type: callback.media_type,
            call_type: callback.call_type,
        };
        let stamps = Stamps {
            start: callback.start_call_ts.unwrap_or(0),
            accept: callback.accept_ts.unwrap_or(0),
            end: callback.end_ts.unwrap_or(0),
        };
        let mut entry = Entry {
            position,
            next: NONE,
            time: callback.event_time.unwrap_or(0),
            actor: NONE,
            facts: NONE,
            stamps: NONE,
            millis: callback.millis,
            family: callback.family,
            role: callback.role,
            event: callback.event,
            result: callback.call_result,
            command: callback.v4_command(),
            part: None,
            faulty: callback.faulty,
            head: true,
        };
        if callback.family != Family::V4 || callback.users.is_empty() {
            let actor = self.device(callback, callback.user_id.as_ref());
            self.append(index, &mut entry, Some(actor), Some(facts), Some(stamps));
        } else {
            let sole = sole_actor(callback);
            for (number, user) in callback.users.iter().enumerate() {
                let actor = if sole == Some(number) {
                    self.device(callback, user.id.as_ref())
                } else {
                    Actor {
                        user: self.text(user.id.as_ref()),
                        platform: TextId::NONE,
                        client_ip: TextId::NONE,
                    }
                };
                entry.part = Some(user.part);
                let head = entry.head;
                self.append(index, &mut entry, Some(actor), head.then_some(facts), head.then_some(stamps));
                entry.head = false;
            }
        }
        self.calls.get_mut(index.0).problems.merge(problems);
        true
    }

    fn text(&mut self, text: Option<&Cow<'_, str>>) -> TextId {
        text.map_or(TextId::NONE, |text| self.texts.add(text))
    }

    fn device(&mut self, callback: &Callback<'_>, user: Option<&Cow<'_, str>>) -> Actor {
        Actor {
            user: self.text(user),
            platform: self.text(callback.platform.as_ref()),
            client_ip: self.text(callback.client_ip.as_ref()),
        }
    }

    /// The call of that id, new if need be. Calls are numbered as their ids are.
    fn call(&mut self, call_id: &str) -> CallIndex {
        let TextId(index) = self.ids.add(call_id);
        if index as usize == self.calls.len() {
            self.calls.push(EMPTY);
        }
        CallIndex(index)
    }

    fn append(
        &mut self,
        index: CallIndex,
        entry: &mut Entry,
        actor: Option<Actor>,
        facts: Option<Facts>,
        stamps: Option<Stamps>,
    ) {
        let mut call = *self.calls.get(index.0);
        entry.actor = actor.map_or(NONE, |actor| share(&mut self.actors, &mut call.actors, actor));
        entry.facts = facts.map_or(NONE, |facts| share(&mut self.facts, &mut call.facts, facts));
        let stamps = stamps.filter(|stamps| *stamps != Stamps::default());
        entry.stamps = stamps.map_or(NONE, |stamps| share(&mut self.stamps, &mut call.stamps, stamps));
        entry.next = NONE;
        let place = self.entries.push(*entry);
        if call.first == NONE {
            call.first = place;
        } else {
            self.entries.get_mut(call.last).next = place;
        }
        call.last = place;
        *self.calls.get_mut(index.0) = call;
    }

    /// Takes over all calls of another table.
    pub fn merge(&mut self, other: &Self) {
        let mut renamed = vec![TextId::NONE; other.texts.len()];
        let mut rename = |texts: &mut Texts, id: TextId| match id.known() {
            None => id,
            Some(TextId(number)) => {
                let new = &mut renamed[number as usize];
                if *new == TextId::NONE {
                    *new = texts.add(other.texts.get(id).unwrap_or_default());
                }
                *new
            }
        };
        for theirs in other.indexes() {
            let ours = self.call(other.call_id(theirs));
            self.calls.get_mut(ours.0).problems.merge(other.problems(theirs));
            for entry in other.entries(theirs) {
                let actor = other.actor(entry).map(|actor| Actor {
                    user: rename(&mut self.texts, actor.user),
                    platform: rename(&mut self.texts, actor.platform),
                    client_ip: rename(&mut self.texts, actor.client_ip),
                });
                let facts = other
                    .facts(entry)
                    .map(|facts| Facts { room_id: rename(&mut self.texts, facts.room_id), ..facts });
                let stamps = other.stamps(entry);
                self.append(ours, &mut { *entry }, actor, facts, Some(stamps));
            }
        }
    }

    /// How many calls there are.
    pub fn len(&self) -> usize {
        self.calls.len()
    }

    /// True where there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn indexes(&self) -> impl Iterator<Item = CallIndex> + use<> {
        (0..self.calls.len() as u32).map(CallIndex)
    }

    /// All calls, in the order of their first callback in the input.
    pub fn in_input_order(&self) -> Vec<CallIndex> {
        let mut order: Vec<(Position, CallIndex)> = self
            .indexes()
            .filter_map(|index| Some((self.entries(index).map(|entry| entry.position).min()?, index)))
            .collect();
        order.sort_unstable();
        order.into_iter().map(|(_, index)| index).collect()
    }

    /// The id of a call.
    pub fn call_id(&self, index: CallIndex) -> &str {
        self.ids.get(TextId(index.0)).unwrap_or_default()
    }

    /// Findings on the records of a call's callbacks.
    pub fn problems(&self, index: CallIndex) -> Problems {
        self.calls.get(index.0).problems
    }

    /// The texts that steps and outcomes name.
    pub fn texts(&self) -> &Texts {
        &self.texts
    }

    /// The entries of a call, in the order in which they were added.
    pub(super) fn entries(&self, index: CallIndex) -> impl Iterator<Item = &Entry> {
        let mut next = self.calls.get(index.0).first;
        std::iter::from_fn(move || {
            (next != NONE).then(|| {
                let entry = self.entries.get(next);
                next = entry.next;
                entry
            })
        })
    }

    pub(super) fn actor(&self, entry: &Entry) -> Option<Actor> {
        (entry.actor != NONE).then(|| self.actors.get(entry.actor).item)
    }

    pub(super) fn facts(&self, entry: &Entry) -> Option<Facts> {
        (entry.facts != NONE).then(|| self.facts.get(entry.facts).item)
    }

    pub(super) fn stamps(&self, entry: &Entry) -> Stamps {
        if entry.stamps == NONE { Stamps::default() } else { self.stamps.get(entry.stamps).item }
    }
}

/// Index of the one user that a v4 callback names as acting, whose device its URL describes. The users of a call
/// record do not act.
fn sole_actor(callback: &Callback<'_>) -> Option<usize> {
    if callback.v4_command() == Some(V4Command::EndCall) {
        return None;
    }
    let acts = |part: Part| matches!(part, Part::Caller | Part::Changed(_));
    let mut acting = callback.users.iter().enumerate().filter(|(_, user)| acts(user.part));
    let (index, _) = acting.next()?;
    acting.next().is_none().then_some(index)
}
