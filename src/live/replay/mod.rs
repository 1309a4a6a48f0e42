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
mod client;
mod compare;
mod credentials;
pub mod journal;
mod message;
mod observer;
mod outage;
mod outcome;
mod plan;
mod query;
mod rewrite;
mod run;
mod spool;
mod tally;
mod target;

#[cfg(test)]
mod tests;

pub use attempt::{Answer, Attempt, Dropped};
pub use chaos::{Chaos, ChaosCounts, ChaosMarks, Disturbance};
pub use client::{Backend, HttpBackend};
pub use compare::{Comparison, DeliveryChange, DeliveryState, Earlier};
pub use message::Message;
pub use observer::ReplayObserver;
pub use outcome::{Pace, RunEnd, RunError, RunOutcome};
pub use plan::{CapturedCallback, LeftOut, Plan, PlanFacts, PlannedCallback, Planner, Speed};
pub use rewrite::Rewrite;
pub use run::run;
pub use spool::Spool;
pub use tally::{Percentiles, ReplayTally, Spread, TroubledCall};
pub use target::TargetError;
