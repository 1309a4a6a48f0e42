//! What is asked of a run, and what it comes to.

use std::io;
use std::time::Duration;

use super::tally::ReplayTally;
use crate::spec::{Word, words};

/// The pace of a run.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Most requests in flight.
    pub concurrency: usize,
    /// Most requests a second.
    pub rate: Option<f64>,
    /// True to redeliver what was not accepted, as the vendor does.
    pub retries: bool,
    /// How long to wait while nothing listens; none: what cannot be sent has failed.
    pub wait: Duration,
}

words! {
    /// How a run ended.
    RunEnd {
        /// Everything was sent.
        Done = "done",
        /// It was stopped from outside.
        Stopped = "stopped",
        /// No connection could be made, and no waiting helped.
        Unreachable = "unreachable",
    }
}

/// The result of a run.
#[derive(Debug)]
pub struct RunOutcome {
    /// The counts.
    pub tally: ReplayTally,
    /// How it ended.
    pub end: RunEnd,
    /// How long it took.
    pub took: Duration,
}

/// Why a run broke off.
#[derive(Debug)]
pub enum RunError {
    /// The spool cannot be read.
    Spool(io::Error),
    /// A request broke off in this program.
    Task(String),
}
