//! Plays a story: who takes part, and what happens when.
//!
//! Comes in: a scenario, the pool of people, a generator. Goes out: the cast, and happenings in order of time.
//! Must not: know what a family reports of it.

use fastrand::Rng;

use super::call::{CastMember, Seat};
use super::causes::Twist;
use super::people::People;
use super::script::{Scenario, Since, StoryPart};
use crate::spec::{CallResult, Event, Phase};

/// Something that happened to one participant.
#[derive(Clone, Copy, Debug)]
pub(super) struct StageEvent {
    /// When, in Unix milliseconds.
    pub(super) at: i64,
    /// To whom.
    pub(super) seat: Seat,
    /// What.
    pub(super) event: Event,
    /// What the ending says it is, if that is not what the event means.
    pub(super) says: Option<CallResult>,
}

/// Does to the cast of a call of two what its twist asks for.
pub(super) fn twist(cast: &mut [CastMember], twist: Twist, rng: &mut Rng) {
    let [caller, callee] = cast else { return };
    match twist {
        Twist::ClocksDiffer => {
            let seconds = rng.i64(3..=5);
            caller.skew = 0;
            callee.skew = if rng.bool() { seconds } else { -seconds } * 1000;
        }
        Twist::KnownCallee | Twist::UnknownCallee => {
            callee.skew = 0;
            callee.person = caller.person;
            while callee.person == caller.person {
                callee.person = People::special(rng, twist == Twist::UnknownCallee);
            }
        }
        Twist::Plain
        | Twist::Silent(_)
        | Twist::DeliveryBreaks
        | Twist::ServerEnds
        | Twist::MixedGenerations => {}
    }
}

/// Leaves of a cast the caller and one callee.
pub(super) fn reduce_to_two(cast: &mut Vec<CastMember>) {
    cast.truncate(2);
    if let Some(callee) = cast.get_mut(1) {
        callee.part = StoryPart::Callee;
    }
}

/// Finds people for the parts, all different, the caller first; strangers among them or not. Clocks are off for the
/// least steady `skewed` share of devices.
pub(super) fn cast(
    scenario: &Scenario,
    pool: &People,
    skewed: f64,
    strangers: bool,
    rng: &mut Rng,
) -> Vec<CastMember> {
    let mut cast: Vec<CastMember> = Vec::with_capacity(9);
    let caller = (StoryPart::Caller, 1, 1);
    for (part, least, most) in std::iter::once(&caller).chain(scenario.cast) {
        for _ in 0..rng.u8(*least..=*most) {
            let taken = |person| {
                cast.iter().any(|member| member.person == person)
                    || (!strangers && People::is_stranger(person))
            };
            let person = pool.pick(rng, taken);
            let device = pool.get(person);
            let off = device.unsteadiness < skewed;
            cast.push(CastMember { person, part: *part, skew: if off { device.clock_error } else { 0 } });
        }
    }
    cast
}

/// Plays the scenes, the first of them at `opens` (Unix milliseconds).
pub(super) fn perform(
    scenario: &Scenario,
    cast: &[CastMember],
    opens: i64,
    rng: &mut Rng,
) -> Vec<StageEvent> {
    let mut happenings: Vec<StageEvent> = Vec::with_capacity(cast.len() * 4);
    let mut own = [None; 16];
    let mut answer = None;
    let mut now = opens;
    for scene in scenario.scenes {
        let before = now;
        for (seat, member) in (0..).zip(cast) {
            if !scene.who.contains(&member.part) {
                continue;
            }
            let last = &mut own[usize::from(seat)];
            let since = match scene.since {
                Since::Now => before,
                Since::Own => last.unwrap_or(before),
                Since::Answer => answer.unwrap_or(before),
            };
            let at = since + scene.after.draw(rng);
            *last = Some(at);
            now = now.max(at);
            if scene.event.phase() == Phase::Accept {
                answer = Some(answer.map_or(at, |first: i64| first.min(at)));
            }
            happenings.push(StageEvent { at, seat, event: scene.event, says: scene.says });
        }
    }
    happenings.sort_by_key(|happening| happening.at);
    happenings
}
