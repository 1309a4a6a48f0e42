//! The steps between which an incident lies, by likelihood.
//!
//! Comes in: hits and calls step by step, and about where it lies. Goes out: where it lies. Must not: know what is
//! counted.

/// Hits and calls of a step of time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct StepCounts {
    /// Its number.
    pub(super) at: u32,
    pub(super) hits: f64,
    pub(super) calls: f64,
}

/// Steps around the likeliest beginning among which the best is chosen.
const AROUND: u32 = 180;
/// The beginning is the middle of this many steps that most probably hold it.
const MIDST: usize = 11;
/// How much less probable, as a logarithm, the last step of the log is as the end than another that is taken instead.
const LEAST_GAIN: f64 = 4.0;
/// What remains of probability outside of the bounds of the beginning.
const OUTSIDE: f64 = 0.05;

/// Where an incident lies, in steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct IncidentSpan {
    /// Where it begins, and bounds of that.
    pub(super) from: u32,
    pub(super) earliest: u32,
    pub(super) latest: u32,
    /// Where it has ended; none if the log ends first.
    pub(super) to: Option<u32>,
}

/// How much more likely each step's hits are inside than outside, as logarithms.
fn scores(steps: &[StepCounts], inside: &std::ops::Range<usize>) -> Vec<f64> {
    let sum = |part: &[StepCounts]| {
        part.iter().fold((0.0, 0.0), |(hits, calls), step| (hits + step.hits, calls + step.calls))
    };
    let (hits, calls) = sum(steps);
    let (inside_hits, inside_calls) = sum(&steps[inside.clone()]);
    let share = |hits: f64, calls: f64| (hits + 0.5) / (calls + 1.0);
    let (low, high) = (share(hits - inside_hits, calls - inside_calls), share(inside_hits, inside_calls));
    let (hit, miss) = ((high / low).ln(), ((1.0 - high) / (1.0 - low)).ln());
    steps.iter().map(|step| step.hits * hit + (step.calls - step.hits) * miss).collect()
}

/// The index in `range` from which on the sum of scores up to the range's end is greatest.
fn best_start(scores: &[f64], range: std::ops::Range<usize>) -> usize {
    let (mut sum, mut best) = (0.0, (f64::NEG_INFINITY, range.start));
    for index in range.rev() {
        sum += scores[index];
        if sum > best.0 {
            best = (sum, index);
        }
    }
    best.1
}

/// The index after the last, up to which the sum of scores from `from` on is greatest; the end of all unless another is
/// much better.
fn best_end(scores: &[f64], from: usize) -> usize {
    let (mut sum, mut best) = (0.0, (f64::NEG_INFINITY, from + 1));
    for (index, score) in scores.iter().enumerate().skip(from) {
        sum += score;
        if sum > best.0 {
            best = (sum, index + 1);
        }
    }
    if best.0 - sum < LEAST_GAIN { scores.len() } else { best.1 }
}

/// Where an incident lies that is known to lie about in these steps, as indexes.
pub(super) fn locate(
    steps: &[StepCounts],
    about: std::ops::Range<usize>,
) -> (IncidentSpan, std::ops::Range<usize>) {
    const ROUNDS: usize = 3;
    let mut inside = about;
    let mut scored = scores(steps, &inside);
    for _ in 0..ROUNDS {
        let start = best_start(&scored, 0..inside.end);
        let found = start..best_end(&scored, start);
        if found == inside {
            break;
        }
        inside = found;
        scored = scores(steps, &inside);
    }
    let to = steps.get(inside.end).map(|_| steps[inside.end - 1].at + 1);
    let (from, earliest, latest) = beginning(steps, &scored, &inside);
    let start = steps.partition_point(|step| step.at < from).min(inside.end - 1);
    (IncidentSpan { from, earliest, latest, to }, start..inside.end)
}

/// The step in which it probably begins, with bounds.
fn beginning(steps: &[StepCounts], scores: &[f64], inside: &std::ops::Range<usize>) -> (u32, u32, u32) {
    let likeliest = steps[inside.start].at;
    let first = likeliest.saturating_sub(AROUND).max(steps[0].at);
    let last = (likeliest + AROUND).min(steps[inside.end - 1].at);
    // The chance of each step to be the first, but for a factor: what lies between it and the likeliest speaks for or
    // against it.
    let mut chances = vec![1.0; (last - first + 1) as usize];
    let mut sum: f64 = 0.0;
    let mut index = inside.start;
    for at in (first..likeliest).rev() {
        if index > 0 && steps[index - 1].at == at {
            index -= 1;
            sum += scores[index];
        }
        chances[(at - first) as usize] = sum.exp();
    }
    (sum, index) = (0.0, inside.start);
    for at in likeliest..last {
        if steps.get(index).is_some_and(|step| step.at == at) {
            sum -= scores[index];
            index += 1;
        }
        chances[(at + 1 - first) as usize] = sum.exp();
    }
    let all: f64 = chances.iter().sum();
    let quantile = |share: f64| {
        let mut below = 0.0;
        let found = chances.iter().position(|chance| {
            below += chance / all;
            below >= share
        });
        first + found.unwrap_or(chances.len() - 1) as u32
    };
    let (earliest, latest) = (quantile(OUTSIDE / 2.0), quantile(1.0 - OUTSIDE / 2.0));
    let mut best = (0.0, likeliest);
    for (at, _) in (first..).zip(&chances) {
        let middle = (at - first) as usize;
        let around = middle.saturating_sub(MIDST / 2)..(middle + MIDST / 2 + 1).min(chances.len());
        // Among equals, the one that is itself the likeliest.
        let chance = chances[around].iter().sum::<f64>() + chances[middle] * 1e-6;
        if chance > best.0 {
            best = (chance, at);
        }
    }
    (best.1.clamp(earliest, latest), earliest, latest)
}
