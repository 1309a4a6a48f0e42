//! The calls of a log that is being written, each as it ends.
//!
//! Comes in: blocks of records, of any container. Goes out: the calls that are silent, to be worked out and shown. Must
//! not: show them, or read a clock.
//!
//! A call is kept as its packed callbacks until nothing more comes. Memory is bounded however long a log goes on: a call
//! that has ended is forgotten after [`LATE`], one that has not after [`LONGEST_SILENCE`]; if there are too many, those
//! go that have been silent longest.

use std::collections::{HashMap, HashSet, VecDeque};
use std::hash::BuildHasher;
use std::time::{Duration, Instant};

use foldhash::quality::RandomState;

use crate::calls::{ActiveUsers, CallTable, Position, TableBuilder, Timeline, Totals};
use crate::engine::{Analysis, Block, CallSet, RecordReader, RecordView, read_block};
use crate::rules::RuleOptions;
use crate::spec::Place;

/// How long a call that has ended is kept for late and repeated callbacks: well beyond the vendor's last retry.
const LATE: Duration = Duration::from_secs(60);
/// How long a call that has not ended is kept.
const LONGEST_SILENCE: Duration = Duration::from_secs(6 * 3600);
/// Calls that are kept at most.
const MOST_CALLS: usize = 50_000;
/// Bytes of one call, beyond which its callbacks are only counted.
const MOST_OF_CALL: usize = 1 << 20;
/// Calls that were forgotten and are remembered, so that a callback that comes even later begins no new one.
const MOST_REMEMBERED: usize = 1 << 16;
/// Calls whose users are known, to tell what causes depend on.
const MOST_CONTEXT: usize = 1 << 20;

/// How a call stands, as it was last worked out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The word of its result.
    pub result: &'static str,
    /// True if it failed.
    pub failed: bool,
    /// True if it was answered.
    pub answered: bool,
    /// True if it is wanted.
    pub wanted: bool,
}

impl Standing {
    /// True if it has a result.
    pub fn has_ended(self) -> bool {
        self.result != "incomplete"
    }
}

/// A call that is kept.
#[derive(Debug)]
struct WatchedCall {
    packed: Vec<u8>,
    /// Where its records are, if that is wanted.
    places: Vec<(Position, Place)>,
    last: Instant,
    /// In which order calls were heard of last.
    turn: u64,
    /// How it stands; none while something has come since.
    standing: Option<Standing>,
    /// A hash of what was shown of it.
    shown: Option<u64>,
    /// Hashes of the findings on it that were shown.
    told: Vec<u64>,
    /// True once its users are known.
    is_in_context: bool,
}

impl WatchedCall {
    fn size(&self, id: &str) -> usize {
        id.len() * 2
            + size_of::<Self>()
            + self.packed.len()
            + self.places.len() * size_of::<(Position, Place)>()
    }
}

/// What has been seen of calls that are forgotten, and of all callbacks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WatchTally {
    /// Calls of each outcome, by its word.
    pub outcomes: std::collections::BTreeMap<&'static str, u64>,
    /// Those that failed.
    pub failed: u64,
    /// Those that were answered.
    pub answered: u64,
    /// Callbacks that came for calls that were forgotten.
    pub late: u64,
    /// Calls that had not ended and were forgotten to save memory.
    pub cut: u64,
    /// Callbacks of calls that have too many, which are in no row.
    pub left_out: u64,
}

impl WatchTally {
    fn add(&mut self, standing: Standing) {
        if standing.wanted {
            *self.outcomes.entry(standing.result).or_default() += 1;
            self.failed += u64::from(standing.failed);
            self.answered += u64::from(standing.answered);
        }
    }

    /// All calls.
    pub fn calls(&self) -> u64 {
        self.outcomes.values().sum()
    }
}

/// The calls of a log that is being written.
#[derive(Debug, Default)]
pub struct CallWatch {
    /// What is counted of all records.
    pub totals: Totals,
    /// What is counted of calls.
    pub tally: WatchTally,
    keeps_places: bool,
    /// Bytes that calls may take up, about.
    room: usize,
    calls: HashMap<String, WatchedCall>,
    bytes: usize,
    turn: u64,
    users: ActiveUsers,
    in_context: usize,
    hasher: RandomState,
    gone: HashSet<u64>,
    gone_in_order: VecDeque<u64>,
}

impl CallWatch {
    /// Without calls, which use at most about `room` bytes; with `keeps_places` it knows where the records of each
    /// are.
    pub fn new(keeps_places: bool, room: usize) -> Self {
        Self { keeps_places, room, ..Self::default() }
    }

    /// Reads records that came at `now`; `view` sees all of them with `sees_all`, otherwise those with findings.
    pub fn take(
        &mut self,
        block: &Block,
        rules: &RuleOptions,
        now: Instant,
        sees_all: bool,
        mut view: impl FnMut(&Block, RecordView<'_>),
    ) {
        let builder = TableBuilder::new(1);
        let watch = (sees_all || self.keeps_places).then_some(&CallSet::All);
        let mut reader = RecordReader::new(Some(&builder), watch);
        let mut places: HashMap<Position, Place> = HashMap::new();
        let keeps_places = self.keeps_places;
        read_block(&mut reader, block, rules, |seen| {
            if let RecordView::Record { place, record, .. } = &seen
                && keeps_places
                && record.callback().is_some()
            {
                places.insert(place.position, place.place(&(0..place.bytes.len())));
            }
            view(block, seen);
        });
        // Of a log that goes on for years nobody asks for the facts of its files.
        reader.totals.sources.clear();
        self.totals.merge(&reader.totals);
        drop(reader);
        let table = builder.finish();
        for index in table.in_input_order() {
            let timeline = Timeline::of(&table, index);
            let mut packed = Vec::new();
            table.pack(index, &mut packed);
            let places = timeline
                .callbacks()
                .filter_map(|step| Some((step.position, places.get(&step.position)?.clone())))
                .collect();
            self.keep(&timeline.call_id, &packed, places, now, timeline.callbacks().count() as u64);
        }
    }

    fn keep(
        &mut self,
        id: &str,
        packed: &[u8],
        places: Vec<(Position, Place)>,
        now: Instant,
        callbacks: u64,
    ) {
        self.turn += 1;
        if !self.calls.contains_key(id) {
            if self.gone.contains(&self.hasher.hash_one(id)) {
                self.tally.late += callbacks;
                return;
            }
            let call = WatchedCall {
                packed: Vec::new(),
                places: Vec::new(),
                last: now,
                turn: self.turn,
                standing: None,
                shown: None,
                told: Vec::new(),
                is_in_context: false,
            };
            self.bytes += call.size(id);
            self.calls.insert(id.to_owned(), call);
        }
        let Some(call) = self.calls.get_mut(id) else { return };
        self.bytes -= call.size(id);
        (call.last, call.turn) = (now, self.turn);
        if call.packed.len() + packed.len() <= MOST_OF_CALL {
            call.packed.extend_from_slice(packed);
            call.places.extend(places);
            call.standing = None;
        } else {
            self.tally.left_out += callbacks;
        }
        self.bytes += call.size(id);
    }

    /// The calls of which nothing has come for `settle`, and that have not been worked out since: in the order in which
    /// they were heard of last.
    pub fn silent(&self, now: Instant, settle: Duration) -> Vec<String> {
        self.in_turn(|call| call.standing.is_none() && now.saturating_duration_since(call.last) >= settle)
    }

    fn in_turn(&self, chooses: impl Fn(&WatchedCall) -> bool) -> Vec<String> {
        let chosen = self.calls.iter().filter(|(_, call)| chooses(call));
        let mut chosen: Vec<(u64, &String)> = chosen.map(|(id, call)| (call.turn, id)).collect();
        chosen.sort_unstable();
        chosen.into_iter().map(|(_, id)| id.clone()).collect()
    }

    /// The calls to be forgotten now: whose time has come, and if there are too many, those that have been silent longest.
    pub fn due(&self, now: Instant) -> Vec<String> {
        if self.calls.len() > MOST_CALLS || self.bytes > self.room {
            // A quarter of them at once, so that this happens seldom; those that have ended go first.
            let mut all = self.in_turn(|call| call.standing.is_some_and(Standing::has_ended));
            let most = self.calls.len() / 4 + 1;
            if all.len() < most {
                all.extend(self.in_turn(|call| !call.standing.is_some_and(Standing::has_ended)));
            }
            all.truncate(most);
            return all;
        }
        self.in_turn(|call| {
            let patience = match call.standing {
                Some(standing) if standing.has_ended() => LATE,
                Some(_) => LONGEST_SILENCE,
                None => return false,
            };
            now.saturating_duration_since(call.last) >= patience
        })
    }

    /// Those of these calls that have not been shown as ended since something came.
    pub fn unfinished(&self, ids: &[String]) -> Vec<String> {
        let standing = |id: &String| self.calls.get(id).and_then(|call| call.standing);
        ids.iter().filter(|id| !standing(id).is_some_and(Standing::has_ended)).cloned().collect()
    }

    /// The callbacks of these calls as a table, with what the rules and causes need to know of the log so far; from then on
    /// that of these calls as well if they `are_over`.
    pub fn analysis(&mut self, ids: &[String], are_over: bool) -> Analysis {
        let table = self.table(ids);
        for index in if are_over { table.in_input_order() } else { Vec::new() } {
            let timeline = Timeline::of(&table, index);
            let Some(call) = self.calls.get_mut(&*timeline.call_id) else { continue };
            if !std::mem::replace(&mut call.is_in_context, true) {
                if self.in_context >= MOST_CONTEXT {
                    (self.users, self.in_context) = (ActiveUsers::default(), 0);
                }
                self.users.add(&timeline);
                self.users.add_engagements(&timeline);
                self.in_context += 1;
            }
        }
        Analysis::of_part(table, self.totals.clone(), self.users.clone())
    }

    fn table(&self, ids: &[String]) -> CallTable {
        let builder = TableBuilder::new(1);
        for call in ids.iter().filter_map(|id| self.calls.get(id)) {
            // It was packed here, so it can be unpacked.
            builder.add_packed(&call.packed);
        }
        builder.finish()
    }

    /// Says how a call stands.
    pub fn settle(&mut self, id: &str, standing: Standing) {
        self.calls.get_mut(id).into_iter().for_each(|call| call.standing = Some(standing));
    }

    /// Says what is shown of a call; false if that has been shown already.
    pub fn show(&mut self, id: &str, what: u64) -> bool {
        self.calls.get_mut(id).is_some_and(|call| call.shown.replace(what) != Some(what))
    }

    /// Says that a finding on a call is shown; false if it has been shown already.
    pub fn tell(&mut self, id: &str, what: u64) -> bool {
        let Some(call) = self.calls.get_mut(id).filter(|call| !call.told.contains(&what)) else {
            return false;
        };
        call.told.push(what);
        true
    }

    /// Where a record of a call is.
    pub fn place(&self, id: &str, position: Position) -> Option<&Place> {
        let places = &self.calls.get(id)?.places;
        places.iter().find(|(other, _)| *other == position).map(|(_, place)| place)
    }

    /// Forgets all calls, at the end.
    pub fn forget_all(&mut self) {
        let calls = std::mem::take(&mut self.calls);
        self.bytes = 0;
        calls.values().filter_map(|call| call.standing).for_each(|standing| self.tally.add(standing));
    }

    /// Forgets calls, which have been worked out.
    pub fn forget(&mut self, ids: &[String], now: Instant) {
        for id in ids {
            let Some(call) = self.calls.remove(id) else { continue };
            self.bytes -= call.size(id);
            if let Some(standing) = call.standing {
                self.tally.add(standing);
                let is_cut = now.saturating_duration_since(call.last) < LONGEST_SILENCE;
                self.tally.cut += u64::from(!standing.has_ended() && is_cut);
            }
            let hash = self.hasher.hash_one(id);
            if self.gone.insert(hash) {
                self.gone_in_order.push_back(hash);
            }
        }
        while self.gone_in_order.len() > MOST_REMEMBERED {
            if let Some(hash) = self.gone_in_order.pop_front() {
                self.gone.remove(&hash);
            }
        }
    }

    /// The ids of the calls that are kept.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.calls.keys().map(String::as_str)
    }

    /// Calls that have not ended so far, and what is counted of the others, those that are kept among them.
    pub fn standing(&self) -> (u64, WatchTally) {
        let (mut open, mut tally) = (0, self.tally.clone());
        for call in self.calls.values() {
            match call.standing.filter(|standing| standing.has_ended()) {
                Some(standing) => tally.add(standing),
                None => open += u64::from(call.standing.is_none_or(|standing| standing.wanted)),
            }
        }
        (open, tally)
    }
}
