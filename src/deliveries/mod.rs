//! What is known of the deliveries of callbacks: whether a backend accepted them, how often they were made, and the
//! files that `capture` keeps of that.
//!
//! Comes in: lines of such files, and the times at which copies of a callback were captured. Goes out: the same as
//! values, lines to be written, the status of a callback, and the outages of a backend. Must not: read a file, know a
//! log, or print.
//!
//! The vendor's ladder of retries is [`crate::spec::RETRY_SECONDS`]; each format of a file stands in one module here,
//! with its version. Damage in a file is counted, and never an error.

mod acceptance;
mod answers;
mod delivered;
mod forward_line;
mod lines;
mod outages;
mod time_text;
mod trace;
mod undelivered;

pub use acceptance::{Acceptance, ErrorCode};
pub use answers::{AnsweredCallback, Answers};
pub use delivered::{Delivered, FileMark, UnsettledLine};
pub use forward_line::{ForwardLine, body_digest};
pub use lines::{LineDamage, Lines};
pub use outages::{FoundOutage, OutageEvidence, OutageFinder, OutageVerdict};
pub use time_text::{millis_text, parse_millis};
pub use trace::{DeliveryStatus, DeliveryTrace, MadeDelivery};
pub use undelivered::{UndeliveredLine, UndeliveredReason};
