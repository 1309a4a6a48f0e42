//! Whether a call is wanted: everything that a filter can ask for, looked up as far as it has to be.
//!
//! Comes in: a filter, and judged calls. Goes out: whether each is wanted. Must not: work out the cause of a call, which
//! needs the whole log, unless the filter asks for it.

use std::sync::atomic::{AtomicBool, Ordering};

use super::analysis::Analysis;
use super::judge::JudgedCall;
use crate::calls::{Filter, LogContext, verdict};
use crate::rules::RuleOptions;
use crate::spec::RuleSet;
use crate::spill::SpillError;

/// Which calls of an input are wanted.
#[derive(Debug)]
pub struct Selection {
    filter: Filter,
    chooses_all: bool,
    sought: RuleSet,
    /// What causes depend on, if the filter asks for causes.
    log: Option<LogContext>,
    /// True once a call was wanted.
    has_chosen: AtomicBool,
}

impl Selection {
    /// Those that a filter chooses. `rules` are those that the calls were read and are judged with.
    ///
    /// # Errors
    /// Returns an error if calls that are kept outside of memory cannot be read.
    pub fn new(
        filter: Filter,
        rules: &RuleOptions,
        analysis: &Analysis,
        threads: usize,
    ) -> Result<Self, SpillError> {
        let log = match filter.needs_cause() {
            true => Some(analysis.log(threads)?),
            false => None,
        };
        Ok(Self {
            chooses_all: filter.is_empty(),
            filter,
            sought: rules.sought,
            log,
            has_chosen: AtomicBool::default(),
        })
    }

    /// True if every call is wanted.
    pub fn chooses_all(&self) -> bool {
        self.chooses_all
    }

    /// True if any call that was asked about is wanted.
    pub fn has_chosen(&self) -> bool {
        self.has_chosen.load(Ordering::Relaxed)
    }

    /// True if a call is wanted.
    pub fn chooses(&self, call: &JudgedCall<'_>) -> bool {
        let chooses = self.fits(call);
        // Threads share the flag, so it is written once.
        if chooses && !self.has_chosen() {
            self.has_chosen.store(true, Ordering::Relaxed);
        }
        chooses
    }

    fn fits(&self, call: &JudgedCall<'_>) -> bool {
        let (filter, outcome) = (&self.filter, &call.outcome);
        self.chooses_all
            || filter.chooses_outcome(&call.call_id(), call.texts(), outcome)
                && (!filter.needs_timeline() || filter.chooses_timeline(call.timeline(), outcome))
                && (!filter.with_finding || self.has_finding(call))
                && self
                    .log
                    .as_ref()
                    .is_none_or(|log| filter.chooses_verdict(&verdict(call.timeline(), outcome, log)))
    }

    fn has_finding(&self, call: &JudgedCall<'_>) -> bool {
        call.hits.iter().any(|hit| self.sought.contains(hit.rule)) || call.problems().sought > 0
    }
}
