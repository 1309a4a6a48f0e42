//! Random generators that depend on a seed and on nothing else.
//!
//! Comes in: a seed, and what the generator is for. Goes out: the generator. Must not: depend on how many were drawn
//! elsewhere, read a clock, or import another module.

use fastrand::Rng;

/// The generator of one thing: it follows from these three alone.
pub fn derived(seed: u64, stream: u64, index: u64) -> Rng {
    Rng::with_seed(mix(mix(seed ^ mix(stream)) ^ index))
}

/// SplitMix64's step: neighbouring numbers give unrelated ones.
fn mix(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}
