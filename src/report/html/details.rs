//! What is kept of the calls that the page lists: who took part, findings, and ladders.

use std::collections::HashMap;

use super::aliases::{Aliases, NameKind};
use super::chunk::{CallExtras, Chunk, PackedRow};
use super::columns::PackedColumns;
use super::numbers::Dictionary;
use crate::calls::Verdict;
use crate::engine::JudgedCall;
use crate::report::ladder::{Ladder, LadderRow, Lane, Moment};
use crate::spec::{Cause, RuleId, Word};

/// Calls whose ladders are read at once.
pub(super) const CALLS_OF_CHUNK: usize = 500;

/// The calls that the page lists.
#[derive(Debug)]
pub struct CallDetails<'a> {
    pub(super) aliases: &'a Aliases,
    /// The sources, as they are shown.
    pub(super) sources: Vec<String>,
    source_index: HashMap<&'a str, usize>,
    pub(super) ids: Vec<String>,
    pub(super) users: Dictionary<String>,
    pub(super) rooms: Dictionary<String>,
    /// For each call its number among all calls, its room, and how many users and findings it has.
    call: Vec<u32>,
    room: Vec<u32>,
    user_count: Vec<u32>,
    finding_count: Vec<u32>,
    /// For each user of each call: who, and 1 for the caller, 2 for a callee.
    user: Vec<u32>,
    role: Vec<u32>,
    /// For each finding of each call.
    rule: Vec<u32>,
    level: Vec<u32>,
    chunk: Chunk,
    /// Ladders of [`CALLS_OF_CHUNK`] calls each, as JSON.
    pub(super) chunks: Vec<Vec<u8>>,
}

impl<'a> CallDetails<'a> {
    /// None yet. `sources` are the names of the inputs.
    pub fn new(aliases: &'a Aliases, sources: &'a [String]) -> Self {
        let mut source_index = HashMap::new();
        for (index, source) in sources.iter().enumerate() {
            source_index.entry(source.as_str()).or_insert(index);
        }
        Self {
            aliases,
            sources: sources.iter().map(|name| aliases.of(NameKind::Source, name).into_owned()).collect(),
            source_index,
            ids: Vec::new(),
            users: Dictionary::default(),
            rooms: Dictionary::default(),
            call: Vec::new(),
            room: Vec::new(),
            user_count: Vec::new(),
            finding_count: Vec::new(),
            user: Vec::new(),
            role: Vec::new(),
            rule: Vec::new(),
            level: Vec::new(),
            chunk: Chunk::default(),
            chunks: Vec::new(),
        }
    }

    /// Adds the call with that number among all calls.
    ///
    /// # Errors
    /// If its ladder cannot be written, which does not happen.
    pub fn add(
        &mut self,
        number: usize,
        call: &JudgedCall<'_>,
        verdict: &Verdict,
        ladder: &Ladder<'_>,
    ) -> serde_json::Result<()> {
        let shown = |kind: NameKind, name: &str| self.aliases.of(kind, name).into_owned();
        let outcome = &call.outcome;
        self.call.push(u32::try_from(number).unwrap_or(u32::MAX));
        self.ids.push(shown(NameKind::Call, &call.call_id()));
        let room = outcome.room_id.and_then(|room| call.texts().get(room));
        self.room.push(self.rooms.of(room.map(|room| shown(NameKind::Room, room))));
        let caller = outcome.caller.and_then(|caller| call.texts().get(caller));
        let mut users = 0;
        for lane in &ladder.lanes {
            let Some(user) = lane.user else { continue };
            users += 1;
            self.user.push(self.users.of(Some(shown(NameKind::User, user))).saturating_sub(1));
            let is_callee = matches!(lane.role, "callee" | "both");
            self.role.push(u32::from(Some(user) == caller) + 2 * u32::from(is_callee));
        }
        self.user_count.push(users);
        let before = self.rule.len();
        for remark in ladder.rows.iter().flat_map(|row| &row.remarks) {
            self.rule.push(remark.rule as u32);
            self.level.push(remark.level as u32);
        }
        self.finding_count.push(u32::try_from(self.rule.len() - before).unwrap_or(u32::MAX));
        let start = outcome.start.or(outcome.earliest);
        self.add_ladder(ladder, verdict, start.map(|seconds| Moment { seconds, millis: 0 }));
        if self.chunk.calls() == CALLS_OF_CHUNK {
            self.end_chunk()?;
        }
        Ok(())
    }

    fn add_ladder(&mut self, ladder: &Ladder<'_>, verdict: &Verdict, start: Option<Moment>) {
        let mut last = start;
        for row in &ladder.rows {
            let before = last.map_or(0, Moment::milliseconds);
            let wait = row.time.map(|time| time.milliseconds() - before);
            last = row.time.or(last);
            let events = row.marks.iter().map(|mark| (mark.lane, mark.event.as_str()));
            self.chunk.row(PackedRow {
                whole: row.whole,
                label: row.label(),
                marks: events.collect(),
                wait,
                source: self.source_index.get(row.source).copied().unwrap_or(0),
                record: row.record,
                line: row.line,
            });
        }
        let extras = self.extras(ladder, verdict);
        self.chunk.call(ladder.rows.len(), extras);
    }

    fn extras(&mut self, ladder: &Ladder<'_>, verdict: &Verdict) -> CallExtras {
        let mut lanes = Vec::with_capacity(ladder.lanes.len());
        for lane in &ladder.lanes {
            let platform = lane.platform.map(|name| self.aliases.of(NameKind::Platform, name));
            let shown = Lane { platform: platform.as_deref(), ..lane.clone() };
            let kind = i64::from(self.chunk.text(&shown.kind()));
            lanes.push(if lane.user.is_some() { kind } else { -1 - kind });
        }
        let relations = ladder.relations.iter().map(|it| (it.from, it.to, u8::from(it.mutual))).collect();
        let (mut copies, mut findings) = (Vec::new(), Vec::new());
        for (index, row) in ladder.rows.iter().enumerate() {
            copies.extend(row.copied.map(|copied| (index, copied.original, copied.number, copied.delay)));
            for remark in &row.remarks {
                // Messages quote names, which the rule's own summary does not.
                let message = if self.aliases.hide() { remark.rule.rule().summary } else { &remark.message };
                let message = self.chunk.text(message);
                findings.push((index, remark.rule as usize, remark.level as usize, message, remark.beside));
            }
        }
        let of = |cause: Cause| Cause::ALL.iter().position(|it| *it == cause);
        let contributing = verdict.contributing.iter().filter_map(|cause| of(*cause)).collect();
        let deciding = self.deciding(ladder, verdict);
        (lanes, relations, copies, findings, deciding, verdict.alternative.and_then(of), contributing)
    }

    /// The rows that decide the cause.
    fn deciding(&self, ladder: &Ladder<'_>, verdict: &Verdict) -> Vec<usize> {
        let source = |row: &LadderRow<'_>| self.source_index.get(row.source).copied();
        let places: Vec<_> = verdict.deciding.iter().map(|at| (Some(at.source()), at.record())).collect();
        let rows = ladder.rows.iter().enumerate();
        rows.filter(|(_, row)| places.contains(&(source(row), row.record))).map(|(index, _)| index).collect()
    }

    fn end_chunk(&mut self) -> serde_json::Result<()> {
        let chunk = std::mem::take(&mut self.chunk);
        if chunk.calls() > 0 {
            self.chunks.push(chunk.json()?);
        }
        Ok(())
    }

    /// Packs them.
    pub(super) fn pack(&mut self, packed: &mut PackedColumns) -> serde_json::Result<()> {
        self.end_chunk()?;
        packed.put_deltas("call", self.call.iter().copied());
        for (name, column) in [
            ("room", &self.room),
            ("userCount", &self.user_count),
            ("findingCount", &self.finding_count),
            ("user", &self.user),
            ("role", &self.role),
            ("rule", &self.rule),
            ("level", &self.level),
        ] {
            packed.put(name, column.iter().copied());
        }
        Ok(())
    }
}

/// The rules, as the page names them.
pub(super) fn rules() -> impl Iterator<Item = (&'static str, &'static str)> {
    crate::spec::RULES.iter().map(|rule: &crate::spec::Rule| (RuleId::name(rule.id), rule.summary))
}
