//! The outcome of a whole run, in numbers.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use super::attempt::Attempt;
use crate::deliveries::{Acceptance, ErrorCode};
use crate::live::http::RequestErrorKind;
use crate::spec::Word;

/// The counts of a run. Grows by eight bytes a request, and with the calls that had a refusal.
#[derive(Clone, Debug, Default)]
pub struct ReplayTally {
    /// Deliveries for which a request was sent.
    pub sent: u64,
    /// Deliveries that were accepted in the end.
    pub accepted: u64,
    /// Deliveries that were refused in the end.
    pub refused: u64,
    /// Deliveries that had no answer in the end.
    pub failed: u64,
    /// Requests.
    pub requests: u64,
    /// Requests that were sent once more on a fresh connection.
    pub resent: u64,
    /// How long the run waited for something to listen.
    pub waited: Duration,
    /// Requests by the status of their answer.
    pub statuses: BTreeMap<u16, u64>,
    /// Requests by the `ErrorCode` of their answer.
    pub error_codes: BTreeMap<ErrorCode, u64>,
    /// Requests without an answer, in the order of [`RequestErrorKind::ALL`].
    pub failures: [u64; RequestErrorKind::ALL.len()],
    /// The cause of the first request without an answer, unless it was stopped.
    pub first_failure: Option<String>,
    /// Requests whose query held bytes that had to be encoded.
    pub encoded: u64,
    /// Captured headers that no request can carry.
    pub left_out_headers: u64,
    /// Captured headers and parameters that let their bearer in, and were not sent.
    pub withheld: u64,
    /// Answers that were too long to be read to their end, or in a coding that cannot be undone.
    pub cut_answers: u64,
    /// How long answers took.
    pub latency: Spread,
    /// How late deliveries were sent.
    pub drift: Spread,
    /// The calls with a delivery that was refused, or had no answer, in the order in which that happened.
    pub troubled: Vec<TroubledCall>,
    /// Where each lane stands among them.
    places: HashMap<u32, usize>,
}

/// A call with a delivery that was not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TroubledCall {
    /// Its id, if it has one.
    pub call_id: Option<String>,
    /// Deliveries that were refused.
    pub refused: u64,
    /// Deliveries that had no answer.
    pub failed: u64,
    /// The source and the record of the first of them.
    pub first: (u32, u64),
    /// The status of that answer.
    pub status: Option<u16>,
    /// Its `ErrorCode`.
    pub error_code: Option<ErrorCode>,
    /// Why there was none.
    pub failure: Option<RequestErrorKind>,
}

impl ReplayTally {
    /// Takes a request that is done.
    pub(super) fn add(&mut self, lane: u32, attempt: &Attempt<'_>) {
        let answer = attempt.answer;
        self.requests += 1;
        self.cut_answers += u64::from(answer.cut);
        self.resent += u64::from(answer.resent);
        match &answer.failure {
            Some(error) => {
                self.failures[error.kind as usize] += 1;
                if error.kind != RequestErrorKind::Stopped {
                    self.first_failure.get_or_insert_with(|| error.cause.clone());
                }
            }
            None => {
                *self.statuses.entry(answer.status.unwrap_or_default()).or_default() += 1;
                if let Some(code) = answer.error_code {
                    *self.error_codes.entry(code).or_default() += 1;
                }
                self.latency.add(answer.latency);
            }
        }
        if !attempt.is_last {
            return;
        }
        match answer.acceptance() {
            Acceptance::Accepted => self.accepted += 1,
            Acceptance::Refused => self.refused += 1,
            Acceptance::Failed => self.failed += 1,
        }
        if answer.acceptance() != Acceptance::Accepted {
            self.add_trouble(lane, attempt);
        }
    }

    fn add_trouble(&mut self, lane: u32, attempt: &Attempt<'_>) {
        let next = self.troubled.len();
        let place = *self.places.entry(lane).or_insert(next);
        if place == next {
            self.troubled.push(TroubledCall {
                call_id: attempt.call_id.map(str::to_owned),
                refused: 0,
                failed: 0,
                first: (attempt.source, attempt.record),
                status: attempt.answer.status,
                error_code: attempt.answer.error_code,
                failure: attempt.answer.failure.as_ref().map(|error| error.kind),
            });
        }
        let call = &mut self.troubled[place];
        match attempt.answer.acceptance() {
            Acceptance::Refused => call.refused += 1,
            _ => call.failed += 1,
        }
    }

    /// Requests beyond the first of each delivery.
    pub fn retries(&self) -> u64 {
        self.requests.saturating_sub(self.sent)
    }

    /// Deliveries whose outcome is known.
    pub fn settled(&self) -> u64 {
        self.accepted + self.refused + self.failed
    }

    /// Deliveries that were sent, and whose outcome was not known when the run ended.
    pub fn unsettled(&self) -> u64 {
        self.sent.saturating_sub(self.settled())
    }

    /// Requests without an answer, for that reason.
    pub fn failures_of(&self, failure: RequestErrorKind) -> u64 {
        self.failures[failure as usize]
    }
}

/// Whole microseconds; more than 71 minutes count as that.
pub(super) fn micros(time: Duration) -> u32 {
    u32::try_from(time.as_micros()).unwrap_or(u32::MAX)
}

/// Times that were measured, as `micros`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spread(Vec<u32>);

/// Percentiles of times, in microseconds; nearest-rank.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Percentiles {
    /// Half of all took no longer.
    pub p50: u32,
    /// 90 %.
    pub p90: u32,
    /// 99 %.
    pub p99: u32,
    /// 99.9 %.
    pub p999: u32,
    /// The longest.
    pub max: u32,
}

impl Spread {
    /// Adds a time.
    pub fn add(&mut self, time: Duration) {
        self.add_micros(micros(time));
    }

    /// Adds a time in microseconds.
    pub(super) fn add_micros(&mut self, time: u32) {
        self.0.push(time);
    }

    /// The percentiles; none without times.
    pub fn percentiles(&self) -> Option<Percentiles> {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let max = *sorted.last()?;
        let rank = |permille: usize| sorted[(sorted.len() * permille).div_ceil(1000).max(1) - 1];
        Some(Percentiles { p50: rank(500), p90: rank(900), p99: rank(990), p999: rank(999), max })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_nearest_rank() {
        let mut spread = Spread::default();
        assert_eq!(spread.percentiles(), None);
        (1..=2000).rev().for_each(|micros| spread.add(Duration::from_micros(micros)));
        let wanted = Percentiles { p50: 1000, p90: 1800, p99: 1980, p999: 1998, max: 2000 };
        assert_eq!(spread.percentiles(), Some(wanted));
        spread.add(Duration::from_secs(1 << 40));
        assert_eq!(spread.percentiles().map(|percentiles| percentiles.max), Some(u32::MAX));
    }
}
