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
    /// The same of text that has not been looked at as such.
    fn parse_bytes(text: &[u8]) -> Option<Self>;
}

macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
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
        }
    };
}

pub(crate) use words;

words! {
    /// The three generations of callbacks.
    Family {
        /// Current generation: call started, member changed, call ended.
        V4 = "v4",
        /// One callback for each step of each participant.
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
        Audio = "audio",
        /// A video call.
        Video = "video",
    }
}

words! {
    /// One to one, or a group.
    CallType {
        /// Exactly two participants.
        Single = "single",
        /// Any number of participants.
        Group = "group",
    }
}

words! {
    /// What a call came to. The order is that of strength: where several are offered the first wins.
    CallResult {
        /// Answered and ended normally.
        NormalEnd = "normal_end",
        /// Broken off (network, a dead client, …).
        Interrupt = "interrupt",
        /// The server lost a participant's heartbeat.
        Offline = "offline",
        /// Could not be placed. The vendor has no result for `call_failed`; this is the tool's own word.
        Failed = "failed",
        /// The caller gave up before an answer.
        Cancel = "cancel",
        /// A callee declined.
        Reject = "reject",
        /// The line was busy, or the callee ignored the call.
        CallBusy = "call_busy",
        /// Nobody answered.
        NotAnswer = "not_answer",
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

    /// A documented `CallResult` of the event and status families.
    pub fn from_event_family(text: &str) -> Option<Self> {
        Self::parse(text).filter(|result| *result != Self::Failed)
    }

    /// A `CallResult` of a v4 call record.
    pub fn from_v4(text: &str) -> Option<Self> {
        Self::DOCUMENTED.into_iter().find(|result| result.v4_str() == text)
    }

    /// The v4 family's spelling.
    pub fn v4_str(self) -> &'static str {
        match self {
            Self::NormalEnd => "NormalEnd",
            Self::Interrupt => "Interrupt",
            Self::Offline => "Offline",
            Self::Failed => "Failed",
            Self::Cancel => "Cancel",
            Self::Reject => "Reject",
            Self::CallBusy => "CallBusy",
            Self::NotAnswer => "NotAnswer",
        }
    }

    /// True for endings that an accepted call cannot come to: seen beside an answer they are set aside.
    pub fn means_unanswered(self) -> bool {
        matches!(self, Self::Cancel | Self::Reject | Self::CallBusy | Self::NotAnswer)
    }
}

impl MediaType {
    /// A v4 `MediaType`.
    pub fn from_v4(text: &str) -> Option<Self> {
        match text {
            "Audio" => Some(Self::Audio),
            "Video" => Some(Self::Video),
            _ => None,
        }
    }
}

impl CallType {
    /// A v4 `CallType`.
    pub fn from_v4(text: &str) -> Option<Self> {
        match text {
            "SingleCall" => Some(Self::Single),
            "MultiCall" => Some(Self::Group),
            _ => None,
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
        Accept = "accept",
        /// Declined.
        Reject = "reject",
        /// Did not answer in time.
        NotAnswer = "not_answer",
        /// Hung up.
        HangUp = "hang_up",
        /// Joined of their own accord.
        Join = "join",
        /// Lost: the heartbeat expired.
        Offline = "offline",
        /// Was invited midway.
        Invited = "invited",
        /// The invitation was withdrawn.
        CancelInvite = "cancel_invite",
    }
}

impl Action {
    /// Every spelling on the vendor's page, which gives most actions in two or three.
    pub const SPELLINGS: [(&'static str, Action); 13] = [
        ("Accept", Action::Accept),
        ("Answer", Action::Accept),
        ("Reject", Action::Reject),
        ("NotAnswer", Action::NotAnswer),
        ("HangUp", Action::HangUp),
        ("Hangup", Action::HangUp),
        ("Hang Up", Action::HangUp),
        ("Join", Action::Join),
        ("Offline", Action::Offline),
        ("Invited", Action::Invited),
        ("Invite", Action::Invited),
        ("Cancel_Invite", Action::CancelInvite),
        ("Canncel_Invite", Action::CancelInvite),
    ];

    /// An `ActionType` in any of its documented spellings.
    pub fn from_v4(text: &str) -> Option<Self> {
        Self::SPELLINGS.iter().find(|(spelling, _)| *spelling == text).map(|(_, action)| *action)
    }
}
