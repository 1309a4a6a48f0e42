//! The callbacks of a call, in the order in which they are drawn.

use std::collections::HashMap;

use jiff::tz::TimeZone;

use super::lanes::Lanes;
use super::moment::Moment;
use super::row::{Copied, LadderRow, LaneMark, Remark};
use crate::calls::{Happening, Outcome, Position, Step, TextId, Timeline};
use crate::engine::{CallRecords, CallbackRecord};
use crate::report::finding::folded_text;
use crate::rules::CallHit;
use crate::spec::{CallResult, Event, Finding, Folded, Place, V4Command, Word};

/// What is drawn in addition to the call itself.
#[derive(Clone, Copy, Debug)]
pub struct LadderInput<'t, 's> {
    /// The records of the call's callbacks.
    pub seen: &'s CallRecords,
    /// The names of the sources.
    pub sources: &'t [String],
    /// The zone of times.
    pub zone: &'t TimeZone,
}

/// Shortest silence that is shown, in milliseconds.
const SILENCE: i64 = 10_000;

/// The rows of a call, in the order in which they are drawn.
pub(super) fn rows<'t>(
    timeline: &Timeline<'t>,
    outcome: &Outcome,
    lanes: &mut Lanes<'t>,
    hits: &[CallHit],
    input: LadderInput<'t, '_>,
) -> Vec<LadderRow<'t>> {
    let mut remarks: HashMap<Position, Vec<Remark>> = HashMap::new();
    for hit in hits {
        let earlier = hit.related.as_ref().map(|(position, _)| *position);
        let remark = Remark::new(hit.level, hit.rule, &hit.message, earlier);
        remarks.entry(hit.at).or_default().push(remark);
    }
    let mut drawn: Vec<(DrawingOrder, Option<Position>, LadderRow<'t>)> = Vec::new();
    let mut keys: HashMap<Position, DrawingOrder> = HashMap::new();
    let mut before = DrawingOrder::default();
    for steps in callbacks(&timeline.steps) {
        let head = &steps[0];
        let mut row = row(steps, timeline, lanes, input);
        row.offset =
            row.time.zip(outcome.start).map(|(time, start)| time.milliseconds() - i64::from(start) * 1000);
        row.remarks.extend(remarks.remove(&head.position).unwrap_or_default());
        row.remarks.sort_by_key(|remark| remark.level);
        let key = match (head.original.and_then(|first| keys.get(&first)), row.time) {
            // A duplicate follows the first delivery; a callback without a time follows the one before it in the input.
            (Some(first), _) => DrawingOrder { own: Some(head.position), ..*first },
            (None, Some(time)) => {
                DrawingOrder { time: Some(time), anchor: Some(head.position), own: Some(head.position) }
            }
            (None, None) => DrawingOrder { own: Some(head.position), ..before },
        };
        keys.insert(head.position, key);
        before = key;
        drawn.push((key, head.original, row));
    }
    drawn.sort_by_key(|(key, ..)| *key);
    let originals: Vec<Option<Position>> = drawn.iter().map(|(_, original, _)| *original).collect();
    let mut rows: Vec<LadderRow<'t>> = drawn.into_iter().map(|(_, _, row)| row).collect();
    mark_copies(&mut rows, &originals);
    let places: HashMap<Position, usize> =
        rows.iter().enumerate().map(|(index, row)| (row.position, index)).collect();
    for remark in rows.iter_mut().flat_map(|row| &mut row.remarks) {
        remark.beside = remark.earlier.and_then(|earlier| places.get(&earlier).copied());
    }
    mark_silence(&mut rows);
    mark_days(&mut rows, input.zone);
    rows
}

/// The order of rows: by time, by the place of the first delivery, then by their own place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct DrawingOrder {
    time: Option<Moment>,
    anchor: Option<Position>,
    own: Option<Position>,
}

/// The steps of each callback.
fn callbacks(steps: &[Step]) -> impl Iterator<Item = &[Step]> {
    steps.chunk_by(|_, next| !next.head)
}

fn row<'t>(
    steps: &[Step],
    timeline: &Timeline<'t>,
    lanes: &mut Lanes<'t>,
    input: LadderInput<'t, '_>,
) -> LadderRow<'t> {
    let head = &steps[0];
    let record = head.command == Some(V4Command::EndCall);
    // Users that are only listed did nothing, unless the callback lists nobody else.
    let acts = |step: &&Step| step.happening != Happening::Nothing;
    let mut acting: Vec<&Step> = steps.iter().filter(acts).collect();
    let nobody = acting.is_empty();
    if nobody {
        acting.push(head);
    }
    // The one who places a call comes first.
    acting.sort_by_key(|step| step.happening == Happening::Called);
    let mark = |step: &&Step| {
        let user = if lanes.has(step.user) { step.user } else { TextId::NONE };
        LaneMark { lane: lanes.of_step(timeline, user), event: step.name() }
    };
    let marks = acting.iter().map(mark).collect();
    let seen = seen(input.seen, head.position);
    let source = |index: usize| input.sources.get(index).map_or("", String::as_str);
    LadderRow {
        source: source(head.position.source()),
        record: head.position.record(),
        line: seen.map(|seen| seen.line),
        received_at: seen.and_then(|seen| seen.received_at),
        family: head.family,
        whole: record || nobody,
        marks,
        role: acting.first().and_then(|step| step.role),
        stands_for: stands_for(head),
        result: head.result.map(Word::as_str),
        time: head.time.map(|seconds| Moment { seconds, millis: head.millis }),
        offset: None,
        copied: None,
        silence: None,
        day: None,
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

/// The event that a callback of the event or status family stands for.
fn stands_for(step: &Step) -> Option<Event> {
    match step.happening {
        // Whatever its role.
        Happening::Event(event) => event,
        // The server lost one user: the other side does not end with it.
        Happening::Status if step.result == Some(CallResult::Offline) => None,
        Happening::Status => step.as_event(),
        Happening::Calling | Happening::Called | Happening::Action(_) | Happening::Nothing => None,
    }
}

/// Numbers the deliveries of redelivered callbacks.
fn mark_copies(rows: &mut [LadderRow<'_>], originals: &[Option<Position>]) {
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

fn mark_silence(rows: &mut [LadderRow<'_>]) {
    let mut last = None;
    for row in rows {
        let Some(time) = row.time.map(Moment::milliseconds) else { continue };
        let silence = last.map(|last| time - last).filter(|silence| *silence >= SILENCE);
        row.silence = silence.and_then(|silence| u32::try_from(silence / 1000).ok());
        last = Some(time);
    }
}

fn mark_days(rows: &mut [LadderRow<'_>], zone: &TimeZone) {
    let mut last = String::new();
    for row in rows {
        let Some(day) = row.time.map(|time| time.day(zone)).filter(|day| *day != last) else { continue };
        last.clone_from(&day);
        row.day = Some(day);
    }
}
