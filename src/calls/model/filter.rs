//! Which calls are wanted.

use super::outcome::Outcome;
use super::timeline::Timeline;
use crate::spec::Timestamp;

/// A choice of calls. Several of one kind are or-ed, the kinds are and-ed; an empty filter chooses all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// From this time on, in Unix seconds.
    pub since: Option<i64>,
    /// Before this time, in Unix seconds.
    pub until: Option<i64>,
    /// With one of these participants.
    pub users: Vec<String>,
    /// With one of these ids.
    pub call_ids: Vec<String>,
    /// With one of these results; `incomplete` for none.
    pub results: Vec<String>,
}

impl Filter {
    /// True if it chooses all calls.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// True for a call that it chooses.
    pub fn chooses(&self, timeline: &Timeline<'_>, outcome: &Outcome) -> bool {
        let one_of =
            |wanted: &[String], text: &str| wanted.is_empty() || wanted.iter().any(|want| want == text);
        one_of(&self.call_ids, &timeline.call_id)
            && one_of(&self.results, outcome.result_word())
            && self.chooses_time(outcome.start.or(outcome.earliest))
            && (self.users.is_empty() || self.chooses_user(timeline))
    }

    fn chooses_time(&self, time: Option<Timestamp>) -> bool {
        if self.since.is_none() && self.until.is_none() {
            return true;
        }
        time.is_some_and(|time| {
            let time = i64::from(time);
            self.since.is_none_or(|since| time >= since) && self.until.is_none_or(|until| time < until)
        })
    }

    fn chooses_user(&self, timeline: &Timeline<'_>) -> bool {
        super::outcome::users(&timeline.steps)
            .filter_map(|user| timeline.text(user))
            .any(|user| self.users.iter().any(|want| want == user))
    }
}
