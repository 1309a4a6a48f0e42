//! Everything random: derived generators, and curves to draw durations from.
//!
//! Comes in: the seed. Goes out: numbers. Must not: depend on how many were drawn elsewhere.

use fastrand::Rng;

/// What a derived generator is for; each has a stream of its own, so that faults change no story.
#[derive(Clone, Copy, Debug)]
pub(super) enum Stream {
    /// A person of the pool.
    Person,
    /// The story of a call.
    Story,
    /// How long a call's callbacks take over the network; a stream of its own, so that faults do not change it.
    Network,
    /// What goes wrong with a call's callbacks.
    Faults,
    /// How one record is damaged.
    Damage,
    /// Which calls an incident hits.
    Incident,
}

/// The generator of one thing: it depends on these three alone.
pub(super) fn derived(seed: u64, stream: Stream, index: u64) -> Rng {
    crate::random::derived(seed, stream as u64, index)
}

/// True with that probability; draws once whatever it is.
pub(super) fn happens(rng: &mut Rng, share: f64) -> bool {
    rng.f64() < share
}

/// A row of a table whose rows have weights; none if all are zero.
pub(super) fn weighted<T>(
    rng: &mut Rng,
    rows: &'static [T],
    weight: impl Fn(&T) -> u32,
) -> Option<&'static T> {
    let total: u32 = rows.iter().map(&weight).sum();
    let mut left = if total > 0 {
        rng.u32(..total)
    } else {
        return None;
    };
    rows.iter().find(|row| {
        let weight = weight(row);
        let found = left < weight;
        left = left.saturating_sub(weight);
        found
    })
}

/// A distribution of durations by its quantiles: 17 values in milliseconds that have a sixteenth of the draws
/// between each two. Between them it is even, so that no logarithm is needed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Curve(pub(super) &'static [u32; 17]);

impl Curve {
    /// A duration in milliseconds.
    pub(super) fn draw(self, rng: &mut Rng) -> i64 {
        let draw = rng.u32(..);
        let step = (draw >> 28) as usize;
        let within = i64::from(draw & 0x0fff_ffff);
        let (low, high) = (i64::from(self.0[step]), i64::from(self.0[step + 1]));
        low + (((high - low) * within) >> 28)
    }
}

/// From a device over the network to a server: median 60 ms, seldom over half a second.
pub(super) const NET: Curve =
    Curve(&[12, 22, 28, 33, 38, 43, 48, 54, 60, 67, 75, 84, 96, 112, 138, 200, 900]);
/// Ringing until someone acts: log-normal, median 7 s.
pub(super) const RING: Curve = Curve(&[
    900, 2800, 3500, 4100, 4700, 5200, 5800, 6400, 7000, 7700, 8500, 9400, 10_500, 12_000, 14_000, 17_600,
    45_000,
]);
/// Ringing until the caller gives up: log-normal, median 14 s.
pub(super) const PATIENCE: Curve = Curve(&[
    1200, 4400, 6000, 7400, 8700, 10_000, 11_300, 12_600, 14_000, 15_600, 17_400, 19_700, 22_500, 26_500,
    32_600, 40_000, 58_000,
]);
/// Ringing until the SDK gives up: 30 s is the default, some apps set 60 s.
pub(super) const TIMEOUT: Curve = Curve(&[
    30_000, 30_000, 30_000, 30_000, 30_000, 30_010, 30_010, 30_020, 30_020, 30_030, 30_040, 30_060, 30_090,
    30_150, 60_000, 60_050, 60_200,
]);
/// Talking: log-normal, median 95 s, up to two hours.
pub(super) const TALK: Curve = Curve(&[
    1000, 15_000, 24_000, 33_000, 42_000, 53_000, 65_000, 79_000, 95_000, 115_000, 139_000, 171_000, 213_000,
    275_000, 378_000, 598_000, 7_200_000,
]);
/// Part of a conversation: log-normal, median 30 s.
pub(super) const CHAT: Curve = Curve(&[
    2000, 6300, 9500, 12_400, 15_300, 18_400, 21_800, 25_600, 30_000, 35_200, 41_300, 48_900, 58_900, 72_700,
    95_000, 142_000, 600_000,
]);
/// Moments that pass until others hang up as well.
pub(super) const MOMENT: Curve = Curve(&[
    100, 250, 400, 550, 700, 850, 1000, 1200, 1400, 1600, 1900, 2300, 2800, 3500, 4500, 6500, 20_000,
]);
/// A device that declines by itself: within a second.
pub(super) const INSTANT: Curve =
    Curve(&[50, 80, 110, 140, 170, 200, 240, 280, 320, 370, 420, 480, 550, 630, 720, 810, 900]);
/// A person who declines: not before they have looked, and before the call times out.
pub(super) const PERSON: Curve = Curve(&[
    2200, 2900, 3600, 4200, 4800, 5400, 6000, 6600, 7300, 8000, 8900, 9900, 11_200, 12_900, 15_300, 19_000,
    28_000,
]);
/// Between a cancel and an answer that cross each other on the way.
pub(super) const CROSSING: Curve =
    Curve(&[0, 60, 120, 190, 260, 330, 410, 500, 590, 690, 800, 920, 1050, 1200, 1370, 1570, 1900]);
/// How late a late callback is: seconds to minutes.
pub(super) const LATENESS: Curve = Curve(&[
    2000, 3000, 4000, 5500, 7000, 9000, 12_000, 16_000, 21_000, 28_000, 38_000, 52_000, 75_000, 110_000,
    170_000, 300_000, 900_000,
]);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_follow_the_curve() {
        let mut rng = derived(1, Stream::Story, 0);
        let mut draws: Vec<i64> = (0..10_000).map(|_| TALK.draw(&mut rng)).collect();
        draws.sort_unstable();
        assert!((90_000..100_000).contains(&draws[5000]));
        assert!(draws[0] >= 1000 && draws[9999] < 7_200_000);
    }

    #[test]
    fn streams_and_neighbours_are_unrelated() {
        let first = |stream, index| derived(7, stream, index).u64(..);
        assert_ne!(first(Stream::Story, 1), first(Stream::Story, 2));
        assert_ne!(first(Stream::Story, 1), first(Stream::Faults, 1));
    }
}
