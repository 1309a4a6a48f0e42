//! What differs between the calls of two logs, or of two periods of one, by more than chance.
//!
//! Comes in: calls of either side, in any order and any parts. Goes out: [`ShareChange`]s. Must not: print, or judge single
//! calls.
//!
//! `counts` keeps how many calls of each side have each cause, result, platform and so on, in groups of users; `hours`
//! says which hours both sides cover alike; `test` says how likely two shares are by chance; `changes` tests all.

mod changes;
mod counts;
mod hours;
mod test;

pub use changes::{Changes, ShareChange, changes};
pub use counts::{COMPARED, SideCall, SideCounts};
