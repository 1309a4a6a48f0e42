//! Sends captured callbacks to a backend: in order for each call, side by side across calls.
//!
//! Comes in: callbacks in the order of the log, as [`Message`]s in a [`Spool`] and as entries of a [`Planner`], and
//! what is to be changed on the way ([`Rewrite`]). Goes out: requests, and the outcome of each ([`Attempt`]) to the
//! run's observer; in the end a [`ReplayTally`]. Must not: read logs, judge callbacks, or print.
//!
//! A plan keeps 40 bytes of memory for each callback and 16 for each delivery; messages wait in a temporary file. The
//! run is one task that decides what is sent when, and one for each request in flight.

mod attempt;
mod chaos;
mod compare;
mod credentials;
mod id_suffix;
pub mod journal;
mod message;
mod observer;
mod outage;
mod outcome;
mod pauses;
mod plan;
mod rewrite;
mod run;
mod selection;
mod spool;
mod tally;
mod target;

#[cfg(test)]
mod tests;

pub use attempt::{Attempt, Dropped};
pub use chaos::{Chaos, ChaosCounts, ChaosMarks, Disturbance};
pub use compare::{Comparison, DeliveryChange, DeliveryState, Earlier};
pub use id_suffix::IdSuffix;
pub use message::Message;
pub use observer::ReplayObserver;
pub use outcome::{Pace, RunEnd, RunError, RunOutcome};
pub use plan::{CapturedCallback, LeftOut, Plan, PlanFacts, PlannedCallback, Planner, Speed, Tempo};
pub use rewrite::Rewrite;
pub use run::run;
pub use selection::{EarlierOutcome, FailedBefore, LookedUp};
pub use spool::Spool;
pub use tally::{Percentiles, ReplayTally, Spread, TroubledCall};
pub use target::TargetError;
