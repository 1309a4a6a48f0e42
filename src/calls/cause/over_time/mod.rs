//! Since when a cause has a larger share of the calls than before.
//!
//! Comes in: calls with their causes, in any order and any parts. Goes out: [`Incident`]s. Must not: print, or judge
//! single calls.
//!
//! `counts` keeps how many calls of each cause there are minute by minute; `scan` tests runs of hours against the rest
//! of the log; `locate` finds the minutes between which an incident lies; `incidents` does so until nothing is left.

mod board;
mod counts;
mod incidents;
mod locate;
mod scan;
mod scope;
#[cfg(test)]
mod tests;

pub use counts::{OverTime, TimedCall};
pub use incidents::Incident;
pub use scope::Where;
