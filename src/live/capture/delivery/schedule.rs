//! When a delivery that was not accepted is made again: the vendor's ladder, then twice as long each time, up to 5
//! minutes.

use std::time::Duration;

use crate::deliveries::Acceptance;
use crate::live::backend::Answer;
use crate::spec::RETRY_SECONDS;

/// The longest wait.
const LONGEST: Duration = Duration::from_secs(300);

/// The longest time that `Retry-After` is obeyed for.
const LONGEST_ASKED: Duration = Duration::from_secs(3600);

/// How often a backend may refuse a callback for good.
pub(super) const MOST_REFUSALS: u32 = 10;

/// How long to wait after that many deliveries that were not accepted, one after another.
pub(super) fn wait_after(failures: u32) -> Duration {
    let step = failures.saturating_sub(1) as usize;
    if let Some(seconds) = RETRY_SECONDS.get(step) {
        return Duration::from_secs(u64::from(*seconds));
    }
    let last = u64::from(RETRY_SECONDS[RETRY_SECONDS.len() - 1]);
    let doublings = u32::try_from(step + 1 - RETRY_SECONDS.len()).unwrap_or(u32::MAX);
    Duration::from_secs(last.saturating_mul(1_u64.checked_shl(doublings).unwrap_or(u64::MAX))).min(LONGEST)
}

/// What an answer asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NextStep {
    /// Nothing: the callback was accepted.
    Done,
    /// To send it again; all others may go on.
    Again,
    /// To send it again, though it is not likely to be accepted: after [`MOST_REFUSALS`] it is set aside.
    Unlikely,
    /// To wait: there was no answer.
    Wait,
}

impl NextStep {
    /// That of an answer.
    pub(super) fn of(answer: &Answer) -> Self {
        match (answer.acceptance(), answer.status) {
            (Acceptance::Accepted, _) => Self::Done,
            (Acceptance::Failed, _) => Self::Wait,
            (Acceptance::Refused, Some(408 | 425 | 429)) => Self::Again,
            (Acceptance::Refused, Some(400..=499)) => Self::Unlikely,
            (Acceptance::Refused, _) => Self::Again,
        }
    }
}

/// How long the backend asks to be left alone.
pub(super) fn asked_wait(answer: &Answer) -> Duration {
    let asks = matches!(answer.status, Some(429 | 503));
    answer.retry_after.filter(|_| asks).map_or(Duration::ZERO, |wait| wait.min(LONGEST_ASKED))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ladder_then_doubled_up_to_five_minutes() {
        let waits: Vec<u64> = (1..=14).map(|failures| wait_after(failures).as_secs()).collect();
        assert_eq!(waits, [0, 1, 1, 2, 3, 5, 10, 20, 40, 80, 160, 300, 300, 300]);
        assert_eq!(wait_after(u32::MAX), LONGEST);
    }

    #[test]
    fn what_an_answer_asks_for() {
        let of = |status| NextStep::of(&Answer { status: Some(status), ..Answer::default() });
        assert_eq!([200, 302, 400, 408, 429, 500].map(of), {
            use NextStep::{Again, Done, Unlikely};
            [Done, Again, Unlikely, Again, Again, Again]
        });
        let busy = |status, seconds| Answer {
            status: Some(status),
            retry_after: Some(Duration::from_secs(seconds)),
            ..Answer::default()
        };
        assert_eq!(asked_wait(&busy(503, 7)).as_secs(), 7);
        assert_eq!(asked_wait(&busy(503, 1 << 30)), LONGEST_ASKED);
        assert_eq!(asked_wait(&busy(400, 7)), Duration::ZERO);
    }
}
