//! A simulated call: who takes part, and what is reported of it.
//!
//! Comes in: nothing. Goes out: the types that the steps of the simulation share. Must not: draw or write.

use super::causes::{Plant, Twist};
use super::script::StoryPart;
use crate::spec::{Action, CallResult, CallType, Event, MediaType, Phase, Role};

/// Index of a participant in [`SimulatedCall::cast`]; the caller is 0.
pub(super) type Seat = u8;

/// The caller's seat.
pub(super) const CALLER: Seat = 0;

/// A set of seats.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Seats(u16);

impl Seats {
    /// Only that one.
    pub(super) fn only(seat: Seat) -> Self {
        Self(1 << seat)
    }

    /// Those of either set.
    pub(super) fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Those of this set that are not in the other.
    pub(super) fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// How many.
    pub(super) fn len(self) -> u32 {
        self.0.count_ones()
    }

    /// Each, in ascending order.
    pub(super) fn iter(self) -> impl Iterator<Item = Seat> {
        (0..16).filter(move |seat| self.0 & (1 << seat) != 0)
    }
}

/// A participant.
#[derive(Clone, Copy, Debug)]
pub(super) struct CastMember {
    /// Index in the pool of people.
    pub(super) person: u32,
    /// What they do in the script.
    pub(super) part: StoryPart,
    /// How far the device's clock is ahead, in milliseconds.
    pub(super) skew: i64,
}

/// A call and everything that is reported of it.
#[derive(Debug)]
pub(super) struct SimulatedCall {
    /// Counts calls, from 0.
    pub(super) index: u64,
    /// `CallId`, a UUID.
    pub(super) id: String,
    /// `RoomId`; has nothing that JSON would escape.
    pub(super) room: String,
    /// Audio or video.
    pub(super) media: MediaType,
    /// One to one, or a group.
    pub(super) call_type: CallType,
    /// The participants, the caller first.
    pub(super) cast: Vec<CastMember>,
    /// The callbacks that devices and backend send, in order of time.
    pub(super) reports: Vec<SentCallback>,
    /// The plant it is, if its cause is known.
    pub(super) plant: Option<&'static Plant>,
}

impl SimulatedCall {
    /// What is done to it besides its story.
    pub(super) fn twist(&self) -> Twist {
        self.plant.map_or(Twist::Plain, |plant| plant.twist)
    }
}

/// The timestamps of a normal end, in Unix seconds as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct StatedTimes {
    /// `StartCallTs`.
    pub(super) start: i64,
    /// `AcceptTs`, 0 for none.
    pub(super) accept: i64,
    /// `EndTs`.
    pub(super) end: i64,
}

/// One callback, before it is delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SentCallback {
    /// Whose device sends it.
    pub(super) sender: Seat,
    /// When it is sent, in Unix milliseconds.
    pub(super) sent: i64,
    /// What the sender's clock shows then, in Unix milliseconds: the `EventTime`.
    pub(super) event_ms: i64,
    /// `TotalNum`.
    pub(super) total: u32,
    /// The timestamps of a normal end; a v4 record always has them.
    pub(super) times: Option<StatedTimes>,
    /// What it reports.
    pub(super) news: News,
}

impl SentCallback {
    /// True for one that ends a side of the call, or all of it.
    pub(super) fn ends(&self) -> bool {
        match &self.news {
            News::Event(_, event, _) => event.phase() == Phase::End,
            News::Changed { action, .. } => action.phase() == Phase::End,
            News::Status(..) | News::Ended { .. } => true,
            News::Started { .. } => false,
        }
    }
}

/// What a callback reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum News {
    /// Event family: a step of the sender.
    Event(Role, Event, Option<CallResult>),
    /// Status family: the sender's part in the call ended.
    Status(Role, CallResult),
    /// v4: the call was started; who is being called.
    Started { waiting: Seats },
    /// v4: what some did, and who is in the call or being called at that moment.
    Changed { who: Seats, action: Action, calling: Seats, waiting: Seats },
    /// v4: the call ended; everyone who was called or joined.
    Ended { result: CallResult, callees: Seats },
}
