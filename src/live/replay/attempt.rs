//! One request of a run, as its observer sees it.

use std::time::Duration;

use super::answer::Answer;
use super::chaos::ChaosMarks;

/// A request that is done, with its answer.
#[derive(Clone, Copy, Debug)]
pub struct Attempt<'a> {
    /// The source of the callback, from 0.
    pub source: u32,
    /// The record of the callback, from 1.
    pub record: u64,
    /// The call, where the callback names one.
    pub call_id: Option<&'a str>,
    /// 1, or 2 for the second of two deliveries.
    pub copy: u8,
    /// What chaos did to the delivery.
    pub marks: ChaosMarks,
    /// Which request of the delivery it is, from 1.
    pub number: u8,
    /// True where no other follows.
    pub is_last: bool,
    /// When the delivery was due, from the begin of the run; none where all were due at once.
    pub planned: Option<Duration>,
    /// When the request was sent, from the begin of the run.
    pub sent: Duration,
    /// What came of it.
    pub answer: &'a Answer,
}

/// A callback that chaos dropped.
#[derive(Clone, Copy, Debug)]
pub struct Dropped<'a> {
    /// The source, from 0.
    pub source: u32,
    /// The record, from 1.
    pub record: u64,
    /// The call, where it names one.
    pub call_id: Option<&'a str>,
}
