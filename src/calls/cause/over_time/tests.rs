//! The parts against slow, obvious versions of themselves.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::board::Board;
use super::counts::{OverTime, TimedCall};
use super::locate::{StepCounts, locate};
use super::scan::{Hour, scan, tests};
use super::scope::Where;
use crate::calls::chance::{ln_factorial, ln_tail};
use crate::calls::store::position::Position;
use crate::spec::{Cause, Role};

const START: u32 = 1_714_521_600;

/// A call as these tests make it up: minute, app, platforms, cause.
type Made = (u32, u32, [u8; 2], bool);

fn add(over_time: &mut OverTime, number: usize, (minute, app, platforms, dropped): Made) {
    let names = platforms.map(|platform| ["iOS", "Web", "Mac"].get(usize::from(platform)).copied());
    over_time.add_timed(&TimedCall {
        time: START + minute * 60 + number as u32 % 60,
        sdkappid: Some(app),
        platforms: names,
        cause: if dropped { Cause::Dropped } else { Cause::Completed },
        contributing: &[],
        position: Position::new(0, number as u64),
        call_id: &format!("call-{number}"),
    });
}

fn made() -> impl Strategy<Value = Vec<Made>> {
    prop::collection::vec((0u32..600, 1u32..3, [0u8..4, 0u8..4], prop::bool::weighted(0.3)), 1..300)
}

/// The calls of a group, and those that dropped, by steps of that many minutes.
fn slow_counts(calls: &[Made], place: &Where, minutes: u32) -> BTreeMap<u32, [f64; 2]> {
    let mut counts = BTreeMap::new();
    for (minute, app, platforms, dropped) in calls {
        let name = |side: Role| ["iOS", "Web", "Mac"].get(usize::from(platforms[side as usize])).copied();
        let is_there = place.sdkappid.is_none_or(|wanted| wanted == *app)
            && place.platform.as_ref().is_none_or(|(side, platform)| name(*side) == Some(platform));
        let count: &mut [f64; 2] = counts.entry((START / 60 + minute) / minutes).or_default();
        if is_there {
            count[0] += 1.0;
            count[1] += f64::from(u8::from(*dropped));
        }
    }
    counts
}

proptest! {
    #[test]
    fn groups_count_what_is_in_them(calls in made()) {
        let mut over_time = OverTime::default();
        calls.iter().enumerate().for_each(|(number, call)| add(&mut over_time, number, *call));
        let board = Board::new(&over_time);
        for (index, group) in board.groups.iter().enumerate() {
            let steps = board.steps(index, Cause::Dropped);
            let counted: BTreeMap<u32, [f64; 2]> =
                steps.iter().map(|step| (step.at, [step.calls, step.hits])).collect();
            let expected = slow_counts(&calls, &group.place, over_time.minutes());
            // A cause is followed only from a few calls on.
            let of_cause: f64 = expected.values().map(|count| count[1]).sum();
            prop_assert_eq!(group.causes.contains(&Cause::Dropped), of_cause >= 5.0);
            prop_assert_eq!(counted, expected, "{:?}", group.place);
            for (_, hours) in board.of_hours(index) {
                prop_assert_eq!(hours.iter().map(|hour| hour.hits).sum::<f64>(), of_cause);
            }
        }
    }

    #[test]
    fn parts_in_any_order_are_the_whole(
        calls in made(),
        cuts in prop::collection::vec(0usize..300, 0..4),
        scale in prop::sample::select(vec![1u32, 61, 1441]),
        spread in prop::bool::ANY,
    ) {
        // A few calls more at one time, so that there are incidents; minutes far apart; many
        // apps, so that they are not told apart.
        let more = (0..150).map(|number| (580 + number % 10, 1, [0, 1], number > 100));
        let calls: Vec<Made> = calls.iter().copied().chain(more).enumerate().map(|(number, mut call)| {
            call.0 *= scale;
            call.1 += if spread { number as u32 % 40 } else { 0 };
            call
        }).collect();
        let mut whole = OverTime::default();
        calls.iter().enumerate().for_each(|(number, call)| add(&mut whole, number, *call));
        let mut parts = vec![OverTime::default(); cuts.len() + 1];
        for (number, call) in calls.iter().enumerate().rev() {
            add(&mut parts[cuts.iter().filter(|cut| **cut > number).count()], number, *call);
        }
        let mut merged = OverTime::default();
        for part in parts {
            let bytes = postcard::to_stdvec(&part).unwrap_or_default();
            merged.merge(postcard::from_bytes(&bytes).unwrap_or_default());
        }
        prop_assert_eq!(merged.incidents(), whole.incidents());
        let groups = |over_time: &OverTime| {
            let board = Board::new(over_time);
            (0..board.groups.len()).map(|group| board.steps(group, Cause::Dropped)).collect::<Vec<_>>()
        };
        prop_assert_eq!(groups(&merged), groups(&whole));
    }

    #[test]
    fn chances_are_those_of_counting(calls in 2u32..40, hits in 0u32..40, part in 1u32..40, here in 0u32..40) {
        let (hits, part) = (hits.min(calls), part.min(calls));
        let choose = |n: u32, k: u32| -> f64 {
            if k > n { 0.0 } else { (0..k).map(|i| f64::from(n - i) / f64::from(i + 1)).product() }
        };
        let chance: f64 = (here..=hits.min(part))
            .map(|k| choose(hits, k) * choose(calls - hits, part.wrapping_sub(k)) / choose(calls, part))
            .sum();
        let [calls, hits, part, here] = [calls, hits, part, here].map(f64::from);
        prop_assert!((ln_tail(calls, hits, part, here).exp() - chance).abs() < 1e-9, "{}", chance);
    }

    #[test]
    fn an_incident_begins_where_the_rates_change(start in 30u32..200, high in 30u32..80) {
        let hits = |at| if at >= start { f64::from(high) } else { 2.0 };
        let steps: Vec<StepCounts> = (0..300).map(|at| StepCounts { at, hits: hits(at), calls: 100.0 }).collect();
        let about = (start as usize).div_ceil(60) * 60..300;
        let (span, inside) = locate(&steps, about);
        prop_assert_eq!((span.from, span.earliest, span.latest, span.to), (start, start, start, None));
        prop_assert_eq!(inside, start as usize..300);
    }
}

#[test]
fn factorials_are_exact_enough() {
    let mut sum = 0.0;
    for n in 1..2000 {
        sum += f64::from(n).ln();
        assert!((ln_factorial(f64::from(n)) - sum).abs() < 1e-9 * sum.max(1.0), "{n}");
    }
}

#[test]
fn a_run_needs_something_before_it_and_chance_alone_makes_none() {
    let hour = |hits: f64| Hour { hits, calls: 1000.0 };
    let mut hours = vec![hour(10.0); 24];
    assert_eq!(scan(&hours), None);
    hours[7..12].fill(hour(40.0));
    let run = scan(&hours).map(|run| (run.from, run.to));
    assert_eq!(run, Some((7, 12)));
    // Shares that go up and down all day make one peak of many unremarkable.
    let wave = |index: usize| hour(if index % 4 < 2 { 10.0 } else { 40.0 });
    let waves: Vec<Hour> = (0..24).map(wave).collect();
    assert!(scan(&waves).is_none_or(|run| run.ln_chance > -10.0), "{:?}", scan(&waves));
    assert_eq!(tests(3), 6);
}
