//! What is kept of every call: numbers, so that a page can count all calls by whatever it is asked for.

use std::collections::HashMap;
use std::hash::BuildHasher;

use foldhash::quality::FixedState;

use super::aliases::{Aliases, NameKind};
use super::columns::PackedColumns;
use crate::calls::{Certainty, Outcome, Position, TextId, Verdict, generation, is_failed};
use crate::engine::JudgedCall;
use crate::spec::{CallResult, CallType, Cause, Level, MediaType, Timestamp, Word};

/// The seed of samples and of pseudonyms' keys.
const SEED: u64 = 20_240_110;

/// Generations of callbacks, as figures name them.
pub(super) const GENERATIONS: [&str; 3] = ["older", "v4", "mixed"];

/// One call in numbers. Times are Unix seconds, durations seconds.
#[derive(Clone, Debug)]
pub struct CallNumbers {
    /// The position of its first callback.
    pub position: Position,
    /// A number that follows from its id, and looks random.
    pub id_hash: u64,
    /// Its start, otherwise the earliest time that it has.
    pub time: Option<Timestamp>,
    /// True if it failed, as `--failed` says.
    pub failed: bool,
    has_start: bool,
    accept: Option<Timestamp>,
    talk: Option<u32>,
    ring: Option<u32>,
    answered: bool,
    generation: u8,
    result: Option<CallResult>,
    cause: Cause,
    certainty: Certainty,
    call_type: Option<CallType>,
    media_type: Option<MediaType>,
    platform: Option<Box<str>>,
    app: Option<u32>,
    callbacks: usize,
    duplicates: usize,
    findings: [u32; 3],
}

impl CallNumbers {
    /// Of a judged call of that cause.
    pub fn of(call: &JudgedCall<'_>, verdict: &Verdict) -> Self {
        let (outcome, problems): (&Outcome, _) = (&call.outcome, call.problems());
        let text = |id: TextId| call.texts().get(id).map(Box::from);
        let generation = generation(outcome.families);
        let generation = GENERATIONS.iter().position(|name| *name == generation).unwrap_or_default();
        Self {
            position: call.first_position(),
            id_hash: FixedState::with_seed(SEED).hash_one(call.call_id().as_bytes()),
            time: outcome.start.or(outcome.earliest),
            failed: is_failed(call.timeline(), outcome),
            has_start: outcome.start.is_some(),
            accept: outcome.accept,
            talk: outcome.talk_seconds(),
            ring: outcome.ring_seconds(),
            answered: outcome.answered,
            generation: generation as u8,
            result: outcome.result,
            cause: verdict.cause,
            certainty: verdict.certainty,
            call_type: outcome.call_type,
            media_type: outcome.media_type,
            platform: outcome.caller_platform.and_then(text),
            app: outcome.sdkappid,
            callbacks: outcome.callbacks,
            duplicates: outcome.duplicates,
            findings: Level::ALL.map(|level| problems.of(level)),
        }
    }
}

/// Texts or numbers that many calls share, each with an index from 1; 0 is for none.
#[derive(Debug)]
pub(super) struct Dictionary<T> {
    index: HashMap<T, u32>,
    pub(super) values: Vec<T>,
}

impl<T> Default for Dictionary<T> {
    fn default() -> Self {
        Self { index: HashMap::new(), values: Vec::new() }
    }
}

impl<T: Clone + Eq + std::hash::Hash> Dictionary<T> {
    /// The index of a value.
    pub(super) fn of(&mut self, value: Option<T>) -> u32 {
        let Some(value) = value else { return 0 };
        if let Some(index) = self.index.get(&value) {
            return *index;
        }
        self.values.push(value.clone());
        let index = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
        self.index.insert(value, index);
        index
    }
}

/// The platforms and apps that calls have.
#[derive(Debug, Default)]
pub(super) struct SharedValues {
    pub(super) platforms: Dictionary<String>,
    pub(super) apps: Dictionary<u32>,
}

/// The index of a word, from 1; 0 for none.
fn word<W: Word + PartialEq>(word: Option<W>) -> u32 {
    word.and_then(|word| W::ALL.iter().position(|it| *it == word)).map_or(0, |index| index as u32 + 1)
}

/// A count or a duration, from 1; 0 for none.
fn known(value: Option<u32>) -> u32 {
    value.map_or(0, |value| value.saturating_add(1))
}

/// Packs the numbers of calls.
pub(super) fn pack(calls: &[CallNumbers], aliases: &Aliases, packed: &mut PackedColumns) -> SharedValues {
    let mut shared = SharedValues::default();
    let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    packed.put_deltas("time", calls.iter().map(|call| call.time.unwrap_or(0)));
    packed.put_deltas("accept", calls.iter().map(|call| call.accept.unwrap_or(0)));
    packed.put("talk", calls.iter().map(|call| known(call.talk)));
    packed.put("ring", calls.iter().map(|call| known(call.ring)));
    packed.put("answered", calls.iter().map(|call| u32::from(call.answered)));
    packed.put("hasStart", calls.iter().map(|call| u32::from(call.has_start)));
    packed.put("generation", calls.iter().map(|call| u32::from(call.generation)));
    packed.put("result", calls.iter().map(|call| word(call.result)));
    packed.put("cause", calls.iter().map(|call| word(Some(call.cause))));
    packed.put("certainty", calls.iter().map(|call| word(Some(call.certainty))));
    packed.put("type", calls.iter().map(|call| word(call.call_type)));
    packed.put("media", calls.iter().map(|call| word(call.media_type)));
    let platform = |name: &str| aliases.of(NameKind::Platform, name).into_owned();
    let platforms = calls.iter().map(|call| call.platform.as_deref().map(platform));
    packed.put("platform", platforms.map(|name| shared.platforms.of(name)));
    packed.put("app", calls.iter().map(|call| shared.apps.of(call.app)));
    packed.put("callbacks", calls.iter().map(|call| count(call.callbacks)));
    packed.put("duplicates", calls.iter().map(|call| count(call.duplicates)));
    for (level, name) in ["errors", "warnings", "infos"].into_iter().enumerate() {
        packed.put(name, calls.iter().map(|call| call.findings[level]));
    }
    shared
}
