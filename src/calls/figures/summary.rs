//! The figures over many calls, in the terms of ITU-T E.425 and of call centres.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use serde::{Deserialize, Serialize};

use super::concurrency::Concurrency;
use super::groups::GroupName;
use super::histogram::Histogram;
use crate::calls::counts::add_each;
use crate::calls::model::outcome::Outcome;
use crate::calls::store::problems::Problems;
use crate::spec::{CallResult, Timestamp, Word};

/// The figures of a set of calls. Rates, shares and durations are over concluded calls, those with a result.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    /// All calls.
    pub calls: u64,
    /// Calls by result, in the order of [`CallResult`]; those without one at the end.
    outcomes: [u64; CallResult::ALL.len() + 1],
    /// Concluded calls that were answered.
    pub answered: u64,
    /// Calls that the network failed: could not be placed, or lost or interrupted before an answer.
    pub failed: u64,
    /// `talk_seconds`.
    pub talk: Histogram,
    /// `ring_seconds` of answered calls.
    pub time_to_answer: Histogram,
    /// `ring_seconds` of cancelled calls.
    pub time_to_abandon: Histogram,
    /// When calls are in progress.
    concurrency: Concurrency,
    /// Callbacks, duplicates included.
    pub callbacks: u64,
    /// Callbacks that were redelivered.
    pub duplicates: u64,
    /// Different callbacks that are not there exactly twice.
    pub unpaired: u64,
    /// Findings by level.
    pub findings: [u64; 3],
    /// Calls by class, in the order of names; most groups have few calls, which are in few classes.
    classes: Vec<(Cow<'static, str>, u64)>,
}

/// The name of a class of calls that a figure counts; which those are, and which a call is in, the figures say.
pub type ClassName = &'static str;

impl Figures {
    /// Counts a call, with the findings on it and on the records of its callbacks, in each of its classes.
    pub fn add(&mut self, outcome: &Outcome, findings: Problems, classes: impl Iterator<Item = ClassName>) {
        self.calls += 1;
        classes.for_each(|class| self.add_class(Cow::Borrowed(class), 1));
        self.callbacks += outcome.callbacks as u64;
        self.duplicates += outcome.duplicates as u64;
        self.unpaired += outcome.unpaired as u64;
        add_each(&mut self.findings, &findings.counts.map(u64::from));
        let Some(result) = outcome.result else {
            self.outcomes[CallResult::ALL.len()] += 1;
            return;
        };
        self.outcomes[result as usize] += 1;
        self.answered += u64::from(outcome.answered);
        let lost = matches!(result, CallResult::Offline | CallResult::Interrupt) && !outcome.answered;
        self.failed += u64::from(lost || result == CallResult::Failed);
        if let Some(seconds) = outcome.talk_seconds() {
            self.talk.add(seconds);
        }
        if let Some(seconds) = outcome.ring_seconds() {
            if outcome.answered {
                self.time_to_answer.add(seconds);
            }
            if result == CallResult::Cancel {
                self.time_to_abandon.add(seconds);
            }
        }
        if let (Some(accept), Some(end)) = (outcome.accept, outcome.end)
            && accept < end
        {
            self.concurrency.add(accept, end);
        }
    }

    /// Adds the figures of other calls.
    pub fn merge(&mut self, other: &Self) {
        self.calls += other.calls;
        self.answered += other.answered;
        self.failed += other.failed;
        self.callbacks += other.callbacks;
        self.duplicates += other.duplicates;
        self.unpaired += other.unpaired;
        self.talk.merge(&other.talk);
        self.time_to_answer.merge(&other.time_to_answer);
        self.time_to_abandon.merge(&other.time_to_abandon);
        add_each(&mut self.outcomes, &other.outcomes);
        add_each(&mut self.findings, &other.findings);
        for (class, calls) in &other.classes {
            self.add_class(class.clone(), *calls);
        }
        self.concurrency.merge(&other.concurrency);
    }

    /// Where a class is, or would be.
    fn class(&self, class: &str) -> Result<usize, usize> {
        self.classes.binary_search_by(|(name, _)| (**name).cmp(class))
    }

    fn add_class(&mut self, class: Cow<'static, str>, calls: u64) {
        match self.class(&class) {
            Ok(at) => self.classes[at].1 += calls,
            Err(at) => self.classes.insert(at, (class, calls)),
        }
    }

    /// Calls without a result.
    pub fn incomplete(&self) -> u64 {
        self.outcomes[CallResult::ALL.len()]
    }

    /// Calls with a result.
    pub fn concluded(&self) -> u64 {
        self.calls - self.incomplete()
    }

    /// A part of the concluded calls, from 0 to 1; `None` if no call is concluded.
    pub fn share(&self, part: u64) -> Option<f64> {
        (self.concluded() > 0).then(|| part as f64 / self.concluded() as f64)
    }

    /// Calls of a class.
    pub fn in_class(&self, class: ClassName) -> u64 {
        self.class(class).map_or(0, |at| self.classes[at].1)
    }

    /// Calls that ended as that.
    pub fn ended_as(&self, result: CallResult) -> u64 {
        self.outcomes[result as usize]
    }

    /// Calls by result, the strongest first and `incomplete` last; results that do not occur are left out.
    pub fn outcomes(&self) -> impl Iterator<Item = (&'static str, u64)> {
        let words = CallResult::ALL.iter().map(|result| result.as_str()).chain(["incomplete"]);
        words.zip(self.outcomes).filter(|(_, count)| *count > 0)
    }

    /// The most calls that were in progress at once, and when first.
    pub fn peak_concurrency(&self) -> (u64, Option<Timestamp>) {
        self.concurrency.peak()
    }
}

/// The figures of all calls, and of each group of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Of all.
    pub total: Figures,
    /// Of each group, by its key; empty if no grouping is requested.
    pub groups: BTreeMap<GroupName, Figures>,
}

impl Summary {
    /// Counts a call, in its groups if it has any.
    pub fn add(
        &mut self,
        groups: Vec<GroupName>,
        outcome: &Outcome,
        findings: Problems,
        classes: impl Iterator<Item = ClassName> + Clone,
    ) {
        self.total.add(outcome, findings, classes.clone());
        for key in groups {
            self.groups.entry(key).or_default().add(outcome, findings, classes.clone());
        }
    }

    /// Adds another summary.
    pub fn merge(&mut self, other: Self) {
        self.total.merge(&other.total);
        for (key, figures) in other.groups {
            match self.groups.entry(key) {
                Entry::Vacant(entry) => drop(entry.insert(figures)),
                Entry::Occupied(mut entry) => entry.get_mut().merge(&figures),
            }
        }
    }
}
