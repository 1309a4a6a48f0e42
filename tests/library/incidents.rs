//! Incidents in days of 100,000 calls, made of seeded random counts: how many of those that are planted are found, how
//! near the beginning is, and how often days without any raise an alarm.
//!
//! `CALLKIT_INCIDENTS=200` plants that many, with half as many days without any; without it there are a few.

use callkit_tool::calls::{Incident, OverTime, Position, TimedCall};
use callkit_tool::spec::{Cause, Role};
use fastrand::Rng;

use crate::support::note;

const START: u32 = 1_714_521_600;
const HOUR: u32 = 3600;
const CALLS: u32 = 100_000;
/// Calls in each hour of the day, of a thousand.
const HOURS: [u32; 24] =
    [10, 7, 5, 4, 5, 9, 18, 34, 56, 72, 76, 66, 52, 54, 60, 62, 58, 54, 60, 72, 70, 50, 30, 16];
/// Causes, of ten thousand.
const CAUSES: [(Cause, u32); 11] = [
    (Cause::GaveUp, 844),
    (Cause::NoAnswer, 799),
    (Cause::Declined, 738),
    (Cause::Busy, 199),
    (Cause::Dropped, 159),
    (Cause::Ignored, 139),
    (Cause::GaveUpBeforeRing, 97),
    (Cause::NotPlaced, 82),
    (Cause::Offline, 40),
    (Cause::DroppedBeforeAnswer, 39),
    (Cause::DeclinedByDevice, 15),
];
const RARE: [Cause; 2] = [Cause::SidesDisagree, Cause::Crossed];
/// Platforms, in percent.
const PLATFORMS: [(&str, u32); 4] = [("iOS", 38), ("Android", 40), ("Web", 14), ("miniProgram", 8)];

#[derive(Clone, Debug)]
struct Planted {
    cause: Cause,
    side: usize,
    platform: &'static str,
    since: u32,
    until: u32,
    /// The part of all calls, and of those on that platform.
    share: f64,
    on_platform: f64,
}

fn platform(rng: &mut Rng) -> &'static str {
    let mut left = rng.u32(..100);
    for (name, weight) in PLATFORMS {
        if left < weight {
            return name;
        }
        left -= weight;
    }
    "iOS"
}

fn cause(rng: &mut Rng) -> Cause {
    let mut left = rng.u32(..10_000);
    for (cause, weight) in CAUSES {
        if left < weight {
            return cause;
        }
        left -= weight;
    }
    Cause::Completed
}

fn day(rng: &mut Rng, planted: Option<&Planted>) -> OverTime {
    let mut over_time = OverTime::default();
    let mut number = 0;
    for (hour, calls) in (0..).zip(HOURS) {
        let calls = calls * CALLS / 1000;
        let mut times: Vec<u32> = (0..calls).map(|_| START + hour * HOUR + rng.u32(..HOUR)).collect();
        times.sort_unstable();
        for time in times {
            number += 1;
            let platforms = [platform(rng), platform(rng)];
            let mut cause = cause(rng);
            if let Some(plant) = planted
                && (plant.since..plant.until).contains(&time)
                && platforms[plant.side] == plant.platform
                && rng.f64() < plant.on_platform
            {
                cause = plant.cause;
            }
            over_time.add_timed(&TimedCall {
                time,
                sdkappid: Some(1_400_000_001),
                platforms: platforms.map(Some),
                cause,
                contributing: &[],
                position: Position::new(0, number),
                call_id: &format!("call-{number}"),
            });
        }
    }
    over_time
}

/// An incident of 1 to 20 % of all calls, on one platform; lasting, or of a few hours.
fn plant(rng: &mut Rng) -> Planted {
    let cause = match rng.usize(..CAUSES.len() + RARE.len()) {
        index if index < CAUSES.len() => CAUSES[index].0,
        index => RARE[index - CAUSES.len()],
    };
    let (platform, weight) = PLATFORMS[rng.usize(..4)];
    let since = START + HOUR + rng.u32(..21 * HOUR);
    let until = if rng.bool() { START + 24 * HOUR } else { since + HOUR * rng.u32(2..7) };
    let share = 0.01 + 0.19 * rng.f64();
    let on_platform = (share / (f64::from(weight) / 100.0)).min(0.9);
    Planted { cause, side: rng.usize(..2), platform, since, until, share, on_platform }
}

fn is_it(incident: &Incident, planted: &Planted) -> bool {
    let side = [Role::Caller, Role::Callee][planted.side];
    let is_there = incident
        .place
        .platform
        .as_ref()
        .is_some_and(|(role, name)| *role == side && name == planted.platform);
    incident.cause == planted.cause && is_there
}

#[test]
fn incidents_are_found_and_clean_days_are_quiet() {
    let count = std::env::var("CALLKIT_INCIDENTS").ok().and_then(|count| count.parse().ok()).unwrap_or(20);
    let (mut large, mut found, mut near, mut others) = (0.0, 0.0, 0.0, 0);
    for seed in 0..count {
        let mut rng = Rng::with_seed(seed);
        let planted = plant(&mut rng);
        let incidents = day(&mut rng, Some(&planted)).incidents();
        let hit = incidents.iter().find(|incident| is_it(incident, &planted));
        let off = hit.map(|incident| (incident.since - i64::from(planted.since)).abs());
        if planted.share > 0.02 {
            large += 1.0;
            found += f64::from(u8::from(hit.is_some()));
            near += f64::from(u8::from(off.is_some_and(|off| off <= 300)));
        }
        others += incidents.len() - usize::from(hit.is_some());
        if off.is_none_or(|off| off > 300) {
            note(format_args!("{planted:?}: {hit:?}"));
        }
    }
    note(format_args!(
        "{large} of more than 2 %: {found} found, {near} of them within 5 minutes; {others} others"
    ));
    let clean = (0..count / 2).map(|seed| day(&mut Rng::with_seed(1_000_000 + seed), None).incidents().len());
    let alarms: usize = clean.sum();
    note(format_args!("{} days without: {alarms} alarms", count / 2));
    assert!(near >= 0.9 * large, "{near} of {large}");
    assert!(alarms as f64 <= 0.01 * (count / 2) as f64, "{alarms} alarms");
}
