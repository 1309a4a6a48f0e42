//! The ladder of a call, before it is drawn.

use std::borrow::Cow;

use jiff::tz::TimeZone;

use super::facts::facts;
use super::lanes::{Lane, Lanes};
use super::moment::Moment;
use super::relations::{Relation, relations};
use super::row::{LadderRow, LaneMark};
use super::rows::{LadderInput, rows};
use crate::calls::{StepName, Verdict};
use crate::engine::JudgedCall;
use crate::report::catalog::cell::Cell;
use crate::report::catalog::columns::calls::CallRow;
use crate::report::catalog::columns::column::TableRow;
use crate::report::catalog::columns::table::Table;

/// A call, ready to be drawn.
#[derive(Debug)]
pub struct Ladder<'t> {
    /// Its id.
    pub call_id: Cow<'t, str>,
    /// Its row of the table `calls`: each column's name and value.
    pub exported: Vec<(&'static str, Cell<'t>)>,
    /// The same in words: the name of each fact, and the fact.
    pub facts: Vec<(&'static str, String)>,
    /// Who takes part.
    pub lanes: Vec<Lane<'t>>,
    /// The callbacks, in the order in which they are drawn.
    pub rows: Vec<LadderRow<'t>>,
    /// What follows from what, by the row at which it is drawn.
    pub relations: Vec<Relation>,
    zone: &'t TimeZone,
}

/// A line from one lane to another, with a head at its end, or at both ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arrow {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) mutual: bool,
}

impl<'t> Ladder<'t> {
    /// The ladder of a judged call of that cause.
    pub fn of(call: &JudgedCall<'t>, verdict: &Verdict, input: LadderInput<'t, '_>) -> Self {
        let (timeline, JudgedCall { outcome, hits, .. }) = (call.timeline(), call);
        let mut lanes = Lanes::of(timeline, outcome);
        let mut rows = rows(timeline, outcome, &mut lanes, hits, input);
        let relations = relations(&rows, outcome.call_type);
        for relation in &relations {
            rows[relation.to].cause = Some(relation.from);
        }
        let exported = CallRow {
            call_id: call.call_id(),
            texts: call.texts(),
            outcome,
            problems: call.problems(),
            verdict: Some(verdict),
        };
        let columns = Table::Calls.columns().iter().enumerate();
        Self {
            call_id: call.call_id(),
            exported: columns.map(|(index, column)| (column.name, exported.cell(index))).collect(),
            facts: facts(&exported, verdict, input.zone),
            lanes: lanes.list,
            relations,
            rows,
            zone: input.zone,
        }
    }

    /// The relations that are drawn at a row: those whose other end has been drawn before.
    pub fn drawn_at(&self, row: usize) -> &[Relation] {
        let begin = self.relations.partition_point(|relation| relation.drawn_at() < row);
        let end = self.relations.partition_point(|relation| relation.drawn_at() <= row);
        &self.relations[begin..end]
    }

    /// The arrows that are drawn at a row: to the users it calls, then those of its relations.
    pub(super) fn arrows(&self, row: usize) -> Vec<Arrow> {
        let lane = |row: usize| self.rows[row].lane();
        let own = lane(row);
        let called = |mark: &&LaneMark| mark.event == StepName::Called && mark.lane != own;
        let called = self.rows[row].marks.iter().filter(called);
        let called = called.map(|mark| Arrow { from: own, to: mark.lane, mutual: false });
        let relations = self.drawn_at(row).iter();
        let relations = relations.map(|Relation { from, to, mutual, .. }| Arrow {
            from: lane(*from),
            to: lane(*to),
            mutual: *mutual,
        });
        called.chain(relations).collect()
    }

    /// The name of the zone.
    pub fn zone_name(&self) -> String {
        zone_name(self.zone)
    }

    /// Date and distance from UTC of a moment, as `2024-01-10 +08:00`.
    pub fn day(&self, time: Moment) -> String {
        time.day(self.zone)
    }

    /// Time of day of a moment; with milliseconds for v4.
    pub fn clock(&self, time: Moment) -> String {
        time.clock(self.zone)
    }
}

/// The name of a zone.
pub fn zone_name(zone: &TimeZone) -> String {
    match zone.iana_name() {
        Some(name) => name.to_owned(),
        None => zone.to_fixed_offset().map_or_else(|_| "local".to_owned(), |offset| offset.to_string()),
    }
}
