//! The vendor's enumerated words, each family's spelling mapped to one vocabulary.

use clap::ValueEnum;
use clap::builder::PossibleValue;

/// A word of a closed vocabulary: how it is written in our output, and how it is read.
pub trait Word: Copy + Sized + 'static {
    /// Every word, in the order of the vendor's page.
    const ALL: &'static [Self];
    /// The spelling of the event family, which this tool's output uses.
    fn as_str(self) -> &'static str;
    /// The word spelled exactly as the event family spells it.
    fn parse(text: &str) -> Option<Self> {
        Self::parse_bytes(text.as_bytes())
    }
    /// The same for bytes that have not been checked to be text.
    fn parse_bytes(text: &[u8]) -> Option<Self>;
    /// Every spelling of v4, where it has its own: of most actions the vendor's page gives two or three.
    const V4_SPELLINGS: &'static [(&'static str, Self)];
    /// The word in any of its v4 spellings.
    fn from_v4(text: &str) -> Option<Self> {
        Self::V4_SPELLINGS.iter().find(|(spelling, _)| *spelling == text).map(|(_, word)| *word)
    }
}

/// Makes an enum of words, each with its spelling and, after `/`, those of v4.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $text:literal $(/ $v4:literal)*),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum $name { $($(#[$variant_meta])* $variant),+ }

        impl Word for $name {
            const ALL: &'static [Self] = &[$(Self::$variant),+];
            fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
            fn parse_bytes(text: &[u8]) -> Option<Self> {
                $(if text == $text.as_bytes() { return Some(Self::$variant); })+
                None
            }
            const V4_SPELLINGS: &'static [(&'static str, Self)] = &[$($(($v4, Self::$variant),)*)+];
        }
    };
}

pub(crate) use words;

words! {
    /// The three generations of callbacks.
    #[derive(Default, serde::Serialize, serde::Deserialize)]
    Family {
        /// Current generation: call started, member changed, call ended.
        V4 = "v4",
        /// One callback for each step of each participant.
        #[default]
        Event = "event",
        /// One callback after the call ended.
        Status = "status",
    }
}

impl ValueEnum for Family {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Event, Self::Status, Self::V4]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.as_str()).help(match self {
            Self::Event => "One callback for each step of each participant",
            Self::Status => "One callback of each side when the call has ended",
            Self::V4 => "The current generation: started, member changed, ended",
        }))
    }
}

words! {
    /// The side of a call that a user is on.
    Role {
        /// Placed the call.
        Caller = "caller",
        /// Was called, or joined.
        Callee = "callee",
    }
}

words! {
    /// Audio or video.
    MediaType {
        /// An audio call.
        Audio = "audio" / "Audio",
        /// A video call.
        Video = "video" / "Video",
    }
}

words! {
    /// One to one, or a group.
    CallType {
        /// Exactly two participants.
        Single = "single" / "SingleCall",
        /// Any number of participants.
        Group = "group" / "MultiCall",
    }
}

words! {
    /// How a call ended. The order is that of strength: of several results the first wins.
    CallResult {
        /// Answered and ended normally.
        NormalEnd = "normal_end" / "NormalEnd",
        /// Broken off (network, a dead client, …).
        Interrupt = "interrupt" / "Interrupt",
        /// The server lost a participant's heartbeat.
        Offline = "offline" / "Offline",
        /// Could not be placed. The vendor has no result for `call_failed`; this is the tool's own word.
        Failed = "failed" / "Failed",
        /// The caller gave up before an answer.
        Cancel = "cancel" / "Cancel",
        /// A callee declined.
        Reject = "reject" / "Reject",
        /// The line was busy, or the callee ignored the call.
        CallBusy = "call_busy" / "CallBusy",
        /// Nobody answered.
        NotAnswer = "not_answer" / "NotAnswer",
    }
}

impl CallResult {
    /// The values that the vendor documents: all but [`CallResult::Failed`].
    pub const DOCUMENTED: [CallResult; 7] = [
        Self::NormalEnd,
        Self::NotAnswer,
        Self::Reject,
        Self::CallBusy,
        Self::Cancel,
        Self::Interrupt,
        Self::Offline,
    ];

    /// The v4 family's spelling.
    pub fn v4_str(self) -> &'static str {
        Self::V4_SPELLINGS[self as usize].0
    }

    /// True for results that an answered call cannot have: they are ignored if there is an answer.
    pub const fn means_unanswered(self) -> bool {
        matches!(self, Self::Cancel | Self::Reject | Self::CallBusy | Self::NotAnswer)
    }

    /// True if the call was broken off.
    pub const fn is_interruption(self) -> bool {
        matches!(self, Self::Interrupt | Self::Offline)
    }
}

impl Role {
    /// The other side of a call.
    pub const fn other(self) -> Self {
        match self {
            Self::Caller => Self::Callee,
            Self::Callee => Self::Caller,
        }
    }
}

words! {
    /// State of a user in a v4 `UserList`.
    UserStatus {
        /// The user that places the call, or is in it.
        Calling = "Calling",
        /// The user that is being called.
        Waiting = "Waiting",
    }
}

words! {
    /// What a user did, in a v4 `ChangedUserList`; spelled as this tool exports it.
    Action {
        /// Answered.
        Accept = "accept" / "Accept" / "Answer",
        /// Declined.
        Reject = "reject" / "Reject",
        /// Did not answer in time.
        NotAnswer = "not_answer" / "NotAnswer",
        /// Hung up.
        HangUp = "hang_up" / "HangUp" / "Hangup" / "Hang Up",
        /// Joined of their own accord.
        Join = "join" / "Join",
        /// Lost: the heartbeat expired.
        Offline = "offline" / "Offline",
        /// Was invited midway.
        Invited = "invited" / "Invited" / "Invite",
        /// The invitation was withdrawn.
        CancelInvite = "cancel_invite" / "Cancel_Invite" / "Canncel_Invite",
    }
}
