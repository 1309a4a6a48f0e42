//! Fills a table of calls, from several threads at once.

use std::sync::{Arc, Mutex, PoisonError, TryLockError};

use foldhash::quality::RandomState;

use super::capture_mark::CaptureMark;
use super::codec::{next_call, unpack};
use super::eviction::{Bound, Overflow};
use super::packed_step::Stamps;
use super::position::Position;
use super::problems::Problems;
use super::shard::{Observation, ObservedActor, ObservedFacts, Shard};
use super::step_bits::Words;
use super::table::CallTable;
use super::text_place::HashedId;
use crate::decode::{Callback, CallbackFacts, FastCallback, Part};
use crate::spec::{Family, SERVER_PLATFORM, V4Command};

/// Callbacks that are collected before they are put into the shards, for each of these. Enough to make their locks cheap,
/// and few enough to stay in the cache, those of v4 with their users too.
const MOST_WAITING: usize = 64;

/// Most shards, so that a call's index has enough bits left for its number.
const MOST_SHARDS: usize = 32;

/// A table of calls while it is filled. The calls are spread over shards by the hash of their id, so that threads
/// seldom wait for each other and nothing has to be merged.
#[derive(Debug)]
pub struct TableBuilder {
    hasher: RandomState,
    shards: Vec<Mutex<Shard>>,
    bound: Option<Bound>,
    /// True to keep when and by whom callbacks were captured.
    keeps_captures: bool,
}

/// Callbacks that wait to be put into their calls all at once. They are from one block, so they borrow from it. Their memory
/// is used again and again: each is read where it waits.
#[derive(Debug, Default)]
pub struct Batch<'b> {
    waiting: Vec<Waiting<'b>>,
    /// For each shard, which of them it takes.
    of_shards: Vec<Vec<u16>>,
    /// How many wait.
    count: usize,
}

#[derive(Debug, Default)]
struct Waiting<'b> {
    id: HashedId,
    position: Position,
    callback: FastCallback<'b>,
}

impl<'b> Batch<'b> {
    /// Where the next callback is to be read.
    #[inline]
    pub fn place(&mut self) -> &mut FastCallback<'b> {
        if self.waiting.is_empty() {
            self.waiting.reserve(2 * MOST_WAITING);
        }
        if self.waiting.len() == self.count {
            self.waiting.push(Waiting::default());
        }
        &mut self.waiting[self.count].callback
    }
}

impl TableBuilder {
    /// A table without calls, to be filled by that many threads.
    pub fn new(threads: usize) -> Self {
        let hasher = RandomState::default();
        let shards = if threads <= 1 { 1 } else { threads.next_power_of_two().min(MOST_SHARDS) };
        let shard = |_| Mutex::new(Shard::new(hasher.clone()));
        Self { shards: (0..shards).map(shard).collect(), hasher, bound: None, keeps_captures: false }
    }

    /// The same, which takes up at most about `most` bytes: what memory has no room for goes to `overflow`.
    pub fn bounded(threads: usize, most: usize, overflow: Arc<dyn Overflow>) -> Self {
        let table = Self::new(threads);
        let bound = Some(Bound::new(most / table.shards.len(), overflow));
        Self { bound, ..table }
    }

    /// The same, which keeps when and by whom callbacks were captured, if it is to.
    pub fn keeping_captures(self, keeps_captures: bool) -> Self {
        Self { keeps_captures, ..self }
    }

    /// True if when and by whom callbacks were captured is kept.
    pub fn keeps_captures(&self) -> bool {
        self.keeps_captures
    }

    /// A call's id with its hash, and the shard that it belongs to.
    #[inline]
    fn place(&self, call_id: &str) -> (HashedId, usize) {
        let id = HashedId::new(&self.hasher, call_id);
        // The upper bits, since a shard finds its calls by the lower and the uppermost ones.
        (id, (id.hash >> 40) as usize & (self.shards.len() - 1))
    }

    /// Adds a callback, with the findings on its record. Returns false, and keeps nothing, if the callback
    /// names no call.
    pub fn add(&self, callback: &Callback<'_>, position: Position, problems: Problems) -> bool {
        let Some(call_id) = &callback.call_id else { return false };
        let (id, shard) = self.place(call_id);
        let mut shard = self.shards[shard].lock().unwrap_or_else(PoisonError::into_inner);
        let call = shard.call(id, call_id, position);
        shard.add_problems(call, problems);
        append(&mut shard, call, position, callback, self.keeps_captures.then_some(problems));
        self.check(&mut shard);
        true
    }

    /// Adds calls that an [`Overflow`] took, one after the other. False if they are not packed calls.
    pub fn add_packed(&self, calls: &[u8]) -> bool {
        self.add_packed_at(calls, Position::new(0, 0))
    }

    /// The same with calls of a part of the input that begins behind a position.
    pub fn add_packed_at(&self, mut calls: &[u8], shift: Position) -> bool {
        while let Some((call_id, call)) = next_call(&mut calls) {
            let (id, shard) = self.place(call_id);
            let mut shard = self.shards[shard].lock().unwrap_or_else(PoisonError::into_inner);
            if unpack(&mut shard, id, call_id, call, shift).is_none() {
                return false;
            }
            self.check(&mut shard);
        }
        calls.is_empty()
    }

    /// Empties a shard that has become too large.
    #[inline]
    fn check(&self, shard: &mut Shard) {
        if let Some(bound) = &self.bound {
            bound.check(shard, &self.hasher);
        }
    }

    /// Takes the callback that was read as the next of a batch for this table, and has no findings; a full batch goes into
    /// the table.
    #[inline]
    pub fn gather(&self, batch: &mut Batch<'_>, position: Position) {
        let Some(next) = batch.waiting.get_mut(batch.count) else { return };
        let (id, shard) = self.place(next.callback.call_id());
        (next.id, next.position) = (id, position);
        if batch.of_shards.is_empty() {
            batch.of_shards.resize_with(self.shards.len(), Vec::new);
        }
        batch.of_shards[shard].push(batch.count as u16);
        batch.count += 1;
        if batch.count == MOST_WAITING * self.shards.len().max(2) {
            self.add_batch(batch);
        }
    }

    /// Puts the callbacks of a batch into their calls.
    pub fn add_batch(&self, batch: &mut Batch<'_>) {
        // Shards that another thread is using come later.
        for patient in [false, true] {
            for (shard, numbers) in self.shards.iter().zip(&mut batch.of_shards) {
                if numbers.is_empty() {
                    continue;
                }
                let shard = match shard.try_lock() {
                    Ok(shard) => Ok(shard),
                    Err(TryLockError::Poisoned(error)) => Ok(error.into_inner()),
                    Err(TryLockError::WouldBlock) if patient => shard.lock(),
                    Err(TryLockError::WouldBlock) => continue,
                };
                let mut shard = shard.unwrap_or_else(PoisonError::into_inner);
                // A few at a time, so that what is looked up for them has not left the cache when it is used.
                for numbers in numbers.chunks(MOST_WAITING) {
                    add_all(&mut shard, &batch.waiting, numbers, self.keeps_captures);
                }
                numbers.clear();
                self.check(&mut shard);
            }
        }
        batch.count = 0;
    }

    /// The table, once all threads are done; empty if calls have overflowed, since then all of them do.
    pub fn finish(self) -> CallTable {
        let shards = self.shards.into_iter();
        let shards = shards.map(|shard| shard.into_inner().unwrap_or_else(PoisonError::into_inner));
        match self.bound.filter(Bound::has_poured) {
            None => CallTable::of(shards.collect()),
            Some(bound) => {
                shards.for_each(|mut shard| bound.pour(&mut shard, &self.hasher));
                CallTable::default()
            }
        }
    }
}

/// Puts the waiting callbacks of these numbers into a shard; at most [`MOST_WAITING`].
fn add_all(shard: &mut Shard, waiting: &[Waiting<'_>], numbers: &[u16], keeps_captures: bool) {
    let kept = keeps_captures.then(Problems::default);
    let mut calls = [0; MOST_WAITING];
    let numbered = || numbers.iter().map(|number| &waiting[usize::from(*number)]);
    // All calls are looked up before any is added to: so the memory of one is waited for along with that of the next.
    for (call, Waiting { id, position, callback }) in calls.iter_mut().zip(numbered()) {
        *call = shard.call(*id, callback.call_id(), *position);
    }
    for (call, Waiting { position, callback, .. }) in calls.into_iter().zip(numbered()) {
        match callback {
            FastCallback::Plain(callback) => append(shard, call, *position, callback, kept),
            FastCallback::V4(v4) => append(shard, call, *position, v4, kept),
        }
    }
}

/// Appends what a callback says to its call, user by user; `kept` are the findings on its record, where these and what is
/// known of its capture are kept.
fn append<F: CallbackFacts>(
    shard: &mut Shard,
    call: u32,
    position: Position,
    callback: &F,
    kept: Option<Problems>,
) {
    let mut said = observation(callback, kept.is_some());
    said.problems = kept.unwrap_or_default();
    if callback.family() != Family::V4 || callback.users().is_empty() {
        return shard.append(call, position, &said);
    }
    let sole = sole_actor(callback);
    let users = callback.users().iter().enumerate().map(|(number, user)| {
        let acts = sole == Some(number);
        let actor = ObservedActor {
            user: user.id.as_deref(),
            platform: callback.platform().filter(|_| acts),
            client_ip: callback.client_ip().filter(|_| acts),
        };
        (actor, user.part)
    });
    shard.append_users(call, position, &said, users);
}

/// What a callback says, of its one user if it has one.
fn observation<F: CallbackFacts>(callback: &F, keeps_capture: bool) -> Observation<'_> {
    let capture = || CaptureMark::new(callback.received_at(), callback.captured_by().number());
    let [start, accept, end] = callback.stamps().map(|time| time.unwrap_or(0));
    Observation {
        actor: ObservedActor {
            user: callback.user_id(),
            platform: callback.platform(),
            client_ip: callback.client_ip(),
        },
        words: Words {
            family: callback.family(),
            role: callback.role(),
            event: callback.event(),
            result: callback.call_result(),
            command: callback.v4_command(),
            part: None,
            faulty: callback.faulty(),
            head: true,
        },
        time: callback.event_time().unwrap_or(0),
        millis: callback.millis(),
        stamps: Stamps { start, accept, end },
        capture: if keeps_capture { capture() } else { CaptureMark::default() },
        problems: Problems::default(),
        facts: Some(ObservedFacts {
            room: callback.room_id(),
            sdkappid: callback.sdkappid(),
            total_num: callback.total_num(),
            media_type: callback.media_type(),
            call_type: callback.call_type(),
            from_server: from_server(callback),
        }),
    }
}

/// Whether a v4 record comes from the app's own server, by the platform that its URL names.
fn from_server<F: CallbackFacts>(callback: &F) -> Option<bool> {
    let platform = callback.platform().filter(|platform| !platform.is_empty())?;
    (callback.v4_command() == Some(V4Command::EndCall)).then_some(platform == SERVER_PLATFORM)
}

/// Index of the one user that a v4 callback names as acting, perhaps several times, whose device its URL describes. The
/// users of a call record do not act.
fn sole_actor<F: CallbackFacts>(callback: &F) -> Option<usize> {
    if callback.v4_command() == Some(V4Command::EndCall) {
        return None;
    }
    let acts = |part: Part| matches!(part, Part::Caller | Part::Changed(_));
    let mut acting = callback.users().iter().enumerate().filter(|(_, user)| acts(user.part));
    let (index, sole) = acting.next()?;
    acting.all(|(_, user)| user.id.is_some() && user.id == sole.id).then_some(index)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::calls::Timeline;
    use crate::decode::read;

    /// A callback of call `c`, with what a call keeps once for several callbacks.
    fn body(user: u32, room: u32, start: u32) -> String {
        format!(
            r#"{{"UserId":"u{user}","RoomId":"r{room}","TotalNum":2,"MediaType":"audio","CallType":"group","CallId":"c","Role":"caller","Event":"call_end","CallResult":"normal_end","EventTime":1704856885,"StartCallTs":{},"AcceptTs":1704856875,"EndTs":1704856885}}"#,
            1_704_850_000 + start,
        )
    }

    /// Keeps what overflows.
    #[derive(Debug, Default)]
    struct SpilledCalls(Mutex<Vec<u8>>);

    impl Overflow for SpilledCalls {
        fn take(&self, _: u64, call: &[u8]) {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(call);
        }
    }

    /// The table of a builder, and of what has overflowed.
    fn whole(builder: TableBuilder, pieces: &SpilledCalls) -> CallTable {
        let table = builder.finish();
        let pieces = pieces.0.lock().unwrap_or_else(PoisonError::into_inner);
        if pieces.is_empty() {
            return table;
        }
        assert!(table.is_empty(), "nothing is left where something overflowed");
        let again = TableBuilder::new(1);
        assert!(again.add_packed(&pieces));
        assert!(!again.add_packed(&pieces[..pieces.len() - 1]), "what is cut off is not taken for whole");
        let again = TableBuilder::new(1);
        assert!(again.add_packed(&pieces));
        again.finish()
    }

    proptest! {
        /// More users, rooms and times than a call shares, and positions too far from each other for a distance.
        #[test]
        fn what_is_kept_is_what_was_said(
            said in prop::collection::vec((0..40_u32, 0..8_u32, 0..8_u32, 0..3_usize, 1..5_u64), 1..60),
            threads in 1..5_usize,
            most in 0..20_000_usize,
        ) {
            let pieces = Arc::new(SpilledCalls::default());
            let overflow: Arc<dyn Overflow> = Arc::<SpilledCalls>::clone(&pieces);
            let builder = TableBuilder::bounded(threads, most, overflow);
            let mut expected = Vec::new();
            for (number, (user, room, start, source, far)) in said.into_iter().enumerate() {
                let position = Position::new(source, (far << 31) + number as u64);
                let body = body(user, room, start);
                let read = read(&body, None, None);
                let Ok(callback) = &read.callback else { unreachable!("{body}") };
                prop_assert!(builder.add(callback, position, Problems::default()));
                expected.push((position, format!("u{user}"), format!("r{room}"), 1_704_850_000 + start));
            }
            expected.sort_unstable();
            let table = whole(builder, &pieces);
            let order = table.in_input_order();
            prop_assert_eq!(order.len(), 1);
            let timeline = Timeline::of(&table, order[0]);
            let text = |id| timeline.text(id).unwrap_or_default().to_owned();
            let kept: Vec<_> = timeline
                .steps
                .iter()
                .map(|step| {
                    let room = step.room_id().map(text).unwrap_or_default();
                    (step.position, text(step.user), room, step.start_call_ts().unwrap_or(0))
                })
                .collect();
            prop_assert_eq!(kept, expected);
            // Equal texts of a call have equal ids.
            for one in &timeline.steps {
                for other in &timeline.steps {
                    let same = text(one.user) == text(other.user);
                    prop_assert_eq!(one.user == other.user, same);
                    let same = one.room_id().map(text) == other.room_id().map(text);
                    prop_assert_eq!(one.room_id() == other.room_id(), same);
                }
            }
        }
    }
}
