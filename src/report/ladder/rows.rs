//! The callbacks of a call, in the order in which they are drawn.

use std::collections::HashMap;

use super::lanes::Lanes;
use super::layout::{Sight, offset};
use crate::calls::{Happening, Outcome, Position, Step, Timeline};
use crate::engine::{CallRecords, CallbackRecord};
use crate::report::finding::folded_text;
use crate::rules::CallHit;
use crate::spec::{Family, Finding, Folded, Level, Place, Role, RuleId, Timestamp, V4Command, Word};

/// An instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    /// Unix seconds.
    pub seconds: Timestamp,
    /// Milliseconds, of v4 callbacks alone.
    pub millis: u16,
}

/// What a callback says of one participant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The participant's lane.
    pub lane: usize,
    /// What they did, or what was done to them.
    pub event: &'static str,
}

/// Marks a callback that was delivered again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Copied {
    /// The row of the first delivery.
    pub original: usize,
    /// Which delivery this is, from 2.
    pub number: usize,
    /// Milliseconds between their captures, where both are known.
    pub delay: Option<i64>,
}

/// A finding on a callback.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// How grave it is.
    pub level: Level,
    /// The rule.
    pub rule: RuleId,
    /// What is wrong.
    pub message: String,
    /// The row of the earlier callback that it is held against.
    pub beside: Option<usize>,
    earlier: Option<Position>,
}

impl Remark {
    fn new(level: Level, rule: RuleId, message: &str, earlier: Option<Position>) -> Self {
        Self { level, rule, message: message.to_owned(), beside: None, earlier }
    }

    /// Level, rule and message, and where the other callback stands, as `place` words it.
    pub fn words(&self, place: impl Fn(usize) -> String) -> String {
        let beside = self.beside.map_or_else(String::new, |row| format!(", see {}", place(row)));
        format!("{} {}: {}{beside}", self.level.as_str(), self.rule.name(), self.message)
    }
}

/// A callback.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row<'t> {
    /// The source, as it was named.
    pub source: &'t str,
    /// Record of that source, from 1.
    pub record: u64,
    /// Line on which the record begins; none where the input has changed since it was read.
    pub line: Option<u64>,
    /// When it was captured, in Unix milliseconds.
    pub received_at: Option<i64>,
    /// The family.
    pub family: Family,
    /// True where it concerns the whole call, and not what its users did: a v4 call record, or one without users.
    pub whole: bool,
    /// What it says of whom; the first is the one that acted. Never empty.
    pub marks: Vec<Mark>,
    /// Role of the one that acted.
    pub role: Option<Role>,
    /// `CallResult`.
    pub result: Option<&'static str>,
    /// When it happened; none where that is unknown, so that the row stands by its place in the input.
    pub time: Option<Moment>,
    /// Milliseconds from the call's start.
    pub offset: Option<i64>,
    /// Set for a duplicate.
    pub copied: Option<Copied>,
    /// Seconds in which nothing happened before it, where they are worth saying.
    pub silence: Option<u32>,
    /// The row that it follows from, or that says the same of the other side.
    pub cause: Option<usize>,
    /// The findings on it.
    pub remarks: Vec<Remark>,
    pub(super) position: Position,
}

/// Seconds from which on a silence is said.
const SILENCE: u32 = 10;

impl Row<'_> {
    /// The lane of the one that acted.
    pub fn lane(&self) -> usize {
        self.marks.first().map_or(0, |mark| mark.lane)
    }

    /// What happened.
    pub fn event(&self) -> &'static str {
        self.marks.first().map_or("", |mark| mark.event)
    }

    /// The event, with its result where there is one.
    pub fn label(&self) -> String {
        match self.result {
            Some(result) => format!("{} ({result})", self.event()),
            None => self.event().to_owned(),
        }
    }

    /// What is said of a duplicate: which delivery it is, and how long after the first.
    pub fn again(&self, times: &str) -> Option<String> {
        let copied = self.copied?;
        let delay = copied.delay.map_or_else(String::new, |millis| format!(", {}", offset(millis)));
        Some(format!("again {times}{}{delay}", copied.number))
    }

    /// The findings that say more than the row itself: that a callback is a duplicate is seen, unless the command line
    /// makes more of it than the rule does.
    pub fn told(&self) -> impl Iterator<Item = &Remark> {
        let seen = |remark: &&Remark| {
            let usual = remark.level == remark.rule.rule().level;
            self.copied.is_some() && remark.rule == RuleId::CallDuplicate && usual
        };
        self.remarks.iter().filter(move |remark| !seen(remark))
    }

    /// Where it stands in the input: source and line, or record where the line is unknown.
    pub fn place(&self) -> String {
        self.place_in(self.source)
    }

    /// The same with another name for the source.
    pub fn place_in(&self, source: &str) -> String {
        match self.line {
            Some(line) => format!("{source}:{line}"),
            None => format!("{source} record {}", self.record),
        }
    }
}

/// The rows of a call, in the order in which they are drawn.
pub(super) fn rows<'t>(
    timeline: &Timeline<'t>,
    outcome: &Outcome,
    lanes: &mut Lanes<'t>,
    hits: &[CallHit],
    sight: Sight<'t, '_>,
) -> Vec<Row<'t>> {
    let mut remarks: HashMap<Position, Vec<Remark>> = HashMap::new();
    for hit in hits {
        let earlier = hit.related.as_ref().map(|(position, _)| *position);
        let remark = Remark::new(hit.level, hit.rule, &hit.message, earlier);
        remarks.entry(hit.at).or_default().push(remark);
    }
    let mut drawn: Vec<(Key, Option<Position>, Row<'t>)> = Vec::new();
    let mut keys: HashMap<Position, Key> = HashMap::new();
    let mut before = Key::default();
    for steps in callbacks(&timeline.steps) {
        let head = &steps[0];
        let mut row = row(steps, timeline, lanes, sight);
        row.offset = row.time.zip(outcome.start).map(|(time, start)| {
            (i64::from(time.seconds) - i64::from(start)) * 1000 + i64::from(time.millis)
        });
        row.remarks.extend(remarks.remove(&head.position).unwrap_or_default());
        row.remarks.sort_by_key(|remark| remark.level);
        let key = match (head.original.and_then(|first| keys.get(&first)), row.time) {
            // A duplicate follows the first delivery, and what has no time what stands before it in the input.
            (Some(first), _) => Key { own: Some(head.position), ..*first },
            (None, Some(time)) => {
                Key { time: Some(time), anchor: Some(head.position), own: Some(head.position) }
            }
            (None, None) => Key { own: Some(head.position), ..before },
        };
        keys.insert(head.position, key);
        before = key;
        drawn.push((key, head.original, row));
    }
    drawn.sort_by_key(|(key, ..)| *key);
    let originals: Vec<Option<Position>> = drawn.iter().map(|(_, original, _)| *original).collect();
    let mut rows: Vec<Row<'t>> = drawn.into_iter().map(|(_, _, row)| row).collect();
    mark_copies(&mut rows, &originals);
    let places: HashMap<Position, usize> =
        rows.iter().enumerate().map(|(index, row)| (row.position, index)).collect();
    for remark in rows.iter_mut().flat_map(|row| &mut row.remarks) {
        remark.beside = remark.earlier.and_then(|earlier| places.get(&earlier).copied());
    }
    mark_silence(&mut rows);
    rows
}

/// By what rows are ordered: their time, where that was first told of, and where they stand themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    time: Option<Moment>,
    anchor: Option<Position>,
    own: Option<Position>,
}

/// The steps of each callback.
fn callbacks(steps: &[Step]) -> impl Iterator<Item = &[Step]> {
    steps.chunk_by(|_, next| !next.head)
}

fn row<'t>(steps: &[Step], timeline: &Timeline<'t>, lanes: &mut Lanes<'t>, sight: Sight<'t, '_>) -> Row<'t> {
    let head = &steps[0];
    let record = head.command == Some(V4Command::EndCall);
    // Users that are only listed did nothing, unless there are no others.
    let acts = |step: &&Step| step.happening != Happening::Nothing;
    let mut acting: Vec<&Step> = steps.iter().filter(acts).collect();
    let nobody = acting.is_empty();
    if nobody {
        acting.push(head);
    }
    // The one that places a call stands first.
    acting.sort_by_key(|step| step.happening == Happening::Called);
    let mark = |step: &&Step| Mark { lane: lanes.of_step(timeline, step.user), event: event(step) };
    let marks = acting.iter().map(mark).collect();
    let seen = seen(sight.seen, head.position);
    let source = |index: usize| sight.sources.get(index).map_or("", String::as_str);
    Row {
        source: source(head.position.source()),
        record: head.position.record(),
        line: seen.map(|seen| seen.line),
        received_at: seen.and_then(|seen| seen.received_at),
        family: head.family,
        whole: record || nobody,
        marks,
        role: acting.first().and_then(|step| step.role),
        result: head.result.map(Word::as_str),
        time: head.time.map(|seconds| Moment { seconds, millis: head.millis }),
        offset: None,
        copied: None,
        silence: None,
        cause: None,
        remarks: seen.map_or_else(Vec::new, |seen| remarks(seen, source)),
        position: head.position,
    }
}

fn seen(seen: &CallRecords, position: Position) -> Option<&CallbackRecord> {
    seen.callbacks.get(&position)
}

fn remarks<'s>(seen: &CallbackRecord, source: impl Fn(usize) -> &'s str) -> Vec<Remark> {
    let remark = |finding: &Finding| Remark::new(finding.level, finding.rule, &finding.message, None);
    let folded =
        |folded: &Folded<Place>| Remark::new(folded.level, folded.rule, &folded_text(folded, &source), None);
    seen.findings.iter().map(remark).chain(seen.folds.rows().iter().map(folded)).collect()
}

/// What a step says, in a word.
fn event(step: &Step) -> &'static str {
    match step.happening {
        _ if step.command == Some(V4Command::EndCall) => "call_record",
        Happening::Event(event) => event.map_or("unknown event", Word::as_str),
        Happening::Status => "status",
        Happening::Calling => "start_call",
        Happening::Called => "called",
        Happening::Action(action) => action.map_or("unknown action", Word::as_str),
        Happening::Nothing => match step.command {
            Some(V4Command::StartCall) => "start_call",
            Some(V4Command::MemberChanged) => "member_changed",
            Some(V4Command::EndCall) | None => "unknown event",
        },
    }
}

/// Numbers the deliveries of what was delivered several times.
fn mark_copies(rows: &mut [Row<'_>], originals: &[Option<Position>]) {
    let mut first: HashMap<Position, (usize, usize)> = HashMap::new();
    for index in 0..rows.len() {
        let Some(original) = originals[index] else {
            first.insert(rows[index].position, (index, 1));
            continue;
        };
        if let Some((original, number)) = first.get_mut(&original) {
            *number += 1;
            let captured = rows[index].received_at.zip(rows[*original].received_at);
            let delay = captured.map(|(later, earlier)| later.saturating_sub(earlier));
            rows[index].copied = Some(Copied { original: *original, number: *number, delay });
        }
    }
}

fn mark_silence(rows: &mut [Row<'_>]) {
    let mut last = None;
    for row in rows {
        let Some(time) = row.time.map(|time| time.seconds) else { continue };
        row.silence = last.and_then(|last| time.checked_sub(last)).filter(|silence| *silence >= SILENCE);
        last = Some(time);
    }
}
