//! What the vendor documents about TUICallKit's callbacks, as tables, and the rules that follow from it.
//!
//! Comes in: nothing. Goes out: words (events, results, platforms), field and parameter tables, the rule
//! registry, and the [`Finding`] that every check produces. Must not: import anything else of this crate,
//! read input, or print.
//!
//! Each vendor fact is here once, with the page that it comes from.

mod cause;
mod command;
mod event;
mod field;
mod finding;
mod folded;
mod level;
mod levels;
mod retry;
mod rules;
mod time;
mod url;
mod word;

pub use cause::{
    CROSSING_SECONDS, Cause, CauseKind, CauseRow, DEVICE_SECONDS, DOUBTFUL_SECONDS, MOST_SKEW_SECONDS,
    MOST_TRAVEL_SECONDS, REPORTING_CLIENTS, RINGING_SECONDS, TALKING_SECONDS,
};
pub use command::{COMMANDS, CallbackCommand, V4Command};
pub use event::{EVENTS, Event, Phase};
pub use field::{
    CALL_INFO_FIELDS, CALL_RECORD_FIELDS, CHANGED_USER_FIELDS, EVENT_FIELDS, Field, FieldSpec, Kind, Need,
    STATUS_FIELDS, USER_FIELDS, V4_END_FIELDS, V4_MEMBER_FIELDS, V4_START_FIELDS,
};
pub use finding::{Finding, Place, Related};
pub use folded::{Folded, FoldedRest, Folds};
pub use level::Level;
pub use levels::{Levels, RuleSet, UnknownRule};
pub use retry::{MOST_DELIVERIES, RETRY_SECONDS, retry_times};
pub use rules::{Explanation, RULE_COUNT, RULES, Rule, RuleId};
pub use time::{LATEST, OLDEST, Timestamp, known_timestamp, usable_timestamp};
pub use url::{
    PARAMETERS, PLATFORMS, Parameter, SERVER_PLATFORM, V4_ONLY_PLATFORMS, V4_PARAMETERS, is_platform,
};
pub(crate) use word::words;
pub use word::{Action, CallResult, CallType, Family, MediaType, Role, UserStatus, Word};

/// Pages of the vendor's documentation that the tables and rules cite.
pub mod page {
    /// "Call Event Callback": the event family.
    pub const EVENT: &str = "https://www.tencentcloud.com/document/product/647/60129";
    /// "Call Status Callback": the status family.
    pub const STATUS: &str = "https://www.tencentcloud.com/document/product/647/60130";
    /// "API List for Callback Configuration": the list of commands.
    pub const COMMANDS: &str = "https://www.tencentcloud.com/document/product/647/60131";
    /// "Callback after Call Initiation": `Call.CallbackAfterStartCall`.
    pub const V4_START: &str = "https://www.tencentcloud.com/document/product/647/68941";
    /// "Callback after Member Changed": `Call.CallbackAfterMemberChanged`.
    pub const V4_MEMBER: &str = "https://www.tencentcloud.com/document/product/647/69215";
    /// "Callback after Call Ends": `Call.CallbackAfterEndCall`.
    pub const V4_END: &str = "https://www.tencentcloud.com/document/product/647/68940";
    /// "Third-Party Callback Introduction": URL parameters and platforms of the v4 family.
    pub const V4_PROTOCOL: &str = "https://www.tencentcloud.com/document/product/1047/34354";
    /// RFC 9112, HTTP/1.1.
    pub const HTTP: &str = "https://www.rfc-editor.org/rfc/rfc9112";
    /// RFC 8259, JSON.
    pub const JSON: &str = "https://www.rfc-editor.org/rfc/rfc8259";
}
