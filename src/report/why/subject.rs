//! The call that is explained.

use jiff::tz::TimeZone;

use crate::calls::{LogContext, Outcome, Timeline};
use crate::engine::CallRecords;

/// The call that is explained, and the places of its callbacks.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'s, 't> {
    /// Its callbacks.
    pub timeline: &'s Timeline<'t>,
    /// Its outcome.
    pub outcome: &'s Outcome,
    /// What the log as a whole shows.
    pub log: &'s LogContext,
    /// Its records.
    pub seen: &'s CallRecords,
    /// The names of the sources.
    pub sources: &'s [String],
    /// The zone of times.
    pub zone: &'s TimeZone,
}
