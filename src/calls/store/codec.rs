//! A call as bytes, so that it can be stored outside memory, and back.
//!
//! What is packed is what the callbacks say, not how a table keeps it: unpacked into another table it is the same call
//! again, also beside callbacks of it that are there already.

use super::capture_mark::CaptureMark;
use super::interner::{Interner, TextId};
use super::packed_step::{Actor, Facts, Stamps, StoredFacts};
use super::packing::{put, put_text, take, take_text};
use super::position::Position;
use super::problems::Problems;
use super::shard::{Observation, ObservedActor, ObservedFacts, Shard};
use super::step_bits::StepBits;
use super::stored_step::StoredStep;
use super::text_place::HashedId;

/// What callbacks repeat and is therefore written once, as far as there are few of it.
const MOST_KNOWN: usize = 15;

/// Stands for something that is written in full, and not to be remembered.
const IN_FULL: u64 = 1 + MOST_KNOWN as u64;

/// Appends a call of a shard: its length in four bytes, then itself.
pub(in crate::calls) fn pack(shard: &Shard, call: u32, out: &mut Vec<u8>) {
    let start = out.len();
    out.extend_from_slice(&[0; 4]);
    put_text(out, Some(&shard.call_id(call)));
    put_counts(out, shard.problems(call));
    let texts = shard.texts();
    let mut last = Position::new(0, 0);
    let (mut actors, mut facts, mut stamps) = (Known::default(), Known::default(), Known::default());
    for (kept, (_, of_record)) in shard.stored_steps(call).zip(shard.record_problems(call)) {
        let StoredStep { position, words, time, millis, capture, actor, .. } = kept;
        put(out, position.steps_from(last));
        last = position;
        put(out, u64::from(StepBits::new(words).plain()));
        put(out, u64::from(time));
        put(out, u64::from(millis));
        put(out, capture.number());
        put_problems(out, of_record);
        actors.put(out, Some(actor).filter(|it| *it != Actor::NOBODY), |out, it| put_actor(out, it, texts));
        facts.put(out, kept.facts, |out, it| put_facts(out, it, texts));
        let given = Some(kept.stamps).filter(|it| *it != Stamps::default());
        stamps.put(out, given, |out, it| it.each().iter().for_each(|time| put(out, u64::from(*time))));
    }
    let length = (out.len() - start - 4) as u32;
    out[start..start + 4].copy_from_slice(&length.to_le_bytes());
}

/// Things that were written before.
struct Known<T>(Vec<T>);

impl<T> Default for Known<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Copy> Known<T> {
    /// Appends a thing: 0 for none, the number of one that was written before, a new one in full.
    fn put(&mut self, out: &mut Vec<u8>, item: Option<T>, write: impl FnOnce(&mut Vec<u8>, T))
    where
        T: PartialEq,
    {
        let Some(item) = item else { return put(out, 0) };
        if let Some(index) = self.0.iter().position(|known| *known == item) {
            return put(out, 1 + index as u64);
        }
        if self.0.len() == MOST_KNOWN {
            put(out, IN_FULL);
        } else {
            self.0.push(item);
            put(out, self.0.len() as u64);
        }
        write(out, item);
    }

    /// Takes a thing back.
    fn take<'b>(
        &mut self,
        bytes: &mut &'b [u8],
        read: impl FnOnce(&mut &'b [u8]) -> Option<T>,
    ) -> Option<Option<T>> {
        let number = take(bytes)?;
        if number == 0 {
            return Some(None);
        }
        if let Some(known) = self.0.get(usize::try_from(number).ok()? - 1) {
            return Some(Some(*known));
        }
        let item = read(bytes)?;
        if number != IN_FULL {
            self.0.push(item);
        }
        Some(Some(item))
    }
}

/// Appends findings on a record, of which most have none.
fn put_problems(out: &mut Vec<u8>, problems: Problems) {
    let has_some = problems != Problems::default();
    put(out, u64::from(has_some));
    if has_some {
        put_counts(out, problems);
    }
}

fn take_problems(bytes: &mut &[u8]) -> Option<Problems> {
    if take(bytes)? == 1 { take_counts(bytes) } else { Some(Problems::default()) }
}

fn put_counts(out: &mut Vec<u8>, problems: Problems) {
    problems.numbers().iter().for_each(|count| put(out, u64::from(*count)));
}

fn take_counts(bytes: &mut &[u8]) -> Option<Problems> {
    let mut counts = [0; 4];
    for count in &mut counts {
        *count = take(bytes)?.try_into().ok()?;
    }
    Some(Problems::of_numbers(counts))
}

fn put_actor(out: &mut Vec<u8>, actor: Actor, texts: &Interner) {
    let Actor { user, platform, client_ip } = actor;
    [user, platform, client_ip].iter().for_each(|id| put_text(out, texts.get(*id)));
}

fn put_facts(out: &mut Vec<u8>, facts: Facts, texts: &Interner) {
    put_text(out, texts.get(facts.room_id));
    StoredFacts::from(facts).numbers().iter().for_each(|number| put(out, u64::from(*number)));
}

/// Who acted, as texts.
type SaidActor<'b> = [Option<&'b str>; 3];

fn take_actor<'b>(bytes: &mut &'b [u8]) -> Option<SaidActor<'b>> {
    Some([take_text(bytes)?, take_text(bytes)?, take_text(bytes)?])
}

fn take_facts<'b>(bytes: &mut &'b [u8]) -> Option<ObservedFacts<'b>> {
    let room = take_text(bytes)?;
    let mut numbers = [0; 4];
    for number in &mut numbers {
        *number = take(bytes)?.try_into().ok()?;
    }
    let Facts { sdkappid, total_num, media_type, call_type, from_server, .. } =
        StoredFacts::of_numbers(numbers, TextId::NONE).into();
    Some(ObservedFacts { room, sdkappid, total_num, media_type, call_type, from_server })
}

fn take_stamps(bytes: &mut &[u8]) -> Option<Stamps> {
    let mut time = || u32::try_from(take(bytes)?).ok();
    Some(Stamps { start: time()?, accept: time()?, end: time()? })
}

/// The id of a packed call; none if the bytes are not one.
pub fn packed_id(mut bytes: &[u8]) -> Option<&str> {
    next_call(&mut bytes).map(|(call_id, _)| call_id)
}

/// Takes the next packed call off `bytes`, and its id off that; none at the end, or if the bytes are not packed calls.
pub(in crate::calls) fn next_call<'b>(bytes: &mut &'b [u8]) -> Option<(&'b str, &'b [u8])> {
    let (length, rest) = bytes.split_at_checked(4)?;
    let length = u32::from_le_bytes(length.try_into().ok()?) as usize;
    let (mut call, rest) = rest.split_at_checked(length)?;
    *bytes = rest;
    Some((take_text(&mut call)??, call))
}

/// Adds a packed call, which follows its id, to the shard that its id belongs to, with its callbacks that far on in the
/// input. None if that is not a packed call.
pub(in crate::calls) fn unpack(
    shard: &mut Shard,
    id: HashedId,
    call_id: &str,
    mut bytes: &[u8],
    shift: Position,
) -> Option<()> {
    let bytes = &mut bytes;
    let problems = take_counts(bytes)?;
    let mut position = shift;
    let mut call = None;
    let (mut actors, mut facts, mut stamps) = (Known::default(), Known::default(), Known::default());
    while !bytes.is_empty() {
        position = position.stepped(take(bytes)?);
        let words = StepBits::of_plain(take(bytes)?.try_into().ok()?)?.words();
        let time = take(bytes)?.try_into().ok()?;
        let millis = take(bytes)?.try_into().ok()?;
        let capture = CaptureMark::of_number(take(bytes)?);
        let of_record = take_problems(bytes)?;
        let [user, platform, client_ip] = actors.take(bytes, take_actor)?.unwrap_or_default();
        let actor = ObservedActor { user, platform, client_ip };
        let facts = facts.take(bytes, take_facts)?;
        let stamps = stamps.take(bytes, take_stamps)?.unwrap_or_default();
        let index = *call.get_or_insert_with(|| shard.call(id, call_id, position));
        let problems = of_record;
        let said = Observation { actor, words, time, millis, stamps, capture, problems, facts };
        shard.append(index, position, &said);
    }
    shard.add_problems(call?, problems);
    Some(())
}
