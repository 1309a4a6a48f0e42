//! Scripted answers: a receiver that plays a backend which does not accept everything.
//!
//! Comes in: entries such as `ErrorCode=1 5%, status 500 1%, delay 2s 1%`. Goes out: what is done to a request. Must not:
//! touch what is recorded.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

use crate::random::derived;

/// What can be done to a request.
#[derive(Clone, Copy, Debug, PartialEq)]
enum ScriptedAnswer {
    /// An `ErrorCode` other than 0.
    ErrorCode(i32),
    /// A status.
    Status(u16),
    /// The answer comes late.
    Delay(Duration),
}

/// What is done to requests, each with its share from 0 to 1.
#[derive(Clone, Debug, PartialEq)]
pub struct ResponseScript(Vec<(ScriptedAnswer, f64)>);

/// What is done to one request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct ScriptedOutcome {
    pub(super) delay: Duration,
    pub(super) status: Option<u16>,
    pub(super) error_code: Option<i32>,
}

const EXAMPLE: &str = "not a list such as 'ErrorCode=1 5%, status 500 1%, delay 2s 1%'";

impl ResponseScript {
    /// Reads one; `time` reads a length of time.
    ///
    /// # Errors
    /// In words, for the first entry that cannot be used.
    pub fn parse(text: &str, time: impl Fn(&str) -> Result<Duration, String>) -> Result<Self, String> {
        let entry = |entry: &str| {
            let (what, share) = entry.trim().rsplit_once(' ').ok_or(EXAMPLE)?;
            let share = share.strip_suffix('%').and_then(|share| share.parse::<f64>().ok());
            let share = share.map(|percent| percent / 100.0).filter(|share| (0.0..=1.0).contains(share));
            let what = what.trim();
            let answer = if let Some(code) = what.strip_prefix("ErrorCode=") {
                ScriptedAnswer::ErrorCode(code.parse().map_err(|_| EXAMPLE)?)
            } else if let Some(status) = what.strip_prefix("status ") {
                let status = status.trim().parse::<u16>().ok().filter(|status| (200..=599).contains(status));
                ScriptedAnswer::Status(status.ok_or(EXAMPLE)?)
            } else if let Some(length) = what.strip_prefix("delay ") {
                ScriptedAnswer::Delay(time(length.trim())?)
            } else {
                return Err(EXAMPLE.to_owned());
            };
            Ok((answer, share.ok_or(EXAMPLE)?))
        };
        text.split(',').map(entry).collect::<Result<_, String>>().map(Self)
    }
}

/// Plays a script, the same from each start.
#[derive(Debug)]
pub(super) struct ScriptedBackend {
    script: ResponseScript,
    requests: Mutex<u64>,
}

impl ScriptedBackend {
    pub(super) fn new(script: ResponseScript) -> Self {
        Self { script, requests: Mutex::new(0) }
    }

    /// What is done to the next request. Each entry is drawn whatever the others are.
    pub(super) fn next(&self) -> ScriptedOutcome {
        let number = {
            let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
            *requests += 1;
            *requests
        };
        let mut outcome = ScriptedOutcome::default();
        for (index, (answer, share)) in (0..).zip(&self.script.0) {
            if derived(1, index, number).f64() >= *share {
                continue;
            }
            match *answer {
                ScriptedAnswer::ErrorCode(code) => outcome.error_code = Some(code),
                ScriptedAnswer::Status(status) => outcome.status = Some(status),
                ScriptedAnswer::Delay(delay) => outcome.delay += delay,
            }
        }
        outcome
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(text: &str) -> Result<Duration, String> {
        text.trim_end_matches('s').parse().map(Duration::from_secs).map_err(|_| "no time".to_owned())
    }

    #[test]
    fn shares_come_out() -> Result<(), String> {
        let script = ResponseScript::parse("ErrorCode=1 5%, status 500 100%,delay 2s 1%", seconds)?;
        let backend = ScriptedBackend::new(script);
        let outcomes: Vec<ScriptedOutcome> = (0..10_000).map(|_| backend.next()).collect();
        let count = |is: fn(&ScriptedOutcome) -> bool| outcomes.iter().filter(|it| is(it)).count();
        assert!((400..600).contains(&count(|it| it.error_code == Some(1))));
        assert!((60..140).contains(&count(|it| it.delay == Duration::from_secs(2))));
        assert_eq!(count(|it| it.status == Some(500)), 10_000);
        for wrong in
            ["", "ErrorCode=1", "ErrorCode=x 5%", "status 99 5%", "delay x 1%", "wait 1%", "status 500 200%"]
        {
            assert!(ResponseScript::parse(wrong, seconds).is_err(), "{wrong}");
        }
        Ok(())
    }
}
