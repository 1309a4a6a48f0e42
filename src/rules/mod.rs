//! The checks: on one record and its callback, and on one call.
//!
//! Comes in: what framing and decoding noted about a record, or the [`Timeline`](crate::calls::Timeline) of a call.
//! Goes out: [`Hit`]s and [`CallHit`]s, findings whose places are still those of the record or of a callback.
//! Must not: read raw bytes, or print. The engine turns hits into findings with lines and columns.

mod appearance;
mod body;
mod call;
mod callback;
mod captured_twice;
mod fault;
mod hit;
mod http;
mod json;
mod place;
mod record;
mod source;
#[cfg(test)]
mod tests;
mod timestamp_unit;
mod url;
mod wording;

pub use appearance::{Appearance, appearance};
pub use call::{CallField, CallHit, Course, InputFacts, judge_call, may_find};
pub use captured_twice::judge_captured_twice;
pub use hit::{Hit, RuleOptions};
pub use http::judge_skip;
pub use record::{Checked, check, is_clean, judge_damage};
pub use source::{NotLogs, SourceHit, SourceOrigin, judge_source};
