//! What one asks of a callback, whether it was read on the fast path or on the full one.
//!
//! Comes in: a [`PlainCallback`] or a [`Callback`]. Goes out: its values, none where absent or unusable. Must not: judge.
//! Rules, tables and counts that ask these questions are written once, and compiled for each kind of callback.

use super::callback::{Callback, Faulty, is_faulty_total_num};
use super::plain::PlainCallback;
use crate::spec::{
    CallResult, CallType, CallbackCommand, Event, Family, MediaType, Phase, Role, Timestamp, V4Command,
};

/// The values of a callback.
pub trait CallbackFacts {
    /// Which generation it is of.
    fn family(&self) -> Family;
    /// The call; none makes the callback ungrouped.
    fn call_id(&self) -> Option<&str>;
    /// The user that acted (event and status family).
    fn user_id(&self) -> Option<&str>;
    /// The room.
    fn room_id(&self) -> Option<&str>;
    /// Participants in the call; for v4 the distinct users that are named.
    fn total_num(&self) -> Option<i64>;
    /// Audio or video.
    fn media_type(&self) -> Option<MediaType>;
    /// One to one or group.
    fn call_type(&self) -> Option<CallType>;
    /// The user's role.
    fn role(&self) -> Option<Role>;
    /// The event.
    fn event(&self) -> Option<Event>;
    /// The explicit result.
    fn call_result(&self) -> Option<CallResult>;
    /// When it happened, in Unix seconds.
    fn event_time(&self) -> Option<Timestamp>;
    /// `StartCallTs`, `AcceptTs` and `EndTs`, or what v4 has for them, in Unix seconds.
    fn stamps(&self) -> [Option<Timestamp>; 3];
    /// SDKAppID from the URL.
    fn sdkappid(&self) -> Option<u32>;
    /// Platform from the URL, as written.
    fn platform(&self) -> Option<&str>;
    /// Client address from the URL, as written.
    fn client_ip(&self) -> Option<&str>;
    /// The URL's command, if it is a known one and not `expected`.
    fn url_command_beside(&self, expected: CallbackCommand) -> Option<CallbackCommand>;

    /// The command of a v4 body.
    fn v4_command(&self) -> Option<V4Command> {
        None
    }

    /// The milliseconds of a v4 `EventTime`, 0 to 999.
    fn millis(&self) -> u16 {
        0
    }

    /// Fields that have a fault.
    fn faulty(&self) -> Faulty;

    /// True for each of the three timestamps whose field has a fault.
    fn faulty_stamps(&self) -> [bool; 3] {
        [false; 3]
    }

    /// The step of the call that an event or status callback belongs to. An event that its role does not have
    /// belongs to none; a status callback always ends the call.
    fn phase(&self) -> Option<Phase> {
        match self.family() {
            Family::Status => Some(Phase::End),
            Family::Event => {
                let event = self.event()?;
                let fits = self.role().is_none_or(|role| event.belongs_to(role));
                fits.then(|| event.phase())
            }
            Family::V4 => None,
        }
    }
}

impl CallbackFacts for PlainCallback<'_> {
    #[inline]
    fn family(&self) -> Family {
        if self.event.is_some() { Family::Event } else { Family::Status }
    }

    #[inline]
    fn call_id(&self) -> Option<&str> {
        Some(&self.call_id)
    }

    #[inline]
    fn user_id(&self) -> Option<&str> {
        Some(&self.user_id)
    }

    #[inline]
    fn room_id(&self) -> Option<&str> {
        Some(&*self.room_id).filter(|room| !room.is_empty())
    }

    #[inline]
    fn total_num(&self) -> Option<i64> {
        Some(self.total_num)
    }

    #[inline]
    fn media_type(&self) -> Option<MediaType> {
        Some(self.media_type)
    }

    #[inline]
    fn call_type(&self) -> Option<CallType> {
        Some(self.call_type)
    }

    #[inline]
    fn role(&self) -> Option<Role> {
        Some(self.role)
    }

    #[inline]
    fn event(&self) -> Option<Event> {
        self.event
    }

    #[inline]
    fn call_result(&self) -> Option<CallResult> {
        self.call_result
    }

    #[inline]
    fn event_time(&self) -> Option<Timestamp> {
        known(self.event_time)
    }

    #[inline]
    fn stamps(&self) -> [Option<Timestamp>; 3] {
        self.stamps.map(known)
    }

    #[inline]
    fn sdkappid(&self) -> Option<u32> {
        self.url.as_ref()?.sdkappid
    }

    #[inline]
    fn platform(&self) -> Option<&str> {
        Some(self.url.as_ref()?.platform)
    }

    #[inline]
    fn client_ip(&self) -> Option<&str> {
        Some(&self.url.as_ref()?.client_ip)
    }

    #[inline]
    fn faulty(&self) -> Faulty {
        let total_num = is_faulty_total_num(self.total_num, Some(self.call_type));
        Faulty { total_num, ..Faulty::default() }
    }

    #[inline]
    fn url_command_beside(&self, expected: CallbackCommand) -> Option<CallbackCommand> {
        let given = self.url.as_ref()?.command;
        if given == expected.as_str() { None } else { CallbackCommand::parse(given) }
    }
}

/// A timestamp of a plain callback, where 0 stands for none.
#[inline]
fn known(time: Timestamp) -> Option<Timestamp> {
    (time != 0).then_some(time)
}

impl CallbackFacts for Callback<'_> {
    fn family(&self) -> Family {
        self.family
    }

    fn call_id(&self) -> Option<&str> {
        self.call_id.as_deref()
    }

    fn user_id(&self) -> Option<&str> {
        self.user_id.as_deref()
    }

    fn room_id(&self) -> Option<&str> {
        self.room_id.as_deref()
    }

    fn total_num(&self) -> Option<i64> {
        self.total_num
    }

    fn media_type(&self) -> Option<MediaType> {
        self.media_type
    }

    fn call_type(&self) -> Option<CallType> {
        self.call_type
    }

    fn role(&self) -> Option<Role> {
        self.role
    }

    fn event(&self) -> Option<Event> {
        self.event
    }

    fn call_result(&self) -> Option<CallResult> {
        self.call_result
    }

    fn event_time(&self) -> Option<Timestamp> {
        self.event_time
    }

    fn stamps(&self) -> [Option<Timestamp>; 3] {
        [self.start_call_ts, self.accept_ts, self.end_ts]
    }

    fn sdkappid(&self) -> Option<u32> {
        self.sdkappid
    }

    fn platform(&self) -> Option<&str> {
        self.platform.as_deref()
    }

    fn client_ip(&self) -> Option<&str> {
        self.client_ip.as_deref()
    }

    fn url_command_beside(&self, expected: CallbackCommand) -> Option<CallbackCommand> {
        self.url_command.filter(|given| *given != expected)
    }

    fn v4_command(&self) -> Option<V4Command> {
        match self.command {
            Some(CallbackCommand::V4(command)) if self.family == Family::V4 => Some(command),
            _ => None,
        }
    }

    fn millis(&self) -> u16 {
        self.millis
    }

    fn faulty(&self) -> Faulty {
        self.faulty
    }

    fn faulty_stamps(&self) -> [bool; 3] {
        self.faulty_stamps
    }
}
