//! Which hours of the day two sides cover alike.
//!
//! Comes in: from when to when each has calls. Goes out: hours of the day. Must not: count calls.

use std::collections::BTreeMap;

use jiff::Timestamp as Instant;
use jiff::tz::TimeZone;

use super::counts::SideCounts;

/// Hours of a day.
const HOURS: usize = 24;
/// Seconds of a step in which a span is walked through: the zones of the world differ by multiples of it.
const STEP: i64 = 900;
/// Steps that are walked through at most; what is longer covers each hour often enough.
const MOST_STEPS: i64 = 400 * 24 * 4;
/// How many times as long as between two calls a log may be silent at its ends, and at most how long, in seconds.
const SILENCES: i64 = 5;
const LONGEST_SILENCE: i64 = 900;

/// How often a side covers each hour of the day as a whole.
fn covered(side: &SideCounts, zone: &TimeZone) -> [usize; HOURS] {
    let mut quarters = [0; HOURS];
    let Some((first, last)) = side.span else { return quarters };
    let (first, last) = (i64::from(first), i64::from(last));
    let between = (last - first) / i64::try_from(side.started).unwrap_or(i64::MAX).max(1);
    let silence = (between * SILENCES).clamp(60, LONGEST_SILENCE);
    let (first, last) = (first - silence, last + silence);
    let steps = (first.div_euclid(STEP) + 1..last.div_euclid(STEP)).take(MOST_STEPS as usize);
    for step in steps {
        if let Ok(instant) = Instant::from_second(step * STEP) {
            let hour = usize::try_from(instant.to_zoned(zone.clone()).hour()).unwrap_or(0);
            quarters[hour % HOURS] += 1;
        }
    }
    quarters.map(|quarters| quarters / (3600 / STEP as usize))
}

/// The hours of the day that each side covers as often as most of its hours: their shares of the calls can be compared,
/// whenever the logs begin and end.
pub(super) fn comparable(sides: [&SideCounts; 2], zone: &TimeZone) -> Vec<String> {
    let covers = sides.map(|side| {
        let covered = covered(side, zone);
        let mut often: BTreeMap<usize, usize> = BTreeMap::new();
        covered.iter().filter(|times| **times > 0).for_each(|times| *often.entry(*times).or_default() += 1);
        let usual = often.into_iter().max_by_key(|(_, hours)| *hours).map_or(0, |(times, _)| times);
        covered.map(|times| times > 0 && times == usual)
    });
    (0..HOURS)
        .filter(|hour| covers.iter().all(|covers| covers[*hour]))
        .map(|hour| format!("{hour:02}"))
        .collect()
}
