//! A log → the plan of a replay, and its messages.

use std::collections::HashSet;

use anyhow::{Context, anyhow};

use super::inputs::Inputs;
use crate::calls::{CallTable, Filter, Timeline, outcome};
use crate::cli::FilterArgs;
use crate::decode::{Damage, DamageKind, Opened, Shape, captured};
use crate::engine::{Block, RecordView};
use crate::framing::PieceKind;
use crate::live::replay::{Found, LeftOut, Message, Planner, Spool};
use crate::rules::RuleOptions;
use crate::spec::RuleId;

/// What is to be sent.
#[derive(Debug)]
pub(super) struct Gathered {
    pub(super) planner: Planner,
    pub(super) spool: Spool,
    pub(super) left_out: LeftOut,
}

/// The calls that are wanted; all where none are named.
type Wanted = Option<HashSet<String>>;

/// Reads the callbacks of the calls that are wanted. A filter chooses whole calls, so it needs a look beforehand.
pub(super) fn gather(inputs: &mut Inputs<'_>, filter: &FilterArgs) -> anyhow::Result<Gathered> {
    let rules = RuleOptions::default();
    let wanted = if filter.is_empty() { None } else { Some(choose(inputs, filter, &rules)?) };
    let spool = Spool::new().context(SPOOL)?;
    let mut gathered = Gathered { planner: Planner::default(), spool, left_out: LeftOut::default() };
    let look = |found: &mut Batch, block: &Block, view: RecordView<'_>| found.look(block, &view, &wanted);
    inputs.analyse_records(&rules, look, |batch| gathered.take(batch))?;
    Ok(gathered)
}

const SPOOL: &str = "cannot keep the callbacks in a temporary file";

fn choose(
    inputs: &mut Inputs<'_>,
    filter: &FilterArgs,
    rules: &RuleOptions,
) -> anyhow::Result<HashSet<String>> {
    inputs.sources.keep_pipes();
    let analysis = inputs.analyse(rules, |(): &mut (), _, _| {}, |_| Ok(()))?;
    let filter: Filter = filter.filter(analysis.totals.newest).map_err(|text| anyhow!(text))?;
    let look = |chosen: &mut Vec<String>, _: &CallTable, timeline: &Timeline<'_>| {
        if filter.chooses(timeline, &outcome(timeline)) {
            chosen.push(timeline.call_id.to_owned());
        }
    };
    Ok(analysis.each_call(inputs.threads, Vec::new, look)?.into_iter().flatten().collect())
}

/// A callback of a block; its message stands in the batch.
#[derive(Debug)]
struct Callback {
    source: u32,
    record: u64,
    call_id: Option<String>,
    received_at: Option<i64>,
    event_time: Option<i64>,
    length: usize,
}

/// The callbacks of a block.
#[derive(Debug, Default)]
struct Batch {
    callbacks: Vec<Callback>,
    messages: Vec<u8>,
    left_out: LeftOut,
}

impl Batch {
    fn look(&mut self, block: &Block, view: &RecordView<'_>, wanted: &Wanted) {
        let (piece, place, opened, checked) = match view {
            RecordView::Blank { .. } | RecordView::More { .. } => return,
            RecordView::Skipped { .. } | RecordView::Damaged { .. } => {
                self.left_out.skipped += 1;
                return;
            }
            RecordView::Record { piece, place, opened, checked } => (piece, place, opened, checked),
        };
        let callback = checked.callback;
        // What a whole request carried is sent, though nobody can read which call it belongs to.
        let is_sent = callback.is_some() || is_opaque(opened);
        let Some((_, body)) = opened.raw_body.as_ref().filter(|_| is_sent) else {
            let is_other = checked.hits.iter().any(|hit| hit.rule == RuleId::BodyUnrecognised);
            let counter = if is_other { &mut self.left_out.unrecognised } else { &mut self.left_out.damaged };
            *counter += 1;
            return;
        };
        let call_id = callback.and_then(|callback| callback.call_id.as_deref());
        // What belongs to no call is wanted only where nothing is chosen.
        if let Some(wanted) = wanted
            && !call_id.is_some_and(|id| wanted.contains(id))
        {
            self.left_out.unwanted += 1;
            return;
        }
        let request = match piece.kind {
            PieceKind::Request(index) => block.frame.requests.get(index),
            PieceKind::Line | PieceKind::Blank | PieceKind::Skipped(_) => None,
        };
        let around = captured(place.bytes, request);
        let header = |(name, value): (_, _)| (owned(name), owned(value));
        let message = Message {
            call_id: call_id.map(str::to_owned),
            method: opened.method.as_ref().map_or_else(|| "POST".to_owned(), |(it, _)| it.to_string()),
            query: around.query.map(owned),
            headers: around.headers.into_iter().map(header).collect(),
            body: body.to_vec(),
        };
        let before = self.messages.len();
        message.write(&mut self.messages);
        let event_time =
            callback.and_then(|it| Some(i64::from(it.event_time?) * 1000 + i64::from(it.millis)));
        self.callbacks.push(Callback {
            source: place.position.source() as u32,
            record: place.position.record(),
            call_id: message.call_id,
            received_at: callback.map_or(opened.received_at, |callback| callback.received_at),
            event_time,
            length: self.messages.len() - before,
        });
    }
}

/// True for a whole request whose body is no text.
fn is_opaque(opened: &Opened<'_>) -> bool {
    let is_no_text = |damage: &Damage| damage.kind == DamageKind::NotUtf8;
    opened.shape != Shape::Bare && matches!(&opened.body, Some(Err((damage, _))) if is_no_text(damage))
}

fn owned(bytes: std::borrow::Cow<'_, [u8]>) -> Vec<u8> {
    bytes.into_owned()
}

impl Gathered {
    /// Takes the callbacks of a block, which come in the order of the log.
    fn take(&mut self, batch: &mut Batch) -> anyhow::Result<()> {
        let mut at = self.spool.append(&batch.messages).context(SPOOL)?;
        batch.messages.clear();
        self.left_out.merge(&std::mem::take(&mut batch.left_out));
        for callback in batch.callbacks.drain(..) {
            let length = u32::try_from(callback.length).context("a callback of over 4 GiB cannot be sent")?;
            self.planner.add(&Found {
                source: callback.source,
                record: callback.record,
                call_id: callback.call_id.as_deref(),
                received_at: callback.received_at,
                event_time: callback.event_time,
                at,
                length,
            });
            at += u64::from(length);
        }
        Ok(())
    }
}
