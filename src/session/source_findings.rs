//! What the sources of an input turned out to hold, judged once everything is read.
//!
//! Comes in: the totals of the input, and how its sources came to be read. Goes out: findings on sources, counted in the
//! totals. Must not: read, or print.

use crate::calls::{CapturedTwice, Problems, Totals};
use crate::engine::range_finding;
use crate::rules::{NotLogs, RuleOptions, SourceHit, SourceOrigin, judge_captured_twice, judge_source};
use crate::source::Sources;
use crate::spec::Finding;

/// What sources came to.
#[derive(Debug, Default)]
pub(super) struct SourceFindings {
    /// In the order of the input.
    pub(super) findings: Vec<Finding>,
    /// True if something was read, and nothing of it has to do with callbacks.
    pub(super) is_nothing: bool,
}

impl SourceFindings {
    /// Judges every source that was read, and counts what is found.
    pub(super) fn of(
        totals: &mut Totals,
        sources: &Sources,
        twice: &CapturedTwice,
        allow_empty: bool,
        rules: &RuleOptions,
    ) -> Self {
        let origin =
            |index: usize| SourceOrigin { folder: sources.input_of(index).and_then(|it| it.folder.clone()) };
        let facts = totals.sources.iter().map(|(index, facts)| (*index, facts));
        let not_logs = NotLogs::of(facts, origin, allow_empty);
        let (mut findings, mut problems) = (Vec::new(), Problems::default());
        let mut copies = sources.source_names().with(|name| judge_captured_twice(twice, name, rules));
        for (index, facts) in &totals.sources {
            let reported = not_logs.reported.iter().find(|(source, ..)| source == index);
            let not_a_log = reported.map(|(_, level, files)| (*level, *files));
            for SourceHit { hit, reach } in judge_source(facts, not_a_log, rules) {
                problems.add(hit.level);
                findings.push(range_finding(hit, *index, &reach));
            }
            for (_, SourceHit { hit, reach }) in copies.extract_if(.., |(source, _)| source == index) {
                problems.add(hit.level);
                findings.push(range_finding(hit, *index, &reach));
            }
        }
        totals.add_findings(problems);
        Self { findings, is_nothing: not_logs.is_all }
    }
}
