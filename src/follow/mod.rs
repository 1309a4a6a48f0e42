//! A log that is being written: its callbacks as they come, its calls until they have ended.
//!
//! Comes in: whole lines, with the time at which they came. Goes out: findings, and [`CallProgress`]. Must not: read
//! files or a clock.

mod follower;
mod open_call;

pub use follower::{Added, CallProgress, Follower};
