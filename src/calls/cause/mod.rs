//! Why a call ended as it did: a verdict from its timeline, by an explicit table of causes.
//!
//! Comes in: a [`Timeline`](super::Timeline), its [`Outcome`](super::Outcome), and what the log as a whole says, its
//! [`LogContext`]. Goes out: a [`Verdict`], one main [`Cause`] with those that contribute, how sure it is, and the
//! callbacks that decide it; for a group call also one for each callee. Must not: word sentences, or print. What a
//! reader is told about each cause is in [`crate::spec::Cause`].

mod base_rates;
mod callees;
mod case;
mod certainty;
mod clocks;
mod context;
mod contributing;
mod crossing;
mod decision;
mod engagements;
mod groups;
mod main_cause;
mod missing;
mod over_time;
mod sightings;
mod stints;
mod tally;
#[cfg(test)]
mod tests;
mod unanswered;
mod verdict;

pub use callees::{CalleeVerdict, callee_verdicts};
pub use certainty::Certainty;
pub use clocks::ClockBounds;
pub use context::{ActiveUsers, LogContext, UsersInPart};
pub use missing::missing;
pub use over_time::{Incident, OverTime, TimedCall, Where};
pub use tally::{CauseCounts, Causes, Concentration};
pub use verdict::{Verdict, verdict};
