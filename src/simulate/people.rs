//! The people who call each other: ids in several scripts, devices, addresses.
//!
//! Comes in: the seed. Goes out: a pool of persons, always the same for a seed and a family, so that ids come back
//! from call to call. Must not: know calls.

use std::net::{Ipv4Addr, Ipv6Addr};

use fastrand::Rng;

use super::chance::{Stream, derived, weighted};
use crate::spec::{Family, PLATFORMS, V4_ONLY_PLATFORMS};

/// How many persons there are.
const POOL: u32 = 4096;
/// The last of them, this many, take part in calls only on request.
const STRANGERS: u32 = 64;
/// The first of them, this many, are sure to act in any long log.
const REGULARS: u32 = 128;

/// How ids begin; a number follows that makes them unique. Weights in percent: mostly plain names, and every
/// character that has to be escaped somewhere (JSON, CSV, the `callees` column, a spreadsheet).
static NAMES: [(&str, u32); 19] = [
    ("user_", 25),
    ("alice.smith.", 10),
    ("agent-", 10),
    ("u", 10),
    ("100", 10),
    ("+86138000", 4),
    ("李雷", 6),
    ("韓梅梅", 2),
    ("ゆき", 2),
    ("иван.", 4),
    ("سارة", 3),
    ("🐼", 2),
    ("👩‍💻dev", 1),
    ("Ann Lee ", 3),
    ("the \"boss\" ", 1),
    ("Doe, Jane ", 2),
    ("team;west;", 2),
    ("corp\\user", 2),
    ("=cmd|", 1),
];

/// Weights of [`PLATFORMS`] and then of [`V4_ONLY_PLATFORMS`], in that order.
static WEIGHTS: [u32; 9] = [38, 40, 14, 8, 1, 3, 3, 4, 1];

/// Someone who calls or is called.
#[derive(Debug)]
pub(super) struct Person {
    /// User id.
    pub(super) id: String,
    /// The same, escaped for a JSON string, without the quotes.
    pub(super) json: String,
    /// Platform of the device.
    pub(super) platform: &'static str,
    /// Address, with the colons of IPv6 percent-encoded for some, as senders differ in that.
    pub(super) ip: String,
    /// From 0 to 1: the clock is off if the share of such devices is greater.
    pub(super) unsteadiness: f64,
    /// By how much, in milliseconds, if it is.
    pub(super) clock_error: i64,
}

/// All persons.
#[derive(Debug)]
pub(super) struct People(Vec<Person>);

impl People {
    /// The pool of that seed.
    pub(super) fn new(seed: u64, family: Family) -> Self {
        Self((0..POOL).map(|index| person(seed, family, index)).collect())
    }

    /// The person of that index, which [`People::pick`] gave.
    pub(super) fn get(&self, index: u32) -> &Person {
        &self.0[index as usize]
    }

    /// The index of one of the strangers, or of the regulars.
    pub(super) fn special(rng: &mut Rng, stranger: bool) -> u32 {
        if stranger { rng.u32(POOL - STRANGERS..POOL) } else { rng.u32(..REGULARS) }
    }

    /// True for someone who takes part only if it is asked for.
    pub(super) fn is_stranger(index: u32) -> bool {
        index >= POOL - STRANGERS
    }

    /// The index of someone who is not among `taken`; low numbers call more often.
    pub(super) fn pick(&self, rng: &mut Rng, mut taken: impl FnMut(u32) -> bool) -> u32 {
        loop {
            let person = rng.u32(..POOL).min(rng.u32(..POOL));
            if !taken(person) {
                return person;
            }
        }
    }
}

fn person(seed: u64, family: Family, index: u32) -> Person {
    let mut rng = derived(seed, Stream::Person, u64::from(index));
    let name = weighted(&mut rng, &NAMES, |row| row.1).map_or("", |row| row.0);
    let id = format!("{name}{index:04}");
    let platform = platform(&mut rng, family);
    let ip = address(&mut rng);
    let seconds = rng.i64(1..=5);
    let clock_error = if rng.bool() { seconds } else { -seconds } * 1000;
    let unsteadiness = rng.f64();
    Person {
        json: id.replace('\\', "\\\\").replace('"', "\\\""),
        id,
        platform,
        ip,
        unsteadiness,
        clock_error,
    }
}

fn platform(rng: &mut Rng, family: Family) -> &'static str {
    let platforms = || PLATFORMS.iter().chain(&V4_ONLY_PLATFORMS);
    let known = if family == Family::V4 { WEIGHTS.len() } else { PLATFORMS.len() };
    let total: u32 = WEIGHTS[..known].iter().sum();
    let mut left = rng.u32(..total);
    let found = platforms().zip(WEIGHTS).find(|(_, weight)| {
        let found = left < *weight;
        left = left.saturating_sub(*weight);
        found
    });
    found.map_or(PLATFORMS[0], |(platform, _)| platform)
}

/// An address from the ranges set aside for tests and documentation: one in six is IPv6.
fn address(rng: &mut Rng) -> String {
    if rng.u8(..6) > 0 {
        return Ipv4Addr::new(198, 18 + rng.u8(..2), rng.u8(..), rng.u8(1..255)).to_string();
    }
    let text = Ipv6Addr::new(0x2001, 0xdb8, rng.u16(..), 0, 0, 0, 0, rng.u16(1..)).to_string();
    if rng.bool() { text.replace(':', "%3A") } else { text }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn ids_are_unique_and_escaped_as_json_wants_it() {
        let pool = People::new(3, Family::V4);
        let ids: HashSet<&str> = pool.0.iter().map(|person| person.id.as_str()).collect();
        assert_eq!(ids.len(), POOL as usize);
        for person in &pool.0 {
            let expected = serde_json::to_string(&person.id).unwrap_or_default();
            assert_eq!(format!("\"{}\"", person.json), expected);
        }
    }
}
