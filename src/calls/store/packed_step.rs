//! What is kept of a callback: 16 bytes for nearly every one.

use super::interner::TextId;
use super::position::Position;
use super::step_bits::{StepBits, number, word};
use crate::spec::{CallType, MediaType, Timestamp};

/// What one callback says about one user. A v4 callback that names several users is several entries in a row, of
/// which the first is its head.
#[derive(Clone, Copy, Debug)]
pub(in crate::calls) struct PackedStep {
    /// Where it is and the milliseconds of its time; if it says more, the index of its [`WideStep`].
    pub place: StepPlace,
    /// `EventTime` in Unix seconds, 0 for none.
    pub time: Timestamp,
    /// The call's entry before this one, or none.
    pub before: u32,
    /// Words and numbers, see [`StepBits`].
    pub code: StepBits,
}

/// How far a callback is from the first one of its call, in records, with the milliseconds of its time: in 32 bits, of which
/// the lowest tells whether there are milliseconds, which take up 10 more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::calls) struct StepPlace(u32);

/// The bits of a [`StepPlace`] besides those of the distance: without milliseconds, and with them.
const PLAIN_BITS: u32 = 1;
const MILLIS_BITS: u32 = 11;

impl StepPlace {
    /// One at that distance; none if it is too far.
    pub(in crate::calls) fn new(distance: i32, millis: u16) -> Option<Self> {
        let (bits, low) = match millis {
            0 => (PLAIN_BITS, 0),
            millis => (MILLIS_BITS, 1 | u32::from(millis) << 1),
        };
        let high = distance << bits;
        (high >> bits == distance && millis < 1 << (MILLIS_BITS - 1))
            .then_some(Self(high.cast_unsigned() | low))
    }

    /// The distance and the milliseconds.
    pub(in crate::calls) fn parts(self) -> (i32, u16) {
        let distance = self.0.cast_signed();
        match self.0 & 1 {
            0 => (distance >> PLAIN_BITS, 0),
            _ => (distance >> MILLIS_BITS, (self.0 >> 1) as u16 & ((1 << (MILLIS_BITS - 1)) - 1)),
        }
    }

    /// One that stands for an index.
    pub(in crate::calls) fn of_index(index: u32) -> Self {
        Self(index)
    }

    /// The index that it stands for.
    pub(in crate::calls) fn index(self) -> u32 {
        self.0
    }
}

/// What does not fit a [`PackedStep`]: a position far from the call's first, or one of very many users, rooms and times of a
/// call.
#[derive(Clone, Copy, Debug)]
pub(in crate::calls) struct WideStep {
    pub position: Position,
    /// Indexes of the [`Actor`], of the [`Facts`] and of the [`Stamps`], or none.
    pub actor: u32,
    pub facts: u32,
    pub stamps: u32,
    pub millis: u16,
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
pub(in crate::calls) struct StoredFacts {
    sdkappid: u32,
    room_id: TextId,
    /// In two halves, so that it need not be aligned.
    total_num: [u32; 2],
    /// From the lowest bit: whether there is an SDKAppID, a `TotalNum`; 2 bits for the media type, 2 for the call type,
    /// 2 for what a record comes from.
    words: u8,
}

impl From<Facts> for StoredFacts {
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

impl From<StoredFacts> for Facts {
    fn from(kept: StoredFacts) -> Self {
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

impl StoredFacts {
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
    fn places_come_back_or_do_not_fit() {
        for distance in [
            0,
            1,
            -1,
            1 << 19,
            (1 << 20) - 1,
            -(1 << 20),
            1 << 20,
            (1 << 30) - 1,
            -(1 << 30),
            1 << 30,
            i32::MIN,
        ] {
            for millis in [0, 1, 999, 1023, 1024] {
                let most = if millis == 0 { 1 << 30 } else { 1 << 20 };
                let fits = (-most..most).contains(&i64::from(distance)) && millis < 1024;
                let place = StepPlace::new(distance, millis);
                assert_eq!(
                    place.map(StepPlace::parts),
                    fits.then_some((distance, millis)),
                    "{distance} {millis}"
                );
            }
        }
    }

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
                            assert_eq!(Facts::from(StoredFacts::from(facts)), facts);
                        }
                    }
                }
            }
        }
    }
}
