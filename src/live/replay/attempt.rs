//! One request of a run and its outcome, as the observer sees it.

use std::time::Duration;

use super::chaos::ChaosMarks;
use crate::live::backend::Answer;

/// A request that is done, with its answer.
#[derive(Clone, Copy, Debug)]
pub struct Attempt<'a> {
    /// The source of the callback, from 0.
    pub source: u32,
    /// The record of the callback, from 1.
    pub record: u64,
    /// The call, if the callback names one.
    pub call_id: Option<&'a str>,
    /// 1, or 2 for the second of two deliveries.
    pub copy: u8,
    /// Which time the log is sent, from 1.
    pub pass: u16,
    /// What chaos did to the delivery.
    pub marks: ChaosMarks,
    /// Which request of the delivery it is, from 1.
    pub number: u8,
    /// True if no other follows.
    pub is_last: bool,
    /// When the delivery was due, from the start of the run; none if all were due at once.
    pub planned: Option<Duration>,
    /// When the request was sent, from the start of the run.
    pub sent: Duration,
    /// Its outcome.
    pub answer: &'a Answer,
}

/// A callback that chaos dropped.
#[derive(Clone, Copy, Debug)]
pub struct Dropped<'a> {
    /// The source, from 0.
    pub source: u32,
    /// The record, from 1.
    pub record: u64,
    /// The call, if it names one.
    pub call_id: Option<&'a str>,
}
