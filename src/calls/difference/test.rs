//! How likely it is by chance that two shares differ as they do.
//!
//! Comes in: hits and calls of two sides, by group of users. Goes out: logarithms of probabilities. Must not: know what
//! is counted.

use super::counts::{ByGroup, GROUPS};
use crate::calls::chance::ln_tail;

/// Hits among the calls of a side.
#[derive(Clone, Copy, Debug)]
pub(super) struct SideShare<'c> {
    pub(super) hits: &'c ByGroup,
    pub(super) of: &'c ByGroup,
}

impl SideShare<'_> {
    fn counts(&self) -> [f64; 2] {
        [self.hits.all(), self.of.all()].map(|calls| calls as f64)
    }
}

/// The logarithm of the chance that the shares of two sides differ so much or more, if they do not really: Fisher's exact
/// test of both ends, held back by how much more the groups of users differ than single calls would.
pub(super) fn ln_chance(sides: [SideShare<'_>; 2]) -> f64 {
    let [[hits_a, a], [hits_b, b]] = sides.map(|side| side.counts());
    let (hits, calls) = (hits_a + hits_b, a + b);
    let tails = [(a, hits_a), (b, hits_b)].map(|(part, here)| ln_tail(calls, hits, part, here));
    (tails[0].min(tails[1]) / dispersion(sides) + std::f64::consts::LN_2).min(0.0)
}

/// By what factor the difference of the two shares varies more than if every call were drawn by itself, as far as that is
/// beyond chance: 1 if no more. A user's calls on both sides are held against each other.
fn dispersion(sides: [SideShare<'_>; 2]) -> f64 {
    let counts = sides.map(|side| side.counts());
    let [[hits_a, a], [hits_b, b]] = counts;
    let share = (hits_a + hits_b) / (a + b);
    let single = share * (1.0 - share) * (1.0 / a + 1.0 / b);
    if single <= 0.0 {
        return 1.0;
    }
    let [mut of_a, mut of_b] = sides.map(|side| side.hits.each().zip(side.of.each()));
    let (mut squares, mut groups) = (0.0, 0.0_f64);
    for _ in 0..GROUPS {
        let (Some((here_a, part_a)), Some((here_b, part_b))) = (of_a.next(), of_b.next()) else { break };
        if part_a + part_b > 0.0 {
            groups += 1.0;
            let off = (here_a - hits_a / a * part_a) / a - (here_b - hits_b / b * part_b) / b;
            squares += off * off;
        }
    }
    if groups < 2.0 {
        return 1.0;
    }
    let factor = squares * groups / (groups - 1.0) / single;
    // So much it would be in one of forty comparisons or so by chance alone, which is to cost no power.
    let by_chance = 2.0 * (2.0 / (groups - 1.0) + 1.0 / (hits_a + hits_b)).sqrt();
    (factor / (1.0 + by_chance)).max(1.0)
}
