//! Which calls a page lists, if it cannot list all.

use std::collections::HashSet;

use crate::calls::Position;
use crate::report::html::CallNumbers;

/// At most that many calls, by the positions of their first callbacks: those that failed, then others, in an order that
/// follows from their ids and nothing else.
pub(super) fn sample(calls: &[CallNumbers], most: usize) -> HashSet<Position> {
    let mut order: Vec<(bool, u64, Position)> =
        calls.iter().map(|call| (!call.failed, call.id_hash, call.position)).collect();
    if order.len() > most {
        order.sort_unstable();
        order.truncate(most);
    }
    order.into_iter().map(|(.., position)| position).collect()
}
