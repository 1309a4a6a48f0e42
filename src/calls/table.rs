//! The table of calls, filled callback by callback and merged with others.

use super::entry::{Actor, Entry, Facts, Stamps};
use super::pool::{Link, NONE, Pool};
use super::position::Position;
use super::problems::Problems;
use super::texts::{TextId, Texts};
use crate::decode::{Callback, Part};
use crate::spec::{Family, V4Command};

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
        let Some(call_id) = &callback.call_id else { return false };
        let index = self.call(call_id);
        let mut call = *self.calls.get(index.0);
        call.problems.merge(problems);
        let facts = self.share_facts(&mut call, callback);
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
            facts,
            stamps: self.share_stamps(&mut call, stamps),
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
            let device = Device::of(callback);
            entry.actor = self.share_actor(&mut call, callback.user_id.as_deref(), device);
            self.append(&mut call, entry);
        } else {
            let sole = sole_actor(callback);
            for (number, user) in callback.users.iter().enumerate() {
                let device = if sole == Some(number) { Device::of(callback) } else { Device::default() };
                entry.actor = self.share_actor(&mut call, user.id.as_deref(), device);
                entry.part = Some(user.part);
                self.append(&mut call, entry);
                // What concerns the call stands on the head alone.
                (entry.head, entry.facts, entry.stamps) = (false, NONE, NONE);
            }
        }
        *self.calls.get_mut(index.0) = call;
        true
    }

    fn text(&mut self, text: Option<&str>) -> TextId {
        text.map_or(TextId::NONE, |text| self.texts.add(text))
    }

    /// The call's facts as the callback has them. Texts are compared before they are looked up, since most
    /// callbacks repeat what the call has.
    fn share_facts(&mut self, call: &mut Call, callback: &Callback<'_>) -> u32 {
        let room = callback.room_id.as_deref();
        let mut facts = Facts {
            sdkappid: callback.sdkappid,
            room_id: TextId::NONE,
            total_num: callback.total_num,
            media_type: callback.media_type,
            call_type: callback.call_type,
        };
        let texts = &self.texts;
        let fits = |known: &Facts| {
            Facts { room_id: facts.room_id, ..*known } == facts && texts.get(known.room_id) == room
        };
        if let Some(known) = self.facts.find(call.facts, fits) {
            return known;
        }
        facts.room_id = self.text(room);
        self.facts.chain(&mut call.facts, facts)
    }

    fn share_actor(&mut self, call: &mut Call, user: Option<&str>, device: Device<'_>) -> u32 {
        let texts = &self.texts;
        let fits = |known: &Actor| {
            texts.get(known.user) == user
                && texts.get(known.platform) == device.platform
                && texts.get(known.client_ip) == device.client_ip
        };
        if let Some(known) = self.actors.find(call.actors, fits) {
            return known;
        }
        let actor = Actor {
            user: self.text(user),
            platform: self.text(device.platform),
            client_ip: self.text(device.client_ip),
        };
        self.actors.chain(&mut call.actors, actor)
    }

    fn share_stamps(&mut self, call: &mut Call, stamps: Stamps) -> u32 {
        if stamps == Stamps::default() {
            return NONE;
        }
        let known = self.stamps.find(call.stamps, |known| *known == stamps);
        known.unwrap_or_else(|| self.stamps.chain(&mut call.stamps, stamps))
    }

    /// The call of that id, new if need be. Calls are numbered as their ids are.
    fn call(&mut self, call_id: &str) -> CallIndex {
        let TextId(index) = self.ids.add(call_id);
        if index as usize == self.calls.len() {
            self.calls.push(EMPTY);
        }
        CallIndex(index)
    }

    fn append(&mut self, call: &mut Call, entry: Entry) {
        let place = self.entries.push(Entry { next: NONE, ..entry });
        if call.first == NONE {
            call.first = place;
        } else {
            self.entries.get_mut(call.last).next = place;
        }
        call.last = place;
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
            let index = self.call(other.call_id(theirs));
            let mut call = *self.calls.get(index.0);
            call.problems.merge(other.problems(theirs));
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
                let mut entry = *entry;
                entry.actor = actor.map_or(NONE, |actor| {
                    let known = self.actors.find(call.actors, |known| *known == actor);
                    known.unwrap_or_else(|| self.actors.chain(&mut call.actors, actor))
                });
                entry.facts = facts.map_or(NONE, |facts| {
                    let known = self.facts.find(call.facts, |known| *known == facts);
                    known.unwrap_or_else(|| self.facts.chain(&mut call.facts, facts))
                });
                entry.stamps = self.share_stamps(&mut call, stamps);
                self.append(&mut call, entry);
            }
            *self.calls.get_mut(index.0) = call;
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

/// What a URL says of the device of the user that acts.
#[derive(Clone, Copy, Default)]
struct Device<'c> {
    platform: Option<&'c str>,
    client_ip: Option<&'c str>,
}

impl<'c> Device<'c> {
    fn of(callback: &'c Callback<'_>) -> Self {
        Self { platform: callback.platform.as_deref(), client_ip: callback.client_ip.as_deref() }
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
