//! How likely counts are by chance.
//!
//! Comes in: counts. Goes out: logarithms of probabilities. Must not: know what is counted.

/// The natural logarithm of `n!`, by Stirling's series, to ten digits.
pub(in crate::calls) fn ln_factorial(n: f64) -> f64 {
    const EXACT: [f64; 10] = [1.0, 1.0, 2.0, 6.0, 24.0, 120.0, 720.0, 5040.0, 40_320.0, 362_880.0];
    if let Some(exact) = EXACT.get(n as usize) {
        return exact.ln();
    }
    let square = n * n;
    let series = (1.0 - (1.0 / 30.0 - 1.0 / (105.0 * square)) / square) / (12.0 * n);
    n * n.ln() - n + 0.5 * (std::f64::consts::TAU * n).ln() + series
}

fn ln_choose(n: f64, k: f64) -> f64 {
    ln_factorial(n) - ln_factorial(k) - ln_factorial(n - k)
}

/// The logarithm of the chance that of `calls` of which `hits` are hits, a part of `part` calls has `here` hits or more,
/// if hits are spread evenly (Fisher's exact test). All are whole numbers.
pub(in crate::calls) fn ln_tail(calls: f64, hits: f64, part: f64, here: f64) -> f64 {
    let most = hits.min(part);
    if here <= (hits + part - calls).max(0.0) || here > most {
        return if here > most { f64::NEG_INFINITY } else { 0.0 };
    }
    let first = ln_choose(hits, here) + ln_choose(calls - hits, part - here) - ln_choose(calls, part);
    let (mut sum, mut term, mut at) = (1.0, 1.0, here);
    while at < most {
        term *= (hits - at) * (part - at) / ((at + 1.0) * (calls - hits - part + at + 1.0));
        sum += term;
        at += 1.0;
        if term < sum * 1e-12 {
            break;
        }
    }
    (first + f64::ln(sum)).min(0.0)
}

/// By how many standard deviations the share of hits in a part, `here` of `part`, is above that of the rest.
pub(in crate::calls) fn deviations([here, part]: [f64; 2], [there, rest]: [f64; 2]) -> f64 {
    let (hits, calls) = (here + there, part + rest);
    let share = hits / calls;
    let spread = (share * (1.0 - share) * (1.0 / part + 1.0 / rest)).sqrt();
    (here / part - there / rest) / spread.max(f64::MIN_POSITIVE)
}
