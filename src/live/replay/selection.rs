//! Which callbacks of a log are sent again: those that an earlier run, or a receiver, had not accepted.
//!
//! Comes in: a report of a replay, a `LOG.forward` or a `LOG.undelivered`. Goes out: for each callback of a log whether
//! it was accepted. Must not: read the log.

use std::collections::HashMap;
use std::io::BufRead;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::compare::Earlier;
use crate::deliveries::{Acceptance, Answers, ForwardLine, LineDamage, Lines, body_digest, parse_millis};

/// What is known of a callback; the better comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EarlierOutcome {
    /// It was accepted.
    Accepted,
    /// It was not.
    Failed,
}

/// A callback as it is looked up.
#[derive(Clone, Copy, Debug)]
pub struct LookedUp<'c> {
    /// The name of its source.
    pub source: &'c str,
    /// Its record, from 1.
    pub record: u64,
    /// Its call.
    pub call_id: Option<&'c str>,
    /// When it was captured, in Unix milliseconds.
    pub received_at: Option<i64>,
    /// Its body.
    pub body: &'c [u8],
}

/// Callbacks that were not accepted.
#[derive(Debug)]
pub enum FailedBefore {
    /// By the report of a replay.
    Report(Box<Earlier>),
    /// By what a backend answered.
    Answers(Answers),
    /// By what a receiver has set aside: the time of capture, and the digest of the body.
    Undelivered(HashMap<i64, Vec<String>>),
}

impl FailedBefore {
    /// Reads a file, whichever of the three it is; lines that cannot be used are damage.
    ///
    /// # Errors
    /// In words, if it is none of them, or cannot be read.
    pub fn read(mut file: impl BufRead) -> Result<(Self, LineDamage), String> {
        let plain = |error: std::io::Error| crate::source::plain(&error);
        let head = file.fill_buf().map_err(plain)?;
        let first = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
        if first.starts_with(b"{\"source\":") {
            return Ok((Self::Report(Box::new(Earlier::read(file)?)), LineDamage::default()));
        }
        if ForwardLine::begins(head) {
            let mut answers = Answers::default();
            let damage = answers.read(file).map_err(plain)?;
            return Ok((Self::Answers(answers), damage));
        }
        if memchr::memmem::find(first, b",\"undelivered\":{").is_some() {
            return read_undelivered(file).map_err(plain);
        }
        Err("it is neither a report of `replay`, nor a `LOG.forward`, nor a `LOG.undelivered`".to_owned())
    }

    /// What is known of a callback; nothing of one that the file does not name.
    pub fn outcome(&self, callback: &LookedUp<'_>) -> Option<EarlierOutcome> {
        match self {
            Self::Report(report) => report.outcome_of(callback.source, callback.record).map(of),
            Self::Answers(answers) => {
                let made = answers.of(callback.received_at?, callback.call_id.unwrap_or_default(), None);
                // Of copies that came in one millisecond only the accepted one counts.
                made.iter().filter_map(|made| made.acceptance).map(|it| of(it == Acceptance::Accepted)).min()
            }
            Self::Undelivered(lines) => {
                let digests = lines.get(&callback.received_at?)?;
                digests.contains(&body_digest(callback.body)).then_some(EarlierOutcome::Failed)
            }
        }
    }
}

fn of(is_accepted: bool) -> EarlierOutcome {
    if is_accepted { EarlierOutcome::Accepted } else { EarlierOutcome::Failed }
}

fn read_undelivered(file: impl BufRead) -> std::io::Result<(FailedBefore, LineDamage)> {
    let (mut lines, mut damage) = (Lines::new(file), LineDamage::default());
    let mut found: HashMap<i64, Vec<String>> = HashMap::new();
    while let Some((number, line)) = lines.next(&mut damage)? {
        match undelivered(line) {
            Some((at, digest)) => found.entry(at).or_default().push(digest),
            None => damage.add(number, "it is not a line of `LOG.undelivered`".to_owned()),
        }
    }
    Ok((FailedBefore::Undelivered(found), damage))
}

/// The members of a line of `LOG.undelivered` that tell which callback it is about.
#[derive(Deserialize)]
struct UndeliveredEntry<'l> {
    received_at: String,
    #[serde(borrow)]
    body: Option<&'l RawValue>,
    body_base64: Option<String>,
}

fn undelivered(line: &[u8]) -> Option<(i64, String)> {
    let entry: UndeliveredEntry<'_> = serde_json::from_slice(line).ok()?;
    let body = match (entry.body.map(RawValue::get), entry.body_base64) {
        (Some(text), _) if text.starts_with('"') => serde_json::from_str::<String>(text).ok()?.into_bytes(),
        (Some(object), _) => object.as_bytes().to_vec(),
        (None, text) => STANDARD.decode(text?).ok()?,
    };
    Some((parse_millis(&entry.received_at)?, body_digest(&body)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn callback(received_at: i64, record: u64) -> LookedUp<'static> {
        LookedUp { source: "log", record, call_id: Some("c"), received_at: Some(received_at), body: b"{}" }
    }

    #[test]
    fn each_kind_of_file_is_known_by_its_first_line() -> Result<(), String> {
        let forward = "{\"received_at\":\"2024-06-12T00:00:00.137Z\",\"offset\":0,\"status\":500}\n\
                       {\"received_at\":\"2024-06-12T00:00:01.137Z\",\"offset\":9,\"status\":200}\nnonsense\n";
        let (answers, damage) = FailedBefore::read(forward.as_bytes())?;
        let at = 1_718_150_400_137;
        assert_eq!(damage.lines, 1);
        assert_eq!(answers.outcome(&callback(at, 1)), Some(EarlierOutcome::Failed));
        assert_eq!(answers.outcome(&callback(at + 1000, 1)), Some(EarlierOutcome::Accepted));
        assert_eq!(answers.outcome(&callback(at + 1, 1)), None);
        let aside = "{\"received_at\":\"2024-06-12T00:00:00.137Z\",\"undelivered\":{},\"body\":\"{}\"}\n";
        let (aside, _) = FailedBefore::read(aside.as_bytes())?;
        assert_eq!(aside.outcome(&callback(at, 1)), Some(EarlierOutcome::Failed));
        assert_eq!(aside.outcome(&LookedUp { body: b"[]", ..callback(at, 1) }), None);
        let report = "{\"source\":\"log\",\"record\":1,\"copy\":1,\"attempt\":1,\"outcome\":\"refused\"}\n\
                      {\"source\":\"log\",\"record\":2,\"copy\":1,\"attempt\":1,\"outcome\":\"accepted\"}\n";
        let (report, _) = FailedBefore::read(report.as_bytes())?;
        assert_eq!(report.outcome(&callback(0, 1)), Some(EarlierOutcome::Failed));
        assert_eq!(report.outcome(&callback(0, 2)), Some(EarlierOutcome::Accepted));
        assert_eq!(report.outcome(&callback(0, 3)), None);
        assert!(FailedBefore::read(&b"{\"CallId\":\"1\"}\n"[..]).is_err());
        Ok(())
    }
}
