//! What one asks of a callback, whether it was read on the fast path or on the full one.
//!
//! Comes in: a [`PlainCallback`], a [`PlainV4`] or a [`Callback`]. Goes out: its values, none if absent or unusable. Must not: judge.
//! Rules, tables and counts that ask these questions are written once, and compiled for each kind of callback.

use super::callback::{Callback, Faulty, NamedUser, is_faulty_total_num};
use super::captured_by::CapturedBy;
use super::plain::{PlainCallback, PlainV4};
use crate::spec::{
    CallResult, CallType, CallbackCommand, Event, Family, MediaType, Phase, Role, Timestamp, V4Command,
    known_timestamp,
};

/// Makes the trait and its implementations: for each value its type, how a plain callback has it, how one of v4, and how any
/// other.
macro_rules! facts {
    ($($(#[$doc:meta])+ $name:ident: $type:ty = |$plain:ident| $of_plain:expr, |$v4:ident| $of_v4:expr, |$full:ident| $of_full:expr;)+) => {
        /// The values of a callback.
        pub trait CallbackFacts {
            $($(#[$doc])+ fn $name(&self) -> $type;)+

            /// The URL's command, if it is a known one and not `expected`.
            fn url_command_beside(&self, expected: CallbackCommand) -> Option<CallbackCommand>;

            /// The step of the call that an event or status callback belongs to. An event that its role does not have
            /// belongs to none; a status callback always ends the call.
            fn phase(&self) -> Option<Phase> {
                let event = match self.family() {
                    Family::Status => return Some(Phase::End),
                    Family::Event => self.event()?,
                    Family::V4 => return None,
                };
                let fits = self.role().is_none_or(|role| event.belongs_to(role));
                fits.then(|| event.phase())
            }
        }

        impl CallbackFacts for PlainCallback<'_> {
            $(#[inline] fn $name(&self) -> $type { let $plain = self; $of_plain })+

            #[inline]
            fn url_command_beside(&self, expected: CallbackCommand) -> Option<CallbackCommand> {
                self.url.as_ref().and_then(|url| url.command_beside(expected))
            }
        }

        impl CallbackFacts for PlainV4<'_> {
            $(#[inline] fn $name(&self) -> $type { let $v4 = self; $of_v4 })+

            #[inline]
            fn url_command_beside(&self, expected: CallbackCommand) -> Option<CallbackCommand> {
                self.url.as_ref().and_then(|url| url.command_beside(expected))
            }
        }

        impl CallbackFacts for Callback<'_> {
            $(fn $name(&self) -> $type { let $full = self; $of_full })+

            fn url_command_beside(&self, expected: CallbackCommand) -> Option<CallbackCommand> {
                self.url_command.filter(|given| *given != expected)
            }
        }
    };
}

facts! {
    /// Which generation it is of.
    family: Family = |it| it.family_of_event(), |_it| Family::V4, |it| it.family;
    /// The command of a v4 body.
    v4_command: Option<V4Command> = |_it| None, |it| Some(it.command), |it| match it.command {
        Some(CallbackCommand::V4(command)) if it.family == Family::V4 => Some(command),
        _ => None,
    };
    /// The call; none makes the callback ungrouped.
    call_id: Option<&str> = |it| Some(&it.call_id), |it| Some(&it.call_id), |it| it.call_id.as_deref();
    /// The user that acted (event and status family).
    user_id: Option<&str> = |it| Some(&it.user_id), |_it| None, |it| it.user_id.as_deref();
    /// The room.
    room_id: Option<&str> = |it| Some(&*it.room_id).filter(|room| !room.is_empty()), |it| Some(&*it.room_id).filter(|room| !room.is_empty()), |it| it.room_id.as_deref();
    /// Participants in the call; for v4 the distinct users that are named.
    total_num: Option<i64> = |it| Some(it.total_num), |it| it.total_num, |it| it.total_num;
    /// Audio or video.
    media_type: Option<MediaType> = |it| Some(it.media_type), |it| it.media_type, |it| it.media_type;
    /// One to one or group.
    call_type: Option<CallType> = |it| Some(it.call_type), |it| it.call_type, |it| it.call_type;
    /// The user's role.
    role: Option<Role> = |it| Some(it.role), |_it| None, |it| it.role;
    /// The event.
    event: Option<Event> = |it| it.event, |_it| None, |it| it.event;
    /// The explicit result.
    call_result: Option<CallResult> = |it| it.call_result, |it| it.call_result, |it| it.call_result;
    /// Fields that have a fault.
    faulty: Faulty = |it| Faulty {
        total_num: is_faulty_total_num(it.total_num, Some(it.call_type)),
        ..Faulty::default()
    }, |_it| Faulty::default(), |it| it.faulty;
    /// When it happened, in Unix seconds.
    event_time: Option<Timestamp> = |it| known_timestamp(it.event_time), |it| it.event_time.map(|(seconds, _)| seconds), |it| it.event_time;
    /// The milliseconds of a v4 `EventTime`, 0 to 999.
    millis: u16 = |_it| 0, |it| it.event_time.map_or(0, |(_, millis)| millis), |it| it.millis;
    /// `StartCallTs`, `AcceptTs` and `EndTs`, or what v4 has for them, in Unix seconds.
    stamps: [Option<Timestamp>; 3] = |it| it.stamps.map(known_timestamp), |it| it.stamps.map(known_timestamp), |it| [it.start_call_ts, it.accept_ts, it.end_ts];
    /// True for each of these whose field has a fault.
    faulty_stamps: [bool; 3] = |_it| [false; 3], |_it| [false; 3], |it| it.faulty_stamps;
    /// When it was captured, in Unix milliseconds.
    received_at: Option<i64> = |it| it.received_at.milliseconds(), |it| it.received_at.milliseconds(), |it| it.received_at;
    /// Who captured it.
    captured_by: CapturedBy = |it| it.captured_by, |it| it.captured_by, |it| it.captured_by;
    /// SDKAppID from the URL.
    sdkappid: Option<u32> = |it| it.url.as_ref().and_then(|url| url.sdkappid), |it| it.url.as_ref().and_then(|url| url.sdkappid), |it| it.sdkappid;
    /// Platform from the URL, as written.
    platform: Option<&str> = |it| it.url.as_ref().map(|url| url.platform), |it| it.url.as_ref().map(|url| url.platform), |it| it.platform.as_deref();
    /// Client address from the URL, as written.
    client_ip: Option<&str> = |it| it.url.as_ref().map(|url| &*url.client_ip), |it| it.url.as_ref().map(|url| &*url.client_ip), |it| it.client_ip.as_deref();
    /// The users that a v4 callback names, in order.
    users: &[NamedUser<'_>] = |_it| &[], |it| &it.users, |it| &it.users;
}
