//! What is kept of a callback: numbers, and names of texts.

use super::position::Position;
use super::texts::TextId;
use crate::decode::{Faulty, Part};
use crate::spec::{CallResult, CallType, Event, Family, MediaType, Role, Timestamp, V4Command};

/// What one callback says of one user. A v4 callback that names several users is several entries in a row, of
/// which the first is its head.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub position: Position,
    /// The call's next entry.
    pub next: u32,
    /// `EventTime` in Unix seconds, 0 for none.
    pub time: Timestamp,
    /// Index of the [`Actor`], of the [`Facts`] and of the [`Stamps`]; none on a head's followers.
    pub actor: u32,
    pub facts: u32,
    pub stamps: u32,
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
