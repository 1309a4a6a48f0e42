//! Counts that add up over the parts of a log.
//!
//! Comes in: counts of two parts, and platforms of calls. Goes out: sums. Must not: know what is counted.

use std::collections::BTreeMap;

/// Calls by platform.
pub(in crate::calls) type Platforms = BTreeMap<String, u64>;

/// Calls that a platform needs before its absence elsewhere says anything.
const SEVERAL: u64 = 5;

/// Adds counts place by place.
pub(in crate::calls) fn add_each(counts: &mut [u64], more: &[u64]) {
    counts.iter_mut().zip(more).for_each(|(count, more)| *count += more);
}

/// Counts a call from a platform, if it is known.
pub(in crate::calls) fn add_platform(known: &mut Platforms, platform: Option<&str>) {
    let Some(platform) = platform else { return };
    match known.get_mut(platform) {
        Some(count) => *count += 1,
        None => drop(known.insert(platform.to_owned(), 1)),
    }
}

/// Adds the calls of another part.
pub(in crate::calls) fn add_platforms(known: &mut Platforms, more: Platforms) {
    more.into_iter().for_each(|(platform, calls)| *known.entry(platform).or_default() += calls);
}

/// Platforms that have several of the calls, and none of the others.
pub(in crate::calls) fn platforms_without<'p>(calls: &'p Platforms, others: &Platforms) -> Vec<&'p str> {
    let often = calls.iter().filter(|(_, count)| **count >= SEVERAL).map(|(platform, _)| platform.as_str());
    often.filter(|platform| !others.contains_key(*platform)).collect()
}
