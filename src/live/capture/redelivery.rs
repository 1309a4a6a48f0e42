//! Which delivery of a callback a request is: the vendor sends the same body again, for 12 seconds.
//!
//! Comes in: digests of bodies. Goes out: a count. Must not: grow without bound.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long after the last delivery of a callback another one counts as its redelivery.
const WINDOW: Duration = Duration::from_secs(60);

/// Callbacks that are remembered at once; those that have waited longest are forgotten first.
const MOST: usize = 1 << 16;

#[derive(Debug, Default)]
struct Remembered {
    counts: HashMap<String, (u32, Instant)>,
    /// When each was last seen, in order; an entry that is not the last one of its callback counts nothing.
    order: VecDeque<(Instant, String)>,
}

/// Counts the deliveries of recent callbacks.
#[derive(Debug, Default)]
pub(super) struct Redeliveries(Mutex<Remembered>);

impl Redeliveries {
    /// Counts a delivery of the callback with that digest; 1 for the first.
    pub(super) fn count(&self, digest: &str, now: Instant) -> u32 {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some((at, digest)) = known.order.front()
            && (now.saturating_duration_since(*at) > WINDOW || known.order.len() >= MOST)
        {
            if known.counts.get(digest).is_some_and(|(_, last)| last == at) {
                let digest = digest.clone();
                known.counts.remove(&digest);
            }
            known.order.pop_front();
        }
        known.order.push_back((now, digest.to_owned()));
        let entry = known.counts.entry(digest.to_owned()).or_insert((0, now));
        *entry = (entry.0.saturating_add(1), now);
        entry.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_again_within_a_minute_is_the_same() {
        let (known, now) = (Redeliveries::default(), Instant::now());
        let later = |seconds| now + Duration::from_secs(seconds);
        assert_eq!([known.count("a", now), known.count("b", now), known.count("a", later(50))], [1, 1, 2]);
        assert_eq!(known.count("a", later(100)), 3, "50 s after the last one");
        assert_eq!([known.count("b", later(100)), known.count("a", later(200))], [1, 1]);
        (0..2 * MOST).for_each(|number| assert_eq!(known.count(&number.to_string(), later(200)), 1));
        let counts = known.0.lock().map(|known| known.counts.len());
        assert!(counts.is_ok_and(|counts| counts <= MOST));
    }
}
