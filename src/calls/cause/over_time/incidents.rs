//! The incidents of a log: what is furthest beyond chance is taken first, and what it explains is taken away, until
//! nothing is left that chance does not explain.
//!
//! Comes in: [`OverTime`]. Goes out: [`Incident`]s. Must not: depend on the order of calls.

use std::ops::Range;

use super::board::{Board, has_block};
use super::counts::{Example, OverTime};
use super::locate::{IncidentSpan, StepCounts, locate};
use super::scan::{Run, is_above, scan, tests};
use super::scope::Where;
use crate::calls::chance::ln_tail;
use crate::spec::Cause;

/// The chance of a false alarm in a log without incidents, all tests together.
const FALSE_ALARM: f64 = 0.01;
/// How often the most unlikely is taken away.
const MOST: usize = 60;
/// Ids of calls for each.
const EXAMPLES: usize = 3;
/// Incidents of the same cause whose calls can be the same are one if they begin within this many seconds.
const SAME: i64 = 90 * 60;

/// A span of time in which a cause has a larger share of the calls than before.
#[derive(Clone, Debug, PartialEq)]
pub struct Incident {
    /// The cause.
    pub cause: Cause,
    /// Of which calls.
    pub place: Where,
    /// When it begins, in Unix seconds.
    pub since: i64,
    /// Between these times it begins, with 95 % probability.
    pub bounds: [i64; 2],
    /// When it has ended, in Unix seconds; none if it lasts to the end of the log.
    pub until: Option<i64>,
    /// Calls of that cause in this time.
    pub calls: u64,
    /// All calls in this time.
    pub of: u64,
    /// The share of the cause before, from 0 to 1.
    pub share_before: f64,
    /// Ids of its first calls.
    pub examples: Vec<String>,
}

impl Incident {
    /// The share of the cause in this time, from 0 to 1.
    pub fn share(&self) -> f64 {
        self.calls as f64 / self.of.max(1) as f64
    }

    /// True if both can be the same incident: of the same cause, with calls in common, and begun at about the same time;
    /// or the other one lies in its course, and is not about fewer calls.
    fn is_same(&self, other: &Self) -> bool {
        let overlaps = |one: &Self, two: &Self| one.until.is_none_or(|until| two.since < until + SAME);
        let is_apart = self.cause != other.cause || self.place.excludes(&other.place);
        if is_apart || !overlaps(self, other) || !overlaps(other, self) {
            return false;
        }
        let is_within = other.since >= self.since && other.place.holds(&self.place);
        is_within || (self.since - other.since).abs() <= SAME
    }
}

/// A run of hours of a group that is beyond chance.
struct UnlikelyRun {
    group: usize,
    cause: Cause,
    run: Run,
}

impl OverTime {
    /// The incidents, by their beginning.
    pub fn incidents(&self) -> Vec<Incident> {
        let mut board = Board::new(self);
        let causes: usize = board.groups.iter().map(|group| group.causes.len()).sum();
        let limit = (FALSE_ALARM / (causes * tests(board.hours.len())).max(1) as f64).ln();
        let mut incidents: Vec<Incident> = Vec::new();
        for _ in 0..MOST {
            let Some(found) = candidate(&board).filter(|found| found.run.ln_chance < limit) else { break };
            let mut inside = board.hours[found.run.from].start..board.hours[found.run.to - 1].end;
            let group = narrowed(&board, &found, &inside);
            let steps = board.steps(group, found.cause);
            // What is so from the beginning on is not an incident, though what comes after it is less.
            if found.run.from > 0 {
                let span;
                (span, inside) = locate(&steps, inside);
                let place = &board.groups[group].place;
                let incident = self.incident(found.cause, place, &span, &steps);
                if !incidents.iter().any(|known| known.is_same(&incident)) {
                    incidents.push(incident);
                }
            }
            board.explain(group, found.cause, excess(&steps, &inside), &inside);
        }
        incidents
            .sort_by(|one, two| (one.since, one.cause, &one.place).cmp(&(two.since, two.cause, &two.place)));
        incidents
    }

    fn incident(&self, cause: Cause, place: &Where, span: &IncidentSpan, steps: &[StepCounts]) -> Incident {
        let last = steps.last().map_or(span.from, |step| step.at);
        let range = span.from..span.to.unwrap_or(last + 1);
        let (mut calls, mut of) = (0, 0);
        let mut examples: Vec<&Example> = Vec::new();
        let seconds = self.second(range.start)..self.second(range.end);
        let blocks = range.start / self.steps_of_block()..=range.end / self.steps_of_block();
        for (key, block) in self.blocks().filter(|(key, _)| blocks.contains(&key.block)) {
            let is_of_cause = key.cause == Some(cause as u8);
            if !(is_of_cause || key.cause.is_none()) || !has_block(place, self, key) {
                continue;
            }
            let step_of = |step: u8| key.block * self.steps_of_block() + u32::from(step);
            let inside = block.steps.iter().filter(|(step, _)| range.contains(&step_of(*step)));
            let sum: u64 = inside.map(|(_, count)| u64::from(*count)).sum();
            *(if is_of_cause { &mut calls } else { &mut of }) += sum;
            if is_of_cause {
                examples.extend(block.examples().filter(|it| seconds.contains(&i64::from(it.time))));
            }
        }
        examples.sort_unstable();
        examples.dedup();
        let [hits_before, calls_before] = sum(&steps[..steps.partition_point(|step| step.at < span.from)]);
        Incident {
            cause,
            place: place.clone(),
            since: self.second(span.from),
            bounds: [span.earliest, span.latest].map(|step| self.second(step)),
            until: span.to.map(|step| self.second(step)),
            calls,
            of,
            share_before: hits_before / calls_before.max(1.0),
            examples: examples.iter().take(EXAMPLES).map(|example| example.call_id.clone()).collect(),
        }
    }
}

/// What is furthest beyond chance; of equals, that of the larger group.
fn candidate(board: &Board) -> Option<UnlikelyRun> {
    let mut best: Option<UnlikelyRun> = None;
    for group in 0..board.groups.len() {
        for (cause, hours) in board.of_hours(group) {
            if let Some(run) = scan(&hours)
                && best.as_ref().is_none_or(|best| run.ln_chance < best.run.ln_chance)
            {
                best = Some(UnlikelyRun { group, cause, run });
            }
        }
    }
    best
}

/// The group within that of a candidate that explains all of it: hits are more frequent in it than in the rest of the
/// larger group, and that rest has no more than at other times. Otherwise the larger group.
fn narrowed(board: &Board, found: &UnlikelyRun, inside: &Range<usize>) -> usize {
    /// The chance that a group is named in which hits are not more frequent, all groups together.
    const NARROWED: f64 = 0.001;
    let sums = |group: usize| {
        let steps = board.steps(group, found.cause);
        let (all, inside) = (sum(&steps), sum(&steps[inside.clone()]));
        [inside, [all[0] - inside[0], all[1] - inside[1]]]
    };
    let less = |whole: [f64; 2], part: [f64; 2]| [whole[0] - part[0], whole[1] - part[1]];
    let [whole, whole_outside] = sums(found.group);
    let place = &board.groups[found.group].place;
    let groups = board.groups.iter().enumerate();
    let within = groups.filter(|(index, group)| *index != found.group && place.holds(&group.place));
    let within: Vec<usize> = within.map(|(index, _)| index).collect();
    let mut best = ((NARROWED / within.len().max(1) as f64).ln(), found.group);
    for group in within {
        let [part, outside] = sums(group);
        let rest = [less(whole, part), less(whole_outside, outside)];
        let is_rest_above = rest[0][1] >= 1.0 && rest[1][1] >= 1.0 && is_above(rest[0], rest[1]);
        if part[1] < 1.0 || outside[1] < 1.0 || !is_above(part, outside) || is_rest_above {
            continue;
        }
        let [calls, hits, of, here] = [whole[1], whole[0], part[1], part[0]].map(f64::round);
        let ln_chance = ln_tail(calls, hits, of, here);
        if ln_chance < best.0 {
            best = (ln_chance, group);
        }
    }
    best.1
}

/// Hits and calls of steps.
fn sum(steps: &[StepCounts]) -> [f64; 2] {
    steps.iter().fold([0.0, 0.0], |[hits, calls], step| [hits + step.hits, calls + step.calls])
}

/// Which share of the hits inside is more than the share outside explains.
fn excess(steps: &[StepCounts], inside: &Range<usize>) -> f64 {
    let ([all_hits, all], [hits, calls]) = (sum(steps), sum(&steps[inside.clone()]));
    let share = (all_hits - hits) / f64::max(all - calls, 1.0);
    let more = (hits - calls * share) / (1.0 - share).max(f64::MIN_POSITIVE);
    (more / hits.max(1.0)).clamp(0.0, 1.0)
}
