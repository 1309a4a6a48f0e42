//! A decoded callback.

use std::borrow::Cow;
use std::collections::HashSet;

use super::captured_by::CapturedBy;
use crate::spec::{
    Action, CallResult, CallType, CallbackCommand, Event, Family, MediaType, Role, Timestamp, UserStatus,
    V4Command,
};

/// What a v4 callback says about a user that it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Places the call: `Calling` when it starts, or the record's `Caller_Account`.
    Caller,
    /// Is called: `Waiting` when it starts, or in the record's list.
    Callee,
    /// Did something; none if the action is unusable.
    Changed(Option<Action>),
    /// Is only listed.
    Listed,
}

impl Part {
    /// What `UserList` says of a user by its status.
    pub(super) fn listed(command: V4Command, status: Option<UserStatus>) -> Self {
        match status {
            _ if command != V4Command::StartCall => Self::Listed,
            Some(UserStatus::Calling) => Self::Caller,
            Some(UserStatus::Waiting) => Self::Callee,
            None => Self::Listed,
        }
    }
}

/// A user that a v4 callback names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedUser<'a> {
    /// The account id; none if it is missing or unusable.
    pub id: Option<Cow<'a, str>>,
    /// What the callback says about the user.
    pub part: Part,
}

impl<'a> NamedUser<'a> {
    /// The users that a record of a call names. The vendor's list of callees may contain the caller too.
    pub(super) fn of_record(
        caller: Option<Cow<'a, str>>,
        callees: Vec<Cow<'a, str>>,
    ) -> impl Iterator<Item = Self> {
        let called: Vec<_> = callees.into_iter().filter(|id| Some(id) != caller.as_ref()).collect();
        let caller = caller.map(|id| Self { id: Some(id), part: Part::Caller });
        caller.into_iter().chain(called.into_iter().map(|id| Self { id: Some(id), part: Part::Callee }))
    }
}

/// Fields of the body whose value has a fault, so that rules which need it stay silent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Faulty {
    /// `Event` is there and unusable.
    pub event: bool,
    /// `CallResult` is there and unusable.
    pub call_result: bool,
    /// `TotalNum` is below 1, or does not fit the call type.
    pub total_num: bool,
}

/// A callback. Values that are absent or unusable are none; an empty `RoomId` is absent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Callback<'a> {
    /// Which generation it is of.
    pub family: Family,
    /// The command, if known: the URL's, for v4 the body's.
    pub command: Option<CallbackCommand>,
    /// The URL's command, if known.
    pub url_command: Option<CallbackCommand>,
    /// SDKAppID from the URL.
    pub sdkappid: Option<u32>,
    /// Platform from the URL, as written.
    pub platform: Option<Cow<'a, str>>,
    /// Client address from the URL, as written.
    pub client_ip: Option<Cow<'a, str>>,
    /// When it was captured, in Unix milliseconds.
    pub received_at: Option<i64>,
    /// Who captured it.
    pub captured_by: CapturedBy,
    /// The user that acted (event and status family).
    pub user_id: Option<Cow<'a, str>>,
    /// The room.
    pub room_id: Option<Cow<'a, str>>,
    /// Participants in the call; for v4 the distinct users that are named.
    pub total_num: Option<i64>,
    /// Audio or video.
    pub media_type: Option<MediaType>,
    /// One to one or group.
    pub call_type: Option<CallType>,
    /// The call; none makes the callback ungrouped.
    pub call_id: Option<Cow<'a, str>>,
    /// The user's role, from the body, otherwise from the command, otherwise from the event.
    pub role: Option<Role>,
    /// The event, from the body, otherwise from the command.
    pub event: Option<Event>,
    /// The explicit result, from the body, for a status callback otherwise from the command.
    pub call_result: Option<CallResult>,
    /// Fields that have a fault.
    pub faulty: Faulty,
    /// True for each of the three timestamps of a call, from start to end, whose field has a fault.
    pub faulty_stamps: [bool; 3],
    /// When it happened, in Unix seconds.
    pub event_time: Option<Timestamp>,
    /// The milliseconds of a v4 `EventTime`, 0 to 999.
    pub millis: u16,
    /// `StartCallTs`, v4 `StartTime`, in Unix seconds.
    pub start_call_ts: Option<Timestamp>,
    /// `AcceptTs`, v4 `AcceptTime`, in Unix seconds.
    pub accept_ts: Option<Timestamp>,
    /// `EndTs`, v4 `EndTime`, in Unix seconds.
    pub end_ts: Option<Timestamp>,
    /// The users that a v4 callback names, in order.
    pub users: Vec<NamedUser<'a>>,
}

impl Callback<'_> {
    /// A callback without any values.
    pub(super) fn new(family: Family) -> Self {
        Self { family, ..Self::default() }
    }

    /// Takes Unix seconds and the milliseconds beyond them.
    pub(super) fn take_event_time(&mut self, time: Option<(Timestamp, u16)>) {
        (self.event_time, self.millis) = time.map_or((None, 0), |(seconds, millis)| (Some(seconds), millis));
    }

    /// Notes whether `TotalNum` fits the call.
    pub(super) fn note_total_num(&mut self) {
        let faulty = self.total_num.is_some_and(|number| is_faulty_total_num(number, self.call_type));
        self.faulty.total_num = faulty;
    }

    /// Takes what the body leaves out from the URL's command, and a role still unknown from an event that only one
    /// role has.
    pub(super) fn infer(&mut self) {
        if self.family == Family::Status {
            let from_command = self.command.and_then(CallbackCommand::status_result);
            self.call_result = self.call_result.or(from_command);
        }
        if let Some(CallbackCommand::Event(role, event)) = self.command {
            self.role = self.role.or(role);
            if self.family == Family::Event {
                self.event = self.event.or(Some(event));
            }
        }
        self.role = self.role.or_else(|| self.event?.only_role());
        // A value that is known after all keeps no rule silent.
        self.faulty.event &= self.event.is_none();
        self.faulty.call_result &= self.call_result.is_none();
    }
}

/// The number of distinct users that a v4 callback names, which is taken for that of the participants; none without any.
pub(super) fn distinct_users(users: &[NamedUser<'_>]) -> Option<i64> {
    /// Users up to which each is compared with all before it.
    const FEW: usize = 16;
    let ids = || users.iter().filter_map(|user| user.id.as_deref());
    let distinct = match users.len() {
        ..=FEW => (0..).zip(ids()).filter(|(place, id)| !ids().take(*place).any(|it| it == *id)).count(),
        _ => ids().collect::<HashSet<&str>>().len(),
    };
    (distinct > 0).then_some(distinct as i64)
}

/// True for a `TotalNum` below 1, or one that does not fit the type of the call.
pub(super) fn is_faulty_total_num(number: i64, call_type: Option<CallType>) -> bool {
    match call_type {
        Some(CallType::Single) => number != 2,
        _ => number < 1,
    }
}
