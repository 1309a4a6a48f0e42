//! What is kept of a callback: 16 bytes for nearly every one.

use super::position::Position;
use super::texts::TextId;
use crate::decode::{Faulty, Part};
use crate::spec::{Action, CallResult, CallType, Event, Family, MediaType, Role, Timestamp, V4Command, Word};

/// What one callback says about one user. A v4 callback that names several users is several entries in a row, of
/// which the first is its head.
#[derive(Clone, Copy, Debug)]
pub(in crate::calls) struct Entry {
    /// How far its position is from the call's first one; if it says more, the index of its [`More`].
    pub place: u32,
    /// `EventTime` in Unix seconds, 0 for none.
    pub time: Timestamp,
    /// The call's next entry; of its last one, the first.
    pub next: u32,
    /// Words and numbers, see [`Code`].
    pub code: Code,
}

/// What does not fit an [`Entry`]: a position far from the call's first, milliseconds, or one of very many users,
/// rooms and times of a call.
#[derive(Clone, Copy, Debug)]
pub(in crate::calls) struct More {
    pub position: Position,
    /// Indexes of the [`Actor`], of the [`Facts`] and of the [`Stamps`], or none.
    pub actor: u32,
    pub facts: u32,
    pub stamps: u32,
    pub millis: u16,
}

/// The words of a callback.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::calls) struct Words {
    pub family: Family,
    pub role: Option<Role>,
    pub event: Option<Event>,
    pub result: Option<CallResult>,
    pub command: Option<V4Command>,
    pub part: Option<Part>,
    pub faulty: Faulty,
    pub head: bool,
}

/// Words and small numbers in 32 bits, from the lowest: 2 family, 2 role, 5 event, 4 result, 2 command, 4 part,
/// 3 faults, 1 head, 1 for [`More`], 4 number of the actor, 2 of the facts, 2 of the stamps.
#[derive(Clone, Copy, Debug)]
pub(in crate::calls) struct Code(u32);

/// Where each part of a [`Code`] begins.
mod bit {
    pub(in crate::calls) const ROLE: u32 = 2;
    pub(in crate::calls) const EVENT: u32 = 4;
    pub(in crate::calls) const RESULT: u32 = 9;
    pub(in crate::calls) const COMMAND: u32 = 13;
    pub(in crate::calls) const PART: u32 = 15;
    pub(in crate::calls) const FAULTY: u32 = 19;
    pub(in crate::calls) const HEAD: u32 = 22;
    pub(in crate::calls) const MORE: u32 = 23;
    pub(in crate::calls) const ACTOR: u32 = 24;
    pub(in crate::calls) const FACTS: u32 = 28;
    pub(in crate::calls) const STAMPS: u32 = 30;
}

/// The greatest numbers that a [`Code`] has room for.
pub(in crate::calls) const MOST_ACTORS: u8 = 15;
pub(in crate::calls) const MOST_FACTS: u8 = 3;
pub(in crate::calls) const MOST_STAMPS: u8 = 3;

/// A word as a number, 0 for none.
fn number(word: Option<u8>) -> u32 {
    word.map_or(0, |word| u32::from(word) + 1)
}

/// The word that a number stands for.
fn word<W: Word>(number: u32) -> Option<W> {
    W::ALL.get((number as usize).wrapping_sub(1)).copied()
}

fn part_number(part: Option<Part>) -> u32 {
    match part {
        None => 0,
        Some(Part::Caller) => 1,
        Some(Part::Callee) => 2,
        Some(Part::Listed) => 3,
        Some(Part::Changed(action)) => 4 + number(action.map(|action| action as u8)),
    }
}

fn part(number: u32) -> Option<Part> {
    match number {
        0 => None,
        1 => Some(Part::Caller),
        2 => Some(Part::Callee),
        3 => Some(Part::Listed),
        more => Some(Part::Changed(word::<Action>(more - 4))),
    }
}

impl Code {
    pub(in crate::calls) fn new(words: Words) -> Self {
        let Words { family, role, event, result, command, part, faulty, head } = words;
        let faults = [faulty.event, faulty.call_result, faulty.total_num];
        let faults = faults.iter().rev().fold(0, |bits, fault| (bits << 1) | u32::from(*fault));
        Self(
            family as u32
                | number(role.map(|it| it as u8)) << bit::ROLE
                | number(event.map(|it| it as u8)) << bit::EVENT
                | number(result.map(|it| it as u8)) << bit::RESULT
                | number(command.map(|it| it as u8)) << bit::COMMAND
                | part_number(part) << bit::PART
                | faults << bit::FAULTY
                | u32::from(head) << bit::HEAD,
        )
    }

    /// The words alone, as a number.
    pub(in crate::calls) fn plain(self) -> u32 {
        self.bits(0, bit::MORE)
    }

    /// The code of such a number, if it is one.
    pub(in crate::calls) fn of_plain(number: u32) -> Option<Self> {
        let is_code = number >> bit::MORE == 0 && ((number & 3) as usize) < Family::ALL.len();
        is_code.then_some(Self(number))
    }

    pub(in crate::calls) fn with_more(self) -> Self {
        Self(self.0 | 1 << bit::MORE)
    }

    pub(in crate::calls) fn with_numbers(self, actor: u8, facts: u8, stamps: u8) -> Self {
        let numbers = u32::from(actor) << bit::ACTOR
            | u32::from(facts) << bit::FACTS
            | u32::from(stamps) << bit::STAMPS;
        Self(self.0 | numbers)
    }

    fn bits(self, from: u32, count: u32) -> u32 {
        (self.0 >> from) & ((1 << count) - 1)
    }

    pub(in crate::calls) fn words(self) -> Words {
        let fault = |index| self.bits(bit::FAULTY + index, 1) == 1;
        Words {
            family: Family::ALL[self.bits(0, 2) as usize],
            role: word(self.bits(bit::ROLE, 2)),
            event: word(self.bits(bit::EVENT, 5)),
            result: word(self.bits(bit::RESULT, 4)),
            command: word(self.bits(bit::COMMAND, 2)),
            part: part(self.bits(bit::PART, 4)),
            faulty: Faulty { event: fault(0), call_result: fault(1), total_num: fault(2) },
            head: self.bits(bit::HEAD, 1) == 1,
        }
    }

    pub(in crate::calls) fn has_more(self) -> bool {
        self.bits(bit::MORE, 1) == 1
    }

    /// Numbers of the call's actor, facts and stamps, from 1; 0 for none.
    pub(in crate::calls) fn numbers(self) -> (u8, u8, u8) {
        (self.bits(bit::ACTOR, 4) as u8, self.bits(bit::FACTS, 2) as u8, self.bits(bit::STAMPS, 2) as u8)
    }
}

/// A user, and what the URL says of their device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::calls) struct Actor {
    pub user: TextId,
    pub platform: TextId,
    pub client_ip: TextId,
}

impl Actor {
    /// Nobody.
    pub(in crate::calls) const NOBODY: Self =
        Self { user: TextId::NONE, platform: TextId::NONE, client_ip: TextId::NONE };
}

/// What a callback says about its call as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::calls) struct Facts {
    pub sdkappid: Option<u32>,
    pub room_id: TextId,
    pub total_num: Option<i64>,
    pub media_type: Option<MediaType>,
    pub call_type: Option<CallType>,
    /// Of a v4 record, whether it comes from the app's own server, if that is known.
    pub from_server: Option<bool>,
}

impl Facts {
    /// The same, with what only the other says.
    pub(in crate::calls) fn or(self, other: Self) -> Self {
        Self {
            sdkappid: self.sdkappid.or(other.sdkappid),
            room_id: self.room_id.known().or(other.room_id.known()).unwrap_or(TextId::NONE),
            total_num: self.total_num.or(other.total_num),
            media_type: self.media_type.or(other.media_type),
            call_type: self.call_type.or(other.call_type),
            from_server: self.from_server.or(other.from_server),
        }
    }
}

/// [`Facts`] as they are kept, without the padding that takes up half of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::calls) struct KeptFacts {
    sdkappid: u32,
    room_id: TextId,
    /// In two halves, so that it need not be aligned.
    total_num: [u32; 2],
    /// From the lowest bit: whether there is an SDKAppID, a `TotalNum`; 2 bits for the media type, 2 for the call type,
    /// 2 for what a record comes from.
    words: u8,
}

impl From<Facts> for KeptFacts {
    fn from(facts: Facts) -> Self {
        let total_num = facts.total_num.unwrap_or(0);
        let words = u32::from(facts.sdkappid.is_some())
            | u32::from(facts.total_num.is_some()) << 1
            | number(facts.media_type.map(|it| it as u8)) << 2
            | number(facts.call_type.map(|it| it as u8)) << 4
            | number(facts.from_server.map(u8::from)) << 6;
        Self {
            sdkappid: facts.sdkappid.unwrap_or(0),
            room_id: facts.room_id,
            total_num: [total_num as u32, (total_num >> 32) as u32],
            words: words as u8,
        }
    }
}

impl From<KeptFacts> for Facts {
    fn from(kept: KeptFacts) -> Self {
        let bits = |from: u32, mask: u8| u32::from(kept.words >> from & mask);
        let [low, high] = kept.total_num.map(u64::from);
        Self {
            sdkappid: (bits(0, 1) == 1).then_some(kept.sdkappid),
            room_id: kept.room_id,
            total_num: (bits(1, 1) == 1).then_some((low | high << 32).cast_signed()),
            media_type: word(bits(2, 3)),
            call_type: word(bits(4, 3)),
            from_server: bits(6, 3).checked_sub(1).map(|is_server| is_server == 1),
        }
    }
}

impl KeptFacts {
    /// All but the room, as numbers.
    pub(in crate::calls) fn numbers(&self) -> [u32; 4] {
        let [low, high] = self.total_num;
        [self.sdkappid, low, high, u32::from(self.words)]
    }

    /// The same from such numbers, with a room.
    pub(in crate::calls) fn of_numbers([sdkappid, low, high, words]: [u32; 4], room_id: TextId) -> Self {
        Self { sdkappid, room_id, total_num: [low, high], words: words as u8 }
    }

    /// The room.
    pub(in crate::calls) fn room_id(&self) -> TextId {
        self.room_id
    }

    /// The same in another room.
    pub(in crate::calls) fn in_room(self, room_id: TextId) -> Self {
        Self { room_id, ..self }
    }
}

/// `StartCallTs`, `AcceptTs` and `EndTs`, in Unix seconds, 0 for none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::calls) struct Stamps {
    pub start: Timestamp,
    pub accept: Timestamp,
    pub end: Timestamp,
}

impl Stamps {
    /// The same, with those that only the other has.
    pub(in crate::calls) fn or(self, other: Self) -> Self {
        let or = |own: Timestamp, more: Timestamp| if own == 0 { more } else { own };
        Self {
            start: or(self.start, other.start),
            accept: or(self.accept, other.accept),
            end: or(self.end, other.end),
        }
    }

    /// All three, in their order.
    pub(in crate::calls) fn each(self) -> [Timestamp; 3] {
        [self.start, self.accept, self.end]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_come_back_as_they_were() {
        for total_num in [None, Some(0), Some(-1), Some(2), Some(i64::MAX), Some(i64::MIN)] {
            for sdkappid in [None, Some(0), Some(u32::MAX)] {
                for media_type in [None, Some(MediaType::Audio), Some(MediaType::Video)] {
                    for call_type in [None, Some(CallType::Single), Some(CallType::Group)] {
                        let room_id = TextId(7);
                        for from_server in [None, Some(false), Some(true)] {
                            let facts =
                                Facts { sdkappid, room_id, total_num, media_type, call_type, from_server };
                            assert_eq!(Facts::from(KeptFacts::from(facts)), facts);
                        }
                    }
                }
            }
        }
    }

    /// Every word and none, in every field of its kind.
    #[test]
    fn words_come_back_from_their_code() {
        fn all<W: Word>() -> impl Iterator<Item = Option<W>> {
            std::iter::once(None).chain(W::ALL.iter().copied().map(Some))
        }
        let none = Words {
            family: Family::V4,
            role: None,
            event: None,
            result: None,
            command: None,
            part: None,
            faulty: Faulty::default(),
            head: false,
        };
        let mut seen = vec![none];
        seen.extend(Family::ALL.iter().map(|family| Words { family: *family, head: true, ..none }));
        seen.extend(all().map(|role| Words { role, ..none }));
        seen.extend(all().map(|event| Words { event, ..none }));
        seen.extend(all().map(|result| Words { result, ..none }));
        seen.extend(all().map(|command| Words { command, ..none }));
        seen.extend(all().map(|action| Words { part: Some(Part::Changed(action)), ..none }));
        let parts = [Part::Caller, Part::Callee, Part::Listed];
        seen.extend(parts.map(|part| Words { part: Some(part), ..none }));
        let faulty = [
            Faulty { event: true, ..Faulty::default() },
            Faulty { call_result: true, ..Faulty::default() },
            Faulty { total_num: true, ..Faulty::default() },
        ];
        seen.extend(faulty.map(|faulty| Words { faulty, ..none }));
        for words in seen {
            let code = Code::new(words).with_numbers(MOST_ACTORS, MOST_FACTS, MOST_STAMPS);
            assert_eq!((code.words(), code.has_more()), (words, false));
            let code = code.with_more();
            assert_eq!((code.words(), code.has_more()), (words, true));
            assert_eq!(code.numbers(), (MOST_ACTORS, MOST_FACTS, MOST_STAMPS));
        }
    }
}
