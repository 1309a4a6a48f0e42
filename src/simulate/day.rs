//! When calls are placed: more of them in busy hours.
//!
//! Comes in: the log's beginning and an average rate. Goes out: the instant of the n-th call. Must not: draw
//! anything random.

/// Calls in each hour of the day (UTC), of a thousand: quiet nights, a peak in the morning and one in the evening.
const HOURS: [u16; 24] =
    [10, 7, 5, 4, 5, 9, 18, 34, 56, 72, 76, 66, 52, 54, 60, 62, 58, 54, 60, 72, 70, 50, 30, 16];
/// The sum of [`HOURS`].
const DAY: f64 = 1000.0;
/// How many calls later than its turn a call may begin, so that calls come in clusters as real ones do.
pub(super) const SPREAD: f64 = 4.0;
const HOUR_MS: f64 = 3_600_000.0;
const DAY_S: i64 = 86_400;

/// Maps the count of calls to time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Calendar {
    /// Midnight before the log's beginning, in Unix milliseconds.
    midnight: i64,
    /// The part of that day's calls which lies before the log's beginning, in days.
    offset: f64,
    /// Calls a day.
    per_day: f64,
}

impl Calendar {
    /// A log that begins at `start` (Unix seconds) and has `rate` calls an hour on average.
    pub(super) fn new(start: i64, rate: f64) -> Self {
        let second = start.rem_euclid(DAY_S);
        let hour = (second / 3600) as usize;
        let before: f64 = HOURS[..hour].iter().map(|calls| f64::from(*calls)).sum();
        let within = f64::from(HOURS[hour]) * ((second % 3600) as f64 / 3600.0);
        Self { midnight: (start - second) * 1000, offset: (before + within) / DAY, per_day: rate * 24.0 }
    }

    /// When that many calls have been placed, in Unix milliseconds.
    pub(super) fn opening(&self, calls: f64) -> i64 {
        let days = self.offset + calls / self.per_day;
        let mut rest = (days - days.floor()) * DAY;
        let mut hours = 24.0;
        for (hour, calls) in (0u8..).zip(HOURS) {
            let calls = f64::from(calls);
            if rest < calls {
                hours = f64::from(hour) + rest / calls;
                break;
            }
            rest -= calls;
        }
        let day = (days.floor() as i64).saturating_mul(DAY_S * 1000);
        self.midnight.saturating_add(day).saturating_add((hours * HOUR_MS) as i64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_has_its_calls_and_noon_its_share() {
        assert_eq!(HOURS.iter().map(|calls| u32::from(*calls)).sum::<u32>(), 1000);
        let start = 1_714_521_600 + 9 * 3600 + 1800;
        let calendar = Calendar::new(start, 100.0);
        assert!((calendar.opening(0.0) - start * 1000).abs() <= 1);
        assert!((calendar.opening(2400.0) - (start + DAY_S) * 1000).abs() <= 1);
        let busy = calendar.opening(100.0) - calendar.opening(0.0);
        assert!(busy < 3_600_000, "a hundred calls take less than an hour in a busy one");
    }
}
