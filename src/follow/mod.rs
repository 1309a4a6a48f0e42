//! A log that is being written: its callbacks as they come, its calls until they have ended.
//!
//! Comes in: whole lines or blocks of records, with the time at which they came. Goes out: findings, and
//! [`CallProgress`]; calls as they end, from a [`CallWatch`]. Must not: read files or a clock.

mod follower;
mod open_call;
mod watched;

pub use follower::{Added, CallProgress, Follower};
pub use watched::{CallWatch, Standing, WatchTally};
