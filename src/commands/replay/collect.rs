//! A log → the plan of a replay, and its messages.

use std::collections::HashSet;

use anyhow::{Context, ensure};

use crate::calls::Position;
use crate::cli::{FilterArgs, Terminal};
use crate::commands::chosen_calls::{say_if_none, selection};
use crate::decode::{Damage, DamageKind, Opened, Shape, captured};
use crate::engine::{Block, JudgedCall, RecordView, RecordVisitor, judge_calls};
use crate::live::replay::{CapturedCallback, LeftOut, Message, Planner, Spool};
use crate::rules::RuleOptions;
use crate::session::Inputs;
use crate::spec::RuleId;

/// What is to be sent.
#[derive(Debug)]
pub(super) struct Collected {
    pub(super) planner: Planner,
    pub(super) spool: Spool,
    pub(super) left_out: LeftOut,
}

/// Reads the callbacks of the calls that are wanted. A filter chooses whole calls, and what was captured twice is known
/// once all calls are, so that needs a pass of its own beforehand.
///
/// # Errors
/// Returns an error if the filter cannot be used, or the callbacks cannot be kept.
pub(super) fn collect(
    inputs: &mut Inputs,
    filter: &FilterArgs,
    terminal: Terminal,
) -> anyhow::Result<Collected> {
    let rules = filter.seek(RuleOptions::default())?;
    let selected = select(inputs, filter, &rules, terminal)?;
    let spool = Spool::new().context(SPOOL)?;
    let mut collected = Collected { planner: Planner::default(), spool, left_out: LeftOut::default() };
    let totals = inputs.read_records(&rules, &selected, |block| collected.take(block))?;
    inputs.check_contents(&totals)?;
    Ok(collected)
}

const SPOOL: &str = "cannot keep the callbacks in a temporary file";

/// Chooses the calls of a filter, and of what was captured twice what counts.
fn select(
    inputs: &mut Inputs,
    filter: &FilterArgs,
    rules: &RuleOptions,
    terminal: Terminal,
) -> anyhow::Result<Collect> {
    inputs.sources.keep_pipes();
    let analysis = inputs.analyse(rules)?;
    let chooses_all = filter.is_empty();
    if chooses_all && analysis.captured_twice().is_empty() {
        return Ok(Collect { wanted: None, set_aside: HashSet::new() });
    }
    let selection = selection(filter, rules, &analysis, inputs.threads)?;
    let look = |(ids, set_aside): &mut (Vec<String>, Vec<Position>), call: &JudgedCall<'_>| {
        set_aside.extend(&call.timeline().set_aside);
        if !chooses_all && selection.chooses(call) {
            ids.push(call.call_id().into_owned());
        }
    };
    let (mut wanted, mut set_aside) = (HashSet::new(), HashSet::new());
    for (ids, positions) in judge_calls(&analysis, rules, inputs.threads, Default::default, look)? {
        wanted.extend(ids);
        set_aside.extend(positions);
    }
    if !chooses_all {
        say_if_none(&selection, filter, &analysis, inputs.threads, terminal)?;
    }
    Ok(Collect { wanted: (!chooses_all).then_some(wanted), set_aside })
}

/// Takes the callbacks of the wanted calls from records.
struct Collect {
    /// The ids of the calls; none for all callbacks.
    wanted: Option<HashSet<String>>,
    /// Where the callbacks are that were captured twice, so that another one is sent for them.
    set_aside: HashSet<Position>,
}

/// The callbacks of a block.
#[derive(Debug, Default)]
struct CollectedBlock {
    /// Their messages stand among those of the block.
    callbacks: Vec<CapturedCallback>,
    messages: Vec<u8>,
    left_out: LeftOut,
}

impl RecordVisitor for Collect {
    type Output = CollectedBlock;

    fn visit(&self, found: &mut CollectedBlock, _: &Block, view: RecordView<'_>) {
        let (place, record, checked) = match view {
            RecordView::Blank { .. } | RecordView::Other { .. } => return,
            RecordView::Skipped { .. } | RecordView::Damaged { .. } => {
                found.left_out.skipped += 1;
                return;
            }
            RecordView::Record { place, record, checked, .. } => (place, record, checked),
        };
        let (callback, opened) = (record.callback(), &record.opened);
        if opened.wrapping.is_refused {
            found.left_out.refused += 1;
            return;
        }
        // What a whole request carried is sent, though nobody can read which call it belongs to.
        let is_sent = callback.is_some() || is_opaque(opened);
        let Some((_, body)) = opened.raw_body.as_ref().filter(|_| is_sent) else {
            let is_other = checked.hits.iter().any(|hit| hit.rule == RuleId::BodyUnrecognised);
            let counter =
                if is_other { &mut found.left_out.unrecognised } else { &mut found.left_out.damaged };
            *counter += 1;
            return;
        };
        let call_id = callback.and_then(|callback| callback.call_id.as_deref());
        // What belongs to no call is wanted only if nothing is chosen.
        if let Some(wanted) = &self.wanted
            && !call_id.is_some_and(|id| wanted.contains(id))
        {
            found.left_out.unwanted += 1;
            return;
        }
        if self.set_aside.contains(&place.position) {
            found.left_out.captured_twice += 1;
            return;
        }
        let around = captured(record);
        let header = |(name, value): (_, _)| (owned(name), owned(value));
        let message = Message {
            call_id: call_id.map(str::to_owned),
            method: opened.method.as_ref().map_or_else(|| "POST".to_owned(), |(it, _)| it.to_string()),
            query: around.query.map(owned),
            headers: around.headers.into_iter().map(header).collect(),
            body: body.to_vec(),
        };
        let before = found.messages.len();
        message.write(&mut found.messages);
        let event_time =
            callback.and_then(|it| Some(i64::from(it.event_time?) * 1000 + i64::from(it.millis)));
        found.callbacks.push(CapturedCallback {
            source: place.position.source() as u32,
            record: place.position.record(),
            call_id: message.call_id,
            received_at: callback.map_or(opened.received_at, |callback| callback.received_at),
            event_time,
            at: before as u64,
            length: (found.messages.len() - before) as u64,
        });
    }
}

/// True for a whole request whose body is not text.
fn is_opaque(opened: &Opened<'_>) -> bool {
    let is_no_text = |damage: &Damage| matches!(damage.kind, DamageKind::NotUtf8 | DamageKind::Coding(_));
    opened.shape != Shape::Bare && matches!(&opened.body, Some(Err((damage, _))) if is_no_text(damage))
}

fn owned(bytes: std::borrow::Cow<'_, [u8]>) -> Vec<u8> {
    bytes.into_owned()
}

impl Collected {
    /// Takes the callbacks of a block, which come in the order of the log.
    fn take(&mut self, block: &mut CollectedBlock) -> anyhow::Result<()> {
        let before = self.spool.append(&block.messages).context(SPOOL)?;
        block.messages.clear();
        self.left_out.merge(&std::mem::take(&mut block.left_out));
        for mut callback in block.callbacks.drain(..) {
            ensure!(callback.length <= u64::from(u32::MAX), "a callback of over 4 GiB cannot be sent");
            callback.at += before;
            self.planner.add(&callback);
        }
        Ok(())
    }
}
