//! The deliveries of one callback, and what they show: whether it was accepted, and whether the vendor has given it up.

use super::acceptance::{Acceptance, ErrorCode};
use crate::spec::{MOST_DELIVERIES, RETRY_SECONDS, Word, words};

/// How much later than the ladder says a redelivery may come, in milliseconds: the answer that was waited for, and the
/// way.
const SLACK: i64 = 6000;

/// How much earlier it may come: times of capture are not more exact.
const EARLY: i64 = 1000;

words! {
    /// What is known of the deliveries of a callback.
    DeliveryStatus {
        /// A delivery was accepted.
        Accepted = "accepted",
        /// The last delivery was refused: an HTTP error, or an `ErrorCode` other than 0.
        Refused = "refused",
        /// The last delivery had no answer.
        Failed = "failed",
        /// The last of the vendor's deliveries was not accepted, and there is not another one.
        GivenUp = "given_up",
        /// The evidence does not say.
        Unknown = "unknown",
    }
}

/// One delivery.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MadeDelivery {
    /// When it was made, in Unix milliseconds.
    pub at: Option<i64>,
    /// What the backend made of it, if that is known.
    pub acceptance: Option<Acceptance>,
    /// The HTTP status.
    pub status: Option<u16>,
    /// `ErrorCode` of the answer.
    pub error_code: Option<ErrorCode>,
    /// Why there was no answer.
    pub error: Option<String>,
    /// True if `capture` made it at a time of its own.
    pub is_stored: bool,
}

impl MadeDelivery {
    /// A copy of which only the time of capture is known, if that.
    pub fn captured(at: Option<i64>) -> Self {
        Self { at, ..Self::default() }
    }
}

/// The deliveries of one callback, in the order in which they were made.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DeliveryTrace {
    made: Vec<MadeDelivery>,
    /// How many of the first lie on the vendor's ladder.
    on_ladder: usize,
}

impl DeliveryTrace {
    /// Those deliveries, in any order.
    pub fn new(mut made: Vec<MadeDelivery>) -> Self {
        made.sort_by_key(|delivery| delivery.at);
        let follows = |(step, pair): &(usize, &[MadeDelivery])| {
            let Some(wait) = RETRY_SECONDS.get(*step) else { return false };
            let wait = i64::from(*wait) * 1000;
            let gap = pair[0].at.zip(pair[1].at).map(|(one, next)| next - one);
            gap.is_some_and(|gap| (wait - EARLY..=wait + SLACK).contains(&gap))
        };
        let on_ladder =
            made.windows(2).enumerate().take_while(follows).count() + usize::from(!made.is_empty());
        Self { made, on_ladder }
    }

    /// The deliveries.
    pub fn made(&self) -> &[MadeDelivery] {
        &self.made
    }

    /// The last delivery whose answer is known.
    pub fn last_answer(&self) -> Option<&MadeDelivery> {
        self.made.iter().rev().find(|delivery| delivery.acceptance.is_some())
    }

    /// True if there are several, as far apart as the vendor's redeliveries are.
    pub fn is_redelivered(&self) -> bool {
        self.on_ladder > 1
    }

    /// Milliseconds between one delivery and the next, as far as both times are known.
    pub fn spacing(&self) -> impl Iterator<Item = i64> {
        self.made.windows(2).filter_map(|pair| Some(pair[1].at? - pair[0].at?))
    }

    /// What they show; `log_end` is the time of the last capture in the log, in Unix milliseconds.
    pub fn status(&self, log_end: Option<i64>) -> DeliveryStatus {
        if self.made.iter().any(|delivery| delivery.acceptance == Some(Acceptance::Accepted)) {
            return DeliveryStatus::Accepted;
        }
        match self.last_answer() {
            Some(last) if !last.is_stored && self.on_ladder >= MOST_DELIVERIES => DeliveryStatus::GivenUp,
            Some(last) if last.acceptance == Some(Acceptance::Refused) => DeliveryStatus::Refused,
            Some(_) => DeliveryStatus::Failed,
            None if self.is_left_alone(log_end) => DeliveryStatus::Accepted,
            None => DeliveryStatus::Unknown,
        }
    }

    /// True if the vendor would have sent it once more within the log, had it not been accepted.
    fn is_left_alone(&self, log_end: Option<i64>) -> bool {
        let wait = self.on_ladder.checked_sub(1).and_then(|step| RETRY_SECONDS.get(step));
        let last = self.made.get(self.on_ladder.wrapping_sub(1)).and_then(|delivery| delivery.at);
        let (Some(wait), Some(last), Some(end)) = (wait, last, log_end) else { return false };
        end - last > i64::from(*wait) * 1000 + SLACK
    }

    /// For each delivery on the ladder, and each whose answer is known, its time in Unix milliseconds and whether it was
    /// accepted, if that is known.
    pub fn verdicts(&self, log_end: Option<i64>) -> Vec<(i64, Option<bool>)> {
        let accepted_at_last = self.status(log_end) == DeliveryStatus::Accepted;
        let verdict = |(index, delivery): (usize, &MadeDelivery)| {
            let verdict = match delivery.acceptance {
                Some(acceptance) => Some(acceptance == Acceptance::Accepted),
                None if index + 1 < self.on_ladder => Some(false),
                None if index + 1 == self.on_ladder && accepted_at_last => Some(true),
                None if index >= self.on_ladder => return None,
                None => None,
            };
            Some((delivery.at?, verdict))
        };
        self.made.iter().enumerate().filter_map(verdict).collect()
    }

    /// Whether the vendor has given the callback up, if that can be known. `is_down_at` says whether the backend took
    /// nothing at a time.
    pub fn is_given_up(&self, log_end: Option<i64>, is_down_at: impl Fn(i64) -> bool) -> Option<bool> {
        match self.status(log_end) {
            DeliveryStatus::GivenUp => Some(true),
            DeliveryStatus::Accepted => Some(false),
            DeliveryStatus::Refused | DeliveryStatus::Failed => None,
            DeliveryStatus::Unknown if self.on_ladder >= MOST_DELIVERIES => {
                let last = self.made.get(self.on_ladder - 1).and_then(|delivery| delivery.at);
                last.filter(|at| is_down_at(*at)).map(|_| true)
            }
            DeliveryStatus::Unknown => None,
        }
    }

    /// The word for what they show.
    pub fn status_word(&self, log_end: Option<i64>) -> &'static str {
        self.status(log_end).as_str()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Copies at these milliseconds.
    fn copies(times: &[i64]) -> DeliveryTrace {
        DeliveryTrace::new(times.iter().map(|at| MadeDelivery::captured(Some(*at))).collect())
    }

    const LADDER: [i64; 7] = [0, 40, 1080, 2100, 4150, 7200, 12_300];

    #[test]
    fn copies_along_the_ladder_tell_what_was_not_accepted() {
        let two = copies(&LADDER[..2]);
        assert!(two.is_redelivered());
        assert_eq!(two.status(Some(60_000)), DeliveryStatus::Accepted, "or a third would have come");
        assert_eq!(two.status(Some(5000)), DeliveryStatus::Unknown, "the log ends too early");
        assert_eq!(two.verdicts(Some(60_000)), [(0, Some(false)), (40, Some(true))]);
        let all = copies(&LADDER);
        assert_eq!(all.status(Some(60_000)), DeliveryStatus::Unknown, "nobody saw the last answer");
        assert_eq!(all.verdicts(None).iter().filter(|(_, it)| *it == Some(false)).count(), 6);
        assert_eq!(all.is_given_up(None, |_| true), Some(true));
        assert_eq!(all.is_given_up(None, |_| false), None);
        let later = copies(&[0, 3_600_000]);
        assert!(!later.is_redelivered(), "an hour later is not on the ladder");
        assert_eq!(later.verdicts(Some(9_000_000)), [(0, Some(true))]);
        assert_eq!(copies(&[]).status(None), DeliveryStatus::Unknown);
        let timeless = DeliveryTrace::new(vec![MadeDelivery::default(); 3]);
        assert_eq!((timeless.status(Some(9)), timeless.is_redelivered()), (DeliveryStatus::Unknown, false));
    }

    #[test]
    fn answers_count_more_than_copies() {
        let answered = |at, acceptance| MadeDelivery {
            acceptance: Some(acceptance),
            ..MadeDelivery::captured(Some(at))
        };
        let refused = DeliveryTrace::new(LADDER.map(|at| answered(at, Acceptance::Refused)).to_vec());
        assert_eq!(refused.status(None), DeliveryStatus::GivenUp);
        let few = DeliveryTrace::new(vec![answered(0, Acceptance::Failed), answered(9, Acceptance::Refused)]);
        assert_eq!(few.status(Some(99_000)), DeliveryStatus::Refused);
        let last =
            DeliveryTrace::new(vec![answered(9, Acceptance::Accepted), answered(0, Acceptance::Failed)]);
        assert_eq!(last.status(None), DeliveryStatus::Accepted);
        assert_eq!(last.verdicts(None), [(0, Some(false)), (9, Some(true))]);
    }
}
