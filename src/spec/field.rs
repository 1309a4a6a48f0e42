//! The fields of the callback bodies.

use super::command::V4Command;
use super::event::Event;
use super::word::{Action, CallResult, CallType, Family, MediaType, Role, UserStatus, Word};

macro_rules! fields {
    ($($(#[$meta:meta])* $field:ident $name:literal $($v4:literal)?;)+) => {
        /// What a field of a body says, whatever its name in that body.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Field { $($(#[$meta])* $field),+ }

        impl Field {
            /// Its name in the event and status families; of a field that only v4 has, its name there.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$field => $name),+ }
            }

            /// Its place in a body of that family, as an RFC 6901 pointer.
            pub const fn pointer(self, family: Family) -> &'static str {
                let (own, v4) = match self { $(Self::$field => (concat!("/", $name), [$($v4)?].as_slice())),+ };
                match (family, v4) {
                    (Family::V4, [v4]) => v4,
                    _ => own,
                }
            }
        }
    };
}

fields! {
    /// The user that acted.
    UserId "UserId";
    /// The room.
    RoomId "RoomId";
    /// Participants in the call.
    TotalNum "TotalNum";
    /// Audio or video.
    MediaType "MediaType";
    /// One to one or group.
    CallType "CallType";
    /// The call.
    CallId "CallId";
    /// The user's role.
    Role "Role";
    /// What happened.
    Event "Event";
    /// How the call ended.
    CallResult "CallResult" "/CallRecord/CallResult";
    /// When it happened.
    EventTime "EventTime";
    /// When the call began.
    StartCallTs "StartCallTs" "/CallRecord/StartTime";
    /// When it was answered.
    AcceptTs "AcceptTs" "/CallRecord/AcceptTime";
    /// When it ended.
    EndTs "EndTs" "/CallRecord/EndTime";
    /// The command of a v4 body.
    Command "CallbackCommand";
    /// The object of a call that starts.
    CallInfo "CallInfo";
    /// The object of a call that has ended.
    CallRecord "CallRecord";
    /// The participants.
    UserList "UserList";
    /// The participants that did something.
    ChangedUserList "ChangedUserList";
    /// A participant's account.
    UserAccount "User_Account";
    /// A participant's status.
    Status "Status";
    /// What a participant did.
    ActionType "ActionType";
    /// The group of the chat that the call belongs to.
    ChatGroupId "ChatGroupId";
    /// Whether the room has a number or a name.
    RoomIdType "RoomIdType";
    /// The account of the caller.
    CallerAccount "Caller_Account";
    /// The accounts of the callees.
    CalleeList "CalleeList_Account";
}

impl Field {
    /// The timestamps of a normal end, in the order of the call.
    pub const STAMPS: [Self; 3] = [Self::StartCallTs, Self::AcceptTs, Self::EndTs];
}

/// A closed vocabulary in one family's spelling.
#[derive(Clone, Copy, Debug)]
pub struct Vocabulary {
    /// True for a word of it.
    pub knows: fn(&str) -> bool,
    /// All its words, for suggestions.
    pub words: fn() -> Vec<&'static str>,
}

/// What a field contains.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// Any string.
    Text,
    /// A string that must not be empty.
    Id,
    /// A string that must not be empty; the vendor's v4 samples show numbers, so their digits are read too.
    Account,
    /// An integer of at most 64 bits.
    Integer,
    /// Unix seconds, 0 for absent.
    Seconds,
    /// Unix milliseconds, 0 for absent.
    Milliseconds,
    /// 1 (numeric) or 2 (string).
    RoomIdType,
    /// A word of a closed vocabulary.
    Word(Vocabulary),
    /// A word, or the empty string for none.
    WordOrEmpty(Vocabulary),
    /// An object of these fields.
    Object(&'static [FieldSpec]),
    /// An array of objects of these fields.
    Objects(&'static [FieldSpec]),
    /// An array of account ids.
    Accounts,
}

impl Kind {
    /// The JSON type that the vendor documents, in words.
    pub fn json_type(self) -> &'static str {
        match self {
            Self::Text | Self::Id | Self::Account | Self::Word(_) | Self::WordOrEmpty(_) => "string",
            Self::Integer | Self::Seconds | Self::Milliseconds | Self::RoomIdType => "integer",
            Self::Object(_) => "object",
            Self::Objects(_) | Self::Accounts => "array",
        }
    }

    /// The vocabulary, for a field that contains a word.
    pub fn vocabulary(self) -> Option<Vocabulary> {
        match self {
            Self::Word(vocabulary) | Self::WordOrEmpty(vocabulary) => Some(vocabulary),
            _ => None,
        }
    }
}

/// Whether a field has to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Missing is an error.
    Required,
    /// The vendor's sample always has it though its table leaves it out: missing is a warning.
    Expected,
    /// May be missing.
    Optional,
}

/// One documented field.
#[derive(Debug)]
pub struct FieldSpec {
    /// What it says.
    pub field: Field,
    /// Name in this body, which matches exactly.
    pub name: &'static str,
    /// What it contains.
    pub kind: Kind,
    /// Whether it has to be there.
    pub need: Need,
    /// Another name that the vendor uses for it.
    pub alias: Option<&'static str>,
}

/// A field is itself alone: fields of one name differ between bodies.
impl Eq for FieldSpec {}

impl PartialEq for FieldSpec {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

const fn field(field: Field, kind: Kind, need: Need) -> FieldSpec {
    FieldSpec { field, name: field.name(), kind, need, alias: None }
}

/// A field of `CallRecord`, which can have another name than in the event family: its pointer ends in it.
const fn in_record(field: Field, kind: Kind, need: Need) -> FieldSpec {
    let pointer = field.pointer(Family::V4);
    let mut at = pointer.len();
    while pointer.as_bytes()[at - 1] != b'/' {
        at -= 1;
    }
    FieldSpec { field, name: pointer.split_at(at).1, kind, need, alias: None }
}

const fn own<W: Word>() -> Vocabulary {
    Vocabulary {
        knows: |text| W::parse(text).is_some(),
        words: || W::ALL.iter().map(|word| word.as_str()).collect(),
    }
}

const fn v4<W: Word>() -> Vocabulary {
    Vocabulary {
        knows: |text| W::from_v4(text).is_some(),
        words: || W::V4_SPELLINGS.iter().map(|(spelling, _)| *spelling).collect(),
    }
}

const MEDIA: Vocabulary = own::<MediaType>();
const RESULTS: Vocabulary = Vocabulary {
    knows: |text| CallResult::DOCUMENTED.iter().any(|result| result.as_str() == text),
    words: || CallResult::DOCUMENTED.iter().map(|result| result.as_str()).collect(),
};
const V4_MEDIA: Vocabulary = v4::<MediaType>();
const V4_RESULTS: Vocabulary = Vocabulary {
    knows: |text| CallResult::DOCUMENTED.iter().any(|result| result.v4_str() == text),
    words: || CallResult::DOCUMENTED.iter().map(|result| result.v4_str()).collect(),
};

use Need::{Expected, Optional, Required};

const USER_ID: FieldSpec = field(Field::UserId, Kind::Id, Required);
const ROOM_ID: FieldSpec = field(Field::RoomId, Kind::Text, Required);
const TOTAL_NUM: FieldSpec = field(Field::TotalNum, Kind::Integer, Required);
const MEDIA_TYPE: FieldSpec = field(Field::MediaType, Kind::Word(MEDIA), Expected);
const CALL_TYPE: FieldSpec = field(Field::CallType, Kind::Word(own::<CallType>()), Required);
const CALL_ID: FieldSpec = field(Field::CallId, Kind::Id, Required);
const ROLE: FieldSpec = field(Field::Role, Kind::Word(own::<Role>()), Required);
const EVENT_TIME: FieldSpec = field(Field::EventTime, Kind::Seconds, Expected);
const START_CALL_TS: FieldSpec = field(Field::StartCallTs, Kind::Seconds, Optional);
const ACCEPT_TS: FieldSpec = field(Field::AcceptTs, Kind::Seconds, Optional);
const END_TS: FieldSpec = field(Field::EndTs, Kind::Seconds, Optional);

/// Body of the event family, see [`super::page::EVENT`].
pub static EVENT_FIELDS: [FieldSpec; 13] = [
    USER_ID,
    ROOM_ID,
    TOTAL_NUM,
    MEDIA_TYPE,
    CALL_TYPE,
    CALL_ID,
    ROLE,
    field(Field::Event, Kind::Word(own::<Event>()), Required),
    field(Field::CallResult, Kind::WordOrEmpty(RESULTS), Expected),
    EVENT_TIME,
    START_CALL_TS,
    ACCEPT_TS,
    END_TS,
];

/// Body of the status family, see [`super::page::STATUS`].
pub static STATUS_FIELDS: [FieldSpec; 12] = [
    USER_ID,
    ROOM_ID,
    TOTAL_NUM,
    MEDIA_TYPE,
    CALL_TYPE,
    CALL_ID,
    ROLE,
    field(Field::CallResult, Kind::Word(RESULTS), Required),
    EVENT_TIME,
    START_CALL_TS,
    ACCEPT_TS,
    END_TS,
];

const COMMAND: FieldSpec = field(Field::Command, Kind::Text, Required);
const V4_EVENT_TIME: FieldSpec = field(Field::EventTime, Kind::Milliseconds, Required);
const ROOM_ID_TYPE: FieldSpec = field(Field::RoomIdType, Kind::RoomIdType, Expected);

/// An entry of a v4 `UserList`.
pub static USER_FIELDS: [FieldSpec; 2] = [
    field(Field::UserAccount, Kind::Account, Expected),
    field(Field::Status, Kind::Word(own::<UserStatus>()), Expected),
];

/// An entry of a v4 `ChangedUserList`.
pub static CHANGED_USER_FIELDS: [FieldSpec; 2] = [
    field(Field::UserAccount, Kind::Account, Expected),
    field(Field::ActionType, Kind::Word(v4::<Action>()), Expected),
];

/// `CallInfo` of `Call.CallbackAfterStartCall`.
pub static CALL_INFO_FIELDS: [FieldSpec; 5] = [
    field(Field::CallId, Kind::Id, Required),
    FieldSpec { alias: Some("CallMediaType"), ..field(Field::MediaType, Kind::Word(V4_MEDIA), Expected) },
    field(Field::ChatGroupId, Kind::Text, Optional),
    field(Field::RoomId, Kind::Text, Expected),
    ROOM_ID_TYPE,
];

/// `CallRecord` of `Call.CallbackAfterEndCall`.
pub static CALL_RECORD_FIELDS: [FieldSpec; 11] = [
    field(Field::CallId, Kind::Id, Required),
    field(Field::CallerAccount, Kind::Account, Required),
    field(Field::MediaType, Kind::Word(V4_MEDIA), Required),
    field(Field::CallType, Kind::Word(v4::<CallType>()), Required),
    in_record(Field::StartCallTs, Kind::Seconds, Required),
    in_record(Field::EndTs, Kind::Seconds, Required),
    in_record(Field::AcceptTs, Kind::Seconds, Expected),
    field(Field::CallResult, Kind::Word(V4_RESULTS), Required),
    field(Field::CalleeList, Kind::Accounts, Required),
    field(Field::RoomId, Kind::Text, Expected),
    ROOM_ID_TYPE,
];

/// Body of `Call.CallbackAfterStartCall`, see [`super::page::V4_START`].
pub static V4_START_FIELDS: [FieldSpec; 4] = [
    COMMAND,
    field(Field::CallInfo, Kind::Object(&CALL_INFO_FIELDS), Required),
    field(Field::UserList, Kind::Objects(&USER_FIELDS), Required),
    V4_EVENT_TIME,
];

/// Body of `Call.CallbackAfterMemberChanged`, see [`super::page::V4_MEMBER`].
pub static V4_MEMBER_FIELDS: [FieldSpec; 5] = [
    COMMAND,
    field(Field::CallId, Kind::Id, Required),
    field(Field::UserList, Kind::Objects(&USER_FIELDS), Required),
    field(Field::ChangedUserList, Kind::Objects(&CHANGED_USER_FIELDS), Required),
    V4_EVENT_TIME,
];

/// Body of `Call.CallbackAfterEndCall`, see [`super::page::V4_END`].
pub static V4_END_FIELDS: [FieldSpec; 3] =
    [COMMAND, field(Field::CallRecord, Kind::Object(&CALL_RECORD_FIELDS), Required), V4_EVENT_TIME];

impl V4Command {
    /// The fields of its body.
    pub fn fields(self) -> &'static [FieldSpec] {
        match self {
            Self::StartCall => &V4_START_FIELDS,
            Self::MemberChanged => &V4_MEMBER_FIELDS,
            Self::EndCall => &V4_END_FIELDS,
        }
    }
}
