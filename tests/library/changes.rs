//! What `compare` reports of seeded random counts: how often it reports anything of two halves of a day, and how many of
//! the changes that are planted it finds.
//!
//! `CALLKIT_DRAWS=1000` draws that many halves of a day of 20,000 calls, and a tenth as many planted changes; without it
//! there are a few.

use callkit_tool::calls::{Changes, GroupKey, Position, SideCall, SideCounts, changes};
use fastrand::Rng;
use jiff::tz::TimeZone;

use crate::support::note;

const START: u32 = 1_714_521_600;
/// Values of each key, with how many calls of a thousand have them.
const VALUES: [(GroupKey, &[(&str, u32)]); 6] = [
    (
        GroupKey::Cause,
        &[
            ("completed", 680),
            ("gave_up", 90),
            ("no_answer", 80),
            ("declined", 70),
            ("busy", 20),
            ("dropped", 20),
            ("ignored", 14),
            ("gave_up_before_ring", 10),
            ("not_placed", 8),
            ("offline", 4),
            ("dropped_before_answer", 3),
            ("declined_by_device", 1),
        ],
    ),
    (
        GroupKey::Result,
        &[
            ("normal_end", 680),
            ("cancel", 100),
            ("not_answer", 80),
            ("reject", 71),
            ("call_busy", 34),
            ("interrupt", 23),
            ("failed", 8),
            ("offline", 4),
        ],
    ),
    (GroupKey::Platform, &[("iOS", 380), ("Android", 400), ("Web", 140), ("miniProgram", 80)]),
    (GroupKey::CalleePlatform, &[("iOS", 380), ("Android", 400), ("Web", 140), ("miniProgram", 80)]),
    (GroupKey::MediaType, &[("video", 600), ("audio", 400)]),
    (GroupKey::SdkAppId, &[("1400000001", 900), ("1400000002", 100)]),
];

/// A call: a number for each key, from 0 to 999, its user, and its second of the day.
#[derive(Clone, Copy, Debug)]
struct Drawn {
    numbers: [u32; VALUES.len()],
    user: u32,
    second: u32,
}

impl Drawn {
    fn new(rng: &mut Rng, users: u32) -> Self {
        let numbers = [(); VALUES.len()].map(|()| rng.u32(0..1000));
        Self { numbers, user: rng.u32(0..users), second: rng.u32(0..86_400) }
    }

    fn value(&self, key: GroupKey) -> String {
        if key == GroupKey::HourOfDay {
            return format!("{:02}", self.second / 3600);
        }
        let Some(at) = VALUES.iter().position(|(other, _)| *other == key) else { return String::new() };
        let mut left = self.numbers[at];
        for (value, share) in VALUES[at].1 {
            if left < *share {
                return (*value).to_owned();
            }
            left -= share;
        }
        String::new()
    }

    fn add(&self, side: &mut SideCounts, planted: Option<GroupKey>) {
        let user = format!("user-{}", self.user);
        let start = Some(START + self.second);
        let call = SideCall { user: &user, start, position: Position::new(0, 0), call_id: "call" };
        side.add(&call, |key| {
            vec![if Some(key) == planted { "planted".to_owned() } else { self.value(key) }]
        });
    }
}

fn found(sides: &[SideCounts; 2]) -> Changes {
    let day = |side: &SideCounts| {
        let mut side = side.clone();
        side.span = side.span.or(Some((START, START + 86_399)));
        side
    };
    changes([&day(&sides[0]), &day(&sides[1])], &TimeZone::UTC)
}

/// How many draws there are, and how many calls of a day.
fn size() -> (usize, usize) {
    let given = std::env::var("CALLKIT_DRAWS").ok().and_then(|draws| draws.parse().ok());
    given.map_or((40, 3000), |draws: usize| (draws, 20_000))
}

#[test]
fn halves_of_a_day_do_not_differ() {
    let (draws, calls) = size();
    let mut rng = Rng::with_seed(11);
    let day: Vec<Drawn> = (0..calls).map(|_| Drawn::new(&mut rng, 2000)).collect();
    let (mut reported, mut least) = (0, usize::MAX);
    for _ in 0..draws {
        let mut sides = <[SideCounts; 2]>::default();
        day.iter().for_each(|call| call.add(&mut sides[usize::from(rng.bool())], None));
        let found = found(&sides);
        (reported, least) = (reported + usize::from(!found.list.is_empty()), least.min(found.tested));
    }
    note(format_args!(
        "{reported} of {draws} halves of a day of {calls} calls reported something; {least} tests or more"
    ));
    assert!(least >= 45, "{least}");
    assert!(reported * 20 <= draws, "{reported} of {draws}");
}

/// Calls of a user are alike: a few users place many calls, and some of them have nothing but one cause.
#[test]
fn halves_of_the_users_do_not_differ() {
    let (draws, calls) = size();
    let mut rng = Rng::with_seed(12);
    let mut reported = 0;
    for _ in 0..draws {
        let mut sides = <[SideCounts; 2]>::default();
        let mut left = calls;
        let mut user = 0;
        while left > 0 {
            let placed = (1 + (1.0 / (rng.f64() + 0.02)) as usize).min(left);
            let (side, planted) = (usize::from(rng.bool()), (rng.u32(0..10) == 0).then_some(GroupKey::Cause));
            for _ in 0..placed {
                Drawn { user, ..Drawn::new(&mut rng, 1) }.add(&mut sides[side], planted);
            }
            (left, user) = (left - placed, user + 1);
        }
        reported += usize::from(!found(&sides).list.is_empty());
    }
    note(format_args!("{reported} of {draws} halves of the users of {calls} calls reported something"));
    assert!(reported * 20 <= draws, "{reported} of {draws}");
}

#[test]
fn a_change_of_three_points_is_found() {
    /// Calls of each side.
    const CALLS: usize = 20_000;
    // As many draws of either as of halves take a tenth of.
    let draws = match size().0 {
        40 => 2,
        draws => draws.div_ceil(10),
    };
    for (key, base) in
        [(GroupKey::Cause, 50), (GroupKey::Platform, 50), (GroupKey::Cause, 500), (GroupKey::Platform, 500)]
    {
        let mut rng = Rng::with_seed(13);
        let (mut hits, mut others) = (0, 0);
        for _ in 0..draws {
            let mut sides = <[SideCounts; 2]>::default();
            for (side, share) in sides.iter_mut().zip([base, base + 30]) {
                for _ in 0..CALLS {
                    let planted = (rng.u32(0..1000) < share).then_some(key);
                    Drawn::new(&mut rng, 2000).add(side, planted);
                }
            }
            let found = found(&sides).list;
            hits += usize::from(found.iter().any(|it| it.value == "planted" && it.difference() > 0.0));
            others += usize::from(found.iter().any(|it| it.key != key));
        }
        note(format_args!(
            "{hits} of {draws} changes of {key:?} by 3 points from {base} of a thousand; {others} with others"
        ));
        assert!(hits * 100 >= draws * 95, "{hits} of {draws}");
        assert!(others * 20 <= draws, "{others} of {draws}");
    }
}

/// Hours of the day are compared only where both logs cover them, however long each is.
#[test]
fn a_log_that_begins_later_has_no_other_hours() {
    let mut rng = Rng::with_seed(14);
    let mut sides = <[SideCounts; 2]>::default();
    for _ in 0..4000 {
        let call = Drawn::new(&mut rng, 2000);
        call.add(&mut sides[0], None);
        if call.second > 30_000 {
            call.add(&mut sides[1], None);
        }
    }
    sides[1].span = Some((START + 30_000, START + 86_399));
    let found = found(&sides);
    assert_eq!((found.list, found.hours), (vec![], 15));
}

/// Captured text can be anything: what has no end of values is left out, however the log is cut.
#[test]
fn too_many_values_are_not_compared() {
    let mut parts = vec![SideCounts::default(); 3];
    for number in 0..200_u32 {
        let id = number.to_string();
        let call = SideCall { user: &id, start: None, position: Position::new(0, 0), call_id: &id };
        let value =
            |key| vec![if key == GroupKey::Platform { format!("p{}", number % 70) } else { String::new() }];
        parts[number as usize % 3].add(&call, value);
    }
    let side = parts
        .into_iter()
        .reduce(|mut one, two| {
            one.merge(two);
            one
        })
        .unwrap_or_default();
    assert_eq!(found(&[side.clone(), side]).left_out, [GroupKey::Platform]);
}
