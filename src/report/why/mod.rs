//! Verdicts in words: of one call, and the causes of many.
//!
//! Comes in: a [`Verdict`](crate::calls::Verdict) with the call and its records, or the
//! [`Causes`](crate::calls::Causes) of many calls with their [`Incident`](crate::calls::Incident)s.
//! Goes out: text for people, JSON, Markdown. Must not: judge.

mod account;
mod account_formats;
mod causes_table;
mod deliveries;
mod incidents;
mod sentence;
mod subject;

pub use account::{Account, CalleeAccount, Evidence, account};
pub use account_formats::{account_json, account_markdown, account_text};
pub use causes_table::{CausesReport, causes_json, causes_markdown, causes_text, shown_ids};
pub use subject::Subject;
