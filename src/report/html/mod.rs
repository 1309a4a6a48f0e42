//! Calls as one page of HTML, which needs no other file and no network.
//!
//! Comes in: what is known of every call, and of some of them their ladders. Goes out: the page. Its data are columns,
//! compressed, which its script draws and counts. Must not: put text of a log into the page's markup, except escaped;
//! send anything anywhere.
//!
//! The steps: `numbers` and `details` collect calls, `columns` and `chunk` pack them, `aliases` hides names, `head` says
//! what the columns mean, `document` puts the page together.

mod aliases;
mod chunk;
mod columns;
mod details;
mod document;
mod head;
mod language;
mod numbers;

pub use aliases::Aliases;
pub use details::CallDetails;
pub use document::{PageInput, document};
pub use head::HeadFacts;
pub use language::Language;
pub use numbers::CallNumbers;
