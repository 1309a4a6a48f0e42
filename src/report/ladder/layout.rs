//! The ladder of a call, before it is drawn.

use jiff::tz::TimeZone;

use super::facts::facts;
use super::lanes::{Lane, Lanes};
use super::relations::{Relation, relations};
use super::rows::{Moment, Row, rows};
use crate::calls::{LogContext, Problems, verdict};
use crate::engine::{CallRecords, JudgedCall};
use crate::report::table::{Cell, call_row};

/// What a ladder is seen by, beside the call itself.
#[derive(Clone, Copy, Debug)]
pub struct Sight<'t, 's> {
    /// The records of the call's callbacks.
    pub seen: &'s CallRecords,
    /// The names of the sources.
    pub sources: &'t [String],
    /// The zone of times.
    pub zone: &'t TimeZone,
    /// What the log as a whole says, for the cause.
    pub log: &'s LogContext,
}

/// A call, ready to be drawn.
#[derive(Debug)]
pub struct Ladder<'t> {
    /// Its id.
    pub call_id: &'t str,
    /// Its row of the table `calls`, with its cause.
    pub exported: [Cell<'t>; 25],
    /// The same in words: what, and what about it.
    pub facts: Vec<(&'static str, String)>,
    /// Who takes part.
    pub lanes: Vec<Lane<'t>>,
    /// The callbacks, in the order in which they are drawn.
    pub rows: Vec<Row<'t>>,
    /// What follows from what, by the row at which it is drawn.
    pub relations: Vec<Relation>,
    zone: &'t TimeZone,
}

impl<'t> Ladder<'t> {
    /// The ladder of a judged call.
    pub fn of(call: &JudgedCall<'_, 't>, sight: Sight<'t, '_>) -> Self {
        let JudgedCall { timeline, outcome, hits } = call;
        let mut lanes = Lanes::of(timeline, outcome);
        let mut rows = rows(timeline, outcome, &mut lanes, hits, sight);
        let relations = relations(&rows, outcome.call_type);
        for relation in &relations {
            rows[relation.to].cause = Some(relation.from);
        }
        let problems: Problems = call.problems();
        let verdict = verdict(timeline, outcome, sight.log);
        let mut ladder = Self {
            call_id: timeline.call_id,
            exported: call_row(timeline, outcome, problems, Some(&verdict)),
            facts: Vec::new(),
            lanes: lanes.list,
            relations,
            rows,
            zone: sight.zone,
        };
        ladder.facts = facts(&ladder, timeline, outcome, problems, &verdict);
        ladder
    }

    /// The relations that are drawn at a row: those whose other end has been drawn before.
    pub fn drawn_at(&self, row: usize) -> &[Relation] {
        let begin = self.relations.partition_point(|relation| relation.drawn_at() < row);
        let end = self.relations.partition_point(|relation| relation.drawn_at() <= row);
        &self.relations[begin..end]
    }

    /// What the zone is called.
    pub fn zone_name(&self) -> String {
        match self.zone.iana_name() {
            Some(name) => name.to_owned(),
            None => {
                self.zone.to_fixed_offset().map_or_else(|_| "local".to_owned(), |offset| offset.to_string())
            }
        }
    }

    /// Date and distance from UTC of a moment, as `2024-01-10 +08:00`.
    pub fn day(&self, time: Moment) -> String {
        self.written(time, "%Y-%m-%d %:z")
    }

    /// Time of day of a moment; of v4 with milliseconds.
    pub fn clock(&self, time: Moment) -> String {
        let clock = self.written(time, "%H:%M:%S");
        if time.millis == 0 { clock } else { format!("{clock}.{:03}", time.millis) }
    }

    fn written(&self, time: Moment, format: &str) -> String {
        jiff::Timestamp::from_second(i64::from(time.seconds)).map_or_else(
            |_| time.seconds.to_string(),
            |instant| instant.to_zoned(self.zone.clone()).strftime(format).to_string(),
        )
    }
}

/// Milliseconds from a call's start, as a person reads them: `+7 s`, `+2:07`.
pub(in crate::report) fn offset(millis: i64) -> String {
    let sign = if millis < 0 { '-' } else { '+' };
    let millis = millis.unsigned_abs();
    let (seconds, rest) = (millis / 1000, millis % 1000);
    let rest = if rest == 0 { String::new() } else { format!(".{rest:03}") };
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{sign}{seconds}{rest} s"),
        (0, minutes, seconds) => format!("{sign}{minutes}:{seconds:02}{rest}"),
        (hours, minutes, seconds) => format!("{sign}{hours}:{minutes:02}:{seconds:02}{rest}"),
    }
}
