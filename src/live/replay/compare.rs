//! A run held against the report of an earlier one: what changed for the same callbacks.

use std::collections::{BTreeMap, HashMap};
use std::io::BufRead;

use serde_json::Value;

use super::attempt::Attempt;
use super::journal::{self, DROPPED};
use super::tally::{Spread, micros};
use crate::deliveries::{Acceptance, ErrorCode};
use crate::spec::Word;

/// The outcome of a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryState {
    /// Whether the last request was accepted; none if chaos dropped the callback.
    pub acceptance: Option<Acceptance>,
    /// The status of the last answer.
    pub status: Option<u16>,
    /// Its `ErrorCode`.
    pub error_code: Option<ErrorCode>,
    /// How long it took, in microseconds.
    latency: Option<u32>,
}

impl DeliveryState {
    fn is_like(&self, other: &Self) -> bool {
        (self.acceptance, self.status, self.error_code) == (other.acceptance, other.status, other.error_code)
    }

    /// The word for the outcome.
    pub fn outcome(&self) -> &'static str {
        self.acceptance.map_or(DROPPED, Acceptance::as_str)
    }
}

/// A delivery with another outcome, status or `ErrorCode` than before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryChange {
    /// The source.
    pub source: String,
    /// The record, from 1.
    pub record: u64,
    /// 1, or 2 for the second of two deliveries.
    pub copy: u8,
    /// The call, if the callback names one.
    pub call_id: Option<String>,
    /// Its outcome before.
    pub before: DeliveryState,
    /// Its outcome now.
    pub now: DeliveryState,
}

/// The report of an earlier run. Grows with its deliveries.
#[derive(Debug, Default)]
pub struct Earlier {
    sources: HashMap<String, HashMap<(u64, u8), DeliveryState>>,
    comparison: Comparison,
}

/// What changed.
#[derive(Clone, Debug, Default)]
pub struct Comparison {
    /// Deliveries of both runs.
    pub both: u64,
    /// Deliveries of the earlier run alone.
    pub only_before: u64,
    /// Deliveries of this run alone.
    pub only_now: u64,
    /// Deliveries of both runs by their outcomes before and now.
    pub outcomes: BTreeMap<(&'static str, &'static str), u64>,
    /// Deliveries that changed, in the order in which that was seen.
    pub changes: Vec<DeliveryChange>,
    /// How long answers took before, to deliveries of both runs that had one in each.
    pub latency_before: Spread,
    /// How long they took now.
    pub latency_now: Spread,
}

impl Earlier {
    /// Reads a report: one JSON object a line.
    ///
    /// # Errors
    /// In words, with the line, for the first line that belongs to no report. The half of a line at the end is what a
    /// power cut leaves of a report, and is passed over.
    pub fn read(mut report: impl BufRead) -> Result<Self, String> {
        let (mut earlier, mut line) = (Self::default(), Vec::new());
        for number in 1_u64.. {
            line.clear();
            report.read_until(b'\n', &mut line).map_err(|error| crate::source::plain(&error))?;
            if line.is_empty() {
                break;
            }
            let taken = serde_json::from_slice(&line).ok().and_then(|value| earlier.take(&value));
            if taken.is_none() && (number == 1 || line.ends_with(b"\n")) {
                return Err(format!("line {number} was not written by `replay --report`"));
            }
        }
        Ok(earlier)
    }

    /// Takes a line. Those of one delivery stand in the order of its requests, so that the last one counts.
    fn take(&mut self, line: &Value) -> Option<()> {
        let source = line.get(journal::SOURCE)?.as_str()?;
        let record = line.get(journal::RECORD)?.as_u64()?;
        let copy = u8::try_from(line.get(journal::COPY)?.as_u64()?).ok()?;
        let acceptance = match line.get(journal::OUTCOME)?.as_str()? {
            DROPPED => None,
            word => Some(Acceptance::parse(word)?),
        };
        let status = line.get(journal::STATUS).and_then(Value::as_u64).and_then(|it| u16::try_from(it).ok());
        let error_code = line.get(journal::ERROR_CODE).filter(|code| !code.is_null());
        let error_code = error_code.map(ErrorCode::of);
        let latency = line.get(journal::LATENCY_MS).and_then(Value::as_f64);
        let latency = latency.map(|milliseconds| (milliseconds * 1000.0).round() as u32);
        let state = DeliveryState { acceptance, status, error_code, latency };
        let known = match self.sources.get_mut(source) {
            Some(known) => known,
            None => self.sources.entry(source.to_owned()).or_default(),
        };
        known.insert((record, copy), state);
        Some(())
    }

    /// Whether a callback was accepted in the end; none if the report does not name it.
    pub fn outcome_of(&self, source: &str, record: u64) -> Option<bool> {
        let known = self.sources.get(source)?;
        let states = [1, 2].iter().filter_map(|copy| known.get(&(record, *copy)));
        let accepted = states.map(|state| state.acceptance == Some(Acceptance::Accepted));
        accepted.reduce(|one, other| one || other)
    }

    /// Takes a delivery of this run that is done.
    pub fn done(&mut self, source: &str, attempt: &Attempt<'_>) {
        let answer = attempt.answer;
        let latency = answer.failure.is_none().then_some(answer.latency);
        let now = DeliveryState {
            acceptance: Some(answer.acceptance()),
            status: answer.status,
            error_code: answer.error_code,
            latency: latency.map(micros),
        };
        self.compare(source, attempt.record, attempt.copy, attempt.call_id, now);
    }

    /// Takes a callback that is not delivered in this run.
    pub fn dropped(&mut self, source: &str, record: u64, call_id: Option<&str>) {
        let now = DeliveryState { acceptance: None, status: None, error_code: None, latency: None };
        self.compare(source, record, 1, call_id, now);
    }

    fn compare(&mut self, source: &str, record: u64, copy: u8, call_id: Option<&str>, now: DeliveryState) {
        let before = self.sources.get_mut(source).and_then(|source| source.remove(&(record, copy)));
        let comparison = &mut self.comparison;
        let Some(before) = before else {
            comparison.only_now += 1;
            return;
        };
        comparison.both += 1;
        *comparison.outcomes.entry((before.outcome(), now.outcome())).or_default() += 1;
        if let (Some(one), Some(other)) = (before.latency, now.latency) {
            comparison.latency_before.add_micros(one);
            comparison.latency_now.add_micros(other);
        }
        if !before.is_like(&now) {
            let (source, call_id) = (source.to_owned(), call_id.map(str::to_owned));
            comparison.changes.push(DeliveryChange { source, record, copy, call_id, before, now });
        }
    }

    /// What changed, once the run is over.
    pub fn finish(self) -> Comparison {
        let only_before = self.sources.values().map(|source| source.len() as u64).sum();
        let mut comparison = self.comparison;
        comparison.changes.sort_by(|one, next| {
            (&one.source, one.record, one.copy).cmp(&(&next.source, next.record, next.copy))
        });
        Comparison { only_before, ..comparison }
    }
}
