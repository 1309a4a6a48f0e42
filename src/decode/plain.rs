//! A callback as nearly all are: every value valid, nothing missing, and nothing undocumented.

use std::borrow::Cow;

use super::callback::{Callback, NamedUser};
use super::capture_time;
use super::captured_by::CapturedBy;
use crate::spec::{
    CallResult, CallType, CallbackCommand, Event, Family, MediaType, Role, Timestamp, V4Command,
    known_timestamp,
};

/// A callback that was read on the fast path, from a record without flaws.
#[derive(Clone, Debug, PartialEq)]
pub enum FastCallback<'a> {
    /// Of the event or status family.
    Plain(PlainCallback<'a>),
    /// Of the v4 family.
    V4(PlainV4<'a>),
}

/// A plain callback of the v4 family.
#[derive(Clone, Debug, PartialEq)]
pub struct PlainV4<'a> {
    /// The command.
    pub command: V4Command,
    /// The call, never empty.
    pub call_id: Cow<'a, str>,
    /// The room, empty for none.
    pub room_id: Cow<'a, str>,
    /// The users that it names, in order.
    pub users: Vec<NamedUser<'a>>,
    /// How many distinct users these are; none without any.
    pub total_num: Option<i64>,
    /// Audio or video.
    pub media_type: Option<MediaType>,
    /// One to one or group.
    pub call_type: Option<CallType>,
    /// The explicit result.
    pub call_result: Option<CallResult>,
    /// `EventTime`: Unix seconds, and the milliseconds beyond them.
    pub event_time: Option<(Timestamp, u16)>,
    /// `StartTime`, `AcceptTime` and `EndTime` in Unix seconds, 0 for none.
    pub stamps: [Timestamp; 3],
    /// What came with the body, as for a [`PlainCallback`].
    pub url: Option<PlainUrl<'a>>,
    /// When it was captured.
    pub received_at: ReceivedAt<'a>,
    /// Who captured it.
    pub captured_by: CapturedBy,
}

impl<'a> PlainV4<'a> {
    /// One without users that says nothing yet.
    fn new(command: V4Command, users: Vec<NamedUser<'a>>) -> Self {
        Self {
            command,
            call_id: Cow::Borrowed(""),
            room_id: Cow::Borrowed(""),
            users,
            total_num: None,
            media_type: None,
            call_type: None,
            call_result: None,
            event_time: None,
            stamps: [0; 3],
            url: None,
            received_at: ReceivedAt::Unknown,
            captured_by: CapturedBy::default(),
        }
    }

    /// Makes it one that says nothing yet, in the memory that it has.
    #[inline]
    pub(super) fn begin(&mut self, command: V4Command) {
        let mut users = std::mem::take(&mut self.users);
        users.clear();
        *self = Self::new(command, users);
    }

    /// The same without what came with the body.
    pub(super) fn into_callback(self) -> Callback<'a> {
        let [start, accept, end] = self.stamps.map(known_timestamp);
        let mut callback = Callback::new(Family::V4);
        callback.command = Some(CallbackCommand::V4(self.command));
        callback.total_num = self.total_num;
        callback.call_id = Some(self.call_id);
        callback.room_id = Some(self.room_id).filter(|room| !room.is_empty());
        callback.users = self.users;
        callback.media_type = self.media_type;
        callback.call_type = self.call_type;
        callback.call_result = self.call_result;
        callback.take_event_time(self.event_time);
        (callback.start_call_ts, callback.accept_ts, callback.end_ts) = (start, accept, end);
        callback
    }
}

impl Default for FastCallback<'_> {
    /// One that says nothing yet, to be read into.
    fn default() -> Self {
        Self::V4(PlainV4::new(V4Command::StartCall, Vec::new()))
    }
}

impl<'a> FastCallback<'a> {
    /// The v4 callback that it is from now on, which may still say what it said before.
    #[inline]
    pub(super) fn as_v4(&mut self) -> &mut PlainV4<'a> {
        if let Self::Plain(_) = self {
            *self = Self::default();
        }
        match self {
            Self::V4(v4) => v4,
            Self::Plain(_) => unreachable!("it is of the v4 family"),
        }
    }

    /// The call, never empty.
    #[inline]
    pub fn call_id(&self) -> &str {
        match self {
            Self::Plain(callback) => &callback.call_id,
            Self::V4(v4) => &v4.call_id,
        }
    }

    /// When it was captured.
    #[inline]
    pub fn received_at(&self) -> ReceivedAt<'a> {
        match self {
            Self::Plain(callback) => callback.received_at,
            Self::V4(v4) => v4.received_at,
        }
    }

    /// Who captured it.
    pub fn captured_by(&self) -> CapturedBy {
        match self {
            Self::Plain(callback) => callback.captured_by,
            Self::V4(v4) => v4.captured_by,
        }
    }

    /// True if that is what its body says.
    pub(super) fn is_body(&self, body: &Callback<'_>) -> bool {
        let mut alone = self.clone();
        alone.surround(None, ReceivedAt::Unknown, CapturedBy::default());
        alone.into_body() == *body
    }

    /// What came with the body.
    pub(super) fn url(&self) -> Option<&PlainUrl<'a>> {
        match self {
            Self::Plain(callback) => callback.url.as_ref(),
            Self::V4(v4) => v4.url.as_ref(),
        }
    }

    /// Takes what came with its body, instead of what it said of that before.
    #[inline]
    pub(super) fn surround(
        &mut self,
        url: Option<PlainUrl<'a>>,
        received_at: ReceivedAt<'a>,
        captured_by: CapturedBy,
    ) {
        match self {
            Self::Plain(callback) => {
                (callback.url, callback.received_at, callback.captured_by) = (url, received_at, captured_by);
            }
            Self::V4(v4) => (v4.url, v4.received_at, v4.captured_by) = (url, received_at, captured_by),
        }
    }

    /// What its body says.
    pub(super) fn into_body(self) -> Callback<'a> {
        match self {
            Self::Plain(callback) => callback.into_callback(),
            Self::V4(v4) => v4.into_callback(),
        }
    }

    /// The same callback as the full path reads it.
    pub fn into_callback(self) -> Callback<'a> {
        let (received_at, captured_by) = (self.received_at().milliseconds(), self.captured_by());
        let url = self.url().cloned();
        let mut callback = self.into_body();
        callback.captured_by = captured_by;
        take_url(&mut callback, url.as_ref());
        if callback.family != Family::V4 {
            callback.command = callback.url_command;
            callback.infer();
        }
        callback.received_at = received_at;
        callback
    }
}

/// A plain callback of the event or status family, which borrows its texts unless they contain escapes. Anything unusual is
/// read into a [`Callback`] instead.
#[derive(Clone, Debug, PartialEq)]
pub struct PlainCallback<'a> {
    /// The user that acted, never empty.
    pub user_id: Cow<'a, str>,
    /// The call, never empty.
    pub call_id: Cow<'a, str>,
    /// The room, empty for none.
    pub room_id: Cow<'a, str>,
    /// Participants in the call.
    pub total_num: i64,
    /// Audio or video.
    pub media_type: MediaType,
    /// One to one or group.
    pub call_type: CallType,
    /// The user's role.
    pub role: Role,
    /// The event; none makes it a callback of the status family.
    pub event: Option<Event>,
    /// The explicit result.
    pub call_result: Option<CallResult>,
    /// `EventTime` in Unix seconds, 0 for none.
    pub event_time: Timestamp,
    /// `StartCallTs`, `AcceptTs` and `EndTs` in Unix seconds, 0 for none.
    pub stamps: [Timestamp; 3],
    /// What came with the body, in a request or an envelope that is as plain.
    pub url: Option<PlainUrl<'a>>,
    /// When it was captured.
    pub received_at: ReceivedAt<'a>,
    /// Who captured it.
    pub captured_by: CapturedBy,
}

/// When a plain callback was captured, which few ask for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReceivedAt<'a> {
    /// Nothing says so.
    #[default]
    Unknown,
    /// As written: an RFC 3339 time in UTC, or Unix seconds or milliseconds.
    Written(&'a str),
    /// In Unix milliseconds.
    At(i64),
    /// Only the full path can say so, and who captured it.
    Unread,
}

impl ReceivedAt<'_> {
    /// In Unix milliseconds.
    pub fn milliseconds(self) -> Option<i64> {
        match self {
            Self::Unknown | Self::Unread => None,
            Self::Written(text) => capture_time::instant(text),
            Self::At(time) => Some(time),
        }
    }
}

/// The parameters of a URL, each given once and not empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlainUrl<'a> {
    /// SDKAppID; none if it is unusable.
    pub sdkappid: Option<u32>,
    /// The command, as written.
    pub command: &'a str,
    /// `contenttype`, as written.
    pub content_type: &'a str,
    /// Address of the client, decoded.
    pub client_ip: Cow<'a, str>,
    /// Platform of the client, as written.
    pub platform: &'a str,
}

impl PlainUrl<'_> {
    /// The command, if it is a known one and not `expected`.
    #[inline]
    pub(super) fn command_beside(&self, expected: CallbackCommand) -> Option<CallbackCommand> {
        if self.command == expected.as_str() { None } else { CallbackCommand::parse(self.command) }
    }
}

/// Takes what a URL says about the call; nothing without one.
fn take_url<'a>(callback: &mut Callback<'a>, url: Option<&PlainUrl<'a>>) {
    callback.url_command = url.and_then(|url| CallbackCommand::parse(url.command));
    callback.sdkappid = url.and_then(|url| url.sdkappid);
    callback.platform = url.map(|url| Cow::Borrowed(url.platform));
    callback.client_ip = url.map(|url| url.client_ip.clone());
}

impl<'a> PlainCallback<'a> {
    /// The family: what has an event is of the event family.
    #[inline]
    pub(super) fn family_of_event(&self) -> Family {
        if self.event.is_some() { Family::Event } else { Family::Status }
    }

    /// The same without what came with the body.
    pub(super) fn into_callback(self) -> Callback<'a> {
        let [start, accept, end] = self.stamps.map(known_timestamp);
        let mut callback = Callback::new(self.family_of_event());
        callback.user_id = Some(self.user_id);
        callback.call_id = Some(self.call_id);
        callback.room_id = Some(self.room_id).filter(|room| !room.is_empty());
        callback.total_num = Some(self.total_num);
        callback.media_type = Some(self.media_type);
        callback.call_type = Some(self.call_type);
        callback.role = Some(self.role);
        callback.event = self.event;
        callback.call_result = self.call_result;
        callback.event_time = known_timestamp(self.event_time);
        (callback.start_call_ts, callback.accept_ts, callback.end_ts) = (start, accept, end);
        callback.note_total_num();
        callback
    }
}

/// What was unwrapped to find a body, so far as a source is judged by it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WrapperNotes {
    /// Pointers of the texts that were entered, the outermost first.
    pub texts: Vec<String>,
    /// Where the body was found, if only a name that is not known as a body's led there.
    pub unknown_path: Option<String>,
    /// True if the time of capture names no zone.
    pub is_local_time: bool,
}
